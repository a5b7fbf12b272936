"""What is on me, what is next: the Home tab, `/cadence today` and `/cadence help`."""

import asyncio
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

import pytest
from sqlalchemy.orm import Session

from bot import app
from bot.aliases import Aliases
from bot.blocks import View
from bot.blocks.compose import spoken
from bot.db import Database
from bot.gesture import Gesture, Handler
from bot.home import listeners
from bot.home.page import MOST, home_view
from bot.house import House, Links, Obligation
from bot.words import Words
from tests.fakes import ROOT, WEDNESDAY
from tests.people import ALICE, CHARLIE
from tests.updates.team import EVE, Week, berlin, definitions


@pytest.fixture
def week(db: Database) -> Week:
    return Week(db, definitions())


class Slack:
    """Keeps what one person is shown."""

    def __init__(self) -> None:
        self.acked = 0
        self.homes: list[tuple[str, dict[str, Any]]] = []
        self.said: list[str] = []
        self.blocks: list[list[dict[str, Any]]] = []

    def hears(self, house: House, handler: Handler, user: str = ALICE, **event: Any) -> None:
        gesture = Gesture(user=user, ack=self.ack, client=self, respond=self.respond, event=event)  # type: ignore[arg-type]  # only views_publish is used
        asyncio.run(self._hand(handler, gesture, house))

    async def _hand(self, handler: Handler, gesture: Gesture, house: House) -> None:
        await handler(gesture, house)

    async def ack(self) -> None:
        self.acked += 1

    async def respond(self, **message: Any) -> None:
        self.said.append(message["text"])
        self.blocks.append(message["blocks"])

    async def views_publish(self, *, user_id: str, view: dict[str, Any]) -> None:
        self.homes.append((user_id, view))


def week_with(db: Database, *obligations: Obligation) -> Week:
    """A week in which these things wait for Alice."""

    def of(_session: Session, _house: House, slack_id: str) -> list[Obligation]:
        return list(obligations) if slack_id == ALICE else []

    return Week(db, definitions(), Links(obligations=(of,)))


def shown(view: View) -> str:
    return str(spoken(view.payload()["blocks"]))


def test_with_nothing_on_them_people_are_told_so_and_what_comes_next_in_their_own_time(week: Week) -> None:
    berlin_time, new_york_time = shown(week.run(home_view, ALICE)), shown(week.run(home_view, CHARLIE))
    assert "Nothing waits for you." in berlin_time
    assert "What comes next (times in Europe/Berlin)\nWed 25 Nov, 10:00 – Weekly product update" in berlin_time
    assert "What comes next (times in America/New_York)\nWed 25 Nov, 04:00 – Weekly product update" in new_york_time


def test_somebody_the_organisation_does_not_name_sees_the_workspaces_time(week: Week) -> None:
    assert "times in Europe/Berlin" in shown(week.run(home_view, EVE))


def test_when_nothing_is_planned_soon_it_says_so(week: Week) -> None:
    week.clock.turn(-timedelta(days=30))
    assert "Nothing is planned for the next two weeks." in shown(week.run(home_view, ALICE))


def test_what_is_due_first_stands_first_and_what_has_no_day_last(db: Database) -> None:
    week = week_with(
        db,
        Obligation("Some day", None),
        Obligation("Later", berlin(27, 12)),
        Obligation("Sooner <!channel> *now*", berlin(26, 12), "updates.write", "7", "Write update"),
    )
    view = week.run(home_view, ALICE)
    said = shown(view)
    assert "Sooner &lt;!channel&gt; *now*\nDue Thu 26 Nov, 12:00" in said
    assert said.index("Sooner") < said.index("Later") < said.index("Some day")
    button = view.payload()["blocks"][1]["accessory"]
    assert (button["action_id"], button["value"], button["text"]["text"]) == ("updates.write", "7", "Write update")
    assert "Sooner" not in shown(week.run(home_view, CHARLIE))


@pytest.mark.parametrize("count", [MOST[0], MOST[0] + 3])
def test_more_than_anybody_reads_is_counted(db: Database, count: int) -> None:
    week = week_with(db, *(Obligation(f"Thing {n}.", _in_days(n)) for n in range(count)))
    said = shown(week.run(home_view, ALICE))
    assert sum(f"Thing {n}." in said for n in range(count)) == MOST[0]
    assert ("And 3 more" in said) == (count > MOST[0])


def test_opening_the_home_tab_shows_it_and_opening_the_messages_does_not(week: Week) -> None:
    slack = Slack()
    slack.hears(week.house, listeners.opened, tab="home")
    slack.hears(week.house, listeners.opened, tab="messages")
    assert [user for user, _view in slack.homes] == [ALICE]
    assert slack.acked == 2


def test_the_command_today_says_what_is_on_somebody(db: Database) -> None:
    slack = Slack()
    slack.hears(week_with(db, Obligation("Sign off Atlas", None)).house, listeners.today)
    (said,) = slack.said
    assert "What is on you\nSign off Atlas" in said


def test_help_lists_every_command_and_verb_and_what_to_write_behind_it(week: Week) -> None:
    slack = Slack()
    slack.hears(week.house, listeners.help_for(app.tables()))
    # What is read aloud says that there is more in the message.
    (blocks,) = slack.blocks
    said = "\n".join(block["text"]["text"] for block in blocks)
    tables = app.tables()
    for name in [*tables.commands, *(f"/cadence {verb}" for verb in tables.verbs)]:
        assert f"{name} " in said
    assert "/weekly-update [area] – Write or edit your weekly update" in said


def _in_days(count: int) -> datetime:
    return WEDNESDAY + timedelta(days=count)


def test_help_says_in_the_companys_words_what_commands_do(week: Week) -> None:
    slack = Slack()
    house = replace(week.house, words=Words([ROOT / "templates"], aliases=Aliases({"ritual": "rite", "area": "squad"})))
    slack.hears(house, listeners.help_for(app.tables()))
    (blocks,) = slack.blocks
    said = "\n".join(block["text"]["text"] for block in blocks)
    assert "What each rite has left" in said
    assert "/weekly-update [area]" in said, "what is typed stays as it must be typed"
