"""The enablement bundle of the demo's launch in trouble: published, and confirmed by some of those who are to."""

from collections.abc import Mapping

from sqlalchemy.orm import Session

from bot.definitions.releases import slug
from bot.demo import company
from bot.enablement import confirming, questions, writing
from bot.enablement.model import READ
from bot.enablement.questions import Typed
from bot.house import House
from bot.releases import model

RELEASE, OWNER = "Atlas", "ana@example.com"
WRITTEN: Mapping[str, str] = {
    "steps": "Open Billing, choose Usage, and see what the month comes to so far. Nothing has to be switched on.",
    "questions": "Does it get dearer? Mostly not: the preview shows both.\nMay I keep seats? Until the contract ends.",
    "macros": "Preview is empty: usage counts from the next morning.\nPreview is too high: look for another project.",
    "talk-track": "You pay for what you use, and see it coming. “Unpredictable?” Set a limit, and hear at 80 %.",
}
TEST = Typed("Who may stay on seats?", "*Whoever has a contract, until it ends\nNobody\nEverybody", "questions")
CONFIRMED = ("priya@example.com",)


def publish(session: Session, house: House) -> None:
    """Write it, publish it, and let some confirm it; `house` ties the rooms, and shows the present."""
    people = company.slack_ids(house.definitions)
    release, owner = model.by_slug(session, house, slug(RELEASE)), people[OWNER]
    assert release is not None
    _stands, mine = writing.writable(session, house, owner, str(release.id))
    opened = {piece.rule.id: writing.shown(piece.text) for piece in mine}
    writing.write(session, house, owner, str(release.id), opened, WRITTEN)
    questions.write(session, house, owner, str(release.id), [TEST])
    writing.publish(session, house, owner, str(release.id))
    for person in CONFIRMED:
        confirming.confirm(session, house, people[person], str(release.id), READ)
