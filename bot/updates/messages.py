"""What people see of a weekly update: the prompt, the form, the digest. Pure: words and blocks only."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cache, partial
from zoneinfo import ZoneInfo

from bot import blocks, markup
from bot.blocks import Block, Message, Option, View
from bot.definitions import Area, Ritual
from bot.house import House, Part
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
MINUTES = 4
"""How long an update takes."""
MOST_CHARACTERS = 9000
"""Above this Slack starts to refuse messages well before its stated limits; the rest goes to the thread."""


MOST_REASONS = 4
"""So many areas say why nobody is asked; the rest are counted."""


@dataclass(frozen=True)
class Room:
    """How much of each thing a digest shows: characters of a text, of a line about an area, and items of a list."""

    text: int
    line: int
    items: int


ROOMS = (Room(300, 160, 100), Room(100, 70, 100), Room(40, 0, 40), Room(0, 0, 15))
"""The most first; the last leaves what everybody must see: each area, its colour and its owner."""
MANY = 100
"""Areas of which the digest is made from its leanest form up, and not from its fullest down."""


def local(moment: datetime, zone: ZoneInfo) -> str:
    """A moment for one reader, in their zone: `Thu 26 Nov, 14:00`."""
    return f"{moment.astimezone(zone):%a %-d %b, %H:%M}"


# The prompt, a part of a message that is edited as things change.


def part(
    house: House, ritual: Ritual, occurrence: Occurrence, person: Person, area: Area, ask: Ask, update: Update | None
) -> Part:
    """How one area stands for whoever is asked for it."""
    if occurrence.state == SKIPPED:
        return _settled(house, area, "skipped", reason=occurrence.reason or "")
    value, write = str(ask.id), f"Write update: {area.name}"
    if ask.state == ANSWERED and update is not None and not update.draft:
        status = update.answer.status
        edit = blocks.button("Edit update", "updates.write", value)
        return _settled(
            house,
            area,
            "answered",
            edit,
            thanks=True,
            sign=STATUS_SIGNS.get(status, ""),
            status=STATUS_NAMES.get(status, status),
            late=update.late,
            no_change=update.no_change,
        )
    if ask.state == LET_OFF:
        button = blocks.button(write, "updates.write", value)
        return _settled(house, area, "let_off", button, reason=ask.reason or "")
    open_now = occurrence.state in RUNNING
    in_time = house.clock.now() < occurrence.cutoff_at
    draft = update is not None and update.draft
    text = house.words.part(
        PROMPT,
        "why",
        area=area.name,
        stands_in_for=ask.stands_in_for or "",
        cutoff=local(occurrence.cutoff_at, person.zone),
        publish=local(occurrence.publish_at, person.zone),
        channel=ritual.channel,
        open=open_now,
        cutoff_passed=not in_time,
        draft=draft,
    )
    ways_out = [
        *([] if draft else [blocks.button("No change", "updates.no_change", value)]),
        blocks.button("Not mine", "updates.not_mine", value),
    ]
    return Part(
        title=house.words.part(PROMPT, "title", area=area.name, thanks=False),
        text=text,
        buttons=(
            blocks.button(f"Finish draft: {area.name}" if draft else write, "updates.write", value, style="primary"),
            *(ways_out if open_now else []),
        ),
        waiting=ask.state == WAITING and open_now and in_time,
        minutes=MINUTES,
    )


def handed_over(house: House, area: Area, deputy: Person | None) -> Part:
    return _settled(house, area, "handed_over", deputy=deputy.name if deputy else "")


def _settled(house: House, area: Area, words: str, *buttons: Block, thanks: bool = False, **values: object) -> Part:
    """Nothing waits here any more."""
    return Part(
        title=house.words.part(PROMPT, "title", area=area.name, thanks=thanks),
        text=house.words.part(PROMPT, words, area=area.name, **values),
        buttons=buttons,
        waiting=False,
    )


def passed_on(house: House, area: Area, deputy: Person | None, ritual_owner: str) -> str:
    return house.words.part(
        PROMPT, "passed_on", area=area.name, deputy=deputy.name if deputy else "", ritual_owner=ritual_owner
    )


def not_theirs(house: House, person: Person, area: Area, deputy: Person | None) -> tuple[str, str]:
    """For the ritual's owner, as title and text."""
    title = house.words.part(PROMPT, "not_theirs_title", area=area.name)
    text = house.words.part(
        PROMPT, "not_theirs", person=person.name, area=area.name, deputy=deputy.name if deputy else ""
    )
    return title, text


def everyone_away(house: House, ritual: Ritual, occurrence: Occurrence, reasons: Mapping[str, str]) -> tuple[str, str]:
    """An occurrence is skipped, since nobody can be asked, as title and text; `reasons` by area."""
    title = house.words.part(PROMPT, "everyone_away_title", ritual=ritual, day=occurrence.day)
    text = house.words.part(PROMPT, "everyone_away", ritual=ritual, reasons=dict(reasons), most=MOST_REASONS)
    return title, text


def told(title: str, text: str) -> Message:
    """For product ops, what a ritual's owner would be told."""
    return blocks.message(*blocks.headed(f"{title}\n{text}"))


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
    # Once for the rooms in which they are alike: hundreds of areas are most of what there is to write.
    by_area = cache(partial(_by_area, house, compiled))
    whole = partial(_whole, house, compiled, by_area)
    if len(compiled.lines) <= MANY:
        return next(filter(None, map(whole, ROOMS[:-1])), None) or _leanest(house, compiled, by_area)
    # What does not fit with some room for each thing fits with no more, and many areas hardly ever do with much.
    found = _leanest(house, compiled, by_area)
    for room in reversed(ROOMS[:-1]):
        if (fuller := whole(room)) is None:
            break
        found = fuller
    return found


def _whole(house: House, compiled: Digest, by_area: Callable[[int], str], room: Room) -> Message | None:
    """The digest with so much room for each thing, if it fits into one message."""
    pages = blocks.pages(*_digest_blocks(house, compiled, by_area, room))
    return pages[0] if len(pages) == 1 and len(str(pages[0].blocks)) <= MOST_CHARACTERS else None


def _leanest(house: House, compiled: Digest, by_area: Callable[[int], str]) -> Message:
    return blocks.pages(*_digest_blocks(house, compiled, by_area, ROOMS[-1]))[0]


def _by_area(house: House, compiled: Digest, width: int) -> str:
    return house.words.part(DIGEST, "by_area", digest=compiled, width=width, signs=STATUS_SIGNS, names=STATUS_NAMES)


def _digest_blocks(house: House, compiled: Digest, by_area: Callable[[int], str], room: Room) -> list[Block]:
    words = partial(house.words.part, DIGEST, digest=compiled, room=room, signs=STATUS_SIGNS, names=STATUS_NAMES)
    return [
        blocks.header(words("title")),
        blocks.context(words("counts")),
        *blocks.headed(words("changes")),
        *blocks.headed(words("attention")),
        blocks.divider(),
        *blocks.headed(words("requests")),
        *_mentioning(house, "asked", compiled.asked),
        *(block for section in compiled.sections for block in blocks.headed(words("section", section=section))),
        blocks.divider(),
        *(blocks.headed(by_area(room.line)) if compiled.answered else []),
        *blocks.headed(words("silent")),
        *_mentioning(house, "awaited", compiled.awaited),
        blocks.context(words("footer")),
    ]


def _mentioning(house: House, part: str, mentions: Sequence[str]) -> list[Block]:
    """Apart from what people typed: that stays plain text."""
    return [blocks.context(house.words.part("updates/mentions.mrkdwn.j2", part, mentions=mentions))] if mentions else []


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
