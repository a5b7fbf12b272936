"""Whoever writes to Drumbeat in their own words is answered, once and not without end."""

import asyncio
import json
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy.orm import Session

from bot.blocks import Message, message
from bot.db import Database
from bot.gesture import Gesture
from bot.house import House, Links, Obligation
from bot.people.model import Absence
from bot.welcome.flow import A_WHILE, MOST_ANSWERS, MOST_ON_YOU
from bot.welcome.listeners import TABLES, written
from bot.welcome.model import Acquaintance
from tests.aloud import read_aloud
from tests.decisions import classes
from tests.decisions.classes import DANA
from tests.decisions.log import introduce
from tests.fakes import Promised, StoppedClock, make_house, promised
from tests.people import ALICE, BOB, CHARLIE, WORKSPACE

EVE = "U0EVE"
ME = "U0DRUMBEAT"
GADGET = "The gadget is green, as of Monday."
HELP, AGAIN = "What you may want to do:", "What I can do stands a little further up."


def about_gadgets(session: Session, house: House, slack_id: str, words: str) -> Message | None:
    return message(text=GADGET) if "gadget" in words else None


def of_alice(session: Session, house: House, slack_id: str) -> list[Obligation]:
    now = house.clock.now()
    if slack_id != ALICE:
        return []
    late = Obligation("Sign off Atlas", now - timedelta(days=1))
    return [*(Obligation(f"Thing {n}", now + timedelta(days=n)) for n in range(1, 7)), late]


class Desk:
    """Alice, Bob and Charlie write to Drumbeat."""

    def __init__(self, db: Database, clock: StoppedClock) -> None:
        links = Links(obligations=(of_alice,), answer_in_words=about_gadgets)
        self.db, self.clock = db, clock
        self.house = make_house(db, classes.definitions(), clock, links=links)
        self.acked = 0
        self.said: list[str] = []
        with db.transaction() as session:
            introduce(session, self.house, ALICE, BOB, CHARLIE, DANA)

    def hears(self, words: str, user: str = ALICE, **event: Any) -> list[Promised]:
        """What is answered to a message, by now."""
        before = len(promised(self.db, "welcome.answer"))
        ts = f"{int(self.clock.now().timestamp())}.{before + 1:06d}"
        event = {"type": "message", "channel_type": "im", "text": words, "ts": ts, "team": WORKSPACE, **event}
        gesture = Gesture(
            user=user, ack=self.ack, client=self, channel=f"D0{user[2:]}", event=event, me=ME  # type: ignore[arg-type]  # nothing of the client is used
        )  # fmt: skip
        asyncio.run(self._hand(gesture))
        return promised(self.db, "welcome.answer")[before:]

    async def _hand(self, gesture: Gesture) -> None:
        await written(gesture, self.house)

    async def ack(self) -> None:
        self.acked += 1

    def presses(self, value: str, user: str = ALICE) -> str:
        gesture = Gesture(user=user, ack=self.ack, client=self, value=value, respond=self.respond)  # type: ignore[arg-type]  # as above

        async def press() -> None:
            await TABLES.actions["welcome.away"](gesture, self.house)

        asyncio.run(press())
        return self.said[-1]

    async def respond(self, **said: Any) -> None:
        self.said.append(said["text"])

    def absences(self) -> list[tuple[str, str, str]]:
        with self.db.transaction() as session:
            return [(str(each.first_day), str(each.last_day), each.kind) for each in session.query(Absence)]


@pytest.fixture
def desk(db: Database, clock: StoppedClock) -> Desk:
    return Desk(db, clock)


def buttons(answer: Promised) -> list[tuple[str, str]]:
    return [
        (each["text"]["text"], each["action_id"]) for block in answer.blocks for each in block.get("elements", [])
        if each["type"] == "button"
    ]  # fmt: skip


