"""When a launch brief is done: the test of its definition that only this room can compute."""

from sqlalchemy.orm import Session

from bot.house import House
from bot.releases import calls, messages, model, readiness, standing
from bot.releases.model import LIVE


def four_answers(session: Session, house: House, ref: str, _value: str) -> list[str]:
    """Those of the four questions that have no answer, once the release may go out; a hotfix answers afterwards."""
    release = model.seen(session, house, ref.partition(":")[2])
    if release is None or release.hotfix or house.definitions.releases is None:
        return []
    tier = standing.tier(house, release)
    call = calls.latest(session, house, [release.id]).get(release.id)
    if release.state != LIVE and not (call and call.lets_go(release, tier)):
        return []
    return [messages.QUESTION_NAMES[each] for each in readiness.missing_answers(tier, release.answers)]
