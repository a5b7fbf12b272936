"""The bundle is written by those who know, section by section, and published once nothing is missing."""

from collections.abc import Mapping
from zlib import crc32

from sqlalchemy import delete
from sqlalchemy.orm import Session

from bot.audit import record
from bot.blocks.text import size
from bot.db import insert_or_ignore
from bot.delivery import outbox
from bot.enablement import asks, messages, model, standing
from bot.enablement.messages import CHANGE, CHANGE_LIMIT, SECTION_LIMIT
from bot.enablement.model import NOT_FOR_ME, Edition, Written
from bot.enablement.standing import Piece, Stands
from bot.errors import Changed, FieldErrors, UserError
from bot.house import House
from bot.people.flow import require_person
from bot.people.model import People, Person
from bot.prompts import flow as prompts
from bot.releases import course
from bot.releases import model as releases
from bot.releases.model import LIVE, Release
from bot.releases.standing import tier


def bundle_of(session: Session, house: House, slack_id: str, release_id: str) -> tuple[Stands, Person]:
    """A release's bundle, which nobody else changes until the transaction ends, and the person."""
    release, person = releases.get(session, house, release_id), require_person(session, house, slack_id)
    return require_bundle(session, house, release), person


def require_bundle(session: Session, house: House, release: Release) -> Stands:
    """Its bundle; a `UserError` that says why it has none."""
    stands = standing.of(session, house, release)
    if stands is None:
        what = "cancelled" if release.state == releases.CANCELLED else "a hotfix" if release.hotfix else ""
        what = what or ("low" if tier(house, release) == "low" else "")
        why = f"it is {what}" if what else "product ops has set up none for it"
        raise UserError(f"{release.name} has no enablement bundle: {why}.")
    return stands


def writable(session: Session, house: House, slack_id: str, release_id: str) -> tuple[Stands, list[Piece]]:
    """A release's bundle and those of its sections that this person writes; a `UserError` when there are none."""
    stands, person = bundle_of(session, house, slack_id, release_id)
    _require_not_over(stands.release)
    mine = _of(house, person, stands)
    if not mine:
        owner = People(session, house).named(stands.release.owner)
        raise UserError(
            f"No section of the bundle is yours. The functions that know write them, and {owner}, who owns the release."
        )
    return stands, mine


def may_write_any(house: House, person: Person, stands: Stands) -> bool:
    return bool(_of(house, person, stands))


def shown(text: str) -> int:
    """By which a form remembers what a section said when it was opened."""
    return crc32(text.strip().encode()) & 0x7FFF_FFFF


def write(
    session: Session,
    house: House,
    slack_id: str,
    release_id: str,
    opened: Mapping[str, int],
    texts: Mapping[str, str],
    change: str = "",
    again: bool = False,
) -> Stands:
    """Keep what was typed into sections; `opened` is what each said then (as `shown`). A published bundle says it, too.

    `Changed` when somebody else has written in the same section meanwhile: then nothing is kept.
    """
    stands, mine = writable(session, house, slack_id, release_id)
    typed = {piece.rule.id: texts[piece.rule.id].strip() for piece in mine if piece.rule.id in texts}
    edited = {id: text for id, text in typed.items() if id in opened and shown(text) != opened[id]}
    wrong = {
        id: f"Keep this under {SECTION_LIMIT} characters; link to the rest."
        for id, text in edited.items()
        if size(text) > SECTION_LIMIT
    }
    if wrong:
        raise FieldErrors(wrong)
    meanwhile = [piece for piece in mine if piece.rule.id in edited and shown(piece.text) != opened[piece.rule.id]]
    if meanwhile:
        written = model.written(session, house, [stands.release.id])[stands.release.id]
        by = People(session, house).called(written[meanwhile[0].rule.id].changed_by) if written else ""
        raise Changed(messages.meanwhile(house, meanwhile, by))
    for section_id, text in edited.items():
        _keep(session, house, stands.release, section_id, text, slack_id)
    session.flush()
    if edited and stands.edition is not None:
        return _publish(session, house, slack_id, release_id, change, again)
    return _touched(session, house, stands.release, slack_id)


