"""Which release a command means, and what is to be done with it."""

import pytest

from bot.releases.listeners import DO
from bot.releases.spoken import SHOW, WORDS, about


@pytest.mark.parametrize(
    ("words", "meant"),
    [
        ("atlas", ("atlas", SHOW)),
        ("Atlas call", ("Atlas", "call")),
        ("atlas CALL", ("atlas", "call")),
        ("split invoices sign off", ("split invoices", "sign off")),
        ("split invoices sign-off", ("split invoices", "sign off")),
        ("atlas item", ("atlas", "items")),
        ("roll call", ("roll call", SHOW)),
        ("roll call call", ("roll call", "call")),
        ("call", ("call", SHOW)),
        ("recall", ("recall", SHOW)),
        ("", ("", SHOW)),
    ],
)
def test_a_name_comes_first_then_what_to_do(words: str, meant: tuple[str, str]) -> None:
    assert about(words, {"atlas", "split-invoices", "roll-call"}) == meant


def test_everything_one_may_say_can_be_done() -> None:
    assert {SHOW, *WORDS.values()} == DO.keys()
