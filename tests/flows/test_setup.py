"""A company is set up through the interview, over the wire."""

import asyncio
from collections.abc import Awaitable, Callable
from datetime import UTC, date, datetime
from typing import Any

import pytest

from bot import applying, presets
from bot.db import Database
from bot.definitions import Assumptions, Definitions, assumed, load_texts
from bot.setup import assuming, flow
from bot.setup.questions import AREAS, SHAPE
from tests import people
from tests.fake_slack import FakeSlack
from tests.fakes import StoppedClock
from tests.flows.drumbeat import Drumbeat, drumbeat
from tests.people import ALICE, BOB, CHARLIE

Story = Callable[[Drumbeat], Awaitable[None]]
Play = Callable[[Story], None]
DANA = "U0DANA"


@pytest.fixture
def play(db: Database, slack: FakeSlack, clock: StoppedClock) -> Play:
    """A company that `drumbeat init` began: Bob has everything for now."""
    slack.add_user(DANA, "Dana")
    slack.direct(BOB)
    slack.direct(ALICE)
    texts = begun("starter")
    definitions = load_texts(texts, "cadences").definitions
    assert definitions is not None

    def play(story: Story) -> None:
        async def whole() -> None:
            await db.run(applying.begin, people.WORKSPACE, clock.now(), texts)
            async with drumbeat(db, slack, clock, definitions) as bot:
                bot.take_over()
                await story(bot)

        asyncio.run(whole())

    return play


def begun(preset: str) -> dict[str, str]:
    files = presets.files(preset, presets.Lead("Acme", "Bob", "bob@example.com", "Europe/Berlin"), date(2026, 11, 24))
    return {name: text for name, text in files.items() if name.endswith(".yaml")}


def in_force(bot: Drumbeat) -> Definitions:
    bot.take_over()
    return bot.house.definitions


async def begin(bot: Drumbeat, user: str = BOB) -> None:
    await bot.home(user)
    await bot.press_on_home("Start here", user)


async def fill(bot: Drumbeat, values: dict[str, Any], user: str = BOB) -> str:
    """Fill in the form that is open; returns what stands in its place then."""
    ack = await bot.submit(values, user)
    assert not ack.errors
    return str(bot.slack.last_view()["title"]["text"])


async def look(bot: Drumbeat, label: str, user: str = BOB) -> str:
    """Press a button of the last answer, and read what comes, over as many messages as it takes."""
    before = len(bot.slack.replies)
    await bot.press_replied(label, user)
    await bot.settled()
    bot.heard = len(bot.slack.replies)
    return "\n".join(str(each["text"]) for each in list(bot.slack.replies)[before:])


async def choose(bot: Drumbeat, menu: str, label: str, user: str = BOB) -> None:
    """Choose in a menu of the answers to commands, the last first."""
    where = {"channel": f"D0{user[2:]}", "ts": bot.slack.stamp(), "is_ephemeral": True}
    for reply in reversed(bot.slack.replies):
        for element in (each for block in reply["blocks"] for each in block.get("elements", ())):
            if element.get("placeholder", {}).get("text") == menu:
                (chosen,) = (str(each["value"]) for each in element["options"] if each["text"]["text"] == label)
                await bot.slack.click(element["action_id"], user=user, message={**reply, **where}, chosen=chosen)
                return
    raise AssertionError(f"no menu {menu!r}")


