"""What stands against a must-have is what the list of checks calls an error."""

from bot import app
from bot.checks import catalogue
from bot.house import Finding, House
from bot.pack.completeness import MUST_HAVES, faults, must_have
from bot.pack.contents import CADENCE, CHARTER, RISKS
from tests.pack.test_files import linked


def test_every_check_stands_against_one_of_the_must_haves() -> None:
    assert {must_have(rule.id) for rule in catalogue.RULES} == set(MUST_HAVES)
    assert must_have("IM01") == CHARTER
    assert must_have("IM09") == RISKS


def test_only_errors_stand_against_it_and_what_has_become_one(house: House) -> None:
    empty = Finding("CA04", "ritual:roadmap-review", "Three reviews left nothing.")
    worse = Finding("CA04", "ritual:system-health", "Four reviews left nothing.", worse=True)
    house = linked(house, findings=(lambda _session, _house: [empty, worse],), level_of=app.LINKS.level_of)

    assert house.db.call(faults, house) == {CADENCE: [worse]}
