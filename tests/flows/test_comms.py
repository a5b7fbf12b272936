"""Who hears what of a release, over the wire: in time, once, and nobody who need not."""

import asyncio
from collections.abc import Awaitable, Callable
from typing import Any

import pytest

from bot.db import Database
from tests.comms.launch import ENGINEERS, definitions
from tests.fake_slack import FakeSlack
from tests.fakes import StoppedClock
from tests.flows.drumbeat import Drumbeat, drumbeat
from tests.people import ALICE, BOB, CHARLIE, LAUNCHES
from tests.releases.launch import ANSWERS, DANA, ERIN, FRANK, GRACE, SUMMARY, TARGET
from tests.updates.team import berlin

Story = Callable[[Drumbeat], Awaitable[None]]
NAMES = {DANA: "Dana", ERIN: "Erin", FRANK: "Frank", GRACE: "Grace"}


@pytest.fixture
def play(db: Database, slack: FakeSlack, clock: StoppedClock) -> Callable[[Story], None]:
    """Lets a story happen from Wednesday 25 November on, two weeks before Atlas."""

    def play(story: Story) -> None:
        async def whole() -> None:
            clock.set(berlin(25, 9))
            for id, name in NAMES.items():
                slack.add_user(id, name)
            slack.add_channel(ENGINEERS, "engineers")
            async with drumbeat(db, slack, clock, definitions()) as bot:
                await story(bot)

        asyncio.run(whole())

    return play


async def submitted(bot: Drumbeat, values: dict[str, Any], user: str = ALICE) -> str:
    ack = await bot.submit(values, user)
    assert ack.errors == {}
    await bot.deliver()
    return str(ack.payload)


async def registered(bot: Drumbeat, functions: list[str], target: str = TARGET) -> None:
    await bot.command("/launch-ready new")
    await submitted(bot, {"name": "Atlas", "target": target, "summary": SUMMARY, "facts": ["asked"]})
    await submitted(bot, {**ANSWERS, "functions": functions})


def card(bot: Drumbeat) -> str:
    return str(bot.slack.said(LAUNCHES)[0])


def told(bot: Drumbeat, person: str) -> str:
    return "\n".join(map(str, bot.slack.said(person)))


def test_who_needs_to_know_is_ticked_told_and_shown_with_proof(play: Callable[[Story], None]) -> None:
    async def story(bot: Drumbeat) -> None:
        await registered(bot, ["support", "engineering"])
        await bot.until(berlin(25, 10))
        (post,) = bot.slack.said(ENGINEERS)
        assert post.startswith("*Release Atlas, Wed 9 Dec*\nInvoices can be split")
        assert "Who needs to know: Support, Sales" in told(bot, CHARLIE)
        assert "Support: told Wed 25 Nov, next Wed 2 Dec" in card(bot)
        await bot.press("Who hears what, when", BOB, LAUNCHES)
        shown = str(bot.slack.last_view())
        assert "• Wed 25 Nov: What changes: A second payer" in shown
        assert "Slack has confirmed it" in shown
        assert "|Read it>" in shown
        assert "• Wed 2 Dec, to its lead: What would your team be asked" in shown
        assert "Who needs to know" not in told(bot, FRANK) + told(bot, DANA) + told(bot, GRACE)

    play(story)


def test_one_line_is_skipped_with_a_reason_by_whoever_keeps_the_release(play: Callable[[Story], None]) -> None:
    async def story(bot: Drumbeat) -> None:
        await registered(bot, ["support"])
        await bot.command("/cadence comms atlas", CHARLIE)
        assert "Skip one of these" not in str(bot.slack.last_view())
        await bot.command("/cadence comms atlas", BOB)
        view = bot.slack.last_view()
        options = {
            option["text"]["text"]: option["value"]
            for block in view["blocks"]
            if block.get("block_id") == "line"
            for option in block["element"]["options"]
        }
        chosen = options["Support: Wed 2 Dec, outline"]
        ack = await bot.submit({"line": chosen, "reason": " "}, BOB)
        assert set(ack.errors) == {"reason"}
        after = await submitted(bot, {"line": chosen, "reason": "Charlie wrote it himself"}, BOB)
        assert "skipped by Bob: Charlie wrote it himself" in after
        await bot.until(berlin(3, 9, month=12))
        assert "What would your team be asked" not in told(bot, CHARLIE)
        assert "What would your team be asked" not in told(bot, ERIN)

    play(story)


def test_a_slip_a_raise_a_hold_and_a_cancellation_reach_whoever_was_told_once(play: Callable[[Story], None]) -> None:
    async def story(bot: Drumbeat) -> None:
        await registered(bot, ["support", "engineering"])
        await bot.until(berlin(25, 12))
        await bot.choose("More …", "Move the date", channel=LAUNCHES)
        await submitted(bot, {"target": "2026-12-10", "because": "The bank"})
        await bot.command("/launch-ready atlas tier", CHARLIE)
        await submitted(bot, {"tier": "high", "because": "Everybody calls"}, CHARLIE)
        await bot.until(berlin(26, 12))
        changed = "Moved from Wed 9 Dec 2026 (likely) to Thu 10 Dec 2026 (likely), because: The bank"
        for said in ("\n".join(bot.slack.said(ENGINEERS)), told(bot, CHARLIE)):
            assert said.count(changed) == 1
            assert said.count("Its tier is high now, and was medium, because: Everybody calls.") == 1
        await bot.until(berlin(10, 9, 15, month=12))
        assert bot.slack.said(ENGINEERS)[-1].startswith("*Release Atlas is on hold*")
        assert told(bot, CHARLIE).count("Tell customers no date for now.") == 1
        await bot.choose("More …", "Cancel it", channel=LAUNCHES)
        await submitted(bot, {"because": "Nobody wants it"})
        await bot.until(berlin(11, 12, month=12))
        assert "\n".join(bot.slack.said(ENGINEERS)).count("It was cancelled by Alice: Nobody wants it") == 1
        assert told(bot, CHARLIE).count("It was cancelled by Alice: Nobody wants it") == 1
        assert not any(word in told(bot, GRACE) for word in ("Moved from", "on hold", "cancelled"))

    play(story)


def test_registered_late_everything_before_it_comes_in_one_message(play: Callable[[Story], None]) -> None:
    async def story(bot: Drumbeat) -> None:
        await registered(bot, ["engineering"], "2026-11-27")
        await bot.until(berlin(25, 12))
        (post,) = bot.slack.said(ENGINEERS)
        assert all(words in post for words in ("What changes", "Questions belong", "How it is watched"))

    play(story)
