"""Live, stopped, cancelled, and what went out first as a hotfix."""

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from bot import app
from bot.db import Database
from bot.decisions.model import Decision
from bot.definitions import DecisionRules
from bot.errors import FieldErrors, UserError
from bot.house import House
from bot.releases import ahead, flow, items, messages, register, rollout, signing
from bot.releases.card import check
from bot.releases.items import Standing
from bot.releases.model import Release
from bot.releases.report import Report
from bot.releases.rule import Saying
from bot.releases.signing import Answer
from tests.decisions.classes import RULES as CLASSES
from tests.fakes import StoppedClock, promised
from tests.people import ALICE, BOB, CHARLIE
from tests.releases import launch
from tests.releases.launch import ANSWERS, ERIN, FRANK, brief, call, settle_everything

WHY = "Every tenth invoice is wrong"


def called(session: Session, house: House) -> Release:
    """Atlas, with a go."""
    release = launch.register(session, house)
    settle_everything(session, house, release)
    call(session, house, release, Saying("go"))
    return release


def live(session: Session, house: House, release: Release, by: str = ERIN) -> Report:
    return rollout.live(session, house, by, str(release.id))


def stop(session: Session, house: House, release: Release, by: str = ERIN) -> Report:
    return rollout.stop(session, house, by, str(release.id), WHY)


# Live.


@pytest.mark.parametrize("person", [ALICE, ERIN])
def test_its_owner_or_engineering_says_that_it_is_live(db: Database, house: House, person: str) -> None:
    with db.transaction() as session:
        found = live(session, house, called(session, house), person)
    assert (found.state, found.ended and found.ended.on) == ("live", "2026-11-25")


@pytest.mark.parametrize("person", [BOB, CHARLIE, FRANK])
def test_nobody_else_says_so(db: Database, house: House, person: str) -> None:
    with db.transaction() as session:
        release = called(session, house)
        with pytest.raises(UserError, match="for engineering, or for the owner of Atlas, Alice"):
            live(session, house, release, person)


def test_without_a_go_it_is_refused_and_said_how(db: Database, house: House) -> None:
    with db.transaction() as session:
        release = launch.register(session, house)
        settle_everything(session, house, release)
        refusal = "Nobody has said go for Atlas on Wed 9 Dec. Alice makes the call: `/launch-ready atlas call`."
        for said in ("", "hold"):
            if said:
                call(session, house, release, Saying(said))
            with pytest.raises(UserError, match=refusal):
                live(session, house, release)


def test_a_low_release_needs_only_its_answers(db: Database, house: House) -> None:
    with db.transaction() as session:
        release = launch.register(session, house, facts=())
        with pytest.raises(UserError, match="Low asks only for the four answers"):
            live(session, house, release)
        flow.answer(session, house, ALICE, str(release.id), 1, ANSWERS)
        assert live(session, house, release).state == "live"


def test_what_is_live_is_not_live_twice_and_does_not_change(db: Database, house: House) -> None:
    with db.transaction() as session:
        release = called(session, house)
        live(session, house, release)
        with pytest.raises(UserError, match="Atlas is live already"):
            live(session, house, release)
        with pytest.raises(UserError, match="Atlas is live already"):
            rollout.cancel(session, house, ALICE, str(release.id), "Too late")


# Stopped.


def test_engineering_stops_it_and_only_a_new_call_lets_it_go_on(db: Database, house: House) -> None:
    classes = [*CLASSES["classes"], CLASSES["classes"][0] | {"id": "roll-back", "topics": ["roll back"]}]
    house = replace(
        house,
        links=app.LINKS,
        definitions=replace(house.definitions, decisions=DecisionRules.model_validate({"classes": classes})),
    )
    with db.transaction() as session:
        release = called(session, house)
        live(session, house, release)
        found = stop(session, house, release)
        assert (found.state, found.lets_go) == ("stopped", False)
        entry = session.scalars(select(Decision)).one()
        assert (entry.decision, entry.why) == ("stop the rollout of Atlas", WHY)
        assert (entry.decider, entry.class_id) == (ERIN, "roll-back")
        assert entry.source == "stopping Atlas"
        with pytest.raises(UserError, match="It goes on with a new call, which Alice makes"):
            live(session, house, release)
        call(session, house, release, Saying("hold"))
        assert release.state == "stopped"
        call(session, house, release, Saying("go"))
        assert live(session, house, release).state == "live"
    texts = [each.text for each in promised(db, "release.thread")]
    assert f"Erin stopped the rollout: {WHY}\nIt goes on with a new call, which Alice makes." in texts


