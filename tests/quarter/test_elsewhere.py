"""What the rest of the house knows of a planning: calendar feeds, why somebody was asked, what it costs."""

from datetime import date

from sqlalchemy.orm import Session

from bot.db import Database
from bot.edits import burden
from bot.feeds import events
from bot.feeds.events import Numbered
from bot.house import House
from bot.people.absence import set_away, tell_away
from bot.people.model import People, Person
from bot.preview import occurrences as preview
from bot.why import flow as why
from tests.fakes import StoppedClock
from tests.people import ALICE, BOB, CHARLIE
from tests.quarter import world
from tests.quarter.world import MEETS, OPENS, run
from tests.releases.launch import DANA, FRANK


def known(session: Session, house: House, slack_id: str) -> Person:
    person = People(session, house).by_slack(slack_id)
    assert person is not None
    return person


def reasons(house: House, slack_id: str) -> list[str]:
    def verb(session: Session, house: House) -> list[str]:
        person = known(session, house, slack_id)
        ritual = house.definitions.calendar.rituals[0]
        return [
            house.words.part("why/why.txt.j2", each.part, own=True, **each.facts)
            for each in why.of_ritual(session, house, ritual, person)
        ]

    return run(house, verb)


def test_in_a_calendar_it_begins_with_writing_and_ends_with_the_meeting(db: Database, clock: StoppedClock) -> None:
    house = world.make(db, clock)

    def told(session: Session, house: House) -> list[Numbered]:
        return events.of_person(session, house, known(session, house, ALICE))

    write, meeting = (each.entry for each in run(house, told)[:2])
    assert (write.title, write.begins, write.busy) == ("Write: Quarterly planning", OPENS, False)
    assert (meeting.title, meeting.begins, meeting.busy) == ("Quarterly planning", MEETS, True)
    assert (meeting.ends - meeting.begins).total_seconds() == 120 * 60
    assert "People meet for it Thu 24 Dec, 13:00. /cadence quarter opens the form" in write.about


def test_everybody_hears_why_they_were_asked(house: House) -> None:
    run(house, set_away, FRANK, OPENS.date(), date(2027, 1, 5))
    run(house, tell_away, FRANK)
    assert "asked what Billing bets on, as its owner (set by `owner` of `billing`" in reasons(house, ALICE)[0]
    assert "asked what hampers the work, as a product manager" in reasons(house, ALICE)[1]
    assert "asked what hampers the work, as product ops" in reasons(house, BOB)[0]
    assert "asked what Search bets on, standing in for Frank (set by `deputy`" in reasons(house, DANA)[0]
    assert "what Search bets on is asked of Dana" in reasons(house, FRANK)[0]
    assert "asked to close the plan of Quarterly planning, as its owner" in reasons(house, FRANK)[1]
    assert "no area that takes part was yours" in reasons(house, CHARLIE)[0]


def test_the_preview_asks_the_owners_of_the_areas(db: Database, clock: StoppedClock) -> None:
    house = world.make(db, clock)
    (first, *_more) = preview(house.definitions, clock.now(), weeks=6)
    assert [person.name for person in first.people] == ["Alice", "Frank"]
    assert all(person.reminder for person in first.people)


def test_its_load_is_counted(db: Database, clock: StoppedClock) -> None:
    house = world.make(db, clock)
    loads = burden.loads(house.definitions, clock.now(), {})
    alice, frank, charlie = (loads[each] for each in (ALICE, FRANK, CHARLIE))
    assert (alice.messages, alice.minutes) == (1, burden.PART)
    assert (frank.messages, frank.minutes) == (1, max(burden.PART, burden.READ_UP + burden.CLOSE))
    assert charlie.minutes == 0
