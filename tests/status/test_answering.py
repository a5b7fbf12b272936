"""What an answer says: state in words, each fact with its moment and where it stands; what is old is marked."""

from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy import select

from bot.asked import StatusAsk
from bot.decisions import flow as deciding
from bot.errors import UserError
from bot.house import House
from bot.insights import triage
from bot.people.absence import set_away
from bot.releases import moving
from bot.releases.moving import Move
from bot.status import flow, listeners, messages
from bot.updates.model import Update
from tests.aloud import read_aloud
from tests.assuming import assuming
from tests.fakes import promised
from tests.insights.world import deliver
from tests.people import ALICE, BOB, CHARLIE, UPDATES
from tests.releases.launch import FRANK, GRACE, Keyboard, shown
from tests.status import world
from tests.status.world import ADDED, CHANGED, ROUTED, asked, raised, recorded, registered, run, said, updated, wait
from tests.updates.team import EVE, NEW_YORK, berlin

FILLED = """\
Billing (area)
🟠 Amber, 60 % sure of the next milestone's date. Update for the week of Wed 25 Nov 2026, by Alice.
Back to green: Cut the export, by Friday
Next: Invoice rounding for pilots; Tax ids
As of Wed 25 Nov 2026, 10:00 <https://acme.slack.com/archives/C0UPDATES/p1|in its digest>
Alice owns it.
As of Thu 26 Nov 2026, 17:00 · /cadence who owns billing shows more
Decisions:
• D-1 waits for Alice until Fri 27 Nov 2026: Do we bill in pounds?
• D-2, decided by Alice on Wed 25 Nov 2026: We will round invoices to cents
As of Thu 26 Nov 2026, 17:00 · /decision list billing shows more \
<https://acme.slack.com/archives/C0DECISIONS/p1|D-1> <https://acme.slack.com/archives/C0DECISIONS/p1|D-2>
Next release: Atlas, Wed 9 Dec 2026 (likely). 🔴 Hold, 3 gates open. Alice owns it.
As of Thu 26 Nov 2026, 17:00 · /launch-ready atlas shows more <https://acme.slack.com/archives/C0LAUNCHES/p1|Atlas>
Roadmap:
• Next: R-1 Split invoices (likely)
• 1 more later
Moved since two weeks ago:
• R-2 Late fees: Now → Later. Why: The ledger comes first
• R-1 Split invoices: new, Next. Why: Every second large account asks for it
As of Thu 26 Nov 2026, 17:00 · /cadence roadmap billing shows more
1 insight waits for an answer.
As of Thu 26 Nov 2026, 17:00 · /insight list open billing shows more
From the records, asked of nobody. Days and months are plans, never commitments.
[Show it here]"""
EMPTY = """\
Billing (area)
Alice owns it.
As of Wed 25 Nov 2026, 10:00 · /cadence who owns billing shows more
The records have nothing else: no update lately, no decision open or just made, no release ahead, nothing on the \
roadmap, no insight that waits.
As of Wed 25 Nov 2026, 10:00
From the records, asked of nobody. Days and months are plans, never commitments.
[Show it here] [Ask its owner]"""
FOUND_BY_WORDS = """\
Billing (area), says in its last update: rounding
It says of rounding:
“Invoice rounding for pilots”
As of Wed 25 Nov 2026, 10:00
🟠 Amber, 60 % sure of the next milestone's date. Update for the week of Wed 25 Nov 2026, by Alice; not in a digest yet.
Back to green: Cut the export, by Friday
Next: Invoice rounding for pilots; Tax ids
As of Wed 25 Nov 2026, 10:00
Alice owns it.
As of Wed 25 Nov 2026, 10:00 · /cadence who owns billing shows more
From the records, asked of nobody. Days and months are plans, never commitments.
[Show it here]"""


def test_an_area_of_which_much_is_known(house: House) -> None:
    updated(house)
    ADDED(house)
    CHANGED(house, ADDED(house, key="b", name="Late fees", place="now"), "later", place="later",
            why="The ledger comes first")  # fmt: skip
    registered(house)
    raised(house, "Do we bill in pounds?")
    recorded(house, "round invoices to cents")
    ROUTED(house)
    wait(house, berlin(26, 17))
    deliver(house)
    assert said(house, "billing") == FILLED


def test_an_area_of_which_nothing_is_known_is_not_answered(house: House) -> None:
    assert said(house, "billing") == EMPTY
    assert world.counted(house) == [("area", False)]


def test_an_owner_who_is_only_assumed_is_labelled(house: House) -> None:
    paths = ("organisation.areas.billing.owner", "calendar.rituals.weekly-update")
    house = assuming(house, dict.fromkeys(paths, "nobody knows"), "bob@example.com")

    assert "\nAlice (assumed) owns it.\n" in said(house, "billing")
    assert "Bob (assumed) owns it." in said(house, "weekly product update")


