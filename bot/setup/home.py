"""What stands of the interview on Home: a tile for whoever sets up, and the problem sentence for everybody."""

from sqlalchemy.orm import Session

from bot.blocks import Block
from bot.definitions import assumed
from bot.house import House
from bot.setup import flow, messages
from bot.setup.model import SetupDone


def on_home(session: Session, house: House, slack_id: str) -> list[Block]:
    return [*_tile(session, house, slack_id), *_pinned(session, house)]


def _tile(session: Session, house: House, slack_id: str) -> list[Block]:
    if session.get(SetupDone, house.workspace_id) or not flow.may_set_up(session, house, slack_id):
        return []
    found = flow.stand(session, house)
    return messages.tile(house, found.answered, found.next)


def _pinned(session: Session, house: House) -> list[Block]:
    """Only once somebody has confirmed it, and applied what comes of it."""
    if not (values := flow.problem(session, house)):
        return []
    return messages.pinned(house, values, assumed(house.definitions, "charter.problem"))
