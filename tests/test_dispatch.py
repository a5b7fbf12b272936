"""From what Slack sends to the handler that answers it, and from errors to what a person reads."""

import asyncio
import json
import sqlite3
from collections.abc import Coroutine
from typing import Any

import pytest
from sqlalchemy.exc import OperationalError
from structlog.testing import capture_logs

from bot import blocks
from bot.dispatch import APOLOGY, NOT_KEPT, STILL_IN_THE_FORM, TOO_LATE, Arrival, Dispatch, verb_handler
from bot.errors import FieldErrors, UserError
from bot.gesture import Gesture, Handler
from bot.house import House
from bot.tables import Command, Shortcut, Tables
from tests import people

Json = dict[str, Any]
CLICKED_IN = {"id": people.UPDATES}


class Slack:
    """Both sides of one payload: the ways to answer it, and what was answered."""

    def __init__(self) -> None:
        self.acks: list[Json] = []
        self.replies: list[Json] = []
        self.opened: list[Json] = []
        self.refuses = False

    async def ack(self, **payload: Any) -> None:
        self.acks.append(payload)

    async def respond(self, **message: Any) -> None:
        if self.refuses:
            raise TimeoutError("hooks.slack.com does not answer")
        self.replies.append(message)

    async def views_open(self, *, trigger_id: str, view: Json) -> dict[str, Any]:
        self.opened.append(view)
        return {"ok": True, "view": {"id": f"V{len(self.opened)}"}}

    def arrival(self, body: Json) -> Arrival:
        return Arrival(body, self.ack, self, self.respond)  # type: ignore[arg-type]  # the one method used here


@pytest.fixture
def slack() -> Slack:
    return Slack()


class Notes:
    """A handler that keeps its gestures, or fails as told."""

    def __init__(self) -> None:
        self.gestures: list[Gesture] = []
        self.fails: Exception | None = None

    async def __call__(self, gesture: Gesture, house: House) -> None:
        self.gestures.append(gesture)
        if self.fails:
            raise self.fails
        await gesture.accept()


@pytest.fixture
def handler() -> Notes:
    return Notes()


@pytest.fixture
def dispatch(house: House, handler: Notes) -> Dispatch:
    tables = Tables(
        commands={"/decision": Command(handler, "Decide")},
        actions={"decide": handler},
        views={"decision": handler},
        shortcuts={"log": Shortcut(handler, "Log", "Log it")},
        events={"app_home_opened": handler},
    )
    return Dispatch(tables, lambda: house)


def run(story: Coroutine[Any, Any, None]) -> None:
    asyncio.run(story)


def command(text: str = "", *, name: str = "/decision", team: str = people.WORKSPACE) -> Json:
    return {
        "command": name,
        "text": text,
        "user_id": people.ALICE,
        "team_id": team,
        "channel_id": people.UPDATES,
        "trigger_id": "1.2",
        "response_url": "https://hooks.slack.com/x",
    }


def click(action_id: str = "decide", *, team: str = people.WORKSPACE, **action: Any) -> Json:
    return {
        "user": {"id": people.ALICE, "team_id": team},
        "team": {"id": people.WORKSPACE},
        "channel": CLICKED_IN,
        "trigger_id": "1.2",
        "response_url": "https://hooks.slack.com/x",
        "actions": [{"action_id": action_id, **action}],
    }


def submission(callback_id: str = "decision", **fields: Json) -> Json:
    values = {block_id: {block_id: state} for block_id, state in fields.items()}
    return {
        "user": {"id": people.ALICE, "team_id": people.WORKSPACE},
        "view": {"callback_id": callback_id, "private_metadata": "D-42", "state": {"values": values}},
    }


def typed(value: str) -> Json:
    return {"type": "plain_text_input", "value": value}


# --- what a handler gets ---


def test_a_commands_words_arrive_as_they_were_typed(dispatch: Dispatch, slack: Slack, handler: Notes) -> None:
    run(dispatch.command(slack.arrival(command("  We ship.\n\nBecause:  <b> & @channel  "))))

    (gesture,) = handler.gestures
    assert gesture.text == "We ship.\n\nBecause:  <b> & @channel"
    assert (gesture.user, gesture.channel, gesture.trigger) == (people.ALICE, people.UPDATES, "1.2")


