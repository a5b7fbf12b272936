"""Thirteen weeks of a pilot in a company all over the world: who is asked before its gate is passed, and after."""

from dataclasses import replace
from datetime import date

from bot.definitions import Definitions
from bot.definitions.pilot import Pilot
from bot.simulate import Assumptions, find, live
from tests.people import BOB
from tests.pilot.world import box
from tests.simulate import company

THIRTEEN_WEEKS = Assumptions(first_day=date(2027, 3, 1), weeks=13, answers=0.9, leave=0, seed=7)
PILOT = Pilot.model_validate(
    {
        "begins": "2027-03-01",
        "owner": BOB,
        "areas": ["area-0", "area-4"],
        "why": "Most surprises come from there",
        "retro_of": "weekly-update",
        "boxes": [
            box("try", "0 to 30", rituals=["weekly-update"]),
            box("widen", "31 to 60", rituals=["roadmap"]),
            box("all", "61 to 90", everybody=True, rituals=["insights"]),
        ],
    }
)


def held(*passed: str) -> tuple[int, set[str]]:
    """How many updates were asked for, and which rituals were held."""
    definitions: Definitions = replace(company.world_wide(), pilot=PILOT, gates_passed=passed)
    life = live(definitions, company.words(), THIRTEEN_WEEKS)
    assert (life.failures, life.refused) == ([], [])
    (weekly,) = [each for each in find(life).rituals if each.ritual.kind == "weekly_update"]
    assert weekly.lost == []
    assert sum(weekly.fates.values()) == weekly.expected
    return weekly.expected, {each.ritual_id for each in life.occurrences if each.opened_at}


def test_in_its_first_step_two_areas_are_asked_and_later_rituals_are_not_held() -> None:
    assert held() == (13 * len(PILOT.areas), {"weekly-update"})


def test_once_it_is_for_everybody_all_are_asked() -> None:
    assert held("try", "widen") == (13 * company.AREAS, {"weekly-update", "roadmap", "insights"})
