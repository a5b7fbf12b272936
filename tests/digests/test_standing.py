"""What `/cadence digests` shows: every digest with what one may do about it, and to whom the last one really came."""

from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy import select

from bot.db import Database
from bot.delivery.model import DEAD, QUEUED, SENT, UPDATE, OutboxMessage
from bot.digests import listeners, standing
from bot.digests.model import Issue
from bot.errors import UserError
from bot.house import House
from bot.people.absence import set_away
from bot.people.model import Profile
from bot.prompts import flow as prompts
from tests.decisions.log import Desk
from tests.digests import world
from tests.digests.test_publishing import issue
from tests.digests.world import BRIEF, MARKET
from tests.fakes import StoppedClock
from tests.insights.world import run, wait
from tests.people import ALICE, BOB, CHARLIE
from tests.releases.launch import DANA, FRANK
from tests.updates.team import berlin

EVERYBODY = {**MARKET, "audience": [ALICE, BOB, CHARLIE, DANA]}
LISTED = """\
Digests
*Leadership brief*
They know what changed.
For leadership. You do not have it. Next: Mon 30 Nov 2026, 09:00.
None has gone out yet.
[Subscribe]
*Go-to-market digest*
They know what changed.
For go-to-market, in C0UPDATES. You have it. Next: Thu 26 Nov 2026, 16:30.
None has gone out yet.
[Unsubscribe]"""


@pytest.fixture
def house(db: Database, clock: StoppedClock) -> House:
    return world.make(db, clock, BRIEF, EVERYBODY)


class Reader(Desk):
    """Somebody in Slack, which knows the addresses of messages."""

    async def chat_getPermalink(self, *, channel: str, message_ts: str) -> dict[str, str]:
        return {"permalink": f"https://acme.slack.com/archives/{channel}/p{message_ts.replace('.', '')}"}


def sent(house: House, state: str = SENT, error: str | None = None, person: str = "") -> None:
    """What waits is in Slack, or was given up; of one person, when one is named."""
    with house.db.transaction() as session:
        for message in session.scalars(select(OutboxMessage).where(OutboxMessage.state == QUEUED)):
            if person in ("", message.channel):
                message.state, message.error = state, error
                message.done_at = int(house.clock.now().timestamp() * 1000)
                if state == SENT and message.method != UPDATE:
                    message.posted_channel = message.channel
                    message.ts = f"{int(house.clock.now().timestamp())}.{message.id:06}"


def shown(house: House, person: str, words: str = "market") -> str:
    desk = Reader(house, person)
    desk.does(listeners.digests, words)
    return str(desk.said[0]["text"])


def test_all_are_listed_with_when_they_come_and_a_button(house: House) -> None:
    assert shown(house, CHARLIE, "") == LISTED


def test_any_number_of_digests_is_listed_over_as_many_answers_as_slack_takes(db: Database, clock: StoppedClock) -> None:
    house = world.make(db, clock, BRIEF)

    def listed(count: int) -> list[str]:
        several = [{**BRIEF, "id": f"brief-{n}", "name": f"Brief {n}"} for n in range(count)]
        desk = Reader(world.adopt(house, *several), CHARLIE)
        desk.does(listeners.digests, "")
        return [str(each["text"]) for each in desk.said]

    pages = listed(25)
    assert len(pages) > 1 and all(f"*Brief {n}*" in "\n".join(pages) for n in range(25))
    assert listed(90)[-1].startswith("There are more than fit.")


def test_a_digest_that_is_longer_than_slack_takes_says_that_there_is_more(house: House) -> None:
    wait(house, berlin(27, 10))
    with house.db.transaction() as session:
        for each in session.scalars(select(Issue)):
            each.says = {**each.says, "whole": "\n\n".join(f"Paragraph {n}" for n in range(400))}
    desk = Reader(house, CHARLIE)
    desk.does(listeners.digests, "market")
    assert len(desk.said) == 5, "what it is, and four of the last one: Slack takes no more"
    assert str(desk.said[-1]["text"]).startswith("There is more, but Slack takes no longer answer.")


def test_where_there_are_none_it_says_who_adds_them(db: Database, clock: StoppedClock) -> None:
    house = world.adopt(world.make(db, clock, BRIEF), {**BRIEF, "kind": "insights_digest", "for": "", "id": "other"})
    assert "There are no digests here yet." in shown(house, CHARLIE, "")


def test_its_owner_and_product_ops_see_that_everybody_has_it(house: House) -> None:
    wait(house, berlin(27, 10))
    sent(house)
    said = shown(house, BOB)
    assert "Last: Thu 26 Nov 2026, 16:30. https://acme.slack.com/archives/C0UPDATES/p" in said
    assert "4 of 4 have it: the first since" in said
    assert "4 of 4 have it" in shown(house, ALICE)


def test_others_see_only_that_it_went_out(house: House) -> None:
    wait(house, berlin(27, 10))
    sent(house)
    for person in (CHARLIE, FRANK):
        said = shown(house, person)
        assert "Last: Thu 26 Nov 2026, 16:30." in said and "of 4" not in said