@pytest.mark.parametrize("action", [{"value": "D-42"}, {"selected_option": {"value": "D-42"}}], ids=["button", "menu"])
def test_a_click_brings_its_value(dispatch: Dispatch, slack: Slack, handler: Notes, action: Json) -> None:
    run(dispatch.action(slack.arrival(click(**action))))

    assert handler.gestures[0].value == "D-42"


def test_a_form_brings_its_fields_and_what_it_was_opened_for(dispatch: Dispatch, slack: Slack, handler: Notes) -> None:
    run(dispatch.view(slack.arrival(submission(why=typed("Because.")))))

    (gesture,) = handler.gestures
    assert (gesture.field("why"), gesture.metadata, gesture.respond) == ("Because.", "D-42", None)


def test_a_message_shortcut_brings_the_message(dispatch: Dispatch, slack: Slack, handler: Notes) -> None:
    body = {"user": {"id": people.ALICE}, "callback_id": "log", "message": {"text": "Slow!"}, "channel": CLICKED_IN}

    run(dispatch.shortcut(slack.arrival(body)))

    (gesture,) = handler.gestures
    assert (gesture.event, gesture.channel) == ({"text": "Slow!"}, people.UPDATES)


@pytest.mark.parametrize("user", [people.ALICE, {"id": people.ALICE}], ids=["an id", "a whole user"])
def test_an_event_brings_who_it_is_about(dispatch: Dispatch, slack: Slack, handler: Notes, user: Any) -> None:
    event = {"type": "app_home_opened", "user": user}

    run(dispatch.event(slack.arrival({"team_id": people.WORKSPACE, "event": event})))

    assert handler.gestures[0].user == people.ALICE


# --- what nobody answers to ---


@pytest.mark.parametrize(("where", "heard"), [("im", True), ("mpim", False), ("channel", False), ("group", False)])
def test_of_messages_only_those_are_heard_that_stand_where_somebody_listens(
    house: House, slack: Slack, handler: Notes, where: str, heard: bool
) -> None:
    dispatch = Dispatch(Tables(events={"message.im": handler}), lambda: house)
    event = {"type": "message", "channel_type": where, "user": people.ALICE, "channel": "D0ALICE"}
    run(dispatch.event(slack.arrival({"team_id": people.WORKSPACE, "event": event})))
    assert (len(handler.gestures) == 1) == heard
    assert slack.acks == [{}]


@pytest.mark.parametrize(
    ("sent_to", "me"),
    [
        ([{"user_id": "U0DRUMBEAT", "is_bot": True}], "U0DRUMBEAT"),
        ([{"user_id": people.ALICE, "is_bot": False}], ""),
        ([], ""),
        (None, ""),
    ],
)
def test_an_event_says_who_the_bot_is(
    dispatch: Dispatch, slack: Slack, handler: Notes, sent_to: list[Json] | None, me: str
) -> None:
    event = {"type": "app_home_opened", "user": people.ALICE}
    run(dispatch.event(slack.arrival({"team_id": people.WORKSPACE, "event": event, "authorizations": sent_to})))
    assert handler.gestures[0].me == me


def test_an_event_that_nobody_listens_to_is_acknowledged(dispatch: Dispatch, slack: Slack) -> None:
    run(dispatch.event(slack.arrival({"team_id": people.WORKSPACE, "event": {"type": "team_join"}})))

    assert slack.acks == [{}]


@pytest.mark.parametrize("gesture", ["command", "action", "shortcut"])
def test_what_a_newer_or_older_version_showed_is_answered(dispatch: Dispatch, slack: Slack, gesture: str) -> None:
    body = {"command": command(name="/gone"), "action": click("gone"), "shortcut": click() | {"callback_id": "gone"}}

    run(getattr(dispatch, gesture)(slack.arrival(body[gesture])))

    assert slack.acks == [{}]
    assert "/cadence help" in slack.replies[0]["text"]
    assert slack.replies[0]["response_type"] == "ephemeral"
    assert slack.replies[0]["replace_original"] is False


def test_a_form_that_nobody_takes_any_more_gives_its_words_back(dispatch: Dispatch, slack: Slack) -> None:
    run(dispatch.view(slack.arrival(submission("gone", why=typed("Because.")))))

    assert slack.acks[0]["response_action"] == "update"
    assert "Because." in json.dumps(slack.acks[0])


