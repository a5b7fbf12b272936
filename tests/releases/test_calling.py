"""The call: who makes it, what it must say, what it is kept with, and when it counts no more."""

from collections.abc import Callable
from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from bot import app
from bot.db import Database
from bot.decisions.model import Decision
from bot.errors import Changed, FieldErrors, UserError
from bot.house import House
from bot.releases import calling, flow, items, model, rollout, signing
from bot.releases import register as registering
from bot.releases.calls import Call
from bot.releases.calls import conditions as conditions_of
from bot.releases.card import check
from bot.releases.items import Standing
from bot.releases.model import Release, Snapshot
from bot.releases.report import Report
from bot.releases.rule import Saying
from bot.releases.signing import Answer
from tests.fakes import StoppedClock, at, promised
from tests.people import ALICE, BOB, CHARLIE
from tests.releases.launch import (
    ANSWERS,
    DANA,
    ERIN,
    FRANK,
    GRACE,
    RULES,
    TARGET,
    brief,
    call,
    definitions,
    done,
    register,
    settle_everything,
    sign,
)
from tests.updates.team import berlin

REASON = "The contract with the bank ends on that day, and the risk is small."
VETO: dict[str, Any] = {
    "sign_offs": [
        {"function": "support", "tiers": ["medium", "high"]},
        {"function": "security", "tiers": ["medium", "high"], "veto": True},
    ],
    "items": [
        *RULES["items"],
        {"id": 7, "title": "Security has looked at it", "owners": ["security"], "evidence": "the review",
         "levels": {"medium": "gate", "high": "gate"}},
    ],
}  # fmt: skip


@pytest.fixture
def release(db: Database, house: House) -> Callable[[Session], Release]:
    """Atlas, registered and settled; to be had in each transaction."""
    with db.transaction() as session:
        settle_everything(session, house, register(session, house))
    return lambda session: flow.find(session, house, "atlas")


def test_a_go_is_kept_with_the_advice_and_what_it_came_from(
    db: Database, house: House, release: Callable[[Session], Release]
) -> None:
    with db.transaction() as session:
        found = call(session, house, release(session), Saying("go"))
        assert found.call is not None
        assert (found.call.said, found.call.by, found.call.advice, found.call.counts) == ("go", "Alice", "go", True)
        kept = session.scalars(select(Call)).one()
        snapshot = session.get_one(Snapshot, kept.snapshot_id)
        assert Report.from_json(snapshot.content).recommendation == "go"
        assert (kept.target, kept.tier, kept.at) == (date(2026, 12, 9), "medium", house.clock.now())


def test_the_owner_alone_makes_the_call(db: Database, house: House, release: Callable[[Session], Release]) -> None:
    with db.transaction() as session:
        for person, refusal in (
            (BOB, "Product ops keeps the process and has no vote. The call on Atlas is Alice's alone."),
            (FRANK, "The call on Atlas is Alice's alone."),
            (CHARLIE, "The call on Atlas is Alice's alone."),
            ("U0NOBODY", "do not know you"),
        ):
            with pytest.raises(UserError, match=refusal):
                call(session, house, release(session), Saying("go"), by=person)
        assert session.scalars(select(Call)).all() == []


def test_a_low_release_needs_no_call(db: Database, house: House) -> None:
    with db.transaction() as session, pytest.raises(UserError, match="needs no call: its four answers are enough"):
        call(session, house, register(session, house, facts=()), Saying("go"))


def test_going_against_a_hold_becomes_a_decision_of_its_class(db: Database, house: House) -> None:
    house = replace(house, links=app.LINKS)
    with db.transaction() as session:
        release = register(session, house)
        with pytest.raises(FieldErrors) as refused:
            call(session, house, release, Saying("go", "x" * 49))
        assert set(refused.value.fields) == {"reason", "risk_owner"}
        found = call(session, house, release, Saying("go", REASON, FRANK))
        entry = session.scalars(select(Decision)).one()
    assert found.call is not None
    assert (found.call.risk_owner, found.call.decision) == ("Frank", "D-1")
    assert (entry.decider, entry.why, entry.source) == (ALICE, REASON, "the call on Atlas")
    assert entry.decision == "let Atlas go out on Wed 9 Dec 2026 although the advice is to hold"
    assert entry.missing == ["reversibility", "review date"]
    card = promised(db, "release.card")[0].text
    assert f"Alice said go on Wed 25 Nov 2026, 10:00. The advice was: hold.\n“{REASON}”" in card
    assert "Frank answers for the risk. In the decision log: D-1." in card


