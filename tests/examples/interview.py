"""The setup interview, answered over the wire, and what follows it: the plan, its version, namings and the charter."""

from collections.abc import Mapping
from datetime import UTC, date, datetime
from typing import Any

from tests.examples import company
from tests.examples.company import BERLIN, HEAD, MARCUS, OPS, PRIYA, SAM, TOM, Company, email, slack_id
from tests.flows.drumbeat import Drumbeat

Answers = Mapping[str, Mapping[str, Any]]
"""By the title of each form, what is filled in; None for what nobody knows."""

FIRST_DAY = date(2026, 9, 7)
"""A Monday."""


def product(of: Company) -> dict[str, str]:
    """The areas as somebody types them, and where it is tried first."""
    lines = [f"{each.title()}, {email(of.owner(each))}, {email(of.deputy(each))}, #area-{each}" for each in of.areas]
    pilot = ", ".join(each.title() for each in of.pilot)
    return {"areas": "\n".join(lines), "pilot": pilot, "why": of.why, "begins": str(FIRST_DAY)}


WHO = {
    "sponsor": HEAD,
    "head_of_product": HEAD,
    "product_ops": OPS,
    "support": slack_id(PRIYA),
    "sales": slack_id(TOM),
}
SURPRISED: Answers = {
    "Your organisation": {
        "model": "b2b", "stage": "growing", "product_managers": "8", "pods": "8", "teams": "central",
    },
    "What breaks most": {
        "first": "surprises",
        "second": "feedback",
        "third": None,
        "examples": "Prices changed and Support read it in a ticket\nSales asked three times what became of its list",
        "own": None,
    },
    "What should be easier": {
        "outcomes": ["fewer-surprises", "teams-are-ready", "feedback-answered"],
        "target": "10 %",
        "baseline": "40 %",
        "by": "2026-12-07",
        "owner": OPS,
    },
    "Who decides": WHO,
    "What you do now": {"now": "Status call, every week, 60, 12", "hurts": "It leaves nothing"},
    "Your product": product(company.SURPRISED),
    "A few more": {
        "complaints": "The launch list",
        "tools": "Jira and Confluence",
        "model": "central",
        "privacy": ["no-customer-names"],
        "words": None,
    },
    "The problem": {"reduce": "launches that surprise Support and Sales", "improve": None, "for": None},
}  # fmt: skip
GROWN: Answers = {
    "Your organisation": {
        "model": "b2b", "stage": "growing", "product_managers": "18", "pods": "6", "teams": "distributed",
    },
    "What breaks most": {"first": "visibility", "second": "mandate", "third": None, "examples": None, "own": None},
    "What should be easier": {
        "outcomes": ["updates-on-time", "faster-decisions", "rituals-leave-something"],
        "target": "85 %",
        "baseline": "55 %",
        "by": "2026-12-07",
        "owner": OPS,
    },
    "Who decides": WHO,
    "What you do now": {"now": "Status call, every week, 60, 12\nLeads, every 2 weeks, 45, 8", "hurts": None},
    "Your product": product(company.GROWN),
    "A few more": {"complaints": None, "tools": "Jira", "model": "?", "privacy": None, "words": None},
    "The problem": {"reduce": None, "improve": None, "for": None},
}  # fmt: skip


async def set_up(bot: Drumbeat, answers: Answers) -> str:
    """Answer each form as it comes, look at what is proposed, apply it; returns what was proposed."""
    await ask(bot, "/cadence setup", OPS)
    await look(bot, "Start here")
    title = str(bot.slack.last_view()["title"]["text"])
    while title in answers:
        asked = {block["block_id"] for block in bot.slack.last_view()["blocks"] if block["type"] == "input"}
        ack = await bot.submit({name: value for name, value in answers[title].items() if name in asked}, OPS)
        assert not ack.errors
        title = str(bot.slack.last_view()["title"]["text"])
    assert title == "Setup"
    await ask(bot, "/cadence setup", OPS)
    proposed = await look(bot, "Show what comes of it")
    assert "is in force" in await look(bot, "Apply")
    bot.take_over()
    return proposed


async def begin(bot: Drumbeat, of: Company) -> None:
    """The first four days: the charter approved, namings accepted, people told, and the pilot asked, it alone."""
    await ask(bot, "/cadence charter", HEAD)
    await look(bot, "Approve", HEAD)
    for register in ("risk", "next"):
        await ask(bot, "/cadence registers", OPS)
        shown = {**bot.slack.replies[-1], "channel": "D0SAM", "ts": bot.slack.stamp(), "is_ephemeral": True}
        await bot.slack.click("registers.begin", register, user=OPS, message=shown)
        await bot.settled()
    await ask(bot, "/cadence question", OPS)
    await bot.submit(
        {"what": "Who writes release notes?", "detail": "Nobody does.", "owner": OPS, "due": "2026-10-01"}, OPS
    )
    await ask(bot, "/cadence progress", HEAD)
    await look(bot, "Pass the gate", HEAD)
    await bot.submit({"reason": "Sam has half of each week for it, and five launches were counted."}, HEAD)
    bot.take_over()

    await bot.until(_at(1, 9))
    for name in (MARCUS, SAM, PRIYA, TOM):
        while "accept, or pass on?" in str(bot.slack.messages(slack_id(name))[-1:]):
            await bot.press("Accept", slack_id(name))
            await bot.deliver()
    await ask(bot, "/cadence notice weekly-product-update", OPS)
    await bot.submit({}, OPS)

    await bot.until(_at(2, 10))
    asked = [name for name in of.managers if "Write update" in str(bot.slack.messages(slack_id(name)))]
    assert asked == [of.owner(area) for area in of.pilot], "the pilot is asked, and nobody else"
    for name in asked:
        assert "From Wed 9 Sep 2026: Weekly product update" in str(bot.slack.said(slack_id(name)))
        area = of.areas[of.managers.index(name)]
        await bot.press(f"Write update: {area.title()}", slack_id(name))
        await bot.submit({"status": "green", "next": "The first step", "confidence": "80"}, slack_id(name))
    await bot.until(_at(3, 16))
    assert "2 of 2 areas answered" in bot.digest()
    assert "Not in the pilot yet" in bot.digest()


def _at(day: int, hour: int) -> datetime:
    """A moment of the first week, in Berlin; its days count from 0."""
    return datetime(FIRST_DAY.year, FIRST_DAY.month, FIRST_DAY.day + day, hour, tzinfo=BERLIN).astimezone(UTC)


async def ask(bot: Drumbeat, line: str, user: str) -> str:
    """Type a command, and read what comes, over as many messages as it takes."""
    before = len(bot.slack.replies)
    await bot.command(line, user)
    return await _read(bot, before)


async def look(bot: Drumbeat, label: str, user: str = OPS) -> str:
    """Press a button of an answer, and read what comes."""
    before = len(bot.slack.replies)
    await bot.press_replied(label, user)
    return await _read(bot, before)


async def _read(bot: Drumbeat, before: int) -> str:
    await bot.settled()
    return "\n".join(str(each["text"]) for each in list(bot.slack.replies)[before:])
