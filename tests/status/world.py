"""What the tests of asking for a status share: an area with an update, decisions, a release, a roadmap and insights."""

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime
from typing import Any, Concatenate, ParamSpec, TypeVar

from sqlalchemy import select
from sqlalchemy.orm import Session

from bot import app
from bot.asked import StatusAsk
from bot.db import Database
from bot.decisions import flow as deciding
from bot.decisions.entry import Entry, Question
from bot.decisions.model import Decision
from bot.definitions import Calendar, DecisionRules, Definitions
from bot.house import House
from bot.people.model import People
from bot.releases.model import Release
from bot.rituals.model import running
from bot.status import flow, messages
from bot.status.records import Asked
from bot.updates import flow as updating
from bot.updates.answer import AMBER, Answer
from tests import people
from tests.decisions import classes, log
from tests.fakes import StoppedClock, make_house
from tests.insights import world as insights
from tests.people import ALICE, CHARLIE
from tests.releases import launch
from tests.roadmap import world as roadmap

P = ParamSpec("P")
T = TypeVar("T")

SAID = Answer(
    status=AMBER, confidence=60, shipped="Credit notes", next="Invoice rounding for pilots\nTax ids",
    path="Cut the export, by Friday",
)  # fmt: skip
HEARD = insights.heard
ROUTED = insights.routed
heard = roadmap.heard
ADDED = roadmap.added
CHANGED = roadmap.changed


def definitions() -> Definitions:
    """Alice owns Billing with Bob as deputy, Frank owns Search; a weekly update and two reviews; all rules."""
    base = insights.definitions()
    rituals = people.calendar().model_dump(mode="json", exclude_unset=True)["rituals"]
    rules = {**classes.RULES, "classes": [roadmap.DECISION_CLASS]}
    return replace(
        base,
        calendar=Calendar.model_validate({"rituals": [*rituals, insights.REVIEW, roadmap.REVIEW]}),
        decisions=DecisionRules.model_validate(rules),
    )


def make(db: Database, clock: StoppedClock, workspace_id: str = people.WORKSPACE) -> House:
    """A house whose people Slack knows; it is Wednesday, 10:00 in Berlin."""
    house = make_house(db, definitions(), clock=clock, links=app.LINKS, workspace_id=workspace_id)
    with db.transaction() as session:
        launch.introduce(session, house)
        app.RITUALS.plan_all(session, house)
    return house


def run(house: House, verb: Callable[Concatenate[Session, House, P], T], *args: P.args, **kwargs: P.kwargs) -> T:
    with house.db.transaction() as session:
        return verb(session, house, *args, **kwargs)


def wait(house: House, until: datetime) -> None:
    """Turn the clock, and let each timer fire on the way."""
    insights.wait(house, until)


def updated(house: House, area: str = "billing", answer: Answer = SAID, by: str = ALICE) -> None:
    """The area's update is submitted for the weekly update that is open, which it is opened for."""
    wait(house, house.clock.now())
    occurrence = run(house, running, "weekly-update")
    assert occurrence is not None
    run(house, updating.submit, by, str(occurrence.id), area, answer)


def raised(house: House, question: str, area: str = "billing", key: str = "raised") -> Decision:
    asked = Question(
        question=question, decider=ALICE, needed_by=log.FRIDAY, stuck="An offer waits.", door="easy", options="Yes\nNo",
        area_id=area, class_id="visible-move",
    )  # fmt: skip
    return run(house, deciding.raise_question, CHARLIE, asked, key)


def recorded(house: House, decision: str, area: str = "billing", key: str = "recorded") -> Decision:
    entry: Entry = replace(log.ENTRY, decision=decision, area_id=area, class_id="visible-move")
    return run(house, deciding.record, ALICE, entry, key)


def registered(house: House, **changes: Any) -> Release:
    with house.db.transaction() as session:
        return launch.register(session, house, **changes)


def asked(house: House, words: str, by: str = CHARLIE) -> Asked:
    return run(house, flow.ask, by, words)


def said(house: House, words: str, by: str = CHARLIE) -> str:
    """The answer, as its reader has it read out."""
    return spoken(house, asked(house, words, by), by)


def spoken(house: House, found: Asked, by: str = CHARLIE) -> str:
    links = {spot: f"https://acme.slack.com/archives/{spot.channel}/p1" for spot in found.spots.values()}
    person = run(house, _person, by)
    zone = person.zone if person else house.definitions.organisation.zone
    return str(messages.answer(house, found, links, zone).text)


def names(found: Asked) -> list[str]:
    return [f"{each.kind} {each.id}" for each in found.found.things]


def counted(house: House) -> list[tuple[str, bool]]:
    """What was asked about, and whether it was answered."""
    with house.db.transaction() as session:
        return [(row.kind, row.answered) for row in session.scalars(select(StatusAsk).order_by(StatusAsk.id))]


def _person(session: Session, house: House, slack_id: str) -> Any:
    return People(session, house).by_slack(slack_id)
