"""The charter's course: announced when it changes, approved by the head of product, looked at again in time."""

from collections.abc import Sequence
from datetime import date, timedelta

from sqlalchemy.orm import Session

from bot.audit import record
from bot.blocks import Block
from bot.charter import messages, model, parts
from bot.charter.messages import Stands
from bot.charter.model import CharterApproval, CharterEdition
from bot.definitions import Charter, assumed, labelled
from bot.definitions.charter import REVIEW_AFTER
from bot.definitions.decisions import HEAD_OF_PRODUCT
from bot.delivery import outbox
from bot.errors import UserError
from bot.house import House, Obligation
from bot.people.deciding import paths_of
from bot.people.flow import require_person
from bot.people.model import People, channel_id

SETTLING = timedelta(minutes=10)
"""Definitions are often edited several times running; only what stands then is announced."""
NOT_KEPT = "There is no charter yet. Product ops writes it in `charter.yaml`."
NAMED = ("charter:", "interface:", "class:")
"""How the keys of posts begin for which the charter and its neighbours name people."""


def keep_in_step(session: Session, house: House) -> None:
    """Begin an edition when the charter is not as it was, and announce it; it needs an approval of its own."""
    charter = house.definitions.charter
    if charter is None:
        return
    before = model.newest(session, house, hold=True)
    if before is not None and before.content == model.content_of(charter):
        # What is confirmed is no assumption any more, though the charter says the same.
        _redraw(session, house, before)
        return
    edition = model.begin(session, house, before.number + 1 if before else 1, charter)
    if edition is None:
        return
    record(session, house, "charter.changed", f"charter:v{edition.number}", version=house.version)
    _step_back(session, house, edition)
    before = _announced_before(session, house, edition)
    edition.message_id = outbox.post(
        session,
        house,
        channel_id(session, house, house.definitions.organisation.channels.product_ops),
        messages.card(house, charter, _stands(session, house, edition, before)),
        kind="charter.card",
        dedupe=f"charter:{edition.number}",
        not_before=house.clock.now() + (SETTLING if before else timedelta()),
    )
    session.flush()


def approve(session: Session, house: House, slack_id: str, number: str) -> str:
    """Approve the edition in force, or confirm it; what is to be said of that.

    Only a head of product may, and only what they have read: a `UserError` when another edition is in force meanwhile.
    """
    person, charter = require_person(session, house, slack_id), house.definitions.charter
    if HEAD_OF_PRODUCT not in person.roles:
        raise UserError(messages.not_yours(_heads(session, house)))
    edition = model.newest(session, house, hold=True)
    if charter is None or edition is None:
        raise UserError(NOT_KEPT)
    if str(edition.number) != number:
        raise UserError(f"The charter has changed meanwhile: v{edition.number}. Read it first: `/cadence charter`.")
    again, now = edition.approved is not None, house.clock.now()
    if not (again and edition.reviewed and edition.reviewed.by == slack_id and _day(house, edition) == _today(house)):
        edition.approvals.append(CharterApproval(workspace_id=house.workspace_id, by=slack_id, at=now))
        deed = "charter.confirmed" if again else "charter.approved"
        record(session, house, deed, f"charter:v{number}", actor=slack_id, version=house.version)
        session.flush()
    _redraw(session, house, edition)
    return messages.done(house, edition, again, review_due(house, charter, edition))


def look(session: Session, house: House, slack_id: str) -> Stands | None:
    """How the charter stands, for this reader; none when there is none."""
    require_person(session, house, slack_id)
    return standing(session, house)


def standing(session: Session, house: House) -> Stands | None:
    """How the charter stands; none when there is none."""
    edition = model.newest(session, house)
    if house.definitions.charter is None or edition is None:
        return None
    return _stands(session, house, edition, None)


def may_approve(session: Session, house: House, slack_id: str) -> bool:
    person = People(session, house).by_slack(slack_id)
    return person is not None and HEAD_OF_PRODUCT in person.roles


