"""How each digest stands for one reader: whether they have it, when it comes next, where the last issue is, who got it.

Who has read it is nowhere kept.
"""

from datetime import datetime

from sqlalchemy.orm import Session

from bot.definitions import Ritual
from bot.delivery import outbox
from bot.delivery.outbox import Fate
from bot.digests import model, subscribing
from bot.digests.messages import Missed, Proof, Standing
from bot.digests.model import Copy, Issue
from bot.errors import UserError
from bot.house import House
from bot.people.flow import require_person
from bot.people.model import People, as_read
from bot.prompts import flow as prompts
from bot.rituals import model as occurrences
from bot.rituals.model import is_id

LEFT, REPLACED, WAITS, UNDER_WAY = "left", "replaced", "waits", "under way"
"""Why somebody does not have an issue, besides Slack's own word for it and what keeps them away."""


def all_of(session: Session, house: House, slack_id: str) -> list[Standing]:
    """Every digest, for one reader."""
    require_person(session, house, slack_id)
    return [_standing(session, house, slack_id, ritual) for ritual in subscribing.all_of(house)]


def one(session: Session, house: House, slack_id: str, words: str) -> Standing:
    """The digest that somebody names, with who got its last issue for its owner and product ops."""
    person = require_person(session, house, slack_id)
    ritual = subscribing.named(house, words)
    owner = People(session, house).by_ref(ritual.owner)
    sees_proof = person.is_product_ops or person == owner
    return _standing(session, house, slack_id, ritual, with_proof=sees_proof)


def issue(session: Session, house: House, slack_id: str, id: str) -> Issue:
    """The issue behind a button."""
    require_person(session, house, slack_id)
    found = model.of_id(session, house, int(id)) if is_id(id) else None
    if found is None:
        raise UserError("That digest is gone. `/cadence digests` lists those there are.")
    return found


def comes_next(session: Session, house: House, ritual: Ritual) -> datetime | None:
    """When its next issue goes out; none while nothing is planned."""
    found = occurrences.running(session, house, ritual.id) or occurrences.upcoming(session, house, ritual.id)
    return None if found is None or found.opens_at == occurrences.NEVER else found.publish_at


def proof(session: Session, house: House, issue: Issue) -> Proof:
    """What became of every copy in a day message."""
    copies = model.copies(session, house, issue.id)
    said = prompts.said(session, house, [copy.key for copy in copies])
    waiting = prompts.unsaid(session, house, f"digest:{issue.id}:")
    ids = {message_id for message_id, _at in said.values()}
    posts, changes = outbox.fates(session, house, ids), outbox.fates_of_changes(session, house, ids)
    got: list[datetime] = []
    missing: list[Missed] = []
    people = People(session, house)
    for copy in copies:
        if copy.key in said:
            message_id, at = said[copy.key]
            fate = _fate(posts.get(message_id), changes.get(message_id), at)
            if fate is None or fate.is_sent:
                got.append(max(at, fate.at) if fate and fate.at else at)
                continue
            why = fate.why if fate.is_lost else UNDER_WAY
            missing.append(Missed(people.called(copy.person), why, is_lost=fate.is_lost))
        else:
            why = _why_not_yet(people, copy, house.clock.now()) if copy.key in waiting else REPLACED
            missing.append(Missed(people.called(copy.person), why))
    return Proof(len(copies), len(got), min(got, default=None), max(got, default=None), missing)


def _standing(session: Session, house: House, slack_id: str, ritual: Ritual, *, with_proof: bool = False) -> Standing:
    issue = model.last(session, house, ritual.id)
    in_channel = issue.message_id if issue else None
    has = any(each.slack_id == slack_id for each in subscribing.subscribers(session, house, ritual))
    return Standing(
        ritual=as_read(session, house, ritual),
        subscribed=has,
        next=comes_next(session, house, ritual),
        issue=issue,
        posted=outbox.sent_as(session, house, in_channel) if in_channel else None,
        proof=proof(session, house, issue) if issue and with_proof else None,
    )


def _fate(post: Fate | None, change: Fate | None, said_at: datetime) -> Fate | None:
    """What became of what was said then: in the message itself, or in a change of it once that stood in Slack."""
    joined = post is not None and post.at is not None and post.at < said_at
    return change if joined and change is not None else post


def _why_not_yet(people: People, copy: Copy, now: datetime) -> str:
    person = people.by_slack(copy.person)
    if person is None:
        return LEFT
    return people.away_because(person, person.today(now)) or WAITS
