"""Whatever people type in the forms of triage is shown as they typed it, notifies nobody, and fits."""

import asyncio
from collections.abc import Awaitable, Callable

import pytest

from bot.db import Database
from bot.insights.capturing import PROOF_LIMIT, REVENUE_LIMIT, WHAT_LIMIT
from bot.insights.triage import REASON_LIMIT
from tests.fake_slack import FakeSlack
from tests.fakes import StoppedClock
from tests.flows.drumbeat import Drumbeat, drumbeat
from tests.flows.test_any_words import WORDS, nobody_is_notified, shown
from tests.insights import world
from tests.insights.world import INCIDENTS, INSIGHTS, PRIVATE
from tests.people import BOB, CHARLIE
from tests.releases.launch import DANA, ERIN, FRANK, GRACE

Play = Callable[[Callable[[Drumbeat], Awaitable[None]]], None]
SORTED = {"do": "sort", "theme": "pricing", "segment": "smb", "evidence": "quote"}


@pytest.fixture
def play(db: Database, slack: FakeSlack, clock: StoppedClock) -> Play:
    for channel, name in ((INSIGHTS, "insights"), (PRIVATE, "private"), (INCIDENTS, "incidents")):
        slack.add_channel(channel, name)
    for user in (DANA, ERIN, FRANK, GRACE):
        slack.add_user(user, user.removeprefix("U0").title())

    def play(story: Callable[[Drumbeat], Awaitable[None]]) -> None:
        async def whole() -> None:
            async with drumbeat(db, slack, clock, world.definitions()) as bot:
                await story(bot)

        asyncio.run(whole())

    return play


async def log(bot: Drumbeat, words: str, **more: str) -> None:
    await bot.command("/insight", CHARLIE)
    await bot.settled()
    await done(bot, {"what": words, "area": "billing", "severity": "medium", **more}, CHARLIE)
    if "because" in {block.get("block_id") for block in bot.slack.last_view()["blocks"]}:
        await done(bot, {"personal": "keep", "because": "It is none."}, CHARLIE)


async def done(bot: Drumbeat, values: dict[str, object], user: str) -> None:
    ack = await bot.submit(values, user)
    assert not ack.errors


def form(bot: Drumbeat) -> str:
    return shown(bot.slack.last_view() | {"text": ""})


async def everything_in_triage(bot: Drumbeat, words: str, line: str) -> None:
    """Every field of every form of triage is filled with these words."""
    await log(bot, words)
    await log(bot, words)
    await bot.command("/insight triage", BOB)
    assert words.split("\n")[0] in form(bot)
    await done(bot, {"do": "ask", "words": line}, BOB)
    await bot.deliver()
    await bot.command("/insight answer I-1", CHARLIE)
    assert line in form(bot)
    await done(bot, {"answer": words}, CHARLIE)
    await bot.command("/insight triage I-1", BOB)
    assert " ".join(words.split()) in form(bot)
    await done(bot, {**SORTED, "proof": line, "split": words}, BOB)
    assert bot.slack.last_view()["title"]["text"] == "Triage I-2"
    await done(bot, {"do": "out_of_scope", "words": line}, BOB)
    await bot.command("/insight queue", BOB)
    assert "I-3" in await bot.replied()
    await bot.command("/insight bulk", BOB)
    await done(bot, {"chosen": ["I-3"], "do": "out_of_scope", "reason": line}, BOB)
    await bot.deliver()
    assert any(line in shown(message) for message in bot.slack.messages(CHARLIE))


@pytest.mark.parametrize("words", WORDS.values(), ids=WORDS)
def test_any_words_are_shown_as_typed_and_notify_nobody(play: Play, words: str) -> None:
    async def story(bot: Drumbeat) -> None:
        await everything_in_triage(bot, words, words.replace("\n", " "))
        for line in (f"triage {words}", f"merge {words}", f"merge I-1 into {words}", f"split {words}",
                     f"reopen {words}", f"unmerge {words}", f"answer {words}"):  # fmt: skip
            await bot.command(f"/insight {line}", BOB)
        await bot.deliver()
        nobody_is_notified(bot.slack)

    play(story)


@pytest.mark.parametrize("letter", ["🦉", "&", "x"])
def test_the_longest_words_fit(play: Play, letter: str) -> None:
    size = 2 if letter == "🦉" else 1

    async def story(bot: Drumbeat) -> None:
        what, why = letter * (WHAT_LIMIT // size), letter * (REASON_LIMIT // size)
        more = {"proof": letter * (PROOF_LIMIT // size), "revenue": letter * (REVENUE_LIMIT // size)}
        for _ in range(6):
            await log(bot, what, **more)
        for number in range(5, 1, -1):
            await bot.command(f"/insight merge I-{number} into I-1", BOB)
        await bot.command("/insight triage I-1", BOB)
        await done(bot, {"do": "ask", "words": why}, BOB)
        await bot.deliver()
        await bot.command("/insight answer I-1", CHARLIE)
        await done(bot, {"answer": what}, CHARLIE)
        await bot.command("/insight triage I-1", BOB)
        assert what in form(bot)
        await done(bot, {"do": "out_of_scope", "words": why, "split": what}, BOB)
        await bot.command("/insight queue", BOB)
        await bot.command("/insight bulk", BOB)
        await done(bot, {"chosen": ["I-6"], "do": "out_of_scope", "reason": why}, BOB)
        await bot.deliver()

    play(story)
