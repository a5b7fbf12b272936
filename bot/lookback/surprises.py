"""Somebody comes upon a change they had not heard of: its release is found, or its owner searched, without blame."""

from collections.abc import Sequence
from datetime import timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from bot.audit import record
from bot.db import swap
from bot.errors import FieldErrors, UserError
from bot.house import House, Part
from bot.lookback import messages, model
from bot.lookback.model import CONFIRMED, EXPLAINED, FOUND, SEARCHED, Surprise
from bot.people.flow import require_person, require_product_ops
from bot.people.model import People
from bot.prompts import flow as prompts
from bot.releases import card, standing
from bot.releases import model as releases
from bot.releases.model import Release

PROMPT = "surprise"
"""The kind of prompt about one; its ref is the surprise's id, `:`, and the Slack id of who is asked."""
NONE = "none"
"""Chosen when it is none of the releases."""
MOST_OFFERED = 8
BACK, AHEAD = timedelta(days=120), timedelta(days=60)
SHORTEST_WORD = 3
LIMIT, LONGEST_LINK = 600, 500


def offered(session: Session, house: House, slack_id: str, words: str) -> list[Release]:
    """The releases that may be meant: those that share most words first, then the nearest in time."""
    require_person(session, house, slack_id)
    standing.rules_of(house)
    today = standing.today(house)
    found = releases.planned(session, house, today - BACK, today + AHEAD)
    said = _words(words)

    def rank(release: Release) -> tuple[int, int]:
        in_name = len(said & _words(release.name))
        elsewhere = len(said & _words(f"{release.summary} {release.changes}"))
        return -(3 * in_name + elsewhere), abs((release.target - today).days)

    return sorted(found, key=rank)[:MOST_OFFERED]


def report(session: Session, house: House, slack_id: str, chosen: str, words: str, link: str = "") -> Surprise:
    """Keep it. `chosen` is the id of a release, or `NONE`: then product ops is asked whose it is."""
    require_person(session, house, slack_id)
    words = words.strip()
    release = releases.get(session, house, chosen) if chosen != NONE else None
    if release is None and not words:
        raise FieldErrors({"words": "Say what you saw, and where."})
    if len(words) > LIMIT:
        raise FieldErrors({"words": f"Keep this under {LIMIT} characters."})
    if release is not None and (before := _said_before(session, house, release, slack_id)):
        return before
    surprise = Surprise(
        workspace_id=house.workspace_id,
        state=FOUND if release else SEARCHED,
        release_id=release.id if release else None,
        words=words,
        link=link[:LONGEST_LINK],
        reported_by=slack_id,
        reported_at=house.clock.now(),
        ended_at=house.clock.now() if release else None,
    )
    session.add(surprise)
    session.flush()
    record(session, house, "surprise.reported", f"surprise:{surprise.id}", actor=slack_id, release=chosen)
    if release is not None:
        card.show(session, house, release, None)
    else:
        _ask(session, house, surprise, [each.slack_id for each in People(session, house).with_role("product_ops")])
    return surprise


def searchable(session: Session, house: House, slack_id: str, surprise_id: str) -> tuple[Surprise, list[Release]]:
    """A surprise whose owner is searched, held, for product ops, and the releases that it may be about after all."""
    require_product_ops(session, house, slack_id, "say whose a change is")
    surprise = _open(session, house, surprise_id)
    return surprise, offered(session, house, slack_id, surprise.words)


def settle(
    session: Session, house: House, slack_id: str, surprise_id: str, version: int, owner: str, chosen: str, what: str
) -> Surprise:
    """Product ops names whose it is, which release, or what else it was: one of the three."""
    surprise, _offered = searchable(session, house, slack_id, surprise_id)
    if surprise.version != version:
        raise UserError("Somebody was quicker. Open it again to see how it stands.")
    if sum(map(bool, (owner, chosen, what.strip()))) != 1:
        raise FieldErrors({"owner": "Fill in one of the three."})
    if owner:
        person = People(session, house).by_slack(owner)
        if person is None:
            raise FieldErrors({"owner": "I do not know this person. Pick somebody named in `organisation.yaml`."})
        before = surprise.owner
        swap(session, Surprise, surprise.id, surprise.version, owner=owner)
        session.refresh(surprise)
        record(session, house, "surprise.owner", f"surprise:{surprise.id}", actor=slack_id, owner=owner)
        _changed(session, house, surprise, *([before] if before else []))
        _ask(session, house, surprise, [owner])
        return surprise
    if chosen:
        release = releases.get(session, house, chosen)
        _end(session, house, surprise, FOUND, slack_id, release.name, release_id=release.id)
        card.show(session, house, release, None)
        return surprise
    _end(session, house, surprise, EXPLAINED, slack_id, _explained(what))
    return surprise


