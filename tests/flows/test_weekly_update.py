"""The weekly update over the wire: from the prompt to the digest and to what people change afterwards."""

import asyncio
import json
from collections.abc import Awaitable, Callable
from datetime import timedelta

import pytest
from sqlalchemy import select, text
from structlog.testing import capture_logs

from bot.audit import Event
from bot.db import Database
from bot.dispatch import APOLOGY
from tests.fake_slack import FakeSlack
from tests.fakes import StoppedClock
from tests.flows.drumbeat import Drumbeat, drumbeat
from tests.people import ALICE, BOB, CHARLIE, DECISIONS, UPDATES
from tests.updates.team import berlin, definitions

Story = Callable[[Drumbeat], Awaitable[None]]
Play = Callable[[Story], None]


@pytest.fixture
def play(db: Database, slack: FakeSlack, clock: StoppedClock) -> Play:
    """Lets a story happen, from Monday of the week on."""

    def play(story: Story) -> None:
        async def whole() -> None:
            clock.set(berlin(23, 8))
            slack.users[CHARLIE]["tz"] = "America/New_York"
            async with drumbeat(db, slack, clock, definitions()) as bot:
                await story(bot)

        asyncio.run(whole())

    return play


@pytest.mark.proves("F1", "A1")
def test_from_the_prompt_over_a_missing_path_to_the_digest(play: Play) -> None:
    async def story(bot: Drumbeat) -> None:
        await bot.until(berlin(25, 10))
        assert [message["text"].splitlines()[0] for message in bot.slack.messages(ALICE)] == [
            "2 things today, about 8 minutes"
        ]
        await bot.press("Write update: Billing")
        refused = await bot.submit({"status": "amber", "next": "Ship invoices", "decided": "drop the export"})
        assert list(refused.errors) == ["path"]
        assert bot.slack.messages(DECISIONS) == [], "nothing is kept of a form that was refused"

        kept = await bot.submit(
            {"status": "amber", "next": "Ship invoices", "path": "By Friday", "decided": "drop the export"}
        )
        assert kept.payload == {}
        await bot.deliver()
        assert "Billing: amber – your update is in." in bot.slack.said(ALICE)[-1]
        assert "drop the export" in str(bot.slack.messages(DECISIONS))

        await bot.until(berlin(26, 16))
        posted = bot.slack.messages(UPDATES)
        assert "1 of 3 areas answered" in posted[0]["text"]
        assert "Next: Ship invoices" in posted[1]["text"]
        assert posted[1]["thread_ts"] == posted[0]["ts"]

    play(story)


def test_a_late_answer_and_an_edit_change_what_is_posted(play: Play) -> None:
    async def story(bot: Drumbeat) -> None:
        await bot.until(berlin(26, 16))
        assert "⚪ Billing: no update, owner Alice" in bot.digest()
        await bot.command("/weekly-update billing")
        await bot.submit({"status": "green", "next": "Late line"})
        await bot.deliver()
        assert "🟢 Billing – green (late)" in bot.digest()
        assert "⚪ Billing" not in bot.digest()

        await bot.press("Edit update")
        assert "Late line" in json.dumps(bot.slack.last_view())
        await bot.submit({"status": "red", "path": "Ask for help", "next": "Another line"})
        await bot.deliver()
        assert "🔴 Billing – red (late) (edited Thu 16:" in bot.digest()
        thread = bot.slack.messages(UPDATES)[-1]["text"]
        assert "Next: Another line" in thread
        assert "edited Thu" in thread
        assert len(bot.slack.messages(UPDATES)) == 2, "edited, never posted again"

    play(story)


def test_every_way_out_of_a_prompt(play: Play) -> None:
    async def story(bot: Drumbeat) -> None:
        await bot.until(berlin(25, 10))
        await bot.press("No change")
        assert "no earlier update" in await bot.replied()
        await bot.choose("Snooze", "In 2 hours")
        await bot.deliver()
        assert "Snoozed: I ask once more at Wed 25 Nov, 12:00" in bot.slack.said(ALICE)[0]
        await bot.choose("…", "Why did I get this?")
        assert "asked for Billing, as its owner; snoozed until Wed 25 Nov, 12:00" in await bot.replied()
        await bot.press("Not mine")
        assert await bot.replied() == "Noted. I ask Bob for Billing instead, and Bob knows."
        await bot.press("I am away")
        await bot.submit({"last_day": "2026-11-27"})
        await bot.until(berlin(25, 10, 30))
        assert "Nothing to do" in bot.slack.said(ALICE)[0]
        asked = " ".join(bot.slack.said(BOB))
        assert "stand in for Alice, and Billing" in asked
        await bot.until(berlin(26, 16))
        assert len(bot.slack.messages(ALICE)) == 1, "nobody who is away is reminded"

    play(story)


def test_away_and_back_by_command(play: Play) -> None:
    async def story(bot: Drumbeat) -> None:
        await bot.command("/cadence away until friday")
        assert (await bot.replied()).startswith("You are away until Fri 27 Nov 2026")
        await bot.command("/cadence Away until nonsense")
        assert "can not read “nonsense” as a day" in await bot.replied()
        await bot.command("/cadence back")
        assert "Welcome back" in await bot.replied()
        with bot.db.transaction() as session:
            events = session.execute(select(Event.kind, Event.actor)).all()
        assert [tuple(each) for each in events] == [("person.away", ALICE), ("person.back", ALICE)]
        await bot.until(berlin(25, 10))
        assert len(bot.slack.messages(ALICE)) == 1

    play(story)