def publishable(session: Session, house: House, slack_id: str, release_id: str) -> Stands:
    """The bundle that this person publishes; a `UserError` when they may not, or when something is missing."""
    stands, person = bundle_of(session, house, slack_id, release_id)
    _require_not_over(stands.release)
    if not may_publish(person, stands.release):
        owner = People(session, house).named(stands.release.owner)
        raise UserError(f"The bundle is published by {owner}, who owns {stands.release.name}, or by product ops.")
    if stands.missing:
        raise UserError(messages.still_missing(house, stands, People(session, house)))
    if stands.edition is not None and not stands.has_changed:
        raise UserError(f"The bundle of {stands.release.name} is published as it is.")
    return stands


def may_publish(person: Person, release: Release) -> bool:
    return person.ref == release.owner or person.is_product_ops


def publish(
    session: Session, house: House, slack_id: str, release_id: str, change: str = "", again: bool = False
) -> Stands:
    """Show the bundle as it is now under the release's card; who had confirmed it is told what has changed."""
    publishable(session, house, slack_id, release_id)
    return _publish(session, house, slack_id, release_id, change, again)


def _publish(session: Session, house: House, slack_id: str, release_id: str, change: str, again: bool) -> Stands:
    """Whoever writes a section of a published bundle publishes that; to confirm it `again` is its owner's word."""
    stands, person = bundle_of(session, house, slack_id, release_id)
    before, change = stands.edition, change.strip()
    if before is None or not may_publish(person, stands.release):
        again = False
    if before is not None and not change:
        raise FieldErrors({CHANGE: "Say in a line what has changed: whoever has read it reads this."})
    if len(change) > CHANGE_LIMIT:
        raise FieldErrors({CHANGE: f"Keep this under {CHANGE_LIMIT} characters."})
    number = before.number + 1 if before else 1
    edition = Edition(
        workspace_id=house.workspace_id, release_id=stands.release.id, number=number, content=stands.content,
        change=change, again=again, by=slack_id, at=house.clock.now(), message_id=before.message_id if before else 0,
    )  # fmt: skip
    message = messages.published(house, stands.release, edition, People(session, house))
    if before is None:
        assert stands.release.card_id is not None
        dedupe = f"bundle:{stands.release.id}"
        edition.message_id = outbox.reply(
            session, house, stands.release.card_id, message, kind="bundle.published", dedupe=dedupe
        )
    else:
        outbox.update(session, house, edition.message_id, message)
    session.add(edition)
    record(
        session, house, "bundle.published", f"release:{stands.release.id}", actor=slack_id, edition=number,
        change=change, again=again,
    )  # fmt: skip
    if before is not None and not again:
        _tell(session, house, stands, edition)
    return _touched(session, house, stands.release, slack_id)


def _tell(session: Session, house: House, stands: Stands, edition: Edition) -> None:
    """Whoever had confirmed it hears in a line what has changed."""
    title, text = asks.changed(house, stands.release, edition.change)
    for slack_id, said in sorted(stands.confirmations.items()):
        if said.how != NOT_FOR_ME and slack_id != edition.by and People(session, house).by_slack(slack_id):
            key = f"bundle:{stands.release.id}:edition:{edition.number}:{slack_id}"
            prompts.tell(session, house, slack_id, key, title, text)


def _touched(session: Session, house: House, release: Release, slack_id: str) -> Stands:
    course.touched(session, house, release, slack_id)
    return require_bundle(session, house, release)


def _of(house: House, person: Person, stands: Stands) -> list[Piece]:
    """The sections that this person writes: those of their function; all, for the owner and product ops."""
    definition = house.definitions.organisation.person(person.ref)
    function = definition.function if definition else ""
    may_all = may_publish(person, stands.release)
    return [piece for piece in stands.pieces if may_all or piece.rule.by == function]


def _keep(session: Session, house: House, release: Release, section_id: str, text: str, slack_id: str) -> None:
    # The release is held, so nobody else writes in between. An emptied section says what the release says itself.
    session.execute(
        delete(Written).where(
            Written.workspace_id == house.workspace_id,
            Written.release_id == release.id,
            Written.section_id == section_id,
        )
    )
    insert_or_ignore(
        session, Written, workspace_id=house.workspace_id, release_id=release.id, section_id=section_id, text=text,
        changed_by=slack_id, changed_at=house.clock.now(),
    )  # fmt: skip
    record(session, house, "bundle.written", f"release:{release.id}", actor=slack_id, section=section_id, text=text)


def _require_not_over(release: Release) -> None:
    if release.state == LIVE:
        raise UserError(f"{release.name} is live. Say what has changed in the thread of its card.")
