"""A release from its registration to the advice to go, and everything that is refused on the way."""

import re
from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import pytest
from sqlalchemy.orm import Session

from bot.db import Database
from bot.definitions import ReleaseDefinition
from bot.errors import Changed, FieldErrors, UserError
from bot.house import House, Panel
from bot.releases import ahead, flow, items, messages, model, moving, report, signing, tiering
from bot.releases.card import check
from bot.releases.items import Standing
from bot.releases.moving import Move
from bot.releases.report import Report
from bot.releases.signing import Answer
from bot.releases.stated import keep_in_step
from tests.fakes import StoppedClock, make_house, promised
from tests.people import ALICE, BOB, CHARLIE, LAUNCHES
from tests.releases.launch import (
    ANSWERS,
    DANA,
    ERIN,
    GRACE,
    SUMMARY,
    TARGET,
    definitions,
    done,
    introduce,
    register,
    rules,
    settle_everything,
    sign,
)

HOSTILE = "<!channel> @here *_~`|` <@U0BOB> &amp; :smile: \u202egnp.exe"


def test_a_new_release_waits_for_everything(db: Database, house: House) -> None:
    with db.transaction() as session:
        found = check(session, house, ALICE, register(session, house))
    assert (found.tier, found.recommendation) == ("medium", "hold")
    assert [(gate.id, gate.people, gate.due) for gate in found.gates] == [
        (1, "Alice", "2026-12-02"),
        (2, "Charlie", "2026-12-04"),
        (5, "Alice", "2026-12-08"),
    ]
    assert [item.id for item in found.advisory] == [3]


def test_a_release_with_everything_settled_may_go(db: Database, house: House) -> None:
    with db.transaction() as session:
        release = register(session, house)
        settle_everything(session, house, release)
        assert check(session, house, ALICE, release).recommendation == "go"


def test_a_risk_and_a_late_advisory_item_become_conditions(db: Database, house: House, clock: StoppedClock) -> None:
    with db.transaction() as session:
        release = register(session, house)
        settle_everything(session, house, release)
        sign(session, house, release, "ready with risk", "Nobody on Sunday; Dana is on call until Tuesday", version=1)
        clock.turn(timedelta(days=13))
        found = check(session, house, ALICE, release)
    assert found.recommendation == "go with conditions"
    (card,) = promised(db, "release.card")
    assert "Nobody on Sunday" in card.text
    assert "Late: 3 Release note (Bob)" in card.text


def test_not_ready_holds_although_every_box_is_ticked(db: Database, house: House) -> None:
    with db.transaction() as session:
        release = register(session, house)
        settle_everything(session, house, release)
        sign(session, house, release, "not ready", "The macros are wrong", version=1)
        assert check(session, house, ALICE, release).recommendation == "hold"


@pytest.mark.proves("F6")
@pytest.mark.parametrize(
    ("field", "changes"),
    [
        ("name", {"name": " "}),
        ("name", {"name": "🚀"}),
        ("name", {"name": "New"}),
        ("name", {"name": "help!"}),
        ("name", {"name": "x" * 81}),
        ("target", {"target": ""}),
        ("target", {"target": "2026-02-30"}),
        ("target", {"target": "2026-11-24"}),
        ("target", {"target": "2029-01-01"}),
        ("confidence", {"confidence": "certain"}),
        ("summary", {"summary": " "}),
        ("summary", {"summary": "x" * 501}),
        ("facts", {"facts": ("asked", "gone")}),
        ("owner", {"owner": "U0NOBODY"}),
        ("owner", {"owner": BOB}),
    ],
)
def test_a_brief_that_does_not_fit_is_refused_at_its_field(
    db: Database, house: House, field: str, changes: dict[str, Any]
) -> None:
    with db.transaction() as session, pytest.raises(FieldErrors) as refused:
        register(session, house, **changes)
    assert list(refused.value.fields) == [field]


def test_everything_wrong_in_a_brief_is_said_at_once(db: Database, house: House) -> None:
    with db.transaction() as session, pytest.raises(FieldErrors) as refused:
        register(session, house, name="", target="", summary="", confidence="", owner="")
    assert set(refused.value.fields) == {"name", "target", "summary", "confidence", "owner"}


