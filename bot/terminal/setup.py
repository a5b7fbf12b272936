"""`drumbeat setup`: the interview, one question after the other, and what comes of it."""

import sys
from typing import Annotated, Any

import typer
from sqlalchemy.orm import Session

from bot import presets
from bot.errors import FieldErrors, UserError
from bot.house import House
from bot.setup import flow, messages, model
from bot.setup.flow import Proposal, Stand
from bot.setup.questions import CORE, QUESTIONS, UNKNOWN, Field, Question, Values, in_words
from bot.terminal.workspace import WORKSPACE, in_force, operator
from bot.yamlfile import nearest

commands = typer.Typer()
NOTHING = "-"
"""What is typed for: none."""


@commands.command()
def setup(
    preset: Annotated[str | None, typer.Option(help="What to begin with, in place of what fits the answers.")] = None,
    starter: Annotated[bool, typer.Option("--starter", help="Ask nothing more: the starter, adjusted later.")] = False,
    again: Annotated[
        str | None, typer.Option(help=f"Answer a question anew: {', '.join(QUESTIONS)}.", metavar="QUESTION")
    ] = None,
    yes: Annotated[bool, typer.Option("--yes", help="Apply what comes of it without asking.")] = False,
    workspace: WORKSPACE = None,
) -> None:
    """Ask about your company, and propose definitions for it; stop with Ctrl-C and go on at any time."""
    with in_force(workspace) as house:
        if preset is not None:
            house.db.call(flow.choose_preset, house, operator(), preset)
        if starter:
            house.db.call(flow.skip, house, operator())
        if again is not None:
            if again not in QUESTIONS:
                raise UserError(f"There is no question `{again}`: {nearest(again, QUESTIONS)}.")
            _ask(house, house.db.call(flow.stand, house), QUESTIONS[again])
        _ask_what_is_open(house)
        proposal = house.db.call(flow.propose, house)
        assert house.links.definitions is not None
        planned = house.links.definitions.plan(house, proposal.composed.texts)
        print(f"\nTo begin with: {presets.name_of(proposal.composed.preset)}.")
        for line in house.db.call(_assumed, house, proposal):
            print(f"  {line}")
        if planned.mistakes:
            raise UserError("It cannot be applied:\n" + "\n".join(planned.mistakes))
        print("\n" + "\n".join(planned.lines))
        if planned.is_same:
            return
        if not yes:
            if not sys.stdin.isatty():
                raise UserError("Nobody is there to be asked: say --yes to apply this.")
            typer.confirm(f"Apply this as version {house.version + 1}?", abort=True)
        print(f"Version {house.db.call(flow.apply, house, operator(), proposal.of)} is in force.")


def _assumed(session: Session, house: House, proposal: Proposal) -> list[str]:
    called = model.calling(session, house)
    return [messages.proposed_line(house, each, called) for each in proposal.stand.resolved.assumed]


def _ask_what_is_open(house: House) -> None:
    while True:
        found = house.db.call(flow.stand, house)
        question = found.next
        if question is None or found.is_ready:
            return
        _ask(house, found, question)


def _ask(house: House, found: Stand, question: Question) -> None:
    """One question, until it can be understood; it is kept before the next one comes."""
    print(f"\n{question.title} ({found.answered} of {len(CORE)} answered)\n{question.asks}")
    before, wrong = flow.initial(found, question), set(flow.fields_asked(found, question))
    shown = house.db.call(_shown, house, question, before)
    given: dict[str, list[str]] = {}
    while wrong:
        for field in question.fields:
            if field.id in wrong:
                given[field.id] = _typed(field, _as_typed(before.get(field.id)), shown.get(field.id, ""))
        try:
            house.db.call(flow.save, house, operator(), question, given)
        except FieldErrors as error:
            wrong = set(error.fields)
            print("\n".join(error.fields.values()))
        else:
            return


def _shown(session: Session, house: House, question: Question, before: Values) -> dict[str, str]:
    """What stands there already, by field, with people by their names."""
    called = model.calling(session, house)
    by_name = {each.id: in_words(each, before[each.id], called) for each in question.fields if before.get(each.id)}
    return {
        each.id: _as_typed(by_name[each.id] if each.kind in ("person", "lines") else before[each.id])
        for each in question.fields
        if each.id in by_name
    }


def _typed(field: Field, before: str, shown: str) -> list[str]:
    """What somebody types for a field; `?` where they don't know yet, and Enter for what stands there (`shown`)."""
    for number, (id, name) in enumerate((field.options or {}).items(), 1):
        print(f"  {number}. {name} [{id}]")
    hint = f" {field.hint}" if field.hint else ""
    several = {"choices": " (several with commas)", "lines": " (several with ;)", "person": " (e-mail address)"}
    sign, means = (NOTHING, "none") if field.may_be_empty else (UNKNOWN, messages.DONT_KNOW)
    enter = f"Enter: {shown}; {sign}: {means}" if before else f"{sign} or Enter: {means}"
    text = str(
        typer.prompt(f"{field.label}{several.get(field.kind, '')}{hint} [{enter}]", default=before, show_default=False)
    )
    if text.strip() == NOTHING and field.may_be_empty:
        return []
    if field.kind == "choices":
        return [_chosen(field, each.strip()) for each in text.split(",") if each.strip()]
    if field.kind == "lines":
        return ["\n".join(each.strip() for each in text.split(";"))]
    return [_chosen(field, text.strip())]


def _as_typed(value: Any) -> str:
    """A value as somebody would type it."""
    return ", ".join(value) if isinstance(value, list) else "; ".join(str(value or "").splitlines())


def _chosen(field: Field, typed: str) -> str:
    """An option by its number or its id; anything else as typed."""
    ids = list(field.options or {})
    return ids[int(typed) - 1] if typed.isdecimal() and 1 <= int(typed) <= len(ids) else typed