def test_one_to_whom_slack_does_not_deliver_is_named_with_slacks_word(house: House) -> None:
    wait(house, berlin(27, 8))
    wait(house, berlin(27, 10))
    sent(house, DEAD, "account_inactive", DANA)
    sent(house)
    said = shown(house, BOB)
    assert "3 of 4 have it" in said
    assert "• Dana: not delivered, Slack says account_inactive" in said


def test_what_joined_a_message_counts_only_once_that_was_changed(house: House) -> None:
    wait(house, berlin(27, 8, 59))
    wait(house, berlin(27, 9, 1))
    sent(house)
    latest = issue(house, "market")
    with house.db.transaction() as session:
        message_id, _at = prompts.said(session, house, [f"digest:{latest.id}:{DANA}"])[f"digest:{latest.id}:{DANA}"]
        post = session.get_one(OutboxMessage, message_id)
        # As if it had been posted before it was told, and is changed to tell it.
        post.ts = f"{int(berlin(26, 10).timestamp())}.000001"
        values = {name: getattr(post, name) for name in ("workspace_id", "lane", "channel", "kind", "payload")}
        change = OutboxMessage(
            **values, marker="change", method=UPDATE, target=message_id, state=QUEUED, created_at=0, not_before=0
        )
        session.add(change)
    assert "• Dana: on its way" in shown(house, BOB)
    sent(house, DEAD, "message_not_found", DANA)
    assert "• Dana: not delivered, Slack says message_not_found" in shown(house, BOB)


def test_it_says_why_somebody_does_not_have_it_yet(house: House) -> None:
    wait(house, berlin(26, 12))
    today = house.clock.now().date()
    for person, days in ((DANA, 6), (CHARLIE, 1), (ALICE, 0)):
        run(house, set_away, person, today, today + timedelta(days=days))
    wait(house, berlin(26, 16, 31))
    with house.db.transaction() as session:
        session.scalars(select(Profile).where(Profile.slack_id == CHARLIE)).one().active = False
    sent(house)
    said = shown(house, BOB)
    assert "• Dana: away until Wed 2 Dec; it comes when they are back" in said
    assert "• Charlie: no longer in this Slack workspace" in said
    assert "• Alice: away until Thu 26 Nov; it comes when they are back" in said
    house = replace(house, clock=StoppedClock(berlin(27, 8)))
    assert "• Alice: it comes with their next day message" in shown(house, BOB)
    run(house, prompts.withdraw, f"digest:{issue(house, 'market').id}:{ALICE}")
    assert "• Alice: unsubscribed before it came, or got the next one instead" in shown(house, BOB)


def test_where_nobody_was_subscribed_it_says_so(db: Database, clock: StoppedClock) -> None:
    house = world.make(db, clock, {**BRIEF, "audience": []})
    wait(house, world.MONDAY)
    assert "Nobody was subscribed when it went out." in shown(house, BOB, "leadership")


def test_it_is_read_with_the_button_and_with_the_command(house: House) -> None:
    wait(house, world.MONDAY)
    desk = Reader(house, CHARLIE)
    desk.does(listeners.read, value=str(issue(house, "leadership-brief").id))
    desk.does(listeners.digests, "leadership")
    assert desk.said[0]["text"] == desk.said[2]["text"]
    assert str(desk.said[0]["text"]).startswith("Leadership brief, Mon 30 Nov 2026\nChanged since")


def test_buttons_and_commands_subscribe_and_unsubscribe(house: House) -> None:
    desk = Reader(house, CHARLIE)
    desk.does(listeners.chosen(wanted=True), value="leadership-brief")
    desk.does(listeners.digests, "unsubscribe leadership")
    desk.does(listeners.digests, "Subscribe leadership")
    said = [str(each["text"]) for each in desk.said]
    assert said[0] == said[2]
    assert said[0] == (
        "You have Leadership brief from now on: the next one comes Mon 30 Nov 2026 with your day message. "
        "/cadence digests unsubscribe leadership ends that."
    )
    assert said[1] == "You do not get Leadership brief any more. /cadence digests leadership shows it at any time."


@pytest.mark.parametrize("id", ["0", "17", "x", "9" * 30])
def test_a_button_of_what_is_gone_or_of_another_workspace_opens_nothing(house: House, id: str) -> None:
    with pytest.raises(UserError, match="That digest is gone"):
        run(house, standing.issue, CHARLIE, id)


def test_another_workspaces_issue_is_not_shown(house: House, db: Database, clock: StoppedClock) -> None:
    wait(house, world.MONDAY)
    other = world.make(db, clock, BRIEF, workspace_id="T0OTHER")
    with pytest.raises(UserError, match="That digest is gone"):
        run(other, standing.issue, CHARLIE, str(issue(house, "leadership-brief").id))
    assert "None has gone out yet." in shown(other, BOB, "leadership")