def test_names_are_taken_whatever_their_capitals_and_signs(db: Database, house: House) -> None:
    with db.transaction() as session:
        register(session, house, name="Billing v2.0")
        with pytest.raises(FieldErrors, match=r"“Billing v2\.0” already"):
            register(session, house, name="billing V2 0")


def test_another_workspace_has_its_own_names_and_cannot_touch_ours(db: Database, house: House) -> None:
    elsewhere = make_house(db, clock=house.clock, definitions=house.definitions, workspace_id="T0OTHER")
    with db.transaction() as session:
        ours = register(session, house)
        introduce(session, elsewhere)
        with pytest.raises(UserError, match="no release called"):
            flow.find(session, elsewhere, "Atlas")
        for act in _acts(session, elsewhere, str(ours.id)):
            with pytest.raises(UserError, match="do not know that release"):
                act()
        assert "No release is planned" in str(ahead.coming(session, elsewhere, ALICE).payload()["text"])
        assert ahead.obligations(session, elsewhere, CHARLIE) == []
        assert ahead.digest_section(session, elsewhere, ours.target, ours.target).lines == ()
        theirs = register(session, elsewhere)
        assert theirs.id != ours.id


@pytest.mark.parametrize("id", ["", "0", "-1", "1e3", "²", "9" * 40, "1; DROP TABLE release"])
def test_an_id_that_is_none_is_refused_in_words(db: Database, house: House, id: str) -> None:
    with db.transaction() as session:
        register(session, house)
        for act in _acts(session, house, id):
            with pytest.raises(UserError, match="do not know that release"):
                act()


def test_a_name_is_found_in_any_spelling_and_by_its_beginning(db: Database, house: House) -> None:
    with db.transaction() as session:
        release = register(session, house, name="Split invoices")
        for words in ("split invoices", "SPLIT-INVOICES", "split_invoices", "Split"):
            assert flow.find(session, house, words) is release


def test_an_unknown_name_is_answered_with_the_nearest(db: Database, house: House) -> None:
    with db.transaction() as session:
        register(session, house)
        with pytest.raises(UserError, match="Did you mean `atlas`"):
            flow.find(session, house, "atlsa")


# The four questions.


@pytest.mark.proves("R48", "F6")
def test_answers_that_say_nothing_are_refused_each_at_its_field(db: Database, house: House) -> None:
    with db.transaction() as session:
        release = register(session, house)
        with pytest.raises(FieldErrors) as refused:
            flow.answer(session, house, ALICE, str(release.id), 1, ANSWERS | {"rollback": " flag off ", "audience": ""})
    assert set(refused.value.fields) == {"rollback", "audience"}


@pytest.mark.proves("R48")
def test_a_few_words_do_where_little_is_at_stake(db: Database, house: House) -> None:
    with db.transaction() as session:
        release = register(session, house, facts=())
        found = flow.answer(session, house, ALICE, str(release.id), 1, dict.fromkeys(ANSWERS, "ok"))
        assert (found.tier, found.recommendation) == ("low", "go")
        with pytest.raises(FieldErrors):
            flow.answer(session, house, ALICE, str(release.id), 2, dict.fromkeys(ANSWERS, " "))


def test_an_answer_that_is_too_long_is_refused(db: Database, house: House) -> None:
    with db.transaction() as session:
        release = register(session, house)
        with pytest.raises(FieldErrors, match="under 400"):
            flow.answer(session, house, ALICE, str(release.id), 1, ANSWERS | {"changes": "x" * 401})


def test_only_the_owner_and_product_ops_answer_for_a_release(db: Database, house: House) -> None:
    with db.transaction() as session:
        release = register(session, house)
        with pytest.raises(UserError, match="answered by its owner, Alice"):
            flow.answer(session, house, CHARLIE, str(release.id), 1, ANSWERS)
        flow.answer(session, house, BOB, str(release.id), 1, ANSWERS)


def test_of_two_people_who_answer_at_once_the_second_is_told(db: Database, house: House) -> None:
    with db.transaction() as session:
        release = register(session, house)
        flow.answer(session, house, ALICE, str(release.id), 1, ANSWERS)
        with pytest.raises(Changed):
            flow.answer(session, house, BOB, str(release.id), 1, ANSWERS | {"audience": "Nobody at all, I would say"})
        assert release.audience == ANSWERS["audience"]


