"""What is found of charter and owners: each check once when it is broken, and not when it is kept."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from bot import app
from bot.charter import flow, messages, pack, raci
from bot.charter.findings import charter, owners, weight
from bot.db import Database
from bot.definitions import Charter, DecisionRules, Organisation, Ritual
from bot.house import Finding, House
from bot.naming import flow as naming
from bot.people import leavers
from bot.people.model import Profile
from bot.registers import flow as registers
from bot.registers.flow import Typed
from tests.aloud import read_aloud
from tests.charter.world import CHARTER, definitions
from tests.decisions.classes import DANA, ERIN, RULES
from tests.decisions.log import introduce
from tests.fakes import StoppedClock, make_house, promised
from tests.people import ALICE, BOB, CHARLIE, PRODUCT_OPS

SIDES = [
    {"of": "product", "owner": "product_ops", "backup": "head_of_product"},
    {"of": "support", "owner": "support", "backup": "product_ops"},
]
INTERFACE = {**CHARTER["interfaces"][0], "sides": SIDES}


@pytest.fixture
def house(db: Database, clock: StoppedClock) -> House:
    """Everything has somebody: of the classes, the one that nobody leads is left out."""
    plain = definitions(interfaces=[INTERFACE])
    classes = [each for each in RULES["classes"] if each["id"] != "macros"]
    rules = DecisionRules.model_validate({**RULES, "classes": classes})
    house = make_house(db, replace(plain, decisions=rules), clock, links=app.LINKS)
    with db.transaction() as session:
        introduce(session, house, ALICE, BOB, CHARLIE, DANA, ERIN)
    return house


def run(house: House, verb: Any, *args: Any) -> Any:
    with house.db.transaction() as session:
        found = verb(session, house, *args)
        return list(found) if hasattr(found, "__next__") else found


def organised(house: House, **lists: Any) -> House:
    organisation = house.definitions.organisation.model_dump(mode="json", exclude_unset=True)
    changed = Organisation.model_validate({**organisation, **lists})
    return replace(house, definitions=replace(house.definitions, organisation=changed), version=house.version + 1)


def about(found: list[Finding]) -> list[tuple[str, str, str, str | None]]:
    return [(each.rule, each.about, each.message, each.owner) for each in found]


@pytest.mark.proves("R1", "CH04")
def test_a_charter_waits_for_its_approval_and_after_half_a_year_for_its_review(house: House) -> None:
    assert run(house, charter) == [], "nothing is in force yet"
    run(house, flow.keep_in_step)
    (found,) = run(house, charter)
    assert about([found]) == [
        ("CH04", "charter:v1", "The charter, v1, stands since Wed 25 Nov 2026 and is not approved.", DANA)
    ]
    assert (found.action_id, found.value) == ("charter.read", "1")
    assert found.action_id in app.tables().actions

    run(house, flow.approve, DANA, "1")
    assert run(house, charter) == []
    house.clock.set(house.clock.now() + timedelta(days=181))  # type: ignore[attr-defined]
    assert about(run(house, charter)) == [
        ("CH04", "charter:v1", "The review of the charter was due on Mon 24 May 2027. Confirm it, or edit it.", DANA)
    ]
    run(house, flow.approve, DANA, "1")
    assert run(house, charter) == []


@pytest.mark.proves("R28")
def test_the_charter_says_the_heaviest_open_risks(house: House) -> None:
    run(house, flow.keep_in_step)
    risk = Typed("People tire of forms", "Cut a field", owner=DANA, due="2026-12-01", likelihood="2", impact="3")
    run(house, registers.add, BOB, "risk", risk)
    stands, found = run(house, flow.standing), house.definitions.charter
    assert found is not None
    said = str(messages.card(house, found, stands))
    assert "What may go wrong" in said
    assert "• RISK-1 People tire of forms: Cut a field (Dana)" in said
    assert run(house, pack.parts)[-1].points == ["RISK-1 People tire of forms: Cut a field (Dana)"]


def test_a_charter_too_long_for_one_message_says_where_the_rest_is(house: House) -> None:
    run(house, flow.keep_in_step)
    stands, short = run(house, flow.standing), house.definitions.charter
    assert short is not None
    long = short.model_copy(update={"owns": ("x" * 190,) * 80})
    assert "too long" not in str(messages.card(house, short, stands))
    assert "/cadence charter shows all of it" in str(messages.card(house, long, stands))


@pytest.mark.proves("CH04")
def test_the_day_of_an_approval_is_the_workspaces(house: House) -> None:
    run(house, flow.keep_in_step)
    house.clock.set(datetime(2026, 11, 25, 23, 30, tzinfo=UTC))  # type: ignore[attr-defined]
    said = run(house, flow.approve, DANA, "1")
    assert "looked at again by Tue 25 May 2027" in said, "it is the 26th in Berlin"


@pytest.mark.proves("CH04")
def test_the_day_that_a_charter_names_for_its_review_counts_if_it_comes_first(house: House) -> None:
    early = Charter.model_validate({**CHARTER, "review_on": "2027-01-04"})
    house = replace(house, definitions=replace(house.definitions, charter=early))
    run(house, flow.keep_in_step)
    run(house, flow.approve, DANA, "1")
    house.clock.set(house.clock.now() + timedelta(days=41))  # type: ignore[attr-defined]
    (found,) = run(house, charter)
    assert "was due on Mon 4 Jan 2027" in found.message
    run(house, flow.approve, DANA, "1")
    assert run(house, charter) == [], "it was confirmed since"


def test_its_announcement_is_read_aloud(house: House) -> None:
    run(house, flow.keep_in_step)
    (card,) = promised(house.db, "charter.card", PRODUCT_OPS)
    read_aloud(card)


def test_where_everything_has_somebody_nothing_is_found(house: House) -> None:
    assert run(house, owners) == []
    assert run(house, weight) == []


@pytest.mark.proves("R41", "OM02")
def test_who_left_slack_is_found_in_all_that_is_theirs_and_the_head_of_product_says_who_takes_it(house: House) -> None:
    run(house, leavers.note, {ALICE: ALICE}, [])
    with house.db.transaction() as session:
        session.query(Profile).filter_by(slack_id=ALICE).update({"active": False})
    found = run(house, owners)
    assert about(found)[:2] == [
        (
            "OM02",
            "area:billing:owner",
            "Owner of Billing: Alice has left Slack, noticed on Wed 25 Nov 2026. Meanwhile Bob is asked. Who takes it?",
            DANA,
        ),
        (
            "OM02",
            "area:search:owner",
            "Owner of Search: Alice has left Slack, noticed on Wed 25 Nov 2026. Meanwhile Erin is asked. Who takes it?",
            DANA,
        ),
    ]
    assert found[0].mend == "Name somebody else in organisation.yaml, and apply it."


def test_whom_slack_never_knew_is_found(house: House) -> None:
    with house.db.transaction() as session:
        session.query(Profile).filter_by(slack_id=CHARLIE).delete()
    messages = [each.message for each in run(house, owners)]
    assert "Lead of Support: Slack knows no Charlie. Who takes it?" in messages
    assert "Owner of Product and Support: nobody is there who is meant by the lead of Support." in messages


@pytest.mark.proves("R41", "OM02")
def test_an_area_without_a_deputy_is_found(house: House) -> None:
    areas = [
        {"id": "billing", "name": "Billing", "owner": ALICE, "forum": "#billing"},
        {"id": "search", "name": "Search", "owner": ALICE, "deputy": ERIN, "forum": "#search"},
    ]
    assert about(run(organised(house, areas=areas), owners)) == [
        ("OM02", "area:billing:deputy", "Deputy of Billing: nobody is named.", DANA)
    ]


@pytest.mark.proves("R41", "OM02")
def test_a_lead_who_works_elsewhere_now_is_found(house: House) -> None:
    people = house.definitions.organisation.model_dump(mode="json", exclude_unset=True)["people"]
    moved = [{**each, "function": "legal"} if each["slack"] == CHARLIE else each for each in people]
    assert about(run(organised(house, people=moved), owners)) == [
        ("OM02", "function:support:lead", "Charlie leads Support, and works in Legal now. Who leads it?", DANA)
    ]


@pytest.mark.proves("R41", "OM02")
def test_a_class_or_an_interface_that_nobody_stands_behind_is_found(house: House) -> None:
    rules = DecisionRules.model_validate(RULES)
    lonely = Charter.model_validate(
        {**CHARTER, "interfaces": [{**INTERFACE, "sides": [SIDES[0], {"of": "support", "owner": "legal"}]}]}
    )
    found = run(replace(house, definitions=replace(house.definitions, decisions=rules, charter=lonely)), owners)
    assert [(each.about, each.message) for each in found] == [
        (
            "class:macros:decider",
            "Decider of “What support answers”: nobody is there who is meant by the lead of Legal.",
        ),
        (
            "interface:seam:support-owner",
            "Owner of Product and Support: nobody is there who is meant by the lead of Legal.",
        ),
    ]
    nobody = Charter.model_validate({**CHARTER, "interfaces": [{**INTERFACE, "sides": [SIDES[0], {"of": "support"}]}]})
    found = run(replace(house, definitions=replace(house.definitions, charter=nobody)), owners)
    assert found == [], "that nobody is named at all is for the check of the definitions to say"


@pytest.mark.proves("R56", "BO05")
def test_product_ops_that_decides_more_than_half_is_found(house: House) -> None:
    classes = [{**each, "decider": BOB, "backup": DANA, "product": "false"} for each in RULES["classes"][:2]]
    rules = DecisionRules.model_validate({**RULES, "classes": [*classes, RULES["classes"][2]]})
    found = run(replace(house, definitions=replace(house.definitions, decisions=rules)), weight)
    assert about(found) == [("BO05", "raci", "Product Ops decides 2 of 3 classes of decision. Hand one over.", None)]


def test_of_rituals_only_those_that_take_time_weigh(house: House) -> None:
    calendar = house.definitions.calendar
    (weekly,) = calendar.rituals
    own = [weekly.model_copy(update={"id": f"own-{n}"}) for n in range(2)]
    theirs = [each.model_copy(update={"id": f"theirs-{n}", "owner": DANA}) for n, each in enumerate(own)]
    digest = weekly.model_copy(update={"id": "digest", "kind": "insights_digest"})

    def weighed(*rituals: Ritual) -> list[str]:
        definitions = replace(house.definitions, calendar=calendar.with_rituals(rituals))
        return [each.about for each in run(replace(house, definitions=definitions), weight)]

    assert weighed(weekly, *own, *theirs) == ["calendar"]
    assert weighed(digest, *own, *theirs) == []


def test_who_is_named_in_class_interface_or_charter_is_asked_once_and_shown_until_they_answer(house: House) -> None:
    run(house, naming.keep_in_step)
    assert run(house, naming.open_for, ERIN) == [], "where Drumbeat is new, everybody counts as having accepted"
    pricing = {**RULES["classes"][1], "decider": ERIN}
    sides = [{**SIDES[0], "owner": ERIN}, SIDES[1]]
    named = replace(
        house.definitions,
        decisions=DecisionRules.model_validate({**RULES, "classes": [RULES["classes"][0], pricing]}),
        charter=Charter.model_validate({**CHARTER, "sponsor": ERIN, "interfaces": [{**INTERFACE, "sides": sides}]}),
    )
    house = replace(house, definitions=named)
    for _time in range(2):
        run(house, naming.keep_in_step)
    assert [each.post for each in run(house, naming.open_for, ERIN)] == [
        "sponsor of the charter",
        "decider of “Prices and terms”",
        "owner of Product and Support on the side of Product",
    ]
    assert len(run(house, flow.unsettled)) == 3
    first = run(house, naming.open_for, ERIN)[0]
    run(house, naming.accept, ERIN, str(first.naming.id))
    assert run(house, flow.unsettled) == [
        "Erin, decider of “Prices and terms”, named on Wed 25 Nov 2026",
        "Erin, owner of Product and Support on the side of Product, named on Wed 25 Nov 2026",
    ]


@pytest.mark.proves("R28", "R29")
def test_the_pack_has_the_whole_charter_and_others_have_the_classes(house: House) -> None:
    found = {each.title: each for each in run(house, pack.parts)}
    assert found["What we do not own"].points == ["Strategy", "The roadmap", "Whether a release goes out"]
    assert found["Decision rights"].says == ["Product managers decide; we inform."]
    row = next(each for each in raci.rows(house) if each.id == "pricing")
    assert (row.accountable, row.responsible) == ("the head of product", ("the owner of the area",))
    assert (row.product, row.informed) == (True, ("everybody",))


def test_a_decider_who_leaves_is_followed_by_the_backup_and_never_by_product_ops(house: House) -> None:
    pricing = {**RULES["classes"][1], "decider": ERIN, "backup": ALICE}
    rules = DecisionRules.model_validate({**RULES, "classes": [RULES["classes"][0], pricing]})
    house = replace(house, definitions=replace(house.definitions, decisions=rules))
    run(house, leavers.note, {ERIN: ERIN}, [])
    (gap,) = run(house, leavers.gaps)
    assert ("decider of “Prices and terms”", "Alice") in gap.posts
