"""The health report as people see it: text first, the picture beside it in the thread. Words and blocks only."""

from datetime import date
from typing import TYPE_CHECKING

from bot import blocks
from bot.blocks import Block, Message
from bot.definitions.measures import SHARE
from bot.house import House
from bot.measures import messages
from bot.measures.messages import SIGNS, amount, spark, trend
from bot.measures.standing import MET, NO_BASELINE, NO_DATA, ON_COURSE, Stands

if TYPE_CHECKING:
    from bot.measures.report import Report

REPORT = "measures/report.txt.j2"
MOST_BARS = 6
"""Series that Slack draws in one picture."""


def report(house: House, day: date, found: "Report") -> list[Message]:
    """The whole; then, where Slack takes pictures, one of the shares that are measured by four weeks."""
    parts: list[Block] = [blocks.header(_part(house, "title", day=day))]
    parts += _headed(house, "change", changes=found.changes, said=found.said)
    off = [
        _part(house, "off", line=_line(house, each), owner=found.owners[each.id] or "") for each in found.off
    ]  # fmt: skip
    parts += _headed(house, "off_title", lines=off)
    good = [_line(house, each) for each in found.measures if each.status in (MET, ON_COURSE)]
    parts += _headed(house, "good_title", lines=good)
    others = [_line(house, each) for each in found.measures if each.status == NO_BASELINE]
    silent = [each.title for each in found.measures if each.status == NO_DATA]
    parts += _headed(house, "others_title", lines=others, silent=silent)
    parts += _headed(house, "checks", findings=found.findings)
    parts += _headed(house, "risks", risks=found.risks)
    load = next(each for each in found.measures if each.id == "M17")
    beside = [messages.row(house, name, figure) for name, figure in load.now.beside.items()]
    parts += _headed(house, "load", line=_line(house, load), beside=beside)
    return [*blocks.pages(*parts), *_picture(house, found)]


def packet(house: House, found: "Report") -> list[str]:
    lines = [_part(house, "off", line=_line(house, each), owner=found.owners[each.id]) for each in found.off]
    lines += [_part(house, "packet_checks", findings=found.findings)] if found.findings else []
    return [*lines, *(_part(house, "risk", risk=each) for each in found.risks)]


def _line(house: House, stands: Stands) -> str:
    return _part(
        house, "line", stands=stands, sign=SIGNS[stands.status], now=amount(stands.now), spark=spark(stands.figures),
        trend=trend(stands.figures), few=stands.now.few,
        target=str(stands.definition.target) if stands.definition and stands.definition.target else "",
    )  # fmt: skip


def _picture(house: House, found: "Report") -> list[Message]:
    """In a message of its own: a workspace that does not take it still has the report."""
    shown = [
        each
        for each in found.measures
        if each.unit == SHARE and each.weeks > 1 and all(figure.value is not None for figure in each.figures)
    ][:MOST_BARS]
    if not house.charts or not shown:
        return []
    series = {each.id: [round(100 * (figure.value or 0)) for figure in each.figures] for each in shown}
    title, names = _part(house, "picture"), [f"{day:%-d %b}" for day in shown[0].days]
    says = _part(house, "picture_says", titles=[f"{each.id} {each.title}" for each in shown])
    return [blocks.message(blocks.bar_chart(title, names, series), blocks.context(says))]


def _headed(house: House, block: str, **values: object) -> list[Block]:
    return blocks.headed(_part(house, block, **values))


def _part(house: House, block: str, /, **values: object) -> str:
    return house.words.part(REPORT, block, **values)
