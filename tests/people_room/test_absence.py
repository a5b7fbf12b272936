"""Who is away when: the words of a command, days that make sense, and who may know what."""

from datetime import date, timedelta

import pytest
from sqlalchemy import select

from bot.blocks.compose import spoken
from bot.db import Database
from bot.errors import UserError
from bot.house import House
from bot.people import messages
from bot.people.absence import back, come_back, coming, end_absence, set_away
from bot.people.dates import read_days
from bot.people.directory import keep
from bot.people.flow import named_person, require_person
from bot.people.model import Absence, People
from bot.people.wishes import Wish, read_wish
from tests.fakes import make_house
from tests.people import ALICE, BOB, CHARLIE
from tests.updates.team import Week, definitions, directory, member

TODAY = date(2026, 11, 25)
CHRISTMAS = (date(2026, 12, 21), date(2027, 1, 4))
WEEKLY = "weekly-update"


@pytest.fixture
def house(house: House) -> House:
    with house.db.transaction() as session:
        keep(session, house, directory())
    return house


def wish(house: House, words: str, asker: str = ALICE) -> Wish:
    with house.db.transaction() as session:
        return read_wish(session, house, asker, words)


@pytest.mark.parametrize(
    ("words", "days"),
    [
        ("until friday", (TODAY, date(2026, 11, 27))),
        ("until Fri.", (TODAY, date(2026, 11, 27))),
        ("until friday,", (TODAY, date(2026, 11, 27))),
        ("today", (TODAY, TODAY)),
        ("on friday", (date(2026, 11, 27), date(2026, 11, 27))),
        ("2026-12-21 to 2027-01-04", CHRISTMAS),
        ("21 December to 4 January", CHRISTMAS),
        ("from 21.12. until 4.1.", CHRISTMAS),
        ("Dec 21 - Jan 4", CHRISTMAS),
        ("tomorrow through monday", (date(2026, 11, 26), date(2026, 11, 30))),
    ],
)
def test_days_are_read_as_people_write_them_also_across_the_end_of_a_year(words: str, days: tuple[date, date]) -> None:
    assert read_days(words, TODAY) == days


@pytest.mark.parametrize("words", ["tomorrow", "friday", "2026-12-04"])
def test_a_day_alone_is_not_taken_for_all_the_days_until_then(words: str) -> None:
    with pytest.raises(UserError, match=f"two things: `until {words}`, from today on, or `on {words}`, that day alone"):
        read_days(words, TODAY)


@pytest.mark.parametrize("words", ["for a week", "for 3 days because of a flu", "for the next week"])
def test_how_long_is_no_ritual_and_no_day(house: House, words: str) -> None:
    with pytest.raises(UserError, match="Say until which day instead of “for"):
        wish(house, words)


@pytest.mark.parametrize("words", ["someday", "2026-02-30", "monday to someday", "to friday", "31 November"])
def test_days_that_do_not_exist_are_refused(words: str) -> None:
    with pytest.raises(UserError, match="can not read"):
        read_days(words, TODAY)


def test_product_ops_says_in_one_line_who_is_away_when_and_from_what(house: House) -> None:
    said = wish(house, "@alice 2026-12-21 to 2027-01-04 weekly-update because moving house", BOB)
    assert (said.person.name, said.first_day, said.last_day) == ("Alice", *CHRISTMAS)
    assert (said.ritual_id, said.reason, said.kind) == (WEEKLY, "moving house", "other")


@pytest.mark.parametrize(
    ("words", "kind", "ritual", "last_day"),
    [
        ("sick", "sick", None, None),
        ("Sick until tomorrow", "sick", None, date(2026, 11, 26)),
        ("until tomorrow for Weekly product update", "other", WEEKLY, date(2026, 11, 26)),
        ("conference on friday for weekly-update", "conference", WEEKLY, date(2026, 11, 27)),
    ],
)
def test_the_sort_of_absence_and_the_ritual_are_words_too(
    house: House, words: str, kind: str, ritual: str | None, last_day: date | None
) -> None:
    said = wish(house, words)
    assert (said.kind, said.ritual_id, said.last_day) == (kind, ritual, last_day)