# Items.


def test_the_people_of_an_item_and_the_release_owner_update_it(db: Database, house: House) -> None:
    with db.transaction() as session:
        release = register(session, house)
        ids = {
            person: [item.id for item in items.updatable(session, house, person, release)]
            for person in (ALICE, BOB, CHARLIE)
        }
    assert ids == {ALICE: [2, 3], BOB: [3], CHARLIE: [2]}


def test_nobody_updates_what_is_not_theirs(db: Database, house: House) -> None:
    with db.transaction() as session:
        release = register(session, house)
        for item in ("3", "1", "5", "6", "99", "x", ""):
            with pytest.raises(FieldErrors) as refused:
                _update(session, house, release.id, item=item)
            assert list(refused.value.fields) == ["item"]


def test_who_has_no_item_is_told_who_has(db: Database, house: House) -> None:
    with db.transaction() as session:
        release = register(session, house, facts=())
        with pytest.raises(UserError, match="or by Alice"):
            items.updatable(session, house, CHARLIE, release)


@pytest.mark.proves("F7")
@pytest.mark.parametrize(
    ("field", "values"),
    [
        ("state", {"state": ""}),
        ("state", {"state": "finished"}),
        ("evidence", {"state": "done", "evidence": ""}),
        ("evidence", {"state": "done", "evidence": "all of them came"}),
        ("evidence", {"state": "done", "evidence": "http://"}),
        ("evidence", {"state": "in work", "evidence": "x" * 501}),
        ("reason", {"state": "waived", "reason": " "}),
        ("reason", {"state": "not applicable"}),
        ("reason", {"state": "waived", "reason": "x" * 301}),
        ("until", {"state": "waived", "reason": "No time", "until": ""}),
        ("until", {"state": "waived", "reason": "No time", "until": "2026-11-24"}),
        ("until", {"state": "waived", "reason": "No time", "until": "2027-02-24"}),
    ],
)
def test_an_item_keeps_its_rules(db: Database, house: House, field: str, values: dict[str, Any]) -> None:
    with db.transaction() as session:
        release = register(session, house)
        with pytest.raises(FieldErrors) as refused:
            _update(session, house, release.id, **values)
    assert list(refused.value.fields) == [field]


@pytest.mark.proves("F7")
@pytest.mark.parametrize("evidence", ["https://x.io", "Everybody read it on Monday."])
def test_a_link_or_a_whole_sentence_is_evidence(db: Database, house: House, evidence: str) -> None:
    with db.transaction() as session:
        release = register(session, house)
        found = _update(session, house, release.id, state="done", evidence=evidence)
    assert 2 not in [gate.id for gate in found.gates]


def test_a_waived_gate_does_not_hold_but_stays_in_sight(db: Database, house: House) -> None:
    with db.transaction() as session:
        release = register(session, house)
        _update(session, house, release.id, state="waived", reason="Support wrote it")
        check(session, house, ALICE, release)
    (card,) = promised(db, "release.card")
    assert "2 Support has been briefed – waived until Wed 9 Dec by Charlie: Support wrote it" in card.text


def test_of_two_people_who_update_an_item_at_once_the_second_is_told_how_it_stands(db: Database, house: House) -> None:
    with db.transaction() as session:
        release = register(session, house)
        _update(session, house, release.id, state="in work")
        with pytest.raises(Changed, match="Charlie set 2 Support has been briefed to: in work"):
            _update(session, house, release.id, by=ALICE, state="waived", reason="No time")
        _update(session, house, release.id, version=1, by=ALICE, state="waived", reason="No time")
        with pytest.raises(Changed, match="Alice set 2"):
            _update(session, house, release.id, version=1, state="done", evidence="https://x.io")


def test_a_version_that_was_never_there_overwrites_nothing(db: Database, house: House) -> None:
    with db.transaction() as session:
        release = register(session, house)
        with pytest.raises(Changed, match="not started"):
            _update(session, house, release.id, version=7, state="in work")