@pytest.mark.proves("R16", "R24", "R25", "R26")
def test_what_nobody_knows_is_assumed_shown_and_applied(play: Play) -> None:
    async def story(bot: Drumbeat) -> None:
        await bot.command("/cadence setup", BOB)
        assert "Five questions" in await bot.replied()
        await bot.press_replied("Start here", BOB)
        assert bot.slack.last_view()["title"]["text"] == "Your organisation"
        shape = {"model": "b2b", "stage": "?", "product_managers": "8", "pods": None, "teams": "central"}
        assert await fill(bot, shape) == "What breaks most"

        await bot.command("/cadence setup", BOB)
        said = await bot.replied()
        assert "1 of 5 answered, finish later" in said
        assert "some of it not known yet" in said
        proposed = await look(bot, "Use the starter, adjust later")

        assert "To begin with, Small start: three rituals" in proposed
        assert "At what stage are you? Growing fast (assumed, to be confirmed by Wed 9 Dec 2026)" in proposed
        assert "How many product managers are there?" not in proposed
        assert "setting profile" in proposed
        assert in_force(bot).assumptions == Assumptions()

        assert "Version 2 is in force" in await look(bot, "Apply")
        now = in_force(bot)
        assert now.organisation.profile is not None
        assert (now.organisation.profile.product_managers, now.organisation.profile.stage) == (8, "growing")
        assert assumed(now, "organisation.profile.stage") == "(assumed)"
        assert assumed(now, "organisation.profile.product_managers") == ""
        assert [each.id for each in now.calendar.rituals] == [
            "weekly-product-update",
            "roadmap-review",
            "insights-review",
            "insights-digest",
        ]
        assert "Start here" not in await bot.home(BOB)

    play(story)


SURPRISED: dict[str, dict[str, Any]] = {
    "Your organisation": {
        "model": "b2b",
        "stage": "growing",
        "product_managers": "8",
        "pods": "8",
        "teams": "central",
    },
    "What breaks most": {
        "first": "surprises",
        "second": "feedback",
        "third": None,
        "examples": "Prices changed and Support read it in a ticket",
        "own": None,
    },
    "What should be easier": {
        "outcomes": ["fewer-surprises", "teams-are-ready"],
        "target": "10 %",
        "baseline": "40 %",
        "by": "2027-02-23",
        "owner": BOB,
    },
    "Who decides": {"sponsor": DANA, "head_of_product": DANA, "product_ops": BOB, "support": CHARLIE, "sales": ALICE},
    "What you do now": {"now": "Status call, every week, 60, 12", "hurts": "It leaves nothing"},
    "Your product": {
        "areas": f"Billing, {ALICE}, {CHARLIE}, #area-billing\nPayments, {CHARLIE}, ?",
        "pilot": "Billing",
        "why": "Of five launches three surprised Support",
        "begins": "2026-12-01",
    },
    "A few more": {
        "complaints": "The launch list",
        "tools": None,
        "model": "central",
        "privacy": ["no-customer-names"],
        "words": "area = squad",
    },
    "The problem": {"reduce": "launches that surprise people", "improve": None, "for": None},
}
"""Eight product managers, whose launches surprise Support and Sales."""
GROWN = SURPRISED | {
    "Your organisation": {
        "model": "b2b",
        "stage": "growing",
        "product_managers": "18",
        "pods": "6",
        "teams": "distributed",
    },
    "What breaks most": {"first": "visibility", "second": "mandate", "third": None, "examples": None, "own": None},
    "What should be easier": {"outcomes": ["updates-on-time"], "target": None, "baseline": None, "by": None},
    "Your product": {"pilot": None, "why": None, "begins": None},
    "A few more": {"complaints": None, "tools": "Jira", "model": "?", "words": None},
}
"""Six product managers who became eighteen: nobody sees what moves, nor what Product Ops is for."""


async def interview(bot: Drumbeat, answers: dict[str, dict[str, Any]]) -> str:
    """Answer each form as it comes, until there is none; what is proposed then."""
    await bot.command("/cadence setup", BOB)
    await bot.replied()
    await bot.press_replied("Start here", BOB)
    title = str(bot.slack.last_view()["title"]["text"])
    while title in answers:
        asked = {block["block_id"] for block in bot.slack.last_view()["blocks"] if block["type"] == "input"}
        assert len(asked) <= 5
        title = await fill(bot, {name: value for name, value in answers[title].items() if name in asked})
    assert title == "Setup"
    await bot.command("/cadence setup", BOB)
    await bot.replied()
    return await look(bot, "Show what comes of it")


