"""The weeks of a calendar, lived through from one moment at which something happens to the next.

Timers, rituals, requests, digests and the outbox are the real ones, on a database that is thrown away. Only Slack and
the people are made up.
"""

import gc
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, time, timedelta
from heapq import heappop, heappush
from itertools import count
from random import Random
from typing import Any

from sqlalchemy import Integer, bindparam, cast, or_, select, text
from sqlalchemy.orm import Session

from bot import app, timers
from bot.db import Base, Database
from bot.definitions import Definitions
from bot.errors import UserError
from bot.house import House
from bot.people.absence import set_away, tell_away
from bot.people.directory import keep
from bot.people.model import People, Person
from bot.pilot import progress as pilot_progress
from bot.prompts.model import Prompt
from bot.quarter import closing as quarter_closing
from bot.quarter import model as quarter
from bot.quarter import writing as quarter_writing
from bot.quarter.asking import PROMPT as PLANNING
from bot.reviews import flow as reviews
from bot.rituals import model as occurrences
from bot.rituals.failing import put_off
from bot.rituals.model import Occurrence, RitualPause
from bot.rituals.schedule import next_working_moment, to_utc
from bot.simulate import slack
from bot.simulate.habits import AT_ONCE, LATE, NEVER, REMINDED, Assumptions, Leave, answer_at, habit, leaves
from bot.simulate.slack import Said, Slack
from bot.timers import Lease
from bot.updates import flow as updates
from bot.updates.answer import AMBER, GREEN, RED, Answer
from bot.updates.asking import PROMPT, prompt_key
from bot.updates.model import WAITING, Ask, Update
from bot.words import Words

NODE = "simulation"
DATABASE = "sqlite://"
"""In memory, and gone with the process."""
NOTHING = "Nothing came of it"
ALL_THE_SAME = "The quarter begins"
COLOURS = (GREEN,) * 15 + (AMBER,) * 4 + (RED,)

Act = Callable[[Session], None]


class TurnedClock:
    """Shows the moment it was turned to."""

    def __init__(self, at: datetime) -> None:
        self.at = at

    def now(self) -> datetime:
        return self.at


@dataclass(frozen=True)
class Request:
    """One area that was asked for one update, and what became of it."""

    ritual: str
    slot: str
    area: str
    asked: str | None
    """Slack id."""
    state: str
    reason: str | None
    prompted_at: datetime | None
    reminded_at: datetime | None
    late: bool


@dataclass(frozen=True)
class Life:
    """Everything that happened."""

    definitions: Definitions
    assumed: Assumptions
    start: datetime
    end: datetime
    said: Sequence[Said]
    requests: Sequence[Request]
    occurrences: Sequence[Occurrence]
    pauses: Sequence[RitualPause]
    leaves: Sequence[Leave]
    refused: Sequence[str]
    """What somebody wanted to do and was told that they could not."""
    failures: Sequence[str]
    """Timers whose handlers failed: each is a fault of the program."""


def live(definitions: Definitions, words: Words, assumed: Assumptions) -> Life:
    """Live through the weeks that `assumed` names, on a database in memory."""
    db = Database(DATABASE)
    # What was there before is no garbage, and need not be looked through at each collection.
    gc.freeze()
    try:
        return _World(db, definitions, words, assumed).live()
    finally:
        gc.unfreeze()
        db.close()


@dataclass(order=True)
class _Plan:
    """Something a person will do."""

    at: datetime
    number: int
    act: Act = field(compare=False)


