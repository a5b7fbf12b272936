"""Which release a command means, and what is to be done with it."""

import pytest

from bot.releases.listeners import DO
from bot.releases.spoken import AS_OF, POST, SHOW, WITH_MORE, WORDS, about


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
        ("pen and post", ("pen and post", SHOW)),
        ("post", ("post", SHOW)),
        ("as of today", ("as of today", SHOW)),
    ],
)
def test_a_name_comes_first_then_what_to_do(words: str, meant: tuple[str, str]) -> None:
    assert about(words, {"atlas", "split-invoices", "roll-call", "pen-and-post"}) == (*meant, "")


@pytest.mark.parametrize(
    ("words", "meant"),
    [
        ("atlas as of 2026-11-20", ("atlas", AS_OF, "2026-11-20")),
        ("roll call As Of 2026-11-20 15:00", ("roll call", AS_OF, "2026-11-20 15:00")),
        ("atlas as of yesterday", ("atlas", AS_OF, "yesterday")),
        ("atlas post", ("atlas", POST, "")),
        ("atlas --post", ("atlas", POST, "")),
        ("pen and post post #launches", ("pen and post", POST, "#launches")),
    ],
)
def test_some_of_it_says_more(words: str, meant: tuple[str, str, str]) -> None:
    assert about(words, {"atlas", "roll-call", "pen-and-post"}) == meant


def test_everything_one_may_say_can_be_done() -> None:
    assert {SHOW, *WITH_MORE, *WORDS.values()} == DO.keys()
