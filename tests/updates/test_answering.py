"""Answering: who may, when it counts, drafts, edits, and what goes on to the decision log."""

from dataclasses import dataclass, field, replace
from datetime import time, timedelta
from typing import Any

import pytest
from sqlalchemy.orm import Session

from bot.db import Database
from bot.definitions import Area
from bot.errors import FieldErrors, UserError
from bot.house import DecisionDraft, House, Links
from bot.rituals.model import CLOSED
from bot.updates import flow, model, rights
from bot.updates.answer import AMBER, GREEN, Answer
from bot.updates.model import Update
from tests.aloud import read_aloud
from tests.fakes import promised
from tests.people import ALICE, BOB, CHARLIE
from tests.updates.team import EVE, GOOD, RITUALS, SHAKY, Week, berlin, definitions


@dataclass
class DecisionLog:
    """Another room's decision log, as far as this one knows it."""

    drafts: list[DecisionDraft] = field(default_factory=list)

    def log(self, _session: Session, _house: House, draft: DecisionDraft) -> str:
        self.drafts.append(draft)
        return f"D-{len(self.drafts)}"


@pytest.fixture
def decisions() -> DecisionLog:
    return DecisionLog()


@pytest.fixture
def week(db: Database, decisions: DecisionLog) -> Week:
    return Week(db, definitions(), Links(log_decision=decisions.log))


def target(week: Week, who: str, words: str = "") -> tuple[str, str]:
    """The day and area that `/weekly-update` means."""
    occurrence, area = week.run(rights.target, who, words)
    return str(occurrence.day), area.id


def test_the_owner_the_deputy_and_product_ops_may_answer(week: Week) -> None:
    week.submit("billing", by=ALICE)
    week.submit("exports", by=BOB)
    assert week.submit("help", by=BOB).author == BOB


@pytest.mark.parametrize(("who", "why"), [(CHARLIE, "Billing is answered for by Alice or Bob."), (EVE, "not know you")])
def test_others_may_neither_answer_nor_open_the_form(week: Week, who: str, why: str) -> None:
    with pytest.raises(UserError, match=why):
        week.submit("billing", by=who)
    with pytest.raises(UserError, match=why):
        target(week, who, "billing")
    week.until(berlin(25, 11))
    with pytest.raises(UserError, match=why):
        week.run(flow.form_for_ask, who, str(week.ask("billing").id))


def test_the_command_opens_the_own_area_that_is_still_silent(week: Week) -> None:
    assert target(week, ALICE) == ("2026-11-25", "billing")
    week.submit("billing")
    assert target(week, ALICE) == ("2026-11-25", "exports")
    week.submit("exports")
    assert target(week, ALICE) == ("2026-11-25", "billing"), "to edit it"


def test_the_command_takes_an_area_by_id_or_name_in_any_case(week: Week) -> None:
    for words in ("exports", "Exports", "EXPORTS", "exp"):
        assert target(week, BOB, words) == ("2026-11-25", "exports")


def test_an_unknown_area_offers_the_nearest_ones(week: Week) -> None:
    with pytest.raises(UserError, match=r"no area called “biling”[.] Did you mean `billing`"):
        target(week, ALICE, "biling")


def test_who_owns_nothing_is_told_so(week: Week) -> None:
    with pytest.raises(UserError, match="You own no area"):
        target(week, BOB)


def test_a_deputy_who_is_asked_gets_the_form_without_naming_the_area(week: Week) -> None:
    week.until(berlin(25, 11))
    week.run(flow.not_mine, ALICE, str(week.ask("billing").id))
    assert target(week, BOB) == ("2026-11-25", "billing")


def test_just_after_the_digest_the_command_edits_it_and_later_it_begins_the_next_one(week: Week) -> None:
    week.submit("help", by=CHARLIE)
    week.until(berlin(26, 16))
    assert target(week, CHARLIE) == ("2026-11-25", "help")
    week.until(berlin(28, 16) + timedelta(minutes=1))
    assert target(week, CHARLIE) == ("2026-12-02", "help")


def test_a_skipped_occurrence_takes_no_answer(week: Week) -> None:
    week.until(berlin(25, 11))
    ask = str(week.ask("billing").id)
    week.run(RITUALS.skip, week.ritual(), BOB, "company retreat")
    with pytest.raises(UserError, match="was skipped: company retreat"):
        week.run(flow.no_change, ALICE, ask)


