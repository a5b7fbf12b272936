"""`drumbeat absences import`: what it takes over, and what it refuses."""

from datetime import timedelta

from sqlalchemy import select

from bot import applying, migrations
from bot.clock import SystemClock
from bot.db import Database
from bot.definitions import load
from bot.people.directory import Directory, keep
from bot.people.model import Absence
from tests import people
from tests.fakes import make_house
from tests.people_room.calendar_files import calendar
from tests.test_command_line import Drumbeat, drumbeat
from tests.test_node import CALENDAR, ORGANISATION
from tests.updates.team import member

__all__ = ["drumbeat"]


def prepare(drumbeat: Drumbeat, *, known: bool = True) -> Database:
    drumbeat.write(organisation=ORGANISATION, calendar=CALENDAR)
    address = f"sqlite:///{drumbeat.folder / 'drumbeat.db'}"
    migrations.upgrade(address)
    db = Database(address)
    if known:
        loaded = load(drumbeat.folder / "cadences")
        definitions = loaded.definitions
        assert definitions is not None
        db.call(applying.begin, people.WORKSPACE, SystemClock().now(), loaded.texts)
        members = [
            member(each.slack or f"U0{each.name.upper()}", each.name, profile={"email": each.email})
            for each in definitions.organisation.people
        ]
        with db.transaction() as session:
            keep(session, make_house(db, definitions=definitions), Directory(tuple(members), ()))
    return db


def test_absences_of_a_file_are_taken_over(drumbeat: Drumbeat) -> None:
    db = prepare(drumbeat)
    day = SystemClock().now().date() + timedelta(days=30)
    text = calendar(f"DTSTART;VALUE=DATE:{day:%Y%m%d}\nSUMMARY:Alice", f"DTSTART;VALUE=DATE:{day:%Y%m%d}\nSUMMARY:Zoe")
    (drumbeat.folder / "away.ics").write_bytes(text)
    for _ in range(2):
        ran = drumbeat("absences", "import", "away.ics")
        assert (ran.code, ran.out) == (0, "1 absence of Alice.\n"), ran.err
    with db.transaction() as session:
        assert [absence.first_day for absence in session.scalars(select(Absence))] == [day]
    db.close()


def test_what_cannot_be_taken_over_is_refused(drumbeat: Drumbeat) -> None:
    prepare(drumbeat, known=False).close()
    (drumbeat.folder / "page.ics").write_bytes(b"<html>")
    ran = drumbeat("absences", "import", "missing.ics")
    assert (ran.code, "missing.ics cannot be read" in ran.err) == (1, True)
    ran = drumbeat("absences", "import", "page.ics")
    assert (ran.code, "start Drumbeat once" in ran.err) == (1, True)
    prepare(drumbeat).close()
    ran = drumbeat("absences", "import", "page.ics", "--workspace", "T0DRUM")
    assert (ran.code, "page.ics: it is no iCalendar file" in ran.err) == (1, True)
