"""Who may do what with a release, and while it is what; a `UserError` says who does, or why it is too late."""

from sqlalchemy.orm import Session

from bot.audit import is_program
from bot.errors import UserError
from bot.house import House
from bot.people.flow import require_person
from bot.people.model import People, Person
from bot.releases import model
from bot.releases.model import CANCELLED, LIVE, Release
from bot.releases.standing import rules_of

ENGINEERING, HEAD_OF_PRODUCT = "engineering", "head_of_product"
"""The role of those who roll releases out and stop them, and of those above their owners."""


def coming(session: Session, house: House, slack_id: str, release_id: str) -> tuple[Release, Person]:
    """A release that is still to come, held until the transaction ends, and the person."""
    release, person = model.get(session, house, release_id), require_person(session, house, slack_id)
    _require_coming(house, release)
    return release, person


def kept_by(session: Session, house: House, actor: str, release_id: str) -> Release:
    """A release to come whose name, date and facts `actor` keeps: its owner, product ops, or a program."""
    if is_program(actor):
        release = model.get(session, house, release_id)
        _require_coming(house, release)
        return release
    release, person = coming(session, house, actor, release_id)
    if person.ref != release.owner and not person.is_product_ops:
        owner = People(session, house).named(release.owner)
        raise UserError(f"That is for the owner of {release.name}, {owner}, or for product ops.")
    return release


def owned_by(session: Session, house: House, slack_id: str, release_id: str, to_do: str) -> Release:
    """A release to come that this person, or a head of product, answers for; product ops does not."""
    release, person = coming(session, house, slack_id, release_id)
    require_owner(session, house, release, person, to_do)
    return release


def require_owner(session: Session, house: House, release: Release, person: Person, to_do: str) -> None:
    """Refuse whoever is neither its owner nor a head of product, to do `to_do`."""
    if person.ref == release.owner or HEAD_OF_PRODUCT in person.roles:
        return
    people = People(session, house)
    heads = " or ".join(head.name for head in people.with_role(HEAD_OF_PRODUCT)) or "the head of product"
    no_vote = "Product ops keeps the process and has no vote. " if person.is_product_ops else ""
    raise UserError(f"{no_vote}Only {people.named(release.owner)}, who owns {release.name}, or {heads} can {to_do}.")


def rolled_out_by(session: Session, house: House, actor: str, release_id: str) -> Release:
    """A release that `actor` says is live, or stops: its owner, anybody of engineering, or a program."""
    release = model.get(session, house, release_id)
    rules_of(house)
    if is_program(actor):
        return release
    person = require_person(session, house, actor)
    if person.ref != release.owner and ENGINEERING not in person.roles:
        owner = People(session, house).named(release.owner)
        raise UserError(f"That is for engineering, or for the owner of {release.name}, {owner}.")
    return release


def _require_coming(house: House, release: Release) -> None:
    rules_of(house)
    if release.state in (LIVE, CANCELLED):
        raise UserError(f"{release.name} is {release.state} already. `/launch-ready {release.slug}` shows it.")
