"""Where a release's bundle stands: what it says, what is missing, and who of each function has confirmed it."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, cast

from sqlalchemy import bindparam, or_, select
from sqlalchemy.orm import Session

from bot.definitions import PersonDefinition
from bot.definitions.bundle import BundleRules, BundleTier, ConfirmRule, SectionRule, Training
from bot.definitions.tiers import applies
from bot.enablement import model
from bot.enablement.model import NOT_FOR_ME, Confirmation, Edition, Nudge
from bot.house import House
from bot.people.model import Absence, People, Person
from bot.releases import readiness
from bot.releases import standing as releases
from bot.releases.model import CANCELLED, Release

WORDS = "enablement/bundle.txt.j2"


@dataclass(frozen=True)
class Piece:
    """A section of the bundle as it reads now; no text: it is missing."""

    rule: SectionRule
    text: str


@dataclass(frozen=True)
class Roster:
    """The people of one function, by how they stand to the bundle. Who has left is none of them."""

    rule: ConfirmRule
    name: str
    share: int
    confirmed: tuple[Person, ...]
    waiting: tuple[Person, ...]
    not_counted: tuple[Person, ...]
    """Those who are away until after the last day, and those it is not for, unless they have confirmed."""
    nudge: Nudge | None

    @property
    def of(self) -> int:
        return len(self.confirmed) + len(self.waiting)

    @property
    def is_enough(self) -> bool:
        return bool(self.confirmed) and 100 * len(self.confirmed) >= self.share * self.of


@dataclass(frozen=True)
class Stands:
    """One release's bundle at this moment."""

    release: Release
    tier: BundleTier
    training: Training
    pieces: tuple[Piece, ...]
    edition: Edition | None
    """The last that was published."""
    counts_from: int
    """The first edition of which a confirmation counts."""
    confirmations: Mapping[str, Confirmation]
    rosters: tuple[Roster, ...]
    publish_by: date
    confirm_by: date

    @property
    def missing(self) -> list[SectionRule]:
        return [piece.rule for piece in self.pieces if not piece.text]

    @property
    def content(self) -> dict[str, Any]:
        """As an edition holds it."""
        return {"sections": [[piece.rule.id, piece.rule.title, piece.text] for piece in self.pieces]}

    @property
    def has_changed(self) -> bool:
        """Whether it says something else than what was published."""
        return self.edition is not None and self.edition.content != self.content

    def roster_of(self, slack_id: str) -> Roster | None:
        for roster in self.rosters:
            if any(each.slack_id == slack_id for each in (*roster.confirmed, *roster.waiting, *roster.not_counted)):
                return roster
        return None


def of(session: Session, house: House, release: Release) -> Stands | None:
    """Where a release's bundle stands; nothing when it has none: it is low, a hotfix or cancelled."""
    return of_all(session, house, [release]).get(release.id)


def of_all(session: Session, house: House, chosen: Sequence[Release]) -> dict[int, Stands]:
    """Those of these releases that have one, by the release's id."""
    rules = rules_of(house)
    having = [release for release in chosen if has_bundle(house, release)]
    if rules is None or not having:
        return {}
    ids = [release.id for release in having]
    texts, editions = model.written(session, house, ids), model.editions(session, house, ids)
    said, people = model.confirmations(session, house, ids), People(session, house)
    rosters = rosters_of(session, house, having, editions, said)
    found = {}
    for release in having:
        tier = cast(BundleTier, releases.tier(house, release))
        published = editions[release.id]
        publish_by, confirm_by = _days(house, rules, release)
        found[release.id] = Stands(
            release=release,
            tier=tier,
            training=rules.training(tier),
            pieces=tuple(
                Piece(rule, _text(house, people, release, rule, texts[release.id]))
                for rule in _sections(house, release)
            ),
            edition=published[-1] if published else None,
            counts_from=_counts_from(published),
            confirmations=said[release.id],
            rosters=rosters[release.id],
            publish_by=publish_by,
            confirm_by=confirm_by,
        )
    return found


