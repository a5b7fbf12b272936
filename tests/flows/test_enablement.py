"""A release's enablement bundle over the wire: written, published, confirmed by each, changed, nudged once."""

import asyncio
from collections.abc import Awaitable, Callable
from typing import Any

import pytest

from bot.db import Database
from tests.enablement.bundles import BUNDLE, QUESTIONS
from tests.fake_slack import FakeSlack
from tests.fakes import StoppedClock
from tests.flows.drumbeat import Drumbeat, drumbeat
from tests.flows.test_releases import NAMES, card, registered, submitted, thread
from tests.people import ALICE, BOB, CHARLIE, LAUNCHES
from tests.releases.launch import DANA, ERIN, definitions
from tests.updates.team import berlin

Story = Callable[[Drumbeat], Awaitable[None]]
Play = Callable[..., None]


@pytest.fixture
def play(db: Database, slack: FakeSlack, clock: StoppedClock) -> Play:
    """Lets a story happen by the small rules with the small bundle, from Wednesday 25 November on."""

    def play(story: Story, **bundle: Any) -> None:
        async def whole() -> None:
            clock.set(berlin(25, 9))
            for id, name in NAMES.items():
                slack.add_user(id, name)
            async with drumbeat(db, slack, clock, definitions(bundle=BUNDLE | bundle)) as bot:
                await registered(bot, "asked")
                await story(bot)

        asyncio.run(whole())

    return play


async def written(bot: Drumbeat) -> None:
    """Charlie writes what customers will ask."""
    await bot.command("/cadence bundle atlas write", CHARLIE)
    await submitted(bot, {"questions": QUESTIONS}, CHARLIE)


async def published(bot: Drumbeat) -> None:
    """Alice publishes the bundle once it is written; the next morning everybody has been asked."""
    await written(bot)
    await bot.command("/cadence bundle atlas publish")
    await submitted(bot, {})
    await bot.until(berlin(26, 10))


def asked(bot: Drumbeat, person: str) -> list[str]:
    """The messages to a person that speak of a bundle, as they read now."""
    words = ("what people are to know", "read what changes", "nothing more to write", "nothing more to confirm")
    return [text for text in bot.slack.said(person) if any(each in text for each in words)]


def bundle(bot: Drumbeat) -> str:
    """What the published bundle says now."""
    (text,) = [line for line in thread(bot) if "what changes, and what to say" in line]
    return text


def test_who_knows_is_asked_to_write_what_is_missing_once_a_release_draws_near(play: Play) -> None:
    async def story(bot: Drumbeat) -> None:
        assert "Due Fri 4 Dec. Missing: Questions and answers (Charlie)" in card(bot)
        await bot.until(berlin(1, 17, month=12))
        assert asked(bot, CHARLIE) == []
        await bot.until(berlin(2, 10, month=12))
        (text,) = asked(bot, CHARLIE)
        assert "Atlas, Wed 9 Dec: what people are to know, until Fri 4 Dec" in text
        assert "• Questions and answers" in text
        assert "still lacks, from others: Questions and answers." in asked(bot, ALICE)[0]
        assert asked(bot, ERIN) == []
        await written(bot)
        assert "Nothing to do: what was yours is there." in asked(bot, CHARLIE)[0]
        assert "The enablement bundle is complete." in asked(bot, ALICE)[0]
        await bot.press("Publish the bundle")
        assert "Support: 2 people" in str(bot.slack.last_view())

    play(story)


def test_it_is_published_only_when_nothing_is_missing_and_by_its_owner_or_product_ops(play: Play) -> None:
    async def story(bot: Drumbeat) -> None:
        await bot.command("/cadence bundle atlas publish")
        assert "The bundle of Atlas still lacks: Questions and answers (Charlie)." in await bot.replied()
        await bot.command("/cadence bundle atlas read", CHARLIE)
        assert "is not published yet" in await bot.replied()
        await written(bot)
        await bot.command("/cadence bundle atlas publish", CHARLIE)
        assert "is published by Alice, who owns Atlas, or by product ops" in await bot.replied()
        await bot.command("/cadence bundle atlas publish", BOB)
        assert "Edition 1 of the bundle is published" in await submitted(bot, {}, BOB)
        assert bundle(bot).startswith("Atlas: what changes, and what to say\nEdition 1, Bob, Wed 25 Nov.")
        assert QUESTIONS in bundle(bot)
        assert "Talk track" not in bundle(bot)

    play(story)


