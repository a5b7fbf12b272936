"""How people look at insights: one, those with some words, their own, what nobody has."""

import re
from collections.abc import Callable, Mapping
from datetime import datetime, timedelta

from sqlalchemy.orm import Session

from bot import blocks
from bot.blocks import Message
from bot.definitions.decisions import may_decide_on_product
from bot.gesture import Gesture, Handler
from bot.house import House
from bot.insights import (
    capture_listeners,
    digest,
    digest_messages,
    figures,
    listing,
    model,
    orphans,
    read_messages,
    rights,
    showing,
    triage_forms,
)
from bot.insights.digest import Digest
from bot.insights.listing import LIST_LENGTH, Wanted
from bot.insights.messages import Looks
from bot.insights.model import Insight
from bot.insights.orphans import NOT_ANSWERED, NOT_SAID_MORE, NOT_SEEN, UNTRIAGED
from bot.insights.rights import rules_of
from bot.insights.routing import PRODUCT_OPS
from bot.insights.showing import Own
from bot.people.flow import require_person
from bot.people.model import People
from bot.search import looked_for
from bot.tables import Tables

MOST_REPEATED = 80
"""Characters of what somebody looked for, said back to them."""
WEEK, PLAIN_FOR = 7, timedelta(days=7)
_DAYS = re.compile(r"([1-9]\d{0,2})(?: days?)?", re.IGNORECASE)
_plain_until: dict[str, datetime] = {}
"""Workspaces in which Slack would not take a picture are asked again only after a while."""

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
    person, found = showing.look(session, house, slack_id, ref)
    if isinstance(found, Own):
        return read_messages.own(house, found)
    insight = found.insight
    decides = may_decide_on_product(person.roles)
    is_theirs = rights.may_answer(session, house, insight, person)
    mine = read_messages.answer_buttons(insight, decides=decides) if is_theirs else []
    triages = triage_forms.buttons(insight) if rights.may_triage(session, house, insight, slack_id) else []
    buttons = [*mine, *([blocks.actions(*triages)] if triages else [])]
    return read_messages.whole(house, found, buttons, person.zone)


def listed(session: Session, house: House, slack_id: str, words: str) -> Message:
    """The answer to `/insight list …`"""
    wanted = listing.read(house, words)
    found = listing.entries(session, house, slack_id, wanted, LIST_LENGTH + 1)
    return read_messages.listed(house, _with_standings(session, house, found), listing.in_words(house, wanted))


def found(session: Session, house: House, slack_id: str, words: str) -> Message:
    """The answer to `/insight find …`"""
    looked, wanted = listing.split(house, words)
    if not looked_for(looked):
        if wanted == Wanted():
            return read_messages.words(house, "found_nothing_asked")
        entries = listing.entries(session, house, slack_id, wanted, LIST_LENGTH + 1)
    else:
        entries = listing.find(session, house, slack_id, looked, wanted, LIST_LENGTH + 1)
    about = ", ".join(each for each in (looked, listing.in_words(house, wanted)) if each)
    return read_messages.listed(house, _with_standings(session, house, entries), about[:MOST_REPEATED], "found")


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
    measures = digest_messages.measured(house, figures.now(session, house), person.zone)
    return read_messages.orphans(house, found, whose, person.zone, measures)


def compiled(session: Session, house: House, slack_id: str, days: int) -> Digest:
    """What the answer to `/insight digest` shows."""
    require_person(session, house, slack_id)
    rules_of(house)
    now = house.clock.now()
    return digest.compile(session, house, now - timedelta(days=days), now)


async def digested(gesture: Gesture, house: House) -> None:
    """`/insight digest [days]`: the last week, or so many days, as the digest would show them now."""
    if gesture.text and not _DAYS.fullmatch(gesture.text):
        await capture_listeners.log(gesture.with_text(f"digest {gesture.text}"), house)
        return
    days = int(gesture.text.split()[0]) if gesture.text else WEEK
    found, now = await house.db.run(compiled, house, gesture.user, days), house.clock.now()
    name = house.words.part(digest_messages.DIGEST, "asked_for")
    plain = digest_messages.digest(house, name, found)
    if not house.charts or _plain_until.get(house.workspace_id, now) > now:
        await gesture.reply(plain)
    elif not await gesture.reply_with(digest_messages.digest(house, name, found, picture=True), plain):
        _plain_until[house.workspace_id] = now + PLAIN_FOR


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
    if kind in (NOT_SEEN, NOT_ANSWERED, NOT_SAID_MORE):
        return People(session, house).called(insight.asked_of or insight.owner or "")
    if kind == UNTRIAGED:
        return read_messages.whose(house, rules.readers if insight.restricted else rules.triagers)
    return read_messages.whose(house, [PRODUCT_OPS])


VERBS: Mapping[str, Handler] = {
    "digest": digested,
    "list": answers(listed),
    "find": answers(found),
    **dict(alone(*each) for each in (("mine", mine), ("orphans", nobodys), ("export", export), ("help", help_))),
}
"""What may follow `/insight`."""
TABLES = Tables()
