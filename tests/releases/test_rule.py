"""What a call must say, for every combination of what it faces and what it says."""

from datetime import date, timedelta
from itertools import product

import pytest

from bot.releases.readiness import ADVICE, CONDITIONS, GO, HOLD
from bot.releases.rule import CALLS, Facing, Saying, overrules, wrong

TODAY = date(2026, 11, 25)
LONG, SHORT = "x" * 50, "x" * 49
EVERY_CASE = list(
    product(ADVICE, ((), ("Security",)), (False, True), CALLS, ("", SHORT, LONG), ("", "U0ALICE"), (None, TODAY))
)


def oracle(
    advice: str, held_by: tuple[str, ...], late: bool, said: str, reason: str, risk_owner: str, until: date | None
) -> set[str]:
    """The rule in other words: which fields are missing or wrong."""
    if said == HOLD:
        return set()
    if held_by:
        return {"said"}
    needed: dict[str, bool] = {}
    if advice == HOLD:
        needed = {"reason": reason == LONG, "risk_owner": bool(risk_owner)}
    elif advice == CONDITIONS:
        needed = {"said": said == CONDITIONS}
    elif said == CONDITIONS:
        needed = {"reason": bool(reason), "risk_owner": bool(risk_owner), "until": until is not None}
    if late:
        needed["until"] = until is not None
    return {field for field, given in needed.items() if not given}


def test_the_rule_holds_in_every_case() -> None:
    assert len(EVERY_CASE) == 3 * 2 * 2 * 3 * 3 * 2 * 2
    for advice, held_by, late, said, reason, risk_owner, until in EVERY_CASE:
        found = wrong(
            Facing(advice, held_by, late=late),
            Saying(said, reason, risk_owner, until),
            shortest_reason=50,
            today=TODAY,
        )
        case = (advice, held_by, late, said, reason, risk_owner, until)
        assert set(found) == oracle(*case), case


def test_only_letting_go_what_should_be_held_goes_against_the_advice() -> None:
    against = {(advice, said) for advice, said in product(ADVICE, CALLS) if overrules(Facing(advice), Saying(said))}
    assert against == {(HOLD, GO), (HOLD, CONDITIONS)}


def test_a_veto_names_who_holds_it() -> None:
    refused = wrong(Facing(HOLD, ("Security", "Legal")), Saying(GO, LONG, "U0ALICE"), shortest_reason=50, today=TODAY)
    assert refused["said"].startswith("Security and Legal can hold this release")


@pytest.mark.parametrize(
    ("field", "saying"),
    [
        ("said", Saying("")),
        ("said", Saying("maybe")),
        ("reason", Saying(HOLD, "x" * 601)),
        ("until", Saying(CONDITIONS, "Watch it", "U0ALICE", TODAY - timedelta(days=1))),
    ],
)
def test_what_makes_no_sense_is_refused_at_its_field(field: str, saying: Saying) -> None:
    assert list(wrong(Facing(GO), saying, shortest_reason=50, today=TODAY)) == [field]
