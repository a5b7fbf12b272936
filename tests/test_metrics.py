"""The figures for whoever watches: what was counted, and what the database holds."""

import asyncio
import re
from datetime import timedelta

import pytest

from bot import blocks, metrics, timers
from bot.clock import to_millis
from bot.db import Database
from bot.delivery import outbox
from bot.delivery.model import OutboxMessage
from bot.delivery.node import beat
from bot.delivery.outcome import Call, Sent
from bot.gauges import gauges
from bot.house import House
from bot.metrics import Gauge
from bot.node import _Counting
from bot.timers import Timer
from tests.fakes import StoppedClock, make_house
from tests.people import UPDATES

MINUTE = timedelta(minutes=1)


@pytest.fixture
def house(any_db: Database, clock: StoppedClock) -> House:
    return make_house(any_db, clock=clock)


def figures(house: House) -> dict[str, float]:
    """What the database says, by name and labels."""
    found = house.db.call(gauges, to_millis(house.clock.now()))
    return {" ".join([gauge.name, *gauge.labels.values()]): gauge.value for gauge in found}


def promise(house: House, state: str = "queued", after: timedelta = timedelta()) -> None:
    with house.db.transaction() as session:
        say = blocks.message(blocks.section("Hello"))
        number = outbox.post(session, house, UPDATES, say, kind="test", not_before=house.clock.now() + after)
        session.get_one(OutboxMessage, number).state = state


def counted(name: str) -> float:
    (value,) = re.findall(rf"^drumbeat_{name} (\S+)$", metrics.page().decode(), re.MULTILINE)
    return float(value)


def test_messages_are_counted_by_workspace_and_state(house: House, any_db: Database, clock: StoppedClock) -> None:
    for state in ("queued", "queued", "sending", "unsure", "held", "dead", "sent", "cancelled"):
        promise(house, state)
    promise(house, after=5 * MINUTE)
    promise(make_house(any_db, clock=clock, workspace_id="T0OTHER"), "dead")

    found = {name: value for name, value in figures(house).items() if name.startswith("outbox_messages")}

    ours = f"outbox_messages {house.workspace_id}"
    assert found == {
        f"{ours} queued": 2,
        f"{ours} later": 1,
        f"{ours} sending": 1,
        f"{ours} unsure": 1,
        f"{ours} held": 1,
        f"{ours} dead": 1,
        "outbox_messages T0OTHER dead": 1,
    }


def test_the_oldest_message_ages_from_when_it_could_go_out(house: House, clock: StoppedClock) -> None:
    promise(house, after=2 * MINUTE)
    name = f"outbox_oldest_seconds {house.workspace_id}"
    assert name not in figures(house)

    clock.turn(5 * MINUTE)
    assert figures(house)[name] == 180


def test_a_timer_is_late_from_its_due_time_also_while_it_is_leased(house: House, clock: StoppedClock) -> None:
    with house.db.transaction() as session:
        timers.arm(session, house, "soon", "test", "", clock.now() + MINUTE)
    name = f"timer_lag_seconds {house.workspace_id}"
    assert figures(house)[name] == 0

    clock.turn(3 * MINUTE)
    house.db.call(timers.claim, house.workspace_id, clock.now(), "node-a")
    assert figures(house)[name] == 120


def test_timers_that_were_given_up_are_counted(house: House, clock: StoppedClock) -> None:
    with house.db.transaction() as session:
        timers.arm(session, house, "broken", "test", "", clock.now())
        session.query(Timer).one().state = "failed"

    assert figures(house)[f"timers_failed {house.workspace_id}"] == 1


def test_only_processes_that_are_alive_are_counted(house: House, clock: StoppedClock) -> None:
    house.db.call(beat, "dead", to_millis(clock.now()))
    clock.turn(timedelta(seconds=4))
    house.db.call(beat, "alive", to_millis(clock.now()))

    assert [value for name, value in figures(house).items() if name.startswith("nodes")] == [1]


def test_everything_engineers_watch_has_a_counter() -> None:
    names = (
        metrics.SENT,
        metrics.RATE_LIMITED,
        metrics.FOUND,
        metrics.RESENT,
        metrics.DUPLICATES_DELETED,
        metrics.FENCED,
        metrics.STALE_SKIPPED,
    )
    for name in names:
        before = counted(f"{name}_total")
        metrics.count(name)
        assert counted(f"{name}_total") == before + 1


def test_an_unknown_counter_is_a_mistake_of_ours() -> None:
    with pytest.raises(KeyError):
        metrics.count("nothing like it")


def test_the_page_tells_acknowledgements_by_how_long_they_took() -> None:
    metrics.acknowledged("test_kind", 0.3)

    page = metrics.page().decode()

    assert 'drumbeat_ack_seconds_bucket{kind="test_kind",le="0.25"} 0.0' in page
    assert 'drumbeat_ack_seconds_bucket{kind="test_kind",le="0.5"} 1.0' in page


def test_gauges_of_one_name_share_their_description() -> None:
    page = metrics.page(
        [
            Gauge("outbox_messages", "Messages.", 3, {"workspace": "T1", "state": "dead"}),
            Gauge("skew_seconds", "Skew.", 0.5),
            Gauge("outbox_messages", "Messages.", 1, {"workspace": "T2", "state": "dead"}),
        ]
    ).decode()

    assert page.count("# HELP drumbeat_outbox_messages Messages.") == 1
    assert 'drumbeat_outbox_messages{state="dead",workspace="T2"} 1.0' in page
    assert "drumbeat_skew_seconds 0.5" in page


def test_taking_a_second_copy_away_is_not_counted_as_a_message_sent() -> None:
    class Agrees:
        async def send(self, call: Call) -> Sent:
            return Sent(call.channel, "1.1")

    counting = _Counting(Agrees())  # type: ignore[arg-type]  # a sender that only sends

    async def story() -> None:
        await counting.send(Call("post", "C1", {}, "marker"))
        await counting.send(Call("delete", "C1", {}, "marker", ts="1.1"))

    before = counted(f"{metrics.SENT}_total")
    asyncio.run(story())
    assert counted(f"{metrics.SENT}_total") == before + 1
