"""Whatever is posted, planned, taken back and refused: a channel gets no more than its share a day, and all is said."""

import itertools
from collections import Counter, defaultdict
from datetime import date, timedelta
from typing import Any

from hypothesis import example, given, settings
from hypothesis import strategies as st
from sqlalchemy import event, select

from bot.blocks import message, section
from bot.clock import to_millis
from bot.db import Database
from bot.definitions import Definitions
from bot.delivery import outbox
from bot.delivery.claim import Claim, claim
from bot.delivery.model import CANCELLED, DEAD, POST, SENT, OutboxMessage
from bot.delivery.outcome import Later, Never, Outcome, Sent
from bot.delivery.settle import settle
from tests import people
from tests.fakes import StoppedClock, make_house
from tests.people import LAUNCHES, UPDATES

BAD = "what Slack never takes"
NOTE = "In this thread, since"
EXAMPLES = {"sqlite": 60, "postgresql": 10}

channels = st.sampled_from((UPDATES, UPDATES, LAUNCHES))
deeds = st.one_of(
    # Three times, since all else needs a post.
    *[st.tuples(st.just("post"), channels, st.sampled_from((0, 0, 0, 0, 2, 5, 30)))] * 3,
    st.tuples(st.just("bad post"), channels, st.just(0)),
    st.tuples(st.just("reply"), channels, st.integers(0, 3)),
    st.tuples(st.just("correct"), channels, st.integers(0, 3)),
    st.tuples(st.just("take back"), channels, st.integers(0, 3)),
    st.tuples(st.just("turn"), channels, st.sampled_from((1, 3, 9))),
    st.tuples(st.just("deliver"), channels, st.integers(1, 4)),
    st.tuples(st.just("put off"), channels, st.integers(1, 4)),
)
Story = list[tuple[str, str, int]]
stories = st.lists(deeds, min_size=5, max_size=30)

TOLD: list[tuple[int, Story]] = [
    # The first is lost while others wait for its thread; what comes then must not take its place, too.
    (1, [("bad post", UPDATES, 0), ("post", UPDATES, 0), ("deliver", UPDATES, 1), ("post", UPDATES, 0)]),
    # The thread that is waited for is taken back, and another post stands behind what waits.
    (1, [("post", UPDATES, 5), ("post", UPDATES, 0), ("take back", UPDATES, 1), ("post", UPDATES, 0)]),
    (2, [("post", UPDATES, 5), ("post", UPDATES, 2), ("post", UPDATES, 0), ("take back", UPDATES, 1)]),
]

_numbers = itertools.count()


