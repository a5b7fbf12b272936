"""Whatever people type is shown as they typed it, and notifies nobody."""

import asyncio
import json
import re
from typing import Any

import pytest

from bot.db import Database
from bot.definitions import Definitions
from bot.updates.answer import LIMITS
from tests.fake_slack import FakeSlack
from tests.fakes import StoppedClock
from tests.flows.drumbeat import Drumbeat, drumbeat
from tests.people import ALICE, BOB, CHARLIE, DECISIONS, UPDATES
from tests.rituals.desk import ritual
from tests.updates.team import berlin, definitions

WORDS = {
    "mass mentions": "<!channel> <!here> <!everyone> @here @channel @everyone <!subteam^S123>",
    "mentions and links": "<@U0BOB> <#C0UPDATES> <http://evil.example|a bank> <mailto:a@b.example|you>",
    "markup": "*bold* _it_ ~no~ `code` ```block``` > quote\n• item\n1. item | pipe",
    "entities": "&amp; &lt;!channel&gt; &nbsp; &",
    "emoji": ":smile: :+1::skin-tone-2: 🦉 👩‍👩‍👧‍👦 e\u0301",
    "right to left": "שלום \u202eevil\u202c مرحبا",
    "template": "{{ 7 * 7 }} {% raw %} {# gone #}",
    "quotes": "\"double\" 'single' \\ back \\n <b>html</b>",
}
FIELDS = ("shipped", "next", "path", "ask", "metric", "decided", "undecided")
MASS = re.compile(r"<!(channel|here|everyone|subteam)|@(channel|here|everyone)")


def hostile_team(words: str, **ritual: Any) -> Definitions:
    """Definitions may hold any words, too."""
    team = definitions(purpose=f"For {words}", name="Weekly <!here> & *update*", **ritual)
    areas = [area.model_copy(update={"name": f"{area.name} <!channel> *x*"}) for area in team.organisation.areas]
    return Definitions(team.organisation.model_copy(update={"areas": tuple(areas)}), team.calendar)


def play(db: Database, slack: FakeSlack, clock: StoppedClock, team: Definitions, story: Any) -> None:
    async def whole() -> None:
        clock.set(berlin(23, 8))
        async with drumbeat(db, slack, clock, team) as bot:
            await story(bot)

    asyncio.run(whole())


@pytest.mark.parametrize("words", WORDS.values(), ids=WORDS)
def test_any_words_in_every_field_are_shown_as_typed(
    db: Database, slack: FakeSlack, clock: StoppedClock, words: str
) -> None:
    # A team's own line breaks in a one-line field never come from Slack.
    typed = {name: words if name in ("shipped", "path") else words.replace("\n", " ") for name in FIELDS}

    async def story(bot: Drumbeat) -> None:
        await bot.until(berlin(25, 10))
        await bot.command("/weekly-update billing")
        answer = {**typed, "status": "red", "ask_of": CHARLIE, "metric_link": "https://evil.example/<!here>|x"}
        await bot.submit({**answer, "draft": ["draft"]})
        await bot.command("/weekly-update billing")
        form = bot.slack.last_view()
        given = {
            block["block_id"]: block["element"].get("initial_value") for block in form["blocks"] if "element" in block
        }
        assert {name: given[name] for name in FIELDS} == typed
        await bot.submit({})
        await bot.until(berlin(26, 16))
        digest, details = bot.slack.messages(UPDATES)
        for name in ("shipped", "next", "path", "ask", "metric"):
            assert typed[name] in shown(details), name
        for name in ("path", "ask"):
            assert typed[name] in shown(digest), name
        cards = [shown(card) for card in bot.slack.messages(DECISIONS)]
        assert any(typed["decided"] in card for card in cards)
        assert any(typed["undecided"] in card for card in cards)
        home = {"text": "", "blocks": json.loads(await bot.home(CHARLIE))["blocks"]}
        assert typed["ask"] in shown(home)
        await bot.until(berlin(2, 10, 5, month=12))
        await bot.command("/weekly-update billing")
        await bot.submit({"carry_0": "moved", "status": "green", "next": "Plain"})
        await bot.command(f"/cadence skip weekly-update {words}", user=BOB)
        assert words in unescaped(await bot.replied())
        for line in (
            "/cadence calendar",
            f"/weekly-update {words}",
            f"/cadence away until {words}",
            f"/cadence {words}",
        ):
            await bot.command(line)
            await bot.replied()
        await bot.deliver()
        nobody_is_notified(bot.slack)

    play(db, slack, clock, hostile_team(words.replace("\n", " ")), story)


