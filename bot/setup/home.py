"""What stands of the interview on Home: a tile for whoever sets up, and the problem sentence for everybody."""

from sqlalchemy import exists, select
from sqlalchemy.orm import Session

from bot.blocks import Block
from bot.definitions import assumed
from bot.house import House
from bot.setup import flow, messages
from bot.setup.model import SetupAnswer, SetupDone


def on_home(session: Session, house: House, slack_id: str) -> list[Block]:
    return [*_tile(session, house, slack_id), *_pinned(session, house)]


def _tile(session: Session, house: House, slack_id: str) -> list[Block]:
    if session.get(SetupDone, house.workspace_id) or not flow.may_set_up(session, house, slack_id):
        return []
    found = flow.stand(session, house)
    return messages.tile(house, found.answered, found.next)


def _pinned(session: Session, house: House) -> list[Block]:
    """Only once somebody has confirmed it, and applied what comes of it."""
    is_done = exists().where(SetupDone.workspace_id == house.workspace_id)
    query = select(SetupAnswer.values).where(
        SetupAnswer.workspace_id == house.workspace_id, SetupAnswer.question == "sentence", is_done
    )
    values = session.scalars(query.order_by(SetupAnswer.id.desc()).limit(1)).first()
    if not values or not all(values.get(each) for each in ("reduce", "improve", "for")):
        return []
    return messages.pinned(house, values, assumed(house.definitions, "charter.problem"))
