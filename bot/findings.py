"""One finding of a check, in the words of `templates/checks/findings.txt.j2`, which has a block for each check."""

from typing import Any

from sqlalchemy.orm import Session

from bot.house import Finding, House

WORDS = "checks/findings.txt.j2"


Button = tuple[str, str, str]
"""An entry of some room's `ACTIONS`, its value, and what stands on it."""
NONE: Button = ("", "", "")


def to_be_mended(session: Session, house: House) -> list[Finding]:
    """What every check finds in the records now, but for what is waived."""
    found = [each for look in house.links.findings for each in look(session, house)]
    return house.links.unwaived(session, house, found) if house.links.unwaived else found


def finding(
    house: House,
    rule: str,
    about: str,
    owner: str | None = None,
    *,
    worse: bool = False,
    button: Button = NONE,
    mend: str = "",
    **facts: Any,
) -> Finding:
    """What check `rule` finds in `about`, for its owner (Slack id), or for product ops. The block is given `facts`.

    `button` mends it. `mend` says how where the list of checks cannot, since it does not know what it is about.
    """
    action_id, value, label = button
    message = house.words.part(WORDS, rule, **facts)
    return Finding(rule, about, message, owner, mend=mend, action_id=action_id, value=value, label=label, worse=worse)
