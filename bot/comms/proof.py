"""Whether everybody who needs to know was told, or will be: for the card, the advice, and whoever wants to see it."""

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta

from sqlalchemy.orm import Session

from bot.comms import audience, clashes, messages, model, telling
from bot.comms.audience import AFFECTED, TOLD
from bot.comms.messages import Knows, Standing
from bot.comms.model import PLANNED, SENT, SKIPPED, Line
from bot.delivery import outbox
from bot.delivery.outbox import Fate
from bot.house import House, Panel
from bot.people.model import People
from bot.prompts import flow as prompts
from bot.releases import messages as release_messages
from bot.releases import model as releases
from bot.releases import readiness, standing
from bot.releases.model import CANCELLED, Release

LATE_BY = {"low": 0, "medium": 3, "high": 3}
"""Working days before a release's date from which on it matters that somebody is not told."""


def settled(session: Session, house: House, release_ids: Sequence[int]) -> dict[int, dict[str, bool]]:
    """Of these releases: whether everybody named has a message with a day, and whether nothing is in the way."""
    rules = house.definitions.releases
    if rules is None or not any(item.is_found_out for item in rules.items):
        return {}
    some = [each for id in release_ids if (each := session.get(Release, id)) is not None]
    lines, in_the_way = model.lines(session, house, release_ids), clashes.of(session, house, some)
    reached: dict[str, bool] = {}
    return {
        each.id: {
            "comms": bool(named := audience.named(rules, each))
            and all(_has_message(session, house, each, lines[each.id], who, reached) for who in named),
            "clashes": not in_the_way[each.id],
        }
        for each in some
    }


def panels(session: Session, house: House, release_id: int) -> list[Panel]:
    """What the card shows: each audience with what it was told and what comes, and what is in the way."""
    release = releases.seen(session, house, str(release_id))
    if release is None or not standing.rules_of(house).comms.timeline or release.state == CANCELLED:
        return []
    in_the_way = clashes.of(session, house, [release])[release.id] if release.state == releases.PLANNED else []
    lines = model.lines(session, house, [release.id])[release.id]
    return messages.panels(
        house,
        stands(session, house, release, lines),
        untold(session, house, release, lines),
        [(clash, names(session, house, clash.shared)) for clash in in_the_way],
    )


def stands(session: Session, house: House, release: Release, lines: Sequence[Line]) -> list[Standing]:
    """How it stands with everybody whom the release names."""
    people, found = People(session, house), []
    lost = {id for id, all_of in fates(session, house, release, lines).items() if _is_lost(all_of)}
    for who in audience.named(standing.rules_of(house), release):
        theirs = [line for line in lines if line.audience == who]
        sent = [line.ended_at for line in theirs if line.state == SENT and line.id not in lost and line.ended_at]
        waiting = [line for line in theirs if line.state == PLANNED]
        reachable = bool(audience.recipients(session, house, release, AFFECTED, who))
        found.append(
            Standing(
                audience.name(house, people, who),
                told=_local(house, max(sent, default=None)),
                next=_local(house, min((line.due_at for line in waiting if line.due_at), default=None)),
                when_live=any(line.due_at is None for line in waiting),
                untold="" if sent or (waiting and reachable) else _why(people, theirs, reachable),
                is_late=is_late(house, release),
            )
        )
    return found


def untold(session: Session, house: House, release: Release, lines: Sequence[Line]) -> list[str]:
    """The names of those who were told before a change, and a working day later do not know of it yet."""
    return untold_of(session, house, [release], {release.id: lines})[release.id]


