"""What no single value shows: references that lead nowhere, doubles, kinds nobody knows."""

from collections import Counter
from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from dataclasses import replace
from datetime import date, datetime, timedelta
from itertools import takewhile

from bot.definitions.calendar import Calendar, Ritual
from bot.definitions.organisation import Organisation, refs_of
from bot.definitions.releases import RELEASE_OWNER, TIERS, ReleaseRules, slug
from bot.definitions.rules import Relative, Weekly
from bot.definitions.working_days import WEEKDAY_NAMES
from bot.yamlfile import Document, KeyPath, Problem, nearest

MONTH = timedelta(days=31)
WINTER, SUMMER = datetime(2026, 1, 15), datetime(2026, 7, 15)


def check_organisation(organisation: Organisation, document: Document) -> Iterator[Problem]:
    yield from doubles(document, "functions", [each.id for each in organisation.functions])
    yield from doubles(document, "areas", [each.id for each in organisation.areas])
    yield from _double_people(organisation, document)
    dates = [each.day for each in organisation.company_days]
    for i, day in enumerate(dates):
        if day in dates[:i]:
            yield document.problem(("company_days", i, "date"), f"{day} stands here twice", "keep one of them")
    functions = [each.id for each in organisation.functions]
    for i, person in enumerate(organisation.people):
        if person.function not in functions:
            message = f"no function has the id `{person.function}`"
            yield document.problem(("people", i, "function"), message, nearest(person.function, functions))
    unknown = unknown_person(organisation, document)
    for i, function in enumerate(organisation.functions):
        yield from unknown(("functions", i, "lead"), function.lead)
    for i, area in enumerate(organisation.areas):
        yield from unknown(("areas", i, "owner"), area.owner)
        yield from unknown(("areas", i, "deputy"), area.deputy)
        yield from unknown(("areas", i, "accountable"), area.accountable)
        if area.deputy and _same(organisation, area.owner, area.deputy):
            message = f"the deputy of {area.name} is its owner"
            yield document.problem(("areas", i, "deputy"), message, "name somebody else, or remove `deputy`")


def check_calendar(calendar: Calendar, document: Document, kinds: Collection[str]) -> Iterator[Problem]:
    yield from doubles(document, "rituals", [each.id for each in calendar.rituals])
    for i, ritual in enumerate(calendar.rituals):
        if ritual.kind not in kinds:
            mend = nearest(ritual.kind, sorted(kinds))
            yield document.problem(("rituals", i, "kind"), f"no ritual kind is called `{ritual.kind}`", mend)
        if ritual.asks_each and not ritual.meets and "packet" in ritual.model_fields_set:
            message = f"{ritual.name} does not meet: it asks each person for an update"
            yield document.problem(("rituals", i, "packet"), message, "remove `packet`, or write `kind: review`")
        rule = ritual.schedule.rule
        if isinstance(rule, Relative):
            yield from _counts_from(ritual, rule, calendar, document, ("rituals", i, "schedule"))


def check_references(calendar: Calendar, document: Document, organisation: Organisation) -> Iterator[Problem]:
    """The calendar against the organisation."""
    unknown = unknown_person(organisation, document)
    for i, ritual in enumerate(calendar.rituals):
        yield from by_rule("CA01", unknown(("rituals", i, "owner"), ritual.owner))
        for j, member in enumerate(ritual.audience):
            if not member.startswith("@"):
                yield from by_rule("CA01", unknown(("rituals", i, "audience", j), member))
        yield from _areas(ritual, organisation, document, ("rituals", i, "areas"))
        yield from _idle_dates(ritual, organisation, document, ("rituals", i, "schedule"))
        if days := _never_worked(ritual, organisation):
            message = f"it would never be held: nobody works on {days}, and it is skipped then"
            mend = "write another weekday, or `holidays: later`"
            yield document.problem(("rituals", i, "schedule", "repeats"), message, mend)


def check_releases(rules: ReleaseRules, document: Document) -> Iterator[Problem]:
    yield from doubles(document, "facts", [each.id for each in rules.facts])
    yield from doubles(document, "items", [each.id for each in rules.items])
    yield from _unknown_facts(rules, document)
    for i, item in enumerate(rules.items):
        for tier in TIERS:
            days, lead_time = item.due.of(tier), rules.tiers.of(tier).lead_time
            if days > lead_time:
                message = f"item {item.id} is due {days} working days before, but {tier} has a lead time of {lead_time}"
                mend = f"write at most {lead_time}, or give {tier} a longer `lead_time`"
                yield document.problem(("items", i, "due", tier), message, mend)
    yield from _checks(rules, document)
    slugs = [slug(release.name) for release in rules.releases]
    for i, name in enumerate(slugs):
        if name in slugs[:i]:
            line = document.values["releases", slugs.index(name), "name"][0]
            message = f"a release of this name stands already on line {line}"
            yield document.problem(("releases", i, "name"), message, "give this one another name")


