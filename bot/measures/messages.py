"""What people see of measures: all of them, one of them in full. Words and blocks only; every sign has its word."""

from collections import Counter
from collections.abc import Mapping, Sequence
from itertools import dropwhile

from bot import blocks
from bot.blocks import Block, Message
from bot.definitions import labelled_measure
from bot.definitions.measures import COMPUTED, COUNT, SHARE, Unit
from bot.house import House
from bot.markup import Mrkdwn, escape
from bot.measures.figure import Details, Figure
from bot.measures.standing import MET, NO_BASELINE, NO_DATA, OFF, ON_COURSE, Stands

HEALTH, HOW = "measures/health.txt.j2", "measures/how.txt.j2"
SHOW = "measures.show"
BARS = "▁▂▃▄▅▆▇█"
SIGNS: Mapping[str, str] = {MET: "🟢", ON_COURSE: "🔵", OFF: "🔴", NO_BASELINE: "⚪", NO_DATA: "⚪"}
MISSING = "·"
"""In a line of bars: a period without a figure."""


def health(house: House, found: Sequence[Stands]) -> list[Message]:
    """Every measure, what is off first; over as many messages as it needs."""
    ranked = sorted(found, key=lambda each: not each.is_off)
    rows = [
        _titled(measure(house, each), blocks.button(_part(house, "button"), SHOW, each.id)) for each in ranked
    ]  # fmt: skip
    return blocks.pages(
        blocks.header(_part(house, "title")),
        blocks.section(_part(house, "summary", counts=Counter(each.status for each in found))),
        *rows,
        blocks.context(_part(house, "legend")),
    )


def measure(house: House, stands: Stands) -> str:
    """Its figure and how it stands; its trend in bars and in words; its target and of how many."""
    return _part(
        house, "measure", stands=stands, sign=SIGNS[stands.status], now=amount(stands.now), few=stands.now.few,
        computed=stands.id in COMPUTED, any=any(each.value is not None for each in stands.figures),
        spark=spark(stands.figures), trend=trend(stands.figures),
        target=_part(house, "target", target=target(house, stands), baseline=baseline(house, stands)),
        of=_part(house, "of", now=stands.now, most=_most(stands.now)) if stands.id in COMPUTED else "",
    )  # fmt: skip


def one(house: House, stands: Stands, details: Details, guard: Stands | None, owner: str) -> list[Message]:
    """One measure in full."""
    how = house.words.part(HOW, stands.id if stands.id in COMPUTED else "own")
    owner = labelled_measure(house.definitions, owner, stands.id, "owner")
    about = [
        _part(house, "owner", owner=owner),
        _part(house, "baseline", stands=stands, baseline=baseline(house, stands)),
    ]
    beside = [row(house, name, figure) for name, figure in stands.now.beside.items()]
    if guard is not None:
        beside.append(_part(house, "guard", guard=guard, value=amount(guard.now)))
    parts = [row(house, name, figure) for name, figure in details.rows]
    parts += [_part(house, "line", line=line) for line in details.lines]
    link = stands.definition.link if stands.definition else None
    return blocks.pages(
        _titled(measure(house, stands)),
        *blocks.headed(f"{_part(house, 'how_title')}\n{how}{' ' + link if link else ''}"),
        *blocks.sections("\n".join(about)),
        *_listed(_part(house, "beside_title"), beside),
        *_listed(_part(house, "parts_title", id=stands.id), parts),
    )


def target(house: House, stands: Stands) -> str:
    """`85 % by Fri 26 Feb 2027 (assumed)`; empty without one."""
    return labelled_measure(
        house.definitions, _part(house, "wanted", definition=stands.definition), stands.id, "target", "by"
    )


def baseline(house: House, stands: Stands) -> str:
    """`55 % (assumed)`; empty without one."""
    return labelled_measure(
        house.definitions, amount(stands.baseline) if stands.baseline else "", stands.id, "baseline"
    )


def trend(figures: Sequence[Figure]) -> list[str]:
    """Period by period; those before there was anything are told of once."""
    begun = list(dropwhile(lambda each: each.value is None, figures))
    told = ["no data" if each.value is None else bare(each.value, each.unit) for each in begun]
    return told if len(begun) == len(figures) else ["no data at first", *told]


def row(house: House, name: str, figure: Figure) -> str:
    what = _part(house, "part_name", name=name)
    return _part(house, "row", what=what, figure=figure, value=amount(figure), most=_most(figure))


def amount(figure: Figure) -> str:
    """As people write it: `83 %`, `2.5 days`, `3`; empty without one."""
    return _written(figure.value, figure.unit)


def _most(figure: Figure) -> str:
    return _written(figure.most, figure.unit)


def _written(number: float | None, unit: Unit) -> str:
    if number is None:
        return ""
    text = bare(number, unit)
    if unit in (SHARE, COUNT):
        return text
    return f"{text} {unit.removesuffix('s') if text == '1' else unit}"


def bare(number: float, unit: Unit) -> str:
    """The number alone; of a share with its sign."""
    return f"{round(100 * number)} %" if unit == SHARE else f"{number:.1f}".removesuffix(".0")


def spark(figures: Sequence[Figure]) -> str:
    """`▁▂·█`: beside the words that say the same."""
    known = [each.value for each in figures if each.value is not None]
    # Of shares the whole is 1, so that little change looks little.
    most = max([*known, 1.0 if figures[-1].unit == SHARE else 0.0], default=0.0) or 1.0
    return "".join(
        MISSING if each.value is None else BARS[round((len(BARS) - 1) * each.value / most)] for each in figures
    )


def _listed(title: str, lines: Sequence[str]) -> list[Block]:
    return [*blocks.headed(title), *blocks.sections("\n".join(lines))] if lines else []


def _titled(text: str, accessory: Block | None = None) -> Block:
    """A text whose first line stands out."""
    heading, _, rest = text.partition("\n")
    return blocks.section(Mrkdwn(f"*{escape(heading)}*\n{escape(rest)}"), accessory=accessory)


def _part(house: House, block: str, /, **values: object) -> str:
    return house.words.part(HEALTH, block, **values)
