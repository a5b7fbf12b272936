"""A function that is asked must have answered, whether or not an item of the rules says so."""

from datetime import date

from bot.releases.readiness import GO, HOLD, assess
from tests.releases.launch import ANSWERS, RULES, rules

WITHOUT_AN_ITEM_FOR_IT = [item for item in RULES["items"] if item.get("computed") != "sign-offs"]


def test_a_release_waits_for_whoever_has_not_signed_off() -> None:
    assert _advice({}) == HOLD
    assert _advice({"support": "ready"}) == GO


def _advice(sign_offs: dict[str, str]) -> str:
    return assess(
        rules(items=WITHOUT_AN_ITEM_FOR_IT),
        facts=("asked",),
        answers=ANSWERS,
        states={2: "done", 3: "done"},
        sign_offs=sign_offs,
        target=date(2026, 12, 9),
        today=date(2026, 11, 25),
        is_off=lambda day: day.weekday() > 4,
    ).recommendation
