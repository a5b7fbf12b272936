"""When a pack is done: the tests of its definition in artifacts.yaml that only this room can compute."""

from sqlalchemy.orm import Session

from bot.definitions.artifacts import Event
from bot.house import House
from bot.pack.sections import must_haves
from bot.rubric import flow as rubric

MADE: Event = "pack-made"


def every_must_have_is_there(session: Session, house: House, _ref: str, _value: str) -> list[str]:
    """The must-haves that are not, by their titles."""
    return [each.title for each in must_haves(session, house) if not each.is_there]


def rubric_passed(session: Session, house: House, _ref: str, _value: str) -> list[str]:
    """What the rubric came to, such as `18 of 25`, when it is below the bar; nothing is said of what nobody scored."""
    card = rubric.latest(session, house)
    if card is None:
        return ["nobody has scored it"]
    return [] if card.passes else [f"{card.total} of {card.scale.most}"]
