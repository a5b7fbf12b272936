"""Looking at insights: one with all that is known of it, lists, and what nobody has; each for whom it is meant."""

import html
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import select

from bot.blocks import Message
from bot.errors import UserError
from bot.house import House
from bot.insights import answering, merging, questions, read_listeners, triage
from bot.insights.model import Asked, Insight
from tests.fakes import StoppedClock
from tests.insights.world import NO, TAGS, decided, deliver, heard, now, routed, run, wait
from tests.people import ALICE, BOB, CHARLIE
from tests.releases.launch import DANA, ERIN, FRANK, GRACE
from tests.updates.team import berlin

SECRET = "The export holds the names of other customers"


def looks(house: House, verb: read_listeners.Shown, who: str, words: str = "") -> str:
    return text(run(house, verb, who, words))


def text(message: Message) -> str:
    """All that a message shows."""
    return html.unescape("\n".join(words(message.blocks)))


def words(part: Any) -> Iterator[str]:
    if isinstance(part, dict):
        if isinstance(part.get("text"), str):
            yield part["text"]
        part = list(part.values())
    for each in part if isinstance(part, list | tuple) else ():
        yield from words(each)


def secret(house: House, by: str = CHARLIE, key: str = "secret") -> Insight:
    """Something that only Grace reads, and who brought it sees where it stands."""
    return heard(house, by, key, what=SECRET, theme_id="trust", severity="medium")


def test_one_shows_all_that_is_known_of_it(house: House) -> None:
    insight = routed(house, source_id="support", proof="12 tickets")
    other = heard(house, DANA, "other", what="Two payers need two invoices", accounts=4, revenue="40k a year")
    run(house, merging.merge, BOB, other.ref, insight.ref)
    shown = looks(house, read_listeners.one, ALICE, "i-1")
    for words in (
        "Invoices cannot be split between two payers", "Billing", "Pricing and billing", "12 tickets",
        "Small business", "What somebody said", "Support tickets", "Only those who write in",
        "Charlie", "Dana, 4 accounts, 40k a year: “Two payers need two invoices”", "I-2",
        "With Alice, Insights review", "Route: Everything else", "Due:",
        "Charlie logged it", "Bob sorted it: Billing, Pricing and billing, medium",
        "It went to Alice (Everything else)",
    ):  # fmt: skip
        assert words in shown, words


def test_one_tells_in_words_what_became_of_it(house: House) -> None:
    insight = heard(house)
    run(house, questions.ask, BOB, "I-1", "Which plan are they on?")
    with house.db.transaction() as session:
        asked = session.scalars(select(Asked)).one()
    run(house, questions.answer, CHARLIE, str(asked.id), "The large one")
    run(house, triage.sort, BOB, "I-1", TAGS)
    run(house, answering.hand_back, ALICE, "I-1", "That is Search")
    run(house, triage.sort, BOB, "I-1", TAGS)
    run(house, answering.acknowledge, ALICE, "I-1")
    run(house, answering.dispose, ALICE, "I-1", NO)
    deliver(house)
    wait(house, house.clock.now() + timedelta(minutes=3))
    shown = looks(house, read_listeners.one, ALICE, "I-1")
    for words in (
        "Bob asked: Which plan are they on?", "Answer: The large one",
        "Bob asked whoever brought it: Which plan are they on?", "Charlie said: The large one",
        "Alice handed it back: That is Search", "Alice acknowledged it",
        "Alice answered: declined: Few ask for it", "Everybody who brought it was told",
        "Wed 25 Nov 2026 10:",
    ):  # fmt: skip
        assert words in shown, words
    assert insight.ref in shown


@pytest.mark.parametrize(
    ("who", "state", "offered"),
    [
        (ALICE, "routed", {"insights.acknowledge", "insights.dispose", "insights.hand_back"}),
        (ALICE, "acknowledged", {"insights.dispose", "insights.hand_back"}),
        (ALICE, "decided", {"insights.dispose"}),
        (ERIN, "routed", set()),
    ],
)
def test_one_offers_what_this_person_may_do_with_it(house: House, who: str, state: str, offered: set[str]) -> None:
    routed(house)
    if state == "acknowledged":
        run(house, answering.acknowledge, ALICE, "I-1")
    if state == "decided":
        run(house, answering.dispose, ALICE, "I-1", NO)
    assert buttons(run(house, read_listeners.one, who, "I-1")) >= offered
    assert offered or not {"insights.dispose", "insights.acknowledge"} & buttons(
        run(house, read_listeners.one, who, "I-1")
    )


