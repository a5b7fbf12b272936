"""What a second process does again a moment later, because the first one seemed dead."""

from datetime import timedelta

from bot.prompts import flow as prompts
from tests.people import ALICE
from tests.updates.team import Week, berlin

A_LEASE = timedelta(seconds=13)


def test_a_prompt_that_fires_again_a_moment_later_asks_once(week: Week) -> None:
    week.until(berlin(25, 10))
    week.clock.turn(A_LEASE)
    week.run(prompts.on_due, f"person:{ALICE}")
    assert len(week.prompts(ALICE)) == 1


def test_a_reminder_that_fires_again_a_moment_later_reminds_once(week: Week) -> None:
    week.until(berlin(26, 10))
    week.clock.turn(A_LEASE)
    week.run(prompts.on_due, f"person:{ALICE}")
    assert len(week.reminders(ALICE)) == 1