def test_an_item_is_open_since_it_was_opened_again(db: Database, house: House, clock: StoppedClock) -> None:
    with db.transaction() as session:
        release = register(session, house)
        done(session, house, release, 2)
        clock.turn(timedelta(days=3))
        _update(session, house, release.id, version=1, state="in work")
        clock.turn(timedelta(days=2))
        ages = {gate.id: gate.open_days for gate in check(session, house, ALICE, release).gates}
    assert ages == {1: 5, 2: 2, 5: 5}


# Sign-offs.


def test_a_function_signs_off_for_itself(db: Database, house: House) -> None:
    with db.transaction() as session:
        release = register(session, house)
        assert signing.signable(session, house, CHARLIE, release) == "support"
        sign(session, house, release)
        found = check(session, house, ALICE, release)
    assert [(said.function, said.said, said.by) for said in found.sign_offs] == [("Support", "ready", "Charlie")]


def test_neither_the_owner_nor_product_ops_sign_off(db: Database, house: House) -> None:
    """Not even when their own function is asked."""
    asked = [{"function": "product", "tiers": ["medium", "high"]}]
    house = replace(house, definitions=definitions(sign_offs=asked))
    with db.transaction() as session:
        release = register(session, house)
        with pytest.raises(UserError, match="never the owner"):
            signing.signable(session, house, ALICE, release)
        with pytest.raises(UserError, match="no vote"):
            signing.signable(session, house, BOB, release)
        with pytest.raises(UserError, match="signed off by people of Product"):
            signing.sign_off(session, house, CHARLIE, str(release.id), "product", 0, Answer("ready"))


def test_nobody_signs_off_for_another_function(db: Database, house: House) -> None:
    with db.transaction() as session:
        release = register(session, house)
        with pytest.raises(FieldErrors, match="Only people of that function"):
            signing.sign_off(session, house, CHARLIE, str(release.id), "product", 0, Answer("ready"))


def test_a_low_release_needs_no_sign_offs(db: Database, house: House) -> None:
    with db.transaction() as session, pytest.raises(UserError, match="needs no sign-offs"):
        signing.signable(session, house, CHARLIE, register(session, house, facts=()))


@pytest.mark.proves("F7")
@pytest.mark.parametrize(
    ("field", "answer"),
    [
        ("said", {"said": ""}),
        ("said", {"said": "yes"}),
        ("risk", {"said": "not ready", "risk": " "}),
        ("risk", {"said": "ready with risk", "risk": "x" * 401}),
        ("risk_owner", {"said": "ready with risk", "risk": "Sunday", "risk_owner": ""}),
        ("risk_owner", {"said": "ready with risk", "risk": "Sunday", "risk_owner": "U0NOBODY"}),
        ("risk_until", {"said": "ready with risk", "risk": "Sunday", "risk_until": ""}),
        ("risk_until", {"said": "ready with risk", "risk": "Sunday", "risk_until": "2026-11-24"}),
    ],
)
def test_a_sign_off_keeps_its_rules(db: Database, house: House, field: str, answer: dict[str, Any]) -> None:
    with db.transaction() as session:
        release = register(session, house)
        with pytest.raises(FieldErrors) as refused:
            sign(session, house, release, **answer)
    assert list(refused.value.fields) == [field]


def test_of_two_colleagues_who_sign_off_at_once_the_second_is_told(db: Database, house: House) -> None:
    with db.transaction() as session:
        release = register(session, house)
        sign(session, house, release)
        with pytest.raises(Changed):
            signing.sign_off(session, house, DANA, str(release.id), "support", 0, Answer("not ready", "Macros"))


# The card.


def test_the_card_is_posted_once_and_then_edited(db: Database, house: House) -> None:
    with db.transaction() as session:
        register(session, house)
    (card,) = promised(db)
    assert (card.channel, card.kind, card.report_to) == (LAUNCHES, "release.card", ALICE)
    with db.transaction() as session:
        check(session, house, BOB, flow.find(session, house, "atlas"))
    assert [each.id for each in promised(db)] == [card.id]
    with db.transaction() as session:
        release = flow.find(session, house, "atlas")
        settle_everything(session, house, release)
        check(session, house, CHARLIE, release)
    (edited,) = promised(db)
    assert edited.id == card.id
    assert "Atlas: 🟢 Go" in edited.text


