"""What people see while a quarter is planned: the plan, how far it is, what they are asked. Words and blocks only."""

from collections.abc import Callable, Iterable, Sequence
from datetime import datetime
from itertools import accumulate

from bot import blocks, markup
from bot.blocks import Block, Message, Option
from bot.definitions import Area, Ritual
from bot.definitions.quarters import Quarter
from bot.house import House, Part
from bot.markup import Mrkdwn
from bot.quarter.assembling import MEASURE, AreaPlan, BetFacts, Plan
from bot.quarter.model import MET, Bet, PlanVersion, QuarterPart
from bot.rituals.model import RUNNING, Occurrence

PLAN, QUARTER = "quarter/plan.txt.j2", "quarter/quarter.txt.j2"
MINUTES, FRICTION_MINUTES, CLOSE_MINUTES = 15, 3, 10
"""About how long it takes."""
MOST_CORRECTIONS = 10
"""Of a plan that was closed, in its summary; the thread has them all."""
LONGEST_MISSING = 6000
"""Characters of what is missing, beside all else that one message says; the thread has all of it."""

Called = Callable[[str], str]


def plan(house: House, found: Plan, called: Called, closers: Sequence[str]) -> list[Message]:
    """The plan as it stands: its summary to post, then everything for its thread. Nothing is cut."""
    return [summary(house, found, called, closers), *blocks.pages(*_whole(house, found))]


def shown(house: House, found: Plan, called: Called, closers: Sequence[str]) -> list[Message]:
    """The same for one reader, but no more than Slack takes: a longer one says where its rest is."""
    return blocks.answers(plan(house, found, called, closers), blocks.section(_quarter(house, "more")))


def summary(house: House, found: Plan, called: Called, closers: Sequence[str]) -> Message:
    """How it stands, in a few lines, with all that is missing."""
    zone = house.definitions.organisation.zone
    first = found.closed
    by = called(first.by) if first else ""
    earlier = [bet for area in found.areas for bet in area.before]
    met = sum(bet.result == MET for bet in earlier)
    parts = [
        blocks.header(_plan(house, "title", plan=found)),
        *blocks.sections(_plan(house, "state", plan=found, version=first, by=by, zone=zone, closers=closers)),
        *blocks.sections(_plan(house, "counts", plan=found, met=met, looked_back=len(earlier))),
    ]
    if more := len(found.corrections[:-MOST_CORRECTIONS]):
        parts += blocks.sections(_plan(house, "more_corrected", count=more))
    for version in found.corrections[-MOST_CORRECTIONS:]:
        parts += blocks.sections(corrected(house, version, called(version.by)))
    return blocks.message(*parts, *_missing(house, found))


def corrected(house: House, version: PlanVersion, by: str) -> str:
    """That a closed plan was corrected, in a line."""
    return _plan(house, "corrected", version=version, by=by, zone=house.definitions.organisation.zone)


def correction(house: House, version: PlanVersion, by: str, area: AreaPlan) -> Message:
    """The same for the thread, with the area's part as it is now."""
    line = blocks.section(Mrkdwn(f"*{markup.escape(corrected(house, version, by))}*"))
    learned = _text(_plan(house, "learned_line", area=area)) if area.learned else []
    return blocks.message(line, *_area_outcomes(house, area), *learned, *_area_bets(house, area))


def missing(house: House, found: Plan) -> list[str]:
    """What each area has not given, a line each."""
    return [_plan(house, "area_missing", area=area, lacks=lacks(house, area)) for area in found.incomplete]


def lacks(house: House, area: AreaPlan) -> list[str]:
    """What one area has not given, in words."""
    found = [_plan(house, "results", count=area.without_result)] if area.without_result else []
    if not area.learned:
        found.append(_plan(house, "learned"))
    if not area.bets and not area.no_bets:
        found.append(_plan(house, "bets"))
    for each in area.bets:
        found += [_plan(house, "bet_lacks", what=what, bet=each.bet) for what in each.missing]
    return found


def _missing(house: House, found: Plan) -> list[Block]:
    lines = missing(house, found)
    ends = accumulate(len(line) for line in lines)
    shown = [line for line, end in zip(lines, ends, strict=True) if end <= LONGEST_MISSING]
    if more := len(lines) - len(shown):
        shown.append(_plan(house, "more_missing", count=more))
    return _listed(house, "missing_title", shown, "nothing_missing", plan=found)


