"""The charter over the wire: announced, read, approved by the head of product alone, and anew when it has changed."""

import asyncio
from collections.abc import Awaitable, Callable
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import select

from bot.audit import Event
from bot.charter import flow
from bot.db import Database
from tests.charter.world import definitions
from tests.decisions.classes import DANA, ERIN
from tests.fake_slack import FakeSlack
from tests.fakes import StoppedClock
from tests.flows.drumbeat import Drumbeat, drumbeat
from tests.people import ALICE, BOB, CHARLIE, PRODUCT_OPS
from tests.updates.team import berlin

Story = Callable[[Drumbeat], Awaitable[None]]
Play = Callable[..., None]


@pytest.fixture
def play(db: Database, slack: FakeSlack, clock: StoppedClock) -> Play:
    """Lets stories happen, from Wednesday on, each with a charter that product ops has edited.

    Dana is the head of product, Bob runs product ops.
    """

    def play(*chapters: Story | tuple[dict[str, Any], Story]) -> None:
        async def whole() -> None:
            clock.set(berlin(25, 9))
            for id, name in ((DANA, "Dana"), (ERIN, "Erin")):
                slack.add_user(id, name)
            slack.direct(DANA)
            for chapter in (announced, *chapters):
                changes, story = chapter if isinstance(chapter, tuple) else ({}, chapter)
                async with drumbeat(db, slack, clock, definitions(**changes)) as bot:
                    bot.heard = len(slack.replies)
                    await story(bot)

        asyncio.run(whole())

    return play


async def announced(bot: Drumbeat) -> None:
    await bot.deliver()


async def approves(bot: Drumbeat) -> None:
    await bot.press("Approve", DANA, PRODUCT_OPS)
    await bot.replied()


async def nothing(bot: Drumbeat) -> None:
    """Nobody does anything."""


@pytest.mark.proves("R1", "R28")
def test_the_charter_is_announced_and_its_head_of_product_approves_it_with_a_button(play: Play, db: Database) -> None:
    async def story(bot: Drumbeat) -> None:
        (card,) = bot.slack.said(PRODUCT_OPS)
        assert "Charter of product operations, v1" in card
        assert "Not approved yet: it waits for Dana." in card
        assert "*What we do not own*\n• Strategy\n• The roadmap\n• Whether a release goes out" in card
        assert "Decision rights*\nProduct managers decide; we inform." in card

        await bot.press("Approve", BOB, PRODUCT_OPS)
        assert "Only the head of product approves the charter: Dana." in await bot.replied()
        await bot.press("Approve", DANA, PRODUCT_OPS)
        assert "Approved: the charter, v1. It is looked at again by" in await bot.replied()
        await bot.deliver()
        (card,) = bot.slack.said(PRODUCT_OPS)
        assert "Approved by Dana on Wed 25 Nov 2026." in card

        await bot.command("/cadence charter", CHARLIE)
        shown = await bot.replied()
        assert "Approved by Dana on Wed 25 Nov 2026." in shown
        assert "Product and Support: What customers report" in shown

    play(story)
    with db.transaction() as session:
        (event,) = session.scalars(select(Event).where(Event.kind == "charter.approved"))
        assert (event.actor, event.subject) == (DANA, "charter:v1")


@pytest.mark.proves("R1")
def test_an_edit_is_told_once_it_has_settled_and_needs_an_approval_of_its_own(play: Play) -> None:
    async def settles(bot: Drumbeat) -> None:
        await bot.until(bot.clock.now() + flow.SETTLING)
        first, last = bot.slack.said(PRODUCT_OPS)
        assert "v3 has taken its place" in first
        assert "Charter of product operations, v3" in last
        assert "Not approved yet: it waits for Dana." in last
        assert "What has changed: What we own, How work is ranked." in last

        await bot.press("Approve", DANA, PRODUCT_OPS)
        assert "Approved: the charter, v3." in await bot.replied()
        await bot.deliver()
        last = bot.slack.said(PRODUCT_OPS)[-1]
        assert "Approved by Dana" in last
        assert "What has changed: What we own, How work is ranked." in last

    ranked = {"ranking": "The loudest first"}
    play(approves, (ranked, nothing), ({**ranked, "owns": ["The calendar", "Templates"]}, settles))


def test_an_edit_of_who_answers_for_an_interface_needs_no_approval(play: Play) -> None:
    async def story(bot: Drumbeat) -> None:
        await bot.until(bot.clock.now() + flow.SETTLING)
        (card,) = bot.slack.said(PRODUCT_OPS)
        assert "Approved by Dana" in card

    play(approves, ({"interfaces": []}, story))


def test_what_has_changed_meanwhile_is_not_approved_unread(play: Play) -> None:
    async def story(bot: Drumbeat) -> None:
        await bot.press("Approve", DANA, PRODUCT_OPS)
        assert "The charter has changed meanwhile: v2. Read it first: /cadence charter." in await bot.replied()

    play(nothing, ({"ranking": "The loudest first"}, story))


@pytest.mark.proves("R1", "R36")
def test_it_stands_on_home_what_product_ops_is_for_and_the_head_reads_and_approves_there(play: Play) -> None:
    async def story(bot: Drumbeat) -> None:
        await bot.home(ALICE)
        sentence = "Product operations is there to reduce surprises, and to improve what Support knows, for everybody."
        assert sentence in bot.on_home(ALICE)
        await bot.command("/cadence today", DANA)
        assert "Approve the charter, v1" in await bot.replied()
        await bot.press_replied("Read it", DANA)
        view = bot.slack.last_view()
        assert view["submit"]["text"] == "Approve"
        assert (await bot.submit({}, DANA)).errors == {}
        await bot.command("/cadence today", DANA)
        assert "Approve the charter" not in await bot.replied()

    play(story)


def test_half_a_year_later_it_is_to_be_confirmed(play: Play) -> None:
    async def story(bot: Drumbeat) -> None:
        await bot.press("Approve", DANA, PRODUCT_OPS)
        await bot.replied()
        bot.clock.set(bot.clock.now() + timedelta(days=181))
        await bot.command("/cadence charter", DANA)
        await bot.replied()
        await bot.press_replied("Confirm", DANA)
        assert "Confirmed: the charter, v1." in await bot.replied()

    play(story)


@pytest.mark.proves("R29", "R40")
def test_who_decides_what_is_read_as_a_table_and_by_function(play: Play) -> None:
    async def story(bot: Drumbeat) -> None:
        await bot.command("/cadence raci", CHARLIE)
        assert (
            "*Prices and terms*\nAccountable: the head of product; backup: the owner of the area\n"
            "Responsible: the owner of the area\nConsulted: the lead of Support\nInformed: everybody"
        ) in await bot.replied()
        await bot.command("/cadence raci support", CHARLIE)
        shown = await bot.replied()
        assert "Where Support stands" in shown
        assert "Consulted: What comes first inside an area; Prices and terms" in shown
        assert "Backup: What support answers" in shown

    play(story)


@pytest.mark.proves("R3")
def test_an_interface_names_both_sides_and_how_fast_they_answer(play: Play) -> None:
    async def story(bot: Drumbeat) -> None:
        await bot.command("/cadence who product and support", CHARLIE)
        assert await bot.replied() == (
            "*Product and Support*\n"
            "• What customers report\n"
            "• On the side of Product: Bob (Product Ops); no backup yet\n"
            "• On the side of Support: Charlie (the lead of Support); no backup yet\n"
            "• They answer each other within 2 working days\n"
            "• When they do not agree: Dana (the head of product)\n"
            "• Forum: #support"
        )

    play(story)
