"""Being named owner, deputy or lead of something: whoever is newly named says whether they take it on."""

from collections.abc import Collection, Sequence
from datetime import timedelta

from sqlalchemy import bindparam, select
from sqlalchemy.orm import Session

from bot.audit import record
from bot.db import insert_or_ignore
from bot.delivery import outbox
from bot.errors import FieldErrors, UserError
from bot.house import House, Obligation, Part
from bot.naming import messages
from bot.naming.messages import ACCEPT, DECLINE, Named
from bot.naming.model import ACCEPTED, DECLINED, ENDED, OPEN, PASSED_ON, Naming
from bot.people.flow import require_person
from bot.people.model import People, Person, channel_id
from bot.people.posts import posts
from bot.prompts import flow as prompts

PROMPT = "naming"
"""The kind of prompt that asks whether somebody takes on what they were named for."""
SETTLING = timedelta(minutes=10)
"""Definitions are often edited several times running; what is taken back meanwhile is never asked."""
LONGEST_ID = 18


def keep_in_step(session: Session, house: House) -> None:
    """Compare who is named with who was: ask the newly named, and nobody twice.

    In a workspace in which nobody was ever named, everyone who is named by now counts as having accepted.
    """
    wanted = {(post.key, post.ref) for post in posts(house)}
    known = {(naming.post, naming.ref): naming for naming in _all(session, house)}
    first_time = not known
    for key, ref in sorted(wanted - known.keys()):
        insert_or_ignore(
            session,
            Naming,
            workspace_id=house.workspace_id,
            post=key,
            ref=ref,
            state=ACCEPTED if first_time else OPEN,
            named_at=house.clock.now(),
        )
    for place, naming in known.items():
        if place in wanted:
            if naming.state == ENDED:
                _name_again(house, naming)
        elif naming.passed_by is None or not _still_passed_on(naming, known.values(), wanted):
            naming.state = ENDED
    session.flush()
    _ask(session, house)


def accept(session: Session, house: House, slack_id: str, naming_id: str) -> None:
    """Take on what one was named for."""
    naming, person = _theirs(session, house, slack_id, naming_id)
    _answer(session, house, naming, person, ACCEPTED, "")


def answer(
    session: Session, house: House, slack_id: str, naming_id: str, choice: str, colleague: str, reason: str
) -> None:
    """Accept, decline with a reason, or pass on to a colleague (Slack id), who is asked the same then.

    Raises FieldErrors for the form's fields.
    """
    naming, person = _theirs(session, house, slack_id, naming_id)
    if choice == ACCEPT:
        _answer(session, house, naming, person, ACCEPTED, reason)
    elif choice == DECLINE:
        if not reason.strip():
            raise FieldErrors({"reason": "Say why, so that product ops knows whom to look for."})
        _answer(session, house, naming, person, DECLINED, reason)
    else:
        successor = _successor(session, house, naming, person, colleague)
        naming.passed_to = successor.ref
        _answer(session, house, naming, person, PASSED_ON, reason)
        _offer(session, house, naming.post, successor, slack_id)
        session.flush()
        _ask(session, house)


def open_for(session: Session, house: House, slack_id: str) -> list[Named]:
    """What this person was named for and has not answered."""
    person = People(session, house).by_slack(slack_id)
    which = {"workspace_id": house.workspace_id, "ref": person.ref if person else ""}
    found = session.scalars(_OPEN_FOR, which).all() if person else []
    return _named(session, house, found) if found else []


def unsettled(session: Session, house: House) -> list[Named]:
    """What product ops must know: not answered, or answered so that the definitions should name somebody else."""
    return [
        each
        for each in _named(session, house, _all(session, house))
        if each.naming.state in (OPEN, DECLINED, PASSED_ON)
        or (each.naming.state == ACCEPTED and each.naming.passed_by is not None and not _is_defined(house, each.naming))
    ]


def not_taken_on(session: Session, house: House, keys: Collection[str]) -> list[str]:
    """The same in words, a line each, for the posts whose key begins with one of these."""
    found = unsettled(session, house)
    return [messages.unsettled(house, each) for each in found if each.naming.post.startswith(tuple(keys))]


def get(session: Session, house: House, slack_id: str, naming_id: str) -> Named:
    """One naming of this person's, in words; a `UserError` when it is answered or somebody else's."""
    naming, _person = _theirs(session, house, slack_id, naming_id)
    return _named(session, house, [naming])[0]


def obligations(session: Session, house: House, slack_id: str) -> list[Obligation]:
    return [
        Obligation(f"You were named {each.post}", None, "naming.answer", str(each.naming.id), "Answer")
        for each in open_for(session, house, slack_id)
    ]


def prompt_part(session: Session, house: House, ref: str) -> Part | None:
    """How one naming looks now, to whoever was named; `ref` is its id."""
    naming = session.scalar(select(Naming).where(Naming.id == int(ref), Naming.workspace_id == house.workspace_id))
    return messages.part(house, _named(session, house, [naming])[0]) if naming is not None else None


# Built once, since Home is drawn after every press on it.
_ALL = select(Naming).where(Naming.workspace_id == bindparam("workspace_id")).order_by(Naming.id)
_OPEN_FOR = _ALL.where(Naming.state == OPEN, Naming.ref == bindparam("ref"))


def _all(session: Session, house: House) -> list[Naming]:
    return list(session.scalars(_ALL, {"workspace_id": house.workspace_id}))