# --- who may ---


@pytest.mark.parametrize("gesture", ["command", "action"])
def test_someone_of_another_workspace_is_turned_away(
    dispatch: Dispatch, slack: Slack, handler: Notes, gesture: str
) -> None:
    body = {"command": command(team="T0OTHER"), "action": click(team="T0OTHER")}[gesture]

    run(getattr(dispatch, gesture)(slack.arrival(body)))

    assert handler.gestures == []
    assert "workspace" in slack.replies[0]["text"]


def test_an_event_of_another_workspace_is_acknowledged_and_left(
    dispatch: Dispatch, slack: Slack, handler: Notes
) -> None:
    event = {"type": "app_home_opened", "user": people.ALICE}

    run(dispatch.event(slack.arrival({"team_id": "T0OTHER", "event": event})))

    assert (handler.gestures, slack.acks) == ([], [{}])


# --- what goes wrong ---


def test_what_a_person_can_mend_is_said_to_them_alone(dispatch: Dispatch, slack: Slack, handler: Notes) -> None:
    handler.fails = UserError("D-99 is not in the log. `/decision list` shows it.")

    run(dispatch.command(slack.arrival(command("D-99"))))

    assert slack.acks == [{}]
    assert slack.replies[0]["text"] == "D-99 is not in the log. /decision list shows it."


def test_on_the_home_tab_it_is_said_in_a_window(dispatch: Dispatch, slack: Slack, handler: Notes) -> None:
    handler.fails = UserError("Only product ops may skip a ritual.")
    on_home = click()
    del on_home["response_url"], on_home["channel"]

    run(dispatch.action(slack.arrival(on_home)))

    assert slack.acks == [{}]
    assert "Only product ops may skip a ritual." in json.dumps(slack.opened[0])


class Home:
    """Draws the Home tab, and counts how often."""

    def __init__(self) -> None:
        self.drawn = 0
        self.fails = False

    async def __call__(self, gesture: Gesture, house: House) -> None:
        if self.fails:
            raise RuntimeError("it cannot be drawn")
        assert gesture.event == {"tab": "home"}
        self.drawn += 1
        await gesture.accept()


def on_home(view: Json | None = None) -> Json:
    """A click there, or in a form."""
    body = click() | {"view": view or {"type": "home", "id": "V0HOME"}}
    del body["response_url"], body["channel"]
    return body


def at_home(house: House, home: Home, handler: Handler) -> Dispatch:
    tables = Tables(actions={"decide": handler}, views={"decision": handler}, events={"app_home_opened": home})
    return Dispatch(tables, lambda: house)


def test_what_somebody_did_on_home_is_seen_there_at_once(house: House, slack: Slack, handler: Notes) -> None:
    home = Home()
    dispatch = at_home(house, home, handler)
    run(dispatch.action(slack.arrival(on_home())))
    assert home.drawn == 1
    assert slack.acks == [{}]

    run(dispatch.action(slack.arrival(click())))
    run(dispatch.view(slack.arrival(submission())))
    assert home.drawn == 1, "that was not done there"


def test_a_form_opened_from_home_draws_it_anew_once_it_is_submitted(house: House, slack: Slack) -> None:
    home = Home()

    async def ask(gesture: Gesture, house: House) -> None:
        if gesture.view_id:
            await gesture.replace_view(form)
        else:
            await gesture.open(form)
            await gesture.accept()

    form = blocks.modal("decision", "Decide", blocks.text_input("decision", "What?"))
    dispatch = at_home(house, home, ask)
    run(dispatch.action(slack.arrival(on_home())))
    assert home.drawn == 0, "nothing has changed yet"
    (opened,) = slack.opened
    answered = submission() | {"trigger_id": "1.3"}
    answered["view"] |= {"id": "V1", "external_id": opened["external_id"]}
    run(dispatch.view(slack.arrival(answered)))
    assert home.drawn == 1
    again = slack.acks[-1]["view"]
    assert again["external_id"] not in ("", opened["external_id"]), "Slack takes each only once"
    answered["view"] |= {"external_id": again["external_id"]}
    run(dispatch.view(slack.arrival(answered)))
    assert home.drawn == 2


