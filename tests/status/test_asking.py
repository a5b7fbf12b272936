"""Whatever way somebody asks, the one thing they mean is found, or they pick; nothing is guessed."""

from dataclasses import replace
from datetime import timedelta

import pytest

from bot.errors import UserError
from bot.house import House
from bot.status import flow, in_words
from bot.updates.answer import GREEN
from tests.fakes import StoppedClock, at
from tests.people import CHARLIE
from tests.status import world
from tests.status.world import ADDED, ROUTED, SAID, asked, names, raised, recorded, registered, run, said, updated
from tests.updates.team import EVE, berlin

BILLING, ATLAS, ITEM, WEEKLY = "area billing", "release 1", "item R-1", "ritual weekly-update"


@pytest.fixture
def filled(house: House) -> House:
    """Billing says something of rounding; a decision, a release, an item and an insight beside it."""
    updated(house)
    registered(house)
    ADDED(house)
    recorded(house, "keep the ledger in euros")
    ROUTED(house)
    return house


@pytest.mark.parametrize(
    ("words", "found"),
    [
        ("billing", [BILLING]),
        ("Billing", [BILLING]),
        ("  BILLING  ", [BILLING]),
        ("what is the status of billing, please?", [BILLING]),
        ("how is billing doing", [BILLING]),
        ("Atlas", [ATLAS]),
        ("atl", [ATLAS]),
        ("is atlas ready?", [ATLAS]),
        ("D-1", ["decision D-1"]),
        ("d1", ["decision D-1"]),
        ("status of d-1?", ["decision D-1"]),
        ("ledger in euros", ["decision D-1"]),
        ("I-1", ["insight I-1"]),
        ("i1", ["insight I-1"]),
        ("R-1", [ITEM]),
        ("r1", [ITEM]),
        ("split invoices", [ITEM]),
        ("weekly product update", [WEEKLY]),
        ("weekly-update", [WEEKLY]),
        ("weekly", [WEEKLY]),
        ("rounding", [BILLING]),
        ("credit note", [BILLING]),
        ("invoice rounding", [BILLING]),
        ("billing rounding", [BILLING]),
        ("invoice", [ITEM, BILLING]),
        ("billing and atlas", [BILLING, ATLAS]),
        ("D-1 R-1", ["decision D-1", ITEM]),
        ("roundings", []),
        ("", []),
        ("?!", []),
        ("gadgets", []),
        ("D-99", []),
        ("i-99", []),
        ("d-0", []),
        ("x" * 5_000, []),
        ("billing " * 2_000, [BILLING]),
        ("@channel <!here> *bold* <https://evil.example|billing>", [BILLING]),
        ("<@U0ALICE>", []),
    ],
)
def test_the_ways_of_asking(filled: House, words: str, found: list[str]) -> None:
    assert names(asked(filled, words)) == found


def test_of_several_that_fit_one_is_picked_and_it_stays_one_question(filled: House) -> None:
    found = asked(filled, "invoice")
    assert found.answer is None
    assert world.spoken(filled, found) == (
        "2 things fit “invoice”. Which one?\n"
        "R-1 Split invoices (roadmap)\n[This one]\n"
        "Billing (area), says in its last update: invoice\n[This one]"
    )
    assert world.counted(filled) == [("several", False)]

    picked = run(filled, flow.pick, CHARLIE, f"{found.id} item R-1")
    assert "Two payers can share an invoice" in world.spoken(filled, picked)
    assert world.counted(filled) == [("item", True)]


def test_more_than_a_handful_are_not_offered(house: House) -> None:
    for number in range(7):
        ADDED(house, key=str(number), name=f"Invoice {number}")
    shown = said(house, "invoice")
    assert shown.startswith("7 things fit “invoice”. Which one?")
    assert shown.count("[This one]") == 5
    assert shown.endswith("And 2 more: another word of the name narrows it.")


def test_a_name_that_is_a_part_of_another_does_not_stand_in_its_way(house: House) -> None:
    registered(house)
    registered(house, name="Atlas Europe")
    assert names(asked(house, "how is atlas europe")) == ["release 2"]
    assert names(asked(house, "atlas")) == ["release 1"]


def test_two_of_the_same_name_are_both_offered(house: House) -> None:
    ADDED(house, name="Atlas")
    registered(house)
    assert names(asked(house, "Atlas")) == ["release 1", ITEM]


def test_words_that_name_nothing_are_said(filled: House) -> None:
    assert "I have looked past these words: frobnicate." in said(filled, "billing frobnicate")


