"""Whoever must hear of a change is told once: people in their day message, a function in its channel.

What was promised and not shown yet is said anew, from what they knew to how it stands now; or not at all, when it
stands again where they knew it.
"""

from sqlalchemy.orm import Session

from bot.delivery import outbox
from bot.house import House
from bot.people.model import People, channel_id
from bot.prompts import flow as prompts
from bot.roadmap import messages, model
from bot.roadmap.messages import Heard
from bot.roadmap.model import SCOPE, UNCHANGED, RoadmapChange, RoadmapItem, RoadmapTold


def tell(session: Session, house: House, item: RoadmapItem, change: RoadmapChange) -> None:
    """Tell everybody whom a change names, and whoever was promised words that are not true any more."""
    if change.kind == UNCHANGED:
        return
    unshown = _unshown(session, house, item)
    named = _recipients(session, house, change)
    because = {recipient: told.because for recipient, told in unshown.items()} | named
    # In one order everywhere, since each person is held: else two changes would wait for each other.
    for recipient in sorted(because):
        _to(session, house, item, change, recipient, because[recipient], unshown.get(recipient))
    session.flush()


def _recipients(session: Session, house: House, change: RoadmapChange) -> dict[str, str]:
    """Slack ids of people and channels, each with why they hear it; not of who changed it."""
    people, organisation = People(session, house), house.definitions.organisation
    found: dict[str, str] = {}
    for function in filter(None, map(organisation.function, change.functions)):
        if lead := people.by_ref(function.lead):
            found.setdefault(lead.slack_id, messages.because(house, "leads", function.name))
        if function.channel:
            found.setdefault(channel_id(session, house, function.channel), "")
    for person in filter(None, map(people.by_ref, change.people)):
        found.setdefault(person.slack_id, messages.because(house, "named"))
    area = organisation.area(change.depends_on)
    if area is not None and (owner := next(iter(people.stand_ins(area)), None)):
        found[owner.slack_id] = messages.because(house, "owns", area.name)
    found.pop(change.by or "", None)
    return found


def _unshown(session: Session, house: House, item: RoadmapItem) -> dict[str, RoadmapTold]:
    """What was promised last about an item and nobody has been shown yet, by recipient."""
    last = {told.recipient: told for told in model.told_of(session, house, item)}
    shown = prompts.said(session, house, [told.key for told in last.values() if told.key])
    fates = outbox.fates(session, house, [told.message_id for told in last.values() if told.message_id is not None])
    return {
        recipient: told
        for recipient, told in last.items()
        if (told.key and told.key not in shown)
        or (told.message_id is not None and (fate := fates[told.message_id]).posted is None and not fate.is_lost)
    }


def _to(
    session: Session,
    house: House,
    item: RoadmapItem,
    change: RoadmapChange,
    recipient: str,
    because: str,
    unshown: RoadmapTold | None,
) -> None:
    person, called = People(session, house).by_slack(recipient), People(session, house).called
    before = unshown.before if unshown else change.before
    confidence_before = unshown.confidence_before if unshown else change.confidence_before
    stands_as_known = (before, confidence_before) == (item.place, item.confidence) and change.kind != SCOPE
    # Nor does anybody need to hear that what they never heard of is dropped.
    stands_as_known |= not before and item.is_dropped
    told = RoadmapTold(
        workspace_id=house.workspace_id, item_id=item.id, change_id=change.id, recipient=recipient, because=because,
        before=before, confidence_before=confidence_before, at=house.clock.now(),
    )  # fmt: skip
    by = called(change.by) if change.by else ""
    title, text = messages.news(house, item, change, Heard(before, confidence_before, because, by))
    if person is not None:
        told.key = unshown.key if unshown else f"roadmap:{change.id}:{recipient}"
        if stands_as_known:
            prompts.withdraw(session, house, told.key)
        else:
            prompts.tell(session, house, recipient, told.key, title, text)
    elif unshown and unshown.message_id is not None:
        if stands_as_known and outbox.cancel(session, house, unshown.message_id):
            return
        told.message_id = unshown.message_id
        outbox.update(session, house, unshown.message_id, messages.post(title, text))
    elif not because:
        told.message_id = outbox.post(
            session, house, recipient, messages.post(title, text), kind="roadmap.change",
            dedupe=f"roadmap:{change.id}:{recipient}", report_to=change.by, routine=True,
        )  # fmt: skip
    session.add(told)
