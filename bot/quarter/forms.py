"""The forms of a planning, and what stands in their place once they are submitted. Words and blocks only."""

from collections.abc import Sequence

from bot import blocks
from bot.blocks import Block, Option, View
from bot.definitions import Area
from bot.definitions.quarters import Quarter
from bot.house import House
from bot.quarter import closing, frictions, messages, writing
from bot.quarter.assembling import AreaPlan, Plan
from bot.quarter.frictions import Merged
from bot.quarter.messages import QUARTER
from bot.quarter.model import MET, NOT_MET, UNKNOWN, Bet, Friction, QuarterPart
from bot.quarter.writing import LIMITS, LookBack, Result, Typed

RESULTS = {MET: "Met", NOT_MET: "Not met", UNKNOWN: "Unknown"}
MOST_NAMED = 10
"""Of the frictions that were named already."""
MOST_OPTIONS = 100
DROP = "drop"


def look_back(
    house: House, area: Area, before: Quarter, part: QuarterPart, bets: Sequence[Bet], metadata: str,
    *, typed: LookBack | None = None, note: str = "",
) -> View:  # fmt: skip
    """What came of the last bets, and what was learned; it begins with what was said so far, or `typed`."""
    so_far = typed or LookBack(
        {bet.id: Result(bet.result, bet.result_note, bet.result_link) for bet in bets}, part.learned, part.no_bets
    )
    rows = [
        block
        for number, bet in enumerate(bets, 1)
        for block in _earlier(house, number, bet, so_far.results.get(bet.id, Result()))
    ]
    return blocks.modal(
        "quarter.looked_back",
        "Look back",
        *_note(note),
        blocks.section(_part(house, "look_back", area=area, before=before, bets=bets)),
        *rows,
        blocks.text_input(
            "learned", "What was learned?", multiline=True, initial=so_far.learned, max_length=writing.LEARNED_LIMIT,
            hint="What you would do otherwise, or again.",
        ),
        blocks.text_input(
            "no_bets", "No bets for the coming quarter? Say why", initial=so_far.no_bets,
            max_length=writing.NO_BETS_LIMIT, optional=True,
        ),
        metadata=metadata,
    )  # fmt: skip


def bet(
    house: House, area: Area, quarter: Quarter, others: Sequence[Area], metadata: str, typed: Typed,
    *, is_new: bool, note: str = "",
) -> View:  # fmt: skip
    """A bet, as it stands or as it was `typed`."""
    options = [Option(each.id, each.name) for each in others if each.id != area.id][:MOST_OPTIONS]
    depends = blocks.select_input(
        "depends_on", "Does it depend on another area?", options, initial=typed.depends_on, optional=True
    ) if options else None  # fmt: skip
    drop = blocks.checkbox_input("drop", "Drop this bet?", [Option(DROP, "Yes: it leaves the plan")], optional=True)
    inputs = [
        _text("what", "What do you bet on?", typed.what, multiline=True, optional=False),
        blocks.user_input("owner", "Who owns it?", initial=typed.owner),
        _text("measure", "Which measure shows it?", typed.measure, hint="A number that there is already."),
        _text("link", "Where is the measure read off?", typed.link, hint="An address, such as that of a dashboard."),
        _text("target", "Which target?", typed.target),
        _text("declined", "What is not done for it, and why?", typed.declined, multiline=True),
        *([depends] if depends else []),
        _text("risk", "A risk, or an open question", typed.risk, multiline=True),
        blocks.text_input(
            "decision", "Decided already?", initial=typed.decision, max_length=20,
            hint="The id of its entry in the decision log, such as D-42.", optional=True,
        ),
        *([] if is_new else [drop]),
    ]  # fmt: skip
    return blocks.modal(
        "quarter.bet_kept",
        "Add a bet" if is_new else "Change a bet",
        *_note(note),
        blocks.section(_part(house, "bet", area=area, quarter=quarter)),
        *inputs,
        metadata=metadata,
    )


def kept(house: House, area: AreaPlan, to_raise: Bet | None = None) -> View:
    """What is still missing of an area; with the button to have a new bet decided."""
    text = _part(house, "kept", area=area, lacks=messages.lacks(house, area))
    buttons = [blocks.button("Add a bet", "quarter.bet", str(area.part.id))] if area.part else []
    if to_raise is not None:
        buttons.insert(0, blocks.button("Raise it for decision", "quarter.raise", str(to_raise.id), style="primary"))
    return blocks.modal(
        "quarter.kept",
        "Kept",
        blocks.section(text),
        *([blocks.actions(*buttons)] if buttons else []),
        submit="",
        close="Close",
    )