def test_it_is_stopped_at_any_time_after_the_go(db: Database, house: House) -> None:
    with db.transaction() as session:
        release = launch.register(session, house)
        with pytest.raises(UserError, match="Nothing to stop"):
            stop(session, house, release)
        settle_everything(session, house, release)
        call(session, house, release, Saying("go"))
        stop(session, house, release)
        with pytest.raises(UserError, match="Nothing to stop"):
            stop(session, house, release)
    assert f"Erin stopped it on Wed 25 Nov 2026: {WHY}" in promised(db, "release.card")[0].text


def test_a_low_release_that_was_stopped_goes_on_with_a_call_too(db: Database, house: House) -> None:
    with db.transaction() as session:
        release = launch.register(session, house, facts=())
        flow.answer(session, house, ALICE, str(release.id), 1, ANSWERS)
        live(session, house, release)
        stop(session, house, release)
        with pytest.raises(UserError, match="It goes on with a new call, which Alice makes"):
            live(session, house, release)
        card = messages.card(house, check(session, house, ALICE, release))
        assert "needs no call" not in card.text
        assert "Make the call" in str(card.blocks)
        call(session, house, release, Saying("go"))
        assert live(session, house, release).state == "live"


@pytest.mark.parametrize("person", [BOB, CHARLIE, FRANK])
def test_who_is_neither_of_engineering_nor_its_owner_stops_nothing(db: Database, house: House, person: str) -> None:
    with db.transaction() as session:
        release = called(session, house)
        with pytest.raises(UserError, match="for engineering"):
            stop(session, house, release, person)


@pytest.mark.parametrize("because", ["", " ", "x" * 301])
def test_stopping_and_cancelling_need_a_reason(db: Database, house: House, because: str) -> None:
    with db.transaction() as session:
        release = called(session, house)
        for verb in (rollout.stop, rollout.cancel):
            with pytest.raises(FieldErrors) as refused:
                verb(session, house, ALICE, str(release.id), because)
            assert list(refused.value.fields) == ["because"]


# Cancelled.


def test_what_is_cancelled_says_why_and_asks_for_nothing_more(db: Database, house: House) -> None:
    with db.transaction() as session:
        release = launch.register(session, house)
        rollout.cancel(session, house, FRANK, str(release.id), "Nobody wants it")
        id = str(release.id)
        acts: tuple[Callable[[], Report], ...] = (
            lambda: flow.answer(session, house, ALICE, id, release.version, ANSWERS),
            lambda: items.update(session, house, CHARLIE, id, "2", 0, Standing("in work")),
            lambda: signing.sign_off(session, house, CHARLIE, id, "support", 0, Answer("ready")),
            lambda: call(session, house, release, Saying("hold")),
            lambda: live(session, house, release),
        )
        for act in acts:
            with pytest.raises(UserError, match="Atlas is cancelled"):
                act()
        assert "No release is planned" in str(ahead.coming(session, house, ALICE).payload()["text"])
        assert ahead.obligations(session, house, CHARLIE) == []
        assert ahead.digest_section(session, house, release.target, release.target).lines == ()
    card, line = promised(db)
    assert card.text.startswith("Atlas: ⚪ Cancelled\nFrank cancelled it on Wed 25 Nov 2026: Nobody wants it")
    assert not any(block["type"] == "actions" for block in card.blocks)
    assert line.text == "Frank cancelled it: Nobody wants it"


def test_product_ops_cancels_nothing(db: Database, house: House) -> None:
    with db.transaction() as session:
        release = launch.register(session, house)
        with pytest.raises(UserError, match=r"has no vote\. Only Alice, who owns Atlas, or Frank can cancel it"):
            rollout.cancel(session, house, BOB, str(release.id), "Nobody wants it")


# Hotfixes.


def test_a_hotfix_is_live_at_once_and_owes_four_answers_within_a_working_day(
    db: Database, house: House, clock: StoppedClock
) -> None:
    clock.turn(timedelta(days=2))
    with db.transaction() as session:
        release = register.hotfix(session, house, ERIN, brief(facts=("terms",), target="", confidence=""))
        found = check(session, house, ALICE, release)
        assert (found.state, found.tier, found.hotfix, found.target) == ("live", "high", True, "2026-11-27")
        assert [(gate.id, gate.due, gate.people) for gate in found.gates] == [(1, "2026-11-30", "Alice")]
        assert (found.sign_offs, found.advisory, found.look_back) == ((), (), ("2026-11-28",))
    card, line = promised(db)
    assert "A hotfix, live since Fri 27 Nov 2026, says Erin.\nThe four answers are due Mon 30 Nov." in card.text
    assert line.text == "Live, as a hotfix, says Erin.\n[This surprised me]"
    with db.transaction() as session:
        found = flow.answer(session, house, ALICE, str(release.id), 1, ANSWERS)
        assert (found.gates, found.missing_answers) == ((), ())


def test_a_hotfix_can_be_stopped(db: Database, house: House) -> None:
    with db.transaction() as session:
        release = register.hotfix(session, house, ERIN, brief())
        assert stop(session, house, release).state == "stopped"
