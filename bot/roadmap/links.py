"""What other rooms get of the roadmap: what has moved for the packet of its review, and what that review leaves."""

from sqlalchemy.orm import Session

from bot.blocks import Message
from bot.house import House
from bot.people.model import People
from bot.rituals import model as occurrences
from bot.roadmap import messages, review, standing


def packet(session: Session, house: House, ritual_id: str) -> list[str]:
    """What has moved since the last review, and why, a line each; nothing for other rituals."""
    if ritual_id != review.ritual_id(house):
        return []
    return messages.packet(house, standing.compile(session, house, "", review.since(session, house)))


def artifact(session: Session, house: House, ritual_id: str, occurrence_id: int) -> list[Message]:
    """The whole roadmap, with what moved since the review before: the first to post, the others for its thread.

    To be posted within a day of the review (`occurrence_id`). It holds ranges only, and one source for each area.
    Nothing for other rituals.
    """
    if ritual_id != review.ritual_id(house):
        return []
    since = review.since(session, house, occurrences.get(session, house, occurrence_id))
    return messages.artifact(house, standing.compile(session, house, "", since), People(session, house).called)
