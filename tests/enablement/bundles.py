"""What the tests of bundles share: a small bundle, for the small rules of the releases' tests."""

from typing import Any

from sqlalchemy.orm import Session

from bot.enablement import confirming, writing
from bot.enablement.model import READ
from bot.enablement.standing import Stands
from bot.house import House
from bot.releases import flow
from bot.releases.model import Release
from tests.people import ALICE, CHARLIE
from tests.releases import launch
from tests.releases.launch import ANSWERS

BUNDLE: dict[str, Any] = {
    "sections": [
        {
            "id": "change",
            "title": "What changes",
            "asks": "In one paragraph",
            "by": "release-owner",
            "from": "changes",
        },
        {"id": "questions", "title": "Questions and answers", "asks": "What will customers ask?", "by": "support"},
        {
            "id": "watching",
            "title": "How it is watched",
            "asks": "What is too much?",
            "by": "engineering",
            "from": "monitoring",
        },
        {"id": "talk", "title": "Talk track", "asks": "What do we say?", "by": "security", "tiers": ["high"]},
    ],
    "confirm": [{"function": "support", "item": 2}],
    "medium": {"published": 3, "confirmed": 1, "share": 80},
    "high": {"published": 5, "confirmed": 3, "share": 80},
}
"""Published until Friday 4 December and confirmed until Tuesday 8, for a medium release on Wednesday 9."""
QUESTIONS = "Who pays first? The payer whose name stands first."


def register(session: Session, house: House, **changes: Any) -> Release:
    """Atlas, with its four answers."""
    release = launch.register(session, house, **changes)
    flow.answer(session, house, ALICE, str(release.id), 1, ANSWERS)
    return release


def write(
    session: Session, house: House, release: Release, text: str = QUESTIONS, by: str = CHARLIE, **more: Any
) -> Stands:
    """Somebody writes what customers will ask, in a form that shows how it is now."""
    _stands, mine = writing.writable(session, house, by, str(release.id))
    opened = {piece.rule.id: writing.shown(piece.text) for piece in mine}
    return writing.write(session, house, by, str(release.id), opened, {"questions": text}, **more)


def publish(session: Session, house: House, release: Release) -> Stands:
    write(session, house, release)
    return writing.publish(session, house, ALICE, str(release.id))


def confirm(session: Session, house: House, release: Release, *persons: str) -> None:
    for person in persons:
        confirming.confirm(session, house, person, str(release.id), READ)


def counted(stands: Stands | None) -> list[tuple[int, int, bool]]:
    """Of each function: how many have confirmed, of how many, and whether that is enough."""
    assert stands is not None
    return [(len(each.confirmed), each.of, each.is_enough) for each in stands.rosters]
