"""Each question with an answer and without one; two people at once; who may; what people wrote stays."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import pytest

from bot import applying
from bot.db import Database
from bot.definitions import Assumption, Assumptions, Definitions, assumed, load_texts
from bot.edits.changes import as_texts, compare
from bot.errors import FieldErrors, UserError
from bot.house import House, OldMeeting
from bot.people.directory import Directory, keep
from bot.presets import PRESETS, Lead, files
from bot.rituals.model import Occurrence
from bot.setup import assuming, flow, model
from bot.setup.composing import compose
from bot.setup.questions import (
    AREAS,
    CORE,
    FRICTION,
    MORE,
    OUTCOME,
    PEOPLE,
    QUESTIONS,
    RITUALS,
    SHAPE,
    Question,
    meetings,
    nothing_known,
    understood,
)
from bot.setup.resolving import Given, relevant_more, resolve
from bot.yamlfile import edited, sample_data
from tests.decisions import classes
from tests.decisions.classes import DANA
from tests.fakes import StoppedClock, make_house
from tests.people import ALICE, BOB
from tests.updates.team import member

TODAY = date(2026, 11, 25)


def texts(preset: str = "starter") -> dict[str, str]:
    found = files(preset, Lead("Acme", "Bob", "bob@example.com", "Europe/Berlin"), TODAY)
    return {name: text for name, text in found.items() if name.endswith(".yaml")}


def parsed(found: Mapping[str, str]) -> Definitions:
    definitions = load_texts(found, "x").definitions
    assert definitions is not None
    return definitions


@pytest.mark.proves("R24", "R25", "F10")
@pytest.mark.parametrize("question", QUESTIONS.values(), ids=list(QUESTIONS))
def test_a_question_has_at_most_five_fields_and_takes_not_knowing(question: Question) -> None:
    assert len(question.fields) <= 5
    assert understood(question, {}) == nothing_known(question) | {
        each.id: [] for each in question.fields if each.kind == "choices" and each.may_be_empty
    }


def test_what_cannot_be_understood_is_said_at_its_field() -> None:
    with pytest.raises(FieldErrors) as refused:
        understood(SHAPE, {"product_managers": ["many"], "model": ["b3b"]})

    assert set(refused.value.fields) == {"product_managers", "model"}


def test_of_two_who_answer_at_once_the_last_is_told_and_both_answers_are_kept(db: Database) -> None:
    house = make_house(db, classes.definitions())
    db.call(keep, house, Directory((member(BOB, "Bob"), member(DANA, "Dana")), ()))
    first = db.call(flow.save, house, DANA, SHAPE, {"product_managers": ["8"]}, seen=0)
    second = db.call(flow.save, house, BOB, SHAPE, {"product_managers": ["9"]}, seen=0)

    assert first.overtaken is None
    assert second.overtaken is not None
    assert (second.overtaken.by, second.overtaken.values["product_managers"]) == (DANA, "8")
    assert db.call(model.answers, house)["shape"].values["product_managers"] == "9"
    third = db.call(flow.save, house, DANA, SHAPE, {}, seen=db.call(model.answers, house)["shape"].id)
    assert third.overtaken is None


def test_once_applied_an_answer_gives_way_to_what_the_files_say_since_then(db: Database) -> None:
    house = make_house(db, parsed(texts()), clock := StoppedClock())
    areas = "Billing, ann@example.com, ben@example.com, #billing"
    people = {"head_of_product": "dana@example.com", "product_ops": "bob@example.com", "sponsor": "dana@example.com"}
    for question, values in ((PEOPLE, people), (AREAS, {"areas": areas}), (SHAPE, {"stage": "growing"})):
        db.call(model.keep, house, question.id, nothing_known(question) | values, "bob@example.com")
    given = db.call(flow.stand, house)
    composed = compose(given.resolved, texts(), house.definitions, TODAY, str, has_begun=False).texts
    clock.turn(timedelta(hours=1))
    db.call(model.finish, house, "bob@example.com", 2)

    changed = dict(composed)
    changed["organisation.yaml"] = edited(changed["organisation.yaml"], since_then)
    later = replace(house, definitions=parsed(changed))
    db.call(model.keep, later, SHAPE.id, nothing_known(SHAPE) | {"stage": "established"}, "bob@example.com")
    found = db.call(flow.stand, later)

    assert flow.initial(found, PEOPLE)["head_of_product"] == "erin@example.com"
    assert flow.initial(found, AREAS)["areas"] == "Billing, zoe@example.com, ben@example.com, #billing"
    after = parsed(compose(found.resolved, changed, later.definitions, TODAY, str, has_begun=True).texts)
    assert [each.ref for each in after.organisation.with_role("head_of_product")] == ["erin@example.com"]
    assert [each.owner for each in after.organisation.areas] == ["zoe@example.com"]
    assert after.organisation.profile is not None
    assert after.organisation.profile.stage == "established", "what is answered since counts"


def since_then(data: Any) -> None:
    """Erin has become head of product, and Billing has gone to Zoe."""
    for person in data["people"]:
        if person["email"] == "dana@example.com":
            person["roles"] = []
    for name, role in (("erin", "head_of_product"), ("zoe", "product_manager")):
        data["people"].append({"name": name, "email": f"{name}@example.com", "function": "product", "roles": [role]})
    data["areas"][0]["owner"] = "zoe@example.com"


def test_only_who_sets_up_may(db: Database) -> None:
    house = make_house(db, classes.definitions())
    db.call(keep, house, Directory((member(ALICE, "Alice"), member(BOB, "Bob"), member(DANA, "Dana")), ()))

    for slack_id in (BOB, DANA):
        db.call(flow.require_setter, house, slack_id)
    with pytest.raises(UserError, match="Ask Bob"):
        db.call(flow.require_setter, house, ALICE)


def test_a_proposal_is_not_applied_over_a_version_that_came_meanwhile(db: Database) -> None:
    house = make_house(db, classes.definitions())

    with pytest.raises(UserError, match="has come meanwhile"):
        db.call(flow.apply, house, BOB, f"{house.version + 1}:0")


def test_only_its_owner_or_who_sets_up_confirms_an_assumption(db: Database) -> None:
    held = {"what": "organisation.profile.stage", "value": "growing", "owner": BOB, "confirm_by": "2026-12-09"}
    assumptions = Assumptions.model_validate({"assumptions": [held | {"why": "Nobody knew at setup"}]})
    house = make_house(db, replace(classes.definitions(), assumptions=assumptions))
    db.call(keep, house, Directory((member(ALICE, "Alice"), member(BOB, "Bob"), member(DANA, "Dana")), ()))

    with pytest.raises(UserError, match="Ask Bob"):
        db.call(assuming.confirm, house, ALICE, held["what"])


@pytest.mark.proves("R16", "R21", "R29")
def test_nobody_small_is_asked_where_product_ops_sits() -> None:
    definitions = load_texts(texts(), "x").definitions
    assert definitions is not None
    small, large = (
        resolve({"shape": Given({**nothing_known(SHAPE), "product_managers": count}, "x")}, definitions, TODAY, "x")
        for count in ("5", "21")
    )

    assert "model" not in relevant_more(small)
    assert "model" in relevant_more(large)
    assert (small.get(MORE.id, "model"), large.get(MORE.id, "model")) == ("central", "hybrid")
    assert "charter.model.kind" not in {each.what for each in small.assumed}


@pytest.mark.proves("R29")
@pytest.mark.parametrize(
    ("count", "pilot", "kind"),
    [("8", "Billing", "embedded"), ("8", "Billing, Search", "central"), ("8", None, "central"),
     ("5", "Billing", "central"), ("21", "Billing", "hybrid")],
)  # fmt: skip
def test_with_all_the_trouble_in_one_area_product_ops_sits_there(count: str, pilot: str | None, kind: str) -> None:
    given = {
        "shape": Given(nothing_known(SHAPE) | {"product_managers": count}, "x"),
        "areas": Given(nothing_known(AREAS) | {"areas": "Billing\nSearch", "pilot": pilot}, "x"),
    }
    before = texts()
    resolved = resolve(given, parsed(before), TODAY, "bob@example.com")
    charter = parsed(compose(resolved, before, parsed(before), TODAY, str, has_begun=False).texts).charter

    assert charter is not None and charter.model is not None
    assert charter.model.kind == kind
    why = "What breaks most is felt in Billing" if kind == "embedded" else f"{count} product managers"
    assert charter.model.why == why


@pytest.mark.parametrize("start", ["starter", "signal-to-decision", "minimum"])
@pytest.mark.parametrize("chosen", PRESETS)
def test_from_anything_to_anything_the_definitions_have_no_mistakes(start: str, chosen: str) -> None:
    before = texts(start)
    definitions = load_texts(before, "x").definitions
    assert definitions is not None
    resolved = resolve({}, definitions, TODAY, "bob@example.com", chosen=chosen)
    composed = compose(resolved, before, definitions, TODAY, str, has_begun=False)

    after = load_texts(composed.texts, "x")
    assert after.problems == ()
    assert after.definitions is not None
    assert compose(resolved, composed.texts, after.definitions, TODAY, str, has_begun=False).texts == composed.texts


def test_what_a_pulse_is_to_tell_is_counted_until_one_was_asked() -> None:
    definitions = load_texts(texts(), "x").definitions
    assert definitions is not None

    def counted(outcome: str) -> str:
        given = Given({**nothing_known(OUTCOME), "outcomes": [outcome]}, "x")
        return str(resolve({"outcomes": given}, definitions, TODAY, "x").get("outcomes", "baseline"))

    assert counted("less-overhead") == f"counted from {TODAY} to {TODAY + timedelta(days=31)}"
    assert counted("updates-on-time") == f"counted from {TODAY} to {TODAY + timedelta(days=14)}"


def test_what_people_wrote_stays() -> None:
    before = texts()
    before["calendar.yaml"] = before["calendar.yaml"].replace("5 min. What moved", "15 min. What moved")
    before["organisation.yaml"] = f"# Ours\n{before['organisation.yaml']}"
    definitions = load_texts(before, "x").definitions
    assert definitions is not None

    composed = compose(
        resolve({}, definitions, TODAY, "bob@example.com", chosen="less-overhead"),
        before,
        definitions,
        TODAY,
        str,
        has_begun=False,
    )

    assert "15 min. What moved" in composed.texts["calendar.yaml"]
    assert composed.texts["organisation.yaml"].startswith("# Ours\n")


def test_once_rituals_are_held_another_friction_removes_none_of_them(db: Database) -> None:
    house = begun_house(db)
    db.call(flow.save, house, BOB, FRICTION, {"first": ["overhead"]})
    for question in QUESTIONS.values():
        if question is not FRICTION:
            db.call(flow.keep_unknown, house, BOB, question)
    db.call(flow.skip, house, BOB)
    before, kept = texts(), db.call(flow.propose, house).composed.texts

    assert before.keys() <= kept.keys()
    assert ids(before) == ids(kept)
    db.call(flow.choose_preset, house, BOB, "less-overhead")
    assert ids(db.call(flow.propose, house).composed.texts) == ["weekly-product-update"]


def begun_house(db: Database) -> House:
    """The starter, whose weekly update was held once."""
    house = replace(make_house(db, parsed(texts())), version=1)
    now = house.clock.now()
    db.call(applying.begin, house.workspace_id, now, texts())
    db.call(keep, house, Directory((member(BOB, "Bob"),), ()))
    with db.transaction() as session:
        session.add(
            Occurrence(
                workspace_id=house.workspace_id, ritual_id="weekly-product-update", slot="1", day=now.date(),
                opens_at=now, cutoff_at=now, publish_at=now, opened_at=now,
            )
        )  # fmt: skip
    return house


def ids(found: Mapping[str, str]) -> list[str]:
    return [each.id for each in parsed(found).calendar.rituals]


def test_what_is_assumed_of_an_area_beside_its_people_is_called_by_its_path(db: Database) -> None:
    house = make_house(db, classes.definitions())

    assert assuming.label_of(house, "organisation.areas.billing.owner") == "Who owns Billing?"
    for what in ("organisation.areas.billing.forum", "organisation.areas.billing", "organisation.areas.a.b.owner"):
        assert assuming.label_of(house, what) == f"{what}:"


def test_what_somebody_assumed_about_another_measure_or_area_stays() -> None:
    before = texts()
    mine = {"value": "x", "owner": "bob@example.com", "confirm_by": TODAY}
    by_hand = [{"what": what, "why": "A guess"} | mine for what in ("measures.M8.target", "organisation.areas.x.owner")]
    left = {"what": "measures.M4.target", "why": "Nobody knew at setup"} | mine

    def assume(data: Any) -> None:
        data["assumptions"] = [*by_hand, left]

    definitions = parsed(before)
    before["assumptions.yaml"] = edited(before["assumptions.yaml"], assume)
    resolved = resolve({}, definitions, TODAY, "bob@example.com")
    composed = compose(resolved, before, definitions, TODAY, str, has_begun=False)

    found = {each["what"] for each in sample_data(composed.texts["assumptions.yaml"])["assumptions"]}
    assert found >= {each["what"] for each in by_hand}
    assert left["what"] not in found, "an earlier interview left it"


@pytest.mark.proves("R25")
def test_a_value_is_labelled_as_assumed_with_all_that_is_part_of_it() -> None:
    held = Assumption(what="charter.problem", value="x", owner="bob@example.com", confirm_by=TODAY, why="Nobody knew")
    definitions = classes.definitions()
    object.__setattr__(definitions, "assumptions", Assumptions(assumptions=(held,)))

    assert assumed(definitions, "charter.problem.reduce") == "(assumed)"
    assert assumed(definitions, "charter") == "(assumed)", "a part of it is"
    assert assumed(definitions, "charter.problems") == ""


def test_a_meeting_is_a_line_that_says_four_things_and_may_be_a_link() -> None:
    found = meetings(
        {"now": "Status call, weekly, 60 min, 12 people\n\nForum, every month, 30, 8, https://x.example/a,b"}
    )

    assert found == [
        OldMeeting("Status call", "every week", 60, 12),
        OldMeeting("Forum", "every month", 30, 8, "https://x.example/a,b"),
    ]


@pytest.mark.parametrize(
    ("question", "field", "typed", "says"),
    [
        (RITUALS, "now", "Status call, every week, 60, 12\nForum", "Line 2: write name, how often, minutes, people"),
        (RITUALS, "now", "Status call, sometimes, 60, 12", "Line 1: write every week"),
        (RITUALS, "now", "Status call, every week, long, 12", "Line 1: write its minutes"),
        (RITUALS, "now", "Status call, every week, 60, all", "Line 1: write how many people come"),
        (AREAS, "areas", "Billing, a@b.example\n, c@d.example", "Line 2: begin with the area's name"),
        (AREAS, "areas", "Billing\nbilling", "Line 2: billing stands above already"),
        (AREAS, "areas", "Billing, a@b.example, c@d.example, e@f.example", "Line 1: write area, owner, deputy"),
        (AREAS, "areas", "Billing, a@b.example, ?, #Billing", "Line 1: #Billing is no channel"),
        (FRICTION, "examples", "one\ntwo", "Write one line for each"),
        (OUTCOME, "target", "soon", "Write a number with what it counts"),
        (OUTCOME, "baseline", "counted from 2026-12-09 to 2026-11-25", "Write a number with what it counts"),
        (OUTCOME, "by", "2500-01-01", "Write a day"),
        (FRICTION, "own", "x" * 76, "Write at most 75 characters: these are 76"),
        (FRICTION, "examples", "x" * 501, "Line 1: write at most 500 characters"),
        (RITUALS, "hurts", "x" * 301, "Write at most 300 characters: these are 301"),
        (RITUALS, "now", f"Forum, every week, 60, 12, https://{'x' * 300}", "Line 1: write a link of at most 300"),
    ],
)
def test_a_line_that_cannot_be_understood_is_named_at_its_field(
    question: Question, field: str, typed: str, says: str
) -> None:
    with pytest.raises(FieldErrors) as refused:
        understood(question, {"first": ["surprises"], field: [typed]})

    assert list(refused.value.fields) == [field]
    assert refused.value.fields[field].startswith(says)


def test_the_same_friction_is_not_said_twice() -> None:
    with pytest.raises(FieldErrors) as refused:
        understood(FRICTION, {"first": ["surprises"], "second": ["status"], "third": ["surprises"]})

    assert list(refused.value.fields) == ["third"]


@pytest.mark.parametrize("question", QUESTIONS.values(), ids=list(QUESTIONS))
def test_not_knowing_may_be_typed_in_every_field(question: Question) -> None:
    values = understood(question, {each.id: ["?"] for each in question.fields})
    definitions = load_texts(texts(), "x").definitions
    assert definitions is not None

    assert values == nothing_known(question) | {
        each.id: [] for each in question.fields if each.kind == "choices" and each.may_be_empty
    }
    resolve({question.id: Given(values, "bob@example.com")}, definitions, TODAY, "bob@example.com")


@pytest.mark.proves("F10")
def test_five_questions_come_first() -> None:
    assert [each.id for each in CORE] == ["shape", "frictions", "outcomes", "people", "rituals"]


def test_in_how_many_days_something_is_confirmed_is_a_setting_that_the_plan_names() -> None:
    before = load_texts(texts(), "x").definitions
    assert before is not None
    after = replace(before, assumptions=Assumptions(confirm_within=30))

    said = as_texts(compare(before, after))
    assert any("to be confirmed within: 14 → 30 days" in each for each in said)
    assert {each.confirm_by for each in resolve({}, after, TODAY, "x").assumed} == {date(2026, 12, 25)}