@pytest.mark.proves("F1")
def test_amber_and_red_need_a_path(week: Week) -> None:
    with pytest.raises(FieldErrors) as refused:
        week.submit("billing", replace(SHAKY, path=" "))
    assert list(refused.value.fields) == ["path"]
    assert week.run(model.find, week.occurrence().id, "billing") is None, "nothing of it is kept"


def test_after_the_cutoff_an_answer_is_late_and_an_edit_of_a_timely_one_is_not(week: Week) -> None:
    week.submit("billing")
    week.until(berlin(26, 15))
    assert not week.submit("billing", SHAKY).late
    assert week.submit("exports").late


def test_a_draft_waits_and_is_nobody_elses_business(week: Week) -> None:
    week.until(berlin(25, 11))
    half = Answer(status=AMBER, next="Something", decided="drop the old export")
    draft = week.submit("billing", half, draft=True)
    assert draft.draft
    assert draft.submitted_at is None

    own, _planned = week.run(flow.prefill, ALICE, week.occurrence(), billing(week), so_far(week))
    others, _planned = week.run(flow.prefill, BOB, week.occurrence(), billing(week), so_far(week))
    assert own == half
    assert others == Answer()
    (prompt,) = week.prompts(ALICE)
    assert "Finish draft" in str(prompt.blocks)
    assert str(prompt.blocks).count("No change") == 1, "for Exports only"
    with pytest.raises(UserError, match="Alice keeps a draft for Billing"):
        week.submit("billing", GOOD, by=BOB, draft=True)

    week.until(berlin(26, 16))
    assert "Billing: no update, owner Alice" in week.digest()[0]


def test_a_draft_is_submitted_later_and_its_decision_logged_then(week: Week, decisions: DecisionLog) -> None:
    half = replace(GOOD, decided="drop the old export")
    week.submit("billing", half, draft=True)
    assert decisions.drafts == []
    assert not week.submit("billing", half).draft
    assert [draft.text for draft in decisions.drafts] == ["drop the old export"]


def test_whoever_kept_a_draft_gets_it_back_when_a_colleague_answers(week: Week) -> None:
    week.until(berlin(25, 11))
    week.submit("billing", replace(GOOD, shipped="Words of Alice"), draft=True)
    week.submit("billing", by=BOB)
    (back,) = promised(week.db, "update.draft_back")
    read_aloud(back)
    assert back.channel == ALICE
    assert "Bob submitted the update for Billing" in back.text
    assert "Words of Alice" in back.text


def test_a_submitted_update_does_not_become_a_draft_again(week: Week) -> None:
    week.submit("billing")
    with pytest.raises(UserError, match="already in"):
        week.submit("billing", draft=True)


def test_a_colleagues_update_that_came_meanwhile_is_not_overwritten(week: Week) -> None:
    seen = ""
    week.submit("billing", GOOD, by=ALICE, seen=seen)
    with pytest.raises(UserError, match="Alice submitted an update for Billing while your form was open"):
        week.submit("billing", SHAKY, by=BOB, seen=seen)
    kept = week.submit("billing", GOOD, by=ALICE, seen=seen)
    assert kept.answer == GOOD, "a form that arrives twice is taken twice"
    assert week.submit("billing", SHAKY, by=BOB, seen=kept.mark).author == BOB


def test_no_change_needs_an_earlier_update(week: Week) -> None:
    week.until(berlin(25, 11))
    with pytest.raises(UserError, match="no earlier update"):
        week.run(flow.no_change, ALICE, str(week.ask("billing").id))


@pytest.mark.proves("F1")
def test_no_change_stands_by_last_week_two_weeks_running_at_most(week: Week) -> None:
    week.submit("billing", SHAKY)
    for day in (2, 9):
        week.until(berlin(day, 11, month=12))
        kept = week.run(flow.no_change, ALICE, str(week.ask("billing").id))
        assert kept.no_change
        assert (kept.answer.status, kept.answer.path, kept.answer.next) == (SHAKY.status, SHAKY.path, SHAKY.next)
        week.until(berlin(day + 1, 17, month=12))
        assert any("Billing – amber, 40 % sure, no change" in said for said in week.digest())
    week.until(berlin(16, 11, month=12))
    with pytest.raises(UserError, match="third week running"):
        week.run(flow.no_change, ALICE, str(week.ask("billing").id))


def test_no_change_never_replaces_what_was_written(week: Week) -> None:
    week.submit("billing", SHAKY)
    week.until(berlin(2, 11, month=12))
    ask = str(week.ask("billing").id)
    week.submit("billing", replace(GOOD, next="half a thought"), draft=True)
    with pytest.raises(UserError, match="You have a draft for Billing"):
        week.run(flow.no_change, ALICE, ask)
    week.submit("billing", GOOD)
    with pytest.raises(UserError, match="is in already"):
        week.run(flow.no_change, ALICE, ask)
    with pytest.raises(UserError, match="answered for by"):
        week.run(flow.no_change, CHARLIE, ask)


