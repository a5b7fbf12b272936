"""How much a node looks through what it holds, which holds up every answer meanwhile."""

import gc
from collections.abc import Iterator

import pytest

from bot.terminal.running import spare_what_stays


@pytest.fixture(autouse=True)
def as_before() -> Iterator[None]:
    before = gc.get_threshold()
    yield
    gc.unfreeze()
    gc.set_threshold(*before)


def test_what_is_loaded_is_not_looked_through_for_what_can_go() -> None:
    spare_what_stays()
    assert gc.get_freeze_count() > 100_000


def test_what_has_been_there_for_long_is_looked_through_ten_times_less_often() -> None:
    young, middle, old = gc.get_threshold()
    spare_what_stays()
    assert gc.get_threshold() == (young, middle, 10 * old)
