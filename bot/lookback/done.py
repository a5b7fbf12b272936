"""When the report on a release is done: the test of its definition that only this room can compute."""

from sqlalchemy.orm import Session

from bot.house import House
from bot.lookback import messages, model


def everybody_has_answered(session: Session, house: House, ref: str, _value: str) -> list[str]:
    """Who was asked and has not answered, each once."""
    captures = model.captures(session, house, int(ref.partition(":")[2]))
    waits = [messages.function_name(house, each.function) for each in captures if each.answered_at is None]
    return list(dict.fromkeys(waits))