@pytest.mark.parametrize("words", ["help", "hilfe?", "hi", "what can you do", "?", "", "Sunny today in all of Berlin."])
def test_words_that_are_nothing_else_get_the_help(desk: Desk, words: str) -> None:
    (answer,) = desk.hears(words)
    assert answer.channel == ALICE
    assert "Hello Alice." in answer.text
    assert "• Sign off Atlas, overdue since Tue 24 Nov, 10:00\n• Thing 1, due Thu 26 Nov, 10:00" in answer.text
    assert f"and {7 - MOST_ON_YOU} more: /cadence today" in answer.text
    assert "• Write your weekly update: /weekly-update" in answer.text
    assert "/cadence help lists everything" in answer.text
    read_aloud(answer)
    assert desk.acked == 1


def test_five_things_are_offered_by_what_somebody_does_here(desk: Desk) -> None:
    for user, own in ((BOB, "/cadence calendar"), (CHARLIE, "/cadence who"), (DANA, "/decision raise")):
        (answer,) = desk.hears("help", user)
        assert own in answer.text
        assert "Nothing waits for you now." in answer.text
        assert answer.text.count("\n• ") == 5
        assert buttons(answer)


def test_somebody_whom_the_definitions_do_not_name_is_told_whom_to_ask(desk: Desk) -> None:
    (answer,) = desk.hears("away until friday", EVE)
    assert "I do not know you yet: Bob can add you" in answer.text


def test_thanks_are_answered_in_a_sentence(desk: Desk) -> None:
    (answer,) = desk.hears("Thanks!")
    assert answer.text == "Gladly. Write help whenever you want to know what I can do."


def test_a_question_about_a_thing_is_answered_by_whoever_knows_of_it(desk: Desk) -> None:
    assert [each.text for each in desk.hears("how is the gadget?")] == [GADGET]
    assert HELP in desk.hears("how is the gizmo?")[0].text


def test_a_message_that_only_mentions_a_thing_is_no_question(desk: Desk) -> None:
    said = "The gadget of our largest customer has been making a strange noise ever since Monday morning."
    assert HELP in desk.hears(said)[0].text


def test_without_anybody_who_knows_of_things_there_is_help(desk: Desk) -> None:
    desk.house = replace(desk.house, links=Links())
    assert HELP in desk.hears("how is the gadget?")[0].text


def test_whoever_wants_a_decision_is_led_to_who_makes_it(desk: Desk) -> None:
    (answer,) = desk.hears("Please decide about pricing for me")
    assert "I bring decisions to those who make them and make none myself: this one is for Dana." in answer.text
    assert buttons(answer) == [("Raise to the decider", "decisions.raise")]


def test_whoever_wants_what_is_for_others_to_do_reads_whose_it_is(desk: Desk) -> None:
    (answer,) = desk.hears("Could you write the spec for exports?")
    assert "I write no specifications, and neither does Product Ops: that is for" in answer.text
    assert buttons(answer) == []


def test_who_is_away_is_offered_to_have_it_noted(desk: Desk) -> None:
    (answer,) = desk.hears("I'm sick until friday")
    assert "from Wed 25 Nov 2026 until Fri 27 Nov 2026? Whoever stands in for you is asked instead." in answer.text
    assert buttons(answer) == [("Note it", "welcome.away"), ("Choose other days", "people.away")]
    assert desk.absences() == []
    (value,) = [block["elements"][0]["value"] for block in answer.blocks if block["type"] == "actions"]
    assert "away" in desk.presses(value)
    assert desk.absences() == [("2026-11-25", "2026-11-27", "sick")]


def test_a_day_alone_is_named_alone(desk: Desk) -> None:
    assert "on Thu 26 Nov 2026?" in desk.hears("away on thursday")[0].text.replace("  ", " ")


@pytest.mark.parametrize("words", ["away", "away for two weeks", "away when I like", "away @bob until friday"])
def test_days_that_are_not_understood_are_asked_for_in_the_form(desk: Desk, words: str) -> None:
    (answer,) = desk.hears(words)
    assert "Until when are you away?" in answer.text
    assert buttons(answer) == [("I am away", "people.away")]


