"""What the records say of a condition: it holds, it does not, or nobody can tell yet, which is never green."""

from collections.abc import Sequence
from dataclasses import replace

import pytest

from bot import app, versions
from bot.applying import apply
from bot.db import Database
from bot.definitions.measures import MeasureRules
from bot.definitions.pilot import Condition
from bot.house import Measured
from bot.measures import standing
from bot.pilot import facts
from bot.pilot.facts import Known
from bot.releases.calls import Call
from bot.releases.model import Release, Snapshot
from bot.reviews.model import Retro
from tests.people import ALICE, BOB, CHARLIE, WORKSPACE
from tests.pilot.world import definitions, pilot
from tests.updates.team import RITUAL, Week, away, berlin


def find(week: Week, test: str, measured: Sequence[Measured] | None = None) -> Known:
    links = replace(app.LINKS, measured=None if measured is None else lambda _session, _house: measured)
    house = replace(week.house, links=links)
    with week.db.transaction() as session:
        return facts.known(session, house, pilot(), Condition(says="So it is", test=test))


@pytest.fixture
def week(db: Database) -> Week:
    # As where everybody was told beforehand.
    return Week(db, definitions(), links=replace(app.LINKS, holds_back=()))


@pytest.mark.parametrize(
    ("test", "measured", "holds"),
    [
        ("triage-in-time 80%", None, None),
        ("triage-in-time 80%", [], None),
        ("triage-in-time 80%", [Measured("M8", None, 0, None)], None),
        ("triage-in-time 80%", [Measured("M8", 0.8, 20, None)], True),
        ("triage-in-time 80%", [Measured("M8", 0.79, 20, True)], False),
        ("overhead-not-up", [Measured("M8", 0.9, 20, True)], None),
        ("overhead-not-up", [Measured("M12", 90, 8, None)], None),
        ("overhead-not-up", [Measured("M12", None, 0, None, baseline=120)], None),
        ("overhead-not-up", [Measured("M12", 90, 8, False, baseline=120)], True),
        ("overhead-not-up", [Measured("M12", 120, 8, False, baseline=120)], True),
        ("overhead-not-up", [Measured("M12", 130, 8, True, baseline=120)], False),
        ("baseline 1", None, None),
        ("baseline 1", [Measured("M5", None, 0, None)], None),
        ("baseline 1", [Measured("M5", None, 0, None, baseline=0.4)], True),
        ("baseline 2", [Measured("M5", 0.4, 5, False, baseline=0.4)], None),
        ("target-met 1", [], None),
        ("target-met 1", [Measured("M5", None, 0, True)], None),
        ("target-met 1", [Measured("M5", 0.4, 5, False), Measured("M6", None, 0, None)], False),
        ("target-met 1", [Measured("M5", 0.4, 5, False), Measured("M8", 0.9, 9, True)], True),
        ("target-met 2", [Measured("M5", 0.4, 5, False), Measured("M8", 0.9, 9, True)], False),
    ],
)
def test_of_measures(week: Week, test: str, measured: Sequence[Measured] | None, holds: bool | None) -> None:
    assert find(week, test, measured).holds is holds


def test_a_baseline_that_somebody_entered_needs_no_figure_of_now(week: Week) -> None:
    entered = {"value": "40 %", "source": "The last five launches"}
    rules = MeasureRules.model_validate({"measures": [{"id": "M5", "baseline": entered}, {"id": "M6"}]})
    week.house = replace(week.house, definitions=replace(week.house.definitions, measures=rules))

    with week.db.transaction() as session:
        measured = standing.measured(session, week.house)
    assert find(week, "baseline 1", measured).holds is True
    assert find(week, "baseline 2", measured).holds is None


def test_what_has_no_test_is_for_people_to_say(week: Week) -> None:
    with week.db.transaction() as session:
        assert facts.known(session, week.house, pilot(), Condition(says="It is worth it")).holds is None


