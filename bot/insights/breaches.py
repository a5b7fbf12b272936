"""What happens when a clock runs out: whoever the definitions say hears of it, once."""

from collections.abc import Sequence

from sqlalchemy.orm import Session

from bot.definitions.insights import CRITICAL
from bot.house import House
from bot.insights import clocks, messages, telling
from bot.insights.model import WAITING, Insight
from bot.insights.rights import rules_of
from bot.insights.routing import PRODUCT_OPS, meant, those_who_may_read
from bot.people.model import People
from bot.prompts import flow as prompts


def on_due(session: Session, house: House, ref: str) -> None:
    """A timer: what was to be done by now is not done, or still is not some days later."""
    insight = clocks.hold(session, house, ref)
    if insight is None or insight.due_at is None or insight.state not in WAITING:
        return
    if house.definitions.insights is None:
        # Kept again, it is late: see `clocks.wake`.
        return
    if insight.due_at > house.clock.now():
        clocks.look_again(session, house, insight, insight.due_at)
        return
    if clocks.wait_for_ritual(session, house, insight):
        return
    breach = rules_of(house).severities.of(insight.severity).breach
    if clocks.note_breach(session, house, insight):
        _tell(session, house, insight, breach.tell, 0)
        telling.refresh(session, house, insight)
    if breach.then is None or insight.breached_at is None:
        return
    # Fired twice, or after its clock stood, it may still be too early for that.
    again = clocks.after_days(house, insight.breached_at, breach.after)
    if again > house.clock.now():
        clocks.look_again(session, house, insight, again)
    else:
        _tell(session, house, insight, (breach.then,), breach.after)


def _tell(session: Session, house: House, insight: Insight, words: Sequence[str], days: int) -> None:
    """Tell whom the words mean; where that is nobody, product ops, so that somebody knows."""
    people = [person for word in words for person in meant(session, house, word, insight)[:1]]
    found = people or (People(session, house).with_role(PRODUCT_OPS) if words else [])
    title, text = messages.late(house, insight, telling.looks_of(session, house, insight), days)
    # By when it was found, so that a clock that stood meanwhile does not tell it again.
    key = f"insight:{insight.id}:late:{insight.state}:{insight.breached_at:%Y%m%d%H%M%S}:{days}"
    for person in those_who_may_read(session, house, insight, found) if found else ():
        urgent = insight.severity == CRITICAL
        prompts.tell(session, house, person.slack_id, f"{key}:{person.slack_id}", title, text, urgent=urgent)
