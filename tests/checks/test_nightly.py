"""What the checks find in a night: who hears of it, how long it is known, what mends and what waives it."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from bot import app, timers
from bot.audit import Event, record
from bot.checks import flow, listeners, model
from bot.checks.model import Found
from bot.db import Database
from bot.errors import FieldErrors, UserError
from bot.findings import to_be_mended
from bot.house import Finding, House
from bot.people.directory import Directory, keep
from bot.prompts.model import NEWS, Prompt
from tests.fakes import StoppedClock, make_house
from tests.people import ALICE, BOB, CHARLIE
from tests.releases.launch import Keyboard

STALE = Finding("AR02", "artifact:roadmap", "The roadmap view is 26 days old.", ALICE)
EMPTY = Finding("CA04", "ritual:review", "The review left nothing three times.", ALICE)
LEAK = Finding("DA02", "insight:17", "I-17 is restricted and has a card for all.")


class World:
    """A workspace in whose records there is what a test puts there."""

    def __init__(self, db: Database, clock: StoppedClock) -> None:
        self.there: list[Finding] = []
        self.clock = clock
        links = replace(app.LINKS, findings=(self._find,))
        self.house = make_house(db, clock=clock, links=links)
        members = tuple({"id": each, "tz": "Europe/Berlin"} for each in (ALICE, BOB, CHARLIE))
        with db.transaction() as session:
            keep(session, self.house, Directory(members=members, channels=()))

    def _find(self, _session: Session, _house: House) -> Iterator[Finding]:
        yield from self.there

    def night(self, *there: Finding) -> None:
        """A day goes by, and then these are found."""
        self.there = list(there)
        self.clock.turn(timedelta(days=1))
        self.house.db.call(flow.on_nightly, self.house, "checks:night")

    def soon(self, *there: Finding) -> None:
        """Something happens, and then these are found."""
        self.there = list(there)
        self.clock.turn(timedelta(minutes=1))
        self.house.db.call(flow.on_again, self.house, "checks:again")

    def notice(self) -> None:
        self.house.db.call(flow.notice, self.house)

    def happens(self) -> None:
        with self.house.db.transaction() as session:
            record(session, self.house, "artifact.issued", "artifact:roadmap")

    def looks_again(self) -> bool:
        """Whether a look is planned, which is then made."""
        with self.house.db.transaction() as session:
            leases = timers.claim(session, self.house.workspace_id, self.clock.now(), "node")
        with self.house.db.transaction() as session:
            looks = [each for each in leases if each.kind == flow.AGAIN]
            return any([timers.fire(session, each, self.house, {flow.AGAIN: flow.on_again}) for each in looks])

    def found(self) -> list[Found]:
        return self.house.db.call(model.open_now, self.house)

    def told(self, person: str) -> list[str]:
        """What somebody was told of it, in order."""
        with self.house.db.transaction() as session:
            return [str(each.news["text"]) for each in self._news(session, person) if each.news]

    def buttons(self, person: str) -> list[tuple[str, str, str]]:
        with self.house.db.transaction() as session:
            more = [each.news["more"] for each in self._news(session, person) if each.news]
        return [(each["label"], each["action_id"], each["value"]) for each in more]

    def urgent(self, person: str) -> list[bool]:
        with self.house.db.transaction() as session:
            return [each.urgent for each in self._news(session, person)]

    def _news(self, session: Session, person: str) -> list[Prompt]:
        query = select(Prompt).where(Prompt.kind == NEWS, Prompt.person == person, Prompt.key.startswith("checks."))
        return list(session.scalars(query.order_by(Prompt.id)))

    def says(self, person: str, words: str = "") -> str:
        keyboard = Keyboard(person)
        keyboard.does(self.house, listeners.checks, text=words)
        return str(keyboard.replies[-1]["text"])


@pytest.fixture
def world(any_db: Database, clock: StoppedClock) -> World:
    return World(any_db, clock)


def test_an_owner_hears_of_everything_in_one_line_whatever_it_breaks(world: World) -> None:
    world.night(STALE, EMPTY)
    assert world.told(ALICE) == [
        "The roadmap view is 26 days old. And 1 more thing. /cadence checks mine shows what mends them."
    ]
    assert world.told(BOB) == []


def test_what_nobody_owns_is_told_to_product_ops(world: World) -> None:
    world.night(LEAK, replace(STALE, owner="U0GONE"))
    assert world.told(BOB)[0].startswith("I-17 is restricted")
    assert "And 1 more thing" in world.told(BOB)[0]


def test_what_was_told_is_not_told_again_until_there_is_something_new(world: World) -> None:
    world.night(STALE)
    world.night(STALE)
    assert len(world.told(ALICE)) == 1
    world.night(STALE, EMPTY)
    assert len(world.told(ALICE)) == 2


def test_what_becomes_an_error_is_told_again(world: World) -> None:
    world.night(EMPTY)
    world.night(replace(EMPTY, worse=True))
    assert [each.level for each in world.found()] == ["error"]
    assert len(world.told(ALICE)) == 2


def test_since_when_it_is_known_stays_and_what_is_mended_ends(world: World) -> None:
    world.night(STALE)
    (first,) = world.found()
    world.night(replace(STALE, message="The roadmap view is 27 days old."))
    (later,) = world.found()
    assert (later.first_at, later.message) == (first.first_at, "The roadmap view is 27 days old.")
    world.night()
    assert world.found() == []
    with world.house.db.transaction() as session:
        assert "check.mended" in session.scalars(select(Event.kind)).all()
    assert "1 was mended in the last seven days" in world.says(BOB)


def test_a_look_that_finds_the_same_writes_nothing(world: World) -> None:
    world.night(STALE)
    (before,) = world.found()
    world.clock.turn(timedelta(minutes=1))
    world.house.db.call(flow.look, world.house)
    (after,) = world.found()
    assert after.last_at == before.last_at


def test_what_comes_back_after_it_was_mended_is_known_anew_and_told(world: World) -> None:
    world.night(STALE)
    world.night()
    world.night(STALE)
    (found,) = world.found()
    assert found.first_at == found.last_at
    assert len(world.told(ALICE)) == 2


def test_one_thing_comes_with_the_button_that_mends_it_and_several_with_one_that_shows_all(world: World) -> None:
    mended = replace(STALE, action_id="artifacts.open", value="roadmap", label="Open it")
    world.night(mended)
    (line,) = world.house.db.call(flow.obligations, world.house, ALICE)
    assert (line.title, line.action_id, line.value, line.label) == (
        "The roadmap view is 26 days old.", "artifacts.open", "roadmap", "Open it",
    )  # fmt: skip
    assert world.buttons(ALICE) == [("Open it", "artifacts.open", "roadmap")]
    world.night(mended, EMPTY)
    assert world.buttons(ALICE)[1:] == [("Show", "checks.show", "mine")]


def test_what_happens_is_looked_at_soon_and_nothing_else_is(world: World) -> None:
    world.night(STALE)
    world.notice()
    world.looks_again()
    world.notice()
    assert not world.looks_again(), "nothing has happened, whichever node asks and however often"
    world.happens()
    world.there = []
    world.notice()
    assert world.looks_again()
    assert world.found() == []
    world.notice()
    assert not world.looks_again(), "that something was mended is nothing to look at"


def test_what_happens_while_a_look_waits_or_runs_is_looked_at_after_it(world: World) -> None:
    world.happens()
    world.notice()
    world.happens()
    world.notice()
    assert world.looks_again()
    world.notice()
    assert world.looks_again()
    world.notice()
    assert not world.looks_again()


def test_only_what_cannot_wait_is_told_before_the_night(world: World) -> None:
    unsaid = Finding("RE07", "release:1", "Atlas is live, and nobody said go.", ALICE)
    world.soon(unsaid, STALE)
    assert world.told(ALICE) == ["Atlas is live, and nobody said go. /cadence checks mine shows what mends it."]
    world.soon(unsaid, STALE)
    assert len(world.told(ALICE)) == 1
    world.night(unsaid, STALE)
    assert len(world.told(ALICE)) == 2, "with the night comes the rest"
    world.night(unsaid, STALE)
    assert len(world.told(ALICE)) == 2
    assert world.urgent(ALICE) == [True, False]


def test_the_list_shows_what_is_so_now(world: World) -> None:
    world.night(STALE, EMPTY)
    world.there = [EMPTY]
    listed = world.says(ALICE)
    assert "26 days old" not in listed
    assert "left nothing three times" in listed


def test_an_info_is_listed_and_never_told(world: World) -> None:
    world.night(Finding("AR05", "artifact:health", "Nobody opened it.", ALICE))
    assert world.told(ALICE) == []
    assert "Info AR05: Nobody opened it." in world.says(ALICE)
    assert world.house.db.call(flow.obligations, world.house, ALICE) == []


def test_the_list_of_a_person_is_theirs_and_product_ops_sees_all(world: World) -> None:
    world.night(STALE, LEAK)
    assert "I-17" not in world.says(ALICE)
    assert "26 days old" in world.says(ALICE)
    everything = world.says(BOB)
    assert everything.index("Error DA02") < everything.index("Warning AR02")
    assert "26 days old" not in world.says(BOB, "mine")
    assert "Nothing is to be mended" in world.says(CHARLIE)


def test_what_waits_for_a_person_is_one_line_on_home_and_today(world: World) -> None:
    world.night(STALE, EMPTY)
    (line,) = world.house.db.call(flow.obligations, world.house, ALICE)
    assert (line.title, line.action_id, line.value) == ("2 things to be mended", "checks.show", "mine")
    assert world.house.db.call(flow.obligations, world.house, CHARLIE) == []


def test_waived_it_is_out_of_the_way_until_the_waiver_ends_and_then_comes_back(world: World) -> None:
    world.night(STALE)
    (found,) = world.found()
    until = (world.clock.now() + timedelta(days=2)).date()
    world.house.db.call(flow.waive, world.house, BOB, str(found.id), "The review is paused.", str(until))
    world.night(STALE)
    assert len(world.told(ALICE)) == 1
    listed = world.says(BOB)
    assert "Nothing is to be mended" in listed
    assert f"Until {until:%a %-d %b %Y}, says Bob: The review is paused." in listed
    assert world.house.db.call(to_be_mended, world.house) == [], "it counts against nothing meanwhile"
    world.night(STALE)
    world.night(STALE)
    assert len(world.told(ALICE)) == 2
    assert "Warning AR02" in world.says(BOB)
    assert world.house.db.call(to_be_mended, world.house) == [STALE]


def test_product_ops_waives_in_a_form_and_reads_until_when(world: World) -> None:
    world.night(STALE)
    (found,) = world.found()
    keyboard = Keyboard(BOB)
    keyboard.does(world.house, listeners.open_waive, value=str(found.id), trigger="T1")
    (form,) = keyboard.opened
    assert "The roadmap view is 26 days old." in str(form)
    typed = {"reason": "The review is paused until the new year.", "until": "2027-01-08"}
    keyboard.submits(world.house, listeners.waived, form, **typed)
    assert "waived until Fri 8 Jan 2027" in str(keyboard.acks[-1])
    assert "says Bob: The review is paused until the new year." in world.says(BOB)


@pytest.mark.parametrize(("reason", "days"), [("", 5), ("Because", -1), ("Because", 91), ("Because", None)])
def test_a_waiver_needs_a_reason_and_a_day_within_90(world: World, reason: str, days: int | None) -> None:
    world.night(STALE)
    (found,) = world.found()
    until = "" if days is None else str((world.clock.now() + timedelta(days=days)).date())
    with pytest.raises(FieldErrors):
        world.house.db.call(flow.waive, world.house, BOB, str(found.id), reason, until)


def test_only_product_ops_waives(world: World) -> None:
    world.night(STALE)
    (found,) = world.found()
    with pytest.raises(UserError, match="Only product ops may waive"):
        world.house.db.call(flow.waive, world.house, ALICE, str(found.id), "Because", "2026-12-01")


def test_what_is_noted_as_somebody_does_it_is_listed_for_a_week(world: World) -> None:
    asked = Finding("BO02", "person:U0CHARLIE", "Somebody asked Drumbeat to choose.")
    world.house.db.call(flow.note, world.house, asked)
    world.night()
    assert [each.rule for each in world.found()] == ["BO02"]
    world.house.db.call(flow.note, world.house, asked)
    for _ in range(7):
        world.night()
        assert [each.rule for each in world.found()] == ["BO02"], "since it was noted last"
    world.night()
    assert world.found() == []


@pytest.mark.proves("R41")
def test_each_night_has_a_next_one_at_two_in_the_workspace(world: World) -> None:
    world.house.db.call(flow.keep_in_step, world.house)
    with world.house.db.transaction() as session:
        due = timers.due(session, world.house, flow.NIGHTLY)
    assert due is not None
    local = due.astimezone(world.house.definitions.organisation.zone)
    assert (local.hour, local.minute) == (2, 0)
    assert timedelta() < due - world.clock.now() <= timedelta(days=1)


def test_a_check_explains_itself_also_in_slack(world: World) -> None:
    assert "a ritual that is to leave nothing" in world.says(ALICE, "ca03")


def test_another_workspace_neither_sees_nor_ends_it(world: World) -> None:
    world.night(STALE)
    other = make_house(world.house.db, clock=world.clock, links=world.house.links, workspace_id="T0OTHER")
    world.there = []
    world.house.db.call(flow.look, other)
    assert other.db.call(model.open_now, other) == []
    assert len(world.found()) == 1
