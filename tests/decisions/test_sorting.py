"""What was noted in passing is sorted afterwards, so that whoever decides such things is asked."""

from datetime import date

import pytest

from bot.db import Database
from bot.decisions import findings, flow, listeners, model, turns
from bot.decisions.model import Decision
from bot.errors import FieldErrors, UserError
from bot.house import DecisionDraft, Finding, House
from tests.decisions.classes import DANA, ERIN, house_with_classes
from tests.decisions.log import Desk, day_messages, initial, names, settled, shown
from tests.decisions.test_deciding import chosen
from tests.decisions.test_turns import again, be_away
from tests.fakes import StoppedClock, promised
from tests.people import ALICE, BOB, CHARLIE, DECISIONS


@pytest.fixture
def house(db: Database, clock: StoppedClock) -> House:
    return house_with_classes(db, clock)


@pytest.fixture
def noted(house: House) -> Decision:
    """Alice needs a decision, said in her weekly update: it is the head of product's for now."""
    with house.db.transaction() as session:
        draft = DecisionDraft(ALICE, "Which index first?", False, "weekly update", "search")
        return model.get(session, house, flow.log_draft(session, house, draft))


def sorts(desk: Desk, class_id: str, area_id: str = "", decider: str = "") -> None:
    desk.does(listeners.sort, value="D-1")
    answers = {
        "class_id": chosen(class_id),
        "area_id": chosen(area_id),
        "decider": {"type": "users_select", "selected_user": decider},
    }
    desk.submits(listeners.sort_submitted, desk.form()["private_metadata"], answers)


def asked(house: House, person: str) -> str:
    return "\n".join(each.text for each in day_messages(house, person))


def found(house: House) -> list[Finding]:
    with house.db.transaction() as session:
        return [each for each in findings.findings(session, house) if each.rule == "DE01"]


@pytest.mark.proves("DE01")
def test_whoever_decides_such_things_is_asked_and_the_check_finds_nothing_any_more(
    house: House, noted: Decision
) -> None:
    (finding,) = found(house)
    assert (finding.action_id, finding.value) == ("decisions.sort", "D-1")
    assert "Say what sort it is" in finding.mend
    assert "Say what sort it is" in promised(house.db, channel=DECISIONS)[0].text

    desk = Desk(house, ALICE)
    sorts(desk, "planning", "search")
    assert "D-1 is sorted. Bob decides it" in shown(desk.answers[-1]["view"])
    assert found(house) == []
    assert (again(house, noted).decider, again(house, noted).class_id) == (BOB, "planning")
    assert "Alice asks you to decide this instead: you decide such things (When we plan)." in asked(house, BOB)
    assert "Which index first?" not in asked(house, DANA)
    assert "When we plan" in promised(house.db, channel=DECISIONS)[0].text


def test_what_is_about_an_area_comes_to_its_owner_and_whom_the_class_consults_is_asked(
    house: House, noted: Decision
) -> None:
    desk = Desk(house, DANA)
    desk.does(listeners.sort, value="D-1")
    assert initial(desk.form(), "area_id") == "search"
    assert names(desk.form(), required=True) == ["class_id"]
    with pytest.raises(FieldErrors) as refused:
        sorts(desk, "priority")
    assert set(refused.value.fields) == {"area_id"}
    sorts(desk, "priority", "search")
    assert again(house, noted).decider == ALICE
    assert "Which index first?" in asked(house, CHARLIE)


def test_nobody_waits_for_whom_the_class_names_while_they_are_away(house: House, noted: Decision) -> None:
    be_away(house, ALICE, date(2026, 11, 24), date(2027, 2, 1))
    sorts(Desk(house, DANA), "priority", "search")
    assert again(house, noted).decider == ALICE
    assert "since Alice is away until Mon 1 Feb." in asked(house, ERIN)


def test_whoever_was_picked_is_waited_for(house: House, noted: Decision) -> None:
    be_away(house, ALICE, date(2026, 11, 24), date(2027, 2, 1))
    sorts(Desk(house, DANA), "priority", "search", decider=ALICE)
    assert "Which index first?" not in asked(house, ERIN)


def test_who_has_it_already_keeps_it_and_is_asked_once(house: House, noted: Decision) -> None:
    sorts(Desk(house, ALICE), "pricing")
    assert again(house, noted).decider == DANA
    with house.db.transaction() as session:
        assert [turn.person for turn in turns.turns_of(session, house, noted)] == [DANA]


def test_somebody_may_be_named_who_decides_but_nobody_who_may_not(house: House, noted: Decision) -> None:
    desk = Desk(house, BOB)
    for decider, field in ((BOB, "decider"), ("U0NOBODY", "decider")):
        with pytest.raises(FieldErrors) as refused:
            sorts(desk, "pricing", decider=decider)
        assert set(refused.value.fields) == {field}
    for unknown in ("", "gone"):
        with pytest.raises(FieldErrors) as refused:
            sorts(desk, unknown)
        assert "class_id" in refused.value.fields
    sorts(desk, "pricing", decider=ERIN)
    assert again(house, noted).decider == ERIN


def test_only_who_has_to_do_with_it_sorts_it_and_only_while_it_is_open(house: House, noted: Decision) -> None:
    with pytest.raises(UserError, match="Dana's to decide"):
        sorts(Desk(house, CHARLIE), "pricing")
    desk = Desk(house, ALICE)
    desk.does(listeners.sort, value="D-1")
    settled(house, "D-1", by=DANA)
    with pytest.raises(UserError):
        desk.submits(listeners.sort_submitted, desk.form()["private_metadata"], {"class_id": chosen("pricing")})