def test_what_was_shown_is_kept_and_can_be_shown_again(db: Database, house: House, clock: StoppedClock) -> None:
    with db.transaction() as session:
        release = register(session, house, facts=("terms",))
        _update(session, house, release.id, state="waived", reason="Nobody there")
        check(session, house, ALICE, release)
    (first,) = promised(db)
    clock.turn(timedelta(days=1))
    with db.transaction() as session:
        release = flow.find(session, house, "atlas")
        sign(session, house, release, "ready with risk", "Weekend")
        kept = model.snapshots(session, house, release.id)[-2:]
        again = [messages.card(house, Report.from_json(snapshot.content)) for snapshot in kept]
    (second,) = promised(db)
    assert [message.payload()["text"] for message in again] == [first.text, second.text]
    assert [list(message.blocks) for message in again] == [first.blocks, second.blocks]
    assert [snapshot.asked_by for snapshot in kept] == [ALICE, CHARLIE]


def test_the_card_says_who_has_what_until_when(db: Database, house: House, clock: StoppedClock) -> None:
    with db.transaction() as session:
        release = register(session, house, facts=("terms",))
        clock.turn(timedelta(days=8))
        check(session, house, ALICE, release)
    (card,) = promised(db)
    for words in (
        "Atlas: 🔴 Hold",
        "5 gates are open, 2 overdue.",
        "No sign-off from Support yet.",
        "Alice makes the call.",
        "Tier: high, because of yes to: Does the price change?",
        "Date: Wed 9 Dec 2026, likely, in 6 days",
        "☐ Who needs to know? Not answered yet.",
        "Gates: 0 of 5 settled",
        "• 2 Support has been briefed – Support (Charlie); open 8 days, ⚠ overdue since Wed 2 Dec\n",
        "• 3 Release note – Product (Bob); open 8 days, due Fri 4 Dec\n",
        "• Support: ⚪ not yet (asked: Charlie)",
        "As of Thu 3 Dec 2026, 10:00 (Europe/Berlin).",
        "Look back on Thu 10 Dec 2026, Wed 16 Dec 2026.",
        SUMMARY,
    ):
        assert words in card.text


def test_short_notice_is_said_with_both_numbers(db: Database, house: House) -> None:
    with db.transaction() as session:
        soon = check(session, house, ALICE, register(session, house, target="2026-11-30"))
        check(session, house, ALICE, register(session, house, name="Later"))
    assert (soon.notice, soon.lead_time) == (3, 5)
    hurried, calm = promised(db)
    assert "Short notice: a medium release should be known 5 working days ahead, and this one was 3." in hurried.text
    assert "Short notice" not in calm.text


def test_hostile_words_are_shown_as_they_are_and_notify_nobody(db: Database, house: House) -> None:
    with db.transaction() as session:
        release = register(session, house, name=HOSTILE[:80], summary=HOSTILE)
        flow.answer(session, house, ALICE, str(release.id), 1, dict.fromkeys(ANSWERS, HOSTILE))
        _update(session, house, release.id, state="waived", reason=HOSTILE)
        sign(session, house, release, "not ready", HOSTILE)
        check(session, house, ALICE, release)
    (card,) = promised(db)
    sections = [block["text"] for block in card.blocks if block["type"] == "section"]
    assert HOSTILE in [section["text"] for section in sections]
    headings = {section["text"] for section in sections if section["type"] == "mrkdwn"}
    assert headings == {"*Gates: 2 of 3 settled*", "*Sign-offs*", "*Should be done as well*"}
    assert "<!channel>" not in card.text


def test_a_very_long_card_is_shortened_and_says_so(db: Database, house: House) -> None:
    many = [
        {
            "id": n,
            "title": "x" * 75,
            "owners": ["support"],
            "evidence": "e",
            "levels": {"medium": "gate", "high": "gate"},
        }
        for n in range(1, 101)
    ]
    house = replace(house, definitions=definitions(items=many))
    with db.transaction() as session:
        release = register(session, house, summary="🚀" * 500)
        flow.answer(session, house, ALICE, str(release.id), 1, dict.fromkeys(ANSWERS, "🚀" * 400))
        check(session, house, ALICE, release)
    (card,) = promised(db)
    assert re.search(r"and \d\d more", str(card.blocks))


