"""What people say and Slack tells is kept alike on either database."""

from dataclasses import replace
from datetime import date

from bot.db import Database
from bot.naming import flow as naming
from bot.naming.flow import keep_in_step, unsettled
from bot.people.absence import come_back, coming, set_away
from bot.people.calendars import take_file
from bot.people.directory import Directory, keep
from bot.people.model import People
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
    assert "2 people of organisation.yaml left Slack" in told.text
