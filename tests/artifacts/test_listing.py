"""The library as people read it: the index, one artifact, what counts as read, and who is told that nobody reads."""

import re
from collections.abc import Mapping
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import select, update

from bot import app, blocks
from bot.actions import flow as actions
from bot.artifacts import listeners, listing, model
from bot.db import Database
from bot.decisions import flow as decisions
from bot.delivery import outbox
from bot.delivery.model import OutboxMessage
from bot.errors import UserError
from bot.house import Checked, DecisionDraft
from bot.rituals import model as occurrences
from tests.artifacts.world import DECISION, definitions, library
from tests.fakes import promised
from tests.people import ALICE, BOB, CHARLIE, UPDATES
from tests.releases.launch import Keyboard
from tests.roadmap import world
from tests.updates.team import EVE, Week, berlin

POSTED = berlin(26, 16)


def said(week: Week, words: str = "", by: str = ALICE) -> str:
    desk = Linked(by)
    desk.does(week.house, listeners.artifacts, text=words)
    return "\n".join(str(each["text"]) for each in desk.replies)


class Linked(Keyboard):
    """A keyboard at which Slack gives the addresses of messages."""

    async def chat_getPermalink(self, *, channel: str, message_ts: str) -> Mapping[str, Any]:
        return {"permalink": f"https://acme.slack.com/archives/{channel}/p{message_ts.replace('.', '')}"}


def deliver(week: Week) -> None:
    """What was promised stands in Slack."""
    world.deliver(week.house)


def buttons(desk: Keyboard) -> list[dict[str, Any]]:
    blocks = (block for reply in desk.replies for block in reply["blocks"])
    return [block["accessory"] for block in blocks if "accessory" in block]


INDEX = """\
What we leave behind
● Weekly digest: fresh, Thu 26 Nov 2026
Charlie, for everybody and @product-team. Weekly product update leaves it, every Wednesday.
The last one is not done yet: Mobile has no owner.
1 of the last 1 left something.
[Open]
– Decision record: none yet
Whoever decides, for those whom it affects. It comes with each decision.
● fresh, ◐ due, ○ stale, – none yet. /cadence artifacts and its name shows one, with its definition of done."""

ONE = """\
Weekly digest
● Weekly digest: fresh, Thu 26 Nov 2026
Charlie, for everybody and @product-team. Weekly product update leaves it, every Wednesday.
The last one is not done yet: Mobile has no owner.
1 of the last 1 left something.
*What stands in it*
• What changed
• Silent areas
*When it is done, and how the last one stood*
• Every area is accounted for: ✗ Mobile has no owner
• Posted by 16:00: ✓ it held
• Somebody has read it once: a person sees to it
*The last ones*
Thu 26 Nov 2026, 16:00 – not done: Mobile has no owner
[Open]"""


@pytest.mark.proves("R31")
def test_the_index_says_how_fresh_each_is_whose_for_whom_and_what_its_ritual_leaves(week: Week) -> None:
    week.until(POSTED)
    deliver(week)
    assert said(week) == INDEX


def test_one_says_when_it_is_done_and_shows_the_last_ones(week: Week) -> None:
    week.until(POSTED)
    deliver(week)
    assert said(week, "weekly digest") == said(week, "weekly-digest") == ONE


def test_one_that_never_went_out_says_so(week: Week) -> None:
    shown = said(week, "decision-record")
    assert "*When it is done*\n• At least two options: tested as the next one goes out" in shown
    assert shown.endswith("*The last ones*\nNone has gone out yet.")


def test_only_the_last_six_are_shown_and_each_by_what_it_is_about(week: Week) -> None:
    for n in range(8):
        week.run(decisions.log_draft, DecisionDraft(ALICE, f"end plan {n}", True, "weekly update"))
    shown = said(week, "decision-record")
    assert re.findall(r"\d\d:\d\d: (D-\d) – not done: D-\d has fewer than two options", shown) == [
        "D-8", "D-7", "D-6", "D-5", "D-4", "D-3",
    ]  # fmt: skip


def test_without_a_library_it_says_who_writes_one(week: Week) -> None:
    week.house = replace(week.house, definitions=replace(week.house.definitions, artifacts=None))
    assert "There is no artifact library yet. Product ops writes it in artifacts.yaml" in said(week)
    with pytest.raises(UserError, match="There is no artifact library yet"):
        said(week, "weekly digest")


def test_a_word_that_means_none_is_answered_with_the_nearest(week: Week) -> None:
    with pytest.raises(UserError, match="Did you mean `weekly-digest`"):
        said(week, "wekly-digest")