class World:
    """One workspace, its clock and its Slack, which takes whatever it is told to unless that is bad."""

    def __init__(self, db: Database, most: int) -> None:
        organisation = people.organisation().model_copy(update={"channel_posts_a_day": most})
        definitions = Definitions(organisation, people.calendar())
        self.clock = StoppedClock()
        self.house = make_house(db, definitions, self.clock, workspace_id=f"T{next(_numbers)}")
        self.posts: dict[str, list[int]] = defaultdict(list)
        self.replies: dict[int, int] = {}
        """By its id, the post that each reply is about."""
        self.taken: list[tuple[Claim, str]] = []
        """What Slack took, in order, each with its `ts`."""
        self.said: dict[str, str] = {}
        """By its `ts`, what stands there now."""

    def do(self, deed: str, channel: str, number: int) -> None:
        match deed:
            case "post" | "bad post":
                self.post(channel, number, BAD if deed == "bad post" else f"post {len(self.posts[channel])}")
            case "turn":
                self.clock.turn(timedelta(hours=number))
            case "deliver" | "put off":
                for _ in range(number):
                    self.deliver(put_off=deed == "put off")
            case _ if self.posts[channel][-number - 1 :]:
                self.about(deed, self.posts[channel][-number - 1 :][0], channel)

    def post(self, channel: str, hours: int, text: str) -> None:
        with self.house.db.transaction() as session:
            self.posts[channel].append(
                outbox.post(
                    session, self.house, channel, message(section(text)), kind="card", routine=True,
                    not_before=self.clock.now() + timedelta(hours=hours) if hours else None,
                )
            )  # fmt: skip

    def about(self, deed: str, post: int, channel: str) -> None:
        with self.house.db.transaction() as session:
            row = session.get_one(OutboxMessage, post)
            if row.state == CANCELLED:
                return
            if deed == "reply":
                reply = message(section(f"reply to {post}"))
                sent = outbox.post(session, self.house, channel, reply, kind="reply", thread_of=post)
                self.replies[sent] = post
            elif deed == "take back":
                outbox.cancel(session, self.house, post)
            elif BAD not in row.payload["text"]:
                outbox.update(session, self.house, post, message(section(f"{row.payload['text']}!")))

    def deliver(self, *, put_off: bool = False) -> None:
        """One look of the relay's."""
        now = to_millis(self.clock.now())
        with self.house.db.transaction() as session:
            claims = claim(session, "node-a", now, 8, self.house.workspace_id)
        for each in claims:
            outcome = Later("service_unavailable") if put_off else self.take(each)
            with self.house.db.transaction() as session:
                settle(session, each, outcome, now)
        self.clock.turn(timedelta(seconds=1.1))

    def take(self, claimed: Claim) -> Outcome:
        call = claimed.call
        if BAD in call.payload["text"]:
            return Never("invalid_blocks")
        if call.thread_ts is not None:
            assert call.thread_ts in self.said, "its thread stands there already"
        ts = call.ts or f"{len(self.taken):06}"
        self.taken += [(claimed, ts)] if call.method == POST else []
        self.said[ts] = call.payload["text"]
        return Sent(call.channel, ts)

    def rows(self) -> list[OutboxMessage]:
        with self.house.db.transaction() as session:
            query = select(OutboxMessage).where(OutboxMessage.workspace_id == self.house.workspace_id)
            return list(session.scalars(query.order_by(OutboxMessage.id)))

    def deliver_all(self) -> None:
        for _ in range(300):
            waiting = [row.not_before for row in self.rows() if row.state not in (SENT, DEAD, CANCELLED)]
            if not waiting:
                return
            if min(waiting) > to_millis(self.clock.now()):
                self.clock.turn(timedelta(hours=1))
            self.clock.turn(timedelta(seconds=20))
            self.deliver()
        raise AssertionError([(row.id, row.state, row.error, row.target) for row in self.rows()])

    def check(self, most: int) -> None:
        rows = {row.id: row for row in self.rows()}
        lost = [row for row in rows.values() if row.state == DEAD]
        assert {row.error for row in lost if row.routine_day} <= {"invalid_blocks"}, "none is lost with another"
        bad = {row.id for row in lost if row.routine_day}
        gone = bad | {row.id for row in rows.values() if row.state == CANCELLED}
        replies = [self.replies[row.id] for row in lost if row.id in self.replies]
        assert set(replies) <= gone, "but replies to what is gone"
        assert [each.id for each, _ in self.taken] == list(dict.fromkeys(each.id for each, _ in self.taken))
        assert {each.id for each, _ in self.taken} == {
            row.id for row in rows.values() if row.state == SENT and row.method == POST
        }
        shares: Counter[tuple[str, date]] = Counter()
        top = {ts for each, ts in self.taken if each.call.thread_ts is None}
        for each, ts in self.taken:
            row, thread = rows[each.id], each.call.thread_ts
            assert thread is None or thread in top, "no thread in a thread"
            if row.routine_day:
                assert (NOTE in self.said[ts]) == (thread is not None), "only in a thread it says why"
                shares[row.channel, row.routine_day] += thread is None
        assert all(share <= most for share in shares.values()), shares
        for channel in (UPDATES, LAUNCHES):
            at_once = [
                each.id for each, _ in self.taken if each.call.channel == channel and not rows[each.id].not_before
            ]
            assert at_once == sorted(at_once), "in order, but for what was planned for later"


def test_no_channel_gets_more_than_its_share_and_all_is_said_in_order(any_db: Database) -> None:
    @settings(max_examples=EXAMPLES[any_db.engine.dialect.name], deadline=None)
    @given(st.integers(1, 3), stories)
    def holds(most: int, story: Story) -> None:
        world = World(any_db, most)
        for deed, channel, number in story:
            world.do(deed, channel, number)
        world.deliver_all()
        world.check(most)

    if any_db.is_sqlite:
        any_db.engine.dispose()
        event.listen(any_db.engine, "connect", _trust_the_power)
    for most, story in TOLD:
        holds = example(most, story)(holds)
    holds()


def _trust_the_power(connection: Any, _record: object) -> None:
    """Nobody pulls the plug here, and most of the time would go into waiting for the disk."""
    connection.execute("PRAGMA synchronous=OFF")
