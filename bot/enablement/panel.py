"""What a bundle adds to its release's card, and the readiness items that it settles."""

from collections.abc import Mapping, Sequence

from sqlalchemy.orm import Session

from bot.enablement import messages, model, standing
from bot.enablement.standing import Roster
from bot.house import House, Panel
from bot.people.model import People
from bot.releases.model import LIVE, Release, seen


def panels(session: Session, house: House, release_id: int) -> list[Panel]:
    """Where its bundle stands, if it has one."""
    release = seen(session, house, str(release_id))
    stands = standing.of(session, house, release) if release else None
    # What went out without one needs none any more.
    if stands is None or (stands.edition is None and stands.release.state == LIVE):
        return []
    return [messages.panel(house, stands, People(session, house))]


def settled(session: Session, house: House, release_ids: Sequence[int]) -> Mapping[int, Mapping[str, bool]]:
    """Items that enough people of every function have confirmed, by the release's id and the item's number."""
    if standing.rules_of(house) is None:
        return {}
    editions = model.editions(session, house, release_ids)
    published = [release for id in release_ids if editions[id] and (release := session.get(Release, id)) is not None]
    found = {}
    for release_id, stand in standing.rosters_of_all(session, house, published, editions).items():
        items = {roster.rule.item for roster in stand.rosters if roster.rule.item is not None}
        found[release_id] = {
            str(item): _is_enough([each for each in stand.rosters if each.rule.item == item]) for item in items
        }
    return found


def _is_enough(rosters: Sequence[Roster]) -> bool:
    """Whether each function that has people has confirmed, and at least one."""
    having = [each for each in rosters if each.of or each.not_counted]
    return bool(having) and all(each.is_enough for each in having)
