"""When a decision's record is done: the test of its definition that only this room can compute."""

from sqlalchemy.orm import Session

from bot.decisions import model
from bot.decisions.entry import LEAST_OPTIONS
from bot.house import House


def two_options(session: Session, house: House, ref: str, _value: str) -> list[str]:
    """The decision, if it does not say what else was considered."""
    decision = model.get(session, house, ref.partition(":")[2])
    return [decision.ref] if len(decision.option_lines) < LEAST_OPTIONS else []
