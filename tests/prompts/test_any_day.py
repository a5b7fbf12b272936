"""Whatever is asked of whom and when: never a message outside working hours, never two bundled ones a day."""

import itertools
from collections import Counter
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from hypothesis import given, settings
from hypothesis import strategies as st

from bot.db import Database
from bot.definitions import Definitions
from bot.people.directory import Directory, keep
from bot.people.model import People
from bot.people.moments import working_moment
from bot.prompts.model import DAY, URGENT
from tests import people
from tests.people import ALICE
from tests.prompts.asking import Asking
from tests.updates.team import member

ZONES = ("Europe/Berlin", "America/New_York", "Asia/Kathmandu", "Pacific/Auckland", "Pacific/Honolulu", "Asia/Dubai")
HOLIDAYS = ("DE-BE", "US", "NZ", "JP", None)
START = datetime(2026, 10, 20, tzinfo=UTC)
"""Clocks change in the weeks after it, on both halves of the earth."""
LONGEST = timedelta(days=30)
_numbers = itertools.count()

hours = st.integers(0, 12 * 24)
things = st.tuples(
    hours,
    st.one_of(st.none(), st.integers(1, 120)),
    st.one_of(st.none(), st.integers(1, 72)),
    st.sampled_from((False, False, False, True)),
)
"""From when something is asked, until how many hours later, after how many it is reminded of, whether it is urgent."""


def test_nobody_is_written_to_outside_their_hours_or_twice_a_day(db: Database) -> None:
    @settings(max_examples=25, deadline=None)
    @given(
        zone=st.sampled_from(ZONES),
        holidays=st.sampled_from(HOLIDAYS),
        workdays=st.sets(st.sampled_from(("mon", "tue", "wed", "thu", "fri", "sat", "sun")), min_size=1),
        company_days=st.sets(st.dates(date(2026, 10, 20), date(2026, 11, 5)), max_size=2),
        asked=st.lists(things, min_size=1, max_size=8),
        told=st.sets(st.integers(0, 7)),
    )
    def holds(
        zone: str, holidays: str | None, workdays: set[str], company_days: set[date], asked: Any, told: set[int]
    ) -> None:
        asking = workspace(db, zone, holidays, workdays, company_days)
        for n, (at, _deadline, _reminder, _urgent) in sorted(enumerate(asked), key=lambda each: each[1][0]):
            asking.until(START + timedelta(hours=at))
            ask(asking, str(n), *asked[n])
            if n in told:
                asking.tell(f"{asking.house.workspace_id}-told-{n}")
        asking.until(START + LONGEST)
        check(asking, ZoneInfo(zone), workdays)

    holds()


def workspace(db: Database, zone: str, holidays: str | None, workdays: set[str], company_days: set[date]) -> Asking:
    organisation = people.organisation().model_dump(mode="json", exclude_defaults=True)
    organisation |= {
        "zone": zone,
        "holidays": holidays,
        "working_hours": {"days": sorted(workdays), "start": "09:00", "end": "17:30"},
        "company_days": [{"date": day.isoformat(), "name": "Away"} for day in sorted(company_days)],
    }
    definitions = Definitions(type(people.organisation()).model_validate(organisation), people.calendar())
    asking = Asking(db, START, definitions, workspace_id=f"T{next(_numbers)}")
    asking.run(keep, Directory(members=(member(ALICE, "Alice", zone),), channels=()))
    asking.house = replace(asking.house, definitions=definitions)
    return asking


def ask(asking: Asking, key: str, at: int, deadline: int | None, reminder: int | None, urgent: bool) -> None:
    begin = START + timedelta(hours=at)
    key = f"{asking.house.workspace_id}-{key}"
    asking.ask(
        key,
        at=begin,
        deadline=begin + timedelta(hours=deadline) if deadline else None,
        remind_at=begin + timedelta(hours=reminder) if reminder else None,
        urgent=urgent,
    )


def check(asking: Asking, zone: ZoneInfo, workdays: set[str]) -> None:
    sent = asking.sent()
    days = Counter((what, at.astimezone(zone).date()) for what, at in sent)
    assert {what for what, _at in sent} <= {DAY, URGENT}
    assert all(count == 1 for count in days.values()), "one bundled message a day, and one more that is urgent"
    with asking.db.transaction() as session:
        alice = People(session, asking.house).by_slack(ALICE)
    assert alice is not None
    off = asking.house.definitions.organisation.work_days(alice.holidays).off
    for _what, at in sent:
        day = at.astimezone(zone).date()
        assert not off(day), "never on a day off"
        assert f"{day:%a}".lower() in workdays
        assert working_moment(asking.house, alice, at) == at, "never outside the hours"
