"""What the definitions say against what was done in the last 90 days: rituals, people, channels, rights and promises.

Each difference is a row that is marked, and says in words what is not as it is said; these stand first.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from sqlalchemy import case, func, select
from sqlalchemy.orm import Session

from bot.decisions.model import PROPOSED, Decision
from bot.definitions import Ritual
from bot.definitions.budget import MOST_MESSAGES, MOST_MINUTES
from bot.delivery import outbox
from bot.house import House
from bot.insights import figures
from bot.insights.model import MERGED, Insight
from bot.load import figures as load
from bot.pack import decided
from bot.pack.cadence import falling
from bot.pack_parts import Cell, Part, Table
from bot.pack_words import Say, differing_first
from bot.people.leavers import gaps
from bot.people.model import Departure, People, channel_name
from bot.people.named_channels import named
from bot.people.posts import posts
from bot.prompts import model as prompts
from bot.releases import model as releases
from bot.releases.standing import tier
from bot.rituals.model import CLOSED, CLOSED_WITHOUT_OUTPUT, RUNNING, SKIPPED, Occurrence
from bot.rituals.standing import paused_now
from bot.updates.model import AWAY as IS_AWAY
from bot.updates.model import LET_OFF, Ask, Update

WORDS = "pack/drift.txt.j2"
DAYS = 90
VOLUNTARY = frozenset({"decision-view", "roadmap.unmoved", "pulse"})
"""The kinds of prompts that one may let pass: a view, that nothing has moved, a pulse."""
BLOCKS = 3
"""Of as many whole weeks as are looked at together when it is about what people are sent and asked."""


@dataclass(frozen=True)
class Window:
    """The days that are looked at, both included, in the workspace's zone."""

    first: date
    last: date
    since: datetime
    """The moment with which the first begins, or a little later."""


def window(house: House) -> Window:
    now = house.clock.now()
    today = now.astimezone(house.definitions.organisation.zone).date()
    return Window(today - timedelta(days=DAYS), today - timedelta(days=1), now - timedelta(days=DAYS))


def in_short(house: House, parts: Sequence[Part]) -> Part:
    """What is compared, and how many things are not as they are said."""
    over, count, say = window(house), differences(parts), Say(house, WORDS)
    found = say.text("found", count=count) if count else say.text("none")
    return Part(says=[found, say.text("intro", days=DAYS, first=over.first, last=over.last)])


def parts(session: Session, house: House) -> Sequence[Part]:
    over, say = window(house), Say(house, WORDS)
    found = {
        "rituals_title": _rituals(session, house, over),
        "people_title": _people(session, house),
        "channels_title": _channels(session, house, over),
        "rights_title": decided.table(session, house, over.since),
        "promises_title": _promises(session, house, over),
    }
    return [Part(say.text(title), tables=[table]) for title, table in found.items()]


def differences(parts: Sequence[Part]) -> int:
    """How many things are not as they are said."""
    return sum(len(table.marked) for part in parts for table in part.tables)


def _rituals(session: Session, house: House, over: Window) -> Table:
    paused, counts = paused_now(session, house), _counts(session, house, over)
    rows = [
        _ritual(session, house, ritual, over, counts, is_paused=ritual.id in paused)
        for ritual in house.definitions.calendar.rituals
    ]
    return differing_first(Say(house, WORDS), "rituals", [row for row in rows if row])


def _ritual(
    session: Session,
    house: House,
    ritual: Ritual,
    over: Window,
    counts: dict[tuple[str, str], tuple[int, date]],
    *,
    is_paused: bool,
) -> tuple[bool, Sequence[Cell]] | None:
    began = min((day for (id, _state), (_count, day) in counts.items() if id == ritual.id), default=None)
    if began is None:
        return None
    left, empty, skipped = (counts.get((ritual.id, state), (0, began))[0] for state in _ENDED)
    first = max(over.first, began)
    expected = sum(slot.skipped_because is None for slot in falling(session, house, ritual, first, over.last))
    still_open = sum(counts.get((ritual.id, state), (0, began))[0] for state in RUNNING)
    missing, held = max(0, expected - left - empty - skipped - still_open), left + empty
    say = Say(house, WORDS)
    verdict = say.text("ritual_verdict", missing=missing, expected=expected, empty=empty, held=held)
    name = say.text("ritual_paused", name=ritual.name) if is_paused else ritual.name
    return bool(missing or empty), (name, *map(str, (expected, held, empty, skipped, missing)), verdict)