def test_after_its_day_it_is_not_decided_that_it_goes_out_on_that(db: Database, house: House) -> None:
    with db.transaction() as session:
        release = register(session, house)
        house = at(replace(house, links=app.LINKS), berlin(10, 10, month=12))
        call(session, house, release, Saying("go", REASON, FRANK, date(2026, 12, 11)))
        entry = session.scalars(select(Decision)).one()
    assert entry.decision == "let Atlas go out although the advice is to hold"
    assert "Let it go out all the same" in entry.options


def test_two_calls_against_the_advice_are_two_decisions(db: Database, house: House) -> None:
    house = replace(house, links=app.LINKS)
    with db.transaction() as session:
        release = register(session, house)
        call(session, house, release, Saying("go", REASON, FRANK))
        call(session, house, release, Saying("hold"))
        call(session, house, release, Saying("go", f"{REASON} Really.", FRANK))
        assert len(session.scalars(select(Decision)).all()) == 2


def test_an_unknown_person_answers_for_no_risk(db: Database, house: House) -> None:
    with db.transaction() as session, pytest.raises(FieldErrors, match="do not know this person"):
        call(session, house, register(session, house), Saying("go", REASON, "U0NOBODY"))


def test_a_hold_against_the_advice_needs_no_reason(
    db: Database, house: House, release: Callable[[Session], Release]
) -> None:
    with db.transaction() as session:
        found = call(session, house, release(session), Saying("hold"))
        assert found.call is not None and found.call.decision == ""
    assert promised(db, "release.card")[0].text.startswith("Atlas: 🔴 On hold")


def test_a_call_can_be_changed_until_it_is_live(
    db: Database, house: House, release: Callable[[Session], Release]
) -> None:
    with db.transaction() as session:
        for said in ("hold", "go"):
            call(session, house, release(session), Saying(said))
        assert [each.said for each in session.scalars(select(Call).order_by(Call.id))] == ["hold", "go"]
        rollout.live(session, house, ERIN, str(release(session).id))
        with pytest.raises(UserError, match="is live already, so there is nothing left to call"):
            call(session, house, release(session), Saying("hold"))


def test_a_call_on_an_advice_that_has_changed_is_shown_again(
    db: Database, house: House, release: Callable[[Session], Release]
) -> None:
    with db.transaction() as session:
        sign(session, house, release(session), "not ready", "The macros are wrong", version=1)
        atlas = release(session)
        with pytest.raises(Changed, match="it was 🟢 Go, and is 🔴 Hold"):
            calling.call(session, house, ALICE, str(atlas.id), atlas.version, "go", Saying("go"))
        with pytest.raises(Changed, match="somebody changed Atlas"):
            calling.call(session, house, ALICE, str(atlas.id), atlas.version - 1, "hold", Saying("hold"))


# Conditions.


def test_risks_and_late_items_become_conditions_with_somebody_and_a_day(
    db: Database, house: House, clock: StoppedClock
) -> None:
    with db.transaction() as session:
        atlas = register(session, house)
        settle_everything(session, house, atlas)
        sign(session, house, atlas, "ready with risk", "Nobody on Sunday", version=1, risk_owner=DANA)
        clock.turn(timedelta(days=13))
        with pytest.raises(FieldErrors) as refused:
            call(session, house, atlas, Saying("go"))
        assert set(refused.value.fields) == {"said", "until"}
        call(session, house, atlas, Saying("go with conditions", until=date(2026, 12, 11)))
        kept = session.scalars(select(Call)).one()
        bound = conditions_of(session, house, [atlas.id])[kept.id]
    assert [(each.text, each.owner, each.until.isoformat(), each.item_id) for each in bound] == [
        ("Nobody on Sunday", DANA, "2026-12-15", None),
        ("3 Release note", BOB, "2026-12-11", 3),
    ]
    card = promised(db, "release.card")[0].text
    assert "☐ Nobody on Sunday – Dana, until Tue 15 Dec\n☐ 3 Release note – Bob, until Fri 11 Dec" in card


def test_an_owner_may_add_a_condition_of_their_own(
    db: Database, house: House, release: Callable[[Session], Release]
) -> None:
    with db.transaction() as session:
        own = Saying("go with conditions", "Watch the error rate", ERIN, date(2026, 12, 10))
        found = call(session, house, release(session), own)
        assert found.call is not None
        assert [(each.text, each.owner, each.until) for each in found.call.conditions] == [
            ("Watch the error rate", "Erin", "2026-12-10")
        ]


