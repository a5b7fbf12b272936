"""The pilot over the wire: how far it is, its gate passed by a button, and who is asked from then on."""

import asyncio
from collections.abc import Awaitable, Callable

import pytest
from sqlalchemy import select

from bot.audit import Event
from bot.db import Database
from bot.pilot import notices, passing
from tests.aloud import read_aloud
from tests.fake_slack import FakeSlack
from tests.fakes import StoppedClock, promised
from tests.flows.drumbeat import Drumbeat, drumbeat
from tests.people import ALICE, BOB, CHARLIE, PRODUCT_OPS
from tests.pilot.world import box, definitions
from tests.updates.team import RITUAL, berlin

Story = Callable[[Drumbeat], Awaitable[None]]
Play = Callable[[Story], None]

BOXES = [
    box("try", "0 to 30", [{"says": "Updates come on time", "test": "updates-on-time 80%"}], rituals=[RITUAL]),
    box("widen", "31 to 90", everybody=True),
]
WHY = "Two teams wait for it, and we watch it daily."


@pytest.fixture
def play(db: Database, slack: FakeSlack, clock: StoppedClock) -> Play:
    def play(story: Story) -> None:
        async def whole() -> None:
            clock.set(berlin(23, 8))
            async with drumbeat(db, slack, clock, definitions(boxes=BOXES)) as bot:
                await bot.keep_version()
                await story(bot)

        asyncio.run(whole())

    return play


async def press_gate(bot: Drumbeat, user: str) -> None:
    bot.slack.direct(user)
    await bot.command("/cadence progress", user)
    await bot.replied()
    await bot.press_replied("Pass the gate", user)
    await bot.settled()


async def notify(bot: Drumbeat, *names: str) -> None:
    """Product ops tells those to whom the ritual is new, with the words that the form begins with."""
    (finding,) = await bot.db.run(notices.findings, bot.house)
    assert finding.rule == "IM06"
    assert all(name in finding.message for name in names)
    await bot.command(f"/cadence notice {finding.value}", BOB)
    form = bot.slack.last_view()
    assert "You write an update for your area every Wednesday" in str(form)
    await bot.slack.submit(form, {}, user=BOB)


@pytest.mark.proves("R34", "R51")
def test_anybody_sees_how_far_it_is_and_only_some_may_pass_its_gate(play: Play) -> None:
    async def story(bot: Drumbeat) -> None:
        await bot.command("/cadence progress", ALICE)
        said = await bot.replied()
        assert "Day 7 of 90" in said
        assert "❔ Not known: Updates come on time (no update of the pilot has come to its cutoff yet)" in said
        assert "Weekly product update: pilot cycle 0 of 4" in said
        with pytest.raises(AssertionError, match="no button"):
            await bot.press_replied("Pass the gate", ALICE)
        await bot.command("/cadence progress pass", ALICE)
        assert "for the head of product or product ops to pass" in await bot.replied()

    play(story)


@pytest.mark.proves("R34", "IM07")
def test_passed_against_what_is_open_it_needs_a_reason_which_is_kept_and_shown(play: Play) -> None:
    async def story(bot: Drumbeat) -> None:
        await press_gate(bot, BOB)
        refused = await bot.slack.submit(bot.slack.last_view(), {"reason": "Because"}, user=BOB)
        assert "say why it is passed all the same" in refused.errors["reason"]
        await bot.slack.submit(bot.slack.last_view(), {"reason": WHY}, user=BOB)
        bot.take_over()
        await bot.deliver()
        (told,) = promised(bot.db, "pilot.gate")
        assert told.channel == PRODUCT_OPS
        read_aloud(told)
        for words in ("Bob has passed it. Widen runs now, for all areas.", WHY, "Updates come on time"):
            assert words in told.text
        with bot.db.transaction() as session:
            (passed,) = session.scalars(select(Event).where(Event.kind == passing.PASSED))
            assert passed.detail["evidence"] == {
                "Updates come on time": [None, "no update of the pilot has come to its cutoff yet"]
            }
        await bot.command("/cadence progress", ALICE)
        said = await bot.replied()
        assert f"Try, on Mon 23 Nov 2026 by Bob. {WHY}" in said
        assert "Spoke against it: Weekly product update was held 0 of at least 2 times" in said
        (finding,) = await bot.db.run(passing.findings, bot.house)
        assert (finding.rule, finding.about, finding.owner) == ("IM07", "box:try", BOB)
        await notify(bot, "Charlie")
        await bot.until(berlin(25, 22))
        read = bot.slack.said(CHARLIE)
        assert any("Help" in each for each in read), "who was not in the pilot is asked now"
        (notice,) = [each for each in read if "From Wed 25 Nov 2026: Weekly product update" in each]
        assert "Ask Bob about it." in notice

    play(story)


def test_a_gate_is_passed_once(play: Play) -> None:
    async def story(bot: Drumbeat) -> None:
        await press_gate(bot, BOB)
        form = bot.slack.last_view()
        await bot.slack.submit(form, {"reason": WHY}, user=BOB)
        bot.take_over()
        again = await bot.slack.submit(form, {"reason": WHY}, user=BOB)
        assert "That gate is passed already. Widen runs now." in str(again.payload)

    play(story)
