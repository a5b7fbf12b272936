"""What releases leave is in the library as soon as it stands in Slack, and is held against its definition of done
whenever the release has changed: some of that can only be judged once it may go out, or has."""

from sqlalchemy.orm import Session

from bot.enablement import model as bundles
from bot.house import House
from bot.releases import model as releases


def keep(session: Session, house: House, release_id: int) -> None:
    """The launch brief, which is the release's card, and its enablement bundle, once it is published."""
    release, library = releases.seen(session, house, str(release_id)), house.links.library
    if release is None or library is None or house.definitions.artifacts is None:
        return
    edition = next(reversed(bundles.editions(session, house, [release.id])[release.id]), None)
    found = {"release-registered": release.card_id, "bundle-published": edition.message_id if edition else None}
    for event, message_id in found.items():
        if message_id is not None:
            checked = library.check(session, house, event, f"release:{release.id}")
            library.issued(session, house, checked, message_id)