def test_an_area_that_has_said_a_word_is_quoted(house: House) -> None:
    updated(house)
    assert said(house, "rounding") == FOUND_BY_WORDS


def test_times_are_in_the_zone_of_whoever_asks(house: House) -> None:
    updated(house)

    found = asked(house, "billing")
    assert "As of Wed 25 Nov 2026, 04:00" in str(messages.answer(house, found, {}, NEW_YORK).text)


@pytest.mark.parametrize(("days", "stale"), [(10, False), (11, True)])
def test_an_update_is_stale_after_one_and_a_half_weeks(house: House, days: int, stale: bool) -> None:
    updated(house)
    wait(house, house.clock.now() + timedelta(days=days))
    text = said(house, "billing")
    mark = "As of Wed 25 Nov 2026, 10:00 – may be out of date: the next word on it is overdue"
    assert (mark in text) == stale
    assert ("[Ask its owner]" in text) == stale


def test_what_was_changed_is_of_then(house: House) -> None:
    updated(house)
    with house.db.transaction() as session:
        session.scalars(select(Update)).one().edited_at = house.clock.now() + timedelta(hours=3)
    assert "As of Wed 25 Nov 2026, 13:00" in said(house, "billing")


def test_a_draft_says_nothing(house: House) -> None:
    updated(house)
    with house.db.transaction() as session:
        session.scalars(select(Update)).one().draft = True
    assert "no update lately" in said(house, "billing")


def test_who_stands_in_for_an_owner_who_is_away_is_said(house: House) -> None:
    today = house.clock.now().date()
    run(house, set_away, ALICE, today, today + timedelta(days=2))
    assert "Alice owns it and is away until Fri 27 Nov; Bob stands in." in said(house, "billing")


def test_a_release_says_how_ready_it_is_and_that_its_day_is_no_promise(house: House) -> None:
    release = registered(house)
    run(house, moving.move, ALICE, str(release.id), release.version, Move("2026-12-16", "", "rough", "A key is late"))
    text = said(house, "atlas")
    assert "🔴 Hold." in text
    assert "• 3 gates are open" in text
    assert "Planned for Wed 16 Dec 2026 (rough guess), a plan and no commitment." in text
    assert "A key is late" in text
    assert "/launch-ready atlas shows more" in text


def test_a_release_says_what_it_brings(house: House) -> None:
    release = registered(house)
    ADDED(house, release_id=release.id)
    assert "On the roadmap it brings R-1 Split invoices." in said(house, "atlas")
    assert "The roadmap names it; Alice owns it." in said(house, "billing")


def test_a_decision_in_each_of_its_states(house: House) -> None:
    raised(house, "Do we bill in pounds?")
    assert "To be decided by Alice until Fri 27 Nov 2026; raised by Charlie." in said(house, "D-1")
    recorded(house, "round to cents")
    assert "Decided by Alice on Wed 25 Nov 2026." in said(house, "D-2")
    run(house, deciding.reverse, ALICE, "D-2", "The law has changed")
    assert "It counts no more: reversed on Wed 25 Nov 2026: The law has changed" in said(house, "D-2")


def test_a_decision_that_is_late_says_since_when(house: House) -> None:
    raised(house, "Do we bill in pounds?")
    wait(house, berlin(1, 9, month=12))
    assert "until Fri 27 Nov 2026, 4 days ago" in said(house, "D-1")
    assert "until Fri 27 Nov 2026, which has passed" in said(house, "billing")


def test_an_item_says_where_it_stands_and_what_moved_it(house: House) -> None:
    CHANGED(house, ADDED(house), "later", place="later", why="The ledger comes first")
    text = said(house, "R-1")
    assert "Billing, Alice: Later, likely. No date, and no promise." in text
    assert "Last: Next → Later, by Alice. Why: The ledger comes first" in text


def test_a_ritual_says_when_it_is_next_and_what_it_left(house: House) -> None:
    assert "Next: Wed 25 Nov, 10:00 (Europe/Berlin)" in said(house, "weekly")
    updated(house)
    wait(house, berlin(26, 17))
    deliver(house)
    text = said(house, "weekly")
    assert "Last, on Wed 25 Nov 2026: left Weekly digest." in text
    assert f"<https://acme.slack.com/archives/{UPDATES}/p1|where it was posted>" in text


# What not everybody may see.


def restricted(house: House) -> None:
    """An insight that only Grace reads."""
    run(house, triage.restrict, BOB, world.HEARD(house).ref)


def test_what_an_insight_says_is_in_no_answer(house: House) -> None:
    ROUTED(house)
    for words in ("I-1", "billing"):
        assert "split between" not in said(house, words)
    assert "I-1 · Medium · Billing · Pricing and billing\nWith Alice" in said(house, "I-1")


