"""Added to a channel, Drumbeat says once what it does there."""

import asyncio
from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import pytest

from bot import app
from bot.db import Database
from bot.definitions import Definitions, load
from bot.gesture import Gesture
from bot.house import House
from bot.people.model import Channel
from bot.people.named_channels import named
from bot.prompts.model import Prompt
from bot.welcome import flow
from bot.welcome.flow import Joined
from bot.welcome.listeners import joined
from tests.aloud import read_aloud
from tests.decisions.log import introduce as people_are_known
from tests.fakes import ROOT, StoppedClock, make_house, promised
from tests.people import ALICE, UPDATES

SAM = "sam@example.com"
ME = "U0DRUMBEAT"
NEVER = "I read nothing here but a message that one of you points at."


def starter() -> Definitions:
    definitions = load(ROOT / "cadences", app.KINDS).definitions
    assert definitions is not None
    return definitions


@pytest.fixture
def house(db: Database, clock: StoppedClock) -> House:
    house = make_house(db, starter(), clock)
    with db.transaction() as session:
        people_are_known(session, house, SAM)
    return house


@pytest.fixture
def other(house: House) -> Iterator[House]:
    yield replace(house, workspace_id="T0OTHER")


def introduced(house: House, name: str, id: str = "C1", *, shared: bool = False) -> str:
    """What is said in a channel of that name that Drumbeat is added to."""
    house.db.call(flow.introduce, house, Joined(id, name, shared))
    (message,) = promised(house.db, "welcome.channel", id)
    return message.text


SORTS = {
    "product-updates": [
        "• Digests come here",
        "(Weekly product update, every Wednesday)",
        "Roadmap review, every 2 weeks on Wednesday",
    ],
    "launches": [
        "• Each release has one card here",
        "Decisions of these sorts",
        "3 more: /cadence who",
        "/launch-ready",
    ],
    "product-decisions": ["• What is decided is posted here"],
    "product-ops": [
        "• Product ops hears here of what needs them",
        "• Insights that are talked about here",
        "When we plan",
    ],
    "product-insights": ["• What people tell us of the product", "I post here: The top themes", "Insights digest"],
    "support": ["• Insights come from what is said here: Support tickets"],
    "area-billing": ["• This is the forum of Billing, which Ana Duarte owns (deputy: ", "/decision, /insight"],
    "random": ["Our definitions give this channel no part of its own, so I post nothing here by myself."],
}


@pytest.mark.parametrize(("name", "parts"), SORTS.items())
def test_each_sort_of_channel_hears_what_drumbeat_does_there(house: House, name: str, parts: list[str]) -> None:
    said = introduced(house, name)
    for part in (*parts, NEVER, "You may type: ", "/cadence help", "Questions about me: "):
        assert part in said
    assert ("What I do in this channel" in said) == (name != "random")
    assert "<" not in said


def test_a_functions_own_channel_and_one_that_is_named_by_its_id(house: House) -> None:
    plain = house.definitions
    functions = [
        each.model_copy(update={"channel": "C0HELP" if each.id == "support" else each.channel})
        for each in plain.organisation.functions
    ]
    organisation = plain.organisation.model_copy(update={"functions": tuple(functions)})
    house = replace(house, definitions=replace(plain, organisation=organisation))
    assert "• This is the channel of Support" in introduced(house, "help", "C0HELP")
    assert "C0HELP" in named(house)


def test_where_neither_insights_nor_releases_are_kept_their_commands_are_not_offered(house: House) -> None:
    house = replace(house, definitions=replace(house.definitions, insights=None, releases=None))
    said = introduced(house, "launches")
    assert "You may type: /decision, /cadence help" in said


def test_it_is_said_once_also_when_drumbeat_is_taken_out_and_comes_back(house: House) -> None:
    for _ in range(3):
        introduced(house, "launches")
    house = replace(house, clock=StoppedClock(house.clock.now().replace(year=2027)))
    introduced(house, "launches-renamed")


def test_another_workspace_hears_it_for_itself(house: House, other: House) -> None:
    introduced(house, "launches")
    house.db.call(flow.introduce, other, Joined("C1", "launches", False))
    assert len(promised(house.db, "welcome.channel", "C1")) == 2


def test_other_companies_hear_nothing_of_this_one_and_product_ops_hears_of_them(house: House) -> None:
    said = introduced(house, "product-updates", shared=True)
    assert said == (
        "Hello, I am Drumbeat, a bot of Lumen Software. I never use @\u200bchannel or @\u200bhere, and I read nothing"
        " here. People of Lumen Software can write to me directly."
    )
    assert "read by other companies" in news(house)


def test_a_shared_channel_without_a_part_in_the_definitions_is_nobodys_news(house: House) -> None:
    introduced(house, "random", shared=True)
    assert news(house) == ""


def test_from_then_on_it_is_known_that_drumbeat_is_there(house: House) -> None:
    introduced(house, "area-billing", "G0BILLING")
    introduced(house, "area-search", "C0SEARCH")
    with house.db.transaction() as session:
        known = {each.name: (each.slack_id, each.joined) for each in session.query(Channel)}
    assert known == {"area-billing": ("G0BILLING", True), "area-search": ("C0SEARCH", True)}


class Slack:
    """Tells of a channel, or refuses to."""

    def __init__(self, **channel: Any) -> None:
        self.channel = channel
        self.acked = 0

    async def ack(self) -> None:
        self.acked += 1

    async def conversations_info(self, *, channel: str) -> Any:
        if not self.channel:
            raise Refused
        return {"channel": {"id": channel, **self.channel}}


class Refused(Exception):
    response = {"error": "channel_not_found"}  # noqa: RUF012  # as Slack's own has it


def hears(house: House, slack: Slack, user: str, me: str = ME) -> None:
    gesture = Gesture(user=user, ack=slack.ack, client=slack, channel=UPDATES, me=me)  # type: ignore[arg-type]  # only conversations_info is used
    asyncio.run(_hand(gesture, house))
    assert slack.acked == 1


async def _hand(gesture: Gesture, house: House) -> None:
    await joined(gesture, house)


def test_somebody_else_who_joins_is_no_reason_to_speak(house: House) -> None:
    hears(house, Slack(name="product-updates"), ALICE)
    hears(house, Slack(name="product-updates"), "", me="")
    assert promised(house.db) == []


def test_drumbeat_itself_looks_where_it_is(house: House) -> None:
    hears(house, Slack(name="product-updates"), ME)
    (message,) = promised(house.db)
    read_aloud(message)
    assert (message.channel, "Digests come here" in message.text) == (UPDATES, True)


@pytest.mark.parametrize("kind", ["is_ext_shared", "is_pending_ext_shared", "is_org_shared"])
def test_a_channel_that_others_read_is_told_apart(house: House, kind: str) -> None:
    hears(house, Slack(name="product-updates", **{kind: True}), ME)
    assert "a bot of Lumen Software" in promised(house.db, channel=UPDATES)[0].text


def test_taken_out_again_at_once_it_says_nothing(house: House) -> None:
    hears(house, Slack(), ME)
    assert promised(house.db) == []


def news(house: House) -> str:
    """What product ops is to be told with their next day message."""
    with house.db.transaction() as session:
        return "\n".join(str(each.news) for each in session.query(Prompt) if each.news)
