"""What stands of the interview on Home: a tile for whoever sets up. The problem sentence is the charter's."""

from sqlalchemy.orm import Session

from bot.blocks import Block
from bot.house import House
from bot.setup import flow, messages, model


def on_home(session: Session, house: House, slack_id: str) -> list[Block]:
    if not flow.may_set_up(session, house, slack_id) or model.done(session, house):
        return []
    answers = model.answers(session, house)
    return messages.tile(house, flow.answered(answers), flow.next_of(answers))