def test_a_ritual_nobody_knows_offers_the_nearest(house: House) -> None:
    with pytest.raises(UserError, match=r"I know no ritual called “wekly”. Did you mean `weekly-update`"):
        wish(house, "until friday for wekly")


@pytest.mark.parametrize("words", ["@alice until friday", f"<@{ALICE}> until friday", f"<@{ALICE}|alice> until friday"])
def test_a_person_is_named_by_name_or_mention(house: House, words: str) -> None:
    with house.db.transaction() as session:
        person, rest = named_person(session, house, words)
    assert person is not None
    assert (person.slack_id, rest) == (ALICE, "until friday")


@pytest.mark.parametrize("words", ["@zoe until friday", "<@U0NOBODY> until friday", "zoe@example.com until friday"])
def test_a_person_nobody_knows_is_refused(house: House, words: str) -> None:
    with house.db.transaction() as session, pytest.raises(UserError, match=r"know no person|do not know that person"):
        named_person(session, house, words)


def test_only_product_ops_notes_absences_of_others(house: House) -> None:
    with house.db.transaction() as session:
        with pytest.raises(UserError, match=r"Only product ops may note an absence for somebody else[.] Ask Bob"):
            set_away(session, house, BOB, TODAY, TODAY, noted_by=ALICE)
        set_away(session, house, ALICE, TODAY, TODAY, noted_by=BOB)
        with pytest.raises(UserError, match="Only product ops"):
            come_back(session, house, ALICE, CHARLIE)
        assert come_back(session, house, ALICE, BOB)


def test_a_new_absence_takes_the_place_only_of_the_days_it_speaks_of(house: House) -> None:
    with house.db.transaction() as session:
        set_away(session, house, ALICE, *CHRISTMAS)
        set_away(session, house, ALICE, TODAY, TODAY + timedelta(days=2))
        set_away(session, house, ALICE, TODAY + timedelta(days=2), TODAY + timedelta(days=5))
        spans = sorted((each.first_day, each.last_day) for each in session.scalars(select(Absence)))
    assert spans == [
        (TODAY, TODAY + timedelta(days=1)),
        (TODAY + timedelta(days=2), TODAY + timedelta(days=5)),
        CHRISTMAS,
    ]


def test_being_back_leaves_what_is_planned_for_later(house: House) -> None:
    with house.db.transaction() as session:
        set_away(session, house, ALICE, TODAY, TODAY)
        set_away(session, house, ALICE, *CHRISTMAS)
        assert back(session, house, ALICE, TODAY)
        ((_alice, later),) = coming(session, house, ALICE)
        assert (later.first_day, later.last_day) == CHRISTMAS


def test_an_absence_across_the_end_of_a_year_counts_on_both_sides(house: House) -> None:
    with house.db.transaction() as session:
        set_away(session, house, ALICE, *CHRISTMAS)
        people, alice = People(session, house), require_person(session, house, ALICE)
        on = {day: people.away_because(alice, day) for day in (date(2026, 12, 31), date(2027, 1, 4), date(2027, 1, 5))}
    assert list(on.values()) == ["away until Mon 4 Jan", "away until Mon 4 Jan", None]


def test_an_absence_from_one_ritual_counts_for_that_one_alone(house: House) -> None:
    with house.db.transaction() as session:
        set_away(session, house, ALICE, TODAY, TODAY, ritual_id=WEEKLY)
        people, alice = People(session, house), require_person(session, house, ALICE)
        assert people.away_because(alice, TODAY, WEEKLY) == "away until Wed 25 Nov"
        assert people.away_because(alice, TODAY, "roadmap-review") is None
        assert people.away_because(alice, TODAY) is None