def buttons(message: Message) -> set[str]:
    return {
        element["action_id"] for block in message.blocks if block["type"] == "actions" for element in block["elements"]
    }


def test_a_restricted_one_shows_itself_to_its_readers_and_its_submitter_sees_where_it_stands(house: House) -> None:
    secret(house)
    assert SECRET in looks(house, read_listeners.one, GRACE, "I-1")
    assert "Restricted" in looks(house, read_listeners.one, GRACE, "I-1")
    own = looks(house, read_listeners.one, CHARLIE, "I-1")
    assert "you told us" in own and "Charlie logged it" not in own
    for other in (ALICE, BOB, ERIN):
        with pytest.raises(UserError, match="There is no insight"):
            run(house, read_listeners.one, other, "I-1")


def test_whoever_brought_what_counts_for_a_restricted_one_sees_their_own(house: House) -> None:
    secret(house)
    secret(house, DANA, "second")
    run(house, merging.merge, GRACE, "I-2", "I-1")
    assert "it counts as I-1 now" in looks(house, read_listeners.one, DANA, "I-2")


@pytest.mark.parametrize(
    ("words", "refs"),
    [
        ("", ["I-4", "I-3", "I-2", "I-1"]),
        ("billing", ["I-4", "I-1"]),
        ("area:billing", ["I-4", "I-1"]),
        ("pricing", ["I-3", "I-1"]),
        ("high", ["I-2"]),
        ("open", ["I-4", "I-2", "I-1"]),
        ("declined", ["I-3"]),
        ("answered", ["I-3"]),
        ("late", ["I-2"]),
        ("open billing pricing", ["I-1"]),
    ],
)
def test_a_list_is_narrowed_by_what_one_says(house: House, words: str, refs: list[str]) -> None:
    heard(house, key="1", theme_id="pricing")
    heard(house, key="2", area_id="search", theme_id="reliability", severity="high", proof="9 tickets")
    decided(house, NO, by=FRANK, key="3", tags=replace(TAGS, area_id="search"), area_id="search")
    wait(house, berlin(27, 12))
    heard(house, key="4", what="A button is missing")
    assert listed(house, words) == refs


def listed(house: House, words: str) -> list[str]:
    shown = looks(house, read_listeners.listed, DANA, words)
    return [line.split(" ")[0] for line in shown.splitlines() if line.startswith("I-")]


def test_a_list_says_what_it_may_be_narrowed_by(house: House) -> None:
    with pytest.raises(UserError, match="I know no “frobnicate” to list"):
        run(house, read_listeners.listed, DANA, "frobnicate")
    with pytest.raises(UserError, match="Name one of them"):
        run(house, read_listeners.listed, DANA, "billing search")


def test_no_list_shows_what_is_restricted_to_others(house: House) -> None:
    secret(house)
    heard(house, key="open")
    for words in ("", "open", "trust", "billing", "medium"):
        assert SECRET not in looks(house, read_listeners.listed, BOB, words)
    assert "I-1" not in looks(house, read_listeners.listed, BOB, "")
    assert SECRET in looks(house, read_listeners.listed, GRACE, "")
    assert "No insight is" in looks(house, read_listeners.listed, BOB, "trust")


def test_an_empty_list_says_how_to_begin(house: House) -> None:
    assert "Nobody has told us anything yet" in looks(house, read_listeners.listed, DANA)
    assert "You have not told us anything yet" in looks(house, read_listeners.mine, DANA)


@pytest.mark.parametrize(
    ("words", "refs"),
    [
        ("invoice", ["I-3", "I-1"]),
        ("invoice payers", ["I-1"]),
        ("invoice area:search", ["I-3"]),
        ("invoice severity:high", []),
        ("theme:pricing", ["I-1"]),
        ("crash state:open", ["I-2"]),
        ("crash state:declined", []),
    ],
)
def test_insights_are_found_by_their_words_and_narrowed(house: House, words: str, refs: list[str]) -> None:
    heard(house, key="1", theme_id="pricing")
    heard(house, key="2", what="It crashes at night")
    heard(house, key="3", what="An invoice cannot be found", area_id="search")
    shown = looks(house, read_listeners.found, ERIN, words)
    assert [line.split(" ")[0] for line in shown.splitlines() if line.startswith("I-")] == refs
    assert refs or "No insight that you may see has" in shown


def test_what_to_look_for_must_be_said_and_filters_known(house: House) -> None:
    assert "Say which words" in looks(house, read_listeners.found, ERIN)
    with pytest.raises(UserError, match="I know no area “nowhere”"):
        run(house, read_listeners.found, ERIN, "invoice area:nowhere")


