"""What people see on Home and in `/cadence today`. Words and blocks only.

Every sign has its word beside it: colour alone says nothing to whoever cannot see it.
"""

from collections.abc import Sequence
from datetime import datetime

from bot import blocks
from bot.blocks import Block
from bot.blocks.text import fit
from bot.home.areas import Areas
from bot.home.colours import Colours
from bot.home.health import NO_DATA, OFF, ON_COURSE, WATCH, Health, Share
from bot.home.look import Look
from bot.home.releases import Near, Releases
from bot.home.signals import Signals
from bot.home.week import Calendar
from bot.house import House, Obligation
from bot.insights import states
from bot.markup import Mrkdwn, escape
from bot.people.model import People
from bot.releases.messages import CALL_HEADLINES, RECOMMENDATIONS, span
from bot.reviews.at_risk import Risk
from bot.updates.answer import AMBER, RED, STATUS_NAMES, STATUS_SIGNS

HOME, AREAS, RELEASES = "home/home.txt.j2", "home/areas.txt.j2", "home/releases.txt.j2"
HEALTH, SIGNALS = "home/health.txt.j2", "home/signals.txt.j2"
NOTHING_SAID = "⚪"
STANDING_SIGNS = {ON_COURSE: "🟢", WATCH: "🟠", OFF: "🔴", NO_DATA: "⚪"}
BARS = "▁▂▃▄▅▆▇█"
LONGEST_TITLE = 300
TO_DECIDE = "decisions.record"
MOST_RITUALS = 12
"""Whose yield is shown."""


def today(look: Look, most: int) -> list[Block]:
    return on_me(look, look.obligations, most)


def on_me(look: Look, waiting: Sequence[Obligation], most: int) -> list[Block]:
    """What is late first, and said so."""
    words = look.house.words
    late = sum(_is_late(look, each) for each in waiting)
    parts = [blocks.header(words.part(HOME, "on_me"))]
    if look.person is None:
        names = [person.name for person in People(look.session, look.house).with_role("product_ops")]
        parts.append(blocks.section(words.part(HOME, "unknown", names=names)))
    if not waiting:
        parts.append(blocks.section(words.part(HOME, "nothing")))
    if late and len(waiting) > 1:
        parts.append(blocks.context(words.part(HOME, "late", late=late, count=len(waiting))))
    return [*parts, *_obligations(look, waiting, most)]


def is_to_decide(obligation: Obligation) -> bool:
    return obligation.action_id == TO_DECIDE


def decisions(look: Look, waiting: Sequence[Obligation], most: int) -> list[Block]:
    words = look.house.words
    title = blocks.header(words.part(HOME, "decisions"))
    if not waiting:
        return [title, blocks.section(words.part(HOME, "no_decisions"))]
    return [title, *_obligations(look, waiting, most)]


def _obligations(look: Look, waiting: Sequence[Obligation], most: int) -> list[Block]:
    parts = []
    for obligation in waiting[:most]:
        due = obligation.due and _minute(look, obligation.due)
        title = fit(obligation.title, LONGEST_TITLE)
        text = look.house.words.part(HOME, "obligation", title=title, due=due, overdue=_is_late(look, obligation))
        parts.append(blocks.section(text, accessory=_button(obligation)))
    if len(waiting) > most:
        parts.append(blocks.context(look.house.words.part(HOME, "more", count=len(waiting) - most)))
    return parts


def _is_late(look: Look, obligation: Obligation) -> bool:
    return obligation.due is not None and obligation.due < look.now


def _button(obligation: Obligation) -> Block | None:
    if obligation.action_id is None:
        return None
    return blocks.button(obligation.label, obligation.action_id, obligation.value)


# Areas.


def areas(house: House, found: Areas, most: int) -> list[Block]:
    parts = [blocks.header(house.words.part(AREAS, "title"))]
    for stands in found.shown[:most]:
        text = house.words.part(
            AREAS, "area", stands=stands, reviewed=found.reviewed, signs=STATUS_SIGNS | {"": NOTHING_SAID},
            names=STATUS_NAMES, release=stands.release and _headline(stands.release), span=span,
        )  # fmt: skip
        button = blocks.button("Write update", "updates.write", str(stands.ask)) if stands.ask else None
        parts.append(_titled(text, button))
    others = [*(stands.area.name for stands in found.shown[most:]), *found.others]
    if others:
        parts.append(blocks.context(fit(house.words.part(AREAS, "others", names=others), LONGEST_TITLE)))
    return parts


def attention(look: Look, most: int) -> list[Block]:
    """The areas that are red or amber, each with the way back."""
    words, organisation = look.house.words, look.house.definitions.organisation
    parts = [blocks.header(words.part(AREAS, "attention"))]
    coloured = [(area, look.colours[area.id]) for area in organisation.areas if look.colours[area.id].last]
    found = [(area, colours) for wanted in (RED, AMBER) for area, colours in coloured if _colour(colours) == wanted]
    for area, colours in found[:most]:
        owner = People(look.session, look.house).named(area.owner)
        facts = {"area": area, "owner": owner, "colours": colours, "signs": STATUS_SIGNS, "names": STATUS_NAMES}
        parts.append(_titled(words.part(AREAS, "troubled", **facts)))
    silent = len(organisation.areas) - len(coloured)
    green = len(coloured) - len(found)
    facts = {"more": max(0, len(found) - most), "green": green, "silent": silent}
    return [*parts, blocks.context(words.part(AREAS, "others_stand", **facts))]


