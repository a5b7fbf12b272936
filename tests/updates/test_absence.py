"""Absences that were known before anybody was asked."""

from sqlalchemy.orm import Session

from bot.db import Database
from bot.house import House
from bot.people.model import Absence
from tests.people import ALICE
from tests.updates.team import Week, berlin, definitions


def test_who_is_away_on_the_day_of_the_reminder_is_not_reminded(db: Database) -> None:
    week = Week(db, definitions())
    week.run(_is_away_on_thursday)
    week.until(berlin(26, 15))
    assert len(week.prompts(ALICE)) == 1
    assert len(week.asking(ALICE)) == 1
    assert week.reminders(ALICE) == []


def _is_away_on_thursday(session: Session, house: House) -> None:
    thursday = berlin(26, 10).date()
    noted = house.clock.now()
    session.add(
        Absence(
            workspace_id=house.workspace_id,
            slack_id=ALICE,
            first_day=thursday,
            last_day=thursday,
            noted_by=ALICE,
            noted_at=noted,
        )
    )
