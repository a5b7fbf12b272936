"""What people see of a weekly update: the prompt, the form, the digest. Pure: words and blocks only."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from zoneinfo import ZoneInfo

from bot import blocks, markup
from bot.blocks import Block, Message, Option, View
from bot.definitions import Area, Ritual
from bot.house import House
from bot.people.model import Person
from bot.rituals.model import CLOSED, RUNNING, SKIPPED, Occurrence
from bot.updates.answer import (
    CARRY_NAMES,
    LIMITS,
    STATUS_NAMES,
    STATUS_RULES,
    STATUS_SIGNS,
    Answer,
)
from bot.updates.digest import Digest, Line
from bot.updates.model import ANSWERED, LET_OFF, WAITING, Ask, Update

PROMPT = "updates/prompt.txt.j2"
DIGEST = "updates/digest.txt.j2"
MOST_CHARACTERS = 9000
"""Above this Slack starts to refuse messages well before its stated limits; the rest goes to the thread."""


MOST_REASONS = 10
"""So many areas say why nobody is asked; the rest are counted."""


@dataclass(frozen=True)
class Room:
    """How much of each thing a digest shows: characters of a text, of a line about an area, and items of a list."""

    text: int
    line: int
    items: int


ROOMS = (Room(300, 160, 100), Room(100, 70, 100), Room(40, 0, 40), Room(0, 0, 15))
"""The most first; the last leaves what everybody must see: each area, its colour and its owner."""


def local(moment: datetime, zone: ZoneInfo) -> str:
    """A moment for one reader, in their zone: `Thu 26 Nov, 14:00`."""
    return f"{moment.astimezone(zone):%a %-d %b, %H:%M}"


# The prompt, a message that is edited as things change.


def prompt(
    house: House,
    ritual: Ritual,
    occurrence: Occurrence,
    person: Person,
    asks: Sequence[tuple[Area, Ask, Update | None]],
) -> Message:
    """One message that asks one person for all their areas, and shows how each stands."""
    waiting = [ask for _area, ask, _update in asks if ask.state == WAITING]
    open_now = occurrence.state in RUNNING
    names = [area.name for area, _ask, _update in asks]
    parts: list[Block] = [
        blocks.header(house.words.part(PROMPT, "title", ritual=ritual.name, areas=names, answered=not waiting)),
    ]
    if occurrence.state == SKIPPED:
        return blocks.message(
            *parts, blocks.section(house.words.part(PROMPT, "skipped", reason=occurrence.reason or ""))
        )
    if waiting:
        unanswered = [each for each in asks if each[1].state == WAITING]
        stand_ins = sorted({ask.stands_in_for for ask in waiting if ask.stands_in_for})
        parts.append(
            blocks.section(
                house.words.part(
                    PROMPT,
                    "why",
                    own=[area.name for area, ask, _update in unanswered if not ask.stands_in_for],
                    others=[area.name for area, ask, _update in unanswered if ask.stands_in_for],
                    stand_ins=stand_ins,
                    cutoff=local(occurrence.cutoff_at, person.zone),
                    publish=local(occurrence.publish_at, person.zone),
                    channel=ritual.channel,
                    open=open_now,
                    cutoff_passed=house.clock.now() >= occurrence.cutoff_at,
                )
            )
        )
    for area, ask, update in asks:
        parts += _area_in_prompt(house, area, ask, update, several=len(asks) > 1, open_now=open_now)
    if waiting and open_now and house.clock.now() < occurrence.cutoff_at:
        snoozed = max((ask.snoozed_until for ask in waiting if ask.snoozed_until), default=None)
        if snoozed:
            until = local(snoozed, person.zone)
            parts.append(blocks.context(house.words.part(PROMPT, "snoozed", until=until)))
        first = str(waiting[0].id)
        parts.append(
            blocks.actions(
                *([] if snoozed else [blocks.button("Snooze 2 hours", "updates.snooze", first)]),
                blocks.button("I am away", "people.away"),
            )
        )
    return blocks.message(*parts)


def _area_in_prompt(
    house: House, area: Area, ask: Ask, update: Update | None, *, several: bool, open_now: bool
) -> list[Block]:
    value = str(ask.id)
    if ask.state == ANSWERED and update is not None and not update.draft:
        status = update.answer.status
        text = house.words.part(
            PROMPT,
            "answered",
            area=area.name,
            sign=STATUS_SIGNS.get(status, ""),
            status=STATUS_NAMES.get(status, status),
            late=update.late,
            no_change=update.no_change,
        )
        return [blocks.section(text), blocks.actions(blocks.button("Edit update", "updates.write", value))]
    label = f"Write update: {area.name}" if several else "Write update"
    if ask.state == LET_OFF:
        text = house.words.part(PROMPT, "let_off", area=area.name, reason=ask.reason or "")
        return [blocks.section(text), blocks.actions(blocks.button(label, "updates.write", value))]
    draft = update is not None and update.draft
    buttons = [blocks.button("Finish draft" if draft else label, "updates.write", value, style="primary")]
    if open_now:
        buttons += [
            *([] if draft else [blocks.button("No change", "updates.no_change", value)]),
            blocks.button("Not mine", "updates.not_mine", value),
        ]
    return [*([blocks.section(area.name)] if several else []), blocks.actions(*buttons)]


def reminder(
    house: House,
    ritual: Ritual,
    occurrence: Occurrence,
    person: Person,
    areas: Sequence[Area],
    asks: Sequence[Ask],
    drafts: Iterable[str],
) -> Message:
    text = house.words.render(
        "updates/reminder.txt.j2",
        ritual=ritual.name,
        areas=[area.name for area in areas],
        drafts=[area.name for area in areas if area.id in set(drafts)],
        cutoff=local(occurrence.cutoff_at, person.zone),
    )
    buttons = [
        blocks.button(
            f"Write update: {area.name}" if len(areas) > 1 else "Write update",
            "updates.write",
            str(ask.id),
            style="primary",
        )
        for area, ask in zip(areas, asks, strict=True)
    ]
    # A row may hold each action once.
    return blocks.message(blocks.section(text), *(blocks.actions(button) for button in buttons))


def asked_again(house: House) -> Message:
    return blocks.message(blocks.section(house.words.part(PROMPT, "asked_again")))


def handed_over(house: House, area: Area, deputy: Person | None) -> Message:
    name = deputy.name if deputy else ""
    return blocks.message(blocks.section(house.words.part(PROMPT, "handed_over", area=area.name, deputy=name)))


def passed_on(house: House, area: Area, deputy: Person | None, ritual_owner: str) -> str:
    return house.words.part(
        PROMPT, "passed_on", area=area.name, deputy=deputy.name if deputy else "", ritual_owner=ritual_owner
    )


def not_theirs(house: House, person: Person, area: Area, deputy: Person | None) -> Message:
    text = house.words.part(
        PROMPT, "not_theirs", person=person.name, area=area.name, deputy=deputy.name if deputy else ""
    )
    return blocks.message(blocks.section(text))


def everyone_away(house: House, ritual: Ritual, occurrence: Occurrence, reasons: Mapping[str, str]) -> Message:
    """An occurrence is skipped, since nobody can be asked; `reasons` by area."""
    text = house.words.part(
        PROMPT, "everyone_away", ritual=ritual, day=occurrence.day, reasons=dict(reasons), most=MOST_REASONS
    )
    return blocks.message(*blocks.sections(text))


# The form.


def form(
    house: House,
    ritual: Ritual,
    occurrence: Occurrence,
    area: Area,
    answer: Answer,
    planned: Sequence[str],
    metadata: str,
    *,
    can_draft: bool,
) -> View:
    """The weekly update, prefilled: what was planned last week comes back to be marked."""
    outcomes = {carried.line: carried.outcome for carried in answer.carried}
    carry = [Option(key, name) for key, name in CARRY_NAMES.items()]
    intro = house.words.render(
        "updates/form.txt.j2",
        area=area.name,
        day=occurrence.day,
        past_cutoff=house.clock.now() > occurrence.cutoff_at,
        posted=occurrence.state == CLOSED,
    )
    return blocks.modal(
        "updates.submit",
        ritual.name if len(ritual.name) <= 24 else "Weekly update",
        blocks.section(intro),
        *(
            blocks.select_input(
                f"carry_{n}", f"You planned: {line}", carry, initial=outcomes.get(line, ""), optional=True
            )
            for n, line in enumerate(planned)
        ),
        blocks.text_input(
            "shipped", "What reached users or was finished?", multiline=True, initial=answer.shipped,
            max_length=LIMITS["shipped"], optional=True,
        ),
        blocks.text_input(
            "next", "Next week, up to three lines", multiline=True, initial=answer.next, max_length=LIMITS["next"],
            hint="Each line comes back next week to be marked done, moved or dropped.",
        ),
        blocks.radio_input("status", "Status", status_options(), initial=answer.status),
        blocks.context(*(f"{STATUS_SIGNS[key]} {STATUS_NAMES[key]}: {rule}" for key, rule in STATUS_RULES.items())),
        blocks.text_input(
            "path", "How does it get back to green, and by when?", multiline=True, initial=answer.path,
            max_length=LIMITS["path"], hint="Needed for amber and red.", optional=True,
        ),
        blocks.select_input(
            "confidence", "Chance that the next milestone lands on its date",
            [Option(str(n), f"{n} %") for n in range(10, 101, 10)],
            initial=str(answer.confidence or ""), optional=True,
        ),
        blocks.text_input("ask", "What do you need?", initial=answer.ask, max_length=LIMITS["ask"], optional=True),
        blocks.user_input("ask_of", "From whom?", initial=answer.ask_of, optional=True),
        blocks.date_input("ask_by", "By when?", initial=answer.ask_day, optional=True),
        blocks.text_input(
            "metric", "One number that moved", initial=answer.metric, max_length=LIMITS["metric"], optional=True
        ),
        blocks.text_input(
            "metric_link", "Where that number lives", initial=answer.metric_link, placeholder="https://",
            max_length=LIMITS["metric_link"], optional=True,
        ),
        blocks.text_input(
            "links", "Where to read more", multiline=True, initial=answer.links, placeholder="https://",
            max_length=LIMITS["links"], optional=True,
        ),
        blocks.text_input(
            "decided", "Decided anything? We will …", initial=answer.decided, max_length=LIMITS["decided"],
            hint="It goes to the decision log under your name.", optional=True,
        ),
        blocks.text_input(
            "undecided", "Need a decision? Say what must be decided", initial=answer.undecided,
            max_length=LIMITS["undecided"], optional=True,
        ),
        *(
            [
                blocks.checkbox_input(
                    "draft", "Not finished?", [Option("draft", "Keep as a draft, do not post it yet")], optional=True
                )
            ]
            if can_draft
            else []
        ),
        submit="Submit",
        metadata=metadata,
    )  # fmt: skip


def status_options() -> list[Option]:
    return [Option(key, f"{STATUS_SIGNS[key]} {STATUS_NAMES[key]}", rule) for key, rule in STATUS_RULES.items()]


def confirmation(house: House, area: Area, update: Update, occurrence: Occurrence, channel: str) -> View:
    text = house.words.render(
        "updates/saved.txt.j2",
        area=area.name,
        day=occurrence.day,
        draft=update.draft,
        late=update.late,
        edited=update.edited_at is not None,
        channel=channel,
        posted=occurrence.state == CLOSED,
    )
    return blocks.modal("updates.saved", "Weekly update", blocks.section(text), submit="", close="Close")


def draft_back(house: House, area: Area, colleague: str, answer: Answer) -> Message:
    """For whoever kept a draft when a colleague answered: every word of it."""
    texts = (answer.shipped, answer.next, answer.path, answer.ask, answer.metric, answer.metric_link, answer.links)
    words = [text for text in (*texts, answer.decided, answer.undecided) if text]
    intro = house.words.part(PROMPT, "draft_back", area=area.name, colleague=colleague)
    return blocks.message(blocks.section(intro), *(blocks.section(text) for text in words))


# The digest.


def digest(house: House, compiled: Digest) -> Message:
    """The digest's own message, as full as Slack allows; each area's details stand in its thread."""
    for room in ROOMS:
        pages = blocks.pages(*_digest_blocks(house, compiled, room))
        if len(pages) == 1 and len(str(pages[0].blocks)) <= MOST_CHARACTERS:
            break
    return pages[0]


def _digest_blocks(house: House, compiled: Digest, room: Room) -> list[Block]:
    words = partial(house.words.part, DIGEST, digest=compiled, room=room, signs=STATUS_SIGNS, names=STATUS_NAMES)
    areas = "\n".join(words("area", line=line) for line in compiled.answered)
    return [
        blocks.header(words("title")),
        blocks.context(words("counts")),
        *blocks.headed(words("changes")),
        *blocks.headed(words("attention")),
        blocks.divider(),
        *blocks.headed(words("requests")),
        *(block for section in compiled.sections for block in blocks.headed(words("section", section=section))),
        blocks.divider(),
        *(blocks.headed(f"{words('areas')}\n{areas}") if areas else []),
        *blocks.headed(words("silent")),
        blocks.context(words("footer")),
    ]


def area_details(house: House, compiled: Digest, line: Line) -> Message:
    """One area's whole update, for the digest's thread."""
    assert line.answer is not None
    text = house.words.render(
        "updates/area.txt.j2",
        line=line,
        answer=line.answer,
        signs=STATUS_SIGNS,
        names=STATUS_NAMES,
        outcomes=CARRY_NAMES,
    )
    addresses = [line.answer.metric_link, *line.answer.urls]
    links = [markup.link(address, address) for address in addresses if address]
    return blocks.message(*blocks.sections(text), *([blocks.context(*links)] if links else []))
