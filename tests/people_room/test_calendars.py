"""Absences out of calendars: whose they are, and what becomes of a calendar that cannot be read."""

import asyncio
from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import pytest
from sqlalchemy import select

from bot.db import Database
from bot.definitions import Definitions
from bot.errors import UserError
from bot.house import House
from bot.people import calendars
from bot.people.absence import back
from bot.people.calendars import feeds, refresh, take_file, troubles
from bot.people.directory import keep
from bot.people.flow import require_person
from bot.people.model import Absence, People
from bot.updates import flow
from tests import people
from tests.aloud import read_aloud
from tests.fakes import StoppedClock, make_house, promised
from tests.people import ALICE, BOB, CHARLIE, PRODUCT_OPS
from tests.people_room.calendar_files import OFFICE, calendar
from tests.updates.team import Week, away, berlin, definitions, directory, member

TEAM = "https://calendars.example.com/team.ics?secret=1"
OWN = "https://calendars.example.com/alice.ics"
CHRISTMAS = "DTSTART;VALUE=DATE:20261221\nDTEND;VALUE=DATE:20270105"
TODAY = "DTSTART;VALUE=DATE:20261125"


class Web:
    """Calendars by address; an error stands for one that cannot be fetched."""

    def __init__(self, **pages: Any) -> None:
        self.pages: dict[str, bytes | Exception] = dict(pages)

    async def __call__(self, address: str) -> bytes:
        page = self.pages[address]
        if isinstance(page, Exception):
            raise page
        return page


@pytest.fixture
def web() -> Web:
    return Web()


@pytest.fixture
def house(db: Database, clock: StoppedClock) -> House:
    house = make_house(db, definitions=with_calendars(team=[TEAM], own=OWN), clock=clock)
    with db.transaction() as session:
        keep(
            session,
            house,
            directory(member(ALICE, "Alice", "America/New_York"), member(BOB, "Bob"), member(CHARLIE, "C")),
        )
    return house


def with_calendars(*, team: list[str], own: str | None = None) -> Definitions:
    plain = people.definitions()
    organisation = plain.organisation.model_dump(mode="json", exclude_defaults=True)
    organisation["absence_calendars"] = team
    for person, address in zip(organisation["people"], ("alice@example.com", "bob@example.com", None), strict=True):
        if address:
            person["email"] = address
    if own:
        organisation["people"][0]["calendar"] = own
    return replace(plain, organisation=type(plain.organisation).model_validate(organisation))


def look(house: House, web: Web, *team: str, own: tuple[str, ...] = (), head: str = "") -> None:
    web.pages |= {TEAM: calendar(*team, head=head), OWN: calendar(*own, head=head)}
    asyncio.run(refresh(house, web))


def spans(house: House) -> list[tuple[str, date, date]]:
    with house.db.transaction() as session:
        return sorted((each.slack_id, each.first_day, each.last_day) for each in session.scalars(select(Absence)))


def away_on(house: House, slack_id: str, day: date) -> str | None:
    with house.db.transaction() as session:
        return People(session, house).away_because(require_person(session, house, slack_id), day)


@pytest.mark.parametrize(
    ("event", "whose"),
    [
        ("SUMMARY:Holiday\nATTENDEE:mailto:Alice@example.com\nORGANIZER:mailto:bob@example.com", [ALICE]),
        ("SUMMARY:Offsite\nATTENDEE:mailto:alice@example.com\nATTENDEE:mailto:bob@example.com", [ALICE, BOB]),
        (
            "SUMMARY:Offsite\nATTENDEE;PARTSTAT=DECLINED:mailto:alice@example.com\nATTENDEE:mailto:bob@example.com",
            [BOB],
        ),
        ("SUMMARY:Charlie – parental leave\nORGANIZER:mailto:bob@example.com", [CHARLIE]),
        ("SUMMARY:Urlaub (alice)", [ALICE]),
        ("SUMMARY:Out\nORGANIZER:mailto:bob@example.com", [BOB]),
        ("SUMMARY:Alicent is away\nATTENDEE:mailto:zoe@example.com", []),
    ],
)
def test_an_event_means_who_attends_else_who_is_named_else_who_made_it(
    house: House, web: Web, event: str, whose: list[str]
) -> None:
    look(house, web, f"{CHRISTMAS}\n{event}")
    assert spans(house) == [(slack_id, date(2026, 12, 21), date(2027, 1, 4)) for slack_id in whose]