def check_release_references(rules: ReleaseRules, document: Document, organisation: Organisation) -> Iterator[Problem]:
    """The release rules against the organisation."""
    functions = [each.id for each in organisation.functions]
    owners = [
        (("items", i, "owners", j), owner) for i, item in enumerate(rules.items) for j, owner in enumerate(item.owners)
    ]
    for place, owner in owners:
        if owner not in (*functions, RELEASE_OWNER):
            mend = nearest(owner, [*functions, RELEASE_OWNER])
            yield document.problem(place, f"no function has the id `{owner}`", mend)
    asked: list[tuple[str, str]] = []
    for i, rule in enumerate(rules.sign_offs):
        path = ("sign_offs", i, "function")
        if rule.function not in functions:
            yield document.problem(path, f"no function has the id `{rule.function}`", nearest(rule.function, functions))
        if twice := [tier for tier in rule.tiers if (rule.function, tier) in asked]:
            message = f"`{rule.function}` is asked twice for {twice[0]}"
            yield document.problem(path, message, "keep one of them")
        asked += [(rule.function, tier) for tier in rule.tiers]
    unknown = unknown_person(organisation, document)
    for i, release in enumerate(rules.releases):
        yield from unknown(("releases", i, "owner"), release.owner)


def _checks(rules: ReleaseRules, document: Document) -> Iterator[Problem]:
    for tier in TIERS:
        checks, lead_time = rules.checks.of(tier), rules.tiers.of(tier).lead_time
        for i, days in enumerate(checks):
            path = ("checks", tier, i)
            if days in checks[:i]:
                yield document.problem(path, f"{days} stands here twice", "keep one of them")
            elif days > lead_time:
                message = f"a check {days} working days before, but {tier} has a lead time of {lead_time}"
                mend = f"write at most {lead_time}, or give {tier} a longer `lead_time`"
                yield document.problem(path, message, mend)


def _unknown_facts(rules: ReleaseRules, document: Document) -> Iterator[Problem]:
    known = [fact.id for fact in rules.facts]
    named: list[tuple[KeyPath, tuple[str, ...]]] = [
        (("tiers", tier, "when", i), combination)
        for tier in TIERS
        for i, combination in enumerate(rules.tiers.of(tier).when)
    ]
    lists: list[tuple[KeyPath, tuple[str, ...]]] = [
        *((("items", i, "only_if"), item.only_if) for i, item in enumerate(rules.items)),
        *((("sign_offs", i, "only_if"), rule.only_if) for i, rule in enumerate(rules.sign_offs)),
        *((("releases", i, "facts"), release.facts) for i, release in enumerate(rules.releases)),
    ]
    named += [((*path, j), (fact,)) for path, facts in lists for j, fact in enumerate(facts)]
    for path, facts in named:
        for fact in facts:
            if fact not in known:
                yield document.problem(path, f"no fact has the id `{fact}`", nearest(fact, known))


def _areas(ritual: Ritual, organisation: Organisation, document: Document, path: KeyPath) -> Iterator[Problem]:
    areas = [area.id for area in organisation.areas]
    for i, area in enumerate(ritual.areas):
        if area not in areas:
            yield document.problem((*path, i), f"no area has the id `{area}`", nearest(area, areas))
        elif area in ritual.areas[:i]:
            yield document.problem((*path, i), f"`{area}` stands here twice", "keep one of them")


def _counts_from(
    ritual: Ritual, rule: Relative, calendar: Calendar, document: Document, path: KeyPath
) -> Iterator[Problem]:
    """A ritual whose days count from another: which must be there, not count from this one, and fit in hours."""
    repeats, other = (*path, "repeats"), calendar.ritual(rule.ritual)
    if other is None:
        others = [each.id for each in calendar.rituals if each.id != ritual.id]
        yield document.problem(repeats, f"no ritual has the id `{rule.ritual}`", nearest(rule.ritual, others))
        return
    if circle := _circle(ritual, calendar):
        message = f"`{ritual.id}` counts from itself: {' counts from '.join(f'`{each}`' for each in circle)}"
        yield document.problem(repeats, message, "let one of them say its own days, such as `every Wednesday`")
        return
    if rule.unit != "hour":
        return
    schedule, theirs = ritual.schedule, other.schedule
    prompt = rule.moment(datetime.combine(WINTER, theirs.prompt.at)).time()
    if schedule.prompt.at != prompt:
        message = f"{rule}, which begins at {theirs.prompt}, is not {schedule.prompt}"
        yield document.problem((*path, "prompt"), message, f"write `{prompt:%H:%M}`, or count in days")
    if schedule.zone != theirs.zone:
        message = f"hours count on one clock, but `{other.id}` goes by `{theirs.zone}`"
        yield document.problem((*path, "zone"), message, f"write `zone: {theirs.zone}`, or count in days")


