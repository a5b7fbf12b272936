"""What people read of the interview says names: Slack ids and addresses stand in the files alone."""

import pytest

from bot.db import Database
from bot.errors import FieldErrors
from bot.people.directory import Directory, keep
from bot.setup import assuming, flow, messages, model
from bot.setup.questions import AREAS, OUTCOME, PEOPLE, asked_for, nothing_known
from tests.assuming import assuming as house_assuming
from tests.decisions import classes
from tests.decisions.classes import DANA
from tests.fakes import make_house
from tests.people import BOB
from tests.updates.team import member

ASSUMED = {
    "organisation.people.head_of_product": BOB,
    "organisation.areas": f"Billing, {BOB}, ?, #billing\nPayments, {DANA}, {BOB}",
    "organisation.areas.billing.deputy": DANA,
    "organisation.profile.stage": "Growing fast",
}


def test_people_are_named_in_what_is_assumed(db: Database) -> None:
    house = house_assuming(make_house(db, classes.definitions()), ASSUMED, BOB)
    db.call(keep, house, Directory((member(BOB, "Bob"), member(DANA, "Dana")), ()))

    with db.transaction() as session:
        said = {each.what: assuming.value_of(session, house, each) for each in assuming.held(house)}
        listed = str(assuming.listed(session, house, BOB))
        house.clock.set(house.clock.now().replace(year=2027))  # type: ignore[attr-defined]  # the stopped clock
        late = str(list(assuming.findings(session, house)))

    assert list(said.values()) == ["Bob", "Billing, Bob, ?, #billing\nPayments, Dana, Bob", "Dana", "Growing fast"]
    assert "Who is head of product? Bob" in listed
    assert "Who is head of product? Bob" in late
    assert BOB not in listed


def test_people_are_named_in_what_was_answered_also_before_the_definitions_have_them(db: Database) -> None:
    house = make_house(db, classes.definitions())
    db.call(keep, house, Directory((member(BOB, "Bob"), member(DANA, "Dana")), ()))
    answer = nothing_known(PEOPLE) | {"sponsor": "U0EVE12345", "head_of_product": DANA, "support": "frank@example.com"}
    areas = nothing_known(AREAS) | {"areas": f"Billing, {BOB}, frank@example.com"}
    db.call(model.keep, house, PEOPLE.id, answer | {"names": {"U0EVE12345": "Eve"}}, BOB)

    with db.transaction() as session:
        called = model.calling(session, house)
        lines = [
            messages.answer_line(house, question, values, called)
            for question, values in ((PEOPLE, answer), (AREAS, areas))
        ]

    assert "Who decides: Eve, Dana, frank" in lines[0]
    assert "Your product: Billing, Bob, frank" in lines[1]


@pytest.mark.parametrize("name", ["WENDY", "UWE"])
def test_a_name_in_capitals_is_no_slack_id(db: Database, name: str) -> None:
    house = make_house(db, classes.definitions())

    with pytest.raises(FieldErrors) as refused:
        db.call(flow.save, house, BOB, PEOPLE, {"sponsor": [name], "head_of_product": ["U0BOB12345"]})

    assert refused.value.fields == {"sponsor": f"I know nobody called {name}. Write their e-mail address, as in Slack."}


def test_the_form_that_puts_an_assumption_off_says_of_what(db: Database) -> None:
    house = house_assuming(make_house(db, classes.definitions()), ASSUMED, BOB)
    each = assuming.held(house)[0]

    shown = str(messages.put_off(house, each, assuming.label_of(house, each.what), "Bob", BOB))
    assert "Still true? Who is head of product?" in shown


def test_what_is_assumed_is_called_so_that_it_reads_alone(db: Database) -> None:
    house = make_house(db, classes.definitions())

    assert [
        assuming.label_of(house, what)
        for what in ("charter.measures", "organisation.areas", "charter.problem.improve", "charter.problem.for")
    ] == ["What should be easier?", "Which areas does your product have?", "It exists to improve", "It exists for"]
    assert assuming.label_of(house, "measures.M3") == "Decisions are made sooner: to what number?"
    changes = asked_for("measures.M3")
    assert changes is not None and changes[0] is OUTCOME, "what should be easier is asked again"
