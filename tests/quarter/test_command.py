"""`drumbeat quarter export` on the command line."""

from datetime import UTC, date, datetime

from bot.quarter.model import PlanVersion
from bot.rituals.model import CLOSED, Occurrence
from tests.people import ALICE, WORKSPACE
from tests.people_room.test_import import prepare
from tests.test_command_line import Drumbeat, drumbeat

__all__ = ["drumbeat"]

AT = datetime(2026, 12, 24, 12, tzinfo=UTC)


def test_it_writes_each_plan_and_says_how_many(drumbeat: Drumbeat) -> None:
    db = prepare(drumbeat)
    assert drumbeat("quarter", "export", "plans").out == "0 plans written to plans.\n"
    with db.transaction() as session:
        times = {"opens_at": AT, "cutoff_at": AT, "publish_at": AT, "day": date(2026, 12, 3)}
        occurrence = Occurrence(
            workspace_id=WORKSPACE, ritual_id="quarter-plan", slot="2026-12-03T10:00", state=CLOSED, **times
        )
        session.add(occurrence)
        session.flush()
        session.add(
            PlanVersion(
                workspace_id=WORKSPACE, occurrence_id=occurrence.id, number=1, at=AT, by=ALICE, markdown="# The plan\n"
            )
        )
    assert drumbeat("quarter", "export", "plans").out == "1 plan written to plans.\n"
    assert (drumbeat.folder / "plans" / "quarter-plan-2027-01-01.md").read_text() == "# The plan\n"
    assert "already" in drumbeat("quarter", "export", "plans").err
    assert drumbeat("quarter", "export", "plans", "--force").code == 0
    db.close()