def confirmable(session: Session, house: House, slack_id: str, surprise_id: str) -> Surprise:
    """A surprise, held, that this person was named for."""
    require_person(session, house, slack_id)
    surprise = _open(session, house, surprise_id)
    if surprise.owner != slack_id:
        raise UserError("Product ops has asked somebody else about it meanwhile.")
    return surprise


def confirm(session: Session, house: House, slack_id: str, surprise_id: str) -> Surprise:
    """It is theirs, and no release was registered for it."""
    surprise = confirmable(session, house, slack_id, surprise_id)
    _end(session, house, surprise, CONFIRMED, slack_id, "")
    return surprise


def explain(session: Session, house: House, slack_id: str, surprise_id: str, what: str) -> Surprise:
    """It was something else, says whoever was named."""
    surprise = confirmable(session, house, slack_id, surprise_id)
    _end(session, house, surprise, EXPLAINED, slack_id, _explained(what))
    return surprise


def release_of(session: Session, house: House, surprise: Surprise) -> Release | None:
    """The release that it was about, once that is known."""
    return releases.seen(session, house, str(surprise.release_id)) if surprise.release_id else None


def prompt_part(session: Session, house: House, ref: str) -> Part | None:
    """How it looks now to product ops, or to whom they named."""
    surprise_id, _, slack_id = ref.partition(":")
    surprise, people = model.surprise(session, house, surprise_id), People(session, house)
    named = people.called(surprise.owner) if surprise.owner else ""
    return messages.surprise_part(house, surprise, named, is_owner=slack_id == surprise.owner)


def _words(text: str) -> set[str]:
    """What is said, less short words; a plural counts as its singular."""
    parts = "".join(each if each.isalnum() else " " for each in text.casefold()).split()
    return {each.removesuffix("s") for each in parts if len(each) >= SHORTEST_WORD}


def _said_before(session: Session, house: House, release: Release, slack_id: str) -> Surprise | None:
    """A second press is no second surprise; the release is held."""
    query = select(Surprise).where(
        Surprise.workspace_id == house.workspace_id,
        Surprise.release_id == release.id,
        Surprise.reported_by == slack_id,
    )
    return session.scalars(query).first()


def _ask(session: Session, house: House, surprise: Surprise, slack_ids: Sequence[str]) -> None:
    for slack_id in sorted(slack_ids):
        ref = f"{surprise.id}:{slack_id}"
        prompts.ask(session, house, slack_id, _key(surprise, slack_id), PROMPT, ref, at=house.clock.now())


def _open(session: Session, house: House, surprise_id: str) -> Surprise:
    surprise = model.surprise(session, house, surprise_id, hold=True)
    if surprise.state != SEARCHED:
        raise UserError("That is settled already.")
    return surprise


def _explained(what: str) -> str:
    if not what.strip() or len(what.strip()) > LIMIT:
        raise FieldErrors({"what": "Say what it was, in a sentence or two."})
    return what.strip()


def _end(
    session: Session,
    house: House,
    surprise: Surprise,
    state: str,
    by: str,
    outcome: str,
    release_id: int | None = None,
) -> None:
    values = {"state": state, "outcome": outcome, "ended_by": by, "ended_at": house.clock.now()}
    swap(session, Surprise, surprise.id, surprise.version, **values, release_id=release_id)
    session.refresh(surprise)
    record(session, house, f"surprise.{state}", f"surprise:{surprise.id}", actor=by, outcome=outcome)
    _changed(session, house, surprise, *([surprise.owner] if surprise.owner else []))
    title, text = messages.surprise_outcome(house, surprise, People(session, house).called(by))
    prompts.tell(session, house, surprise.reported_by, f"surprise-told:{surprise.id}", title, text)


def _changed(session: Session, house: House, surprise: Surprise, *others: str) -> None:
    """Everybody who was asked about it sees how it stands."""
    asked = {each.slack_id for each in People(session, house).with_role("product_ops")} | set(others)
    for slack_id in sorted(asked):
        prompts.changed(session, house, _key(surprise, slack_id))


def _key(surprise: Surprise, slack_id: str) -> str:
    return f"{PROMPT}:{surprise.id}:{slack_id}"
