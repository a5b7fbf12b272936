"""What people see of decisions: the log's entries, the forms, what the decider is asked. Words and blocks only."""

from collections.abc import Callable, Sequence
from datetime import date
from functools import partial

from bot import blocks, markup
from bot.blocks import Block, Message, Option, View
from bot.decisions.entry import CONFIDENCES, DOOR_NAMES, LIMITS
from bot.decisions.model import DECIDED, PROPOSED, Decision
from bot.house import House, Part
from bot.people.deciding import in_words

CARD = "decisions/card.txt.j2"
WORDS = "decisions/messages.txt.j2"
MINUTES = 5
"""How long it takes to decide, or to write down what was decided."""

ASKED_ONCE = "One person, who gets one message."
WHO_DECIDES = "It says who decides. /cadence who names them."
MOST_OPTIONS = 100
MOST_REPEATED = 80
"""Characters of what somebody looked for, said back to them."""

Called = Callable[[str], str]
"""A name to show for a Slack user id."""


# The entry itself, a message that is edited as things change.


def card(house: House, decision: Decision, called: Called) -> Message:
    """The entry with everything that is known, and the button for what is not."""
    return blocks.message(*_entry(house, decision, called), *_to_do(decision))


def answer(house: House, decision: Decision, called: Called) -> Message:
    """The entry for one reader, who may also say whether it still stands."""
    review = [blocks.actions(blocks.button("Review", "decisions.review", decision.ref))] if decision.review_on else []
    return blocks.message(*_entry(house, decision, called), *_to_do(decision), *review)


def _entry(house: House, decision: Decision, called: Called) -> list[Block]:
    decided = decision.state == DECIDED
    sort, area = about(house, decision)
    values = {
        "sort": sort,
        "area": area,
        "decision": decision,
        "decided": decided,
        "decider": called(decision.decider),
        "raised_by": called(decision.raised_by),
        "recorded_by": called(decision.recorded_by) if decision.recorded_by else "",
        "door": DOOR_NAMES.get(decision.door, ""),
        "zone": house.definitions.organisation.zone,
    }

    def part(name: str) -> str:
        return house.words.part(CARD, name, **values)

    parts = [blocks.header(part("title"))]
    if decided:
        parts.append(blocks.section(part("decision")))
    if decision.question:
        parts.append(blocks.section(part("question")))
    if not decided and decision.stuck:
        parts.append(blocks.section(part("stuck")))
    if decided or decision.option_lines:
        parts.append(blocks.section(part("options")))
    if decided:
        parts.append(blocks.section(part("why")))
    parts.append(blocks.section(part("terms" if decided else "asked")))
    if values["sort"] or values["area"]:
        parts.append(blocks.context(part("about")))
    if decided and (origin := part("origin").strip()):
        parts.append(blocks.context(origin))
    if decision.inform or decision.inform_channel:
        must_know = [markup.channel(decision.inform_channel)] if decision.inform_channel else []
        parts.append(blocks.context(part("inform"), *must_know))
    if decision.urls:
        parts.append(blocks.context(*(markup.link(url, blocks.fit(url, 80)) for url in decision.urls)))
    if decided and decision.missing:
        parts.append(blocks.context(part("missing")))
    return parts


def about(house: House, decision: Decision) -> tuple[str, str]:
    """The names of its class and its area; their ids when the definitions no longer have them."""
    area = house.definitions.organisation.area(decision.area_id)
    sort = house.definitions.decision_class(decision.class_id)
    return sort.name if sort else decision.class_id, area.name if area else decision.area_id


def _to_do(decision: Decision) -> list[Block]:
    if not decision.is_open:
        return []
    return [blocks.actions(_record_button(decision))]


def _record_button(decision: Decision) -> Block:
    label = "Record the decision" if decision.state == PROPOSED else "Complete"
    return blocks.button(label, "decisions.record", decision.ref, style="primary")


# What people are told.