def test_the_longest_card_there_can_be_is_one_message(db: Database, house: House) -> None:
    def every(number: int, level: str) -> dict[str, Any]:
        owners = [function.id for function in house.definitions.organisation.functions]
        levels = {"medium": level, "high": level}
        return {"id": number, "title": "x" * 75, "owners": owners, "evidence": "e", "levels": levels}

    many = [every(number, "gate" if number % 2 else "advisory") for number in range(1, 101)]
    functions = ("support", "engineering", "security")
    sign_offs = [{"function": each, "tiers": ["medium", "high"]} for each in functions]
    house = replace(house, definitions=definitions(items=many, sign_offs=sign_offs))
    with db.transaction() as session:
        release = register(session, house, name="A" + "🚀" * 79, summary="🚀" * 500)
        flow.answer(session, house, ALICE, str(release.id), 1, dict.fromkeys(ANSWERS, "🚀" * 400))
        for function, person in zip(functions, (CHARLIE, ERIN, GRACE), strict=True):
            risk = Answer("not ready", "🚀" * 400)
            signing.sign_off(session, house, person, str(release.id), function, 0, risk)
        for number in range(1, 30):
            waived = Standing("waived", "", "🚀" * 300, TARGET)
            items.update(session, house, CHARLIE, str(release.id), str(number), 0, waived)
        move = Move("2026-12-16", "2026-12-18", "rough", "🚀" * 300)
        moving.move(session, house, ALICE, str(release.id), release.version, move)
        tiering.set_tier(session, house, ALICE, str(release.id), release.version, "high", "🚀" * 300)
        found = report.compile(session, house, release)
        panel = Panel("Of another room", ("🚀" * 300,) * 40)
        card = messages.card(house, replace(found, panels=(panel, panel, panel)))
    assert "and 40 more" in str(card.blocks)


# Lists, digest, what waits for whom.


def test_the_list_shows_the_next_30_days_in_order(db: Database, house: House) -> None:
    with db.transaction() as session:
        for name, target in (("Far", "2026-12-26"), ("Near", "2026-11-25"), ("Last", "2026-12-25")):
            register(session, house, name=name, target=target)
        lines = str(ahead.coming(session, house, BOB).payload()["text"]).splitlines()
    assert [line.partition(" – ")[0] for line in lines if " – " in line] == ["Near", "Last"]


def test_of_very_many_releases_the_first_are_shown_and_the_others_counted(db: Database, house: House) -> None:
    with db.transaction() as session:
        for number in range(23):
            register(session, house, name=f"Atlas {number}")
        shown = str(ahead.coming(session, house, BOB).payload()["text"])
    assert "Atlas 19 –" in shown and "Atlas 20 –" not in shown
    assert "And 3 more." in shown


def test_the_digest_tells_how_ready_the_coming_releases_are(db: Database, house: House) -> None:
    with db.transaction() as session:
        empty = ahead.digest_section(session, house, in_days(0), in_days(14))
        register(session, house)
        section = ahead.digest_section(session, house, in_days(0), in_days(14))
    assert empty.lines == ()
    assert section.title == "Releases in the next two weeks"
    assert section.lines == ("Atlas, Wed 9 Dec 2026 (likely), medium: 🔴 Hold, 3 gates open",)


def test_open_gates_wait_for_those_in_charge_ten_days_before_they_are_due(
    db: Database, house: House, clock: StoppedClock
) -> None:
    with db.transaction() as session:
        register(session, house)
        titles = {
            person: [each.title for each in ahead.obligations(session, house, person)]
            for person in (ALICE, BOB, CHARLIE, DANA)
        }
        clock.turn(timedelta(days=4))
        later = [(each.title, each.due and each.due.isoformat()) for each in ahead.obligations(session, house, CHARLIE)]
    assert titles == {
        ALICE: ["Release Atlas: the four questions"],
        BOB: [],
        CHARLIE: ["Release Atlas: 2 Support has been briefed"],
        DANA: [],
    }
    assert later == [
        ("Release Atlas: 2 Support has been briefed", "2026-12-04T16:30:00+00:00"),
        ("Release Atlas: Support's sign-off", "2026-12-08T16:30:00+00:00"),
    ]


