"""What somebody does because of what was learned of a release."""

from collections.abc import Collection

from sqlalchemy.orm import Session

from bot.actions import flow, messages
from bot.actions.model import DROPPED, Action
from bot.blocks import Message
from bot.errors import UserError
from bot.house import House, Origin
from bot.lookback import model, reporting
from bot.people.flow import require_person
from bot.people.model import People
from bot.releases import card, thread
from bot.releases import model as releases
from bot.releases.model import Release

MOST = 3
"""Of one release: more are not done anyway."""


class Releases:
    """The releases that actions come from."""

    def origin(self, session: Session, house: House, id: str, *, hold: bool) -> Origin | None:
        release = releases.get(session, house, id) if hold else releases.seen(session, house, id)
        owner = People(session, house).by_ref(release.owner) if release else None
        return Origin(release.name, owner.slack_id if owner else None) if release else None

    def origins(self, session: Session, house: House, ids: Collection[str]) -> dict[str, Origin]:
        people = People(session, house)
        found = releases.by_ids(session, house, [int(id) for id in ids])
        owners = {release.id: people.by_ref(release.owner) for release in found}
        return {
            str(release.id): Origin(release.name, owner.slack_id if (owner := owners[release.id]) else None)
            for release in found
        }

    def show(self, session: Session, house: House, id: str, by: str) -> None:
        _show(session, house, releases.get(session, house, id), by)

    def tell(self, session: Session, house: House, id: str, line: Message, key: str) -> None:
        thread.say(session, house, releases.get(session, house, id), line, key)


def agreeable(session: Session, house: House, slack_id: str, release_id: str) -> Release:
    """A release, held, of whose actions there may be one more; anybody may propose one."""
    require_person(session, house, slack_id)
    release = releases.get(session, house, release_id)
    if model.look_back(session, house, release.id) is None:
        raise UserError(f"{release.name} is not looked back on. Actions come from what was learned of a release.")
    kept = [each for each in model.actions(session, house, release.id) if each.state != DROPPED]
    if len(kept) >= MOST:
        raise UserError(f"{release.name} has {MOST} actions already, and more are not done. Change one of them.")
    return release


def agree(
    session: Session, house: House, slack_id: str, release_id: str, what: str, owner: str, due: str
) -> tuple[Release, Action]:
    """Somebody does `what` until `due` (an ISO date); they are asked for it."""
    release = agreeable(session, house, slack_id, release_id)
    action = flow.agree(session, house, slack_id, f"{model.ACTIONS}:{release.id}", what, owner, due)
    line = messages.line(house, action, People(session, house).called(action.owner))
    thread.say(session, house, release, line, f"action-{action.id}")
    _show(session, house, release, slack_id)
    return release, action


def _show(session: Session, house: House, release: Release, by: str) -> None:
    card.show(session, house, release, by)
    reporting.keep(session, house, release)