def test_whom_the_organisation_does_not_know_sees_nothing_and_counts_for_nothing(week: Week) -> None:
    for words in ("", "weekly digest"):
        with pytest.raises(UserError, match="I do not know you yet"):
            said(week, words, by=EVE)
    with pytest.raises(UserError, match="I do not know you yet"):
        week.run(listing.opened, EVE, "weekly-digest")
    assert week.run(model.last_opened) == {}


def test_many_go_over_several_pages_and_no_more_than_slack_takes(db: Database) -> None:
    long = {"audience": [f"{'whoever reads ' * 8}{n}" for n in range(10)]}
    many = [{**DECISION, **long, "id": f"many-{n}", "name": f"Number {n}"} for n in range(30)]
    week = Week(db, definitions(), links=app.LINKS)
    week.house = replace(week.house, definitions=replace(week.house.definitions, artifacts=library(*many)))
    lacking = Checked(
        "decision-recorded", "decision:D-1", {"two-options": [f"{'what it lacks ' * 20}{n}" for n in range(9)]}
    )
    for each in many:
        week.run(model.keep, each["id"], lacking, None, "")
    desk = Linked(ALICE)
    desk.does(week.house, listeners.artifacts)
    assert len(desk.replies) == 4
    assert "and 4 more has fewer than two options" in desk.replies[0]["text"]
    assert desk.replies[-1]["text"] == "There is more than fits. /cadence artifacts and the name of one shows that."


# What counts as read.


def test_the_button_leads_to_the_message_and_counts_without_saying_who(week: Week) -> None:
    week.until(POSTED)
    deliver(week)
    desk = Linked(ALICE)
    desk.does(week.house, listeners.artifacts)
    (button,) = buttons(desk)
    (posted, *_thread) = promised(week.db, "update.digest")
    assert button["url"] == f"https://acme.slack.com/archives/{UPDATES}/p{1790000000 + posted.id}000100"
    desk.does(week.house, listeners.opened, value=button["value"])
    desk.does(week.house, listeners.opened, value=button["value"])
    assert desk.acks[-1] == {}
    with week.db.transaction() as session:
        (row,) = session.scalars(select(model.ArtifactOpened)).all()
    assert (row.artifact_id, row.day, row.count) == ("weekly-digest", POSTED.date(), 2)
    assert {column.name for column in model.ArtifactOpened.__table__.columns}.isdisjoint({"person", "by", "slack_id"})


def test_what_people_made_elsewhere_is_opened_there(week: Week) -> None:
    assert week.house.links.library is not None
    issued = week.house.links.library.issued
    week.run(issued, Checked("ritual:weekly-update", "occurrence:7"), None, "https://example.com/page")
    week.run(issued, Checked("decision-recorded", "decision:D-1"), None, "javascript:alert(1)")
    desk = Linked(ALICE)
    desk.does(week.house, listeners.artifacts)
    assert [each["url"] for each in buttons(desk)] == ["https://example.com/page"]


def test_what_the_library_does_not_have_is_not_counted(week: Week) -> None:
    week.run(listing.opened, ALICE, "retired")
    assert week.run(model.last_opened) == {}


@pytest.mark.parametrize(
    ("line", "counts"),
    [
        ("/cadence artifacts weekly-digest", {"weekly-digest"}),
        ("/cadence artifacts", set()),
        ("/decision D-1", {"decision-record"}),
        ("/decision list", set()),
    ],
)
def test_whoever_asks_the_command_that_shows_it_reads_it(week: Week, line: str, counts: set[str]) -> None:
    week.run(decisions.log_draft, DecisionDraft(ALICE, "end the plan", True, "weekly update"))
    name, _, text = line.partition(" ")
    Linked(ALICE).does(week.house, app.tables().commands[name].handler, text=text)
    assert week.run(model.last_opened).keys() == counts


# What nobody reads.

UNREAD = "Nobody opened this since 26 November. Retire it?"


@pytest.fixture
def unread(week: Week) -> Week:
    """The digest came every week for ten weeks."""
    assert week.house.links.library is not None
    for n in range(10):
        week.clock.set(POSTED + timedelta(weeks=n))
        checked = Checked("ritual:weekly-update", f"occurrence:{100 + n}")
        week.run(week.house.links.library.issued, checked, None)
    return week