_ENDED = (CLOSED, CLOSED_WITHOUT_OUTPUT, SKIPPED)


def _counts(session: Session, house: House, over: Window) -> dict[tuple[str, str], tuple[int, date]]:
    """By ritual and state, how many occurrences there are, and the day of the first; none that has not opened."""
    query = (
        select(Occurrence.ritual_id, Occurrence.state, func.count(), func.min(Occurrence.day))
        .where(
            Occurrence.workspace_id == house.workspace_id,
            Occurrence.day.between(over.first, over.last),
            Occurrence.state.in_((*_ENDED, *RUNNING)),
        )
        .group_by(Occurrence.ritual_id, Occurrence.state)
    )
    return {(id, state): (count, day) for id, state, count, day in session.execute(query)}


def _people(session: Session, house: House) -> Table:
    say = Say(house, WORDS)
    rows: list[tuple[bool, Sequence[Cell]]] = [
        (
            True,
            (
                gap.name,
                f"{gap.since.day} {gap.since:%b %Y}",
                [words for words, _instead in gap.posts] or "–",
                list(dict.fromkeys(instead for _words, instead in gap.posts if instead)) or "–",
            ),
        )
        for gap in gaps(session, house)
    ]
    people = People(session, house)
    rows += [
        (True, (people.named(ref), say.text("person_unknown"), words, "–"))
        for ref, words in _unknown(session, house, people).items()
    ]
    return differing_first(say, "people", rows)


def _unknown(session: Session, house: House, people: People) -> dict[str, list[str]]:
    """Of whom Slack does not know and who has not left either, what they are named for."""
    query = select(Departure.ref).where(Departure.workspace_id == house.workspace_id, Departure.back_at.is_(None))
    left, found = set(session.scalars(query)), dict[str, list[str]]()
    for post in posts(house):
        if post.ref not in left and people.by_ref(post.ref) is None:
            found.setdefault(post.ref, []).append(post.words)
    return found


def _channels(session: Session, house: House, over: Window) -> Table:
    known = set(named(house))
    rows = []
    for channel, count in outbox.posted_to(session, house, over.since).items():
        name = channel_name(session, house, channel)
        if channel not in known and name not in known:
            rows.append((True, (name, str(count))))
    return differing_first(Say(house, WORDS), "channels", rows)


def _promises(session: Session, house: House, over: Window) -> Table:
    say = Say(house, WORDS)
    counts = {
        "promise_asked": _asked(session, house, over),
        "promise_load": _loads(session, house),
        "promise_updates": _updates(session, house, over),
        "promise_decisions": _decisions(session, house, over),
        "promise_triage": figures.in_time(session, house) if house.definitions.insights else (0, 0),
        "promise_answers": _answers(session, house, over),
        "promise_lead": _lead_times(session, house, over),
    }
    rows = [
        (
            kept < due,
            (
                say.text(block, messages=MOST_MESSAGES, minutes=MOST_MINUTES),
                str(due),
                str(kept),
                say.text("share", kept=kept, due=due),
                say.text("promise_verdict", kept=kept, due=due, late=block != "promise_load"),
            ),
        )
        for block, (kept, due) in counts.items()
        if due
    ]
    return differing_first(say, "promises", rows)