@pytest.mark.parametrize(
    ("first_day", "last_day", "why"),
    [
        (TODAY, TODAY - timedelta(days=1), "is before"),
        (TODAY - timedelta(days=9), TODAY - timedelta(days=8), "is over"),
        (TODAY, TODAY + timedelta(days=400), "over a year"),
        (TODAY + timedelta(days=500), TODAY + timedelta(days=501), "over a year ahead"),
    ],
)
def test_days_that_make_no_sense_are_refused(house: House, first_day: date, last_day: date, why: str) -> None:
    with house.db.transaction() as session, pytest.raises(UserError, match=why):
        set_away(session, house, ALICE, first_day, last_day)


def test_sort_and_reason_are_for_the_person_and_product_ops_and_others_read_only_away(db: Database) -> None:
    week = Week(db, definitions())
    week.run(set_away, ALICE, TODAY, TODAY + timedelta(days=2), kind="sick", reason="broken leg")
    week.until(week.clock.now() + timedelta(days=4))
    everything_posted = str(week.digest()) + str([prompt.text for prompt in week.prompts()])
    assert "Alice: away until Fri 27 Nov" in everything_posted
    assert "sick" not in everything_posted.lower()
    assert "broken leg" not in everything_posted


def test_the_list_shows_everything_to_those_who_may_know(house: House) -> None:
    with house.db.transaction() as session:
        set_away(session, house, ALICE, *CHRISTMAS, kind="sick", reason="operation", ritual_id=WEEKLY)
        (page,) = messages.absences(house, coming(session, house), everybody=True)
        (empty,) = messages.absences(house, coming(session, house, CHARLIE), everybody=False)
    assert "Alice: Mon 21 Dec 2026 to Mon 4 Jan 2027, for Weekly product update" in page.text
    assert "Sick: operation" in page.text
    assert "You are not noted as away" in empty.text


def test_one_absence_is_ended_by_its_person_or_product_ops_only(house: House) -> None:
    with house.db.transaction() as session:
        number = str(set_away(session, house, ALICE, *CHRISTMAS).id)
        with pytest.raises(UserError, match="Only product ops"):
            end_absence(session, house, CHARLIE, number)
        end_absence(session, house, ALICE, number)
        assert coming(session, house) == []
        for gone in (number, "", "x", "9" * 30):
            with pytest.raises(UserError, match="gone"):
                end_absence(session, house, BOB, gone)


def test_absences_of_another_workspace_are_out_of_reach(house: House) -> None:
    elsewhere = make_house(house.db, workspace_id="T0OTHER")
    with house.db.transaction() as session:
        keep(session, elsewhere, directory())
        number = str(set_away(session, house, ALICE, TODAY, TODAY).id)
        assert coming(session, elsewhere) == []
        assert not come_back(session, elsewhere, ALICE, ALICE)
        with pytest.raises(UserError, match="gone"):
            end_absence(session, elsewhere, BOB, number)


def test_the_home_tab_says_that_one_is_away_and_how_to_end_it(house: House) -> None:
    with house.db.transaction() as session:
        assert [each["type"] for each in messages.on_home(house, [], TODAY)] == ["actions"]
        absence = set_away(session, house, ALICE, TODAY, TODAY + timedelta(days=2))
        shown = messages.on_home(house, [absence], TODAY)
    assert "You are away until Fri 27 Nov 2026" in spoken(shown)
    assert [button["text"]["text"] for button in shown[-1]["elements"]] == ["I am away", "I am back"]


def test_who_is_a_day_ahead_is_away_by_their_own_calendar(db: Database) -> None:
    house = make_house(db)
    with db.transaction() as session:
        keep(session, house, directory(member(ALICE, "Alice", "Pacific/Auckland"), member(BOB, "Bob")))
        said = read_wish(session, house, ALICE, "until tomorrow")
    assert (said.first_day, said.last_day) == (TODAY, date(2026, 11, 26))
