"""The launch calendar: what goes out in the coming weeks, for whom, how sure, and what is in its way."""

from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import pytest

from bot.comms import calendar, calendar_messages, listeners
from bot.db import Database
from bot.definitions import Organisation
from bot.errors import UserError
from bot.house import House
from bot.releases import ahead, messages, report, rollout
from tests.comms.launch import atlas, comms_house
from tests.fakes import StoppedClock
from tests.people import ALICE, CHARLIE
from tests.releases.launch import Keyboard, register
from tests.updates.team import berlin


@pytest.fixture
def house(db: Database, clock: StoppedClock) -> House:
    """Nothing may go out at the end of the year."""
    made = comms_house(db, clock)
    stated = made.definitions.organisation.model_dump(mode="python", exclude_unset=True)
    freeze = {"from": "2026-12-21", "until": "2027-01-03", "name": "Year-end freeze"}
    organisation = Organisation.model_validate(stated | {"freezes": [freeze]})
    return replace(made, definitions=replace(made.definitions, organisation=organisation))


@pytest.fixture(autouse=True)
def _nothing_remembered() -> Iterator[None]:
    yield
    listeners._plain_until.clear()


def shown(db: Database, house: House, words: str = "") -> str:
    with db.transaction() as session:
        return calendar_messages.message(house, calendar.look(session, house, ALICE, words)).text


def some_releases(db: Database, house: House) -> None:
    with db.transaction() as session:
        atlas(session, house)
        atlas(session, house, ["security", "support"], name="Borealis", target="2026-12-11", until="2026-12-15",
              confidence="rough", facts=("asked",))  # fmt: skip
        atlas(session, house, ["support"], name="Cirrus", target="2026-12-22", facts=())
        register(session, house, name="Dorado", target="2027-02-01")
        register(session, house, name="Far away", target="2027-09-01")
        gone = register(session, house, name="Gone", target="2026-12-10")
        rollout.cancel(session, house, ALICE, str(gone.id), "Nobody wants it")


def test_it_shows_week_by_week_what_goes_out_how_sure_that_is_and_what_clashes(db: Database, house: House) -> None:
    some_releases(db, house)
    assert shown(db, house).splitlines() == [
        "Launches, the next 90 days",
        "*Week of Mon 7 Dec*",
        "• Wed 9 Dec, likely: Atlas (medium, 🔴 Hold, Alice)",
        "   ⚠ Borealis goes out Fri 11 Dec, for Support, too",
        "• Fri 11 Dec to Tue 15 Dec, rough guess: Borealis (medium, 🔴 Hold, Alice)",
        "   ⚠ Atlas goes out Wed 9 Dec, for Support, too",
        "*Week of Mon 21 Dec*",
        "• ⚠ Year-end freeze, Mon 21 Dec to Sun 3 Jan: nothing is to go out",
        "• Tue 22 Dec, likely: Cirrus (low, 🟢 Go, Alice)",
        "   ⚠ in Year-end freeze",
        "*Week of Mon 1 Feb*",
        "• Mon 1 Feb, likely: Dorado (medium, 🔴 Hold, Alice)",
        "Dates are no commitments to customers, and a range even less: only a firm day may be told outside."
        " /launch-ready and a name shows one release.",
    ]


def test_it_can_be_for_one_function_and_other_days(db: Database, house: House) -> None:
    some_releases(db, house)
    security = shown(db, house, "security 30 days")
    assert security.startswith("Launches for Security, the next 30 days\n*Week of Mon 7 Dec*\n• Fri 11 Dec")
    assert "Wed 9 Dec, likely: Atlas" not in security
    assert "Cirrus" not in security
    assert "1 release does not say yet who needs to know." in shown(db, house, "Support")
    assert "Far away" in shown(db, house, "365")


def test_an_empty_calendar_says_how_to_register_a_release(db: Database, house: House) -> None:
    assert "No release is planned for this time. /launch-ready new registers one." in shown(db, house, "20")
    assert "No release for Security is planned" in shown(db, house, "security 20")


@pytest.mark.parametrize(
    ("words", "said"), [("0", "from 1 to 365"), ("9" * 30, "from 1 to 365"), ("supprt", "support")]
)
def test_what_it_does_not_know_is_answered_with_what_there_is(
    db: Database, house: House, words: str, said: str
) -> None:
    with pytest.raises(UserError, match=said):
        shown(db, house, words)


class Picky(Keyboard):
    """A workspace that takes no pictures."""

    async def _respond(self, **message: Any) -> bool:
        self.replies.append(message)
        return not any(block["type"] == "data_visualization" for block in message["blocks"])


def kinds(reply: dict[str, Any]) -> set[str]:
    return {block["type"] for block in reply["blocks"]}


def test_a_picture_stands_beside_it_where_slack_takes_one_and_else_the_text_alone(db: Database, house: House) -> None:
    some_releases(db, house)
    house = replace(house, charts=True)
    takes_it, does_not, again = Keyboard(CHARLIE), Picky(CHARLIE), Picky(CHARLIE)
    takes_it.does(house, listeners.launches)
    (reply,) = takes_it.replies
    (picture,) = (block for block in reply["blocks"] if block["type"] == "data_visualization")
    assert picture["chart"]["axis_config"]["categories"] == ["7 Dec 26", "21 Dec 26", "1 Feb 27"]
    assert {each["name"]: [point["value"] for point in each["data"]] for each in picture["chart"]["series"]} == {
        "low": [0, 1, 0],
        "medium": [2, 0, 1],
    }
    does_not.does(house, listeners.launches)
    refused, plain = does_not.replies
    assert "data_visualization" in kinds(refused) - kinds(plain)
    again.does(house, listeners.launches)
    assert [kinds(each) for each in again.replies] == [kinds(plain)]


def test_from_the_home_tab_it_opens_as_a_form(db: Database, house: House) -> None:
    some_releases(db, house)
    home = Keyboard()
    home.does(house, listeners.launches, respond=None)
    (view,) = home.opened
    assert view["title"]["text"] == "Launch calendar"


def test_one_of_several_days_is_shown_until_the_last_of_them(db: Database, house: House, clock: StoppedClock) -> None:
    with db.transaction() as session:
        atlas(session, house, target="2026-11-25", until="2026-11-27", facts=())
    for day, is_shown in ((2, True), (3, False)):
        clock.set(berlin(25 + day, 9))
        assert ("Wed 25 Nov to Fri 27 Nov, likely: Atlas" in shown(db, house)) is is_shown
        with db.transaction() as session:
            assert ("Atlas" in ahead.coming(session, house, ALICE).text) is is_shown


def test_a_hundred_releases_on_one_day_are_registered_and_shown(db: Database, house: House) -> None:
    with db.transaction() as session:
        for number in range(100):
            # For the same people, so that each is in the way of all others.
            release = register(session, house, name=f"Release {number:03} with a name that is as long as one may be")
            release.functions = [function.id for function in house.definitions.organisation.functions]
        session.flush()
        last = report.compile(session, house, release)
    card = messages.card(house, last)
    assert "and 94 more; /cadence launches shows the releases around it" in card.text
    with db.transaction() as session:
        text = str(calendar_messages.message(house, calendar.look(session, house, ALICE, "")).blocks)
    assert text.count(" (medium, ") == 30
    assert "   ⚠ 99 clashes" in text
    assert "And 70 more, later." in text