# Vetoes.


def test_nobody_can_let_go_what_a_function_with_a_veto_holds(db: Database, house: House) -> None:
    house = replace(house, definitions=definitions(**VETO))
    with db.transaction() as session:
        atlas = register(session, house)
        settle_everything(session, house, atlas)
        assert check(session, house, ALICE, atlas).held_by == ("Security",)
        with pytest.raises(FieldErrors, match="Security can hold this release, and does"):
            call(session, house, atlas, Saying("go", REASON, FRANK))
        _signs(session, house, atlas, "ready")
        assert check(session, house, ALICE, atlas).held_by == ("Security",), "its own gate is open"
        done(session, house, atlas, 7, by=GRACE)
        assert check(session, house, ALICE, atlas).held_by == ()
        call(session, house, atlas, Saying("go"))
        _signs(session, house, atlas, "not ready", 1)
        with pytest.raises(UserError, match="Security can hold Atlas, and does"):
            rollout.live(session, house, ALICE, str(atlas.id))
    assert "Security can hold it, and does: nobody else can let it go." in promised(db, "release.card")[0].text


def test_a_hold_can_be_said_of_what_is_held(db: Database, house: House) -> None:
    house = replace(house, definitions=definitions(**VETO))
    with db.transaction() as session:
        assert call(session, house, register(session, house), Saying("hold")).call is not None


@pytest.mark.parametrize("state", ["waived", "not applicable"])
def test_only_its_own_people_waive_the_gate_of_a_function_with_a_veto(db: Database, house: House, state: str) -> None:
    house = replace(house, definitions=definitions(**VETO))

    def waive(session: Session, person: str) -> None:
        items.update(session, house, person, str(atlas.id), "7", 0, Standing(state, "", "We saw it", TARGET))

    with db.transaction() as session:
        atlas = register(session, house)
        with pytest.raises(FieldErrors, match="Only people of Security can set this aside"):
            waive(session, ALICE)
        waive(session, GRACE)


# What the call counts for.


def test_a_go_counts_for_its_day_and_its_tier(
    db: Database, house: House, release: Callable[[Session], Release]
) -> None:
    with db.transaction() as session:
        atlas = release(session)
        call(session, house, atlas, Saying("go"))
        for field, value in (("target", date(2026, 12, 10)), ("tier_set", "high")):
            before = getattr(atlas, field)
            setattr(atlas, field, value)
            session.flush()
            found = check(session, house, ALICE, atlas)
            assert not found.lets_go
            with pytest.raises(UserError, match="Nobody has said go for Atlas on"):
                rollout.live(session, house, ERIN, str(atlas.id))
            setattr(atlas, field, before)
            session.flush()
        atlas.tier_set = "low"
        session.flush()
        assert check(session, house, ALICE, atlas).lets_go


def test_calls_of_another_workspace_are_not_made(db: Database, house: House) -> None:
    elsewhere = replace(house, workspace_id="T0OTHER")
    with db.transaction() as session:
        atlas = register(session, house)
        with pytest.raises(UserError, match="do not know that release"):
            calling.call(session, elsewhere, ALICE, str(atlas.id), 1, "hold", Saying("hold"))
        assert model.names(session, elsewhere) == {}


def test_answers_that_are_given_later_do_not_take_a_go_back(db: Database, house: House) -> None:
    with db.transaction() as session:
        atlas = register(session, house)
        call(session, house, atlas, Saying("go", REASON, FRANK))
        found = flow.answer(session, house, ALICE, str(atlas.id), atlas.version, ANSWERS)
        assert found.lets_go


def _signs(session: Session, house: House, release: Release, said: str, version: int = 0) -> None:
    risk = "" if said == "ready" else "The review found a hole"
    signing.sign_off(session, house, GRACE, str(release.id), "security", version, Answer(said, risk))


def test_what_went_out_without_a_word_of_its_owner_s_gets_its_call_afterwards(db: Database, house: House) -> None:
    with db.transaction() as session:
        release = registering.hotfix(session, house, ALICE, brief())
        flow.answer(session, house, ALICE, str(release.id), release.version, ANSWERS)
        with pytest.raises(FieldErrors, match="To take it back, stop it"):
            call(session, house, release, Saying("hold"))
        found = call(session, house, release, Saying("go"))
        assert (release.state, found.call and found.call.said) == ("live", "go")
        with pytest.raises(UserError, match="is live already"):
            call(session, house, release, Saying("go"))