class _World:
    def __init__(self, db: Database, definitions: Definitions, words: Words, assumed: Assumptions) -> None:
        zone = definitions.organisation.zone
        self._assumed = assumed
        self._start = to_utc(datetime.combine(assumed.first_day, time.min), zone)
        self._end = to_utc(datetime.combine(assumed.last_day + timedelta(days=1), time.min), zone)
        self._clock = TurnedClock(self._start)
        self._db = db
        self._house = House(
            workspace_id=slack.WORKSPACE,
            db=db,
            clock=self._clock,
            words=words.spoken_with(definitions.organisation.aliases),
            definitions=definitions,
            # Whom a ritual is new to is told of it: who writes that is not what is tried here.
            links=replace(app.LINKS, holds_back=(pilot_progress.holds_back,)),
        )
        self._slack = Slack()
        self._leaves = leaves(definitions, assumed)
        self._plans: list[_Plan] = []
        self._numbers = count()
        self._refused: list[str] = []
        self._failures: list[str] = []

    def live(self) -> Life:
        Base.metadata.create_all(self._db.engine)
        with self._db.transaction() as session:
            for index in _INDEXES:
                session.execute(text(index))
            keep(session, self._house, slack.directory(self._house.definitions))
            app.adopt(session, self._house)
            self._slack.take(session, self._start)
            self._people = session.info["people"]
            self._plan_leaves()
            next = self._next(session, timers.next_wake(session, self._house.workspace_id))
        while next is not None and next < self._end:
            self._clock.at = max(self._clock.at, next)
            next = self._step()
        with self._db.transaction() as session:
            return self._what_happened(session)

    def _plan_leaves(self) -> None:
        ids = slack.slack_ids(self._house.definitions)
        for leave in self._leaves:
            self._plan(leave.said_at, self._saying_away(leave, ids[leave.ref]))

    def _saying_away(self, leave: Leave, slack_id: str) -> Act:
        def act(session: Session) -> None:
            set_away(session, self._house, slack_id, leave.first, leave.last, kind=leave.kind)
            tell_away(session, self._house, slack_id)

        return act

    def _plan(self, at: datetime, act: Act) -> None:
        heappush(self._plans, _Plan(max(at, self._clock.at), next(self._numbers), act))

    def _step(self) -> datetime | None:
        """Everything that happens at this moment; returns the next one at which anything does."""
        with self._db.transaction() as session:
            # Slack's directory stays as it is, so that who is who need not be looked up in every transaction.
            session.info["people"] = self._people
            self._let_people_act(session)
            fired, wake = self._fire(session)
            if fired:
                self._notice(session)
            self._slack.take(session, self._clock.at)
            return self._next(session, wake)

    def _next(self, session: Session, wake: datetime | None) -> datetime | None:
        moments = [wake, slack.next_due(session)]
        if self._plans:
            moments.append(self._plans[0].at)
        return min((moment for moment in moments if moment is not None), default=None)

    def _let_people_act(self, session: Session) -> None:
        while self._plans and self._plans[0].at <= self._clock.at:
            plan = heappop(self._plans)
            try:
                with session.begin_nested():
                    plan.act(session)
            except UserError as error:
                self._refused.append(f"{plan.at:%Y-%m-%d %H:%M}: {error}")

    def _fire(self, session: Session) -> tuple[int, datetime | None]:
        """Fire what is due now, as a node does; how many timers those were, and when the next is due."""
        fired, workspace, now = 0, self._house.workspace_id, self._clock.at
        while (wake := timers.next_wake(session, workspace)) is not None and wake <= now:
            leases = timers.claim(session, workspace, now, NODE)
            for lease in leases:
                self._fire_one(session, lease)
            fired += len(leases)
        return fired, wake

    def _fire_one(self, session: Session, lease: Lease) -> None:
        try:
            with session.begin_nested():
                timers.fire(session, lease, self._house, app.TIMERS, app.HOLD)
        except Exception as error:
            said = f"{type(error).__name__}: {error}"
            self._failures.append(f"{self._clock.at:%Y-%m-%d %H:%M}: {lease.kind} {lease.ref}: {said}")
            put_off(session, self._house, lease, said)

    def _notice(self, session: Session) -> None:
        """People read what has just come, and make up their minds."""
        now = self._clock.at
        for asked in session.execute(_JUST_ASKED, {"now": now}).all():
            self._consider(session, asked)
        for for_an_area in session.execute(_PLANNING_ASKED, {"now": now}).all():
            self._consider_planning(session, for_an_area)
        for occurrence in session.scalars(_JUST_OVER, {"now": now}).all():
            self._consider_closing(session, occurrence)

    def _consider(self, session: Session, asked: Any) -> None:
        ritual = self._house.definitions.calendar.ritual(asked.ritual_id)
        chosen, chance = habit(self._assumed, asked.ritual_id, asked.slot, asked.area_id, asked.person)
        if chosen == REMINDED and ritual is not None and ritual.schedule.reminder is None:
            chosen = AT_ONCE
        if chosen == NEVER or (asked.reminded_at == self._clock.at) != (chosen == REMINDED):
            return
        at = answer_at(chosen, chance, self._clock.at, asked.cutoff_at)
        person = People(session, self._house).by_slack(asked.person)
        if chosen == LATE and person is not None:
            at = self._at_work(person, at)
        self._plan(at, self._answering(asked, chance))

    def _answering(self, asked: Any, chance: Random) -> Act:
        def act(session: Session) -> None:
            person = People(session, self._house).by_slack(asked.person)
            waits = session.execute(_WAITS, {"id": asked.id, "person": asked.person}).first() is not None
            if person is not None and waits and not self._is_away(session, person):
                occurrence = str(asked.occurrence_id)
                updates.submit(session, self._house, person.slack_id, occurrence, asked.area_id, _answer(chance))

        return act

    def _consider_planning(self, session: Session, asked: Any) -> None:
        part = quarter.part_of(session, self._house, asked.ref.partition(":")[0])
        chosen, chance = habit(self._assumed, "quarter", part.occurrence_id, part.area_id, asked.person)
        if chosen != NEVER and (asked.reminded_at == self._clock.at) == (chosen == REMINDED):
            at = answer_at(AT_ONCE if chosen == LATE else chosen, chance, self._clock.at, asked.deadline)
            self._plan(at, self._planning(part.id, asked.person, chance))

    def _planning(self, part_id: int, slack_id: str, chance: Random) -> Act:
        def act(session: Session) -> None:
            person, house = People(session, self._house).by_slack(slack_id), self._house
            part = quarter.part_of(session, house, str(part_id))
            if person is None or part.asked != slack_id or self._is_away(session, person):
                return
            occurrence = occurrences.get(session, house, part.occurrence_id)
            earlier = quarter_writing.earlier_bets(session, house, part, occurrence)
            results = {bet.id: quarter_writing.Result(chance.choice(quarter.RESULTS), "As it was") for bet in earlier}
            said = quarter_writing.LookBack(results, "Smaller steps")
            quarter_writing.look_back(session, house, slack_id, str(part_id), part.version, said)
            bet = quarter_writing.Typed("Ship it", slack_id, "Accounts that use it", "https://example.com/measure")
            quarter_writing.add_bet(session, house, slack_id, str(part_id), bet, f"simulated:{part_id}")

        return act

    def _consider_closing(self, session: Session, occurrence: Occurrence) -> None:
        ritual = self._house.definitions.calendar.ritual(occurrence.ritual_id)
        owner = People(session, self._house).by_ref(ritual.owner) if ritual else None
        chosen, chance = habit(self._assumed, occurrence.ritual_id, occurrence.slot)
        if ritual is None or not ritual.meets or owner is None or chosen == NEVER:
            return
        first = AT_ONCE if chosen == REMINDED else chosen
        at = self._at_work(owner, answer_at(first, chance, self._clock.at, occurrence.cutoff_at))
        self._plan(at, self._closing(occurrence.id, owner, ritual.artifact))

    def _closing(self, occurrence_id: int, owner: Person, artifact: str) -> Act:
        def act(session: Session) -> None:
            occurrence = occurrences.get(session, self._house, occurrence_id)
            if occurrence.state not in occurrences.RUNNING:
                return
            if self._is_away(session, owner):
                tomorrow = self._at_work(owner, self._clock.at + timedelta(days=1))
                self._plan(tomorrow, self._closing(occurrence_id, owner, artifact))
                return
            left = ("", NOTHING) if occurrence.ritual_id in self._assumed.empty else (artifact, "")
            ritual = self._house.definitions.calendar.ritual(occurrence.ritual_id)
            if ritual is not None and ritual.kind == quarter.KIND:
                self._close_plan(session, occurrence, owner, left[1])
            else:
                reviews.close(session, self._house, owner.slack_id, str(occurrence_id), *left)

        return act

    def _close_plan(self, session: Session, occurrence: Occurrence, owner: Person, reason: str) -> None:
        """Though something be missing; without a bet there is no plan to close."""
        if not reason and not quarter.bets(session, self._house, [occurrence.id]):
            reason = NOTHING
        id = str(occurrence.id)
        quarter_closing.close(session, self._house, owner.slack_id, id, although=ALL_THE_SAME, reason=reason)

    def _is_away(self, session: Session, person: Person) -> bool:
        today = person.today(self._clock.at)
        return People(session, self._house).away_because(person, today) is not None

    def _at_work(self, person: Person, at: datetime) -> datetime:
        organisation = self._house.definitions.organisation
        off = organisation.work_days(person.holidays).off
        return next_working_moment(at, person.zone, organisation.working_hours, off)

    def _what_happened(self, session: Session) -> Life:
        late = select(Update.occurrence_id, Update.area_id).where(Update.late)
        too_late = {(row.occurrence_id, row.area_id) for row in session.execute(late)}
        said = select(Prompt.key, Prompt.prompted_at, Prompt.reminded_at).where(Prompt.kind == PROMPT)
        prompted = {row.key: row for row in session.execute(said)}
        rows = session.execute(
            select(Ask, Occurrence.ritual_id, Occurrence.slot)
            .join(Occurrence, Occurrence.id == Ask.occurrence_id)
            .order_by(Ask.id)
        ).all()
        requests = [
            Request(
                ritual=ritual_id,
                slot=slot,
                area=ask.area_id,
                asked=ask.asked,
                state=ask.state,
                reason=ask.reason,
                prompted_at=prompt.prompted_at if prompt else None,
                reminded_at=prompt.reminded_at if prompt else None,
                late=(ask.occurrence_id, ask.area_id) in too_late,
            )
            for ask, ritual_id, slot in rows
            for prompt in [prompted.get(prompt_key(ask))]
        ]
        return Life(
            definitions=self._house.definitions,
            assumed=self._assumed,
            start=self._start,
            end=self._end,
            said=self._slack.said,
            requests=requests,
            occurrences=session.scalars(select(Occurrence).order_by(Occurrence.opens_at, Occurrence.id)).all(),
            pauses=session.scalars(select(RitualPause).order_by(RitualPause.first_day, RitualPause.id)).all(),
            leaves=self._leaves,
            refused=self._refused,
            failures=self._failures,
        )


