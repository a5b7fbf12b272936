"""A team whose weekly update the tests run through, by a clock that is turned from timer to timer."""

from collections.abc import Callable, Mapping
from copy import copy
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any, Concatenate, ParamSpec, TypeVar
from zoneinfo import ZoneInfo

from sqlalchemy import and_, select, update
from sqlalchemy.orm import Session

from bot import app, timers
from bot.db import Database
from bot.definitions import Definitions
from bot.delivery.model import POST, QUEUED, SENT, UPDATE, OutboxMessage
from bot.house import House, Links
from bot.people.absence import set_away
from bot.people.directory import Directory, keep
from bot.prompts import flow as prompts
from bot.prompts.model import DayMessage, Prompt
from bot.prompts.model import find as find_prompt
from bot.rituals.flow import Rituals
from bot.rituals.model import Occurrence, latest_published, running, upcoming
from bot.timers import Fire
from bot.updates import flow, model
from bot.updates.answer import AMBER, GREEN, Answer
from bot.updates.asking import prompt_key
from bot.updates.model import Ask, Update
from tests import people
from tests.fakes import Promised, StoppedClock, make_house, promised
from tests.people import ALICE, BOB, CHARLIE

P = ParamSpec("P")
T = TypeVar("T")

RITUAL = "weekly-update"
REMINDER = "One reminder, and only one."
BERLIN, NEW_YORK = ZoneInfo("Europe/Berlin"), ZoneInfo("America/New_York")
EVE = "U0EVE"
"""Somebody of the workspace whom the organisation does not name."""

RITUALS = Rituals({flow.KIND: flow.WeeklyUpdate()})
TIMERS: Mapping[str, Fire] = {
    "ritual.open": RITUALS.on_open,
    "ritual.cutoff": RITUALS.on_cutoff,
    "ritual.publish": RITUALS.on_publish,
    prompts.DUE: prompts.on_due,
    prompts.AWAY: prompts.on_away,
}

GOOD = Answer(status=GREEN, next="Ship invoices\nFix rounding", shipped="Credit notes", confidence=80)
SHAKY = Answer(status=AMBER, next="Ship invoices", path="Cut the export, by Friday", confidence=40)


def definitions(**ritual: Any) -> Definitions:
    """Alice owns Billing and Exports with Bob as deputy, Charlie, in New York, owns Help with nobody.

    `ritual` changes the weekly update.
    """
    organisation = people.organisation().model_dump(mode="json", exclude_defaults=True)
    organisation["areas"] = [
        {"id": "billing", "name": "Billing", "owner": ALICE, "deputy": BOB, "forum": "#billing"},
        {"id": "exports", "name": "Exports", "owner": ALICE, "deputy": BOB, "forum": "#exports"},
        {"id": "help", "name": "Help", "owner": CHARLIE, "forum": "#help"},
    ]
    calendar = people.calendar().model_dump(mode="json", exclude_defaults=True)
    weekly = calendar["rituals"][0]
    weekly["schedule"] |= ritual.pop("schedule", {})
    weekly |= ritual
    plain = people.definitions()
    return replace(
        plain,
        organisation=type(plain.organisation).model_validate(organisation),
        calendar=type(plain.calendar).model_validate(calendar),
    )


def member(slack_id: str, name: str, zone: str = "Europe/Berlin", **more: Any) -> dict[str, Any]:
    """A member as Slack lists them."""
    return {"id": slack_id, "name": name.lower(), "tz": zone, "profile": {"real_name": name}, **more}


def directory(*members: dict[str, Any]) -> Directory:
    everyone = members or (
        member(ALICE, "Alice"),
        member(BOB, "Bob"),
        member(CHARLIE, "Charlie", "America/New_York"),
        member(EVE, "Eve"),
    )
    return Directory(members=tuple(everyone), channels=({"id": people.UPDATES, "name": "product-updates"},))


def berlin(day: int, hour: int, minute: int = 0, month: int = 11) -> datetime:
    """A moment of 2026 on clocks in Berlin; the Wednesday of the tests is 25 November."""
    return datetime(2026, month, day, hour, minute, tzinfo=BERLIN).astimezone(UTC)


def away(session: Session, house: House, slack_id: str, days: int = 3) -> None:
    """Someone says in Slack that they are away from today on."""
    today = house.clock.now().date()
    set_away(session, house, slack_id, today, today + timedelta(days=days))
    flow.on_away(session, house, slack_id)