def test_what_is_settled_waits_for_nobody(db: Database, house: House, clock: StoppedClock) -> None:
    with db.transaction() as session:
        settle_everything(session, house, register(session, house))
        clock.turn(timedelta(days=6))
        assert [ahead.obligations(session, house, person) for person in (ALICE, BOB, CHARLIE)] == [[], [], []]


def test_a_team_without_rules_is_told_so(db: Database, house: House) -> None:
    house = replace(house, definitions=replace(house.definitions, releases=None))
    with db.transaction() as session:
        for act in (lambda: ahead.coming(session, house, ALICE), lambda: flow.find(session, house, "atlas")):
            with pytest.raises(UserError, match=r"`releases\.yaml`"):
                act()
        assert ahead.obligations(session, house, ALICE) == []
        assert ahead.digest_section(session, house, in_days(0), in_days(14)).lines == ()
        keep_in_step(session, house)


def test_a_stranger_is_sent_to_product_ops(db: Database, house: House) -> None:
    with db.transaction() as session:
        release = register(session, house)
        for act in (
            *_acts(session, house, str(release.id), "U0NOBODY"),
            lambda: ahead.coming(session, house, "U0NOBODY"),
        ):
            with pytest.raises(UserError, match="do not know you"):
                act()


# Definitions.


def test_releases_of_the_definitions_are_registered_once(db: Database, house: House) -> None:
    house = _stating(house, name="Atlas", owner=ALICE, date=TARGET, summary=SUMMARY, facts=["asked"])
    for _ in range(2):
        with db.transaction() as session:
            keep_in_step(session, house)
    with db.transaction() as session:
        (release,) = model.planned(session, house, in_days(0), in_days(30))
        assert (release.owner, release.version, release.facts) == (ALICE, 1, ["asked"])


def test_definitions_win_in_what_they_state_and_leave_the_rest(db: Database, house: House) -> None:
    with db.transaction() as session:
        release = register(session, house, facts=("asked",), confidence="firm")
        flow.answer(session, house, ALICE, str(release.id), 1, ANSWERS)
        check(session, house, ALICE, release)
    stating = _stating(
        house,
        name="ATLAS",
        owner=ALICE,
        date="2026-12-16",
        summary=SUMMARY,
        answers={"rollback": "Switch it off, says Alice"},
    )
    with db.transaction() as session:
        keep_in_step(session, stating)
        release = flow.find(session, stating, "atlas")
        assert (release.name, release.target.isoformat(), release.confidence) == ("ATLAS", "2026-12-16", "firm")
        assert release.facts == ["asked"]
        assert release.answers == ANSWERS | {"rollback": "Switch it off, says Alice"}
    card, moved = promised(db)
    assert "Date: Wed 16 Dec 2026" in card.text
    assert moved.text.startswith(
        "Moved from Wed 9 Dec 2026 (firm) to Wed 16 Dec 2026 (firm), because: the definitions say so"
    )


def test_a_release_that_leaves_the_definitions_stays(db: Database, house: House) -> None:
    with db.transaction() as session:
        keep_in_step(session, _stating(house, name="Atlas", owner=ALICE, date=TARGET, summary=SUMMARY))
        keep_in_step(session, house)
        assert flow.find(session, house, "atlas").name == "Atlas"


def in_days(days: int) -> date:
    return date(2026, 11, 25) + timedelta(days=days)


def _stating(house: House, **release: Any) -> House:
    stated = rules().model_copy(update={"releases": (ReleaseDefinition.model_validate(release),)})
    return replace(house, definitions=replace(house.definitions, releases=stated))


def _update(
    session: Session,
    house: House,
    release_id: int,
    *,
    item: str = "2",
    version: int = 0,
    by: str = CHARLIE,
    **values: str,
) -> Report:
    usual = {"state": "in work", "until": TARGET if values.get("state") == "waived" else ""}
    return items.update(session, house, by, str(release_id), item, version, Standing(**(usual | values)))


def _acts(session: Session, house: House, id: str, who: str = ALICE) -> list[Any]:
    return [
        lambda: flow.answer(session, house, who, id, 1, ANSWERS),
        lambda: items.update(session, house, who, id, "2", 0, Standing("in work")),
        lambda: signing.sign_off(session, house, who, id, "support", 0, Answer("ready")),
    ]