def test_what_was_wrong_in_a_form_draws_nothing_anew(house: House, slack: Slack, handler: Notes) -> None:
    home = Home()
    handler.fails = FieldErrors({"decision": "Say what"})
    wrong = submission(decision=typed(""))
    wrong["view"] |= {"id": "V1", "external_id": "home:1.2"}
    run(at_home(house, home, handler).view(slack.arrival(wrong)))
    assert home.drawn == 0


def test_what_is_done_counts_also_when_home_cannot_be_drawn(house: House, slack: Slack, handler: Notes) -> None:
    home = Home()
    home.fails = True
    with capture_logs() as logged:
        run(at_home(house, home, handler).action(slack.arrival(on_home())))
    assert slack.acks == [{}]
    assert [each["event"] for each in logged] == ["the Home tab was not drawn anew"]


def test_an_answer_to_a_click_on_home_comes_in_a_window(house: House, slack: Slack) -> None:
    home = Home()

    async def answer(gesture: Gesture, house: House) -> None:
        await gesture.reply(blocks.message(blocks.section("Done.")))

    run(at_home(house, home, answer).action(slack.arrival(on_home())))
    (window,) = slack.opened
    assert window["blocks"][0]["text"]["text"] == "Done."
    assert slack.acks == [{}]
    assert home.drawn == 1


def test_wrong_fields_are_marked_where_they_are(dispatch: Dispatch, slack: Slack, handler: Notes) -> None:
    handler.fails = FieldErrors({"why": "Say why."})

    run(dispatch.view(slack.arrival(submission(why=typed("")))))

    assert slack.acks == [{"response_action": "errors", "errors": {"why": "Say why."}}]


@pytest.mark.parametrize("error", [UserError("It is closed."), RuntimeError("a bug")], ids=["theirs", "ours"])
def test_a_form_that_could_not_be_kept_gives_back_every_word(
    dispatch: Dispatch, slack: Slack, handler: Notes, error: Exception
) -> None:
    handler.fails = error
    long = "A word and " * 800
    chosen = {"type": "static_select", "selected_option": {"value": "billing"}}

    run(dispatch.view(slack.arrival(submission(why=typed("<b> & @channel"), area=chosen, what=typed(long)))))

    view = slack.acks[0]["view"]
    texts = [block["text"]["text"] for block in view["blocks"]]
    assert slack.acks[0]["response_action"] == "update"
    assert texts[0] == ("It is closed." if isinstance(error, UserError) else APOLOGY)
    assert "<b> & @channel" in texts
    assert "".join(texts[3:]).split() == long.split()
    assert "billing" not in texts
    assert all(block["text"]["type"] == "plain_text" for block in view["blocks"])


def test_a_bug_is_apologised_for_with_the_words_that_were_typed(
    dispatch: Dispatch, slack: Slack, handler: Notes
) -> None:
    handler.fails = RuntimeError("a bug")

    run(dispatch.command(slack.arrival(command("we will ship on Friday"))))

    assert slack.replies[0]["text"].startswith(APOLOGY)
    assert "we will ship on Friday" in slack.replies[0]["text"]
    assert "a bug" not in slack.replies[0]["text"]


@pytest.mark.parametrize(
    "race", ["expired_trigger_id", "exchanged_trigger_id", "hash_conflict", "push_limit_reached", "not_found"]
)
def test_whoever_was_slower_than_slack_is_asked_to_try_again(
    dispatch: Dispatch, slack: Slack, handler: Notes, race: str
) -> None:
    handler.fails = Refused(race)

    with capture_logs() as logged:
        run(dispatch.command(slack.arrival(command("we will ship on Friday"))))

    assert slack.replies[0]["text"].startswith(TOO_LATE)
    assert "we will ship on Friday" in slack.replies[0]["text"]
    assert [(each["log_level"], each["reason"]) for each in logged] == [("info", race)]


def test_another_refusal_of_slack_is_ours_to_mend(dispatch: Dispatch, slack: Slack, handler: Notes) -> None:
    handler.fails = Refused("view_too_large")

    run(dispatch.command(slack.arrival(command("we will ship on Friday"))))

    assert slack.replies[0]["text"].startswith(APOLOGY)


