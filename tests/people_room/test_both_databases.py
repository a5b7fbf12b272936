"""What people say and Slack tells is kept alike on either database."""

from collections.abc import Callable
from dataclasses import replace
from datetime import date
from functools import partial
from threading import Barrier, Thread

from sqlalchemy import select
from sqlalchemy.orm import Session

from bot.db import Database
from bot.naming import flow as naming
from bot.naming.flow import keep_in_step, unsettled
from bot.people.absence import come_back, coming, set_away
from bot.people.calendars import Feed, take_file, understand
from bot.people.calendars import keep as keep_calendar
from bot.people.directory import Directory, keep, keep_member
from bot.people.model import Absence, People, Profile
from tests.fakes import make_house, promised
from tests.people import ALICE, BOB, CHARLIE
from tests.people_room.calendar_files import calendar
from tests.updates.team import definitions, directory, member

TODAY = date(2026, 11, 25)


def test_absences_groups_leavers_and_namings(any_db: Database) -> None:
    team = definitions()
    (ritual,) = team.calendar.rituals
    rituals = (ritual.model_copy(update={"audience": ("@product-team",)}),)
    house = make_house(any_db, definitions=replace(team, calendar=type(team.calendar)(rituals=rituals)))
    everyone = directory()
    known = Directory(everyone.members, everyone.channels, {"product-team": (ALICE, CHARLIE)})
    with any_db.transaction() as session:
        keep(session, house, known)
        keep_in_step(session, house)
        assert [person.name for person in People(session, house).members(("@product-team",))] == ["Alice", "Charlie"]
        set_away(session, house, BOB, TODAY, TODAY, kind="sick", reason="flu")
        for _ in range(2):
            take_file(session, house, "a.ics", calendar("DTSTART;VALUE=DATE:20261125\nSUMMARY:Alice"))
        assert [person.name for person, _absence in coming(session, house)] == ["Alice", "Bob"]
        assert come_back(session, house, ALICE, ALICE)

    areas = [area.model_copy(update={"owner": CHARLIE}) for area in house.definitions.organisation.areas]
    organisation = house.definitions.organisation.model_copy(update={"areas": tuple(areas)})
    changed = replace(house, definitions=replace(house.definitions, organisation=organisation))
    with any_db.transaction() as session:
        keep_in_step(session, changed)
        assert len(unsettled(session, changed)) == 2
        naming.accept(session, changed, CHARLIE, str(naming.open_for(session, changed, CHARLIE)[0].naming.id))
    for _ in range(2):
        with any_db.transaction() as session:
            keep(session, changed, directory(member(ALICE, "Alice"), member(BOB, "Bob", deleted=True)))
    (told,) = promised(any_db, "people.left")
    assert "2 people whom organisation.yaml names have left Slack" in told.text


def test_a_calendar_that_two_processes_read_at_once_is_kept_once(any_db: Database) -> None:
    house = make_house(any_db, definitions=definitions())
    feed = Feed("https://calendars.example.com/absences.ics")
    today, later = (f"DTSTART;VALUE=DATE:202611{day}\nSUMMARY:Alice" for day in (25, 27))
    with any_db.transaction() as session:
        keep(session, house, directory())
        keep_calendar(session, house, feed, understand(house, calendar()))
    both = understand(house, calendar(f"UID:1\n{today}", f"UID:2\n{later}"))
    for _ in range(5):
        at_once(any_db, *[lambda session: keep_calendar(session, house, feed, both)] * 2)
        with any_db.transaction() as session:
            assert [each.first_day for each in session.scalars(select(Absence).order_by(Absence.id))] == [
                TODAY,
                date(2026, 11, 27),
            ]
            keep_calendar(session, house, feed, understand(house, calendar()))


def test_who_is_said_to_be_away_twice_at_once_is_away_once(any_db: Database) -> None:
    house = make_house(any_db, definitions=definitions())
    with any_db.transaction() as session:
        keep(session, house, directory())
    for _ in range(10):
        at_once(any_db, *[lambda session: set_away(session, house, ALICE, TODAY, TODAY)] * 2)
        with any_db.transaction() as session:
            assert len(coming(session, house)) == 1


def test_a_member_changes_while_the_directory_is_read(any_db: Database) -> None:
    house = make_house(any_db, definitions=definitions())
    with any_db.transaction() as session:
        keep(session, house, directory())
    for zone in ("Asia/Tokyo", "Europe/Paris") * 5:
        at_once(
            any_db,
            lambda session: keep(session, house, directory()),
            partial(keep_member, house=house, member=member(ALICE, "Alice", zone)),
        )
    with any_db.transaction() as session:
        assert len(session.scalars(select(Profile).where(Profile.slack_id == ALICE)).all()) == 1


def at_once(db: Database, *verbs: Callable[[Session], object]) -> None:
    """Each verb in a transaction and a thread of its own; none may fail."""
    begin, failures = Barrier(len(verbs)), []

    def run(verb: Callable[[Session], object]) -> None:
        begin.wait()
        try:
            db.call(verb)
        except Exception as error:
            failures.append(error)

    threads = [Thread(target=run, args=(verb,)) for verb in verbs]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert failures == []