def test_the_longest_name_counts_so_that_nobody_is_taken_for_a_colleague(house: House, web: Web) -> None:
    organisation = house.definitions.organisation
    alice, bob, charlie = organisation.people
    named = organisation.model_copy(
        update={
            "people": (alice.model_copy(update={"name": "Ana"}), bob.model_copy(update={"name": "Ana Duarte"}), charlie)
        }
    )
    house = replace(house, definitions=Definitions(named, house.definitions.calendar))
    look(house, web, f"{CHRISTMAS}\nSUMMARY:Ana Duarte: holiday")
    assert [slack_id for slack_id, _first, _last in spans(house)] == [BOB]


@pytest.mark.parametrize(
    ("times", "days"),
    [
        # Alice works from nine to half past five in New York.
        ("DTSTART:20261125T090000\nDTEND:20261125T180000", [25]),
        ("DTSTART:20261125T090000\nDTEND:20261125T120000", []),
        ("DTSTART;TZID=Our Office:20261125T150000\nDTEND;TZID=Our Office:20261125T233000", [25]),
        ("DTSTART;TZID=Our Office:20261125T090000\nDTEND;TZID=Our Office:20261125T170000", []),
        ("DTSTART:20261125T130000\nDTEND:20261127T110000", [25, 26]),
        ("DTSTART:20261124T000000Z\nDTEND:20261124T050000Z", []),
    ],
)
def test_hours_make_a_day_away_when_they_take_half_of_it_in_the_persons_zone(
    house: House, web: Web, times: str, days: list[int]
) -> None:
    look(house, web, f"{times}\nSUMMARY:Alice", head=OFFICE)
    found = [day for _who, first, last in spans(house) for day in range(first.day, last.day + 1)]
    assert found == days


def test_in_ones_own_calendar_meetings_and_what_is_marked_free_are_no_absence(house: House, web: Web) -> None:
    look(
        house,
        web,
        own=(
            "DTSTART:20261125T100000Z\nDURATION:PT1H\nSUMMARY:Sync",
            "DTSTART;VALUE=DATE:20261201\nSUMMARY:Birthday\nTRANSP:TRANSPARENT",
            "DTSTART;VALUE=DATE:20261202\nSUMMARY:Focus\nX-MICROSOFT-CDO-BUSYSTATUS:BUSY",
            "DTSTART;VALUE=DATE:20261203\nX-MICROSOFT-CDO-BUSYSTATUS:OOF\nTRANSP:TRANSPARENT",
            "DTSTART;VALUE=DATE:20261204\nSUMMARY:Off",
        ),
    )
    assert [first.day for _who, first, _last in spans(house)] == [3, 4]


def test_reading_again_changes_and_drops_what_the_calendar_changed(house: House, web: Web) -> None:
    kept = f"UID:a\n{CHRISTMAS}\nSUMMARY:Alice"
    look(house, web, kept, f"UID:b\n{CHRISTMAS}\nSUMMARY:Bob")
    look(house, web, kept)
    look(house, web, kept)
    assert [slack_id for slack_id, _first, _last in spans(house)] == [ALICE]
    look(house, web)
    assert spans(house) == []