@pytest.mark.proves("R34")
@pytest.mark.parametrize(
    ("answer", "late", "holds"),
    [
        ((), (), False),
        (("billing", "exports"), (), True),
        (("billing",), (), False),
        (("billing",), ("exports",), False),
    ],
)
def test_updates_on_time(week: Week, answer: Sequence[str], late: Sequence[str], holds: bool) -> None:
    assert find(week, "updates-on-time 80%") == Known(None, "no update of the pilot has come to its cutoff yet")
    week.until(berlin(25, 12))
    for area in answer:
        week.submit(area)
    week.until(berlin(26, 15))
    for area in late:
        week.submit(area)
    week.until(berlin(26, 17))

    assert find(week, "updates-on-time 80%") == Known(holds, f"{len(answer)} of 2 on time")


def test_half_of_them_is_enough_where_half_is_asked_for(week: Week) -> None:
    week.until(berlin(25, 12))
    week.submit("billing")
    week.until(berlin(26, 17))

    assert find(week, "updates-on-time 50%").holds is True


def test_who_was_away_does_not_count(week: Week) -> None:
    with week.db.transaction() as session:
        for person in (ALICE, BOB):
            away(session, week.house, person, days=5)
    week.until(berlin(26, 17))

    assert find(week, "updates-on-time 80%").holds is None


def test_what_a_ritual_has_left(week: Week) -> None:
    assert find(week, f"ritual-left {RITUAL}") == Known(False, "not yet")
    week.until(berlin(26, 17))
    assert find(week, f"ritual-left {RITUAL}") == Known(True, "first on 25 November")


def test_a_retro_counts_for_its_week_and_until_the_next_ones(week: Week) -> None:
    assert find(week, "retro 4") == Known(False, "its week begins on 7 December")
    week.until(berlin(7, 12, month=12))
    assert find(week, "retro 4") == Known(False, "nobody has said anything yet")
    with week.db.transaction() as session:
        for about in (f"ritual:{RITUAL}:2026-12-02T10:00", "ritual:weekly-update-of-others"):
            session.add(
                Retro(workspace_id=WORKSPACE, about=about, kept="", surprised="All", said_by=ALICE,
                      said_at=week.house.clock.now())
            )  # fmt: skip
    assert find(week, "retro 4") == Known(True, "1 said something")
    assert find(week, "retro 8").holds is False


def test_a_release_counts_once_a_person_lets_it_go(week: Week) -> None:
    with week.db.transaction() as session:
        now = week.house.clock.now()
        release = Release(workspace_id=WORKSPACE, name="Atlas", slug="atlas", owner=ALICE, target=now.date(),
                          confidence="high", summary="", facts=[], registered_at=now)  # fmt: skip
        session.add(release)
        session.flush()
        shot = Snapshot(workspace_id=WORKSPACE, release_id=release.id, as_of=now, asked_by=None, content={})
        session.add(shot)
        session.flush()

        def call(said: str, by: str | None) -> Call:
            return Call(workspace_id=WORKSPACE, release_id=release.id, said=said, by=by, at=now, target=now.date(),
                        tier="medium", advice="go", snapshot_id=shot.id)  # fmt: skip

        session.add_all([call("hold", ALICE), call("go", None)])
        session.flush()
        seen = facts.known(session, week.house, pilot(), Condition(says="x", test="readiness-review 1"))
        session.add(call("go with conditions", ALICE))
        session.flush()
        then = facts.known(session, week.house, pilot(), Condition(says="x", test="readiness-review 1"))
    assert (seen, then) == (Known(False, "0 so far"), Known(True, "1 so far"))


def test_the_owner_counts_once_slack_knows_them(week: Week) -> None:
    assert find(week, "owner-named") == Known(True, "Bob")
    assert find(week, "decision-classes").holds is False


def test_a_new_version_of_the_files_takes_no_gate_back(week: Week) -> None:
    files = {"calendar.yaml": "as it was"}
    with week.db.transaction() as session:
        now = week.clock.now()
        versions.store(session, WORKSPACE, now, files, after=0, author=BOB)
        versions.store(session, WORKSPACE, now, files, after=1, author=BOB, gates=["try"])
        house = replace(week.house, version=2, definitions=definitions("try"))
        changed = definitions(why="Support asks for it")
        number = apply(session, house, {"calendar.yaml": "changed"}, changed, after=2, author=CHARLIE)
        assert number == 3
        assert [each.gates for each in versions.every(session, WORKSPACE)] == [["try"], ["try"], []]