@pytest.mark.proves("R45")
def test_its_owner_and_product_ops_see_that_nobody_opened_it_and_nobody_else_does(unread: Week) -> None:
    assert UNREAD in said(unread, by=CHARLIE)
    assert UNREAD in said(unread, by=BOB)
    assert UNREAD not in said(unread, by=ALICE)


def test_sixty_days_are_long_and_fewer_are_not(unread: Week) -> None:
    unread.run(listing.opened, ALICE, "weekly-digest")
    unread.clock.turn(timedelta(days=60))
    assert "Nobody opened" not in said(unread, by=BOB)
    unread.clock.turn(timedelta(days=1))
    assert "Nobody opened" not in said(unread, by=BOB), "none came in all that time: it has no readers to lose"
    assert unread.house.links.library is not None
    unread.run(unread.house.links.library.issued, Checked("ritual:weekly-update", "occurrence:200"), None)
    assert "Nobody opened this since 28 January." in said(unread, by=BOB)


def test_what_is_new_is_not_unread(week: Week) -> None:
    week.until(POSTED + timedelta(days=50))
    assert "Nobody opened" not in said(week, by=BOB)


def test_whoever_opens_it_ends_that(unread: Week) -> None:
    assert UNREAD in said(unread, "weekly-digest", by=BOB), "looked at before it counts that they look"
    assert "Nobody opened" not in said(unread, by=BOB)


CITED = ("as weekly-digest says", "https://acme.slack.com/archives/C0UPDATES/p1790000000000100 says so")
NOT_CITED = ("as not-weekly-digest says", "weekly-digests", "https://acme.slack.com/archives/C0OTHER/p1790000000000100")


def in_a_decision(week: Week, words: str) -> None:
    week.run(decisions.log_draft, DecisionDraft(ALICE, words, True, "weekly update"))


def in_an_action(week: Week, words: str) -> None:
    today = week.clock.now().date() + timedelta(days=3)
    week.run(actions.agree, ALICE, "ritual:weekly-update", words, BOB, today.isoformat())


@pytest.mark.proves("R45")
@pytest.mark.parametrize("cite", [in_a_decision, in_an_action])
@pytest.mark.parametrize("words", CITED)
def test_whoever_cites_it_ends_that(unread: Week, cite: Any, words: str) -> None:
    _stands_at(unread, "1790000000.000100")
    cite(unread, words)
    assert "Nobody opened" not in said(unread, by=BOB)


@pytest.mark.parametrize("words", NOT_CITED)
def test_other_words_and_other_messages_do_not_cite_it(unread: Week, words: str) -> None:
    _stands_at(unread, "1790000000.000100")
    in_a_decision(unread, words)
    assert UNREAD in said(unread, by=BOB)


def test_what_was_cited_long_ago_counts_no_more(unread: Week) -> None:
    now = unread.clock.now()
    unread.clock.set(now - timedelta(days=61))
    in_a_decision(unread, CITED[0])
    unread.clock.set(now)
    assert UNREAD in said(unread, by=BOB)


@pytest.mark.parametrize(("ritual", "counts"), [("roadmap-review", True), ("weekly-update", False)])
def test_a_review_that_closes_with_it_cites_it_but_not_the_ritual_that_leaves_it(
    unread: Week, ritual: str, counts: bool
) -> None:
    with unread.db.transaction() as session:
        found = occurrences.upcoming(session, unread.house, "weekly-update")
        assert found is not None
        found.ritual_id, found.slot, found.state = ritual, "2027-01-20T10:00", occurrences.CLOSED
        found.artifact, found.ended_at = "We read weekly-digest", unread.clock.now()
    assert (UNREAD in said(unread, by=BOB)) is not counts


def test_another_workspace_has_its_own_library(unread: Week) -> None:
    unread.run(listing.opened, ALICE, "weekly-digest")
    elsewhere = unread.elsewhere()
    elsewhere.house = replace(elsewhere.house, definitions=definitions())
    shown = said(elsewhere)
    assert "– Weekly digest: none yet" in shown and "[Open]" not in shown
    assert elsewhere.run(model.last_opened) == {}


def _stands_at(week: Week, ts: str) -> None:
    """One of the digests is a message of Slack."""
    with week.db.transaction() as session:
        message = blocks.message(blocks.section("A digest"))
        message_id = outbox.post(session, week.house, UPDATES, message, kind="update.digest")
        posted = session.get_one(OutboxMessage, message_id)
        posted.state, posted.posted_channel, posted.ts = "sent", UPDATES, ts
        session.execute(
            update(model.ArtifactIssue).where(model.ArtifactIssue.ref == "occurrence:100").values(message_id=message_id)
        )
