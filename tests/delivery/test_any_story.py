"""Whatever order people, nodes, Slack and the network act in: each message is there once, and says its latest words."""

import asyncio
import random
from collections import Counter
from datetime import timedelta

import pytest

from bot.blocks import message, section
from bot.clock import to_millis
from bot.delivery import outbox
from bot.delivery.claim import Claim, claim
from bot.delivery.outcome import Outcome
from bot.delivery.relay import Relay
from bot.delivery.settle import settle
from bot.delivery.slack import SlackSender, make_client, make_session
from bot.house import House
from tests.fake_slack import (
    BOT_TOKEN,
    FakeSlack,
    cut_after,
    cut_before,
    failed_after,
    rate_limited,
    refused,
    server_error,
)
from tests.fakes import StoppedClock, promised, relaying
from tests.people import ALICE, LAUNCHES, UPDATES

STEPS = 120
PLACES = (UPDATES, LAUNCHES, ALICE)
METHODS = ("chat.postMessage", "chat.update", "conversations.history")
FAULTS = (
    cut_before(),
    cut_after(),
    server_error(),
    server_error(after=True),
    failed_after(),
    rate_limited(2),
    refused("service_unavailable"),
    refused("fatal_error"),
)


class Story:
    def __init__(self, seed: int, house: House, clock: StoppedClock, slack: FakeSlack) -> None:
        self.chance = random.Random(seed)
        self.house, self.clock, self.slack = house, clock, slack
        self.words: dict[int, tuple[str, str]] = {}
        """What each message should say in the end, and where."""
        self.late: list[tuple[Claim, Outcome]] = []
        """What Slack answered a node that has not written it down yet, and may never."""

    def post(self) -> None:
        place, text = self.chance.choice(PLACES), f"message {len(self.words)}"
        above = [each for each, (where, _) in self.words.items() if where == place]
        with self.house.db.transaction() as session:
            thread = self.chance.choice([None, *above])
            sent = outbox.post(session, self.house, place, message(section(text)), kind="story", thread_of=thread)
        self.words[sent] = place, text

    def change(self) -> None:
        if not self.words:
            return
        sent = self.chance.choice(list(self.words)[-3:])
        place, text = self.words[sent]
        self.words[sent] = place, f"{text}, changed"
        with self.house.db.transaction() as session:
            outbox.update(session, self.house, sent, message(section(f"{text}, changed")))

    def break_something(self) -> None:
        self.slack.fail(self.chance.choice(METHODS), self.chance.choice(FAULTS))

    async def die_or_sleep(self, sender: SlackSender) -> None:
        """Another node claims, perhaps sends, and perhaps wakes up later with the answer."""
        with self.house.db.transaction() as session:
            claims = claim(session, "another", to_millis(self.clock.now()), 2)
        for claimed in claims:
            if self.chance.random() < 0.7:
                self.late.append((claimed, await sender.send(claimed.call)))

    def wake_up(self) -> None:
        if self.late:
            claimed, outcome = self.late.pop(self.chance.randrange(len(self.late)))
            with self.house.db.transaction() as session:
                settle(session, claimed, outcome, to_millis(self.clock.now()))

    async def deliver(self, relay: Relay) -> None:
        await relay.once()
        self.clock.turn(timedelta(seconds=self.chance.choice([0.3, 1.1, 5])))

    async def end(self, relay: Relay) -> None:
        self.slack.heal()
        for _ in range(300):
            await relay.once()
            self.clock.turn(timedelta(seconds=3))
            if {each.state for each in promised(self.house.db)} <= {"sent"}:
                return
        raise AssertionError(Counter(each.state for each in promised(self.house.db)))


@pytest.mark.parametrize("seed", (0, 1, 2, 3, 21))
def test_each_message_is_there_once_and_says_its_latest_words(
    house: House, clock: StoppedClock, slack: FakeSlack, seed: int
) -> None:
    story = Story(seed, house, clock, slack)

    async def play() -> None:
        async with make_session() as http, relaying(house.db, clock, slack) as relay:
            sender = SlackSender(make_client(BOT_TOKEN, slack.url, http))
            for _ in range(STEPS):
                match story.chance.randrange(10):
                    case 0:
                        story.post()
                    case 1 | 2:
                        story.change()
                    case 3 | 4:
                        story.break_something()
                    case 5:
                        await story.die_or_sleep(sender)
                    case 6:
                        story.wake_up()
                    case _:
                        await story.deliver(relay)
            await story.end(relay)

    asyncio.run(play())
    for place in PLACES:
        assert Counter(slack.said(place)) == Counter(text for where, text in story.words.values() if where == place)
