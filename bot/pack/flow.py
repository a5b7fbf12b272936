"""The pack in Slack: shown to whoever asks, and posted with its sections in the thread."""

from sqlalchemy.orm import Session

from bot.audit import record
from bot.blocks import Message
from bot.delivery import outbox
from bot.errors import UserError
from bot.house import Checked, House
from bot.pack import files, messages
from bot.pack.contents import DRIFT
from bot.pack.done import MADE
from bot.pack.sections import WORDS, Pack, gather, one
from bot.pack_words import Say
from bot.people.flow import require_person
from bot.people.model import People, channel_id

ONCE_IN = "%Y-%m-%dT%H:%M"
"""Who presses twice within a minute posts it once."""


def show(session: Session, house: House, slack_id: str) -> Message:
    require_person(session, house, slack_id)
    return messages.summary(house, gather(session, house))


def show_drift(session: Session, house: House, slack_id: str) -> list[Message]:
    require_person(session, house, slack_id)
    return messages.section(house, one(session, house, DRIFT))


def post(session: Session, house: House, slack_id: str) -> str:
    """Post the pack for everybody in the channel of product ops; what to tell whoever asked."""
    _require_in_charge(session, house, slack_id)
    pack = to_hand_on(session, house)
    named, library = house.definitions.organisation.channels.product_ops, house.links.library
    key = _ref(pack)
    checked = library.check(session, house, MADE, key) if library else Checked(MADE, key)
    message_id = outbox.post(
        session, house, channel_id(session, house, named), messages.posted(house, pack, checked.note),
        kind="pack.posted", dedupe=key, report_to=slack_id,
    )  # fmt: skip
    if library:
        library.issued(session, house, checked, message_id)
    said = {
        f"{key}:{section.id}:{number}": message
        for section in pack.sections
        for number, message in enumerate(messages.section(house, section))
    }
    outbox.reply_all(session, house, message_id, said, kind="pack.section", report_to=slack_id)
    record(session, house, "pack.posted", f"pack:{pack.version}", actor=slack_id, complete=pack.complete)
    return Say(house, WORDS).text("posted", channel=named)


def to_hand_on(session: Session, house: House) -> Pack:
    """The pack; a `UserError` with the reasons when it must not be handed on."""
    pack = gather(session, house)
    if pack.reasons:
        raise UserError(files.refused(house, pack))
    return pack


def written(session: Session, house: House, pack: Pack, by: str) -> None:
    """It is written into files: keep that it was made."""
    if library := house.links.library:
        library.issued(session, house, library.check(session, house, MADE, _ref(pack)), None)
    record(session, house, "pack.written", f"pack:{pack.version}", actor=by, complete=pack.complete)


def _ref(pack: Pack) -> str:
    return f"pack:{pack.at:{ONCE_IN}}"


def _require_in_charge(session: Session, house: House, slack_id: str) -> None:
    person, people = require_person(session, house, slack_id), People(session, house)
    heads = people.with_role("head_of_product")
    if not person.is_product_ops and person not in heads:
        names = " or ".join(each.name for each in (*people.with_role("product_ops"), *heads)) or "product ops"
        raise UserError(f"Only product ops or the head of product may post the pack. Ask {names}.")
