"""What people see of decisions: the log's entries, the forms, what the decider is asked. Words and blocks only."""

from collections.abc import Callable, Sequence
from datetime import date
from functools import partial

from bot import blocks, markup
from bot.blocks import Block, Message, Option
from bot.decisions.entry import DOOR_NAMES
from bot.decisions.model import DECIDED, ENDED, PROPOSED, Decision
from bot.decisions.turns import RAISED, Turn
from bot.house import House, Part

CARD = "decisions/card.txt.j2"
WORDS = "decisions/messages.txt.j2"
MINUTES, MINUTES_FOR_A_VIEW = 5, 2
"""How long it takes to decide, or to write down what was decided; and to say what one thinks of it."""
LONGEST_OPTION, MOST_CHOICES = 75, 20
OTHER = "other"

MOST_REPEATED = 80
"""Characters of what somebody looked for, said back to them."""

Called = Callable[[str], str]
"""A name to show for a Slack user id."""


# The entry itself, a message that is edited as things change.


def card(house: House, decision: Decision, called: Called, turn: str = "", replaced: Sequence[str] = ()) -> Message:
    """The entry with everything that is known, whose turn it is, and the button for what is not.

    `replaced` are the entries whose place it has taken.
    """
    notes = [blocks.context(turn)] if turn else []
    return blocks.message(*entry(house, decision, called, replaced), *notes, *_to_do(house, decision))


def answer(
    house: House,
    decision: Decision,
    called: Called,
    turn: str = "",
    replaced: Sequence[str] = (),
    *,
    raised_it: bool = False,
) -> Message:
    """The entry for one reader, who may also say whether it still stands, or withdraw what they have raised."""
    withdraw = blocks.button("Withdraw", "decisions.reject", decision.ref)
    counts = decision.review_on is not None and decision.state == DECIDED
    review = [blocks.actions(blocks.button("Review", "decisions.review", decision.ref))] if counts else []
    notes = [blocks.context(turn)] if turn else []
    own = [blocks.actions(withdraw)] if raised_it and decision.state == PROPOSED else []
    return blocks.message(*entry(house, decision, called, replaced), *notes, *_to_do(house, decision), *own, *review)


def whose_turn(house: House, decision: Decision, turn: Turn, called: Called) -> str:
    """Whose turn an open question is, when it is not simply its decider's; else nothing."""
    if decision.state != PROPOSED or (turn.because == RAISED and decision.unheeded_at is None):
        return ""
    by = called(turn.given_by) if turn.given_by else ""
    facts = {"turn": turn, "to": called(turn.person), "by": by, "unheeded": decision.unheeded_at is not None}
    return house.words.part(CARD, "turn", **facts)


def entry(house: House, decision: Decision, called: Called, replaced: Sequence[str] = ()) -> list[Block]:
    decided = bool(decision.decision)
    sort, area = about(house, decision)
    values = {
        "sort": sort,
        "unsorted": decision.state == PROPOSED and not sort and house.definitions.decisions is not None,
        "area": area,
        "decision": decision,
        "decided": decided,
        "decider": called(decision.decider),
        "raised_by": called(decision.raised_by),
        "recorded_by": called(decision.recorded_by) if decision.recorded_by else "",
        "inform_person": called(decision.inform_person) if decision.inform_person else "",
        "door": DOOR_NAMES.get(decision.door, ""),
        "zone": house.definitions.organisation.zone,
        "ended_by": called(decision.ended_by) if decision.ended_by else "",
        "replaced": replaced,
    }

    def part(name: str) -> str:
        return house.words.part(CARD, name, **values)

    parts = [blocks.header(part("title"))]
    if decision.state in ENDED:
        parts.append(blocks.section(part("ended")))
    if replaced:
        parts.append(blocks.section(part("replaced")))
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
    if sort or area or values["unsorted"]:
        parts.append(blocks.context(part("about")))
    if decided and (origin := part("origin").strip()):
        parts.append(blocks.context(origin))
    if decision.inform or decision.inform_channel or decision.inform_person:
        must_know = [markup.channel(decision.inform_channel)] if decision.inform_channel else []
        parts.append(blocks.context(part("inform"), *must_know))
    if decision.urls:
        parts.append(blocks.context(*(markup.link(url, blocks.fit(url, 80)) for url in decision.urls)))
    if decision.state == DECIDED and decision.missing:
        parts.append(blocks.context(part("missing")))
    return parts


def about(house: House, decision: Decision) -> tuple[str, str]:
    """The names of its class and its area; their ids when the definitions no longer have them."""
    area = house.definitions.organisation.area(decision.area_id)
    sort = house.definitions.decision_class(decision.class_id)
    return sort.name if sort else decision.class_id, area.name if area else decision.area_id


def _to_do(house: House, decision: Decision) -> list[Block]:
    if not decision.is_open:
        return []
    if decision.state != PROPOSED or not house.definitions.decision_classes:
        return [blocks.actions(_record_button(decision))]
    label = "Change its sort" if decision.class_id else "Say what sort it is"
    return [blocks.actions(_record_button(decision), blocks.button(label, "decisions.sort", decision.ref))]


def _record_button(decision: Decision) -> Block:
    label = "Record the decision" if decision.state == PROPOSED else "Complete"
    return blocks.button(label, "decisions.record", decision.ref, style="primary")


# What people are told.


