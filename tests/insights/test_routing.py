"""To whom an insight goes, and who is asked while they are away, have left, or own it no more."""

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import update

from bot import app
from bot.db import Database
from bot.definitions import Organisation
from bot.errors import UserError
from bot.house import House
from bot.insights import answering, asking, triage
from bot.insights.answering import Disposition
from bot.insights.model import ACKNOWLEDGED, CLOSED, DECIDED, ROUTED, TRIAGED
from bot.people.absence import back, set_away, tell_away
from bot.people.model import Profile
from tests.fakes import StoppedClock
from tests.insights import world
from tests.insights.world import NO, TAGS, day_messages, decided, deliver, heard, now, routed, run, wait
from tests.lookback.after import go_live
from tests.people import ALICE, BOB, CHARLIE
from tests.releases.launch import ERIN, FRANK, GRACE
from tests.updates.team import berlin

ROUTES: list[dict[str, Any]] = [
    {"name": "Trust and privacy", "when": {"themes": ["trust"]}, "to": "security"},
    {"name": "No area yet", "when": {"no_area": True}, "to": "product_ops", "urgent": True},
    {"name": "At risk", "when": {"evidence": ["account"]}, "to": "area_owner", "inform": ["support"], "urgent": True},
    {"name": "Bug", "when": {"causes": ["bug"]}, "to": "area_owner", "inform": ["engineering", "security"]},
    {"name": "Price", "when": {"causes": ["price"]}, "to": "head_of_product", "inform": ["area_owner"]},
    {"name": "Outage", "when": {"themes": ["reliability"], "severities": ["high"]}, "to": "engineering"},
    {"name": "Just released", "when": {"released_within": 30}, "to": "release_owner"},
    {
        "name": "Several areas",
        "when": {"several_areas": True},
        "to": "area_owner",
        "forum": {"ritual": "weekly-update"},
    },
    {"name": "Search", "when": {"areas": ["search"]}, "to": "area_owner"},
    {"name": "Everything else", "to": "area_owner", "forum": {"ritual": "insights-review"}},
]


@pytest.fixture
def house(db: Database, clock: StoppedClock) -> House:
    return world.make(db, clock, routes=ROUTES)


@pytest.mark.proves("R47")
@pytest.mark.parametrize(
    ("tags", "route", "owner"),
    [
        ({}, "Everything else", ALICE),
        ({"theme_id": "trust"}, "Trust and privacy", GRACE),
        ({"also_themes": ("trust",)}, "Trust and privacy", GRACE),
        ({"area_id": ""}, "No area yet", BOB),
        ({"area_id": "", "theme_id": "trust"}, "Trust and privacy", GRACE),
        ({"evidence_id": "account"}, "At risk", ALICE),
        ({"evidence_id": "account", "cause_id": "price"}, "At risk", ALICE),
        ({"cause_id": "bug"}, "Bug", ALICE),
        ({"cause_id": "price"}, "Price", FRANK),
        ({"theme_id": "reliability", "severity": "high"}, "Outage", ERIN),
        ({"theme_id": "reliability", "severity": "medium"}, "Everything else", ALICE),
        ({"theme_id": "pricing", "severity": "high"}, "Everything else", ALICE),
        ({"also_area_id": "search"}, "Several areas", ALICE),
        ({"also_area_id": "search", "cause_id": "bug"}, "Bug", ALICE),
        ({"area_id": "search"}, "Search", FRANK),
        ({"area_id": "search", "also_area_id": "billing"}, "Several areas", FRANK),
    ],
)
def test_the_first_route_that_fits_is_taken(house: House, tags: dict[str, Any], route: str, owner: str) -> None:
    sorted_ = replace(TAGS, **tags)
    by = GRACE if "trust" in (sorted_.theme_id, *sorted_.also_themes) else BOB
    insight = heard(house, theme_id="trust" if by == GRACE else "")
    insight = run(house, triage.sort, by, insight.ref, sorted_)
    assert (insight.state, insight.route, insight.owner, insight.asked_of) == (ROUTED, route, owner, owner)


@pytest.mark.parametrize(
    ("days", "route", "owner"), [(0, "Just released", ALICE), (30, "Just released", ALICE), (31, "Search", FRANK)]
)
def test_what_is_about_a_release_goes_to_its_owner_for_thirty_days(
    house: House, days: int, route: str, owner: str
) -> None:
    release = go_live(house, target="2026-12-09")
    wait(house, berlin(9, 10, month=12) + timedelta(days=days))
    insight = routed(house, tags=replace(TAGS, area_id="search"), release_id=release)
    assert (insight.route, insight.owner) == (route, owner)