def test_what_was_decided_reaches_the_log_once(week: Week, decisions: DecisionLog) -> None:
    told = replace(GOOD, decided="drop the old export", undecided="who owns rounding")
    week.submit("billing", told)
    week.submit("billing", told)
    week.submit("billing", SHAKY)
    source = "Weekly product update, Billing"
    assert decisions.drafts == [
        DecisionDraft(ALICE, "drop the old export", True, source, "billing"),
        DecisionDraft(ALICE, "who owns rounding", False, source, "billing"),
    ]
    week.submit("billing", replace(SHAKY, decided="hire somebody"), by=BOB)
    assert decisions.drafts[-1] == DecisionDraft(BOB, "hire somebody", True, source, "billing")


def test_no_change_repeats_no_decision(week: Week, decisions: DecisionLog) -> None:
    week.submit("billing", replace(GOOD, decided="drop the old export"))
    week.until(berlin(2, 11, month=12))
    week.run(flow.no_change, ALICE, str(week.ask("billing").id))
    assert len(decisions.drafts) == 1


@pytest.mark.proves("F1")
def test_the_form_starts_with_last_weeks_plan_colour_and_confidence(week: Week) -> None:
    week.submit("billing", replace(SHAKY, next="- Ship invoices\n\n• Fix rounding\nThird\nFourth", shipped="It"))
    week.until(berlin(2, 11, month=12))
    answer, planned = week.run(flow.prefill, ALICE, week.occurrence(), billing(week), so_far(week))
    assert planned == ["Ship invoices", "Fix rounding", "Third"]
    assert answer == Answer(status=AMBER, path=SHAKY.path, confidence=40)


def test_an_answer_given_while_the_digest_is_posted_is_in_it(week: Week) -> None:
    week.until(berlin(26, 16))
    week.submit("billing")
    assert week.occurrence().state == CLOSED
    assert "🟢 Billing – green" in week.digest()[0]


def test_what_waits_for_a_person_is_listed(week: Week) -> None:
    week.until(berlin(25, 11))
    week.submit("billing", replace(GOOD, ask="The churn number", ask_of=CHARLIE, ask_by="2026-11-27"))
    assert [area.id for _ask, _occurrence, area in week.run(flow.waiting_for, ALICE)] == ["exports"]
    week.until(berlin(26, 16))
    team = week.house.definitions
    hours = team.organisation.working_hours.model_copy(update={"end": time(16, 15)})
    shorter = replace(team, organisation=team.organisation.model_copy(update={"working_hours": hours}))
    week.house = replace(week.house, definitions=shorter)
    ((area, text, due),) = week.run(flow.requests_of, CHARLIE)
    assert (area.id, text, due) == ("billing", "The churn number", berlin(27, 16, 15)), "when the working day ends"
    assert week.run(flow.requests_of, ALICE) == []


def so_far(week: Week) -> Update | None:
    """Billing's update as it stands."""
    return week.run(model.find, week.occurrence().id, "billing")


def billing(week: Week) -> Area:
    area = week.house.definitions.organisation.area("billing")
    assert area is not None
    return area


@pytest.mark.proves("R13", "F1")
@pytest.mark.parametrize(
    ("wrong", "field"),
    [
        ({"next": " "}, "next"),
        ({"status": "blue"}, "status"),
        ({"status": "red", "path": ""}, "path"),
        ({"ask": "A number", "ask_of": ""}, "ask_of"),
        ({"shipped": "x" * 601}, "shipped"),
        ({"next": "x" * 401}, "next"),
        ({"decided": "x" * 201}, "decided"),
        ({"metric_link": "dashboard"}, "metric_link"),
        ({"links": "https://a.example b"}, "links"),
        ({"links": " ".join(["https://a.example"] * 4)}, "links"),
    ],
)
def test_each_rule_is_said_at_its_field(wrong: dict[str, Any], field: str) -> None:
    with pytest.raises(FieldErrors) as refused:
        replace(GOOD, **wrong).check()
    assert list(refused.value.fields) == [field]


def test_an_answer_survives_the_database() -> None:
    full = replace(GOOD, status=GREEN, ask="x", ask_of=BOB, links="https://a.example")
    assert Answer.from_json(full.to_json()) == full
    assert Answer.from_json({**full.to_json(), "of another age": 1}) == full