class Week:
    """The team's house with a clock; it starts on Monday 23 November 2026, 8:00 in Berlin, with everything planned."""

    def __init__(
        self, db: Database, definitions: Definitions, links: Links | None = None, start: datetime | None = None
    ) -> None:
        self.clock = StoppedClock(start or berlin(23, 8))
        self.db = db
        links = replace(
            links or Links(), parts=app.LINKS.parts, on_away=(flow.on_away,), on_other_zone=app.LINKS.on_other_zone
        )
        self.house = make_house(db, definitions=definitions, clock=self.clock, links=links)
        self.run(keep, directory())
        self.run(RITUALS.plan_all)

    def elsewhere(self) -> "Week":
        """The same people in another workspace, where nothing is planned."""
        other = copy(self)
        other.house = replace(self.house, workspace_id="T0OTHER")
        other.run(keep, directory())
        return other

    def run(self, verb: Callable[Concatenate[Session, House, P], T], *args: P.args, **kwargs: P.kwargs) -> T:
        """Run a verb in a transaction of its own."""
        with self.db.transaction() as session:
            return verb(session, self.house, *args, **kwargs)

    def until(self, moment: datetime) -> None:
        """Turn the clock to `moment`, and let each timer fire when it is due on the way."""
        while True:
            with self.db.transaction() as session:
                wake = timers.next_wake(session, self.house.workspace_id)
            if wake is None or wake > moment:
                break
            self.clock.set(max(self.clock.now(), wake))
            self.fire_due()
        self.clock.set(moment)

    def fire_due(self) -> None:
        """Fire what is due now, as one node would."""
        with self.db.transaction() as session:
            leases = timers.claim(session, self.house.workspace_id, self.clock.now(), "node-a")
        for lease in leases:
            with self.db.transaction() as session:
                timers.fire(session, lease, self.house, TIMERS, app.HOLD)

    def change(self, definitions: Definitions) -> None:
        """Take on changed definitions, as a node does."""
        self.house = replace(self.house, definitions=definitions)
        self.run(RITUALS.plan_all)

    def ritual(self) -> Any:
        return self.house.definitions.calendar.ritual(RITUAL)

    def occurrence(self) -> Occurrence:
        """The open occurrence, or the one just published, or the next."""
        found = self.run(running, RITUAL) or self.run(latest_published, RITUAL) or self.run(upcoming, RITUAL)
        assert found is not None
        return found

    def ask(self, area: str) -> Ask:
        return next(ask for ask in self.run(model.asks, self.occurrence().id) if ask.area_id == area)

    def submit(self, area: str, answer: Answer = GOOD, by: str = ALICE, **more: Any) -> Update:
        return self.run(flow.submit, by, str(self.occurrence().id), area, answer, **more)

    def asking(self, person: str | None = None) -> list[Promised]:
        """The messages that ask people for things, as they read now."""
        kinds = ("prompts.day", "prompts.urgent", "prompts.again")
        return sorted((each for kind in kinds for each in self._posted(kind, person)), key=lambda each: each.id)

    def prompts(self, person: str | None = None) -> list[Promised]:
        """Those that asked for something first, or once more after a snooze."""
        with self.db.transaction() as session:
            first = set(
                session.scalars(
                    select(DayMessage.message_id).join(
                        Prompt,
                        and_(Prompt.person == DayMessage.person, Prompt.prompted_at == DayMessage.sent_at),
                    )
                )
            )
        return [each for each in self.asking(person) if each.id in first or each.kind == "prompts.again"]

    def reminders(self, person: str | None = None) -> list[Promised]:
        """Those that remind of something, or did while it waited."""
        query = select(DayMessage.message_id).join(Prompt, Prompt.day_message_id == DayMessage.id)
        with self.db.transaction() as session:
            reminding = set(session.scalars(query.where(Prompt.reminded_at.is_not(None))))
        return [each for each in self.asking(person) if each.id in reminding]

    def prompt(self, area: str) -> Prompt:
        """The prompt of whoever is asked for an area now."""
        found = self.run(find_prompt, prompt_key(self.ask(area)))
        assert found is not None
        return found

    def snooze(self, area: str, choice: str = "2h", by: str = ALICE) -> datetime:
        return self.run(prompts.snooze, by, prompt_key(self.ask(area), by), choice)

    def digest(self) -> list[str]:
        """What the digest's messages say now: the digest itself, then its thread."""
        messages = promised(self.db, "update.digest")
        said = {each.id: each.text for each in messages if each.method == POST}
        said |= {each.target: each.text for each in messages if each.method == UPDATE and each.target}
        return list(said.values())

    def deliver(self) -> None:
        """Everything promised so far stands in Slack."""
        with self.db.transaction() as session:
            session.execute(update(OutboxMessage).where(OutboxMessage.state == QUEUED).values(state=SENT))

    def _posted(self, kind: str, person: str | None) -> list[Promised]:
        return [each for each in promised(self.db, kind, person) if each.method == POST]