def _asked(session: Session, house: House, over: Window) -> tuple[int, int]:
    """How many of the things that people were asked for by a deadline were done by then, but for what nobody must."""
    found = prompts.let_pass(session, house, over.since, house.clock.now())
    counts = [(asked, passed) for kind, _deadline, asked, passed in found if kind not in VOLUNTARY]
    due = sum(asked for asked, _passed in counts)
    return due - sum(passed for _asked, passed in counts), due


def _loads(session: Session, house: House) -> tuple[int, int]:
    """In how many weeks of one person each they were sent and asked no more than is promised; of too few people none.

    These are the last twelve whole weeks.
    """
    last = load.weeks(house)[-1]
    blocks = [load.by_person(session, house, last - n * load.WEEKS * load.A_WEEK) for n in range(BLOCKS)]
    weeks = [week for block in blocks for week in block]
    if len({person for week in weeks for person in week}) < load.FEWEST:
        return 0, 0
    found = [each for week in weeks for each in week.values()]
    return sum(not each.is_too_much for each in found), len(found)


def _updates(session: Session, house: House, over: Window) -> tuple[int, int]:
    """How many updates came before the cutoff, of those that somebody was there to write."""
    in_time = case((Update.submitted_at.is_not(None) & Update.late.is_(False), 1), else_=0)
    query = (
        select(func.coalesce(func.sum(in_time), 0), func.count())
        .select_from(Ask)
        .join(Occurrence, Occurrence.id == Ask.occurrence_id)
        .outerjoin(Update, (Update.occurrence_id == Ask.occurrence_id) & (Update.area_id == Ask.area_id))
        .where(
            Ask.workspace_id == house.workspace_id,
            Ask.asked.is_not(None),
            Ask.state.not_in((IS_AWAY, LET_OFF)),
            Occurrence.day.between(over.first, over.last),
            Occurrence.state.in_((CLOSED, CLOSED_WITHOUT_OUTPUT)),
        )
    )
    kept, due = session.execute(query).one()
    return int(kept), due


def _decisions(session: Session, house: House, over: Window) -> tuple[int, int]:
    """How many decisions were made by the day they were needed, of those whose day has passed."""
    query = select(Decision.needed_by, Decision.decided_at, Decision.ended_at, Decision.state).where(
        Decision.workspace_id == house.workspace_id, Decision.needed_by.between(over.first, over.last)
    )
    zone = house.definitions.organisation.zone
    kept = due = 0
    for needed_by, decided_at, ended_at, state in session.execute(query):
        done = decided_at or (ended_at if state != PROPOSED else None)
        due += 1
        kept += bool(done and needed_by and done.astimezone(zone).date() <= needed_by)
    return kept, due


def _answers(session: Session, house: House, over: Window) -> tuple[int, int]:
    """How many insights that are no secret had their answer by its day, of those that have one or whose day has passed.

    The day of an answer that was given stands in its record; one that is open and late counts, too.
    """
    now = house.clock.now()
    query = select(Insight.decided_at, Insight.due_at, Insight.breached_at).where(
        Insight.workspace_id == house.workspace_id,
        Insight.restricted.is_(False),
        Insight.state != MERGED,
        Insight.captured_at >= over.since,
        Insight.triaged_at.is_not(None),
    )
    kept = due = 0
    for decided_at, due_at, breached_at in session.execute(query):
        if decided_at is not None or (due_at is not None and due_at < now):
            due += 1
            kept += decided_at is not None and breached_at is None
    return kept, due


def _lead_times(session: Session, house: House, over: Window) -> tuple[int, int]:
    """How many releases were registered as many working days before their date as their tier asks; no hotfix counts."""
    rules, organisation = house.definitions.releases, house.definitions.organisation
    if rules is None:
        return 0, 0
    found = [each for each in releases.planned(session, house, over.first, over.last) if not each.hotfix]
    kept = 0
    for release in found:
        day = release.registered_at.astimezone(organisation.zone).date()
        kept += organisation.work_days().nth(day, rules.tiers.of(tier(house, release)).lead_time) <= release.target
    return kept, len(found)
