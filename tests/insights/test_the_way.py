"""The whole way of an insight: brought, sorted, routed, acknowledged, answered, and told to whoever brought it."""

from datetime import timedelta

from bot.house import House
from bot.insights import answering, triage
from bot.insights.model import ACKNOWLEDGED, CLOSED, DECIDED, NEW, ROUTED
from tests.fakes import promised
from tests.insights.world import INSIGHTS, NO, TAGS, day_messages, deliver, heard, now, run, told, wait
from tests.people import ALICE, BOB, CHARLIE
from tests.updates.team import berlin


def test_what_support_hears_is_declined_and_they_read_why_in_their_thread(house: House) -> None:
    insight = heard(house)
    assert insight.state == NEW and insight.ref == "I-1"
    assert "somebody looks at it by" in promised(house.db, channel=CHARLIE)[0].text
    assert "Invoices cannot be split" in promised(house.db, channel=INSIGHTS)[0].text
    deliver(house)

    insight = run(house, triage.sort, BOB, "I-1", TAGS)
    assert (insight.state, insight.owner, insight.forum_ritual) == (ROUTED, ALICE, "insights-review")
    (asked,) = day_messages(house, ALICE, berlin(25, 12))
    assert "acknowledge it" in asked.text

    insight = run(house, answering.acknowledge, ALICE, "I-1")
    assert insight.state == ACKNOWLEDGED

    insight = run(house, answering.dispose, ALICE, "I-1", NO)
    assert insight.state == DECIDED
    (said,) = told(house)
    assert "has declined it, because: Few ask for it" in said.text
    assert "We will not do it this year." in said.text

    deliver(house)
    wait(house, house.clock.now() + timedelta(minutes=3))
    assert now(house, insight).state == CLOSED
    assert len(told(house)) == 1