@pytest.mark.proves("R7", "R9", "R16", "R17", "R19", "R24", "R36", "R59", "R60", "F10")
@pytest.mark.parametrize(
    ("answers", "preset", "rituals", "parts"),
    [
        (SURPRISED, "No surprise launches", ["weekly-product-update"], {"releases"}),
        (GROWN, "Visibility", ["weekly-product-update", "roadmap-review"], {"decisions"}),
    ],
    ids=["launches surprise people", "six became eighteen"],
)
def test_the_examples_are_set_up_from_their_answers(
    play: Play, answers: dict[str, dict[str, Any]], preset: str, rituals: list[str], parts: set[str]
) -> None:
    async def story(bot: Drumbeat) -> None:
        assert preset in await interview(bot, answers)

        assert "Version 2 is in force" in await look(bot, "Apply")
        now = in_force(bot)
        assert [each.id for each in now.calendar.rituals] == rituals
        assert {each for each in ("releases", "decisions", "insights") if getattr(now, each)} == parts
        assert now.calendar.frictions[0].id == answers["What breaks most"]["first"]
        assert [each.name for each in now.organisation.with_role("head_of_product")] == ["Dana"]
        assert now.organisation.function("support").lead == CHARLIE  # type: ignore[union-attr]  # every preset has it
        assert now.pilot is not None
        assert now.pilot.box("try").rituals == tuple(rituals)  # type: ignore[union-attr]  # every pilot has it
        assert "is there to reduce launches that surprise people" in await bot.home(BOB)

    play(story)


@pytest.mark.proves("R25", "IM04")
def test_an_assumption_is_asked_about_on_its_day_and_confirmed(play: Play) -> None:
    async def story(bot: Drumbeat) -> None:
        await interview(bot, GROWN)
        await look(bot, "Apply")
        in_force(bot)
        assert "measures.M1.target" in {each.what for each in assuming.held(bot.house)}

        await bot.until(datetime(2026, 12, 9, 9, tzinfo=UTC))
        assert "Still true?" in bot.slack.said(BOB)[-1]
        first = assuming.held(bot.house)[0].what
        await bot.press("Yes, confirm", BOB)
        await bot.settled()

        assert first not in {each.what for each in assuming.held(bot.house.by(in_force(bot)))}
        late = bot.db.call(lambda session: list(assuming.findings(session, bot.house)))
        assert late == []
        bot.clock.set(datetime(2026, 12, 10, 9, tzinfo=UTC))
        late = bot.db.call(lambda session: list(assuming.findings(session, bot.house)))
        assert {each.rule for each in late} == {"IM04"}
        assert len(late) == len(assuming.held(bot.house))

    play(story)


def test_what_was_named_in_the_interview_is_there_in_the_rooms_it_concerns(play: Play) -> None:
    async def story(bot: Drumbeat) -> None:
        await interview(bot, SURPRISED)
        await look(bot, "Apply")
        now = in_force(bot)

        assert [(each.name, each.owner, each.deputy, each.forum) for each in now.organisation.areas] == [
            ("Billing", ALICE, CHARLIE, "#area-billing"),
            ("Payments", CHARLIE, DANA, "#product-updates"),
        ]
        assert now.pilot is not None
        assert (now.pilot.areas, str(now.pilot.begins)) == (("billing",), "2026-12-01")
        assert now.pilot.why == "Of five launches three surprised Support"
        await bot.command("/cadence audit", BOB)
        listed = await bot.replied()
        assert "Status call" in listed
        assert "It leaves nothing" in listed
        await bot.command("/cadence registers", BOB)
        registers = await bot.replied()
        assert "Customers must not be named in Slack" in registers
        assert "Hold the first weekly update" in registers

        await bot.command("/cadence setup", BOB)
        await bot.replied()
        await look(bot, "Show what comes of it")
        await bot.command("/cadence setup", BOB)
        await bot.replied()
        await choose(bot, "Answer again", "What you do now")
        answer = SURPRISED["What you do now"] | {"now": "Status call, every week, 60, 12\nForum, monthly, 90, 20"}
        assert await fill(bot, answer) == "Setup"
        await bot.command("/cadence setup", BOB)
        await bot.replied()
        assert "It changes nothing" in await look(bot, "Show what comes of it")

    play(story)