def test_a_restricted_insight_is_counted_for_nobody_and_is_none_to_others(house: House) -> None:
    restricted(house)
    for person in (CHARLIE, BOB, GRACE):
        assert "no insight that waits" in said(house, "billing", by=person)
    assert said(house, "I-1", by=BOB).startswith("There is no insight “I-1”.")
    with pytest.raises(UserError, match="There is no insight"):
        run(house, flow.pick, BOB, "0 insight I-1")


def test_its_reader_is_shown_the_way_to_a_restricted_insight_and_may_not_show_it(house: House) -> None:
    restricted(house)
    text = said(house, "I-1", by=GRACE)
    assert "Only some may read it, and you are one of them." in text
    assert "/insight I-1 shows more" in text
    assert "Show it here" not in text
    assert not asked(house, "I-1 post", by=GRACE).to_all
    with pytest.raises(UserError, match="not for everybody"):
        run(house, flow.to_show, GRACE, "1 insight I-1")


def test_an_answer_is_shown_to_all_as_it_is_then(house: House) -> None:
    updated(house)
    found = asked(house, "billing")
    updated(house, answer=replace(world.SAID, next="Something else"))
    for _ in range(2):
        run(house, flow.show, CHARLIE, UPDATES, f"{found.id} area billing", {})
    (post,) = promised(house.db, "status.shown")
    read_aloud(post)
    assert post.channel == UPDATES
    assert "Something else" in post.text
    assert "Charlie shows this here. Times in Europe/Berlin" in post.text
    assert post.report_to == CHARLIE


def test_a_stranger_shows_nothing_and_asks_nobody(house: House) -> None:
    for verb, more in ((flow.to_show, ("1 area billing",)), (flow.ask_owner, ("billing", "when?", 1))):
        with pytest.raises(UserError, match="I do not know you yet"):
            run(house, verb, EVE, *more)


# When the records have no answer.


def test_the_owner_reads_the_question_once_in_their_day_message(house: House) -> None:
    found = asked(house, "billing gadgets")
    for _ in range(2):
        run(house, flow.ask_owner, CHARLIE, "billing", "<!channel> gadgets?", found.id)
    (message,) = world.heard(house, ALICE)
    assert "*Charlie asks where something in Billing stands*" in message.text
    assert message.text.count("gadgets?") == 1
    assert "<!channel>" not in message.text
    assert world.counted(house) == [("area", False)]


def test_an_answer_that_did_not_do_counts_as_none(house: House) -> None:
    updated(house)
    found = asked(house, "billing")
    assert world.counted(house) == [("area", True)]
    run(house, flow.ask_owner, CHARLIE, "billing", "and gadgets?", found.id)
    assert world.counted(house) == [("area", False)]


def test_while_the_owner_is_away_who_stands_in_reads_it(house: House) -> None:
    today = house.clock.now().date()
    run(house, set_away, ALICE, today, today + timedelta(days=2))
    area, whom, again = run(house, flow.ask_owner, CHARLIE, "billing", "gadgets?", 0)
    assert (area.name, whom.name, again) == ("Billing", "Bob", False)
    assert run(house, flow.ask_owner, CHARLIE, "billing", "Gadgets", 0)[2], "the same again"


def test_nobody_asks_themselves(house: House) -> None:
    with pytest.raises(UserError, match="Search is yours to answer for"):
        run(house, flow.ask_owner, FRANK, "search", "gadgets?", 0)


@pytest.mark.parametrize(
    ("words", "area", "question"),
    [
        ("billing when is rounding done?", "billing", "when is rounding done?"),
        ("Search gadgets", "search", "gadgets"),
        ("billing", "billing", ""),
    ],
)
def test_the_area_comes_before_the_question(house: House, words: str, area: str, question: str) -> None:
    assert flow.named_area(house, words) == (area, question)


def test_an_area_nobody_knows_is_said_with_the_nearest(house: House) -> None:
    with pytest.raises(UserError, match=r"I know no area called “biling”\. Did you mean `billing`"):
        flow.named_area(house, "biling when")


def test_nothing_of_what_is_asked_is_kept(house: House) -> None:
    asked(house, "secret gadgets")
    with house.db.transaction() as session:
        assert [column.name for column in StatusAsk.__table__.columns] == [
            "id", "workspace_id", "asked_at", "kind", "answered",
        ]  # fmt: skip
        assert session.scalars(select(StatusAsk)).one().kind == "unknown"


# Where there is no channel.


def test_on_the_home_tab_the_answer_comes_in_a_window(house: House) -> None:
    home = Keyboard(CHARLIE)
    home.does(house, listeners.pick, value="0 area billing", respond=None, trigger="T1", at_home=True)
    (view,) = home.opened
    assert "Alice owns it." in shown(view)
    assert "Show it here" not in shown(view)
