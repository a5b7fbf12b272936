"""Half a year of a company all over the world: what the calendar promises is held against what was said in Slack."""

from datetime import date, timedelta

from bot.rituals.schedule import slots
from bot.simulate import Assumptions, Findings, Life, find, live
from bot.simulate.findings import FATES, IN_TIME
from bot.simulate.slack import slack_ids
from tests.simulate import company

HALF_A_YEAR = Assumptions(first_day=date(2027, 3, 1), weeks=26, answers=0.8, leave=25, seed=7)


def test_half_a_year_of_forty_people_in_nine_zones_keeps_every_promise() -> None:
    life = live(company.world_wide(), company.words(), HALF_A_YEAR)
    found = find(life)

    assert life.failures == []
    assert life.refused == []
    no_ritual_is_lost(life)
    every_request_is_accounted_for(found)
    nobody_is_over_budget_without_a_warning(life, found)
    nobody_is_written_to_outside_working_hours(life)
    one_day_message_and_at_most_one_urgent_one(found)


def no_ritual_is_lost(life: Life) -> None:
    for ritual in life.definitions.calendar.rituals:
        held = {each.slot for each in life.occurrences if each.ritual_id == ritual.id and each.opened_at}
        skipped = {each.slot for each in life.occurrences if each.ritual_id == ritual.id and each.state == "skipped"}
        for slot in slots(ritual, life.definitions.organisation, life.assumed.first_day):
            if slot.day > life.assumed.last_day:
                break
            assert (slot.key in held | skipped) is not bool(slot.skipped_because), (ritual.id, slot)


def every_request_is_accounted_for(found: Findings) -> None:
    (weekly,) = [each for each in found.rituals if each.ritual.kind == "weekly_update"]
    assert weekly.lost == []
    assert weekly.planned == 25, "the freeze leaves one of 26 out"
    assert weekly.expected == 25 * company.AREAS
    assert set(weekly.fates) <= set(FATES)
    assert sum(weekly.fates.values()) == weekly.expected
    in_time = weekly.fates[IN_TIME] / weekly.expected
    assert 0.7 < in_time < 0.9, "as assumed, give or take leave"


def nobody_is_over_budget_without_a_warning(life: Life, found: Findings) -> None:
    refs = {slack_id: ref for ref, slack_id in slack_ids(life.definitions).items()}
    weeks: dict[tuple[str, date], int] = {}
    for said in life.said:
        if said.channel in refs and not said.is_change:
            person = life.definitions.organisation.people_by_ref[refs[said.channel].casefold()]
            day = said.at.astimezone(person.zone or life.definitions.organisation.zone).date()
            week = (person.name, day - timedelta(days=day.weekday()))
            weeks[week] = weeks.get(week, 0) + 1
    warned = {(person.name, week.monday) for person, week in found.over}
    assert {week for week, messages in weeks.items() if messages > 5} <= warned
    assert sum(weeks.values()) == sum(len(person.got) for person in found.people)


def nobody_is_written_to_outside_working_hours(life: Life) -> None:
    organisation, ids = life.definitions.organisation, slack_ids(life.definitions)
    hours = organisation.working_hours
    for person in organisation.people:
        zone, off = person.zone or organisation.zone, organisation.work_days(person.holidays).off
        for said in life.said:
            if said.channel != ids[person.ref] or said.is_change:
                continue
            local = said.at.astimezone(zone)
            what = (person.name, local.isoformat(), said.kind)
            assert not off(local.date()), what
            assert hours.start <= local.time() < hours.end, what


def one_day_message_and_at_most_one_urgent_one(found: Findings) -> None:
    for person in found.people:
        for kind in ("day message", "urgent message"):
            days = [got.at.date() for got in person.got if got.kind == kind]
            assert len(days) == len(set(days)), (person.name, kind)
    assert any(person.got for person in found.people)
