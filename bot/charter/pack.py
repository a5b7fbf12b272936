"""What the operating system pack says of the charter: whether it is approved, and all that it says."""

from collections.abc import Sequence

from sqlalchemy.orm import Session

from bot.charter import flow, messages
from bot.charter.parts import texts
from bot.house import House
from bot.pack_parts import Part

POINT = "• "


def parts(session: Session, house: House) -> Sequence[Part]:
    charter = house.definitions.charter
    if charter is None:
        return []
    stands = flow.standing(session, house)
    found = [Part(says=[messages.approval(house, stands)])] if stands else []
    return [*found, *map(_part, texts(house, charter, stands.risks if stands else ()).values())]


def _part(text: str) -> Part:
    """A title, and below it sentences or points."""
    title, *lines = filter(None, text.split("\n"))
    points = [line.removeprefix(POINT) for line in lines if line.startswith(POINT)]
    return Part(title, says=[line for line in lines if not line.startswith(POINT)], points=points)