def test_who_says_that_they_are_back_stays_back_when_the_calendar_is_read_again(house: House, web: Web) -> None:
    event = "UID:a\nDTSTART;VALUE=DATE:20261123\nDTEND;VALUE=DATE:20261128\nSUMMARY:Alice"
    look(house, web, event)
    today = date(2026, 11, 25)
    assert away_on(house, ALICE, today) == "away until Fri 27 Nov"
    with house.db.transaction() as session:
        assert back(session, house, ALICE, today)
    look(house, web, event)
    assert away_on(house, ALICE, today) is None
    look(house, web, event.replace("20261128", "20261202"))
    assert away_on(house, ALICE, today) == "away until Tue 1 Dec", "other days are other news"


def test_a_calendar_that_cannot_be_read_is_told_once_and_what_it_said_stays(house: House, web: Web) -> None:
    look(house, web, f"{CHRISTMAS}\nSUMMARY:Alice")
    web.pages[TEAM] = UserError("its server answers 404: check that the address still holds.")
    for _ in range(3):
        asyncio.run(refresh(house, web))
    (told,) = promised(house.db, "people.calendar", PRODUCT_OPS)
    read_aloud(told)
    assert "calendars.example.com can not be used: its server answers 404" in told.text
    assert "What it said on Wed 25 Nov 2026 stays in force." in told.text
    assert "secret" not in str(told)
    assert [slack_id for slack_id, _first, _last in spans(house)] == [ALICE]
    with house.db.transaction() as session:
        assert len(troubles(session, house)) == 1

    web.pages[TEAM] = b"<html>Sign in</html>"
    asyncio.run(refresh(house, web))
    assert "it is no iCalendar file" in promised(house.db, "people.calendar")[-1].text
    look(house, web)
    with house.db.transaction() as session:
        assert troubles(session, house) == []


def test_a_calendar_that_the_definitions_drop_keeps_nobody_away(house: House, web: Web) -> None:
    look(house, web, f"{CHRISTMAS}\nSUMMARY:Alice")
    dropped = replace(house, definitions=with_calendars(team=[]))
    assert feeds(dropped) == []
    asyncio.run(refresh(dropped, web))
    assert spans(house) == []


def test_a_file_is_taken_over_in_place_of_what_it_said_before(house: House) -> None:
    with house.db.transaction() as session:
        text = calendar(f"{CHRISTMAS}\nSUMMARY:Alice", f"{CHRISTMAS}\nSUMMARY:Zoe")
        assert take_file(session, house, "absences.ics", text) == (1, ["Alice"])
        assert take_file(session, house, "absences.ics", calendar(f"{CHRISTMAS}\nSUMMARY:Bob")) == (1, ["Bob"])
    assert [slack_id for slack_id, _first, _last in spans(house)] == [BOB]


def test_who_is_away_by_a_calendar_while_they_are_asked_hands_over_to_the_deputy(db: Database) -> None:
    week = Week(db, definitions())
    week.house = replace(week.house, links=replace(week.house.links, on_away=(flow.on_away,), on_back=(flow.on_back,)))
    week.until(berlin(25, 10, 30))
    week.run(take_file, "today.ics", calendar(f"{TODAY}\nSUMMARY:Alice"))
    assert week.ask("billing").asked == BOB
    week.run(take_file, "today.ics", calendar())
    assert week.ask("billing").asked == ALICE


def test_two_sources_do_not_undo_each_other(db: Database, web: Web) -> None:
    week = Week(db, definitions())
    week.run(away, ALICE, 5)
    week.run(take_file, "a.ics", calendar(f"{TODAY}\nSUMMARY:Alice"))
    week.run(take_file, "a.ics", calendar())
    assert away_on(week.house, ALICE, week.clock.now().date() + timedelta(days=5)) == "away until Sat 28 Nov"


def test_a_calendar_of_endless_events_is_refused(house: House, web: Web, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(calendars, "MOST_ENTRIES", 10)
    look(house, web, "DTSTART;VALUE=DATE:20261101\nRRULE:FREQ=DAILY\nSUMMARY:Alice")
    assert spans(house) == []
    assert "too many for a calendar of absences" in promised(house.db, "people.calendar")[0].text
