"""States in SQL: only as literals do they let a database use the small indexes in every plan it keeps."""

from collections.abc import Callable

import pytest
from sqlalchemy import ColumnElement

from bot.delivery.model import OUTBOX, State, is_open, is_queued, is_sending, is_to_look


@pytest.mark.parametrize("condition", [is_queued, is_sending, is_open, is_to_look])
def test_a_state_is_compared_as_a_literal(condition: Callable[[State], ColumnElement[bool]]) -> None:
    compiled = condition(OUTBOX.c.state).compile()

    assert compiled.params == {}
