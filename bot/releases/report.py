"""A release's readiness as it is shown: everything a reader sees, as data that can be kept. Nothing is said here."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import asdict, dataclass, field, replace
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy.orm import Session

from bot.definitions import PersonDefinition, ReadinessItem, ReleaseRules, Tier
from bot.definitions.releases import RELEASE_OWNER, TIERS
from bot.definitions.tiers import reasons, tier_of
from bot.house import House, Panel
from bot.people.model import People
from bot.releases import assignments, owing, readiness, standing
from bot.releases.calls import Call, Condition
from bot.releases.happenings import MOVED, TIER, Happening
from bot.releases.model import DETAILS, PLANNED, ItemState, Release, SignOff
from bot.releases.readiness import HOLD, NOT_APPLICABLE, NOT_STARTED, WAIVED, Point, Readiness
from bot.releases.standing import Kept, rules_of

LOOK_BACK = (1,)
"""Calendar days after a hotfix on which to see what became of it, whatever its tier."""
MOST_NAMES = 3
"""People named for one item; of a larger function the rest are counted."""


@dataclass(frozen=True)
class OpenItem:
    """An item that is not settled. `due` is an ISO date."""

    id: int
    title: str
    owners: str
    people: str
    state: str
    due: str
    overdue: bool
    open_days: int
    waived_until: str = ""
    """When its waiver ended, as an ISO date; empty when it had none."""


@dataclass(frozen=True)
class SetAside:
    """An item that somebody waived or called not applicable."""

    id: int
    title: str
    state: str
    reason: str
    by: str
    until: str = ""
    """The last day of a waiver, as an ISO date."""


@dataclass(frozen=True)
class Said:
    """What a function that is asked has said, empty when nothing."""

    function: str
    people: str
    said: str
    risk: str
    by: str
    risk_owner: str = ""
    risk_until: str = ""
    """An ISO date."""


@dataclass(frozen=True)
class Bound:
    """A condition of a go. `until` is an ISO date."""

    text: str
    owner: str
    until: str
    met: bool


@dataclass(frozen=True)
class Called:
    """The last call. `by` is empty when nobody had called in time; `at` is an ISO moment in the workspace's zone."""

    said: str
    by: str
    at: str
    target: str
    advice: str
    counts: bool
    """Whether it is for the date and tier that the release has now."""
    reason: str
    risk_owner: str
    decision: str
    conditions: tuple[Bound, ...]
    acknowledged: str
    """Who of the heads of product has acknowledged it; empty while nobody has."""
    heads: str
    """Who is asked to; empty when nobody is."""


@dataclass(frozen=True)
class Happened:
    """Something that happened to it: who did it and why, on which day (ISO), and what it replaced."""

    by: str
    on: str
    because: str
    before: str = ""
    after: str = ""


@dataclass(frozen=True)
class Report:
    """One release at one moment. Dates and the moment are ISO texts; the moment is in the workspace's zone."""

    release_id: int
    name: str
    slug: str
    owner: str
    summary: str
    tier: Tier
    because: tuple[str, ...]
    """The questions whose yes led to the tier."""
    target: str
    confidence: str
    days_left: int
    lead_time: int
    notice: int
    """Working days from registering to the target date, counted no further than the lead time."""
    look_back: tuple[str, ...]
    recommendation: str
    answers: Mapping[str, str]
    missing_answers: tuple[str, ...]
    gates: tuple[OpenItem, ...]
    advisory: tuple[OpenItem, ...]
    all_gates: int
    set_aside: tuple[SetAside, ...]
    sign_offs: tuple[Said, ...]
    as_of: str
    # What stands below has come later: snapshots of before then lack it.
    state: str = PLANNED
    ended: Happened | None = None
    """That it went live, was stopped or cancelled."""
    call: Called | None = None
    held_by: tuple[str, ...] = ()
    """Functions whose veto holds it."""
    until: str = ""
    """The last of several days, as an ISO date."""
    given_tier: str = ""
    """The tier its facts give it."""
    set_tier: Happened | None = None
    """That somebody gave it another one."""
    moved: Happened | None = None
    hotfix: bool = False
    ref: str = ""
    link: str = ""
    dropped: tuple[SetAside, ...] = ()
    """Items that somebody began and that are no longer asked for."""
    panels: tuple[Panel, ...] = ()
    """What other rooms show of it."""
    tier_changed_because: str = ""
    """Why its tier is another than before, if somebody said so."""
    details: Mapping[str, str] = field(default_factory=dict)
    """Rollout, limits and links, by `model.DETAILS`."""

    @property
    def lets_go(self) -> bool:
        """Whether a call stands by which it may go out."""
        return self.call is not None and self.call.counts and self.call.said != HOLD

    @property
    def is_lowered(self) -> bool:
        """Whether it has a lower tier than its facts give it."""
        names = [str(each) for each in TIERS]
        return bool(self.given_tier) and names.index(self.tier) < names.index(self.given_tier)

    @property
    def overdue_gates(self) -> int:
        return sum(item.overdue for item in self.gates)

    def to_json(self) -> dict[str, Any]:
        return asdict(self)

    @classmethod
    def from_json(cls, data: Mapping[str, Any]) -> "Report":
        lists: dict[str, Any] = {
            "gates": tuple(OpenItem(**item) for item in data["gates"]),
            "advisory": tuple(OpenItem(**item) for item in data["advisory"]),
            "set_aside": tuple(SetAside(**item) for item in data["set_aside"]),
            "sign_offs": tuple(Said(**said) for said in data["sign_offs"]),
            "because": tuple(data["because"]),
            "look_back": tuple(data["look_back"]),
            "missing_answers": tuple(data["missing_answers"]),
            "held_by": tuple(data.get("held_by", ())),
            "dropped": tuple(SetAside(**item) for item in data.get("dropped", ())),
            "panels": tuple(Panel(**{**each, "lines": tuple(each["lines"])}) for each in data.get("panels", ())),
        }
        single: dict[str, Any] = {
            name: Happened(**happened) for name in ("ended", "set_tier", "moved") if (happened := data.get(name))
        }
        if call := data.get("call"):
            conditions = tuple(Bound(**each) for each in call["conditions"])
            single["call"] = Called(**{**call, "conditions": conditions})
        return cls(**{**data, **lists, **single})


