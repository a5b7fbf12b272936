"""What was found, as Markdown for a terminal or a file, and as one HTML page that needs nothing else."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from bot.definitions.budget import MOST_MESSAGES, MOST_MINUTES
from bot.edits import burden
from bot.rituals import model as occurrences
from bot.simulate import findings
from bot.simulate.findings import Burden, Findings, Got, Held
from bot.words import Words, on_date, plural

MOST_SHOWN = 20
"""Rows of a table, where not everything is wanted."""
WIDTH = 20
"""Characters of the longest bar."""


@dataclass(frozen=True)
class Bar:
    """A figure, its share of the longest in its column, and what it means in words."""

    text: str
    share: float

    @property
    def percent(self) -> int:
        return round(self.share * 100)

    @property
    def blocks(self) -> str:
        return "█" * max(1, round(self.share * WIDTH)) if self.share else ""


@dataclass(frozen=True)
class Table:
    """`rows` of texts and bars; `more` rows were left out."""

    caption: str
    head: Sequence[str]
    rows: Sequence[Sequence[str | Bar]]
    more: int = 0


@dataclass(frozen=True)
class Section:
    title: str
    says: Sequence[str]
    tables: Sequence[Table] = ()


def as_markdown(words: Words, found: Findings, *, whole: bool) -> str:
    """The report; unless `whole`, long tables show their first rows and say how many are left out."""
    return words.render("simulate/report.md.j2", **_page(found, whole=whole)) + "\n"


def as_html(words: Words, found: Findings) -> str:
    """The whole report as a page of its own."""
    return words.render("simulate/report.html.j2", **_page(found, whole=True)) + "\n"


def _page(found: Findings, *, whole: bool) -> dict[str, Any]:
    sections = [
        _in_short(found),
        _assumed(found),
        _over(found),
        _load(found),
        _rituals(found),
        _requests(found),
        _changes(found),
        _clashes(found),
        _off_hours(found),
        _faults(found),
        _who_gets_what(found, whole=whole),
    ]
    organisation = found.life.definitions.organisation
    title = f"{organisation.name}: {plural(found.life.assumed.weeks, 'week')} simulated"
    return {"title": title, "sections": sections if whole else [_cut(section) for section in sections]}


def _cut(section: Section) -> Section:
    tables = [
        Table(each.caption, each.head, each.rows[:MOST_SHOWN], max(0, len(each.rows) - MOST_SHOWN))
        for each in section.tables
    ]
    return Section(section.title, section.says, tables)


def _in_short(found: Findings) -> Section:
    assumed, people = found.life.assumed, found.people
    messages = sum(len(person.got) for person in people)
    a_week = messages / max(1, len(people) * assumed.weeks)
    over = len({person.ref for person, _week in found.over})
    lost = sum(len(each.lost) for each in found.rituals)
    return Section(
        "In short",
        (
            f"From {on_date(assumed.first_day)} to {on_date(assumed.last_day)}:"
            f" {plural(len(people), 'person', 'people')} and {plural(len(found.rituals), 'ritual')}.",
            f"{plural(messages, 'message')} to people, {a_week:.1f} a person and week.",
            f"Over the budget of {MOST_MESSAGES} messages and {MOST_MINUTES} minutes a week:"
            f" {plural(over, 'person', 'people')}, in {plural(len(found.over), 'week')} of theirs altogether.",
            f"{plural(len(found.changes), 'occurrence')} moved, left out or skipped;"
            f" {plural(len(found.clashes), 'clash', 'clashes')};"
            f" {plural(len(found.off_hours), 'message')} outside working hours;"
            f" {plural(lost, 'occurrence')} lost.",
        ),
    )


def _assumed(found: Findings) -> Section:
    assumed = found.life.assumed
    shares = ", ".join(f"{share:.0%} {habit}" for habit, share in assumed.shares.items())
    return Section(
        "What is assumed",
        (
            f"Requests are answered: {shares}. A ritual without a reminder is answered on the prompt instead.",
            f"Everybody takes {assumed.leave} working days of leave a year, besides public holidays and company days;"
            " half of the leave of one or two days is told of on its first morning, other leave two weeks before.",
            f"An update takes {burden.UPDATE} minutes an area, its digest {burden.DIGEST} minutes to read for"
            f" whoever owns an area; a review takes {burden.READ_UP} minutes to read up for its owner and the people"
            f" its audience names, and {burden.WRITE_DOWN} minutes to write down what it left. Meetings are not"
            " counted, nor who is in a user group of Slack.",
            "Messages that are changed in place are not counted: Slack notifies nobody of them.",
            f"The same seed, {assumed.seed}, gives the same people the same habits again.",
        ),
    )


def _over(found: Findings) -> Section:
    rows = [
        (person.name, on_date(week.monday), str(week.load.messages), str(week.load.minutes))
        for person, week in found.over
    ]
    if not rows:
        return Section("Over the budget", ("Nobody, in any week.",))
    says = f"Warning: more than {MOST_MESSAGES} messages or {MOST_MINUTES} minutes in a week."
    return Section("Over the budget", (says,), (Table("Weeks that are too much", _OVER, rows),))


_OVER = ("Person", "Week from", "Messages", "Minutes")


def _load(found: Findings) -> Section:
    weeks = found.life.assumed.weeks
    people = sorted(found.people, key=lambda each: (-len(each.got), each.name))
    most = max((week.load.messages for each in people for week in each.weeks), default=0)
    longest = max((week.load.minutes for each in people for week in each.weeks), default=0)
    rows = [_load_row(each, weeks, most, longest) for each in people]
    head = ("Person", "Zone", "Messages", "Most in a week", "Most minutes in a week", "Weeks over")
    return Section("Load of each person", (), (Table("Messages and minutes", head, rows),))


def _load_row(person: Burden, weeks: int, most: int, longest: int) -> tuple[str | Bar, ...]:
    messages = max((week.load.messages for week in person.weeks), default=0)
    minutes = max((week.load.minutes for week in person.weeks), default=0)
    return (
        person.name,
        person.zone.key,
        str(len(person.got)),
        Bar(plural(messages, "message"), messages / most if most else 0),
        Bar(plural(minutes, "minute"), minutes / longest if longest else 0),
        f"{len(person.over)} of {weeks}",
    )


def _rituals(found: Findings) -> Section:
    head = ("Ritual", "In the calendar", "Left its artifact", "Closed without", "Skipped", "Still open", "Lost")
    rows = [_ritual_row(each) for each in found.rituals]
    says = [f"Warning: {each.ritual.name} lost {', '.join(each.lost)}." for each in found.rituals if each.lost]
    return Section("Occurrences", says, (Table("What became of each ritual", head, rows),))


def _ritual_row(held: Held) -> tuple[str, ...]:
    closed, without, skipped = (held.states.get(state, 0) for state in occurrences.ENDED)
    still_open = sum(held.states.get(state, 0) for state in occurrences.RUNNING)
    figures = (held.planned, closed, without, skipped, still_open, len(held.lost))
    return (held.ritual.name, *map(str, figures))


def _requests(found: Findings) -> Section:
    asking = [each for each in found.rituals if each.expected]
    if not asking:
        return Section("Requests", ("No ritual asks for updates.",))
    head = ("Ritual", "Requests", *(fate.capitalize() for fate in findings.FATES))
    rows = [
        (each.ritual.name, str(each.expected), *(str(each.fates.get(fate, 0)) for fate in findings.FATES))
        for each in asking
    ]
    wrong = [each for each in asking if sum(each.fates.values()) != each.expected]
    says = [f"Warning: of {each.ritual.name}, {sum(each.fates.values())} are accounted for." for each in wrong]
    return Section("Requests", says, (Table("What became of each request", head, rows),))


def _changes(found: Findings) -> Section:
    rows = [(on_date(each.day), each.ritual, each.what, each.why) for each in found.changes]
    if not rows:
        return Section("Moved, left out or skipped", ("Nothing.",))
    return Section(
        "Moved, left out or skipped",
        (),
        (Table("What is not where its rule has it", ("Day", "Ritual", "What", "Why"), rows),),
    )


def _clashes(found: Findings) -> Section:
    rows = [(on_date(each.day), each.sort, each.who, each.what) for each in found.clashes]
    if not rows:
        return Section("Clashes", ("None.",))
    sorts = dict.fromkeys(each.sort for each in found.clashes)
    says = [f"{sort.capitalize()}: {sum(each.sort == sort for each in found.clashes)}." for sort in sorts]
    return Section("Clashes", says, (Table("What goes badly together", ("Day", "Clash", "Who", "What"), rows),))


def _off_hours(found: Findings) -> Section:
    title = "Messages outside working hours"
    if not found.off_hours:
        return Section(title, ("None.",))
    rows = [(each.name, _when(each.got), each.got.kind, each.why) for each in found.off_hours]
    says = [f"Warning: {len(rows)}."]
    return Section(title, says, (Table("Outside working hours", ("Person", "When, for them", "What", "Why"), rows),))


def _faults(found: Findings) -> Section:
    says = [*found.life.failures, *(f"Refused: {each}" for each in found.life.refused)]
    return Section("Faults", says or ("None: every timer did its work, and nobody was refused what they did.",))


def _who_gets_what(found: Findings, *, whole: bool) -> Section:
    title = "Who gets what when"
    if whole:
        head = ("When, for them", "What", "It begins")
        tables = [
            Table(f"{person.name}, {person.zone.key}", head, [_message(got) for got in person.got])
            for person in found.people
            if person.got
        ]
        silent = [person.name for person in found.people if not person.got]
        return Section(title, [f"Without any message: {', '.join(silent)}."] if silent else (), tables)
    first = [(person.name, *_message(got)) for person, got in _in_order(found)]
    everybody = Table("Messages to people, as they come", ("Person", "When, for them", "What", "It begins"), first)
    return Section(title, (), (everybody,))


def _in_order(found: Findings) -> Iterable[tuple[Burden, Got]]:
    return sorted(((person, got) for person in found.people for got in person.got), key=lambda each: each[1].at)


def _message(got: Got) -> tuple[str, str, str]:
    return _when(got), got.kind, got.headline


def _when(got: Got) -> str:
    return f"{on_date(got.at.date())} {got.at:%H:%M}"
