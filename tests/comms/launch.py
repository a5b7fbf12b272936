"""What the tests of the comms plan share: a timeline, a release that names people, and what each of them was told."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import date, datetime
from operator import itemgetter
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from bot import app
from bot.clock import from_millis
from bot.comms.model import Line
from bot.db import Database
from bot.definitions import Definitions, Organisation
from bot.house import House
from bot.people.absence import set_away
from bot.people.model import Channel
from bot.releases import flow, moving
from bot.releases.audience import Audience
from bot.releases.model import Release
from bot.releases.moving import Move
from bot.releases.rule import Saying
from bot.timers import Timer
from tests.fakes import StoppedClock, make_house, promised
from tests.people import ALICE, CHARLIE
from tests.prompts.asking import turn_to
from tests.releases import launch
from tests.releases.launch import ANSWERS, RULES, introduce, register
from tests.updates.team import berlin

ENGINEERS, OPS = "C0ENGINEERS", "C0OPS"
TIMELINE: list[dict[str, Any]] = [
    {"id": "brief", "when": "registered", "to": ["affected"], "says": "brief"},
    {"id": "outline", "before": {"medium": 5, "high": 10}, "to": ["leads"], "says": "outline"},
    {"id": "accounts", "before": {"high": 7}, "to": ["accounts"], "says": "accounts"},
    {"id": "final", "before": {"medium": 3, "high": 5}, "to": ["front-line"], "says": "final"},
    {"id": "reminder", "before": {"medium": 2, "high": 2}, "to": ["affected", "thread"], "says": "reminder",
     "again": True},
    {"id": "readiness", "before": {"medium": 1, "high": 1}, "to": ["launch-team"], "says": "readiness", "again": True},
    {"id": "live", "when": "live", "to": ["affected"], "says": "live"},
    {"id": "announcement", "when": "live", "tiers": ["medium", "high"], "to": ["updates"], "says": "live"},
    *({"id": each, "when": each, "to": ["told"], "says": each}
      for each in ("changed", "held", "stopped", "resumed", "cancelled")),
]  # fmt: skip
"""That of the starter."""
COMPUTED: list[dict[str, Any]] = [
    {"id": 24, "title": "Each audience has a message", "owners": ["product"], "evidence": "the plan",
     "levels": {"low": "advisory", "medium": "gate", "high": "gate"}, "computed": "comms"},
    {"id": 26, "title": "No clash", "owners": ["product"], "evidence": "the card",
     "levels": {"medium": "advisory", "high": "gate"}, "computed": "clashes"},
]  # fmt: skip


def definitions(**changes: Any) -> Definitions:
    """Support is led by Charlie and has no channel, Engineering has one; Security looks after strategic accounts."""
    comms = {"timeline": TIMELINE, "account_owners": "security"}
    made = launch.definitions(**{"comms": comms, "items": [*RULES["items"], *COMPUTED]} | changes)
    stated = made.organisation.model_dump(mode="python", exclude_unset=True)
    stated["functions"] = [
        {**each, "channel": "#engineers"} if each["id"] == "engineering" else each for each in stated["functions"]
    ]
    return replace(made, organisation=Organisation.model_validate(stated))


def comms_house(db: Database, clock: StoppedClock, **changes: Any) -> House:
    """A house in which every room is tied to the others, and Slack knows everybody and two channels."""
    house = make_house(db, clock=clock, definitions=definitions(**changes), links=app.LINKS)
    with db.transaction() as session:
        introduce(session, house)
        for name, id in (("engineers", ENGINEERS), ("ops", OPS)):
            session.add(Channel(workspace_id=house.workspace_id, name=name, slack_id=id, joined=True))
    return house


def atlas(
    session: Session,
    house: House,
    functions: Sequence[str] = ("support", "engineering"),
    accounts: str = "",
    beyond: str = "",
    **changes: Any,
) -> Release:
    """Alice registers Atlas, a medium release in ten working days, and says who needs to know."""
    release = register(session, house, **changes)
    names(session, house, release, functions, accounts, beyond)
    return release


def moves_while_somebody_is_away(house: House, clock: StoppedClock) -> None:
    """Atlas is told to Support, whose lead goes away for a week, and then it moves."""
    with house.db.transaction() as session:
        atlas(session, house, ["support"])
    turn_to(house, clock, berlin(25, 11))
    with house.db.transaction() as session:
        set_away(session, house, CHARLIE, date(2026, 11, 26), date(2026, 12, 3))
        release = flow.find(session, house, "atlas")
        moving.move(session, house, ALICE, str(release.id), release.version, Move("2026-12-16", "", "likely", "Bank"))


def names(
    session: Session, house: House, release: Release, functions: Sequence[str], accounts: str = "", beyond: str = ""
) -> None:
    """Alice says who needs to know."""
    who = Audience(tuple(functions), accounts, beyond)
    flow.answer(session, house, ALICE, str(release.id), release.version, ANSWERS, who)


def planned(db: Database) -> list[tuple[str, str, datetime | None]]:
    """Step, audience and moment of every line that is still to be said, those that wait for the launch last."""
    with db.transaction() as session:
        found = [
            (line.step, line.audience, line.due_at)
            for line in session.scalars(select(Line).where(Line.state == "planned").order_by(Line.id))
        ]
    return sorted(found, key=lambda each: (each[2] is None, str(each[2])))


def timers(db: Database) -> list[datetime]:
    """When the armed timers of comms plans fire."""
    with db.transaction() as session:
        query = select(Timer.kind, Timer.due_at).where(Timer.plan.startswith("comms:"), Timer.state == "armed")
        found = [(kind, from_millis(due)) for kind, due in session.execute(query)]
    return sorted(map(itemgetter(1), found))


def news(db: Database, person: str) -> list[str]:
    """What the day messages to a person say of releases: one text each that was begun, as it says now."""
    now: dict[int, str] = {}
    for each in promised(db, channel=person):
        now[each.target or each.id] = each.text
    return [text for text in now.values() if "Release" in text]


def posts(db: Database, channel: str) -> list[str]:
    """What the comms plan has posted to a channel."""
    return [each.text for each in promised(db, "comms.post", channel)]


def go(db: Database, house: House) -> None:
    """Everything is settled, and Alice says go."""
    with db.transaction() as session:
        release = flow.find(session, house, "atlas")
        launch.done(session, house, release, 2)
        launch.done(session, house, release, 3, ALICE)
        launch.sign(session, house, release)
        launch.call(session, house, release, Saying("go"))