def test_everybody_whom_the_route_informs_hears_of_it_once(house: House) -> None:
    routed(house, tags=replace(TAGS, cause_id="bug"))
    for person in (ERIN, GRACE):
        (said,) = day_messages(house, person, berlin(26, 10))
        assert said.text.count("for you to know") == 1
        assert "It went to Alice (Bug)" in said.text


@pytest.mark.proves("R47")
def test_what_has_no_area_comes_to_product_ops_the_same_day_who_gives_it_no_answer(house: House) -> None:
    day_messages(house, BOB, berlin(25, 12))
    insight = routed(house, tags=replace(TAGS, area_id=""))
    assert any("I-1" in each.text for each in day_messages(house, BOB, berlin(25, 14)))
    with pytest.raises(UserError, match="Sort I-1 into an area"):
        run(house, answering.dispose, BOB, "I-1", NO)
    assert now(house, insight).state == ROUTED
    assert run(house, answering.acknowledge, BOB, "I-1").state == ACKNOWLEDGED


def test_a_restricted_one_is_told_to_nobody_who_may_not_read_it(db: Database, clock: StoppedClock) -> None:
    route = {"name": "Trust", "when": {"themes": ["trust"]}, "to": "security", "inform": ["engineering", "support"]}
    house = world.make(db, clock, routes=[route, *ROUTES[1:]])
    insight = heard(house, theme_id="trust")
    run(house, triage.sort, GRACE, insight.ref, replace(TAGS, theme_id="trust"))
    wait(house, berlin(27, 12))
    for person in (ALICE, BOB, ERIN, FRANK):
        assert not any("I-1" in each.text for each in day_messages(house, person))
    assert any("I-1" in each.text for each in day_messages(house, GRACE))


def test_a_restricted_one_that_finds_nobody_is_told_to_its_readers(db: Database, clock: StoppedClock) -> None:
    house = world.make(db, clock, routes=[{"name": "Prices", "when": {"causes": ["price"]}, "to": "head_of_product"}])
    insight = heard(house, theme_id="trust")
    insight = run(house, triage.sort, GRACE, insight.ref, replace(TAGS, theme_id="trust"))
    assert insight.state == TRIAGED
    assert any("nobody is found" in each.text for each in day_messages(house, GRACE, berlin(25, 14)))
    assert not any("I-1" in each.text for each in day_messages(house, BOB, berlin(27, 14)))


# While its owner is not there.


def away(house: House, person: str, until: int = 30) -> None:
    run(house, set_away, person, berlin(25, 8).date(), berlin(until, 8).date())
    run(house, tell_away, person)


def test_while_its_owner_is_away_whoever_may_decide_in_their_place_is_asked_and_then_they_are_again(
    house: House,
) -> None:
    insight = routed(house)
    away(house, ALICE)
    # Bob stands in for Alice, but is in product ops, which does not decide on the product.
    assert now(house, insight).asked_of == FRANK
    assert any("you stand in for Alice" in each.text for each in day_messages(house, FRANK, berlin(26, 10)))
    assert not any("I-1" in each.text for each in day_messages(house, BOB))
    wait(house, berlin(27, 9))
    run(house, back, ALICE, berlin(27, 9).date())
    for follow in app.LINKS.on_back:
        run(house, follow, ALICE)
    assert now(house, insight).asked_of == ALICE
    assert any("I-1" in each.text for each in day_messages(house, ALICE, berlin(30, 10)))


def test_nobody_stands_in_for_a_restricted_one_who_may_not_read_it(db: Database, clock: StoppedClock) -> None:
    house = world.make(db, clock, routes=ROUTES[1:])
    insight = heard(house, theme_id="trust")
    insight = run(house, triage.sort, GRACE, insight.ref, replace(TAGS, theme_id="trust"))
    assert insight.owner == ALICE
    away(house, ALICE)
    assert now(house, insight).asked_of == ALICE
    assert not any("I-1" in each.text for each in day_messages(house, FRANK, berlin(27, 12)))


def leave(house: House, person: str) -> None:
    with house.db.transaction() as session:
        session.execute(update(Profile).where(Profile.slack_id == person).values(active=False))
    run(house, tell_away, person)


def test_when_its_owner_leaves_slack_it_goes_to_whoever_answers_for_the_area(house: House) -> None:
    first, second = routed(house), routed(house, key="another", what="Another")
    run(house, answering.acknowledge, ALICE, second.ref)
    leave(house, ALICE)
    for each in (first, second):
        insight = now(house, each)
        assert (insight.state, insight.owner, insight.asked_of) == (ROUTED, FRANK, FRANK)