def raised(house: House, ref: str) -> View:
    text = _part(house, "raised", ref=ref)
    return blocks.modal("quarter.kept", "In the decision log", blocks.section(text), submit="", close="Close")


def name_frictions(house: House, named: Sequence[Merged], own: Sequence[Friction], metadata: str) -> View:
    """Up to three frictions, with those of others to be named in the same words."""
    mine = {each.rank: each for each in own}
    rows = [block for rank in range(1, frictions.MOST + 1) for block in _friction(rank, mine.get(rank))]
    text = _part(house, "frictions_form", named=[each.what for each in named[:MOST_NAMED]])
    return blocks.modal("quarter.frictions_named", "What hampers you?", blocks.section(text), *rows, metadata=metadata)


def frictions_kept(house: House) -> View:
    text = _part(house, "frictions_kept")
    return blocks.modal("quarter.kept", "Noted", blocks.section(text), submit="", close="Close")


def close(house: House, found: Plan, channel: str) -> View:
    """To post the plan, or to say why there is none; what is missing stands above."""
    lines = messages.missing(house, found)
    although = blocks.text_input(
        "although", "Something is missing: why close it all the same?", multiline=True,
        max_length=closing.ALTHOUGH_LIMIT, hint="Everybody reads this in the plan.", optional=True,
    )  # fmt: skip
    return blocks.modal(
        "quarter.closed",
        "Close the plan",
        *blocks.sections(_part(house, "close_form", quarter=found.quarter, channel=channel, lines=lines)),
        blocks.text_input(
            "summary", "The plan in a sentence or two", multiline=True, max_length=closing.SUMMARY_LIMIT, optional=True
        ),
        *([although] if lines else []),
        blocks.text_input(
            "reason", "No plan this time? Say why", multiline=True, max_length=closing.REASON_LIMIT, optional=True
        ),
        submit="Close it",
        metadata=str(found.occurrence.id),
    )


def closed(house: House, channel: str, *, has_plan: bool) -> View:
    text = _part(house, "closed" if has_plan else "closed_without", channel=channel)
    return blocks.modal("quarter.kept", "Closed", blocks.section(text), submit="", close="Close")


def begin(bet: Bet | None, slack_id: str) -> Typed:
    """What the form of a bet holds at first; a new one belongs to who writes it."""
    if bet is None:
        return Typed("", slack_id)
    return Typed(
        bet.what, bet.owner, bet.measure, bet.link, bet.target, bet.declined, bet.depends_on, bet.risk, bet.decision
    )


def _earlier(house: House, number: int, bet: Bet, said: Result) -> list[Block]:
    options = [Option(id, name) for id, name in RESULTS.items()]
    return [
        *blocks.sections(_part(house, "earlier", number=number, bet=bet)),
        blocks.select_input(f"result_{bet.id}", f"{number}. Was it met?", options, initial=said.result, optional=True),
        blocks.text_input(
            f"note_{bet.id}", f"{number}. The number, or why", initial=said.note, max_length=writing.NOTE_LIMIT,
            optional=True,
        ),
        blocks.text_input(
            f"link_{bet.id}", f"{number}. Link to the measure", initial=said.link or bet.link,
            max_length=writing.LINK_LIMIT, optional=True,
        ),
    ]  # fmt: skip


def _friction(rank: int, said: Friction | None) -> list[Block]:
    return [
        blocks.text_input(
            f"what_{rank}", f"{rank}. What hampers you?", initial=said.what if said else "",
            max_length=frictions.WHAT_LIMIT, optional=True,
        ),
        blocks.text_input(
            f"example_{rank}", f"{rank}. One example", initial=said.example if said else "",
            max_length=frictions.EXAMPLE_LIMIT, optional=True,
        ),
    ]  # fmt: skip


def _text(
    name: str, label: str, initial: str, *, multiline: bool = False, hint: str = "", optional: bool = True
) -> Block:
    return blocks.text_input(
        name, label, multiline=multiline, initial=initial, max_length=LIMITS[name], hint=hint, optional=optional
    )


def _note(note: str) -> list[Block]:
    return [blocks.section(note)] if note else []


def _part(house: House, block: str, /, **values: object) -> str:
    return house.words.part(QUARTER, block, **values)
