"""The forms of the decision log, and what stands in their place once they are submitted. Words and blocks only.

Block ids are the names of the fields of an `Entry`, a `Question` or a `Choice`.
"""

import re
from collections.abc import Sequence
from datetime import date, timedelta

from bot import blocks
from bot.blocks import Block, Option, View
from bot.decisions.entry import (
    CHANGE,
    CONFIDENCES,
    DOOR_NAMES,
    HARD,
    KEEP,
    LEAST_OPTIONS,
    LIMITS,
    REVERSE,
    SUPERSEDE,
    without_opening,
)
from bot.decisions.messages import WORDS, Called, entry
from bot.decisions.model import DECIDED, PROPOSED, Decision
from bot.decisions.start import NOTHING, Start
from bot.house import House
from bot.people.deciding import in_words

ASKED_ONCE = "One person, who gets one message."
WHO_DECIDES = "It says who decides. /cadence who names them."
MOST_OPTIONS = 100
IN_THREE_MONTHS = timedelta(days=91)

_LINE_END = re.compile(r"\s*\n\s*")


def record_form(
    house: House,
    decision: Decision | None,
    called: Called,
    author: str,
    metadata: str,
    start: Start = NOTHING,
    replaces: Decision | None = None,
) -> View:
    """Record a decision: a new one that begins with `start`, or the one that was raised or noted in passing.

    Of the latter area and decider are known, and mostly the class, and are not asked for again. A new one may take the
    place of another, and is about the same then; with words to start with it begins with all that the other one says.
    """
    words = without_opening(start.text)
    line = _line(words, LIMITS["decision"])
    longer = "" if line == words else start.text
    empty = Decision(decision=line, options="", door="", inform="", links=start.links, class_id="", area_id="")
    if replaces is not None:
        empty.class_id, empty.area_id = replaces.class_id, replaces.area_id
    so_far = decision or (replaces if words else None) or empty
    return blocks.modal(
        "decisions.record",
        "Record a decision",
        *([blocks.section(_intro(house, decision, called))] if decision else []),
        *([blocks.section(house.words.part(WORDS, "replaces", decision=replaces))] if replaces else []),
        *_note(house, start, cut=blocks.fit(longer, LIMITS["why"]) != longer),
        blocks.text_input("decision", "We will …", initial=so_far.decision, max_length=LIMITS["decision"]),
        blocks.text_input(
            "options", "Options considered, one on each line", multiline=True, initial=so_far.options,
            max_length=LIMITS["options"], hint="At least two. Doing nothing counts.",
        ),
        blocks.text_input(
            "why", "Reason and accepted trade-offs", multiline=True, initial=longer, max_length=LIMITS["why"],
        ),
        _door(so_far.door),
        blocks.text_input(
            "revisit", "What would change our mind?", max_length=LIMITS["revisit"], optional=True,
            hint="Needed when it is hard to reverse.",
        ),
        blocks.date_input("review_on", "Look at this again on", hint="A day after today."),
        *([] if decision and decision.class_id else _class(house, so_far.class_id, optional=True)),
        *(
            []
            if decision
            else [
                _area(house, so_far.area_id),
                blocks.user_input("decider", "Who decided this?", initial=author, hint="One person."),
            ]
        ),
        blocks.channel_input(
            "inform_channel", "Which channel must know?", optional=True, hint="The decision is posted there, too.",
        ),
        blocks.user_input("inform_person", "Which person must know?", optional=True),
        blocks.text_input("inform", "Who else must know?", max_length=LIMITS["inform"], optional=True),
        blocks.select_input(
            "confidence", "How sure are we?", [Option(str(n), f"{n} %") for n in CONFIDENCES], optional=True
        ),
        blocks.text_input(
            "links", "Where to read more", multiline=True, initial=so_far.links, placeholder="https://",
            max_length=LIMITS["links"], optional=True,
        ),
        metadata=metadata,
    )  # fmt: skip


