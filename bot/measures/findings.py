"""The checks of measures against the records: nothing to prove, nobody to ask, nothing new for long."""

from collections.abc import Iterator
from datetime import timedelta

from sqlalchemy.orm import Session

from bot.definitions.measures import COMPUTED, MeasureDefinition
from bot.house import Finding, House
from bot.measures.catalogue import CATALOGUE
from bot.measures.figure import Period
from bot.people import deciding
from bot.versions import Version

LONGEST = timedelta(days=35)
"""Without anything new."""
WORDS = "measures/findings.txt.j2"


def findings(session: Session, house: House) -> Iterator[Finding]:
    """IM02 where no measure can prove anything; IM03 of those that somebody wants something of."""
    rules = house.definitions.measures
    if rules is None or not any(each.is_whole for each in rules.measures):
        mend = _part(house, "none_mend", is_there=rules is not None)
        yield Finding("IM02", "measures", _part(house, "none"), mend=mend)
    if rules is None:
        return
    for measure in rules.measures:
        owners = deciding.meant(session, house, measure.owner, None) if measure.owner else []
        about, owner = f"measure:{measure.id}", owners[0].slack_id if owners else None
        if owner is None:
            mend = _part(house, "owner_mend")
            yield Finding("IM03", about, _part(house, "owner", measure=measure), mend=mend)
        elif not _is_new(session, house, measure):
            message = _part(house, "old", measure=measure, days=LONGEST.days)
            mend = _part(house, "old_mend", own=measure.computed is None, id=measure.id)
            yield Finding("IM03", about, message, owner, mend, link=measure.link or "")


def _is_new(session: Session, house: House, measure: MeasureDefinition) -> bool:
    """Whether anything of the last weeks tells of it. What nobody wants anything of need not; nor anything at first."""
    first = session.get(Version, (house.workspace_id, 1))
    if first is not None and house.clock.now() - first.applied_at < LONGEST:
        return True
    today = house.clock.now().astimezone(house.definitions.organisation.zone).date()
    if measure.id not in COMPUTED:
        return any(each.on >= today - LONGEST for each in measure.readings)
    if measure.target is None:
        return True
    found = CATALOGUE[measure.id].compute(session, house, Period(today - LONGEST, today))
    return found.n > 0


def _part(house: House, block: str, /, **values: object) -> str:
    return house.words.part(WORDS, block, **values)
