"""Who is who: names, the directory, absences and rights."""

from datetime import date, timedelta

import pytest
from sqlalchemy import select

from bot.audit import Event
from bot.db import Database
from bot.definitions import Definitions
from bot.errors import UserError
from bot.house import House
from bot.people.absence import back, set_away
from bot.people.directory import Directory, keep
from bot.people.flow import nearest, require_person, require_product_ops
from bot.people.model import Absence, People, channel_id
from tests import people
from tests.fakes import make_house
from tests.people import ALICE, BOB, CHARLIE
from tests.updates.team import EVE, directory, member

AREAS = {"billing": "Billing", "help-centre": "Help centre", "exports": "Exports", "exchange": "Exchange rates"}
TODAY = date(2026, 11, 25)


@pytest.fixture
def house(house: House) -> House:
    with house.db.transaction() as session:
        assert keep(session, house, directory()) == []
    return house


@pytest.mark.parametrize(
    ("word", "key"),
    [
        ("billing", "billing"),
        ("BILLING", "billing"),
        ("help centre", "help-centre"),
        ("help_centre", "help-centre"),
        ("bil", "billing"),
        ("exchange", "exchange"),
    ],
)
def test_a_name_is_known_in_any_spelling_of_it(word: str, key: str) -> None:
    assert nearest(word, AREAS, "area", "See.") == key


def test_an_unknown_name_offers_the_nearest_and_where_the_list_is() -> None:
    with pytest.raises(UserError) as refused:
        nearest("exprots", AREAS, "area", "`/cadence calendar` lists them.")
    said = str(refused.value)
    assert said.startswith("I know no area called “exprots”. Did you mean `exports`")
    assert said.endswith("`/cadence calendar` lists them.")


@pytest.mark.parametrize("word", ["wekly", "weekly update", "product", "updte"])
def test_a_part_of_a_long_name_is_near_enough_to_be_offered(word: str) -> None:
    rituals = {"weekly-product-update": "Weekly product update", "system-health": "System health"}
    with pytest.raises(UserError, match="Did you mean `weekly-product-update`"):
        nearest(word, rituals, "ritual", "See.")


@pytest.mark.parametrize("word", ["", "qqqq", "ex", "<!channel>"])
def test_a_name_that_means_nothing_or_two_things_is_not_guessed(word: str) -> None:
    with pytest.raises(UserError, match="I know no area called"):
        nearest(word, AREAS, "area", "See.")


def test_the_directory_says_whom_slack_does_not_know(db: Database) -> None:
    house = make_house(db)
    with db.transaction() as session:
        assert keep(session, house, directory(member(ALICE, "Alice"))) == [BOB, CHARLIE]
        everyone = People(session, house)
        assert everyone.by_slack(BOB) is None
        assert everyone.named(BOB) == "Bob", "the organisation still knows the name"
        assert everyone.named(None) == "nobody"
        assert everyone.called(EVE) == "someone outside the organisation file"


def test_who_has_left_keeps_their_name_also_once_the_definitions_no_longer_name_them(db: Database) -> None:
    """Old records go on saying who decided."""
    house = make_house(db)
    members = (member(ALICE, "Alice"), member(BOB, "Bob"), member(CHARLIE, "Charlie"))
    alice, _bob, charlie = people.organisation().people
    fewer = make_house(db, definitions=_with(alice, charlie))
    for now, bob in ((house, member(BOB, "Bob") | {"deleted": True}), (fewer, {}), (fewer, {})):
        with db.transaction() as session:
            keep(session, house, directory(*members))
        with db.transaction() as session:
            keep(session, now, directory(members[0], members[2], *([bob] if bob else [])))
            everyone = People(session, now)
            assert everyone.by_slack(BOB) is None
            assert everyone.called(BOB) == "Bob"


def test_zones_come_from_slack_unless_the_organisation_says_otherwise(db: Database) -> None:
    alice, bob, charlie = people.organisation().people
    bob = bob.model_validate(bob.model_dump() | {"zone": "Asia/Tokyo"})
    house = make_house(db, definitions=_with(alice, bob, charlie))
    with db.transaction() as session:
        members = (member(ALICE, "Alice", "America/New_York"), member(BOB, "Bob"), member(CHARLIE, "Charlie", "Mars/X"))
        keep(session, house, directory(*members))
        everyone = People(session, house)
        found = [str(person.zone) for person in map(everyone.by_slack, (ALICE, BOB, CHARLIE)) if person]
    assert found == ["America/New_York", "Asia/Tokyo", "Europe/Berlin"]


def test_people_are_found_by_address_or_id_in_any_spelling(db: Database) -> None:
    alice, bob, charlie = people.organisation().people
    alice = alice.model_validate(alice.model_dump() | {"email": "Alice@Example.com"})
    house = make_house(db, definitions=_with(alice, bob, charlie))
    with db.transaction() as session:
        keep(session, house, directory())
        everyone = People(session, house)
        for ref in ("alice@example.com", "ALICE@example.com", ALICE):
            person = everyone.by_ref(ref)
            assert person is not None
            assert person.slack_id == ALICE


