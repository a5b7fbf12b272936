"""What happens when a clock runs out: whoever the definitions say hears of it, once."""

from sqlalchemy.orm import Session

from bot.house import House
from bot.insights import clocks, messages, rights, telling
from bot.insights.model import WAITING, Insight
from bot.insights.rights import rules_of
from bot.insights.routing import meant
from bot.prompts import flow as prompts

CRITICAL = "critical"


def on_due(session: Session, house: House, ref: str) -> None:
    """A timer: what was to be done by now is not done, or still is not some days later."""
    insight = clocks.hold(session, house, ref)
    if insight is None or insight.due_at is None or insight.state not in WAITING:
        return
    if insight.due_at > house.clock.now():
        clocks.look_again(session, house, insight, insight.due_at)
        return
    breach = rules_of(house).severities.of(insight.severity).breach
    if clocks.note_breach(session, house, insight):
        for word in breach.tell:
            _tell(session, house, insight, word, 0)
        if breach.then is not None:
            again = clocks.after_days(house, house.clock.now(), breach.after)
            clocks.look_again(session, house, insight, again)
        telling.refresh(session, house, insight)
    elif breach.then is not None:
        _tell(session, house, insight, breach.then, breach.after)


def _tell(session: Session, house: House, insight: Insight, word: str, days: int) -> None:
    for person in meant(session, house, word, insight)[:1]:
        if rights.may_see(session, house, insight, person.slack_id):
            title, text = messages.late(house, insight, telling.looks_of(session, house, insight), days)
            key = f"insight:{insight.id}:late:{insight.state}:{insight.due_at:%Y%m%d%H%M}:{days}"
            urgent = insight.severity == CRITICAL
            prompts.tell(session, house, person.slack_id, f"{key}:{person.slack_id}", title, text, urgent=urgent)