def test_nobody_finds_what_is_restricted_to_others(house: House) -> None:
    secret(house)
    for words in ("export", "names customers", "export theme:trust", "theme:trust"):
        assert "No insight that you may see has" in looks(house, read_listeners.found, BOB, words)
    assert SECRET in looks(house, read_listeners.found, GRACE, "export")


@pytest.mark.proves("R46")
def test_somebody_sees_what_they_brought_and_where_it_stands(house: House) -> None:
    decided(house)
    secret(house)
    heard(house, DANA, "hers", what="Not theirs")
    shown = looks(house, read_listeners.mine, CHARLIE)
    assert "I-1: “Invoices cannot be split" in shown and "Declined by Alice" in shown
    assert f"I-2: “{SECRET}" in shown, "their own, although it is restricted"
    assert "Not theirs" not in shown


def test_what_was_merged_is_listed_once_for_whoever_brought_both(house: House) -> None:
    heard(house, key="1")
    heard(house, key="2")
    run(house, merging.merge, BOB, "I-2", "I-1")
    shown = looks(house, read_listeners.mine, CHARLIE)
    assert shown.count("I-1") == 1 and "I-2" not in shown


def test_without_any_the_orphans_say_so(house: House) -> None:
    routed(house)
    assert "There are none" in looks(house, read_listeners.nobodys, DANA)


@pytest.mark.proves("R46", "R55")
def test_orphans_are_named_with_whose_they_are_and_since_when(house: House) -> None:
    heard(house, key="new", severity="high", proof="9 tickets")
    routed(house, key="routed", tags=replace(TAGS, severity="high"))
    routed(house, key="seen", tags=replace(TAGS, severity="high"))
    run(house, answering.acknowledge, ALICE, "I-3")
    decided(house, key="told")
    wait(house, berlin(18, 12, month=12))
    shown = looks(house, read_listeners.nobodys, DANA)
    for words in (
        "1 past the time to be triaged", "product ops or Support · since Thu 26 Nov 2026",
        "1 not acknowledged in time", "Alice · since Fri 27 Nov 2026",
        "1 not answered in time", "Alice · since Wed 9 Dec 2026",
        "1 answered more than 5 working days ago, and not everybody who brought it was told",
    ):  # fmt: skip
        assert words in shown, words


def test_what_leads_to_nobody_is_an_orphan_of_product_ops(house: House) -> None:
    insight = heard(house)
    with house.db.transaction() as session:
        session.get_one(Insight, insight.id).state = "triaged"
        session.get_one(Insight, insight.id).triaged_at = house.clock.now()
    shown = looks(house, read_listeners.nobodys, DANA)
    assert "1 with nobody to answer it" in shown and "product ops · since Wed 25 Nov 2026" in shown


def test_what_was_routed_to_somebody_who_has_left_has_nobody(house: House) -> None:
    insight = routed(house)
    with house.db.transaction() as session:
        session.get_one(Insight, insight.id).owner = "U0GONE"
    assert "1 with nobody to answer it" in looks(house, read_listeners.nobodys, DANA)


def test_orphans_that_are_restricted_are_neither_shown_nor_counted_to_others(house: House) -> None:
    secret(house)
    wait(house, berlin(18, 12, month=12))
    shown = looks(house, read_listeners.nobodys, BOB)
    assert "There are none" in shown and "I-1" not in shown
    assert "1 past the time to be triaged" in looks(house, read_listeners.nobodys, GRACE)


def test_how_long_triage_took_is_kept_once(house: House, clock: StoppedClock) -> None:
    insight = heard(house, severity="high", proof="9 tickets")
    clock.turn(timedelta(hours=3))
    run(house, triage.sort, BOB, "I-1", TAGS)
    assert (now(house, insight).triage_took, now(house, insight).triage_late) == (3 * 3600, False)
    clock.turn(timedelta(days=5))
    run(house, triage.sort, BOB, "I-1", TAGS)
    assert now(house, insight).triage_took == 3 * 3600


def test_triage_after_its_time_is_late_also_out_of_scope(house: House, clock: StoppedClock) -> None:
    insight = heard(house, severity="high", proof="9 tickets")
    clock.turn(timedelta(days=5))
    run(house, triage.put_out_of_scope, BOB, "I-1", "It is about another product")
    assert now(house, insight).triage_late is True


@pytest.mark.parametrize("verb", ["digest", "export", "find", "help", "list", "mine", "orphans"])
def test_every_way_to_look_is_a_verb(verb: str) -> None:
    assert verb in read_listeners.VERBS
