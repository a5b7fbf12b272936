"""What the checks find in forms: those that take long, or that many give up."""

from collections.abc import Iterator

from sqlalchemy.orm import Session

from bot import fills
from bot.findings import finding
from bot.house import Finding, House


def findings(session: Session, house: House) -> Iterator[Finding]:
    """AR03"""
    for each in fills.measured(session, house):
        if each.is_slow:
            minutes, percent = round(each.minutes or 0), round(100 * each.given_up)
            yield finding(house, "AR03", f"form:{each.form}", title=each.title, minutes=minutes, percent=percent)