def _circle(ritual: Ritual, calendar: Calendar) -> list[str]:
    """The ids on the way from a ritual back to itself; empty when there is none."""
    way, at = [ritual.id], ritual
    while isinstance(at.schedule.rule, Relative):
        following = calendar.ritual(at.schedule.rule.ritual)
        if following is None or following.id in way[1:]:
            return []
        way.append(following.id)
        if following.id == ritual.id:
            return way
        at = following
    return []


def _idle_dates(ritual: Ritual, organisation: Organisation, document: Document, path: KeyPath) -> Iterator[Problem]:
    """Days under `except` on which a ritual of its own rule does not fall."""
    schedule = ritual.schedule
    if isinstance(schedule.rule, Relative):
        return
    for i, day in enumerate(schedule.left_out):
        near = sorted(_falls_around(ritual, organisation, day), key=lambda each: abs(each - day))
        if day not in near:
            mend = " or ".join(f"`{each}`" for each in sorted(near[:2]))
            message = f"{ritual.name} does not fall on {day:%A} {day}"
            yield document.problem((*path, "except", i), message, f"write {mend}" if mend else "remove this day")


def _falls_around(ritual: Ritual, organisation: Organisation, day: date) -> Iterable[date]:
    return takewhile(lambda each: each <= day + MONTH, ritual.falls(organisation, day - MONTH))


def _never_worked(ritual: Ritual, organisation: Organisation) -> str:
    """The weekdays of a weekly rule, if nobody works on any of them and the ritual is skipped then."""
    rule = ritual.schedule.rule
    weekdays = rule.weekdays if isinstance(rule, Weekly) and ritual.holidays == "skip" else ()
    if any(day in organisation.working_hours.weekdays for day in weekdays):
        return ""
    return " or ".join(WEEKDAY_NAMES[day] for day in weekdays)


def doubles(document: Document, part: str, ids: Sequence[str | int], *, inside: KeyPath = ()) -> Iterator[Problem]:
    """Ids in the list `part` that stand there already."""
    for i, id in enumerate(ids):
        if id in ids[:i]:
            line = document.values[(*inside, part, ids.index(id), "id")][0]
            message = f"the id `{id}` is taken: it first stands on line {line}"
            yield document.problem((*inside, part, i, "id"), message, "give this one another id")


def _double_people(organisation: Organisation, document: Document) -> Iterator[Problem]:
    counts = Counter(ref.casefold() for person in organisation.people for ref in refs_of(person))
    seen: set[str] = set()
    for i, person in enumerate(organisation.people):
        for key, ref in (("email", person.email), ("slack", person.slack)):
            if ref and counts[ref.casefold()] > 1:
                if ref.casefold() in seen:
                    yield document.problem(("people", i, key), f"`{ref}` stands for two people", "keep one of them")
                seen.add(ref.casefold())


def by_rule(rule: str, problems: Iterable[Problem]) -> Iterator[Problem]:
    """The same problems as what breaks a check, by its id."""
    return (replace(each, rule=rule) for each in problems)


def unknown_person(
    organisation: Organisation, document: Document
) -> Callable[[KeyPath, str | None], Iterable[Problem]]:
    """A check of a reference to a person, at its place."""
    known = sorted(person.ref for person in organisation.people)

    def unknown(path: KeyPath, ref: str | None) -> Iterator[Problem]:
        if ref is not None and organisation.person(ref) is None:
            mend = f"{nearest(ref, known, by=_before_the_at)}; or add this person under `people` in organisation.yaml"
            yield document.problem(path, f"nobody in the organisation is `{ref}`", mend)

    return unknown


def unknown_word(
    organisation: Organisation, document: Document
) -> Callable[[KeyPath, str, Sequence[str]], Iterable[Problem]]:
    """A check of a word that stands for somebody, at its place: one of some words, a function's id or a person."""
    unknown = unknown_person(organisation, document)
    functions = [each.id for each in organisation.functions]

    def check(path: KeyPath, word: str, words: Sequence[str]) -> Iterator[Problem]:
        if word in (*words, *functions):
            return
        if "@" in word or organisation.person(word):
            yield from unknown(path, word)
        else:
            known = dict.fromkeys([*words, *functions])
            yield document.problem(path, f"`{word}` stands for nobody here", nearest(word, known))

    return check


def _before_the_at(ref: str) -> str:
    """What tells colleagues' addresses apart."""
    return ref.partition("@")[0].casefold()


def _same(organisation: Organisation, ref: str, other: str) -> bool:
    return organisation.person(ref) is not None and organisation.person(ref) == organisation.person(other)