@pytest.mark.parametrize("words", WORDS.values(), ids=WORDS)
def test_a_digest_that_mentions_people_mentions_only_those_it_means(
    db: Database, slack: FakeSlack, clock: StoppedClock, words: str
) -> None:
    typed = {name: words if name == "path" else words.replace("\n", " ") for name in ("next", "path", "ask")}

    async def story(bot: Drumbeat) -> None:
        await bot.until(berlin(25, 10))
        await bot.command("/weekly-update billing")
        await bot.submit({**typed, "status": "red", "ask_of": CHARLIE})
        await bot.until(berlin(26, 16))
        await bot.command("/weekly-update exports")
        await bot.submit({**typed, "status": "red", "ask_of": CHARLIE})
        await bot.deliver()
        digest = bot.slack.messages(UPDATES)[0]
        marked_up = [text["text"] for text in texts(digest["blocks"]) if text["type"] == "mrkdwn"]
        mentioning = [text for text in marked_up if "<" in text]
        assert mentioning == [f"Asked: <@{CHARLIE}>", f"Still to come from <@{CHARLIE}>"]
        assert [line for line in digest["text"].splitlines() if "<" in line] == mentioning
        assert typed["path"] in shown(digest)
        assert typed["ask"] in shown(digest)
        nobody_is_notified(bot.slack)

    play(db, slack, clock, hostile_team(words.replace("\n", " "), mentions=True), story)


@pytest.mark.parametrize("words", WORDS.values(), ids=WORDS)
def test_any_words_on_the_roadmap_are_shown_as_typed(
    db: Database, slack: FakeSlack, clock: StoppedClock, words: str
) -> None:
    line = words.replace("\n", " ")

    async def story(bot: Drumbeat) -> None:
        await bot.until(berlin(25, 9))
        await bot.command(f"/cadence roadmap change {words}")
        form = bot.slack.last_view()
        given = {
            block["block_id"]: block["element"].get("initial_value") for block in form["blocks"] if "element" in block
        }
        assert given["name"]
        said = {"name": line[:80], "purpose": line, "why": words, "evidence": line, "functions": ["support"]}
        await bot.submit({**said, "area_id": "billing", "place": "now", "confidence": "firm"})
        await bot.deliver()
        for command in ("/cadence roadmap", "/cadence roadmap billing", "/cadence roadmap R-1"):
            await bot.command(command)
            await bot.replied()
            assert line in shown(bot.slack.replies[-1]), command
        await bot.until(berlin(26, 10))
        assert any(line in shown(message) for message in bot.slack.messages(CHARLIE))
        await bot.command(f"/cadence roadmap {words}")
        await bot.replied()
        nobody_is_notified(bot.slack)

    play(db, slack, clock, hostile_team(line), story)


