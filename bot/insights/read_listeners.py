"""How people look at insights: one, those with some words, their own, what nobody has."""

from collections.abc import Callable, Mapping

from sqlalchemy.orm import Session

from bot.blocks import Message
from bot.gesture import Gesture, Handler
from bot.house import House
from bot.insights import capture_listeners, listing, model, orphans, read_messages, rights, showing
from bot.insights.listing import LIST_LENGTH
from bot.insights.messages import Looks
from bot.insights.model import Insight
from bot.insights.orphans import NOT_ANSWERED, NOT_SEEN, UNTRIAGED
from bot.insights.rights import rules_of
from bot.insights.routing import PRODUCT_OPS
from bot.insights.showing import Whole
from bot.people.flow import require_person
from bot.people.model import People
from bot.tables import Tables

Shown = Callable[[Session, House, str, str], Message]
"""The answer to a person (Slack user id) and what they wrote after the verb."""


def answers(shown: Shown) -> Handler:
    async def handle(gesture: Gesture, house: House) -> None:
        await gesture.reply(await house.db.run(shown, house, gesture.user, gesture.text))

    return handle


def alone(verb: str, shown: Shown) -> tuple[str, Handler]:
    """The same for a verb that stands alone: with more words, it is something that somebody saw."""

    async def handle(gesture: Gesture, house: House) -> None:
        if gesture.text:
            await capture_listeners.log(gesture.with_text(f"{verb} {gesture.text}"), house)
        else:
            await gesture.reply(await house.db.run(shown, house, gesture.user, ""))

    return verb, handle


def one(session: Session, house: House, slack_id: str, ref: str) -> Message:
    """The answer to `/insight I-317`"""
    person, found, may = showing.look(session, house, slack_id, ref)
    if isinstance(found, Whole):
        return read_messages.whole(house, found, may, person.zone)
    return read_messages.own(house, found)


def listed(session: Session, house: House, slack_id: str, words: str) -> Message:
    """The answer to `/insight list …`"""
    wanted = listing.read(house, words)
    found = listing.entries(session, house, slack_id, wanted, LIST_LENGTH + 1)
    return read_messages.listed(house, _with_standings(session, house, found), listing.in_words(house, wanted))


def mine(session: Session, house: House, slack_id: str, _words: str) -> Message:
    """The answer to `/insight mine`"""
    found = listing.mine(session, house, slack_id, LIST_LENGTH + 1)
    looks = showing.standings(session, house, [insight for insight, _submission in found])
    return read_messages.mine(house, [(*each, look) for each, look in zip(found, looks, strict=True)])


def nobodys(session: Session, house: House, slack_id: str, _words: str) -> Message:
    """The answer to `/insight orphans`"""
    person = require_person(session, house, slack_id)
    rules_of(house)
    seen = model.visible(rights.is_reader(session, house, slack_id), slack_id)
    found = orphans.look(session, house, seen)
    whose = {each.id: _whose(session, house, stuck.kind, each) for stuck in found for each, _since in stuck.oldest}
    return read_messages.orphans(house, found, whose, person.zone, ())


def export(_session: Session, house: House, _slack_id: str, _words: str) -> Message:
    return read_messages.words(house, "export")


def help_(_session: Session, house: House, _slack_id: str, _words: str) -> Message:
    return read_messages.words(house, "help")


show = answers(one)


def _with_standings(session: Session, house: House, found: list[Insight]) -> list[tuple[Insight, Looks]]:
    return list(zip(found, showing.standings(session, house, found), strict=True))


def _whose(session: Session, house: House, kind: str, insight: Insight) -> str:
    """Who has to do something now."""
    rules = rules_of(house)
    if kind in (NOT_SEEN, NOT_ANSWERED):
        return People(session, house).called(insight.asked_of or insight.owner or "")
    if kind == UNTRIAGED:
        return read_messages.whose(house, rules.readers if insight.restricted else rules.triagers)
    return read_messages.whose(house, [PRODUCT_OPS])


VERBS: Mapping[str, Handler] = {
    "list": answers(listed),
    **dict(alone(*each) for each in (("mine", mine), ("orphans", nobodys), ("export", export), ("help", help_))),
}
"""What may follow `/insight`."""
TABLES = Tables()
