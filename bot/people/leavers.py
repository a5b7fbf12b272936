"""Who has left Slack while the definitions still name them: product ops is told once, and once when they are back."""

from collections.abc import Collection, Mapping

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from bot.audit import record
from bot.blocks import Message
from bot.db import insert_or_ignore
from bot.delivery import outbox
from bot.house import House
from bot.people import messages
from bot.people.absence import tell_away
from bot.people.deciding import deciders
from bot.people.messages import Gap
from bot.people.model import Departure, People, Person, channel_id
from bot.people.posts import Post, posts


def note(session: Session, house: House, gone: Mapping[str, str], here: Collection[str]) -> None:
    """Take note of who is gone (their Slack ids by ref) and who is here; tell what is new, in one message each.

    What waits for whoever is newly gone goes to those who stand in.
    """
    left = [ref for ref in sorted(gone) if _leave(session, house, ref)]
    returned = [ref for ref in sorted(here) if _return(session, house, ref)]
    session.flush()
    stamp = f"{house.clock.now():%Y%m%dT%H%M%S}"
    for ref in left:
        tell_away(session, house, gone[ref])
    if left:
        _tell(
            session, house, messages.left(house, [_gap(session, house, ref) for ref in left]), f"left:{left[0]}:{stamp}"
        )
    if returned:
        names = [People(session, house).named(ref) for ref in returned]
        _tell(session, house, messages.returned(house, names), f"returned:{returned[0]}:{stamp}")


def gaps(session: Session, house: House) -> list[Gap]:
    """Who has left, what is theirs, and who stands in; those the definitions no longer name are settled."""
    query = select(Departure.ref).where(Departure.workspace_id == house.workspace_id, Departure.back_at.is_(None))
    named = {person.ref for person in house.definitions.organisation.people}
    return [_gap(session, house, ref) for ref in sorted(session.scalars(query)) if ref in named]


def _leave(session: Session, house: House, ref: str) -> bool:
    """True when this is news."""
    now = house.clock.now()
    is_new = insert_or_ignore(session, Departure, workspace_id=house.workspace_id, ref=ref, left_at=now)
    if not is_new:
        # Who was back and leaves again; of several nodes one notes it.
        again = (
            update(Departure)
            .where(Departure.workspace_id == house.workspace_id, Departure.ref == ref, Departure.back_at.is_not(None))
            .values(left_at=now, back_at=None)
            .returning(Departure.id)
        )
        is_new = session.execute(again).first() is not None
    if is_new:
        record(session, house, "person.left", f"person:{ref}")
    return is_new


def _return(session: Session, house: House, ref: str) -> bool:
    statement = (
        update(Departure)
        .where(Departure.workspace_id == house.workspace_id, Departure.ref == ref, Departure.back_at.is_(None))
        .values(back_at=house.clock.now())
        .returning(Departure.id)
    )
    is_new = session.execute(statement).first() is not None
    if is_new:
        record(session, house, "person.returned", f"person:{ref}")
    return is_new


def _gap(session: Session, house: House, ref: str) -> Gap:
    people, theirs = People(session, house), []
    for post in posts(house):
        if post.ref == ref:
            others = _others(session, house, post)
            theirs.append((post.words, next((person.name for person in others if person.ref != ref), "")))
    since = people.left_on(ref) or house.clock.now().date()
    return Gap(people.named(ref), since, tuple(theirs))


def _others(session: Session, house: House, post: Post) -> list[Person]:
    """Who stands in for a post, in this order. What is decided about the product, product ops never decides."""
    people, (sort, id, _role) = People(session, house), post.key.split(":")
    area, found = house.definitions.organisation.area(id), house.definitions.decision_class(id)
    if sort == "area" and area:
        return people.stand_ins(area)
    if sort == "class" and found:
        return deciders(session, house, found, None).in_order
    return people.with_role("head_of_product" if sort in ("charter", "interface") else "product_ops")


def _tell(session: Session, house: House, message: Message, dedupe: str) -> None:
    channel = channel_id(session, house, house.definitions.organisation.channels.product_ops)
    outbox.post(session, house, channel, message, kind="people.left", dedupe=dedupe)
