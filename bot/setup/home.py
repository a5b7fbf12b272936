"""What stands of the interview on Home: a tile for whoever sets up. The problem sentence is the charter's."""

from sqlalchemy.orm import Session

from bot.blocks import Block
from bot.house import House
from bot.setup import flow, messages
from bot.setup.model import SetupDone


def on_home(session: Session, house: House, slack_id: str) -> list[Block]:
    if session.get(SetupDone, house.workspace_id) or not flow.may_set_up(session, house, slack_id):
        return []
    found = flow.stand(session, house)
    return messages.tile(house, found.answered, found.next)