@pytest.mark.parametrize("words", WORDS.values(), ids=WORDS)
def test_any_words_with_which_a_review_is_closed_are_shown_as_typed(
    db: Database, slack: FakeSlack, clock: StoppedClock, words: str
) -> None:
    line = words.replace("\n", " ")
    meeting = ritual("roadmap", name="Roadmap <!here> & *review*", kind="review", owner=ALICE, agenda=(line,))
    team = definitions()
    team = Definitions(team.organisation, team.calendar.with_rituals((meeting,)))

    async def story(bot: Drumbeat) -> None:
        await bot.until(berlin(25, 11))
        await bot.press("Close with what it left", channel=UPDATES)
        typed = {"what_1": line, "owner_1": CHARLIE, "due_1": "2026-11-27", "decided": line, "undecided": line}
        await bot.submit({"artifact": line, **typed})
        await bot.until(berlin(1, 12, month=12))
        first, packet = bot.slack.messages(UPDATES)
        assert shown(first).count(line) == 3, "its agenda, what it left and what was agreed"
        assert line in shown(packet)
        assert any(line in shown(message) for message in bot.slack.messages(CHARLIE))
        await bot.press("It will not be done", user=CHARLIE)
        await bot.submit({"because": words}, user=CHARLIE)
        await bot.until(berlin(2, 12, month=12))
        await bot.press("Close with what it left", channel=UPDATES)
        await bot.submit({"reason": words, "then": "async"})
        await bot.until(berlin(8, 12, month=12))
        assert any(words in shown(message) for message in bot.slack.messages(UPDATES))
        await bot.command("/cadence yield")
        shown_yield = await bot.replied()
        assert "●○" in shown_yield
        assert "left something when held last" in shown_yield
        await bot.command("/cadence retro roadmap")
        await bot.submit({"kept": words, "surprised": line, "change": line, "owner": CHARLIE, "due": "2026-12-20"})
        await bot.deliver()
        retro = next(each for each in bot.slack.posts if "A retro, says Alice" in each["text"])
        assert shown(retro).count(line) >= 2
        await bot.command("/cadence audit", user=BOB)
        await bot.replied()
        await bot.press_replied("List a meeting", user=BOB)
        sizes = {"often": "every week", "minutes": "30", "people": "4"}
        await bot.submit({"name": line[:75], **sizes, "link": line, "pain": words}, user=BOB)
        await bot.command("/cadence audit", user=BOB)
        assert line[:75].strip() in unescaped(await bot.replied())
        nobody_is_notified(bot.slack)

    play(db, slack, clock, team, story)


def test_the_longest_words_fit_everywhere(db: Database, slack: FakeSlack, clock: StoppedClock) -> None:
    """Each field is full: with characters that take two places, or that are escaped to five."""

    async def story(bot: Drumbeat) -> None:
        await bot.until(berlin(25, 10))
        for area, letter in (("billing", "🦉"), ("exports", "&")):
            await bot.command(f"/weekly-update {area}")
            size = 2 if letter == "🦉" else 1
            full = {name: letter * (LIMITS[name] // size) for name in FIELDS}
            await bot.submit({**full, "status": "red", "ask_of": CHARLIE})
        await bot.until(berlin(26, 16))
        assert len(bot.slack.messages(UPDATES)) == 3
        assert "&" * LIMITS["shipped"] in shown(bot.slack.messages(UPDATES)[2])
        await bot.until(berlin(2, 10, month=12))
        await bot.command("/weekly-update exports")
        await bot.submit({"carry_0": "done", "status": "green", "next": "Plain"})
        await bot.until(berlin(3, 16, month=12))
        assert "• Done: &&&&" in shown(bot.slack.messages(UPDATES)[4])
        await bot.command("/weekly-update " + "x" * 3000)
        assert "I know no area" in await bot.replied()

    play(db, slack, clock, definitions(), story)


def shown(message: dict[str, Any]) -> str:
    """What a reader sees of a message's blocks, in one text."""
    return "\n".join(
        text["text"] if text["type"] == "plain_text" else unescaped(text["text"]) for text in texts(message["blocks"])
    )


def texts(part: Any) -> list[dict[str, Any]]:
    """Every text object in a part of a payload, in order."""
    if isinstance(part, list):
        return [text for each in part for text in texts(each)]
    if not isinstance(part, dict):
        return []
    if part.get("type") in ("plain_text", "mrkdwn"):
        return [part]
    return [text for each in part.values() for text in texts(each)]


def unescaped(text: str) -> str:
    return text.replace("\u200b", "").replace("&lt;", "<").replace("&gt;", ">").replace("&amp;", "&")


def nobody_is_notified(slack: FakeSlack) -> None:
    told = [*slack.posts, *slack.updates, *slack.replies, *slack.ephemerals]
    assert told
    for message in told:
        marked_up = [
            message["text"],
            *(text["text"] for text in texts(message.get("blocks", [])) if text["type"] == "mrkdwn"),
        ]
        for text in marked_up:
            assert not MASS.search(text), text
            assert "<@U0BOB>" not in text, text
        assert not message.get("link_names")