def test_what_was_to_come_back_to_somebody_who_left_comes_back_to_its_owner_now(house: House) -> None:
    insight = decided(house, Disposition("parked", reason="ten ask for it", answer_by="2026-12-03"))
    leave(house, ALICE)
    assert now(house, insight).asked_of == FRANK
    assert not any("I-1" in each.text for each in day_messages(house, FRANK, berlin(2, 12, month=12)))
    said = day_messages(house, FRANK, berlin(3, 12, month=12))
    assert any("you wanted to come back to it" in each.text for each in said)
    assert [each.value for each in run(house, asking.obligations, FRANK)] == ["I-1"]


def with_owner(house: House, owner: str) -> House:
    """The same house, where Billing belongs to somebody else."""
    stated = house.definitions.organisation.model_dump(mode="python", exclude_unset=True)
    stated["areas"][0]["owner"] = owner
    changed = replace(house.definitions, organisation=Organisation.model_validate(stated))
    return replace(house, definitions=changed, version=house.version + 1)


def test_when_an_area_gets_another_owner_what_is_open_there_goes_to_them_and_what_is_answered_stays(
    house: House,
) -> None:
    answered = decided(house)
    open_ = routed(house, key="open", what="Another")
    assert any("I-2" in each.text for each in day_messages(house, ALICE, berlin(25, 12)))
    house = with_owner(house, ERIN)
    run(house, answering.keep_in_step)
    run(house, answering.keep_in_step)
    insight = now(house, open_)
    assert (insight.state, insight.owner, insight.asked_of) == (ROUTED, ERIN, ERIN)
    assert (now(house, answered).state, now(house, answered).owner) == (DECIDED, ALICE)
    said = day_messages(house, ERIN, berlin(26, 10))
    assert sum("I-2" in each.text and "acknowledge it" in each.text for each in said) == 1
    assert run(house, asking.obligations, ALICE) == []
    with pytest.raises(UserError, match="Erin's to answer"):
        run(house, answering.dispose, ALICE, "I-2", NO)


def test_time_alone_moves_nothing_to_another_owner(house: House) -> None:
    release = go_live(house)
    insight = routed(house, tags=replace(TAGS, area_id="search"), release_id=release)
    wait(house, house.clock.now() + timedelta(days=60))
    run(house, answering.keep_in_step)
    assert now(house, insight).owner == ALICE


# Acknowledging, handing back.


def test_whoever_answers_at_once_has_acknowledged_it(house: House) -> None:
    insight = decided(house)
    assert insight.acknowledged_by == ALICE and insight.acknowledged_at == house.clock.now()


def test_others_may_neither_acknowledge_nor_answer_nor_hand_back(house: House) -> None:
    routed(house)
    for verb, more in ((answering.acknowledge, ()), (answering.dispose, (NO,)), (answering.hand_back, ("Not mine",))):
        with pytest.raises(UserError, match="I-1 is Alice's to answer"):
            run(house, verb, CHARLIE, "I-1", *more)


def test_what_is_handed_back_waits_in_the_queue_again_and_asks_nobody(house: House) -> None:
    insight = routed(house)
    day_messages(house, ALICE, berlin(25, 12))
    with pytest.raises(UserError):
        run(house, answering.hand_back, ALICE, "I-1", "  ")
    run(house, answering.hand_back, ALICE, "I-1", "It is about search")
    insight = now(house, insight)
    assert (insight.state, insight.owner, insight.asked_of) == ("new", None, None)
    assert run(house, asking.obligations, ALICE) == []


def test_what_comes_back_on_its_day_is_asked_once_reminded_once_and_over_once_it_is_answered_anew(
    house: House,
) -> None:
    said = Disposition("researching", researcher=CHARLIE, answer_by="2026-12-02")
    insight = decided(house, said)
    assert any("you look into it" in each.text for each in day_messages(house, CHARLIE, berlin(26, 12)))
    assert run(house, asking.obligations, ALICE) == []
    for day in range(1, 16):
        day_messages(house, ALICE, berlin(day, 12, month=12))
        deliver(house)
    posts = [each for each in day_messages(house, ALICE) if each.method == "post" and "come back to it" in each.text]
    assert [str(each.dedupe)[-14:] for each in posts] == ["2026-12-02:day", "2026-12-04:day"]
    run(house, answering.dispose, ALICE, "I-1", NO)
    assert run(house, asking.obligations, ALICE) == []
    assert now(house, insight).state in (DECIDED, CLOSED)
