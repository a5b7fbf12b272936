"""When an enablement bundle is done: the test of its definition that only this room can compute."""

from sqlalchemy.orm import Session

from bot.enablement import standing
from bot.house import House
from bot.releases.model import LIVE, seen


def each_function_has_confirmed(session: Session, house: House, ref: str, _value: str) -> list[str]:
    """The functions of which not enough people have confirmed it, once the release is live; before that they may."""
    release = seen(session, house, ref.partition(":")[2])
    if release is None or release.state != LIVE or standing.rules_of(house) is None:
        return []
    stands = standing.of(session, house, release)
    rosters = stands.rosters if stands else ()
    return [f"{each.name} ({len(each.confirmed)} of {each.of})" for each in rosters if each.of and not each.is_enough]