def compile(session: Session, house: House, release: Release) -> Report:
    """The report of a release as of now, with what other rooms show of it."""
    (report,) = compile_all(session, house, [release])
    panels = [panel for show in house.links.release_panels for panel in show(session, house, release.id)]
    return replace(report, panels=tuple(panels))


def compile_all(session: Session, house: House, releases: Sequence[Release]) -> list[Report]:
    """The reports of these releases as of now, in their order."""
    people, kept = People(session, house), standing.kept(session, house, releases)
    return [_report(house, people, release, kept) for release in releases]


def who_has_each(session: Session, house: House, release: Release, items: Sequence[ReadinessItem]) -> list[str]:
    """The names of those who are to act on each of these items."""
    people, given = People(session, house), assignments.latest(session, house, [release.id])[release.id]
    return [_names(people, standing.who_has(house, release, item, given)) for item in items]


def _report(house: House, people: People, release: Release, kept: Kept) -> Report:
    rules, organisation = rules_of(house), house.definitions.organisation
    states, sign_offs, call = kept.states[release.id], kept.sign_offs[release.id], kept.calls.get(release.id)
    stands, happened = standing.assess(house, release, kept), kept.happened[release.id]
    is_off = organisation.work_days().off
    rule = rules.tiers.of(stands.tier)
    registered = release.registered_at.astimezone(organisation.zone).date()
    return Report(
        release_id=release.id,
        name=release.name,
        slug=release.slug,
        owner=people.named(release.owner),
        summary=release.summary,
        tier=stands.tier,
        because=because(rules, tier_of(rules, release.facts), release.facts),
        target=release.target.isoformat(),
        confidence=release.confidence,
        days_left=(release.target - standing.today(house)).days,
        lead_time=rule.lead_time,
        notice=readiness.working_days_between(registered, release.target, is_off, most=rule.lead_time),
        look_back=tuple(
            (release.target + timedelta(days=n)).isoformat() for n in (LOOK_BACK if release.hotfix else rule.look_back)
        ),
        recommendation=stands.recommendation,
        answers=release.answers,
        missing_answers=stands.missing_answers,
        gates=tuple(_open(house, people, release, point, kept) for point in stands.open_gates),
        advisory=tuple(_open(house, people, release, point, kept) for point in stands.open_advisory),
        all_gates=sum(point.level == "gate" for point in stands.points),
        set_aside=tuple(
            _set_aside(people, point, states[point.item.id])
            for point in stands.points
            if point.state in (WAIVED, NOT_APPLICABLE)
        ),
        sign_offs=tuple(
            _said(house, people, release, function, sign_offs.get(function)) for function in stands.sign_offs
        ),
        as_of=_minute(house, house.clock.now()),
        state=release.state,
        ended=_happened(house, people, happened.get(release.state)),
        call=_called(house, people, release, call, kept, stands) if call else None,
        held_by=tuple(standing.function_name(organisation, each) for each in stands.held_by),
        until=release.until.isoformat() if release.until else "",
        given_tier=tier_of(rules, release.facts),
        set_tier=_happened(house, people, happened.get(TIER)) if release.tier_set else None,
        moved=_happened(house, people, happened.get(MOVED)),
        hotfix=release.hotfix,
        ref=release.ref or "",
        link=release.link,
        dropped=_dropped(house, people, stands, states),
        details={name: getattr(release, name) for name in DETAILS},
        tier_changed_because=happened[TIER].because if TIER in happened else "",
    )


