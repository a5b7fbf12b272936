"""Where a release's bundle stands: what it says, what is missing, and who of each function has confirmed it."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, cast

from sqlalchemy import Table, bindparam, select
from sqlalchemy.orm import Session

from bot.definitions import PersonDefinition
from bot.definitions.bundle import BundleRules, BundleTier, ConfirmRule, SectionRule, Training
from bot.definitions.tiers import applies
from bot.enablement import model
from bot.enablement.model import NOT_FOR_ME, Confirmation, Edition, Nudge
from bot.house import House
from bot.people.model import Absence, People, Person, covers
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

    @property
    def of(self) -> int:
        return len(self.confirmed) + len(self.waiting)

    @property
    def is_enough(self) -> bool:
        return bool(self.confirmed) and 100 * len(self.confirmed) >= self.share * self.of


@dataclass(frozen=True)
class Rosters:
    """How people stand to one release's bundle."""

    edition: Edition | None
    """The last that was published."""
    counts_from: int
    """The first edition of which a confirmation counts."""
    confirmations: Mapping[str, Confirmation]
    rosters: tuple[Roster, ...]

    def roster_of(self, slack_id: str) -> Roster | None:
        for roster in self.rosters:
            if any(each.slack_id == slack_id for each in (*roster.confirmed, *roster.waiting, *roster.not_counted)):
                return roster
        return None


@dataclass(frozen=True)
class Stands(Rosters):
    """One release's bundle at this moment."""

    release: Release
    tier: BundleTier
    training: Training
    pieces: tuple[Piece, ...]
    publish_by: date
    confirm_by: date
    nudges: Mapping[str, Nudge]
    """Which functions had the rest of them asked once more, by their ids."""

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
    texts, nudges = model.written(session, house, ids), model.nudges(session, house, ids)
    rosters = rosters_of_all(session, house, having, model.editions(session, house, ids))
    people, found = People(session, house), {}
    for release in having:
        tier = cast(BundleTier, releases.tier(house, release))
        publish_by, confirm_by = _days(house, rules, release)
        found[release.id] = Stands(
            **vars(rosters[release.id]),
            release=release,
            tier=tier,
            training=rules.training(tier),
            pieces=tuple(
                Piece(rule, _text(house, people, release, rule, texts[release.id])) for rule in sections(house, release)
            ),
            publish_by=publish_by,
            confirm_by=confirm_by,
            nudges=nudges[release.id],
        )
    return found


def rosters_of_all(
    session: Session, house: House, chosen: Sequence[Release], editions: Mapping[int, Sequence[Edition]]
) -> dict[int, Rosters]:
    """How people stand to the bundles of those of these releases that have one, by the release's id.

    `editions` are those that were published, as `model.editions` has them.
    """
    rules, today, found = rules_of(house), releases.today(house), {}
    having = [release for release in chosen if has_bundle(house, release)]
    if rules is None or not having:
        return {}
    # Nobody can have confirmed what was never published.
    said = model.confirmations(session, house, [release.id for release in having if editions[release.id]])
    people, absent = People(session, house), _absent(session, house, today)
    for release in having:
        published, confirmations = editions[release.id], said.get(release.id, {})
        share = rules.training(cast(BundleTier, releases.tier(house, release))).share
        counts_from, confirm_by = _counts_from(published), _days(house, rules, release)[1]
        away = _away(absent, today) & _away(absent, max(today, confirm_by))
        rosters = (
            _roster(house, people, rule, share, confirmations, counts_from, away) for rule in confirming(house, release)
        )
        found[release.id] = Rosters(published[-1] if published else None, counts_from, confirmations, tuple(rosters))
    return found


def rules_of(house: House) -> BundleRules | None:
    return house.definitions.releases.bundle if house.definitions.releases else None


def has_bundle(house: House, release: Release) -> bool:
    if rules_of(house) is None or release.hotfix or release.state == CANCELLED:
        return False
    return releases.tier(house, release) != "low" and bool(sections(house, release))


def sections(house: House, release: Release) -> list[SectionRule]:
    """Those that its tier and facts need."""
    rules, tier = rules_of(house), releases.tier(house, release)
    found = rules.sections if rules else ()
    return [each for each in found if tier in each.tiers and applies(each.only_if, release.facts)]


def confirming(house: House, release: Release) -> list[ConfirmRule]:
    """The functions whose people confirm its bundle, by its tier and facts."""
    rules, tier = rules_of(house), releases.tier(house, release)
    found = rules.confirm if rules else ()
    return [each for each in found if tier in each.tiers and applies(each.only_if, release.facts)]


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
    return Roster(rule, name, share, tuple(confirmed), tuple(waiting), tuple(not_counted))


# Built once, and of columns, since Home is drawn after every press on it.
_ABSENCE = cast(Table, Absence.__table__)
_ABSENT = select(_ABSENCE.c.slack_id, _ABSENCE.c.first_day, _ABSENCE.c.last_day, _ABSENCE.c.back_on).where(
    _ABSENCE.c.workspace_id == bindparam("workspace_id"),
    _ABSENCE.c.ritual_id.is_(None),
    _ABSENCE.c.last_day >= bindparam("today"),
)


def _absent(session: Session, house: House, today: date) -> Sequence[Any]:
    """Absences from everything, of this day and later ones."""
    which = {"workspace_id": house.workspace_id, "today": today}
    return house.once(("absences from everything", today), lambda: session.execute(_ABSENT, which).all())


def _away(absent: Sequence[Any], day: date) -> set[str]:
    """Who is absent on a day, by Slack id."""
    return {each.slack_id for each in absent if covers(each, day)}