def _whole(house: House, found: Plan) -> list[Block]:
    """Everything in it, in the order in which it is talked about."""
    outcomes = [block for area in found.areas if area.before for block in _area_outcomes(house, area)]
    learned = [_plan(house, "learned_line", area=area) for area in found.areas if area.learned]
    bets = [block for area in found.areas for block in _area_bets(house, area)]
    has_any = any(area.bets or area.no_bets for area in found.areas)
    return [
        *_title(house, "outcomes_title", found),
        *(outcomes or _text(_plan(house, "outcomes_none"))),
        *_listed(house, "learned_title", learned, "learned_none", plan=found),
        *(block for each in found.sections for block in _lines(each.title, each.lines, each.empty)),
        blocks.divider(),
        *_title(house, "bets_title", found),
        *(bets if has_any else _text(_plan(house, "bets_none"))),
        *_listed(house, "declined_title", declined(house, found), "declined_none", plan=found),
        *_listed(house, "depends_title", depends(house, found), "depends_none", plan=found),
        *_listed(house, "risks_title", risks(house, found), "risks_none", plan=found),
        *_listed(house, "decisions_title", decisions(house, found), "decisions_none", plan=found),
        *_listed(house, "frictions_title", friction_lines(house, found), "frictions_none", plan=found),
    ]


def declined(house: House, found: Plan) -> list[str]:
    """What is not done: as the bets say, and as was considered before something was decided."""
    said = [_plan(house, "declined_line", area=area, each=each) for area, each in found.bets if each.bet.declined]
    known = [*found.decisions, *(each.decision for _area, each in found.bets if each.decision)]
    considered = [each for each in known if each.state == "decided" and len(each.options) > 1]
    return [*said, *(_plan(house, "considered_line", decision=each) for each in considered)]


def depends(house: House, found: Plan) -> list[str]:
    return [_plan(house, "depends_line", area=area, each=each) for area, each in found.bets if each.depends_on]


def risks(house: House, found: Plan) -> list[str]:
    """Risks of the bets, what stands in the registers, then what is to be done next for the plan, and by whom."""
    said = [_plan(house, "risk_line", area=area, each=each) for area, each in found.bets if each.bet.risk]
    steps = [_plan(house, "step_undecided", area=area, each=each) for area, each in found.undecided]
    steps += [_plan(house, "step_missing", area=area, lacks=lacks(house, area)) for area in found.incomplete]
    return [*said, *found.entries, *steps]


def decisions(house: House, found: Plan) -> list[str]:
    return [_plan(house, "decision_line", decision=each) for each in found.decisions]


def friction_lines(house: House, found: Plan) -> list[str]:
    """The heaviest first."""
    return [_plan(house, "friction_line", each=each) for each in found.frictions]


def outcome_line(house: House, bet: Bet) -> str:
    return _plan(house, "outcome_line", bet=bet)


def bet_lines(house: House, each: BetFacts) -> str:
    """A bet, with owner, measure and decision."""
    return f"{_plan(house, 'bet_line', each=each)}\n{_plan(house, 'bet_facts', each=each)}"


def _area_outcomes(house: House, area: AreaPlan) -> list[Block]:
    lines = [outcome_line(house, bet) for bet in area.before]
    return _lines(_plan(house, "area_title", area=area), lines, _plan(house, "outcomes_none"))


def _area_bets(house: House, area: AreaPlan) -> list[Block]:
    if area.no_bets and not area.bets:
        empty = _plan(house, "no_bets", area=area)
    else:
        empty = _plan(house, "bets_silent", area=area)
    return _lines(_plan(house, "area_title", area=area), [bet_lines(house, each) for each in area.bets], empty)


# What people are asked.


def ask(
    house: House, ritual: Ritual, occurrence: Occurrence, quarter: Quarter, area: AreaPlan, by: datetime, slack_id: str
) -> Part:
    """One area's part in the day message of whoever is asked for it, or was (`slack_id`)."""
    part = area.part
    assert part is not None
    title = _quarter(house, "part_title", ritual=ritual, area=area, quarter=quarter)
    if occurrence.state not in RUNNING:
        return Part(title, _quarter(house, "over", occurrence=occurrence), waiting=False)
    if part.asked != slack_id:
        return Part(title, _quarter(house, "handed_over", name=area.asked), waiting=False)
    buttons = part_buttons(part)
    if area.is_complete:
        return Part(title, _quarter(house, "given"), buttons, waiting=False)
    facts = {"area": area, "lacks": lacks(house, area), "by": _when(house, by)}
    if house.clock.now() >= by:
        return Part(title, _quarter(house, "late", **facts), buttons, waiting=False)
    name = part.stands_in_for
    why = _quarter(house, "stands_in", name=name) if name else _quarter(house, "owner", area=area)
    return Part(title, _quarter(house, "ask", why=why, **facts), buttons, minutes=MINUTES)


