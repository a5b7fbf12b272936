"""The operating system pack over the wire: somebody asks how complete it is, and product ops posts it."""

import asyncio
from dataclasses import replace

import pytest

from bot.artifacts import model as artifacts
from bot.db import Database
from bot.definitions import ArtifactLibrary
from tests.aloud import read_aloud
from tests.fake_slack import FakeSlack
from tests.fakes import StoppedClock, promised
from tests.flows.drumbeat import Drumbeat, drumbeat
from tests.people import ALICE, BOB, PRODUCT_OPS
from tests.status import world

LIBRARY = ArtifactLibrary.model_validate(
    {
        "artifacts": [
            {
                "id": "operating-pack",
                "name": "Operating system pack",
                "owner": "product_ops",
                "audience": ["head_of_product"],
                "event": "pack-made",
                "sections": ["In short"],
                "done": [
                    {"says": "Every must-have is there", "test": "every-must-have-is-there"},
                    {"says": "The scorecard passes", "test": "rubric-passed"},
                ],
            }
        ]
    }
)


@pytest.mark.proves("R35", "A10")
def test_product_ops_posts_the_pack_with_its_sections_in_the_thread(
    db: Database, slack: FakeSlack, clock: StoppedClock
) -> None:
    slack.direct(ALICE)
    slack.direct(BOB)

    async def story(bot: Drumbeat) -> None:
        await bot.command("/cadence pack", ALICE)
        await bot.settled()
        said = await bot.replied()
        assert "of 8 must-haves are there." in said
        assert "drumbeat pack, where Drumbeat runs" in said

        assert "• There are no risks, and nobody has said that there are none. Add what there is" in said
        await bot.command("/cadence pack post", BOB)
        await bot.settled()
        assert "• There are no next steps" in await bot.replied()
        assert slack.messages(PRODUCT_OPS) == []

        await bot.command("/cadence registers", BOB)
        await bot.settled()
        message = {**slack.replies[-1], "channel": "D0BOB", "ts": slack.stamp(), "is_ephemeral": True}
        for register in ("risk", "question", "next"):
            await slack.click("registers.none", register, user=BOB, message=message)
        await bot.command("/cadence pack", ALICE)
        await bot.settled()
        await bot.press_replied("Post it", ALICE)
        await bot.settled()
        assert "Only product ops or the head of product may post the pack." in slack.replies[-1]["text"]

        await bot.command("/cadence pack", BOB)
        await bot.settled()
        await bot.press_replied("Post it", BOB)
        await bot.settled()
        await bot.deliver()
        first, *thread = slack.messages(PRODUCT_OPS)
        assert "operating system pack" in first["text"]
        assert all(each["thread_ts"] == first["ts"] for each in thread)
        headings = [each["text"].splitlines()[0] for each in thread]
        assert [each for each in headings if each[0].isdigit()] == [
            "0. Context", "1. Charter", "2. Operating model", "3. Cadence", "4. Artifacts", "5. Insights",
            "6. Release enablement", "7. 30/60/90", "8. Risks, open questions, next steps", "9. Measures and scorecard",
            "10. Said and done",
        ]  # fmt: skip
        (posted,) = promised(db, "pack.posted")
        read_aloud(posted)
        (issue,) = db.call(artifacts.last_issues, bot.house, "operating-pack")
        assert issue.message_id is not None
        assert issue.failed["rubric-passed"] == ["nobody has scored it"]
        assert "Not done yet" in first["text"]
        read_aloud(promised(db, "pack.section")[0])

    async def whole() -> None:
        async with drumbeat(db, slack, clock, replace(world.definitions(), artifacts=LIBRARY)) as bot:
            await story(bot)

    asyncio.run(whole())