def _name_again(house: House, naming: Naming) -> None:
    """Somebody else had it meanwhile, so this is a new question."""
    naming.state, naming.named_at = OPEN, house.clock.now()
    naming.passed_by = naming.passed_to = naming.reason = naming.answered_at = None


def _still_passed_on(naming: Naming, everything: Collection[Naming], wanted: set[tuple[str, str]]) -> bool:
    """Whether somebody who is still named, or was passed it on in turn, passed it on to them."""
    givers = [each for each in everything if each.post == naming.post and each.passed_to == naming.ref]
    return any(
        (each.post, each.ref) in wanted or (each.passed_by is not None and each.state == PASSED_ON) for each in givers
    )


def _ask(session: Session, house: House) -> None:
    """Ask for what waits for an answer, in the day message of whoever was named; what has ended is asked no more."""
    people = People(session, house)
    for naming in _all(session, house):
        person = people.by_ref(naming.ref)
        if naming.state == ENDED:
            prompts.changed(session, house, _key(naming))
        elif naming.state == OPEN and person is not None and not prompts.is_known(session, house, _key(naming)):
            # What a colleague passes on needs no time to settle.
            pause = timedelta() if naming.passed_by else SETTLING
            at = house.clock.now() + pause
            prompts.ask(session, house, person.slack_id, _key(naming), PROMPT, str(naming.id), at=at)


def _key(naming: Naming) -> str:
    """Who is named anew is asked anew."""
    return f"{PROMPT}:{naming.id}:{naming.named_at:%Y%m%dT%H%M%S}"


def _theirs(session: Session, house: House, slack_id: str, naming_id: str) -> tuple[Naming, Person]:
    person = require_person(session, house, slack_id)
    number = int(naming_id) if naming_id.isascii() and naming_id.isdecimal() and len(naming_id) <= LONGEST_ID else 0
    naming = session.scalar(
        select(Naming).where(Naming.id == number, Naming.workspace_id == house.workspace_id).with_for_update()
    )
    if naming is None or naming.ref != person.ref:
        raise UserError("That question is not yours.")
    if naming.state == ENDED:
        raise UserError("The definitions no longer name you there, so there is nothing to answer.")
    if naming.state != OPEN:
        raise UserError("You have answered that already. Product ops can change it in the definitions.")
    return naming, person


def _answer(session: Session, house: House, naming: Naming, person: Person, state: str, reason: str) -> None:
    naming.state, naming.answered_at, naming.reason = state, house.clock.now(), reason.strip() or None
    record(session, house, f"naming.{state}", f"naming:{naming.id}", actor=person.slack_id, post=naming.post)
    session.flush()
    prompts.changed(session, house, _key(naming))
    if state != ACCEPTED or not _is_defined(house, naming):
        _tell_product_ops(session, house, naming)


def _tell_product_ops(session: Session, house: House, naming: Naming) -> None:
    assert naming.answered_at is not None
    outbox.post(
        session,
        house,
        channel_id(session, house, house.definitions.organisation.channels.product_ops),
        messages.answered(house, _named(session, house, [naming])[0]),
        kind="people.named",
        dedupe=f"naming:{naming.id}:{naming.state}:{naming.answered_at:%Y%m%dT%H%M%S}",
    )


def _successor(session: Session, house: House, naming: Naming, person: Person, colleague: str) -> Person:
    successor = People(session, house).by_slack(colleague)
    if not colleague:
        raise FieldErrors({"colleague": "Choose whom to pass it on to, or decline."})
    if successor is None:
        raise FieldErrors({"colleague": "I do not know this person: product ops adds people to organisation.yaml."})
    if successor == person:
        raise FieldErrors({"colleague": "That is you. Choose a colleague, accept or decline."})
    theirs = select(Naming).where(
        Naming.workspace_id == house.workspace_id, Naming.post == naming.post, Naming.ref == successor.ref
    )
    before = session.scalar(theirs)
    if before is not None and before.state in (DECLINED, PASSED_ON):
        raise FieldErrors({"colleague": f"{successor.name} was asked already and did not take it on."})
    return successor


def _offer(session: Session, house: House, post: str, successor: Person, by: str) -> None:
    """Ask a colleague the same; who has it already, or is asked already, is not asked twice."""
    is_new = insert_or_ignore(
        session,
        Naming,
        workspace_id=house.workspace_id,
        post=post,
        ref=successor.ref,
        state=OPEN,
        named_at=house.clock.now(),
        passed_by=by,
    )
    if is_new:
        return
    naming = session.scalar(
        select(Naming).where(
            Naming.workspace_id == house.workspace_id,
            Naming.post == post,
            Naming.ref == successor.ref,
            Naming.state == ENDED,
        )
    )
    if naming is not None:
        _name_again(house, naming)
        naming.passed_by = by


def _is_defined(house: House, naming: Naming) -> bool:
    return any((post.key, post.ref) == (naming.post, naming.ref) for post in posts(house))


def _named(session: Session, house: House, namings: Sequence[Naming]) -> list[Named]:
    """In words; what no longer exists is left out unless it has ended with it."""
    people = People(session, house)
    words = {post.key: post.words for post in posts(house)}
    return [
        Named(
            naming=naming,
            post=words.get(naming.post) or _words_of_past(naming.post),
            name=people.named(naming.ref),
            passed_by=people.called(naming.passed_by) if naming.passed_by else "",
            passed_to=people.named(naming.passed_to) if naming.passed_to else "",
        )
        for naming in namings
    ]


def _words_of_past(post: str) -> str:
    """For what the definitions no longer hold: `owner of billing`."""
    _what, id, role = post.split(":")
    return f"{role} of {id}"