def _colour(colours: Colours) -> str:
    return colours.last.status if colours.last else ""


# The calendar.


def week(look: Look, found: Calendar, most: int) -> list[Block]:
    words, zone = look.house.words, look.zone.key
    lines = [words.part(HOME, "week_line", entry=each, at=_minute(look, each.at)) for each in found.mine]
    parts: list[Block] = []
    if lines:
        parts = [blocks.header(words.part(HOME, "week", zone=zone)), *_lines(look, lines, most)]
    elif look.person is not None:
        parts = [blocks.header(words.part(HOME, "week", zone=zone)), blocks.section(words.part(HOME, "free_week"))]
    upcoming = [words.part(HOME, "next_line", entry=each, opens=_minute(look, each.at)) for each in found.others]
    upcoming += [words.part(HOME, "paused_line", name=name, paused=how) for name, how in found.paused.items()]
    upcoming = upcoming or [words.part(HOME, "nothing_next")]
    return [*parts, blocks.header(words.part(HOME, "next", zone=zone)), *_lines(look, upcoming, most)]


def _lines(look: Look, lines: Sequence[str], most: int) -> list[Block]:
    parts = blocks.sections("\n".join(lines[:most]))
    if len(lines) > most:
        parts.append(blocks.context(look.house.words.part(HOME, "more_in_calendar", count=len(lines) - most)))
    return parts


# Releases.


def releases(house: House, found: Releases, most: int) -> list[Block]:
    words = house.words
    parts = [blocks.header(words.part(RELEASES, "title"))]
    if not found.shown:
        parts.append(blocks.section(words.part(RELEASES, "nothing", affecting=found.affecting)))
    for near in found.shown[:most]:
        functions = {each.id: each.name for each in house.definitions.organisation.functions}
        unsigned = [functions.get(id, id) for id, said in near.readiness.sign_offs.items() if not said]
        text = words.part(
            RELEASES, "release", near=near, headline=_headline(near), span=span(near.release), unsigned=unsigned,
            held=[functions.get(id, id) for id in near.readiness.held_by],
        )  # fmt: skip
        parts.append(_titled(text))
    if more := found.more + max(0, len(found.shown) - most):
        parts.append(blocks.context(words.part(RELEASES, "more", count=more)))
    return parts


def _headline(near: Near) -> str:
    return CALL_HEADLINES[near.call.said] if near.call else RECOMMENDATIONS[near.readiness.recommendation]


# Insights.


def signals(house: House, found: Signals, most: int) -> list[Block]:
    words = house.words
    parts = [blocks.header(words.part(SIGNALS, "title"))]
    if not found.brought:
        parts.append(blocks.section(words.part(SIGNALS, "nothing")))
    lines = [words.part(SIGNALS, "line", brought=each, states=states.IN_WORDS) for each in found.brought[:most]]
    parts += blocks.sections("\n".join(lines)) if lines else []
    if found.more or len(found.brought) > most:
        parts.append(blocks.context(words.part(SIGNALS, "more")))
    return parts


def queue(house: House, waiting: int, late: int) -> Block:
    return blocks.actions(
        blocks.button(house.words.part(HOME, "triage", waiting=waiting, late=late), "insights.triage")
    )


# Health.


def health(house: House, found: Health, most: int) -> list[Block]:
    words = house.words
    lines = [
        words.part(HEALTH, "updates", found=found.updates, bars=_bars(found.updates.weeks), signs=STANDING_SIGNS),
        *([words.part(HEALTH, "triage", share=found.triage, signs=STANDING_SIGNS)] if found.triage else []),
        words.part(HEALTH, "decisions", found=found.decisions, signs=STANDING_SIGNS),
    ]
    shown = found.yields[: min(most, MOST_RITUALS)]
    yields = [words.part(HEALTH, "yield", ritual=ritual, found=each) for ritual, each in shown]
    return [
        blocks.header(words.part(HEALTH, "title")),
        *(block for line in lines for block in blocks.sections(line)),
        *blocks.sections("\n".join([words.part(HEALTH, "yields", share=found.left, signs=STANDING_SIGNS), *yields])),
        blocks.context(words.part(HEALTH, "legend", more=len(found.yields) - len(shown))),
    ]


def exceptions(look: Look, found: Sequence[Risk], most: int) -> list[Block]:
    words = look.house.words
    parts = [blocks.header(words.part(HEALTH, "exceptions"))]
    lines = [words.part(HEALTH, "risk", risk=each) for each in found]
    return [*parts, *(_lines(look, lines, most) if lines else [blocks.section(words.part(HEALTH, "no_risk"))])]


def _bars(weeks: Sequence[Share]) -> str:
    """One for each week; the numbers stand beside them."""
    return "".join(BARS[round((len(BARS) - 1) * week.part / week.of)] if week.of else "·" for week in weeks)


def footer(house: House) -> Block:
    return blocks.context(house.words.part(HOME, "footer"))


def _titled(text: str, accessory: Block | None = None) -> Block:
    """A text whose first line stands out."""
    heading, _, rest = text.partition("\n")
    return blocks.section(Mrkdwn(f"*{escape(heading)}*\n{escape(rest)}"), accessory=accessory)


def _minute(look: Look, moment: datetime) -> str:
    return f"{moment.astimezone(look.zone):%a %-d %b, %H:%M}"
