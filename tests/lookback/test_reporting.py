"""The report on a release: when it comes, what it says, what it leaves open, and that it stays up to date."""

import pytest

from bot.actions import flow as action_flow
from bot.db import Database
from bot.errors import UserError
from bot.house import House
from bot.lookback import actions, aims, escapes, messages, model, reporting
from bot.lookback.aims import Said
from bot.releases import flow, rollout
from bot.releases.rule import Saying
from tests.fakes import StoppedClock
from tests.lookback import after
from tests.lookback.after import A_WEEK, A_WEEK_LATER, NOTHING_BROKEN, THURSDAY, atlas, go_live, thread
from tests.lookback.test_capturing import answer
from tests.people import ALICE, CHARLIE
from tests.prompts.asking import turn_to
from tests.releases import launch
from tests.releases.launch import DANA, ERIN, call
from tests.updates.team import berlin

AIM = Said("Invoices that are split", "0 %", "5 %", "2026-12-31")


def reports(db: Database) -> list[str]:
    return [line for line in thread(db) if "what became of it" in line]


def everything(house: House, clock: StoppedClock) -> int:
    """Atlas with an aim, an escape, an action and all its answers."""
    with house.db.transaction() as session:
        release = launch.register(session, house)
        aims.set_(session, house, ALICE, str(release.id), 0, AIM)
        launch.settle_everything(session, house, release)
        call(session, house, release, Saying("go"))
        rollout.live(session, house, ERIN, str(release.id))
    turn_to(house, clock, THURSDAY)
    with house.db.transaction() as session:
        escapes.report(session, house, CHARLIE, str(release.id), "The export is empty", "high", "2")
    answer(house, "first-day", "support", NOTHING_BROKEN)
    answer(house, "first-day", "release-owner", NOTHING_BROKEN, by=ALICE)
    turn_to(house, clock, A_WEEK_LATER)
    with house.db.transaction() as session:
        actions.agree(session, house, ALICE, str(release.id), "Try exports before a go", ERIN, "2026-12-20")
    answer(house, "week", "support", A_WEEK)
    return release.id


@pytest.mark.proves("R50", "A7")
def test_it_is_posted_once_everything_is_said_and_says_it(db: Database, house: House, clock: StoppedClock) -> None:
    everything(house, clock)
    (report,) = reports(db)
    for line in (
        "Invoices that are split: from 0 % to 5 % by Thu 31 Dec 2026",
        "Target: not met",
        "Escapes: 1 high*\n• high: The export is empty – should have been caught by 2 Support has been briefed",
        "31 tickets in seven days, 19 in a usual week: +12",
        "0 of 2 have answered; counts are shown from 5 on.",
        "• Tell Support in their own words (Support)",
        "☐ Try exports before a go – Erin, until Sun 20 Dec",
    ):
        assert line in report
    assert "Not known\n" not in report


def test_what_nobody_has_said_two_working_days_after_the_last_day_is_not_known(
    db: Database, house: House, clock: StoppedClock
) -> None:
    go_live(house)
    turn_to(house, clock, berlin(4, 17, 29, month=12))
    assert reports(db) == []
    turn_to(house, clock, berlin(4, 17, 30, month=12))
    (report,) = reports(db)
    assert "Nobody had said which number it is to move.\nReached: not known\nTarget: not known" in report
    assert "*Support load*\nNot known." in report
    assert "*Not known*\n• Release owner, 1 day after (due Thu 26 Nov)\n• Support, 1 day after" in report


def test_what_is_said_later_changes_it_in_place(db: Database, house: House, clock: StoppedClock) -> None:
    go_live(house)
    turn_to(house, clock, berlin(4, 18, month=12))
    answer(house, "week", "support", A_WEEK)
    (report,) = reports(db)
    assert "19 in a usual week: +12" in report


def test_the_card_shows_what_became_of_it(db: Database, house: House, clock: StoppedClock) -> None:
    everything(house, clock)
    assert (
        "*What became of it*\nAnswers: 3 of 3\nEscapes: 1 (1 high)\nSupport load: +12 tickets against a usual week\n"
        "Invoices that are split, to be 5 %: not met\n0 of 2 have answered" in after.card(db)
    )


def test_it_is_handed_out_as_markdown(db: Database, house: House, clock: StoppedClock) -> None:
    everything(house, clock)
    with db.transaction() as session:
        text = reporting.as_markdown(session, house, "atlas")
    assert text.startswith("# Atlas: what became of it\n\nTier medium, live since 25 Nov 2026, owner Alice\n")
    assert "- high: The export is empty (should have been caught by 2 Support has been briefed)\n" in text
    assert "- Try exports before a go: Erin, until 20 Dec 2026\n" in text


def test_before_it_is_live_the_card_says_what_it_is_to_move(db: Database, house: House) -> None:
    with db.transaction() as session:
        release = launch.register(session, house)
    assert "*What it is to move*\nNobody has said yet" in after.card(db)
    with db.transaction() as session:
        aims.set_(session, house, ALICE, str(release.id), 0, AIM)
    assert "Invoices that are split: from 0 % to 5 % by Thu 31 Dec 2026" in after.card(db)


def test_it_is_only_looked_back_on_once_it_is_live(db: Database, house: House) -> None:
    with db.transaction() as session:
        launch.register(session, house)
        assert model.look_back(session, house, flow.find(session, house, "atlas").id) is None
        with pytest.raises(UserError, match="not looked back on"):
            reporting.found(session, house, CHARLIE, str(atlas(session, house).id))


def test_of_very_much_the_report_says_the_last_and_how_much_more_there_is(db: Database, house: House) -> None:
    go_live(house)
    with db.transaction() as session:
        release = atlas(session, house)
        reporting.post(session, house, release)
        for _ in range(60):
            escapes.report(session, house, CHARLIE, str(release.id), "🚀" * 300, "low", "2")
            _release, action = actions.agree(session, house, CHARLIE, str(release.id), "🚀" * 300, DANA, "2026-12-01")
            action_flow.drop(session, house, DANA, str(action.id), "🚀" * 300)
        _release, found = reporting.found(session, house, CHARLIE, str(release.id))
        shown = str(messages.report(house, release, found).blocks)
    assert "Escapes: 60 low" in shown
    assert "and 50 earlier" in shown