def unsettled(session: Session, house: House) -> list[str]:
    """Who was named in the charter, for an interface or as a decider, and has not taken it on: a line each."""
    named = house.links.not_taken_on
    return named(session, house, NAMED) if named else []


def obligations(session: Session, house: House, slack_id: str) -> list[Obligation]:
    """The charter waits for the head of product: for an approval, or for its review."""
    charter = house.definitions.charter
    if charter is None or not may_approve(session, house, slack_id):
        return []
    edition = model.newest(session, house)
    if edition is None or not is_due(house, charter, edition):
        return []
    return [Obligation(messages.obligation(house, edition), None, "charter.read", str(edition.number), "Read it")]


def on_home(session: Session, house: House, slack_id: str) -> list[Block]:
    """The one sentence that says what product operations is there for."""
    charter = house.definitions.charter
    if charter is None or charter.problem is None or People(session, house).by_slack(slack_id) is None:
        return []
    return messages.on_home(house, charter.problem, assumed(house.definitions, "charter.problem"))


def review_due(house: House, charter: Charter, edition: CharterEdition) -> date | None:
    """The day by which it is to be looked at again; none before it is approved.

    That is the day the charter names, unless it was confirmed since, and 180 days after the last look at the latest.
    """
    reviewed = _day(house, edition)
    if reviewed is None:
        return None
    latest, named = reviewed + timedelta(days=REVIEW_AFTER), charter.review_on
    return min(named, latest) if named and named > reviewed else latest


def is_due(house: House, charter: Charter, edition: CharterEdition) -> bool:
    """Whether it waits for an approval, or its review is past."""
    due = review_due(house, charter, edition)
    return due is None or due < _today(house)


def _redraw(session: Session, house: House, edition: CharterEdition) -> None:
    """Have what was announced of the edition in force say how it stands now."""
    charter = house.definitions.charter
    if charter is not None and edition.message_id is not None:
        stands = _stands(session, house, edition, _announced_before(session, house, edition))
        outbox.update(session, house, edition.message_id, messages.card(house, charter, stands))


def _step_back(session: Session, house: House, edition: CharterEdition) -> None:
    """What was announced of earlier editions says that it is past; what was not said yet is not said."""
    while (before := _announced_before(session, house, edition)) and before.message_id is not None:
        if not outbox.cancel(session, house, before.message_id):
            outbox.update(session, house, before.message_id, messages.superseded(house, before.number, edition.number))
            return
        before.message_id = None


def _announced_before(session: Session, house: House, edition: CharterEdition) -> CharterEdition | None:
    return next(
        (each for each in model.every(session, house) if each.number < edition.number and each.message_id), None
    )


def _stands(session: Session, house: House, edition: CharterEdition, before: CharterEdition | None) -> Stands:
    people, charter = People(session, house), house.definitions.charter
    assert charter is not None
    approved, reviewed = edition.approved, edition.reviewed
    return Stands(
        edition=edition,
        approved_by=people.called(approved.by) if approved else "",
        confirmed_by=people.called(reviewed.by) if reviewed and reviewed is not approved else "",
        heads=_heads(session, house),
        review=review_due(house, charter, edition),
        is_due=is_due(house, charter, edition),
        risks=house.links.risks(session, house) if house.links.risks else (),
        changes=parts.changed(house, charter, before, edition) if before else (),
    )


def _heads(session: Session, house: House) -> Sequence[str]:
    """By name, labelled where it is only assumed who they are."""
    heads = People(session, house).with_role(HEAD_OF_PRODUCT)
    return [labelled(house.definitions, person.name, *paths_of(HEAD_OF_PRODUCT)) for person in heads]


def _day(house: House, edition: CharterEdition) -> date | None:
    reviewed = edition.reviewed
    return reviewed.at.astimezone(house.definitions.organisation.zone).date() if reviewed else None


def _today(house: House) -> date:
    return house.clock.now().astimezone(house.definitions.organisation.zone).date()