def test_an_address_that_two_accounts_had_belongs_to_the_one_still_there(db: Database) -> None:
    alice, *others = people.organisation().people
    alice = alice.model_validate(alice.model_dump() | {"email": "alice@example.com", "slack": None})
    house = make_house(db, definitions=_with(alice, *others))
    profile = {"real_name": "Alice", "email": "alice@example.com"}
    now = {"id": "U0NEW", "profile": profile}
    gone = {"id": "U0OLD", "profile": profile, "deleted": True}
    for members in ((now, gone), (gone, now)):
        with db.transaction() as session:
            keep(session, house, Directory(members, ()))
            person = People(session, house).by_ref("alice@example.com")
            assert person is not None
            assert person.slack_id == "U0NEW"


def test_who_was_deactivated_is_nobody_until_they_return(house: House) -> None:
    with house.db.transaction() as session:
        keep(session, house, directory(member(ALICE, "Alice", deleted=True)))
        with pytest.raises(UserError, match="I do not know you yet"):
            require_person(session, house, ALICE)
    with house.db.transaction() as session:
        keep(session, house, directory())
        assert require_person(session, house, ALICE).name == "Alice"


def test_channels_are_known_by_name(house: House) -> None:
    with house.db.transaction() as session:
        assert channel_id(session, house, "#product-updates") == people.UPDATES
        assert channel_id(session, house, "C0ANY") == "C0ANY"
        assert channel_id(session, house, "#nowhere") == "#nowhere"


def test_only_product_ops_may_do_what_is_theirs_and_others_learn_whom_to_ask(house: House) -> None:
    with house.db.transaction() as session:
        assert require_product_ops(session, house, BOB, "skip a ritual").name == "Bob"
        for who in (ALICE, EVE):
            with pytest.raises(UserError, match=r"Only product ops may skip a ritual[.] Ask Bob"):
                require_product_ops(session, house, who, "skip a ritual")


def test_away_counts_from_the_first_to_the_last_day(house: House) -> None:
    with house.db.transaction() as session:
        set_away(session, house, ALICE, TODAY, TODAY + timedelta(days=2))
        everyone, alice = People(session, house), require_person(session, house, ALICE)
        said = [everyone.away_because(alice, TODAY + timedelta(days=n)) for n in range(-1, 4)]
        assert said == [None, *["away until Fri 27 Nov"] * 3, None]
        assert session.scalars(select(Event.kind)).all() == ["person.away"]


def test_a_second_word_on_the_same_days_replaces_the_first(house: House) -> None:
    with house.db.transaction() as session:
        set_away(session, house, ALICE, TODAY, TODAY + timedelta(days=20))
        set_away(session, house, ALICE, TODAY, TODAY + timedelta(days=2))
        assert [absence.last_day for absence in session.scalars(select(Absence))] == [TODAY + timedelta(days=2)]


def test_back_ends_what_has_begun_and_drops_what_has_not(house: House) -> None:
    with house.db.transaction() as session:
        assert not back(session, house, ALICE, TODAY)
        set_away(session, house, ALICE, TODAY - timedelta(days=2), TODAY + timedelta(days=5))
        assert back(session, house, ALICE, TODAY)
        (absence,) = session.scalars(select(Absence))
        assert absence.last_day == TODAY - timedelta(days=1)


@pytest.mark.parametrize(
    ("last_day", "why"),
    [
        (TODAY - timedelta(days=1), "is before"),
        (TODAY + timedelta(days=400), "over a year"),
    ],
)
def test_an_absence_that_makes_no_sense_is_refused(house: House, last_day: date, why: str) -> None:
    with house.db.transaction() as session, pytest.raises(UserError, match=why):
        set_away(session, house, ALICE, TODAY, last_day)


def test_nobody_of_another_workspace_is_known_here(house: House) -> None:
    elsewhere = make_house(house.db, workspace_id="T0OTHER")
    with house.db.transaction() as session:
        set_away(session, house, ALICE, TODAY, TODAY)
        assert People(session, elsewhere).by_slack(ALICE) is None
        assert not back(session, elsewhere, ALICE, TODAY)
        with pytest.raises(UserError):
            require_person(session, elsewhere, ALICE)
        keep(session, elsewhere, Directory((), ()))
        assert require_person(session, house, ALICE).name == "Alice"
        assert channel_id(session, elsewhere, "#product-updates") == "#product-updates"


def _with(*everyone: object) -> Definitions:
    plain = people.definitions()
    return Definitions(plain.organisation.model_copy(update={"people": everyone}), plain.calendar)
