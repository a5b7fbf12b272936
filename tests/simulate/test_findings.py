from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

from bot.simulate import Assumptions, Life, find, live
from bot.simulate.findings import IN_TIME, SILENT, SKIPPED
from bot.simulate.slack import Said
from tests.people import ALICE
from tests.simulate import company

APRIL = Assumptions(first_day=date(2027, 4, 5), weeks=2, answers=1, leave=0)


def said_to_alice(*moments: datetime) -> list[Said]:
    return [Said(number, at, ALICE, "update.prompt", "Hello", False, False) for number, at in enumerate(moments)]


def lived(assumed: Assumptions = APRIL, **organisation: object) -> Life:
    return live(company.small(**organisation), company.words(), assumed)


def test_everybody_who_answers_is_counted_as_in_time_and_the_digest_is_posted() -> None:
    found = find(lived())

    (weekly,) = found.rituals
    assert (weekly.planned, weekly.states, weekly.lost) == (2, {"closed": 2}, [])
    assert (weekly.expected, weekly.fates) == (2, {IN_TIME: 2})
    assert [said.kind for said in found.life.said if not said.is_change].count("update.digest") >= 2


def test_who_never_answers_is_silent() -> None:
    (weekly,) = find(lived(replace(APRIL, answers=0, seed=3))).rituals

    assert weekly.fates.get(IN_TIME, 0) == 0
    assert weekly.expected == sum(weekly.fates.values())
    assert weekly.fates[SILENT] >= 1


def test_when_everyone_is_away_the_occurrence_is_skipped_and_its_requests_are_accounted_for() -> None:
    everybody = [{"date": str(day), "name": "Retreat"} for day in (date(2027, 4, 14), date(2027, 4, 15))]
    life = live(company.small(company.weekly(holidays="ignore"), company_days=everybody), company.words(), APRIL)
    (weekly,) = find(life).rituals

    assert weekly.states == {"closed": 1, "skipped": 1}
    assert (weekly.expected, sum(weekly.fates.values())) == (2, 2)
    assert SKIPPED in weekly.fates or "away" in weekly.fates


def test_what_a_holiday_moves_is_told_with_the_reason() -> None:
    monday = company.review("standstill", "every Monday")
    easter = replace(APRIL, first_day=date(2027, 3, 29))
    (change,) = find(live(company.small(monday), company.words(), easter)).changes

    assert (change.day, change.what) == (date(2027, 3, 30), "moved")
    assert "Easter Monday" in change.why


def test_more_messages_than_the_budget_are_a_warning() -> None:
    rituals = [company.weekly(id=f"weekly-{n}", name=f"Weekly {n}") for n in range(6)]
    found = find(live(company.small(*rituals), company.words(), APRIL))

    assert {(person.name, week.monday) for person, week in found.over} == {
        ("Alice", date(2027, 4, 5)),
        ("Alice", date(2027, 4, 12)),
    }
    assert {clash.sort for clash in found.clashes} == {"two rituals at once"}


def test_the_day_before_a_holiday_and_an_owner_on_holiday_are_clashes() -> None:
    # Wednesday 5 May 2027 is the day before Ascension Day, on which the digest would be due.
    ascension = replace(APRIL, first_day=date(2027, 5, 3), weeks=1)
    weekly = company.weekly(holidays="ignore")
    found = find(live(company.small(weekly), company.words(), ascension))

    assert {clash.sort for clash in found.clashes} == {
        "artifact due while its owner is away",
        "asked on the day before a holiday",
    }


def test_minutes_are_those_of_the_plan() -> None:
    found = find(lived(replace(APRIL, weeks=1)))
    (alice,) = [person for person in found.people if person.name == "Alice"]

    # Four for the update of Billing, three for the digest.
    assert [week.load.minutes for week in alice.weeks] == [7]


def test_a_digest_comes_with_the_day_message_and_costs_two_minutes() -> None:
    audience = {"kind": "digest", "for": "leadership", "audience": [ALICE]}
    times = {"zone": "person", "repeats": "every Wednesday", "prompt": "08:00", "cutoff": "08:30", "publish": "09:00"}
    brief = company.weekly(id="brief", name="Brief", schedule=times, **audience)
    week = replace(APRIL, weeks=1)

    def costs(life: Life) -> tuple[int, int]:
        (alice,) = [person for person in find(life).people if person.name == "Alice"]
        return alice.weeks[0].load.messages, alice.weeks[0].load.minutes

    messages, minutes = costs(lived(week))
    told = live(company.small(company.weekly(), brief), company.words(), week)
    assert costs(told) == (messages, minutes + 2)


def test_messages_outside_working_hours_are_found() -> None:
    night, weekend = datetime(2027, 4, 7, 2, 0, tzinfo=UTC), datetime(2027, 4, 10, 10, 0, tzinfo=UTC)
    noon = datetime(2027, 4, 7, 10, 0, tzinfo=UTC)
    found = find(replace(lived(), said=said_to_alice(night, noon, weekend)))

    assert [(each.name, each.got.at.astimezone(UTC)) for each in found.off_hours] == [
        ("Alice", night),
        ("Alice", weekend),
    ]


def test_an_occurrence_that_never_came_is_lost() -> None:
    life = lived()
    (weekly,) = find(replace(life, occurrences=life.occurrences[1:])).rituals

    assert weekly.lost == ["2027-04-07T10:00"]


def test_the_same_seed_comes_out_the_same() -> None:
    assumed = replace(APRIL, answers=0.5, leave=25, weeks=3)

    assert lived(assumed).said == lived(assumed).said


def test_an_update_passed_on_to_a_deputy_is_their_message() -> None:
    life = lived(replace(APRIL, leave=100, weeks=6, seed=5))

    asked = {request.asked for request in life.requests if request.asked}
    assert len(asked) == 2, "Alice, and Bob while she is away"
    assert all(each.last - each.first < timedelta(days=21) for each in life.leaves)
