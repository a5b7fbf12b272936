"""Somebody asks where something stands, over the wire: alone, for all in the channel, and of its owner in the end."""

import asyncio
from collections.abc import Awaitable, Callable
from datetime import timedelta
from typing import Any

import pytest

from bot.db import Database
from tests.fake_slack import FakeSlack
from tests.fakes import StoppedClock
from tests.flows.drumbeat import Drumbeat, drumbeat
from tests.flows.test_any_words import WORDS, nobody_is_notified, shown
from tests.people import ALICE, BOB, CHARLIE, UPDATES
from tests.releases.launch import DANA, ERIN, FRANK, GRACE
from tests.status import world
from tests.updates.team import berlin

Story = Callable[[Drumbeat], Awaitable[None]]
Play = Callable[[Story], None]

PARTNERS = "C0PARTNERS"
TYPED: dict[str, Any] = {
    "status": "amber", "confidence": "60", "next": "Invoice rounding for pilots", "path": "Cut the export, by Friday",
}  # fmt: skip


@pytest.fixture
def play(db: Database, slack: FakeSlack, clock: StoppedClock) -> Play:
    for user, name in ((DANA, "Dana"), (ERIN, "Erin"), (FRANK, "Frank"), (GRACE, "Grace")):
        slack.add_user(user, name)
    slack.direct(CHARLIE)
    slack.add_channel(PARTNERS, "partners", is_shared=True)

    def play(story: Story) -> None:
        async def whole() -> None:
            async with drumbeat(db, slack, clock, world.definitions()) as bot:
                await bot.until(berlin(25, 10))
                await bot.command("/weekly-update billing")
                await bot.submit(TYPED)
                await bot.until(berlin(26, 16))
                await story(bot)

        asyncio.run(whole())

    return play


async def ask(bot: Drumbeat, words: str, user: str = CHARLIE) -> str:
    await bot.command(f"/cadence status {words}", user)
    await bot.settled()
    return await bot.replied()


@pytest.mark.proves("R8")
def test_a_seller_asks_and_the_digest_answers(play: Play) -> None:
    async def story(bot: Drumbeat) -> None:
        said = await ask(bot, "rounding?")
        assert "“Invoice rounding for pilots”" in said
        assert "60 % sure" in said
        before = bot.slack.messages(UPDATES)
        (details,) = (each for each in before if each["text"].startswith("🟠 Billing"))
        assert f"https://acme.slack.com/archives/{UPDATES}/p{details['ts'].replace('.', '')}" in said
        assert "|in its digest>" in said
        assert bot.slack.messages(UPDATES) == before, "nobody else has seen it"

        await bot.press_replied("Show it here", CHARLIE)
        await bot.settled()
        assert await bot.replied() == "It is on its way into this channel, for everybody."
        await bot.deliver()
        posted = bot.slack.messages(f"D0{CHARLIE[2:]}")[-1]["text"]
        assert "“Invoice rounding for pilots”" in posted
        assert "Charlie shows this here." in posted

    play(story)


def test_the_answer_is_posted_where_it_was_asked(play: Play) -> None:
    async def story(bot: Drumbeat) -> None:
        before = len(bot.slack.messages(UPDATES))
        await ask(bot, "billing post")
        assert await bot.replied() == "It is on its way into this channel, for everybody."
        await bot.deliver()
        (posted,) = bot.slack.messages(UPDATES)[before:]
        assert posted["text"].startswith("Billing (area)")

    play(story)


def test_where_other_companies_read_along_it_is_not_shown(play: Play) -> None:
    async def story(bot: Drumbeat) -> None:
        await bot.slack.command("/cadence", user=CHARLIE, text="status billing post", channel=PARTNERS)
        await bot.settled()
        assert (await bot.replied()).startswith("Billing (area)")
        assert (await bot.replied()).startswith("I cannot show it here")
        await bot.deliver()
        assert bot.slack.messages(PARTNERS) == []

    play(story)


def test_nothing_fits_and_the_owner_is_asked_once(play: Play) -> None:
    async def story(bot: Drumbeat) -> None:
        assert "Did you mean one of these?" in await ask(bot, "biling gadgets")
        await bot.press_replied("Ask its owner", CHARLIE)
        await bot.settled()
        assert "Alice reads your question about Billing in their next day message" in await bot.replied()
        await bot.until(bot.clock.now() + timedelta(days=1))
        assert "Charlie asks where something in Billing stands" in bot.slack.said(ALICE)[-1]
        assert "“biling gadgets”" in bot.slack.said(ALICE)[-1]

    play(story)


def test_the_command_asks_an_owner_too(play: Play) -> None:
    async def story(bot: Drumbeat) -> None:
        said = await ask(bot, "ask billing when is it done?")
        assert said.startswith("Alice reads your question about Billing")

    play(story)


def test_one_of_several_is_picked(play: Play) -> None:
    async def story(bot: Drumbeat) -> None:
        assert (await ask(bot, "review")).startswith("2 things fit “review”. Which one?")
        await bot.press_replied("This one", CHARLIE)
        await bot.settled()
        assert (await bot.replied()).startswith("Insights review (ritual)")

    play(story)


def test_alone_it_says_what_one_may_ask(play: Play) -> None:
    async def story(bot: Drumbeat) -> None:
        assert "Questions answered from the records" in await ask(bot, "", BOB)

    play(story)


@pytest.mark.parametrize("words", WORDS.values(), ids=WORDS)
def test_any_words_are_shown_as_typed_and_notify_nobody(play: Play, words: str) -> None:
    async def story(bot: Drumbeat) -> None:
        line = words.replace("\n", " ")
        await bot.command("/weekly-update billing")
        await bot.submit({**TYPED, "next": line})
        for asked in (line, f"ask billing {line}", "billing post"):
            await ask(bot, asked)
        await bot.settled()
        await bot.until(bot.clock.now() + timedelta(days=1))
        assert any(line[:60] in shown(each) for each in bot.slack.messages(UPDATES))
        nobody_is_notified(bot.slack)

    play(story)