def test_nothing_fits_and_the_nearest_is_offered_with_its_owner(filled: House) -> None:
    shown = said(filled, "biling")
    assert shown.startswith("I have nothing called “biling”, and no area writes of it in its last update. Did you mean")
    assert "Billing (area)\n[This one] [Ask its owner]" in shown
    assert world.counted(filled) == [("unknown", False)]


def test_nothing_is_near_and_the_way_to_an_owner_is_named(filled: House) -> None:
    shown = said(filled, "gadgets")
    assert "Did you mean" not in shown
    assert "/cadence status ask, the name of an area and your question puts it to its owner." in shown


def test_a_number_that_nothing_has_says_so(filled: House) -> None:
    assert said(filled, "D-99").startswith("There is no decision “D-99”. The latest: D-1.")


def test_a_day_is_never_promised(filled: House) -> None:
    assert said(filled, "can we promise June?").startswith(
        "Dates are not commitments, so nothing here may be promised."
    )
    shown = said(filled, "can we promise atlas for 9 December?")
    assert shown.startswith("Atlas (release)\nDates are not commitments.")
    assert "Planned for Wed 9 Dec 2026 (likely), a plan and no commitment." in shown


def test_markup_and_mass_mentions_are_shown_as_typed(filled: House) -> None:
    shown = said(filled, "@channel <!here> *gadgets*")
    assert "<!here>" not in shown
    assert "@channel" not in shown
    assert "*gadgets*" in shown


def test_only_the_last_update_counts(house: House) -> None:
    updated(house)
    world.wait(house, berlin(2, 10, month=12))
    updated(house, answer=replace(SAID, next="Tax ids", status=GREEN))
    assert names(asked(house, "rounding")) == []
    assert names(asked(house, "tax")) == [BILLING]


def test_what_was_dropped_is_found_by_its_number_alone(house: House) -> None:
    gone = ADDED(house)
    world.CHANGED(house, gone, "dropped", why="Nobody wants it")
    assert names(asked(house, "split invoices")) == []
    assert "not doing" in said(house, "R-1")


def test_whoever_is_not_in_the_organisation_may_ask(filled: House) -> None:
    assert said(filled, "billing", by=EVE).startswith("Billing (area)")


def test_another_workspace_has_none_of_it(filled: House) -> None:
    other = world.make(filled.db, StoppedClock(filled.clock.now()), workspace_id="T0OTHER")
    for words in ("atlas", "D-1", "I-1", "R-1", "rounding", "ledger", "split"):
        assert names(asked(other, words)) == [], words
    assert "no update lately, no decision open or just made, no release ahead" in said(other, "billing")
    with pytest.raises(UserError, match="gone"):
        run(other, flow.pick, CHARLIE, "0 release 1")


@pytest.mark.parametrize(
    "value",
    [
        "", "x", "1 area", "x area billing", "0 planet mars", "0 area mars", "0 release 99", "0 release x",
        "0 decision D-99", "0 decision R-1", "0 ritual nothing", "0 insight I-99", "9999 nothing D-1",
    ],
)  # fmt: skip
def test_what_comes_back_from_slack_is_not_trusted(filled: House, value: str) -> None:
    with pytest.raises(UserError, match=r"gone|out of date|There is no"):
        run(filled, flow.pick, CHARLIE, value)


def test_an_old_question_is_asked_anew(filled: House) -> None:
    found = asked(filled, "invoice")
    later = at(filled, filled.clock.now() + timedelta(days=2))
    run(later, flow.pick, CHARLIE, f"{found.id} item R-1")
    assert world.counted(filled) == [("several", False), ("item", True)]


def test_decisions_are_found_by_their_title_alone(house: House) -> None:
    raised(house, "Do we keep the free plan?")
    assert names(asked(house, "free plan")) == ["decision D-1"]
    assert names(asked(house, "offer")) == []


def test_a_team_without_rules_for_releases_has_none_to_ask_about(filled: House) -> None:
    bare = filled.by(replace(filled.definitions, releases=None))
    assert names(asked(bare, "atlas")) == []
    assert names(asked(bare, "billing and atlas")) == [BILLING]
    with pytest.raises(UserError, match="That is gone"):
        run(bare, flow.pick, CHARLIE, "0 release 1")


def test_whoever_writes_in_their_own_words_is_answered_there_too(filled: House) -> None:
    bare = filled.by(replace(filled.definitions, releases=None))
    assert run(bare, in_words.answer, CHARLIE, "how is atlas?") is None
