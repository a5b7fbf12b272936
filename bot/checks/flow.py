"""Looking at what the checks find, every night and soon after anything happened; telling each owner; and waiving."""

from collections.abc import Iterable, Sequence
from datetime import date, datetime, time, timedelta

from sqlalchemy.orm import Session

from bot import audit, timers
from bot.checks import catalogue, messages, model
from bot.checks.catalogue import LEVELS, TOLD_AT_ONCE
from bot.checks.model import ABOUT_LIMIT, Found, Listed, Waiver
from bot.db import insert_or_ignore
from bot.definitions.working_time import to_utc
from bot.errors import FieldErrors
from bot.house import Finding, House, Obligation
from bot.people.flow import require_person, require_product_ops
from bot.people.model import People
from bot.prompts import flow as prompts

NIGHTLY = "checks.nightly"
"""The timer of it; its ref is `checks:night`."""
AGAIN = "checks.again"
"""The timer of a look in between; its ref is `checks:` and the newest event it is for, which outlives its firing."""
MENDED = "check.mended"
"""What the audit trail calls it that something is found no more."""
AT = time(2)
"""In the workspace's zone, when nobody is asked anything."""
NOTED_FOR = timedelta(days=7)
"""So long something is listed that was noted as somebody did it, and that no look finds again."""
AT_ACTION = frozenset({"BO02", "BO03"})
"""What is noted as somebody does it."""
LONGEST_WAIVER = timedelta(days=90)
LIMIT = 300


def keep_in_step(session: Session, house: House) -> None:
    """See that the nightly look is planned."""
    if timers.due(session, house, NIGHTLY) is None:
        _arm(session, house)


def on_nightly(session: Session, house: House, _ref: str) -> None:
    """A timer: look, and tell whoever has something new."""
    look(session, house)
    _tell(session, house)
    _arm(session, house)


def notice(session: Session, house: House) -> None:
    """Plan a look when anything has happened since the one that was planned last."""
    newest = audit.newest(session, house, but=MENDED)
    ref = f"checks:{newest}"
    # One that waits is left alone: it may be running now, and what happened since is noticed once it is done.
    if newest and timers.ref(session, house, AGAIN) != ref and timers.due(session, house, AGAIN) is None:
        timers.arm(session, house, AGAIN, AGAIN, ref, house.clock.now())


def on_again(session: Session, house: House, _ref: str) -> None:
    """A timer: look, so that what was mended is found no more; of what is new only some cannot wait for the night."""
    look(session, house)
    _tell_at_once(session, house)


def look(session: Session, house: House) -> None:
    """Write down what every check finds in the records now, and what it finds no more."""
    known, now = model.every(session, house), house.clock.now()
    seen: set[tuple[str, str]] = set()
    for room in house.links.findings:
        for finding in room(session, house):
            key = (finding.rule, finding.about[:ABOUT_LIMIT])
            if key not in seen:
                seen.add(key)
                _keep(session, house, finding, known.get(key))
    for key, each in known.items():
        is_over = each.rule not in AT_ACTION or each.last_at < now - NOTED_FOR
        if key not in seen and each.ended_at is None and is_over:
            each.ended_at = now
            audit.record(session, house, MENDED, f"check:{each.rule}:{each.about}")
    session.flush()


def note(session: Session, house: House, finding: Finding) -> None:
    """Something that somebody just did breaks a check: it is listed for a while."""
    known = model.every(session, house).get((finding.rule, finding.about[:ABOUT_LIMIT]))
    _keep(session, house, finding, known)
    if known is not None:
        known.last_at = house.clock.now()
    session.flush()


def level_of(finding: Finding) -> str:
    """How bad it is, as the catalogue has it."""
    return catalogue.of(finding.rule).level_of(worse=finding.worse)


def listed(session: Session, house: House, slack_id: str, *, mine: bool = False) -> Listed:
    """To product ops what everybody has, unless they ask for theirs; to others what is theirs. All as it is now."""
    person, people = require_person(session, house, slack_id), People(session, house)
    look(session, house)
    is_everything = person.is_product_ops and not mine
    found = [each for each in model.open_now(session, house) if is_everything or _is_theirs(each, people, slack_id)]
    waived = model.waivers(session, house, _today(house))
    refs = {each.owner for each in found} | {each.by for each in waived.values()}
    return Listed(
        tuple(sorted((each for each in found if each.id not in waived), key=_worst_first)),
        tuple((each, waived[each.id]) for each in found if each.id in waived),
        {ref: people.called(ref) for ref in refs if ref},
        is_everything,
        len(model.mended_since(session, house, house.clock.now() - timedelta(days=7))),
    )


def unwaived(session: Session, house: House, findings: Sequence[Finding]) -> list[Finding]:
    """Those that nobody has waived for today."""
    waived = model.waived(session, house, _today(house))
    return [each for each in findings if (each.rule, each.about[:ABOUT_LIMIT]) not in waived]


def obligations(session: Session, house: House, slack_id: str) -> list[Obligation]:
    """What waits for a person, in one line whatever it is."""
    people = People(session, house)
    if people.by_slack(slack_id) is None:
        return []
    theirs = [
        each
        for each in model.open_now(session, house)
        if each.level != catalogue.INFO and _is_theirs(each, people, slack_id)
    ]
    waived = model.waivers(session, house, _today(house)) if theirs else {}
    found = [each for each in theirs if each.id not in waived]
    return [messages.obligation(house, sorted(found, key=_worst_first))] if found else []


