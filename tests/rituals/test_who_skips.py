"""`/cadence skip`: for oneself, or, by product ops, for everybody."""

from bot.db import Database
from bot.rituals import model as occurrences
from bot.rituals.listeners import tables
from bot.rituals.model import PROMPTED, SKIPPED
from bot.updates.model import LET_OFF, WAITING
from tests.people import ALICE, BOB
from tests.releases.launch import Keyboard
from tests.updates.team import RITUALS, Week, berlin, definitions

SKIP = tables(RITUALS).verbs["skip"].handler


def test_a_participant_skips_only_what_is_asked_of_them(db: Database) -> None:
    week = Week(db, definitions())
    week.until(berlin(25, 11))
    Keyboard(ALICE).does(week.house, SKIP, text="weekly-update on stage all week")

    assert week.occurrence().state == PROMPTED
    assert (week.ask("billing").state, week.ask("help").state) == (LET_OFF, WAITING)


def test_product_ops_skips_it_for_everybody(db: Database) -> None:
    week = Week(db, definitions())
    week.until(berlin(25, 11))
    open_now = week.occurrence()
    Keyboard(BOB).does(week.house, SKIP, text="weekly-update company retreat")

    skipped = week.run(occurrences.get, open_now.id)
    assert (skipped.state, skipped.reason) == (SKIPPED, "company retreat")
