"""Half a year of the starter calendar: what meets leaves something or says why not, and what leaves nothing pauses."""

from datetime import date
from pathlib import Path
from typing import Any

import pytest

from bot.definitions import Definitions, Ritual, load
from bot.rituals.model import CLOSED, CLOSED_WITHOUT_OUTPUT, ENDED, SCHEDULED, SKIPPED, Occurrence
from bot.simulate import Assumptions, Life, as_markdown, find, live
from tests.simulate import company

SHIPPED = Path(__file__).parent.parent.parent / "cadences"
PLANTED = ("status-meeting", "sync-of-leads", "metrics-hour")
HALF_A_YEAR = Assumptions(first_day=date(2027, 3, 1), weeks=26, seed=3, empty=frozenset(PLANTED))

REPORT = """\
### What became of each ritual

| Ritual | In the calendar | Left its artifact | Closed without | Skipped | Still open | Lost |
| --- | --- | --- | --- | --- | --- | --- |
| Weekly product update | 26 | 26 | 0 | 0 | 0 | 0 |
| Roadmap review | 13 | 12 | 1 | 0 | 0 | 0 |
| Insights review | 6 | 6 | 0 | 0 | 0 | 0 |
| Insights digest | 26 | 26 | 0 | 0 | 0 | 0 |
| Insights of the month | 6 | 6 | 0 | 0 | 0 | 0 |
| Leadership brief | 26 | 26 | 0 | 0 | 0 | 0 |
| Go-to-market digest | 26 | 26 | 0 | 0 | 0 | 0 |
| Engineering digest | 26 | 26 | 0 | 0 | 0 | 0 |
| System health | 6 | 6 | 0 | 0 | 0 | 0 |
| Quarterly planning | 2 | 2 | 0 | 0 | 0 | 0 |
| Status meeting | 4 | 0 | 4 | 0 | 0 | 0 |
| Sync of leads | 4 | 0 | 4 | 0 | 0 | 0 |
| Metrics hour | 4 | 0 | 4 | 0 | 0 | 0 |
| Mon 22 Mar 2027 | Status meeting | paused | 3 in a row left nothing, and nobody chose otherwise |
| Tue 23 Mar 2027 | Sync of leads | paused | 3 in a row left nothing, and nobody chose otherwise |
| Thu 25 Mar 2027 | Metrics hour | paused | 3 in a row left nothing, and nobody chose otherwise |
"""


@pytest.fixture(scope="module")
def life() -> Life:
    loaded = load(SHIPPED)
    assert loaded.definitions is not None
    calendar = loaded.definitions.calendar
    more = [planted(id, day) for id, day in zip(PLANTED, ("Monday", "Tuesday", "Thursday"), strict=True)]
    definitions = Definitions(
        loaded.definitions.organisation,
        calendar.with_rituals((*calendar.rituals, *more)),
        loaded.definitions.releases,
        loaded.definitions.decisions,
        loaded.definitions.insights,
    )
    return live(definitions, company.words(), HALF_A_YEAR)


def planted(id: str, day: str) -> Ritual:
    """A meeting of somebody's that has never left anything."""
    schedule: dict[str, Any] = {"repeats": f"every {day}", "prompt": "11:00", "cutoff": "12:00", "publish": "12:00"}
    name = id.replace("-", " ").capitalize()
    plain = {"id": id, "name": name, "kind": "review", "purpose": "To talk.", "artifact": "Notes"}
    return Ritual.model_validate({**plain, "owner": "elif@example.com", "schedule": schedule})


def test_every_occurrence_is_closed_with_its_artifact_or_a_reason(life: Life) -> None:
    assert life.failures == []
    began = [each for each in life.occurrences if each.state != SCHEDULED]
    open_at_the_end = [each for each in began if each.state not in ENDED]
    assert all(is_the_last(life, each) for each in open_at_the_end)
    for each in began:
        if each.state == CLOSED:
            assert each.artifact, each.slot
        if each.state in (CLOSED_WITHOUT_OUTPUT, SKIPPED):
            assert each.reason, each.slot


def test_the_three_that_leave_nothing_are_found_and_paused_and_no_other_is(life: Life) -> None:
    assert sorted(pause.ritual_id for pause in life.pauses) == sorted(PLANTED)
    for id in PLANTED:
        held = [each for each in life.occurrences if each.ritual_id == id and each.state == CLOSED_WITHOUT_OUTPUT]
        assert 3 <= len(held) <= 5, "the question comes after three, and the pause a working week later"


def test_both_quarters_are_closed_with_a_plan_of_what_the_areas_have_said(life: Life) -> None:
    plans = [each for each in life.occurrences if each.ritual_id == "quarter-plan" and each.opened_at]
    assert [each.artifact for each in plans] == [
        "Quarterly planning: April to June 2027",
        "Quarterly planning: July to September 2027",
    ]
    posted = [said for said in life.said if said.kind == "quarter.plan"]
    assert len(posted) >= 2 * len(plans), "each with all of it in its thread"


def test_the_report_says_so(life: Life) -> None:
    assert report(life) == REPORT


def is_the_last(life: Life, occurrence: Occurrence) -> bool:
    later = [each for each in life.occurrences if each.ritual_id == occurrence.ritual_id and each.opened_at]
    return occurrence.slot == max(each.slot for each in later)


def report(life: Life) -> str:
    """What the report of the simulation says of rituals, and which were paused."""
    whole = as_markdown(company.words(), find(life), whole=True)
    occurrences = whole.partition("## Occurrences")[2].partition("\n## ")[0]
    paused = [line for line in whole.splitlines() if "| paused |" in line]
    return "\n".join([*occurrences.strip().splitlines(), *paused]) + "\n"