def ask(house: House, decision: Decision, called: Called) -> Part:
    """To the decider: what is to be decided, and the button that does it; once decided, that."""
    title = house.words.part(WORDS, "ask_title", decision=decision)
    if decision.state != PROPOSED:
        recorded_by = called(decision.recorded_by or decision.decider)
        text = house.words.part(WORDS, "asked_and_decided", decision=decision, recorded_by=recorded_by)
        return Part(title, text, waiting=False)
    text = house.words.part(WORDS, "ask", decision=decision, raised_by=called(decision.raised_by))
    return Part(title, text, (_record_button(decision),), minutes=MINUTES)


def told(house: House, decision: Decision, called: Called, *, to: str) -> tuple[str, str]:
    """To whoever raised it, or in whose name it was recorded, as title and text."""
    title = house.words.part(WORDS, "told_title", decision=decision)
    text = house.words.part(
        WORDS,
        "told",
        decision=decision,
        decider=called(decision.decider),
        recorded_by=called(decision.recorded_by or decision.decider),
        yours=to == decision.decider,
    )
    return title, text


def listing(house: House, shown: Sequence[Decision], count: int, called: Called, today: date) -> Message:
    """What is due and the latest, of `count` in all."""
    part = partial(house.words.part, WORDS)
    more = part("list_more", shown=len(shown), all=count)
    return _list(house, shown, called, today, title=part("list_title"), empty=part("list_empty"), more=more)


def some(house: House, entries: Sequence[Decision], most: int, called: Called, today: date, about: str) -> Message:
    """The first entries of a list that is not all of the log; `about` says which, such as `open, Billing`."""
    part = partial(house.words.part, WORDS, about=about, shown=most)
    more = part("some_more") if len(entries) > most else ""
    return _list(house, entries[:most], called, today, title=part("some_title"), empty=part("some_empty"), more=more)


def found(house: House, entries: Sequence[Decision], most: int, called: Called, today: date, words: str) -> Message:
    """The newest entries that have the words that were looked for."""
    part = partial(house.words.part, WORDS, words=blocks.fit(words, MOST_REPEATED), shown=most)
    more = part("found_more") if len(entries) > most else ""
    return _list(house, entries[:most], called, today, title=part("found_title"), empty=part("found_empty"), more=more)


def _list(
    house: House, shown: Sequence[Decision], called: Called, today: date, *, title: str, empty: str, more: str
) -> Message:
    if not shown:
        return blocks.message(blocks.section(empty))
    lines = [
        house.words.part(
            WORDS,
            "list_line",
            decision=decision,
            decider=called(decision.decider),
            overdue=overdue(decision, today),
            zone=house.definitions.organisation.zone,
        )
        for decision in shown
    ]
    return blocks.message(
        blocks.header(title),
        *blocks.sections("\n".join(f"• {line}" for line in lines)),
        *([blocks.context(more)] if more else []),
    )


def overdue(decision: Decision, today: date) -> int:
    """Days since it was to be decided, or looked at again; negative when that is still to come."""
    return (today - decision.due).days if decision.due else -1


def for_the_decider(house: House, decider: str, words: str) -> Message:
    """To somebody who wanted Drumbeat to decide: that it does not, who does (if that is known), and the way there."""
    return blocks.message(
        blocks.section(house.words.part(WORDS, "for_the_decider", decider=decider)),
        blocks.actions(blocks.button("Raise to the decider", "decisions.raise", words, style="primary")),
    )


def usage(house: House) -> Message:
    return blocks.message(blocks.section(house.words.part(WORDS, "help")))


# The forms. Block ids are the names of the fields of an `Entry` or a `Question`.


