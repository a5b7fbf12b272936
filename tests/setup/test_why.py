"""The least that there is to begin with, and what is found as long as nobody has said why."""

from dataclasses import replace
from datetime import date

import pytest

from bot.db import Database
from bot.definitions import Definitions, load_texts
from bot.presets import Lead, files
from bot.setup import assuming
from tests.fakes import make_house


def begun(preset: str) -> Definitions:
    found = files(preset, Lead("Acme", "Bob", "bob@example.com", "Europe/Berlin"), date(2026, 11, 25))
    definitions = load_texts({name: text for name, text in found.items() if name.endswith(".yaml")}, "x").definitions
    assert definitions is not None
    return definitions


@pytest.mark.proves("R62")
def test_the_least_is_an_update_a_roadmap_review_and_releases_that_are_prepared_and_looked_back_on() -> None:
    least = begun("minimum")

    assert [(each.id, str(each.schedule.repeats)) for each in least.calendar.rituals] == [
        ("weekly-product-update", "every Wednesday"),
        ("roadmap-review", "every 2 weeks on Wednesday"),
    ]
    assert least.releases is not None and least.releases.bundle is not None
    assert least.releases.captures != ()
    assert (least.decisions, least.insights) == (None, None)


@pytest.mark.proves("R17", "R36", "IM01")
def test_as_long_as_nobody_has_ranked_what_breaks_or_said_why_that_is_found(db: Database) -> None:
    def found(definitions: Definitions) -> list[tuple[str, str]]:
        with db.transaction() as session:
            return [(each.rule, each.about) for each in assuming.findings(session, make_house(db, definitions))]

    whole = begun("starter")
    assert whole.charter is not None
    unranked = replace(whole, calendar=whole.calendar.model_copy(update={"frictions": ()}))
    silent = replace(whole, charter=whole.charter.model_copy(update={"problem": None}))

    assert found(whole) == []
    assert found(unranked) == [("IM01", "calendar:frictions")]
    assert found(silent) == found(replace(whole, charter=None)) == [("IM01", "charter:problem")]