def ask_frictions(
    house: House,
    ritual: Ritual,
    occurrence: Occurrence,
    by: datetime,
    *,
    product_ops: bool,
    has_said: bool,
    named: bool,
) -> Part:
    """The question what hampers somebody, in their day message."""
    title = _quarter(house, "frictions_title", ritual=ritual)
    if has_said:
        return Part(title, _quarter(house, "frictions_given", named=named), waiting=False)
    if occurrence.state not in RUNNING:
        return Part(title, _quarter(house, "over", occurrence=occurrence), waiting=False)
    buttons = (
        blocks.button("Name them", "quarter.frictions", str(occurrence.id)),
        blocks.button("Skip", "quarter.skip_frictions", str(occurrence.id)),
    )
    text = _quarter(house, "frictions_ask", by=_when(house, by), product_ops=product_ops)
    return Part(title, text, buttons, waiting=house.clock.now() < by, minutes=FRICTION_MINUTES)


def ask_to_close(house: House, found: Plan) -> Part:
    """The question to close the plan, in the day message of who may."""
    occurrence = found.occurrence
    title = _quarter(house, "close_title", ritual=found.ritual, quarter=found.quarter)
    if occurrence.state not in RUNNING:
        return Part(title, _quarter(house, "over", occurrence=occurrence), waiting=False)
    facts = {"by": _when(house, occurrence.publish_at), "bets": len(found.bets), "missing": bool(found.incomplete)}
    buttons = (close_button(occurrence),)
    return Part(title, _quarter(house, "close_ask", **facts), buttons, minutes=CLOSE_MINUTES)


def part_buttons(part: QuarterPart) -> tuple[Block, ...]:
    return (
        blocks.button("Look back", "quarter.look_back", str(part.id)),
        blocks.button("Add a bet", "quarter.bet", str(part.id)),
        blocks.button("Show it", "quarter.show", str(part.id)),
    )


def close_button(occurrence: Occurrence) -> Block:
    return blocks.button("Close the plan", "quarter.close", str(occurrence.id), style="primary")


# What people look at.


def progress(
    house: House,
    found: Plan,
    by: datetime,
    opens: datetime | None,
    mine: Sequence[QuarterPart],
    *,
    may_close: bool,
) -> list[Message]:
    """How far each area is, with buttons for those that the reader writes (`mine`)."""
    is_open = found.occurrence.state in RUNNING
    facts = {
        "is_open": is_open, "by": _when(house, by), "meets": _when(house, found.occurrence.cutoff_at),
        "complete": sum(area.is_complete for area in found.areas), "areas": len(found.areas),
        "bets": len(found.bets), "frictions_said": found.frictions_said, "frictions_asked": found.frictions_asked,
        "opens": _when(house, opens) if opens else "",
    }  # fmt: skip
    lines = [_quarter(house, "progress_area", area=area, lacks=lacks(house, area)) for area in found.areas]
    names = {area.part.id: area.name for area in found.areas if area.part}
    shown = [part for part in mine if part.id in names]
    buttons = [blocks.button(names[part.id], "quarter.show", str(part.id)) for part in shown]
    if len(shown) > 1:
        options = [Option(str(part.id), names[part.id]) for part in shown]
        buttons = [blocks.menu("Show an area …", "quarter.show", options)]
    if may_close and is_open:
        buttons.append(close_button(found.occurrence))
    title = _quarter(house, "progress_title", ritual=found.ritual, quarter=found.quarter)
    return blocks.pages(
        blocks.header(title),
        *blocks.sections(_quarter(house, "progress", **facts)),
        *blocks.sections("\n".join(lines)),
        *([blocks.actions(*buttons)] if buttons else []),
    )


def area_part(house: House, found: Plan, area: AreaPlan, *, may_say: bool) -> Message:
    """One area's part, with a button for each bet where the reader may change it."""
    title = _quarter(house, "part_title", ritual=found.ritual, area=area, quarter=found.quarter)
    parts: list[Block] = [blocks.header(title), *_area_outcomes(house, area)]
    if area.learned:
        parts += _text(_plan(house, "learned_line", area=area))
    for each in area.bets:
        parts += _text(bet_lines(house, each))
        if may_say:
            buttons = [blocks.button("Change it", "quarter.change_bet", str(each.bet.id))]
            if each.decision is None:
                buttons.append(blocks.button("Raise it for decision", "quarter.raise", str(each.bet.id)))
            if MEASURE in each.missing:
                # Another room answers to it: what nobody knows yet is kept as an open question about the area.
                buttons.append(blocks.button("Keep the number as a question", "registers.add", f"question:{area.name}"))
            parts.append(blocks.actions(*buttons))
    if not area.bets:
        parts += _area_bets(house, area)
    if wanting := lacks(house, area):
        parts += _lines(_plan(house, "missing_title"), wanting, "")
    if may_say and area.part:
        parts.append(blocks.actions(*part_buttons(area.part)[:2]))
    return blocks.message(*parts)


