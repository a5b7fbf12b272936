"""The first steps of a workspace: found out, shown to whoever sets up, gone when done or hidden."""

import asyncio
from collections.abc import Callable
from dataclasses import replace
from typing import Any, Concatenate, ParamSpec, TypeVar

import pytest
from sqlalchemy.orm import Session

from bot import app, versions
from bot.blocks import Block
from bot.blocks.compose import spoken
from bot.db import Database
from bot.definitions import Definitions
from bot.errors import UserError
from bot.gesture import Gesture
from bot.house import House
from bot.people.directory import Directory, keep
from bot.people.model import note_joined
from bot.people.named_channels import named
from bot.prompts.model import Prompt
from bot.welcome.home import on_home
from bot.welcome.listeners import TABLES
from bot.welcome.model import FirstSteps
from tests.decisions import classes
from tests.decisions.classes import DANA
from tests.decisions.log import recorded
from tests.fakes import StoppedClock, make_house, promised
from tests.insights import world
from tests.people import ALICE, BOB, CHARLIE
from tests.prompts.asking import turn_to
from tests.updates.team import berlin, member

P = ParamSpec("P")
T = TypeVar("T")

WEEKLY = "weekly-update"


class Start:
    """A workspace in which nothing has happened; Bob is product ops, Dana is head of product."""

    def __init__(self, db: Database, clock: StoppedClock, definitions: Definitions | None = None) -> None:
        self.db, self.clock = db, clock
        self.house = make_house(db, definitions or classes.definitions(), clock, links=app.LINKS)
        self.said: list[str] = []

    def run(self, verb: Callable[Concatenate[Session, House, P], T], *args: P.args, **kwargs: P.kwargs) -> T:
        return self.db.call(verb, self.house, *args, **kwargs)

    def know(self, *names: str) -> None:
        """Slack has these people and no others, and no channel yet."""
        everybody = {"Alice": ALICE, "Bob": BOB, "Charlie": CHARLIE, "Dana": DANA, "Erin": "U0ERIN"}
        members = tuple(member(everybody[name], name) for name in names or everybody)
        self.run(keep, Directory(members=members, channels=()))

    def line(self, name: str) -> str:
        """How a step is shown now."""
        (line,) = (each for each in self.lines() if name in each)
        return line

    def lines(self) -> list[str]:
        return self.ask("").splitlines()[1:]

    def home(self, user: str = BOB) -> str:
        """What stands first on Home."""
        return shown(self.run(on_home, user))

    def ask(self, text: str, user: str = BOB) -> str:
        """`/cadence first-steps`"""
        asyncio.run(self._ask(text, user))
        return self.said[-1]

    async def _ask(self, text: str, user: str) -> None:
        gesture = Gesture(user=user, ack=_ack, client=self, text=text, respond=self.respond)  # type: ignore[arg-type]  # nothing of the client is used
        await TABLES.verbs["first-steps"].handler(gesture, self.house)

    def press(self, action_id: str, user: str = BOB) -> str:
        """What stands first on Home afterwards."""
        asyncio.run(self._press(action_id, user))
        return self.home(user)

    async def _press(self, action_id: str, user: str) -> None:
        gesture = Gesture(user=user, ack=_ack, client=self)  # type: ignore[arg-type]  # nothing of the client is used
        await TABLES.actions[action_id](gesture, self.house)

    async def respond(self, **message: Any) -> None:
        self.said.append(str(spoken(message["blocks"])))

    def ended_by(self) -> str | None:
        with self.db.transaction() as session:
            kept = session.get_one(FirstSteps, self.house.workspace_id)
            assert kept.ended_at == self.clock.now()
            return kept.ended_by

    def everything(self) -> None:
        """Do all of them."""
        self.know()
        self.run(apply)
        for number, channel in enumerate(named(self.house)):
            self.run(note_joined, channel if channel[0] == "C" else f"C0N{number}", channel.removeprefix("#"))
        self.run(app.adopt)
        ritual = self.house.definitions.calendar.rituals[0]
        self.run(app.RITUALS.run_now, ritual, BOB)
        self.run(app.RITUALS.close_now, ritual, BOB)
        turn_to(self.house, self.clock, self.clock.now())
        recorded(self.house)


async def _ack(**_said: Any) -> None:
    """Slack hears nothing else."""


def apply(session: Session, house: House) -> int:
    return versions.store(session, house.workspace_id, house.clock.now(), {"a.yaml": ""}, after=0, author="Bob")


def shown(parts: list[Block]) -> str:
    return str(spoken(parts))


@pytest.fixture
def start(db: Database, clock: StoppedClock) -> Start:
    return Start(db, clock)


def test_each_step_is_open_until_the_records_say_otherwise(start: Start) -> None:
    start.know("Alice", "Bob", "Dana")
    assert start.line("definitions: ") == "☐ open – Apply the definitions: drumbeat apply"
    assert start.line("Slack knows").startswith("☐ open – Slack knows 3 of 5 people, not Charlie, Erin: correct")
    assert start.line("I am in").startswith("☐ open – I am in 0 of ")
    for name in ("/cadence run weekly-update", "/cadence close weekly-update", "/decision"):
        assert start.line(name).startswith("☐ open")


def test_definitions_count_once_there_is_a_version(start: Start) -> None:
    start.know()
    start.run(apply)
    assert start.line("definitions are") == "☑ done – The definitions are applied"


def test_people_count_once_slack_knows_all_of_them(start: Start) -> None:
    start.know()
    assert start.line("Slack knows") == "☑ done – Slack knows all 5 people of the definitions"