def test_a_draft_is_found_again_and_its_decision_with_it(play: Play) -> None:
    async def story(bot: Drumbeat) -> None:
        await bot.until(berlin(25, 10))
        await bot.press("Write update: Billing")
        await bot.submit({"status": "red", "next": "Half", "decided": "drop the export", "draft": ["draft"]})
        assert "Your draft for Billing is kept" in json.dumps(bot.slack.last_view())
        await bot.deliver()
        await bot.press("Finish draft: Billing")
        form = json.dumps(bot.slack.last_view())
        assert "Half" in form
        assert "drop the export" in form
        await bot.submit({"path": "By Friday"})
        await bot.deliver()
        assert "drop the export" in str(bot.slack.messages(DECISIONS))

    play(story)


def test_when_the_database_fails_the_words_come_back(play: Play) -> None:
    async def story(bot: Drumbeat) -> None:
        await bot.command("/weekly-update billing")
        with bot.db.transaction() as session:
            session.execute(text("ALTER TABLE weekly_update RENAME TO gone"))
        typed = {"status": "red", "next": "Three\nlong\nlines", "path": "By <Friday> & no later"}
        with capture_logs() as logged:
            ack = await bot.submit(typed)
        assert [entry["event"] for entry in logged] == ["a gesture failed"]
        view = ack.payload["view"]
        said = [block["text"]["text"] for block in view["blocks"]]
        assert said[0] == APOLOGY
        assert {"Three\nlong\nlines", "By <Friday> & no later"} <= set(said)

    play(story)


def test_a_stranger_gets_no_form(play: Play) -> None:
    async def story(bot: Drumbeat) -> None:
        await bot.command("/weekly-update billing", user=CHARLIE)
        assert await bot.replied() == "Billing is answered for by Alice or Bob."
        await bot.command("/weekly-update biling")
        assert "Did you mean billing?" in (await bot.replied()).replace("\\", "")
        assert bot.slack.views == {}

    play(story)


def test_product_ops_run_close_and_skip_by_command_and_others_may_not(play: Play) -> None:
    async def story(bot: Drumbeat) -> None:
        for verb in ("run", "close"):
            await bot.command(f"/cadence {verb} weekly-update because", user=ALICE)
            assert "Only product ops may" in await bot.replied()
        await bot.command("/cadence run weekly-update", user=BOB)
        assert "Weekly product update is open now." in await bot.replied()
        await bot.until(berlin(23, 9))
        assert len(bot.slack.messages(ALICE)) == 1
        await bot.command("/cadence close weekly product update", user=BOB)
        assert "has ended. Weekly digest: on its way to" in await bot.replied()
        await bot.deliver()
        assert "0 of 3 areas answered" in bot.digest()
        await bot.command("/cadence skip weekly-update", user=BOB)
        assert "Say why" in await bot.replied()
        await bot.command("/cadence skip weekly-update <!channel> retreat & rest", user=BOB)
        assert "is skipped. Reason: <!channel> retreat & rest" in _plain(await bot.replied())

    play(story)


def test_the_home_tab_and_today_show_what_waits(play: Play) -> None:
    async def story(bot: Drumbeat) -> None:
        await bot.until(berlin(25, 10))
        shown = await bot.home()
        assert "Weekly update: Billing" in shown
        assert "Due Thu 26 Nov, 14:00" in shown
        await bot.command("/cadence today", user=CHARLIE)
        assert "Weekly update: Help" in await bot.replied()

    play(story)


def test_how_much_one_is_reminded_is_chosen_by_command_and_shown_on_home(play: Play) -> None:
    async def story(bot: Drumbeat) -> None:
        await bot.command("/cadence reminders")
        assert (await bot.replied()).startswith("Now: one prompt for each thing, and one reminder.")
        await bot.command("/cadence reminders Light")
        assert (await bot.replied()).startswith("From now on: one prompt for each thing, and no reminder.")
        await bot.command("/cadence reminders loud")
        assert "There are: standard, light, none." in await bot.replied()
        assert "one prompt for each thing, and no reminder" in await bot.home()
        await bot.until(berlin(26, 16))
        assert len(bot.slack.messages(ALICE)) == 1

    play(story)


def _plain(text: str) -> str:
    return text.replace("&lt;", "<").replace("&gt;", ">").replace("&amp;", "&")


@pytest.mark.proves("R44")
def test_how_long_a_form_takes_is_measured_from_opening_to_what_was_kept(play: Play) -> None:
    async def story(bot: Drumbeat) -> None:
        await bot.until(berlin(25, 10))
        await bot.press("Write update: Billing")
        bot.clock.turn(timedelta(minutes=3))
        await bot.submit({"status": "amber", "next": "Ship invoices"})
        bot.clock.turn(timedelta(minutes=3))
        await bot.submit({"status": "green", "next": "Ship invoices"})
        await bot.press("Write update: Exports")
        bot.clock.turn(timedelta(hours=2))
        await bot.settled()
        await bot.command("/cadence forms", user=BOB)
        said = await bot.replied()
        assert "6.0 minutes at the median, opened 2 times, 50 % given up" in said
        await bot.command("/cadence forms", user=CHARLIE)
        assert "Only product ops may" in await bot.replied()

    play(story)