def raise_form(house: House, metadata: str, start: Start = NOTHING, class_id: str = "", area_id: str = "") -> View:
    """Ask for a decision, beginning with `start`, and with the class and area that it is about."""
    words = start.text.strip()
    line = _line(words, LIMITS["question"])
    longer = "" if line == words else words
    named = house.definitions.decisions is not None
    return blocks.modal(
        "decisions.raise",
        "Raise a decision",
        *_note(house, start, cut=blocks.fit(longer, LIMITS["stuck"]) != longer),
        blocks.text_input(
            "question", "What must be decided, in one sentence?", initial=line, max_length=LIMITS["question"]
        ),
        *_class(house, class_id),
        _area(house, area_id),
        blocks.user_input(
            "decider",
            "Who decides this?",
            hint="Leave it empty, and whoever decides this sort of thing is asked." if named else ASKED_ONCE,
            optional=named,
        ),
        blocks.date_input("needed_by", "Needed by"),
        blocks.text_input(
            "stuck", "What stalls until then?", multiline=True, initial=longer, max_length=LIMITS["stuck"]
        ),
        _door(""),
        blocks.text_input(
            "options",
            "Options, if known, one on each line",
            multiline=True,
            max_length=LIMITS["options"],
            optional=True,
        ),
        blocks.text_input(
            "links",
            "Where to read more",
            multiline=True,
            initial=start.links,
            placeholder="https://",
            max_length=LIMITS["links"],
            optional=True,
        ),
        submit="Raise",
        metadata=metadata,
    )


def review_form(house: House, decision: Decision, called: Called, metadata: str) -> View:
    """A decision whose review date has come: does it stand, and until when?"""
    verdicts = [
        Option(KEEP, "It stands"),
        Option(CHANGE, "It changes", "You write it anew, and the old one points to it."),
        Option(SUPERSEDE, "Another decision takes its place", "You write that one down."),
        Option(REVERSE, "It is taken back", "Nothing takes its place."),
    ]
    return blocks.modal(
        "decisions.review",
        f"Review {decision.ref}",
        *entry(house, decision, called),
        blocks.divider(),
        blocks.radio_input("verdict", "Is this still right?", verdicts, initial=KEEP),
        blocks.date_input("review_on", "If it stands: look at it again on", hint="A day after today.", optional=True),
        blocks.text_input(
            "reason", "If it is taken back: why?", multiline=True, max_length=LIMITS["why_ended"], optional=True
        ),
        submit="Go on",
        close="Close",
        metadata=metadata,
    )


def decide_form(house: House, decision: Decision, called: Called, chosen: str, today: date, metadata: str) -> View:
    """What is still to be said once an option is chosen; `chosen` is empty for something else."""
    few = len({option.casefold() for option in decision.option_lines}) < LEAST_OPTIONS
    return blocks.modal(
        "decisions.decide",
        f"Decide {decision.ref}",
        blocks.section(_intro(house, decision, called)),
        blocks.text_input("decision", "We will …", initial=_after_we_will(chosen), max_length=LIMITS["decision"]),
        *(
            [
                blocks.text_input(
                    "options", "What else was considered? One on each line", multiline=True,
                    max_length=LIMITS["options"], hint="At least one. Doing nothing counts.",
                )
            ]
            if few
            else []
        ),
        blocks.text_input("why", "Reason and accepted trade-offs", multiline=True, max_length=LIMITS["why"]),
        *([] if decision.class_id else _class(house, "", optional=True)),
        *([] if decision.door else [_door("")]),
        *_revisit(decision.door),
        blocks.date_input(
            "review_on", "Look at this again on", initial=today + IN_THREE_MONTHS, hint="A day after today."
        ),
        submit="Decide",
        metadata=metadata,
    )  # fmt: skip


def delegate_form(house: House, decision: Decision, called: Called, metadata: str) -> View:
    return blocks.modal(
        "decisions.delegate",
        f"Delegate {decision.ref}",
        blocks.section(_intro(house, decision, called)),
        blocks.user_input("decider", "Who decides it instead?", hint=ASKED_ONCE),
        blocks.date_input("needed_by", "Needed by", initial=decision.needed_by),
        blocks.text_input("note", "What should they know?", max_length=LIMITS["note"], optional=True),
        submit="Delegate",
        metadata=metadata,
    )


def sort_form(house: House, decision: Decision, called: Called, metadata: str) -> View:
    """Of which class and area an open question is. Whoever decides such things is asked then."""
    return blocks.modal(
        "decisions.sort",
        f"What sort is {decision.ref}?",
        blocks.section(house.words.part(WORDS, "sort_intro", decision=decision)),
        *_class(house, decision.class_id),
        _area(house, decision.area_id),
        blocks.user_input(
            "decider",
            "Who decides this?",
            hint=f"Leave it empty, and whoever decides this sort of thing is asked. Now: {called(decision.decider)}.",
            optional=True,
        ),
        metadata=metadata,
    )