def ask(
    house: House, decision: Decision, called: Called, mine: Turn | None, last: Turn | None,
    views: Sequence[tuple[str, str]],
) -> Part:  # fmt: skip
    """To whoever's turn it is: what is to be decided, and the ways to do it. To whose it was, what became of it.

    `views` are names of those who were consulted, and what they said.
    """
    title = house.words.part(WORDS, "ask_title", decision=decision)
    if decision.state != PROPOSED or mine is None or last is None:
        decider, recorded_by = called(decision.decider), called(decision.recorded_by or decision.decider)
        facts = {"decider": decider, "recorded_by": recorded_by}
        text = house.words.part(WORDS, "asked_and_ended", decision=decision, **facts)
        return Part(title, text, waiting=False)
    if mine is not last:
        title = house.words.part(WORDS, "passed_on_title", decision=decision)
        text = house.words.part(WORDS, "asked_and_passed_on", decision=decision, to=called(last.person), turn=last)
        return Part(title, text, (*_ways_to_decide(decision),), waiting=False)
    raised_by, by = called(decision.raised_by), called(mine.given_by) if mine.given_by else ""
    text = house.words.part(WORDS, "ask", decision=decision, raised_by=raised_by, turn=mine, by=by, views=views)
    return Part(title, text, _ways_to_decide(decision), minutes=MINUTES)


def _ways_to_decide(decision: Decision) -> tuple[Block, ...]:
    """The options to choose from, and the other ways; `D-42:0` is the first option."""
    options = [
        Option(f"{decision.ref}:{n}", blocks.fit(option, LONGEST_OPTION))
        for n, option in enumerate(decision.option_lines[:MOST_CHOICES])
    ]
    other = Option(f"{decision.ref}:{OTHER}", "Something else …")
    decide = (
        blocks.menu("Decide …", "decisions.choose", [*options, other])
        if options
        else blocks.button("Decide", "decisions.choose", f"{decision.ref}:{OTHER}", style="primary")
    )
    return (
        decide,
        blocks.button("Delegate", "decisions.delegate", decision.ref),
        blocks.button("Reject", "decisions.reject", decision.ref),
    )


def consult(house: House, decision: Decision, called: Called, said: str) -> Part:
    """To somebody whose view is asked for, and what they have said; once it is decided, that."""
    title = house.words.part(WORDS, "consult_title", decision=decision)
    open_now = decision.state == PROPOSED
    facts = {"decider": called(decision.decider), "raised_by": called(decision.raised_by), "said": said}
    text = house.words.part(WORDS, "consult" if open_now else "consult_ended", decision=decision, **facts)
    label = "Change my view" if said else "Give my view"
    buttons = (blocks.button(label, "decisions.view", decision.ref),) if open_now else ()
    return Part(title, text, buttons, waiting=open_now and not said, minutes=MINUTES_FOR_A_VIEW)


def handed_on(house: House, decision: Decision) -> str:
    """Why it comes to whoever its class names, as the note of somebody who said what sort it is."""
    return house.words.part(WORDS, "handed_on", sort=about(house, decision)[0])


def view_said(house: House, name: str, text: str) -> Message:
    """Somebody's view, in the thread of the entry's card."""
    title = house.words.part(WORDS, "view_said", name=name)
    return blocks.message(*blocks.headed(title), *blocks.sections(text))


def review_due(house: House, decision: Decision, called: Called, *, waits: bool) -> Part:
    """To the decider, on the review date: does it still stand?"""
    title = house.words.part(WORDS, "review_title", decision=decision)
    facts = {"decider": called(decision.decider), "zone": house.definitions.organisation.zone}
    text = house.words.part(WORDS, "review_due" if waits else "review_done", decision=decision, **facts)
    buttons = (blocks.button("Review", "decisions.review", decision.ref, style="primary"),) if waits else ()
    return Part(title, text, buttons, waiting=waits, minutes=MINUTES_FOR_A_VIEW)


def told(house: House, decision: Decision, called: Called, *, to: str) -> tuple[str, str]:
    """To somebody who must know, as title and text: who raised it, in whose name it was recorded, others."""
    title = house.words.part(WORDS, "told_title", decision=decision)
    text = house.words.part(
        WORDS,
        "told",
        decision=decision,
        decider=called(decision.decider),
        recorded_by=called(decision.recorded_by or decision.decider),
        yours=to == decision.decider,
        raised=to == decision.raised_by and bool(decision.question),
    )
    return title, text


def told_end(house: House, decision: Decision, called: Called) -> tuple[str, str]:
    """To somebody who knew of it: it was rejected, superseded or reversed; as title and text."""
    title = house.words.part(WORDS, "told_end_title", decision=decision)
    ended_by = called(decision.ended_by) if decision.ended_by else ""
    return title, house.words.part(WORDS, "told_end", decision=decision, ended_by=ended_by)


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


def for_the_decider(house: House, decider: str, words: str, besides: Sequence[Block] = ()) -> Message:
    """To somebody who wanted Drumbeat to decide: that it does not, who does (if that is known), and the way there."""
    return blocks.message(
        blocks.section(house.words.part(WORDS, "for_the_decider", decider=decider)),
        blocks.actions(blocks.button("Raise to the decider", "decisions.raise", words, style="primary"), *besides),
    )


def for_others(house: House, sort: str, who: str, besides: Sequence[Block] = ()) -> Message:
    """To somebody who wanted what is not Drumbeat's to do: what it does not do, whose that is and how to reach them."""
    said = blocks.section(house.words.part(WORDS, f"for_others_{sort}", who=who))
    return blocks.message(said, *([blocks.actions(*besides)] if besides else []))


def offer(house: House, spot: str) -> Message:
    """To whoever set the emoji on a message (`spot` says on which): the two forms that begin with it."""
    return blocks.message(
        blocks.section(house.words.part(WORDS, "offer")),
        blocks.actions(
            blocks.button("Record a decision", "decisions.record_message", spot),
            blocks.button("Raise a decision", "decisions.raise_message", spot),
        ),
    )


def usage(house: House, of: str) -> Message:
    """What `/decision help` or `/decision export` says."""
    return blocks.message(blocks.section(house.words.part(WORDS, of)))