@pytest.mark.parametrize("value", ["", "today tomorrow", "2026-11-25", "2026-11-27 2026-11-25 other"])
def test_a_button_with_other_days_notes_nothing(desk: Desk, value: str) -> None:
    with pytest.raises(Exception, match=r"out of date|before"):
        desk.presses(value)
    assert desk.absences() == []


@pytest.mark.parametrize(
    "event",
    [
        {"bot_id": "B0OTHER"},
        {"app_id": "A0OTHER"},
        {"subtype": "bot_message"},
        {"subtype": "message_changed", "message": {"text": "help"}},
        {"subtype": "message_deleted"},
        {"subtype": "channel_join"},
        {"hidden": True},
        {"team": "T0ELSEWHERE"},
        {"user_team": "T0ELSEWHERE"},
    ],
)
def test_programs_edits_and_people_of_other_companies_are_not_answered(desk: Desk, event: dict[str, Any]) -> None:
    assert desk.hears("help", **event) == []
    assert desk.acked == 1


@pytest.mark.parametrize("user", [ME, "USLACKBOT", ""])
def test_neither_its_own_words_nor_slackbots_are_answered(desk: Desk, user: str) -> None:
    assert desk.hears("help", user) == []


def test_a_message_with_a_file_is_a_message(desk: Desk) -> None:
    assert desk.hears("help", subtype="file_share")


def test_a_message_that_slack_tells_of_twice_has_one_answer(desk: Desk) -> None:
    assert len(desk.hears("help", ts="1700000000.000001")) == 1
    for _ in range(MOST_ANSWERS):
        assert desk.hears("help", ts="1700000000.000001") == []
    assert desk.hears("thanks")


def test_ten_messages_in_a_minute_do_not_have_ten_long_answers(desk: Desk) -> None:
    said = []
    for _ in range(10):
        said += [each.text for each in desk.hears("help")]
        desk.clock.turn(timedelta(seconds=2))
    assert HELP in said[0]
    assert [each.startswith(AGAIN) for each in said[1:]] == [True] * (MOST_ANSWERS - 1)
    desk.clock.turn(A_WHILE)
    assert HELP in desk.hears("help")[0].text


def test_one_who_writes_much_does_not_silence_another(desk: Desk) -> None:
    for _ in range(10):
        desk.hears("help")
    assert HELP in desk.hears("help", BOB)[0].text


def test_questions_are_answered_though_there_was_help_just_now(desk: Desk) -> None:
    desk.hears("help")
    assert desk.hears("gadget?")[0].text == GADGET


def test_what_is_written_in_a_thread_is_answered_there(desk: Desk) -> None:
    (answer,) = desk.hears("help", thread_ts="1700000000.000009", ts="1700000001.000001")
    (above,) = promised(desk.db, "known")
    assert (answer.channel, answer.target) == ("D0ALICE", above.id)


def test_the_first_message_of_a_thread_is_answered_below_it(desk: Desk) -> None:
    (answer,) = desk.hears("help", thread_ts="1700000000.000009", ts="1700000000.000009")
    assert answer.target is None


@pytest.mark.parametrize(
    "words", ["decide about Zaphod for me", "away until friday because Zaphod", "Zaphod?", "help Zaphod"]
)
def test_nothing_of_what_was_written_is_kept(desk: Desk, words: str) -> None:
    desk.hears(words)
    with desk.db.engine.connect() as connection:
        tables = connection.exec_driver_sql("SELECT name FROM sqlite_master WHERE type = 'table'").scalars().all()
        kept = [tuple(row) for table in tables for row in connection.exec_driver_sql(f"SELECT * FROM {table}")]
    assert kept
    assert "zaphod" not in json.dumps(kept, default=str).lower()


def test_another_workspace_knows_nothing_of_it(desk: Desk) -> None:
    desk.hears("help")
    desk.house = replace(desk.house, workspace_id="T0OTHER")
    desk.hears("help", team="T0OTHER")
    with desk.db.transaction() as session:
        known = [(each.workspace_id, each.answers) for each in session.query(Acquaintance)]
    assert known == [(WORKSPACE, 1), ("T0OTHER", 1)]