@pytest.mark.proves("A6")
def test_each_confirms_and_the_item_is_settled_once_enough_have(play: Play) -> None:
    async def story(bot: Drumbeat) -> None:
        await published(bot)
        assert "☐ Support: 0 of 2 confirmed, 80 % needed until Tue 8 Dec" in card(bot)
        assert "• 2 Support has been briefed" in card(bot)
        (charlie,) = asked(bot, CHARLIE)
        assert "Atlas, Wed 9 Dec: read what changes" in charlie
        assert "A second payer can be added to an invoice" in charlie
        assert asked(bot, ERIN) == []
        assert "Atlas: read what changes, and confirm it" in await bot.home(CHARLIE)
        await bot.press("I have read it", CHARLIE)
        await bot.deliver()
        assert "Atlas: read what changes" not in await bot.home(CHARLIE)
        assert "☐ Support: 1 of 2 confirmed" in card(bot)
        await bot.press("I attended", DANA, LAUNCHES)
        await bot.deliver()
        assert "☑ Support: 2 of 2 confirmed" in card(bot)
        assert "• 2 Support has been briefed" not in card(bot)
        assert "Nothing to do." in asked(bot, CHARLIE)[0]

    play(story)


def test_whom_it_is_not_for_says_why_and_does_not_count(play: Play) -> None:
    async def story(bot: Drumbeat) -> None:
        await published(bot)
        await bot.press("Not for me", DANA)
        await submitted(bot, {"reason": "I answer the phone for another product"}, DANA)
        await bot.press("I have read it", CHARLIE)
        await bot.deliver()
        assert "☑ Support: 1 of 1 confirmed" in card(bot)

    play(story)


def test_who_has_not_confirmed_is_reminded_once_on_the_day_before_the_last_one(play: Play) -> None:
    async def story(bot: Drumbeat) -> None:
        await published(bot)
        await bot.press("I have read it", CHARLIE)
        await bot.until(berlin(7, 17, month=12))
        assert len(asked(bot, CHARLIE)) == 1
        assert len(bot.slack.said(DANA)) == 2
        assert "One reminder, and only one." in bot.slack.said(DANA)[1]
        await bot.until(berlin(8, 17, month=12))
        assert len(bot.slack.said(DANA)) == 2

    play(story)


def test_whoever_leads_a_function_nudges_the_rest_of_it_once(play: Play) -> None:
    async def story(bot: Drumbeat) -> None:
        await published(bot)
        await bot.press("I have read it", CHARLIE)
        await bot.command("/cadence bundle atlas nudge", ALICE)
        assert "Only whoever leads a function nudges its people" in await next_reply(bot, "nudges")
        await bot.command("/cadence bundle atlas nudge", CHARLIE)
        assert "Support: 1 person is asked once more." in await next_reply(bot, "asked once more")
        await bot.command("/cadence bundle atlas nudge", CHARLIE)
        assert "Charlie has nudged Support already." in await next_reply(bot, "already")
        await bot.until(berlin(27, 10))
        assert len(asked(bot, DANA)) == 2
        assert "You are asked once more by whoever leads it." in asked(bot, DANA)[1]
        assert len(asked(bot, CHARLIE)) == 1
        await bot.until(berlin(8, 17, month=12))
        assert len(asked(bot, DANA)) == 2

    play(story)


async def next_reply(bot: Drumbeat, words: str) -> str:
    """The next answer with these words in it."""
    while words not in (text := await bot.replied()):
        pass
    return text