def untold_of(
    session: Session, house: House, some: Sequence[Release], lines: Mapping[int, Sequence[Line]]
) -> dict[int, list[str]]:
    """The same of several, by their ids; in two queries."""
    changed = [each for each in some if _should_be_known(house, lines[each.id])]
    told = telling.already_of(session, house, [each.id for each in changed]) if changed else {}
    people, found = People(session, house), {each.id: list[str]() for each in some}
    for release in changed:
        now, owner = Knows(release_messages.span(release), standing.tier(house, release)), people.by_ref(release.owner)
        found[release.id] = [
            people.called(recipient) if people.by_slack(recipient) else recipient
            for recipient, said in told[release.id].items()
            if said.knows not in (None, now) and (owner is None or recipient != owner.slack_id)
        ]
    return found


def _should_be_known(house: House, lines: Sequence[Line]) -> bool:
    """Whether something has changed, and a working day has gone by."""
    rules = standing.rules_of(house)
    changed = [line for line in lines if (step := rules.comms.step(line.step)) and step.when == "changed"]
    return bool(changed) and house.clock.now() >= _a_working_day_after(house, changed[-1])


def fates(session: Session, house: House, release: Release, lines: Sequence[Line]) -> dict[int, list[Fate | None]]:
    """What became of each line that was said, by id: of every copy of it; none while it waits for a person's day."""
    if all(line.state != SENT for line in lines):
        return {}
    copies = model.copies(session, house, [release.id])[release.id]
    shown = prompts.said(session, house, [copy.key for copy in copies if copy.key])
    ids = {copy.id: copy.message_id or shown.get(copy.key or "", (None,))[0] for copy in copies}
    known = outbox.fates(session, house, [id for id in ids.values() if id is not None])
    found: dict[int, list[Fate | None]] = {line.id: [] for line in lines if line.state == SENT and line.group != TOLD}
    for copy in copies:
        found.setdefault(copy.line_id, []).append(known.get(ids[copy.id] or 0))
    return found


def names(session: Session, house: House, audiences: Sequence[str]) -> list[str]:
    people = People(session, house)
    return [audience.name(house, people, each) for each in audiences]


def _has_message(
    session: Session, house: House, release: Release, lines: Sequence[Line], who: str, reached: dict[str, bool]
) -> bool:
    if not any(line.audience == who and line.state in (PLANNED, SENT) for line in lines):
        return False
    if who not in reached:
        reached[who] = bool(audience.recipients(session, house, release, AFFECTED, who))
    return reached[who]


def _is_lost(copies: Sequence[Fate | None]) -> bool:
    """Whether nobody was told, or nobody can ever be."""
    return all(fate is not None and fate.is_lost for fate in copies)


def _why(people: People, lines: Sequence[Line], reachable: bool) -> str:
    skipped = [line for line in lines if line.state == SKIPPED]
    if not reachable:
        return "I know nobody there in Slack, and no channel"
    if skipped:
        return f"skipped by {people.called(skipped[-1].skipped_by or '')}: {skipped[-1].reason}"
    return "the message could not be delivered" if lines else "no step of the timeline is for them"


def without_message(
    session: Session, house: House, release: Release, lines: Sequence[Line], reached: dict[str, bool]
) -> list[str]:
    """Whoever is named, and has no message that is sent or planned.

    `reached` is kept from one release to the next: whether anybody of an audience is reached at all.
    """
    named = audience.named(standing.rules_of(house), release)
    return [who for who in named if not _has_message(session, house, release, lines, who, reached)]


def is_late(house: House, release: Release) -> bool:
    """Whether it is so near that it matters who is not told."""
    days = LATE_BY[standing.tier(house, release)]
    off = house.definitions.organisation.work_days().off
    return standing.today(house) >= readiness.working_days_before(release.target, days, off)


def _a_working_day_after(house: House, line: Line) -> datetime:
    organisation = house.definitions.organisation
    assert line.due_at is not None
    local = line.due_at.astimezone(organisation.zone)
    day = organisation.work_days().nth(local.date(), 1)
    return line.due_at + timedelta(days=(day - local.date()).days)


def _local(house: House, moment: datetime | None) -> datetime | None:
    return moment.astimezone(house.definitions.organisation.zone) if moment else None