def because(rules: ReleaseRules, tier: Tier, facts: Sequence[str]) -> tuple[str, ...]:
    """The questions whose yes makes it this tier."""
    led_to_it = {fact for together in reasons(rules, tier, facts) for fact in together}
    return tuple(fact.question for fact in rules.facts if fact.id in led_to_it)


def _open(house: House, people: People, release: Release, point: Point, kept: Kept) -> OpenItem:
    state = kept.states[release.id].get(point.item.id)
    since = (state.reopened_at if state else None) or release.registered_at
    return OpenItem(
        id=point.item.id,
        title=point.item.title,
        owners=_owners(house, point.item),
        people=_names(people, standing.who_has(house, release, point.item, kept.given[release.id])),
        state=point.state,
        due=point.due.isoformat(),
        overdue=point.overdue,
        open_days=max(0, (house.clock.now() - since).days),
        waived_until=state.until.isoformat() if state and state.until else "",
    )


def _set_aside(people: People, point: Point, state: ItemState) -> SetAside:
    until = state.until.isoformat() if state.until else ""
    by = people.called(state.changed_by)
    return SetAside(point.item.id, point.item.title, state.state, state.reason, by, until)


def _dropped(house: House, people: People, stands: Readiness, states: Mapping[int, ItemState]) -> tuple[SetAside, ...]:
    """What was begun and is asked for no more, since the tier, the facts or the definitions have changed."""
    asked = {point.item.id for point in stands.points}
    found = []
    for item_id, state in sorted(states.items()):
        if item_id not in asked and state.state != NOT_STARTED:
            item = rules_of(house).item(item_id)
            title, words = item.title if item else "", state.reason or state.evidence
            found.append(SetAside(item_id, title, state.state, words, people.called(state.changed_by)))
    return tuple(found)


def _said(house: House, people: People, release: Release, function: str, sign_off: SignOff | None) -> Said:
    organisation = house.definitions.organisation
    return Said(
        function=standing.function_name(organisation, function),
        people=_names(people, standing.in_charge(house, release, [function])),
        said=sign_off.said if sign_off else "",
        risk=sign_off.risk if sign_off else "",
        by=people.called(sign_off.changed_by) if sign_off else "",
        risk_owner=people.called(sign_off.risk_owner) if sign_off and sign_off.risk_owner else "",
        risk_until=sign_off.risk_until.isoformat() if sign_off and sign_off.risk_until else "",
    )


def _happened(house: House, people: People, happening: Happening | None) -> Happened | None:
    if happening is None:
        return None
    by = people.called(happening.by) if happening.by else ""
    on = happening.at.astimezone(house.definitions.organisation.zone).date().isoformat()
    return Happened(by, on, happening.because, happening.before, happening.after)


def _called(house: House, people: People, release: Release, call: Call, kept: Kept, stands: Readiness) -> Called:
    open_items = {point.item.id for point in stands.points if point.is_open}
    heads = owing.heads(people, release, stands, call) if call.lets_go(release, stands.tier) else []
    return Called(
        said=call.said,
        by=people.called(call.by) if call.by else "",
        at=_minute(house, call.at),
        target=call.target.isoformat(),
        advice=call.advice,
        counts=call.counts(release, standing.tier(house, release)),
        reason=call.reason,
        risk_owner=people.called(call.risk_owner) if call.risk_owner else "",
        decision=call.decision,
        conditions=tuple(
            Bound(each.text, people.called(each.owner), each.until.isoformat(), _is_met(each, open_items))
            for each in kept.conditions.get(call.id, ())
        ),
        acknowledged=people.called(call.acknowledged_by) if call.acknowledged_by else "",
        heads=", ".join(head.name for head in heads),
    )


def _is_met(condition: Condition, open_items: Collection[int]) -> bool:
    if condition.item_id is not None:
        return condition.item_id not in open_items
    return condition.met_at is not None


def _minute(house: House, moment: datetime) -> str:
    return moment.astimezone(house.definitions.organisation.zone).isoformat(timespec="minutes")


def _owners(house: House, item: ReadinessItem) -> str:
    organisation = house.definitions.organisation
    return ", ".join(
        "release owner" if owner == RELEASE_OWNER else standing.function_name(organisation, owner)
        for owner in item.owners
    )


def _names(people: People, persons: Sequence[PersonDefinition]) -> str:
    names = [people.named(person.ref) for person in persons[:MOST_NAMES]]
    more = len(persons) - len(names)
    return (", ".join(names) + (f" and {more} more" if more else "")) or "nobody"