def test_what_changes_later_is_told_in_a_line_and_confirmed_again_only_if_its_owner_says_so(play: Play) -> None:
    async def story(bot: Drumbeat) -> None:
        await published(bot)
        await bot.press("I have read it", CHARLIE)
        await bot.command("/cadence bundle atlas write", CHARLIE)
        assert (await bot.submit({"questions": "Nobody asks."}, CHARLIE)).errors.keys() == {"_change"}
        await submitted(bot, {"questions": "Nobody asks.", "_change": "Nobody asks any more"}, CHARLIE)
        assert "Edition 2, Charlie, Thu 26 Nov. Changed: Nobody asks any more" in bundle(bot)
        assert "☐ Support: 1 of 2 confirmed" in card(bot)
        await bot.command("/cadence bundle atlas write", ALICE)
        await submitted(bot, {"questions": "Everybody asks.", "_change": "All ask"}, ALICE)
        await bot.until(berlin(27, 10))
        (told,) = [text for text in bot.slack.said(CHARLIE) if "its bundle has changed" in text]
        assert "You had confirmed it. Now: All ask." in told
        assert not [text for text in bot.slack.said(DANA) if "its bundle has changed" in text]
        await bot.command("/cadence bundle atlas write", ALICE)
        again = {"questions": "Half of them ask.", "_change": "Half ask", "_again": ["again"]}
        await submitted(bot, again, ALICE)
        assert "☐ Support: 0 of 2 confirmed" in card(bot)
        await bot.until(berlin(30, 10))
        assert "Changed since you confirmed: Half ask" in asked(bot, CHARLIE)[-1]
        await bot.press("I have read it", CHARLIE)
        await bot.deliver()
        assert "☐ Support: 1 of 2 confirmed" in card(bot)

    play(story)


def test_of_two_who_write_the_same_section_at_once_the_second_sees_what_the_first_wrote(play: Play) -> None:
    async def story(bot: Drumbeat) -> None:
        forms = []
        for person in (CHARLIE, DANA):
            await bot.command("/cadence bundle atlas write", person)
            forms.append(bot.slack.last_view())
        first = await bot.slack.submit(forms[0], {"questions": QUESTIONS}, user=CHARLIE)
        assert "Saved" in str(first.payload)
        second = await bot.slack.submit(forms[1], {"questions": "Mine"}, user=DANA)
        assert "While you had the form open, Charlie wrote" in str(second.payload)
        assert "Mine" in str(second.payload)
        await bot.command("/cadence bundle atlas", ALICE)
        assert QUESTIONS in await next_reply(bot, "what to say")

    play(story)


TEST = {"text-0": "Who pays first?", "options-0": "Nobody\n*The first named", "section-0": "questions"}


def test_test_questions_show_each_their_own_result_alone(play: Play) -> None:
    async def story(bot: Drumbeat) -> None:
        await bot.command("/cadence bundle atlas questions", CHARLIE)
        assert "The test questions are written by Alice" in await next_reply(bot, "test questions")
        await bot.command("/cadence bundle atlas questions", ALICE)
        wrong = TEST | {"options-0": "Nobody\nThe first named", "text-1": "", "options-1": "One\n*Two"}
        assert (await bot.submit(wrong)).errors.keys() == {"options-0", "text-1"}
        await submitted(bot, TEST)
        await published(bot)
        await bot.press("I have read it", CHARLIE)
        view = bot.slack.last_view()
        (question,) = [block["block_id"] for block in view["blocks"] if block["type"] == "input"]
        said = await submitted(bot, {question: "0"}, CHARLIE)
        assert "0 of 1 right." in said
        assert "☒ Nobody\\n☑ The first named – stands in: Questions and answers" in said
        await bot.command("/cadence bundle atlas", ALICE)
        page = await next_reply(bot, "Who knows it")
        assert "Support waits for Dana." in page
        assert "right" not in page
        await bot.press("I attended", DANA)
        assert "1 of 1 right." in await submitted(bot, {question: "1"}, DANA)
        for person in (ALICE, ERIN):
            await bot.command("/cadence bundle atlas test", person)
            await submitted(bot, {question: "1"}, person)
        await bot.command("/cadence bundle atlas", ALICE)
        assert "Test questions: 3 of 4 who answered had everything right." in await next_reply(bot, "had everything")
        await bot.command("/cadence bundle atlas", ERIN)
        assert "had everything" not in await next_reply(bot, "Who knows it")

    play(story, medium={"published": 3, "confirmed": 1, "share": 80, "questions": True})
