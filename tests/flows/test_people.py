"""Absence, statuses, leavers and namings over the wire."""

import asyncio
from collections.abc import Awaitable, Callable

import pytest
from sqlalchemy import delete

from bot.db import Database
from bot.delivery.slack import make_client, make_session
from bot.naming import flow as naming
from bot.naming.model import Naming
from bot.people.directory import read_directory
from tests.aloud import read_aloud
from tests.fake_slack import BOT_TOKEN, FakeSlack
from tests.fakes import StoppedClock, promised
from tests.flows.drumbeat import Drumbeat, drumbeat
from tests.people import ALICE, BOB, CHARLIE, PRODUCT_OPS
from tests.updates.team import berlin, definitions

Story = Callable[[Drumbeat], Awaitable[None]]
Play = Callable[[Story], None]


@pytest.fixture
def play(db: Database, slack: FakeSlack, clock: StoppedClock) -> Play:
    """Lets a story happen, from Monday of the week on, where a palm tree means away."""

    def play(story: Story) -> None:
        async def whole() -> None:
            clock.set(berlin(23, 9))
            team = definitions()
            organisation = team.organisation.model_copy(update={"away_statuses": (":palm_tree:",)})
            async with drumbeat(db, slack, clock, type(team)(organisation, team.calendar)) as bot:
                await story(bot)

        asyncio.run(whole())

    return play


def test_product_ops_notes_lists_and_ends_an_absence_of_somebody_else(play: Play) -> None:
    async def story(bot: Drumbeat) -> None:
        await bot.command("/cadence away @alice 2026-12-21 to 2027-01-04 weekly-update because moving", BOB)
        assert (await bot.replied()).startswith(
            "Alice is away from Mon 21 Dec 2026 until Mon 4 Jan 2027, that day included, for Weekly product update."
        )
        await bot.deliver()
        assert bot.slack.said(ALICE)[-1].startswith("Bob noted that you are away from Mon 21 Dec 2026")
        read_aloud(promised(bot.db, "people.away")[0])
        await bot.command("/cadence absences", BOB)
        assert "Other: moving" in await bot.replied()
        await bot.command("/cadence absences", CHARLIE)
        assert "You are not noted as away" in await bot.replied()
        await bot.command("/cadence away @alice until friday", CHARLIE)
        assert "Only product ops may note an absence for somebody else" in await bot.replied()

        await bot.command("/cadence away @alice until friday", BOB)
        await bot.replied()
        await bot.command("/cadence back @alice", BOB)
        assert "Alice is here again" in await bot.replied()

    play(story)


def test_a_form_takes_what_is_hard_to_say_in_words(play: Play) -> None:
    async def story(bot: Drumbeat) -> None:
        await bot.command("/cadence away sick", BOB)
        refused = await bot.submit({"who": ALICE, "first_day": "2026-11-27", "last_day": "2026-11-24"}, BOB)
        assert "is before" in refused.errors["last_day"]
        await bot.submit({"who": ALICE, "last_day": "2026-11-27", "reason": "flu"}, BOB)
        await bot.command("/cadence absences", ALICE)
        assert "Sick: flu" in await bot.replied()
        shown = await bot.home(ALICE)
        assert "You are away until Fri 27 Nov 2026" in shown
        assert '"people.back"' in shown
        await bot.until(berlin(25, 11))
        assert bot.slack.said(ALICE)[1:] == [], "only that Bob noted it"
        assert "stand in for Alice" in bot.slack.said(BOB)[-1]

    play(story)


@pytest.mark.parametrize("event", ["user_change", "user_status_changed"])
def test_a_status_makes_away_and_its_end_makes_back(play: Play, event: str) -> None:
    async def story(bot: Drumbeat) -> None:
        user = bot.slack.users[ALICE]
        user["profile"] |= {"status_emoji": ":palm_tree:", "status_expiration": int(berlin(27, 18).timestamp())}
        await bot.slack.event({"type": event, "user": user})
        assert "You are away until Fri 27 Nov 2026" in await bot.home(ALICE)
        user["profile"] |= {"status_emoji": "", "status_expiration": 0}
        await bot.slack.event({"type": event, "user": user})
        assert "You are away" not in await bot.home(ALICE)

    play(story)


def test_a_deactivated_account_is_told_to_product_ops(play: Play) -> None:
    async def story(bot: Drumbeat) -> None:
        await bot.slack.event({"type": "user_change", "user": {**bot.slack.users[ALICE], "deleted": True}})
        await bot.deliver()
        (said,) = bot.slack.said(PRODUCT_OPS)
        assert "Owner of Billing: Bob is asked until you name somebody new." in said
        await bot.command("/cadence people", BOB)
        assert "Alice is no longer in Slack" in await bot.replied()
        await bot.command("/cadence people", CHARLIE)
        assert "Only product ops may" in await bot.replied()

    play(story)


def test_who_is_named_accepts_or_passes_on(play: Play) -> None:
    async def story(bot: Drumbeat) -> None:
        with bot.db.transaction() as session:
            # As if the definitions had just named her.
            session.execute(delete(Naming).where(Naming.post.startswith("area:"), Naming.ref == ALICE))
        await bot.db.run(naming.keep_in_step, bot.house)
        await bot.until(berlin(23, 10))
        assert bot.slack.said(ALICE)[0].startswith("2 things today")
        assert "*You were named*\nOwner of Billing" in bot.slack.said(ALICE)[0]
        await bot.press("Accept")
        await bot.deliver()
        assert "Owner of Billing: accepted." in bot.slack.said(ALICE)[0]
        assert "You were named owner of Exports" in await bot.home(ALICE)
        await bot.press("Pass on or decline")
        refused = await bot.submit({"answer": "pass on"})
        assert "Choose whom" in refused.errors["colleague"]
        await bot.submit({"answer": "pass on", "colleague": CHARLIE})
        await bot.until(berlin(23, 17))
        assert "Owner of Exports (passed on by Alice)" in bot.slack.said(CHARLIE)[0]
        await bot.command("/cadence named", CHARLIE)
        assert "owner of Exports" in await bot.replied()

    play(story)


def test_the_members_of_a_user_group_are_read_from_slack(slack: FakeSlack) -> None:
    slack.add_usergroup("S0TEAM", "product-team", [ALICE, CHARLIE])
    slack.add_usergroup("S0SALES", "sales", [BOB])

    async def read() -> dict[str, tuple[str, ...]]:
        async with make_session() as session:
            client = make_client(BOT_TOKEN, slack.url, session)
            return dict((await read_directory(client, {"product-team", "unknown"})).groups)

    assert asyncio.run(read()) == {"product-team": (ALICE, CHARLIE)}