@pytest.mark.parametrize("away", [True, False])
def test_a_form_stays_open_while_the_database_is_away_and_not_when_it_was_asked_wrongly(
    dispatch: Dispatch, slack: Slack, handler: Notes, away: bool
) -> None:
    misspelt = sqlite3.OperationalError("no such column: staus")
    misspelt.sqlite_errorcode = sqlite3.SQLITE_ERROR
    locked = sqlite3.OperationalError("database is locked")
    handler.fails = OperationalError("UPDATE", {}, locked if away else misspelt)
    chosen = {"type": "static_select", "selected_option": {"value": "billing"}}

    run(dispatch.view(slack.arrival(submission(area=chosen, why=typed("words")))))

    if away:
        assert slack.acks == [{"response_action": "errors", "errors": {"why": STILL_IN_THE_FORM}}]
    else:
        assert slack.acks[0]["response_action"] == "update"


def test_a_command_that_was_not_kept_says_so_and_gives_the_words_back(
    dispatch: Dispatch, slack: Slack, handler: Notes
) -> None:
    handler.fails = OperationalError("INSERT", {}, ConnectionError("the server closed the connection"))

    run(dispatch.command(slack.arrival(command("we will ship on Friday"))))

    assert slack.replies[0]["text"].startswith(NOT_KEPT)
    assert "we will ship on Friday" in slack.replies[0]["text"]


class Refused(Exception):
    """As Slack's client says it."""

    def __init__(self, error: str) -> None:
        super().__init__(error)
        self.response = {"ok": False, "error": error}


def test_an_answer_that_slack_does_not_take_is_still_acknowledged(
    dispatch: Dispatch, slack: Slack, handler: Notes
) -> None:
    handler.fails = UserError("No.")
    slack.refuses = True

    run(dispatch.command(slack.arrival(command())))

    assert slack.acks


def test_what_was_left_empty_is_empty(dispatch: Dispatch, slack: Slack, handler: Notes) -> None:
    run(dispatch.view(slack.arrival(submission(why={"type": "plain_text_input", "value": None}))))
    run(dispatch.action(slack.arrival(click(value=None))))

    assert [gesture.value for gesture in handler.gestures] == ["", ""]


def test_gestures_under_way_get_time_to_end(house: House, slack: Slack) -> None:
    ended = []

    async def slow(gesture: Gesture, house: House) -> None:
        await asyncio.sleep(0.1)
        ended.append(gesture.text)

    async def story() -> None:
        dispatch = Dispatch(Tables(commands={"/decision": Command(slow, "Decide")}), lambda: house)
        task = asyncio.create_task(dispatch.command(slack.arrival(command("we will"))))
        await asyncio.sleep(0.02)
        await dispatch.finish(5)
        assert ended == ["we will"]
        await task
        await dispatch.finish(5)

    run(story())


# --- /cadence and its verbs ---


def answer(house: House, text: str) -> str:
    """What a verb that gives its own words back answers to `/cadence <text>`."""

    async def echo(gesture: Gesture, house: House) -> None:
        await gesture.reply(blocks.message(blocks.section(f"echo: {gesture.text}")))

    async def help_(gesture: Gesture, house: House) -> None:
        await gesture.reply(blocks.message(blocks.section("help")))

    handler: Handler = verb_handler(Tables(verbs={"skip": Command(echo, "Skip"), "run": Command(echo, "Run")}), help_)
    dispatch = Dispatch(Tables(commands={"/cadence": Command(handler, "Everything")}), lambda: house)
    slack = Slack()
    run(dispatch.command(slack.arrival(command(text, name="/cadence"))))
    return str(slack.replies[0]["text"])


@pytest.mark.parametrize("text", ["", "  ", "help", "HELP"])
def test_alone_it_is_help(house: House, text: str) -> None:
    assert answer(house, text) == "help"


@pytest.mark.parametrize("text", ["skip weekly  because", "SKIP   weekly  because", "skip\nweekly  because"])
def test_a_verb_gets_the_words_behind_it(house: House, text: str) -> None:
    assert answer(house, text) == "echo: weekly  because"


def test_an_unknown_verb_offers_the_nearest(house: House) -> None:
    assert "Did you mean /cadence skip?" in answer(house, "skp weekly")


def test_an_unknown_verb_without_a_near_one_points_to_the_list(house: House) -> None:
    says = answer(house, "xyzzy" * 20)

    assert "Did you mean" not in says
    assert "/cadence help lists all of them" in says
    assert len(says) < 200