def none_yet(house: House, ritual: Ritual, opens: datetime) -> Message:
    text = _quarter(house, "none_yet", name=ritual.name, opens=_when(house, opens))
    return blocks.message(*blocks.sections(text))


def packet(
    house: House, found: Plan, owner: str, to_decide: Sequence[str], called: Called, closers: Sequence[str]
) -> list[Message]:
    """What is read before people meet: agenda and what is to be decided, then the draft for its thread."""
    ritual, meets = found.ritual, _when(house, found.occurrence.cutoff_at)
    first = blocks.message(
        blocks.header(_plan(house, "title", plan=found)),
        *blocks.sections(_quarter(house, "packet", ritual=ritual, owner=owner)),
        *blocks.headed(_quarter(house, "agenda", ritual=ritual, meets=meets)),
        *blocks.headed(_quarter(house, "to_decide", lines=to_decide)),
        *_missing(house, found),
        blocks.context(_quarter(house, "packet_more")),
    )
    return [first, *plan(house, found, called, closers)]


# News, as title and text.


def still_open(house: House, found: Plan, closers: Sequence[str], until: datetime) -> tuple[str, str]:
    facts = {"ritual": found.ritual, "quarter": found.quarter, "closers": closers, "until": _when(house, until)}
    by = _when(house, found.occurrence.publish_at)
    return _quarter(house, "open_title", **facts), _quarter(house, "open", by=by, **facts)


def ended(house: House, found: Plan, closers: Sequence[str], reason: str) -> tuple[str, str]:
    facts = {"ritual": found.ritual, "quarter": found.quarter, "closers": closers, "reason": reason}
    return _quarter(house, "ended_title", **facts), _quarter(house, "ended", **facts)


def told(title: str, text: str) -> Message:
    return blocks.message(*blocks.headed(f"{title}\n{text}"))


# What goes into the decision log, and into corrections.


def question(house: House, area: Area, quarter: Quarter, bet: Bet) -> str:
    return _quarter(house, "question", area=area, quarter=quarter, bet=bet)


def because(house: House, bet: Bet) -> str:
    return _quarter(house, "stuck", bet=bet)


def source(house: House, ritual: Ritual, area: Area) -> str:
    return _quarter(house, "source", ritual=ritual, area=area)


def corrected_bet(house: House, area: Area, bet: Bet, how: str) -> str:
    return _quarter(house, "corrected_bet", area=area, bet=bet, how=how)


def corrected_decision(house: House, area: Area, bet: Bet) -> str:
    return _quarter(house, "corrected_decision", area=area, bet=bet)


def corrected_results(house: House, area: Area) -> str:
    return _quarter(house, "corrected_results", area=area)


def meanwhile(house: House, name: str) -> str:
    return _quarter(house, "meanwhile", name=name)


def _title(house: House, block: str, found: Plan) -> list[Block]:
    return [blocks.header(_plan(house, block, plan=found))]


def _listed(house: House, title: str, lines: Iterable[str], empty: str, *, plan: Plan) -> list[Block]:
    return _lines(_plan(house, title, plan=plan), list(lines), _plan(house, empty))


def _lines(title: str, lines: Sequence[str], empty: str) -> list[Block]:
    """A title, and below it each line, whose addresses can be followed; or what is said when there is none."""
    text = "\n".join(f"• {line}" for line in lines) or empty
    return [blocks.section(Mrkdwn(f"*{markup.escape(title)}*")), *_text(text)]


def _text(text: str) -> list[Block]:
    return blocks.sections(markup.with_links(text))


def _when(house: House, moment: datetime) -> str:
    local = moment.astimezone(house.definitions.organisation.zone)
    return f"{local:%a %-d %b}, {local:%H:%M}"


def _plan(house: House, block: str, /, **values: object) -> str:
    return house.words.part(PLAN, block, **values)


def _quarter(house: House, block: str, /, **values: object) -> str:
    return house.words.part(QUARTER, block, **values)
