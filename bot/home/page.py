"""The Home tab as one page: which sections somebody sees, in the order in which their roles need them."""

from collections.abc import Callable, Sequence
from functools import partial

from sqlalchemy.orm import Session

from bot import blocks
from bot.blocks import Block, PayloadError, View
from bot.home import areas, health, messages, others, signals, week
from bot.home.look import Look
from bot.home.reader import HEAD, MANAGER, OPS
from bot.house import House
from bot.reviews.at_risk import at_risk

Draw = Callable[[int], list[Block]]
"""Draws what was read, with at most so many of each thing."""
Section = Callable[[Look], Draw | None]
"""Reads what a section shows; nothing where there is none for this person."""

MOST = (20, 10, 5, 2, 1)
"""So many of each thing, as long as Slack takes the whole."""


def home_view(session: Session, house: House, slack_id: str) -> View:
    house = house.for_one_look()
    look = Look(session, house, slack_id)
    first = [block for room in house.links.first_on_home for block in room(session, house, slack_id)]
    last = others.blocks_of(look)
    draws = [draw for section in _sections(look) if (draw := section(look)) is not None]
    for most in MOST[:-1]:
        try:
            return blocks.home(*first, *(block for draw in draws for block in draw(most)), *last)
        except PayloadError:
            continue
    return blocks.home(*first, *(block for draw in draws for block in draw(MOST[-1])), *last)


def _sections(look: Look) -> list[Section]:
    """Of several roles, what the first needs comes first."""
    orders = [order for role, order in ORDERS.items() if look.has(role)] or [OTHERS]
    return list(dict.fromkeys(section for order in orders for section in order))


def _on_me(look: Look) -> Draw:
    """For the head of product without what is to be decided, which has a section of its own."""
    waiting = [each for each in look.obligations if not (look.has(HEAD) and messages.is_to_decide(each))]
    return partial(messages.on_me, look, waiting)


def _decisions(look: Look) -> Draw | None:
    found = [each for each in look.obligations if messages.is_to_decide(each)]
    return partial(messages.decisions, look, found) if look.has(HEAD) else None


def _attention(look: Look) -> Draw | None:
    return partial(messages.attention, look) if look.has(HEAD) else None


def _exceptions(look: Look) -> Draw | None:
    return partial(messages.exceptions, look, at_risk(look.session, look.house, look.yields)) if look.has(OPS) else None


def _areas(look: Look) -> Draw | None:
    return partial(messages.areas, look.house, areas.read(look)) if look.areas else None


def _releases(look: Look) -> Draw | None:
    if look.person is None or look.house.definitions.releases is None:
        return None
    return partial(messages.releases, look.house, look.releases)


def _signals(look: Look) -> Draw | None:
    """For those who work with customers also where there is none yet, so that they know where it would be."""
    if look.person is None or look.house.definitions.insights is None:
        return None
    found = signals.read(look)
    return partial(messages.signals, look.house, found) if found.brought or not look.sees_all_releases else None


def _week(look: Look) -> Draw:
    return partial(messages.week, look, week.read(look))


def _health(look: Look) -> Draw | None:
    return partial(messages.health, look.house, health.read(look)) if look.has(HEAD, OPS) else None


def _queue(look: Look) -> Draw | None:
    found = others.queue(look)
    return (lambda _most: found) if found else None


OTHERS: Sequence[Section] = (_on_me, _queue, _areas, _releases, _signals, _week)
"""What whoever works in support, sales, engineering and the like needs; what is not theirs is left out."""
ORDERS: dict[str, Sequence[Section]] = {
    HEAD: (_decisions, _attention, _on_me, _queue, _health, _releases, _areas, _week, _signals),
    OPS: (_exceptions, _queue, _on_me, _health, _releases, _areas, _week, _signals),
    MANAGER: (_on_me, _queue, _areas, _releases, _week, _signals),
}
"""By role."""
