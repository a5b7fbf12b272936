"""A release's one card: what it says is computed, kept as it was shown, and edited in place."""

from sqlalchemy.orm import Session

from bot.delivery import outbox
from bot.folding import folded
from bot.house import House
from bot.people.flow import require_person
from bot.people.model import People, channel_id
from bot.releases import forum, messages, model, report, standing
from bot.releases.model import Release, Snapshot
from bot.releases.report import Report


def check(session: Session, house: House, slack_id: str, release: Release) -> Report:
    """Compute how ready a release is now, keep what was found, and show it on the release's one card."""
    require_person(session, house, slack_id)
    return show(session, house, release, slack_id)


def show(session: Session, house: House, release: Release, slack_id: str | None) -> Report:
    """Show how a release stands now on its one card; `slack_id` is whose deed that is, none for the clock and files."""
    _id, found = keep(session, house, release, slack_id)
    _show(session, house, release, found)
    for follow in house.links.looked_at:
        follow(session, house, forum.ritual_id(house))
    return found


def follow(session: Session, house: House, name: str) -> None:
    """Another room has something else to show of the releases of this name."""
    if house.definitions.releases is None:
        return
    for release in model.not_over(session, house, standing.today(house)):
        if folded(release.name) == folded(name):
            show(session, house, model.get(session, house, str(release.id)), None)


def keep(session: Session, house: House, release: Release, slack_id: str | None) -> tuple[int, Report]:
    """Compute how ready a release is now and keep that; returns under which id, too."""
    found = report.compile(session, house, release)
    snapshot = Snapshot(
        workspace_id=house.workspace_id,
        release_id=release.id,
        as_of=house.clock.now(),
        asked_by=slack_id,
        content=found.to_json(),
    )
    session.add(snapshot)
    session.flush()
    return snapshot.id, found


def _show(session: Session, house: House, release: Release, found: Report) -> None:
    card = messages.card(house, found)
    if release.card_id is not None:
        outbox.update(session, house, release.card_id, card)
        return
    owner = People(session, house).by_ref(release.owner)
    release.card_id = outbox.post(
        session,
        house,
        channel_id(session, house, house.definitions.organisation.channels.launches),
        card,
        kind="release.card",
        dedupe=f"release:{release.id}",
        report_to=owner.slack_id if owner else None,
    )