def reject_form(house: House, decision: Decision, called: Called, metadata: str) -> View:
    return blocks.modal(
        "decisions.reject",
        f"Reject {decision.ref}",
        blocks.section(_intro(house, decision, called)),
        blocks.text_input(
            "reason", "Why will this not be decided?", multiline=True, max_length=LIMITS["why_ended"],
            hint="Whoever raised it reads this.",
        ),
        submit="Reject",
        metadata=metadata,
    )  # fmt: skip


def view_form(house: House, decision: Decision, called: Called, so_far: str, metadata: str) -> View:
    return blocks.modal(
        "decisions.view",
        f"Your view: {decision.ref}",
        blocks.section(_intro(house, decision, called)),
        blocks.text_input(
            "view", "What should the decider know?", multiline=True, initial=so_far, max_length=LIMITS["view"],
            hint="It stands under your name in the thread of the entry's card.",
        ),
        metadata=metadata,
    )  # fmt: skip


def saved(
    house: House, decision: Decision, called: Called, channel: str, away: str | None, alike: Sequence[Decision] = ()
) -> View:
    """Shown in place of a submitted form; `channel` as Slack shows it, `away` why the decider is not there.

    `alike` are entries that count now and say something about the same.
    """
    text = house.words.part(
        WORDS,
        "saved",
        decision=decision,
        channel=channel,
        decider=called(decision.decider),
        waiting=decision.state == PROPOSED,
        away=away or "",
    )
    hints = [block for each in alike for block in _alike(house, decision, each)]
    return blocks.modal("decisions.saved", decision.ref, blocks.section(text), *hints, submit="", close="Close")


def _alike(house: House, decision: Decision, other: Decision) -> list[Block]:
    text = house.words.part(WORDS, "alike", other=other)
    if decision.state != DECIDED:
        return [blocks.section(text)]
    value = f"{decision.ref} {other.ref}"
    return [
        blocks.section(text),
        blocks.actions(blocks.button(f"It replaces {other.ref}", "decisions.replaces", value)),
    ]


def done(house: House, decision: Decision, words: str, **facts: object) -> View:
    """Shown in place of a form about an entry: what was done."""
    text = house.words.part(WORDS, words, decision=decision, **facts)
    return blocks.modal("decisions.saved", decision.ref, blocks.section(text), submit="", close="Close")


def _line(text: str, limit: int) -> str:
    """What a field of one line can hold of a text."""
    return blocks.fit(_LINE_END.sub(" ", text), limit)


def _after_we_will(option: str) -> str:
    """An option as the sentence goes on: `Keep it` as `keep it`; `SSO first` stays."""
    words = without_opening(option)
    first = words.partition(" ")[0]
    return words[:1].lower() + words[1:] if first.istitle() else words


def _note(house: House, start: Start, *, cut: bool) -> list[Block]:
    missing = house.words.part(WORDS, "cut", source=start.source) if cut else ""
    said = " ".join(filter(None, (start.note, missing)))
    return [blocks.context(said)] if said else []


def _intro(house: House, decision: Decision, called: Called) -> str:
    return house.words.part(WORDS, "record_intro", decision=decision, decider=called(decision.decider))


def _class(house: House, initial: str, *, optional: bool = False) -> list[Block]:
    """What sort of decision it is, where the organisation has classes of them."""
    classes = [
        Option(each.id, each.name, house.words.part(WORDS, "decides", who=in_words(house, each.decider)))
        for each in house.definitions.decision_classes
    ]
    question = "What sort of decision is it?"
    select = blocks.select_input("class_id", question, classes, initial=initial, hint=WHO_DECIDES, optional=optional)
    return [select] if classes else []


def _area(house: House, initial: str) -> Block:
    areas = [Option(area.id, area.name) for area in house.definitions.organisation.areas[:MOST_OPTIONS]]
    return blocks.select_input("area_id", "Which area is it about?", areas, initial=initial, optional=True)


def _revisit(door: str) -> list[Block]:
    """Asked for what is hard to reverse; where that is still to be said, too, it may be left empty."""
    if door == HARD:
        question, hint = "It is hard to reverse: what would change your mind?", ""
    elif not door:
        question, hint = "What would change your mind?", "Needed when it is hard to reverse."
    else:
        return []
    return [blocks.text_input("revisit", question, max_length=LIMITS["revisit"], hint=hint, optional=not door)]


def _door(initial: str) -> Block:
    options = [Option(key, name) for key, name in DOOR_NAMES.items()]
    return blocks.radio_input("door", "Easy or hard to reverse?", options, initial=initial)