def waivable(session: Session, house: House, slack_id: str, id: str) -> Found:
    require_product_ops(session, house, slack_id, "waive what a check has found")
    return model.get(session, house, id)


def waive(session: Session, house: House, slack_id: str, id: str, reason: str, until: str) -> Waiver:
    """Go without mending it until a day, for a reason; `FieldErrors` for anything else."""
    found, today = waivable(session, house, slack_id, id), _today(house)
    day = date.fromisoformat(until) if until else None
    wrong = {}
    if not reason.strip():
        wrong["reason"] = "Say why, in a line."
    if day is None or not today <= day <= today + LONGEST_WAIVER:
        wrong["until"] = f"Pick a day from today to {today + LONGEST_WAIVER:%a %-d %b %Y}."
    if wrong or day is None:
        raise FieldErrors(wrong)
    waiver = Waiver(
        workspace_id=house.workspace_id,
        found_id=found.id,
        reason=reason.strip()[:LIMIT],
        by=slack_id,
        at=house.clock.now(),
        until=day,
    )
    session.add(waiver)
    # When the waiver ends, its owner hears of it again.
    found.told_at = None
    session.flush()
    subject = f"check:{found.rule}:{found.about}"
    audit.record(session, house, "check.waived", subject, actor=slack_id, reason=waiver.reason, until=str(day))
    return waiver


def _keep(session: Session, house: House, finding: Finding, known: Found | None) -> None:
    now, level = house.clock.now(), catalogue.of(finding.rule).level_of(worse=finding.worse)
    says = {
        "message": finding.message,
        "mend": finding.mend,
        "link": finding.link,
        "action_id": finding.action_id,
        "value": finding.value,
        "label": finding.label,
    }
    if known is None:
        # Somebody else may look at the same moment.
        insert_or_ignore(
            session, Found, workspace_id=house.workspace_id, rule=finding.rule, about=finding.about[:ABOUT_LIMIT],
            level=level, owner=finding.owner, says=says, first_at=now, last_at=now, ended_at=None, told_at=None,
        )  # fmt: skip
        return
    is_back = known.ended_at is not None
    if is_back or known.owner != finding.owner or (level, known.level) == (catalogue.ERROR, catalogue.WARNING):
        known.told_at = None
    if is_back:
        known.first_at, known.last_at, known.ended_at = now, now, None
    known.level, known.owner = level, finding.owner
    if known.says != says:
        known.says = says


def _tell(session: Session, house: House) -> None:
    """Whoever has anything new hears in one line of all that is theirs."""
    people, today = People(session, house), _today(house)
    found = _to_be_mended(session, house)
    by_owner: dict[str, list[Found]] = {}
    for each in found:
        for person in _whose(each, people):
            by_owner.setdefault(person, []).append(each)
    for person, theirs in sorted(by_owner.items()):
        if any(each.told_at is None for each in theirs):
            title, text, more = messages.digest_line(house, sorted(theirs, key=_worst_first))
            prompts.tell(session, house, person, f"{NIGHTLY}:{today}:{person}", title, text, more=more)
    for each in found:
        each.told_at = each.told_at or house.clock.now()


def _tell_at_once(session: Session, house: House) -> None:
    """Of each new thing that cannot wait, whoever is to mend it hears on its own."""
    people = People(session, house)
    found = [each for each in _to_be_mended(session, house) if each.rule in TOLD_AT_ONCE and each.told_at is None]
    told = [(person, each) for each in found for person in _whose(each, people)]
    # In one order everywhere, since each person is held.
    for person, each in sorted(told, key=lambda pair: (pair[0], pair[1].id)):
        title, text, more = messages.digest_line(house, [each])
        key = f"{AGAIN}:{each.id}:{each.first_at:%Y%m%dT%H%M%S}:{person}"
        prompts.tell(session, house, person, key, title, text, urgent=True, more=more)
        each.told_at = house.clock.now()


def _to_be_mended(session: Session, house: House) -> list[Found]:
    """All but infos and what is waived."""
    waived = model.waivers(session, house, _today(house))
    found = model.open_now(session, house)
    return [each for each in found if each.id not in waived and each.level != catalogue.INFO]


def _whose(found: Found, people: People) -> list[str]:
    """The Slack ids of who is to mend it: its owner, or else whoever runs product ops."""
    if found.owner and _has_owner(found, people):
        return [found.owner]
    return [each.slack_id for each in people.with_role("product_ops")]


def _is_theirs(found: Found, people: People, slack_id: str) -> bool:
    if _has_owner(found, people):
        return found.owner == slack_id
    person = people.by_slack(slack_id)
    return person is not None and person.is_product_ops


def _has_owner(found: Found, people: People) -> bool:
    """Whether whoever is to mend it is still among the people; else product ops has it."""
    return people.by_slack(found.owner) is not None


def _worst_first(found: Found) -> tuple[int, datetime, int]:
    return LEVELS.index(found.level), found.first_at, found.id


def _arm(session: Session, house: House) -> None:
    zone, now = house.definitions.organisation.zone, house.clock.now()
    days: Iterable[date] = (now.astimezone(zone).date() + timedelta(days=n) for n in range(3))
    at = next(at for day in days if (at := to_utc(datetime.combine(day, AT), zone)) > now)
    timers.arm(session, house, NIGHTLY, NIGHTLY, "checks:night", at)


def _today(house: House) -> date:
    return house.clock.now().astimezone(house.definitions.organisation.zone).date()