def test_areas_that_do_not_fit_the_form_are_there_after_it_was_saved(play: Play) -> None:
    async def story(bot: Drumbeat) -> None:
        lines = [f"Payments platform {i}, {ALICE}, {CHARLIE}, #payments-of-the-platform-{i}" for i in range(10, 50)]
        bot.db.call(flow.save, bot.house, BOB, AREAS, {"areas": ["\n".join(lines)]})
        await bot.command("/cadence setup", BOB)
        await bot.replied()
        await choose(bot, "Answer again", "Your product")
        await fill(bot, {"why": "Of five launches three surprised Support"})

        kept = bot.db.call(flow.stand, bot.house).given["areas"].values
        assert kept["areas"].splitlines() == lines
        assert kept["why"] == "Of five launches three surprised Support"

    play(story)


def test_what_was_shown_is_not_applied_once_somebody_has_answered_anew(play: Play) -> None:
    async def story(bot: Drumbeat) -> None:
        await interview(bot, SURPRISED)
        bot.db.call(flow.save, bot.house, BOB, SHAPE, {"product_managers": ["3"]})

        assert "Somebody has answered anew since this was shown" in await look(bot, "Apply")
        assert in_force(bot).assumptions == Assumptions()

    play(story)


def test_a_day_by_which_something_is_confirmed_counts_from_when_it_is_applied(play: Play) -> None:
    async def story(bot: Drumbeat) -> None:
        await bot.command("/cadence setup", BOB)
        await bot.replied()
        await bot.press_replied("Start here", BOB)
        await fill(bot, {"model": "b2b", "stage": "?", "product_managers": "8", "pods": None, "teams": "central"})
        bot.clock.set(datetime(2026, 12, 16, 9, tzinfo=UTC))
        await bot.command("/cadence setup", BOB)
        assert "1 of 5 answered" in await bot.replied()
        await look(bot, "Use the starter, adjust later")
        await look(bot, "Apply")

        assert {each.confirm_by for each in assuming.held(bot.house.by(in_force(bot)))} == {date(2026, 12, 30)}

    play(story)


def test_what_is_assumed_is_handed_on_labelled_and_kept_when_the_interview_is_applied_again(play: Play) -> None:
    async def story(bot: Drumbeat) -> None:
        await interview(bot, GROWN)
        await look(bot, "Apply")
        before = in_force(bot)
        await bot.command("/cadence health M1", BOB)
        assert "Target 80 % by Tue 23 Feb 2027 (assumed)" in await bot.replied()
        await bot.command("/cadence charter", BOB)
        assert "Central (assumed). 18 product managers" in await bot.replied()
        await bot.command("/cadence assumptions", BOB)
        assert "Where is the first of them to be? 80 % (assumed; Bob confirms by Wed 9 Dec 2026)" in await bot.replied()

        await choose(bot, "Another day or person", "Where is the first of them to be?")
        ack = await bot.submit({"owner": DANA, "day": "2026-11-20"}, BOB)
        assert set(ack.errors) == {"owner", "day"}
        await bot.submit({"owner": BOB, "day": "2026-12-18"}, BOB)
        handed_on = in_force(bot).assumptions
        assert handed_on is not None
        target = handed_on.of("measures.M1.target")
        assert target is not None
        assert target.confirm_by == date(2026, 12, 18)

        bot.clock.set(datetime(2026, 12, 16, 9, tzinfo=UTC))
        await bot.command("/cadence setup", BOB)
        await bot.replied()
        assert "It changes nothing" in await look(bot, "Show what comes of it")
        assert in_force(bot).measures == before.measures

    play(story)
