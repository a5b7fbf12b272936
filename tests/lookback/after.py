"""What the tests of looking back share: rules that ask on three days, a release that went live, its readers."""

from dataclasses import replace
from typing import Any

from sqlalchemy.orm import Session

from bot import app
from bot.db import Database
from bot.definitions import Definitions
from bot.house import House, Links
from bot.lookback import model
from bot.lookback.model import Captured
from bot.releases import flow, rollout
from bot.releases.model import Release
from bot.releases.rule import Saying
from tests.fakes import StoppedClock, make_house, promised
from tests.people import ALICE
from tests.prompts.asking import turn_to
from tests.releases import launch
from tests.releases.launch import ANSWERS, ERIN, call, introduce, settle_everything
from tests.updates.team import berlin

TIERS: dict[str, Any] = {
    **launch.RULES["tiers"],
    "medium": {**launch.RULES["tiers"]["medium"], "look_back": [1, 7]},
}
CAPTURES = [
    {
        "id": "first-day",
        "day": 1,
        "functions": ["release-owner", "support"],
        "questions": [
            {
                "id": "broken",
                "label": "Is anything broken?",
                "kind": "choice",
                "options": ["No", "Yes"],
                "required": True,
            },
            {"id": "what", "label": "What?"},
        ],
    },
    {
        "id": "week",
        "day": 7,
        "functions": ["support"],
        "questions": [
            {"id": "tickets", "label": "Tickets", "kind": "number", "required": True, "means": "tickets"},
            {"id": "usual", "label": "Usual", "kind": "number", "required": True, "means": "usual-tickets"},
            {"id": "outcome", "label": "Target met?", "kind": "outcome"},
            {"id": "lesson", "label": "One lesson", "means": "lesson"},
            {"id": "whom", "label": "Who helped?", "kind": "person"},
            {"id": "until", "label": "Until when?", "kind": "date"},
        ],
    },
]
NOTHING_BROKEN = {"broken": "No"}
A_WEEK = {"tickets": "31", "usual": "19", "outcome": "not met", "lesson": "Tell Support in their own words"}
THURSDAY = berlin(26, 9)
"""The day after the stopped clock's, on which Atlas went live."""
A_WEEK_LATER = berlin(2, 9, month=12)


def definitions(**changes: Any) -> Definitions:
    return launch.definitions(**{"tiers": TIERS, "captures": CAPTURES, "awareness": {}, **changes})


def make(db: Database, clock: StoppedClock, **changes: Any) -> House:
    """A house in which releases are looked back on, as they are in the whole."""
    links = Links(
        parts=app.LINKS.parts,
        on_release=app.LINKS.on_release,
        release_panels=app.LINKS.release_panels,
        action_sources=app.LINKS.action_sources,
    )
    house = make_house(db, clock=clock, definitions=definitions(**changes), links=links)
    with db.transaction() as session:
        introduce(session, house)
    return house


def go_live(house: House, **changes: Any) -> int:
    """Atlas, a medium release that Alice owns, is live; its id."""
    with house.db.transaction() as session:
        release = launch.register(session, house, **changes)
        if changes.get("facts") == ():
            flow.answer(session, house, ALICE, str(release.id), release.version, ANSWERS)
        else:
            settle_everything(session, house, release)
            call(session, house, release, Saying("go"))
        rollout.live(session, house, ERIN, str(release.id))
        return release.id


def atlas(session: Session, house: House) -> Release:
    return flow.find(session, house, "atlas")


def captured(house: House, capture: str, function: str) -> Captured:
    with house.db.transaction() as session:
        found = model.captures(session, house, atlas(session, house).id)
    return next(each for each in found if (each.capture_id, each.function) == (capture, function))


def thread(db: Database) -> list[str]:
    """What stands in the threads of cards, as it reads now."""
    said = {each.id: each.text for each in promised(db, "release.thread") if each.method == "post"}
    said |= {
        each.target: each.text for each in promised(db, "release.thread") if each.method == "update" and each.target
    }
    return list(said.values())


def told(house: House, person: str) -> str:
    """All that the day messages to this person say."""
    return "\n".join(each.text for each in promised(house.db, channel=person))


def card(db: Database) -> str:
    """The card as it reads now."""
    return promised(db, "release.card")[-1].text


def at(house: House, clock: StoppedClock, moment: Any) -> None:
    turn_to(house, clock, moment)


def without(house: House, **changes: Any) -> House:
    """The same house under other rules."""
    return replace(house, definitions=definitions(**changes))
