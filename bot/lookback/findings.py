"""What the checks find once releases are live: what nobody has said of them, and changes that nobody registered."""

from collections.abc import Iterator
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from bot.findings import NONE, Button, finding
from bot.house import Finding, House
from bot.lookback.model import CONFIRMED, SEARCHED, Captured, Surprise
from bot.people.model import People
from bot.releases import readiness, standing
from bot.releases.model import CANCELLED, LATELY, Release

LATE_AFTER = 2
"""Working days."""


def findings(session: Session, house: House) -> Iterator[Finding]:
    if house.definitions.releases is not None:
        yield from _unsaid(session, house)
        yield from _unregistered(session, house)


def _unsaid(session: Session, house: House) -> Iterator[Finding]:
    """RE11"""
    today, organisation = standing.today(house), house.definitions.organisation
    last = readiness.working_days_before(today, LATE_AFTER, organisation.work_days().off)
    query = (
        select(Captured, Release)
        .join(Release, Release.id == Captured.release_id)
        .where(
            Captured.workspace_id == house.workspace_id,
            Captured.answered_at.is_(None),
            Captured.due_on < last,
            Captured.due_on >= today - LATELY,
            Release.state != CANCELLED,
        )
        .order_by(Captured.due_on, Captured.id)
    )
    people = People(session, house)
    for captured, release in session.execute(query):
        if captured.asked:
            who = [people.called(each) for each in captured.asked]
            facts: dict[str, Any] = {"name": release.name, "day": captured.day, "who": who}
            button = ("lookback.capture", str(captured.id), "Answer it")
            yield finding(house, "RE11", f"capture:{captured.id}", captured.asked[0], button=button, **facts)


def _unregistered(session: Session, house: House) -> Iterator[Finding]:
    """RE13"""
    query = select(Surprise).where(
        Surprise.workspace_id == house.workspace_id,
        Surprise.state.in_((SEARCHED, CONFIRMED)),
        Surprise.release_id.is_(None),
        Surprise.reported_at >= house.clock.now() - LATELY,
    )
    for each in session.scalars(query.order_by(Surprise.id)):
        # Who was asked whether it is theirs has the buttons for that in their message.
        button: Button = NONE if each.owner else ("lookback.search", str(each.id), "Whose is it?")
        words, link = each.words[:120], each.link
        yield finding(house, "RE13", f"surprise:{each.id}", each.owner, button=button, words=words, link=link)
