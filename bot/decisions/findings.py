"""What the checks find in the decision log and in who decides what."""

from collections.abc import Iterator
from datetime import timedelta

from sqlalchemy import and_, or_, select
from sqlalchemy.orm import Session

from bot.decisions.entry import HARD
from bot.decisions.messages import OTHER
from bot.decisions.model import DECIDED, PROPOSED, Decision
from bot.definitions.decisions import AREA_DEPUTY, AREA_OWNER
from bot.findings import NONE, WORDS, Button, finding
from bot.house import Finding, House
from bot.people import deciding

LATELY = timedelta(days=90)


def findings(session: Session, house: House) -> Iterator[Finding]:
    today = house.clock.now().astimezone(house.definitions.organisation.zone).date()
    is_open = and_(
        Decision.state == PROPOSED,
        or_(Decision.class_id == "", Decision.needed_by.is_(None), Decision.needed_by < today),
    )
    is_done = and_(Decision.state == DECIDED, Decision.decided_at >= house.clock.now() - LATELY)
    is_to_be_looked_at = and_(Decision.state == DECIDED, Decision.review_on < today)
    query = select(Decision).where(
        Decision.workspace_id == house.workspace_id, or_(is_open, is_done, is_to_be_looked_at)
    )
    for each in session.scalars(query.order_by(Decision.number)):
        about = f"decision:{each.number}"
        complete = house.words.part(WORDS, "complete", ref=each.ref)
        record: Button = ("decisions.record", each.ref, "Record it") if each.is_open else NONE
        if each.state == PROPOSED and (lacks := _lacks(house, each)):
            owner = each.decider or each.raised_by
            sort: Button = ("decisions.sort", each.ref, "Say what sort it is")
            button = record if each.class_id else sort
            mend = complete if each.class_id else house.words.part(WORDS, "sort_it", ref=each.ref)
            yield finding(house, "DE01", about, owner, button=button, mend=mend, ref=each.ref, lacks=lacks)
        if _is_new(house, each) and (thin := _thin(each)):
            yield finding(house, "DE03", about, each.decider, button=record, mend=complete, ref=each.ref, lacks=thin)
        if each.due is not None and each.due < today:
            days, decided = (today - each.due).days, each.state == DECIDED
            act = ("decisions.review", each.ref, "Review it") if decided else _decide(each)
            yield finding(house, "DE04", about, each.decider, button=act, ref=each.ref, days=days, decided=decided)
    yield from _nobodys(session, house)


def _decide(decision: Decision) -> Button:
    return "decisions.choose", f"{decision.ref}:{OTHER}", "Decide it"


def _lacks(house: House, decision: Decision) -> list[str]:
    parts = {
        "a class": decision.class_id or not house.definitions.decision_classes,
        "somebody who decides": decision.decider,
        "a day by which it is needed": decision.needed_by,
    }
    return [name for name, given in parts.items() if not given]


def _is_new(house: House, decision: Decision) -> bool:
    at = decision.decided_at
    return decision.state == DECIDED and at is not None and at >= house.clock.now() - LATELY


def _thin(decision: Decision) -> list[str]:
    lacks = [each for each in decision.missing if each in ("options", "reason")]
    return lacks + (["what would change our mind"] if decision.door == HARD and not decision.revisit.strip() else [])


def _nobodys(session: Session, house: House) -> Iterator[Finding]:
    """DE02: a class whose words mean nobody who is there."""
    for each in house.definitions.decision_classes:
        words = [word for word in (each.decider, each.backup) if word not in (AREA_OWNER, AREA_DEPUTY)]
        gone = [word for word in words if not deciding.meant(session, house, word, None)]
        if gone:
            who = deciding.in_words(house, gone[0])
            yield finding(house, "DE02", f"class:{each.id}", name=each.name, who=who)