def test_channels_count_once_drumbeat_is_in_all_of_them(start: Start) -> None:
    start.know()
    first, *others = named(start.house)
    for number, channel in enumerate(others):
        start.run(note_joined, channel if channel[0] == "C" else f"C0N{number}", channel.removeprefix("#"))
    line = start.line("I am in")
    assert line == (
        f"☐ open – I am in {len(others)} of {len(others) + 1} channels, not in {first}: /invite @Drumbeat there"
    )
    start.run(note_joined, first, "somewhere")
    assert start.line("I am in").startswith("☑ done")


def test_areas_count_once_owner_and_deputy_are_there(start: Start) -> None:
    start.know("Bob", "Charlie", "Dana", "Erin")
    assert start.line("owner and a deputy").endswith("to be named in organisation.yaml: Billing: owner, Search: owner")
    start.know()
    assert start.line("owner and a deputy").startswith("☑ done")


def test_an_area_without_a_deputy_is_open(db: Database, clock: StoppedClock) -> None:
    plain = classes.definitions()
    areas = tuple(each.model_copy(update={"deputy": None}) for each in plain.organisation.areas)
    start = Start(db, clock, replace(plain, organisation=plain.organisation.model_copy(update={"areas": areas})))
    start.know()
    assert "Billing: deputy" in start.line("owner and a deputy")


def test_a_ritual_that_opens_and_closes_a_decision_and_an_insight_are_each_a_step(start: Start) -> None:
    start.know()
    start.run(app.adopt)
    ritual = start.house.definitions.calendar.rituals[0]
    start.run(app.RITUALS.run_now, ritual, BOB)
    assert start.line("ritual was opened").startswith("☑ done")
    assert start.line("leave its artifact").startswith("☐ open")
    start.run(app.RITUALS.close_now, ritual, BOB)
    turn_to(start.house, start.clock, start.clock.now())
    assert start.line("left its artifact").startswith("☑ done")
    assert start.line("first decision").startswith("☐ open")
    recorded(start.house)
    assert start.line("decision is in the log").startswith("☑ done")


def test_insights_are_a_step_where_they_are_kept(db: Database, clock: StoppedClock) -> None:
    start = Start(db, clock, world.definitions())
    start.know()
    assert start.line("/insight").startswith("☐ open")
    assert "[Log insight] [Hide it]" in start.home()
    world.heard(start.house)
    assert start.line("insight was brought").startswith("☑ done")


def test_whoever_sets_up_sees_them_first_on_home_and_others_do_not(start: Start) -> None:
    start.know()
    assert "First steps: 2 of 7 done" in start.home(BOB)
    assert "[Hide it]" in start.home(BOB)
    assert "First steps" in start.home(DANA)
    assert "[Hide it]" not in start.home(DANA)
    assert "First steps" not in start.home(ALICE)
    assert start.home("U0EVE") == ""


def test_they_are_gone_once_all_are_done_and_stay_gone(start: Start) -> None:
    start.everything()
    assert start.home() == ""
    assert start.ended_by() is None
    start.know("Bob", "Dana")
    assert start.home() == ""
    assert "☐ open – Slack knows 2 of 5" in start.ask("")


def test_hidden_they_stay_hidden_for_all_and_it_is_known_who_did_it(start: Start) -> None:
    start.know()
    assert "First steps" not in start.press("welcome.hide")
    assert "First steps" not in start.home(DANA)
    assert start.ended_by() == BOB
    assert "First steps: 2 of 7 done" in start.ask("")
    start.press("welcome.hide")
    assert start.ended_by() == BOB


def test_the_command_hides_them_too(start: Start) -> None:
    start.know()
    assert "off everybody's Home" in start.ask(" hide ")
    assert start.home() == ""


@pytest.mark.parametrize("user", [ALICE, DANA, "U0EVE"])
def test_only_product_ops_hides_them(start: Start, user: str) -> None:
    start.know()
    with pytest.raises(UserError, match="Only product ops may hide the first steps"):
        start.press("welcome.hide", user)
    with pytest.raises(UserError, match="Only product ops"):
        start.ask("hide", user)
    assert "First steps" in start.home()


def test_another_workspace_has_its_own(start: Start) -> None:
    start.everything()
    start.house = replace(start.house, workspace_id="T0OTHER")
    start.know()
    assert "First steps: 2 of 7 done" in start.home()


def arrivals(start: Start) -> list[tuple[str, str]]:
    with start.db.transaction() as session:
        return [(each.person, str(each.news)) for each in session.query(Prompt) if "arrived" in each.key]


def test_at_the_first_start_product_ops_hears_once_what_is_left_to_do(start: Start) -> None:
    start.know()
    start.clock.set(berlin(25, 7))
    for _ in range(2):
        start.run(app.arrive)
    turn_to(start.house, start.clock, berlin(25, 12))
    (said,) = promised(start.db, channel=BOB)
    assert "Drumbeat is here" in said.text
    assert "2 of the first steps are done. What is left:" in said.text
    assert "• I am in 0 of " in said.text
    turn_to(start.house, start.clock, berlin(27, 12))
    start.run(app.arrive)
    assert len(arrivals(start)) == 1


def test_as_long_as_nobody_of_product_ops_is_known_it_waits(start: Start) -> None:
    start.know("Alice")
    start.run(app.arrive)
    assert arrivals(start) == []
    start.know()
    start.run(app.arrive)
    assert [person for person, _news in arrivals(start)] == [BOB]


def test_where_rituals_have_been_held_nobody_is_told_that_it_is_here(start: Start) -> None:
    start.everything()
    start.run(app.arrive)
    assert arrivals(start) == []


def test_each_workspace_hears_it_for_itself(start: Start) -> None:
    start.know()
    start.run(app.arrive)
    start.house = replace(start.house, workspace_id="T0OTHER")
    start.know()
    start.run(app.arrive)
    assert len(arrivals(start)) == 2