def record_form(
    house: House, decision: Decision | None, called: Called, author: str, metadata: str, words: str = ""
) -> View:
    """Record a decision: a new one that begins with `words`, or the one that was raised or noted in passing.

    Of the latter class, area and decider are known, and are not asked for again.
    """
    so_far = decision or Decision(decision=words, options="", door="", inform="", links="")
    longer = words if len(words) > LIMITS["decision"] else ""
    return blocks.modal(
        "decisions.record",
        "Record a decision",
        *([blocks.section(_intro(house, decision, called))] if decision else []),
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
        *(
            []
            if decision
            else [
                *_sort(house, optional=True),
                blocks.user_input("decider", "Who decided this?", initial=author, hint="One person."),
            ]
        ),
        blocks.channel_input(
            "inform_channel", "Which channel must know?", optional=True, hint="The decision is posted there, too.",
        ),
        blocks.text_input("inform", "Who else must know?", max_length=LIMITS["inform"], optional=True),
        blocks.select_input(
            "confidence", "How sure are we?", [Option(str(n), f"{n} %") for n in CONFIDENCES], optional=True
        ),
        blocks.text_input(
            "links", "Where to read more", multiline=True, placeholder="https://", max_length=LIMITS["links"],
            optional=True,
        ),
        metadata=metadata,
    )  # fmt: skip


def raise_form(house: House, metadata: str, words: str = "", class_id: str = "", area_id: str = "") -> View:
    """Ask for a decision, beginning with `words`, and with the class and area that they are about."""
    longer = words if len(words) > LIMITS["question"] else ""
    named = house.definitions.decisions is not None
    return blocks.modal(
        "decisions.raise",
        "Raise a decision",
        blocks.text_input(
            "question", "What must be decided, in one sentence?", initial=words, max_length=LIMITS["question"]
        ),
        *_sort(house, class_id=class_id, area_id=area_id),
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
        submit="Raise",
        metadata=metadata,
    )


def review_form(house: House, decision: Decision, called: Called, metadata: str) -> View:
    """A decision whose review date has come: does it stand, and until when?"""
    return blocks.modal(
        "decisions.review",
        f"Review {decision.ref}",
        *_entry(house, decision, called),
        blocks.divider(),
        blocks.section(house.words.part(WORDS, "review_intro")),
        blocks.date_input("review_on", "Look at this again on", hint="A day after today."),
        submit="It stands",
        close="Close",
        metadata=metadata,
    )


def saved(house: House, decision: Decision, called: Called, channel: str, away: str | None) -> View:
    """Shown in place of a submitted form; `channel` as Slack shows it, `away` why the decider is not there."""
    text = house.words.part(
        WORDS,
        "saved",
        decision=decision,
        channel=channel,
        decider=called(decision.decider),
        waiting=decision.state == PROPOSED,
        away=away or "",
    )
    return blocks.modal("decisions.saved", decision.ref, blocks.section(text), submit="", close="Close")


def kept(house: House, decision: Decision) -> View:
    text = house.words.part(WORDS, "kept", decision=decision)
    return blocks.modal("decisions.saved", decision.ref, blocks.section(text), submit="", close="Close")


def _intro(house: House, decision: Decision, called: Called) -> str:
    return house.words.part(WORDS, "record_intro", decision=decision, decider=called(decision.decider))


def _sort(house: House, *, class_id: str = "", area_id: str = "", optional: bool = False) -> list[Block]:
    """What sort of decision it is, where the organisation has classes of them, and which area it is about."""
    classes = [
        Option(each.id, each.name, house.words.part(WORDS, "decides", who=in_words(house, each.decider)))
        for each in house.definitions.decision_classes
    ]
    areas = [Option(area.id, area.name) for area in house.definitions.organisation.areas[:MOST_OPTIONS]]
    sort = blocks.select_input(
        "class_id", "What sort of decision is it?", classes, initial=class_id, hint=WHO_DECIDES, optional=optional
    )
    area = blocks.select_input("area_id", "Which area is it about?", areas, initial=area_id, optional=True)
    return [*([sort] if classes else []), area]


def _door(initial: str) -> Block:
    options = [Option(key, name) for key, name in DOOR_NAMES.items()]
    return blocks.radio_input("door", "Easy or hard to reverse?", options, initial=initial)
