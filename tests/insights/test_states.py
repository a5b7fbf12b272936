"""What may be done with an insight in which state: the whole table, and any way through it."""

from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any

import pytest

from bot.definitions import InsightRules
from bot.errors import UserError
from bot.house import House
from bot.insights import answering, capturing, merging, model, questions, states, telling, triage
from bot.insights.model import (
    ACKNOWLEDGED,
    CLOSED,
    DECIDED,
    MERGED,
    NEEDS_INFO,
    NEW,
    OUT_OF_SCOPE,
    ROUTED,
    STATES,
    TRIAGED,
    Insight,
)
from tests.insights.world import NO, RULES, TAGS, deliver, heard, run, wait
from tests.people import ALICE, BOB, CHARLIE
from tests.releases.launch import DANA, FRANK, GRACE

SHOWN = {
    NEW: "waits to be triaged",
    NEEDS_INFO: "waits for an answer of its submitter",
    TRIAGED: "is sorted, but nobody is found yet to answer it",
    ROUTED: "waits to be acknowledged",
    ACKNOWLEDGED: "waits for its answer",
    DECIDED: "is answered",
    CLOSED: "is answered, and everybody who brought it was told",
    MERGED: "is merged into another one",
    OUT_OF_SCOPE: "is out of scope",
}
NO_MORE = "it is refused, and its state is said"
OVER = "it is refused: the question is over"
NOTHING = "nothing happens"
TABLE = """
              sort    route   ask         answer  lapse  merge   unmerge  scope_out     reopen  acknowledge   hand_back  dispose  close   join
new           routed  no      needs_info  over    .      merged  no       out_of_scope  no      no            no         no       .       new
needs_info    routed  no      no          new     new    merged  no       out_of_scope  no      no            no         no       .       needs_info
triaged       routed  routed  no          over    .      merged  no       out_of_scope  no      no            no         no       .       triaged
routed        routed  no      no          over    .      merged  no       no            no      acknowledged  new        decided  .       routed
acknowledged  routed  no      no          over    .      merged  no       no            no      no            new        decided  .       acknowledged
decided       no      no      no          over    .      no      no       no            no      no            no         decided  closed  decided
closed        no      no      no          over    .      no      no       no            no      no            no         decided  .       decided
merged        no      no      no          over    .      no      new      no            no      no            no         no       .       no
out_of_scope  no      no      no          over    .      no      no       no            new     no            no         no       .       out_of_scope
"""  # noqa: E501  # a table is read across
"""`no`: refused, and its state is said; `over`: the question is over; `.`: a timer that finds nothing to do."""

HEAD, *ROWS = [line.split() for line in TABLE.strip().splitlines()]
CELLS = [(row[0], verb, cell) for row in ROWS for verb, cell in zip(HEAD, row[1:], strict=True)]
MOVES = [(state, verb, cell) for state, verb, cell in CELLS if cell in STATES]
OTHERS = {state: [(verb, cell) for at, verb, cell in CELLS if at == state and cell not in STATES] for state in STATES}


def lost(house: House) -> House:
    """The same, with definitions that lead to nobody whom Slack knows."""
    rules = RULES | {"routes": [{"name": "To nobody", "to": "legal"}]}
    return replace(house, definitions=replace(house.definitions, insights=InsightRules.model_validate(rules)))


def asked_and_answered(house: House) -> Insight:
    """Charlie has brought it, and has answered a question: the question 1 is over."""
    insight = heard(house)
    run(house, questions.ask, BOB, "I-1", "Which plan?")
    run(house, questions.answer, CHARLIE, "1", "The small one")
    return insight


