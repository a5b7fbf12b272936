"""What stands of the interview on Home, for whoever sets up. The problem sentence is the charter's."""

from datetime import timedelta

from sqlalchemy.orm import Session

from bot.blocks import Block
from bot.house import House
from bot.setup import flow, messages, model
from bot.setup.questions import SHAPE

A_YEAR = timedelta(days=365)
"""After so long how the company is made up is to be looked at again (R16)."""


def on_home(session: Session, house: House, slack_id: str) -> list[Block]:
    """A tile until the interview is finished, and a line once a year after it."""
    if not flow.may_set_up(session, house, slack_id):
        return []
    is_done, answers = model.done(session, house) is not None, model.answers(session, house)
    if not is_done:
        return messages.tile(house, flow.answered(answers), flow.next_of(answers))
    shape = answers.get(SHAPE.id)
    if shape is None or house.clock.now() < shape.at + A_YEAR:
        return []
    return messages.is_it_still_so(house, shape.at.astimezone(house.definitions.organisation.zone).date())