_INDEXES = (
    "CREATE INDEX simulated_prompted ON prompt (prompted_at)",
    "CREATE INDEX simulated_reminded ON prompt (reminded_at)",
    "CREATE INDEX simulated_cutoff ON occurrence (cutoff_at)",
)
"""For what only a simulation asks, at each moment of it."""

_JUST_ASKED = (
    select(
        Prompt.person,
        Prompt.reminded_at,
        Ask.id,
        Ask.area_id,
        Ask.occurrence_id,
        Occurrence.ritual_id,
        Occurrence.slot,
        Occurrence.cutoff_at,
    )
    # The ref begins with the number of the request, and SQLite reads as far as that goes.
    .join(Ask, Ask.id == cast(Prompt.ref, Integer))
    .join(Occurrence, Occurrence.id == Ask.occurrence_id)
    .where(Prompt.kind == PROMPT, or_(Prompt.prompted_at == bindparam("now"), Prompt.reminded_at == bindparam("now")))
    .where(Ask.state == WAITING, Ask.asked == Prompt.person)
    .order_by(Prompt.id)
)
_PLANNING_ASKED = (
    select(Prompt.person, Prompt.ref, Prompt.reminded_at, Prompt.deadline)
    .where(
        Prompt.kind == PLANNING,
        Prompt.ended_at.is_(None),
        or_(Prompt.prompted_at == bindparam("now"), Prompt.reminded_at == bindparam("now")),
    )
    .order_by(Prompt.id)
)
_ASK = Ask.__table__.c
_WAITS = select(_ASK.id).where(_ASK.id == bindparam("id"), _ASK.asked == bindparam("person"), _ASK.state == WAITING)
_JUST_OVER = select(Occurrence).where(
    Occurrence.cutoff_at == bindparam("now"), Occurrence.state == occurrences.AWAITING_OUTPUT
)


def _answer(chance: Random) -> Answer:
    colour = chance.choice(COLOURS)
    path = "" if colour == GREEN else "Cut the export, by Friday"
    confidence = chance.randrange(40, 100, 10)
    return Answer(status=colour, next="Ship it\nMeasure it", shipped="Part of it", path=path, confidence=confidence)