def in_state(house: House, state: str) -> None:
    """I-1 in this state by the way that people take, and I-2 that waits to be triaged."""
    if state == NEEDS_INFO:
        heard(house)
        run(house, questions.ask, BOB, "I-1", "Which plan?")
    else:
        asked_and_answered(house)
    heard(house, key="another", by=GRACE)
    steps: Mapping[str, list[Callable[[], object]]] = {
        TRIAGED: [lambda: run(lost(house), triage.sort, BOB, "I-1", TAGS)],
        ROUTED: [lambda: run(house, triage.sort, BOB, "I-1", TAGS)],
        ACKNOWLEDGED: [lambda: run(house, answering.acknowledge, ALICE, "I-1")],
        DECIDED: [lambda: run(house, answering.dispose, ALICE, "I-1", NO)],
        CLOSED: [lambda: deliver(house), lambda: wait(house, house.clock.now() + telling.SOON)],
        MERGED: [lambda: run(house, merging.merge, BOB, "I-1", "I-2")],
        OUT_OF_SCOPE: [lambda: run(house, triage.put_out_of_scope, BOB, "I-1", "Not ours")],
    }
    ways = {
        ACKNOWLEDGED: (ROUTED, ACKNOWLEDGED),
        DECIDED: (ROUTED, ACKNOWLEDGED, DECIDED),
        CLOSED: (ROUTED, ACKNOWLEDGED, DECIDED, CLOSED),
    }
    for each in ways.get(state, (state,)):
        for step in steps.get(each, []):
            step()
    assert run(house, model.get, "I-1").state == state


def do(house: House, verb: str) -> None:
    """That verb with I-1, by somebody who may."""
    insight = run(house, model.get, "I-1")
    timer = f"insight:{insight.id}"

    def route(session: Any, house: House) -> None:
        (held,) = model.held(session, house, insight.id)
        answering.route(session, house, held)

    def close() -> None:
        deliver(house)
        run(house, telling.on_closing, timer)

    verbs: Mapping[str, Callable[[], object]] = {
        states.SORT: lambda: run(house, triage.sort, BOB, "I-1", TAGS),
        states.ROUTE: lambda: run(house, route),
        states.ASK: lambda: run(house, questions.ask, BOB, "I-1", "Since when?"),
        states.ANSWER: lambda: run(house, questions.answer, CHARLIE, "1", "The small one"),
        states.LAPSE: lambda: run(house, questions.on_lapse, timer),
        states.MERGE: lambda: run(house, merging.merge, BOB, "I-1", "I-2"),
        states.UNMERGE: lambda: run(house, merging.unmerge, BOB, "I-1"),
        states.SCOPE_OUT: lambda: run(house, triage.put_out_of_scope, BOB, "I-1", "Not ours"),
        states.REOPEN: lambda: run(house, triage.reopen, BOB, "I-1"),
        states.ACKNOWLEDGE: lambda: run(house, answering.acknowledge, FRANK, "I-1"),
        states.HAND_BACK: lambda: run(house, answering.hand_back, FRANK, "I-1", "It is about search."),
        states.DISPOSE: lambda: run(house, answering.dispose, FRANK, "I-1", NO),
        states.CLOSE: close,
        states.JOIN: lambda: run(house, capturing.also, DANA, "I-1"),
    }
    verbs[verb]()


def test_the_table_has_every_state_and_every_verb() -> None:
    assert [row[0] for row in ROWS] == list(STATES)
    assert tuple(HEAD) == states.VERBS
    assert SHOWN == states.IN_WORDS


@pytest.mark.proves("R46")
@pytest.mark.parametrize(("state", "verb", "after"), MOVES, ids=[f"{state}-{verb}" for state, verb, _ in MOVES])
def test_each_verb_that_moves_it_in_each_state(house: House, state: str, verb: str, after: str) -> None:
    in_state(house, state)
    do(house, verb)
    assert run(house, model.get, "I-1").state == after


@pytest.mark.parametrize("state", STATES)
def test_every_other_verb_in_each_state_leaves_it_there_and_says_why(house: House, state: str) -> None:
    in_state(house, state)
    why = {
        "no": f"I-1 {SHOWN[state]}. `/insight I-1` shows it.",
        "over": "This question is over; I-1 goes on without it. `/insight I-1` shows it.",
        ".": "",
    }
    for verb, cell in OTHERS[state]:
        said = ""
        try:
            do(house, verb)
        except UserError as error:
            said = str(error)
        assert (verb, said) == (verb, why[cell])
        assert (verb, run(house, model.get, "I-1").state) == (verb, state)