def rosters_of(
    session: Session,
    house: House,
    having: Sequence[Release],
    editions: Mapping[int, Sequence[Edition]],
    said: Mapping[int, Mapping[str, Confirmation]],
) -> dict[int, tuple[Roster, ...]]:
    """How people stand to the bundles of these releases, which all have one, by the release's id."""
    rules, today = rules_of(house), releases.today(house)
    if rules is None or not having:
        return {}
    nudges, people = model.nudges(session, house, [release.id for release in having]), People(session, house)
    confirm_by = {release.id: _days(house, rules, release)[1] for release in having}
    away = _away(session, house, {today, *confirm_by.values()})
    found = {}
    for release in having:
        tier = cast(BundleTier, releases.tier(house, release))
        counts_from = _counts_from(editions[release.id])
        found[release.id] = tuple(
            _roster(
                house, people, rule, rules.training(tier).share, nudges[release.id].get(rule.function),
                said[release.id], counts_from, away[today] & away[max(today, confirm_by[release.id])],
            )
            for rule in rules.confirm
            if tier in rule.tiers and applies(rule.only_if, release.facts)
        )  # fmt: skip
    return found


def rules_of(house: House) -> BundleRules | None:
    return house.definitions.releases.bundle if house.definitions.releases else None


def has_bundle(house: House, release: Release) -> bool:
    if rules_of(house) is None or release.hotfix or release.state == CANCELLED:
        return False
    return releases.tier(house, release) != "low" and bool(_sections(house, release))


def _sections(house: House, release: Release) -> list[SectionRule]:
    """Those that its tier and facts need."""
    rules, tier = rules_of(house), releases.tier(house, release)
    sections = rules.sections if rules else ()
    return [each for each in sections if tier in each.tiers and applies(each.only_if, release.facts)]


def writers(house: House, release: Release, rule: SectionRule) -> list[PersonDefinition]:
    """Who is asked to write a section: the release's owner, a function's lead, else its people."""
    return releases.in_charge(house, release, [rule.by])


def before(house: House, day: date, count: int) -> date:
    """The `count`-th working day before `day`."""
    return readiness.working_days_before(day, count, house.definitions.organisation.work_days().off)


def _counts_from(published: Sequence[Edition]) -> int:
    return max((each.number for each in published if each.again), default=1)


def _days(house: House, rules: BundleRules, release: Release) -> tuple[date, date]:
    training = rules.training(cast(BundleTier, releases.tier(house, release)))
    return before(house, release.target, training.published), before(house, release.target, training.confirmed)


def _text(house: House, people: People, release: Release, rule: SectionRule, texts: Mapping[str, model.Written]) -> str:
    if rule.id in texts and texts[rule.id].text:
        return texts[rule.id].text
    if rule.source is None:
        return ""
    if rule.source == "summary":
        return release.summary
    if rule.source == "owner":
        return house.words.part(WORDS, "owner", owner=people.named(release.owner)).strip()
    missing = readiness.missing_answers(releases.tier(house, release), release.answers)
    return "" if rule.source in missing else release.answers[rule.source].strip()


def _roster(
    house: House,
    people: People,
    rule: ConfirmRule,
    share: int,
    nudge: Nudge | None,
    said: Mapping[str, Confirmation],
    counts_from: int,
    away: Collection[str],
) -> Roster:
    organisation = house.definitions.organisation
    members = [people.by_ref(each.ref) for each in organisation.people if each.function == rule.function]
    confirmed, waiting, not_counted = [], [], []
    for person in members:
        if person is None:
            continue
        theirs = said.get(person.slack_id)
        if theirs is not None and theirs.how == NOT_FOR_ME:
            not_counted.append(person)
        elif theirs is not None and theirs.edition >= counts_from:
            confirmed.append(person)
        elif person.slack_id in away:
            not_counted.append(person)
        else:
            waiting.append(person)
    name = releases.function_name(organisation, rule.function)
    return Roster(rule, name, share, tuple(confirmed), tuple(waiting), tuple(not_counted), nudge)


# Built once, since Home is drawn after every press on it.
_ABSENT = select(Absence).where(
    Absence.workspace_id == bindparam("workspace_id"),
    Absence.ritual_id.is_(None),
    Absence.last_day >= bindparam("first"),
    Absence.first_day <= bindparam("last"),
    or_(Absence.back_on.is_(None), Absence.back_on > bindparam("first")),
)


def _away(session: Session, house: House, days: Collection[date]) -> dict[date, set[str]]:
    """Who is absent from everything on each of these days, by Slack id."""
    which = {"workspace_id": house.workspace_id, "first": min(days), "last": max(days)}
    absences = list(session.scalars(_ABSENT, which))
    return {day: {each.slack_id for each in absences if each.covers(day)} for day in days}
