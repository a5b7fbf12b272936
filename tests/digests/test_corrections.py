"""A corrected issue tells what it told, as it is known now, and leaves to the next one what has happened since."""

from dataclasses import replace
from datetime import timedelta
from pathlib import Path

from bot.db import Database
from bot.digests import collecting
from bot.lookback import surprises
from bot.lookback.model import Escape
from bot.releases import moving
from bot.roadmap import flow as roadmap
from bot.words import Words
from tests.decisions import log
from tests.digests import world
from tests.digests.test_publishing import answered, issue
from tests.fakes import ROOT, StoppedClock
from tests.insights.world import run, wait
from tests.people import ALICE, CHARLIE
from tests.releases import launch
from tests.roadmap.world import NEW
from tests.updates.team import GOOD, berlin


def test_what_happened_after_an_issue_is_in_the_next_one_alone(db: Database, clock: StoppedClock) -> None:
    house = world.make(db, clock)
    with house.db.transaction() as session:
        release = launch.register(session, house)
    issued = house.clock.now()
    wait(house, berlin(26, 12))
    log.recorded(house)
    run(house, moving.move, ALICE, str(release.id), release.version, moving.Move("2026-12-10", "", "likely", "late"))
    run(house, roadmap.add, ALICE, NEW, "a")
    run(house, surprises.report, CHARLIE, str(release.id), "A new field")
    with house.db.transaction() as session:
        session.add(
            Escape(
                workspace_id=house.workspace_id, release_id=release.id, what="Login fails", severity="high",
                reported_by=CHARLIE, reported_at=house.clock.now(),
            )
        )  # fmt: skip
    corrected = run(house, collecting.collect, issued - timedelta(days=7), issued)
    coming = run(house, collecting.collect, issued, house.clock.now())
    for name in ("decided", "happened", "moves", "surprises", "escapes"):
        assert getattr(corrected, name) == [], name
        assert len(getattr(coming, name)) == 1, name


def test_a_broken_template_keeps_nobody_from_correcting_an_update(
    db: Database, clock: StoppedClock, tmp_path: Path
) -> None:
    house = world.make(db, clock)
    wait(house, berlin(25, 11))
    answered(house)
    wait(house, berlin(27, 10, 1))
    before = issue(house, "engineering").says
    (tmp_path / "digests").mkdir()
    (tmp_path / "digests/engineering.txt.j2").write_text("{% block title %}", encoding="utf-8")
    broken = replace(house, words=Words([tmp_path, ROOT / "templates"]))
    answered(broken, replace(GOOD, ask="The churn number", ask_of=CHARLIE))
    assert issue(house, "engineering").says == before
    answered(house, replace(GOOD, ask="Another number", ask_of=CHARLIE))
    assert "Another number" in issue(house, "engineering").says["whole"], "mended, it follows again"
