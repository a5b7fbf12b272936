"""What areas say: what came of the last bets, what was learned, and what they bet on next."""

from collections.abc import Mapping
from dataclasses import dataclass

from sqlalchemy.orm import Session

from bot.audit import record
from bot.blocks import fit
from bot.db import insert_or_ignore
from bot.definitions import Area, Ritual
from bot.errors import Changed, FieldErrors, UserError
from bot.house import DecisionDraft, House
from bot.markup import is_linkable
from bot.people.model import People
from bot.quarter import asking, closing, messages, model, rights, spans
from bot.quarter.model import MET, MOST_BETS, RESULTS, Bet, QuarterPart
from bot.rituals.model import Occurrence

LIMITS = {"what": 300, "measure": 150, "link": 500, "target": 100, "declined": 500, "risk": 300}
LEARNED_LIMIT = NO_BETS_LIMIT = NOTE_LIMIT = 300
LINK_LIMIT = LIMITS["link"]
LONGEST_QUESTION = 150
"""Characters that the log's form has for what is to be decided."""
NO_LINK = "Write a whole address, such as https://example.com/dashboard."


@dataclass(frozen=True)
class Result:
    """What came of one bet, as typed."""

    result: str = ""
    note: str = ""
    link: str = ""


@dataclass(frozen=True)
class LookBack:
    """As typed; `results` by the id of each earlier bet."""

    results: Mapping[int, Result]
    learned: str
    no_bets: str = ""


@dataclass(frozen=True)
class Typed:
    """A bet as typed. The block ids of the form are these names."""

    what: str
    owner: str
    """Slack user id."""
    measure: str = ""
    link: str = ""
    target: str = ""
    declined: str = ""
    depends_on: str = ""
    risk: str = ""
    decision: str = ""
    """The id of an entry in the log that is there already."""


def earlier_bets(session: Session, house: House, part: QuarterPart, occurrence: Occurrence) -> list[Bet]:
    """What the area bet on in the plan before."""
    before = model.previous(session, house, occurrence)
    found = model.bets(session, house, [before.id]) if before else []
    return [bet for bet in found if bet.area_id == part.area_id]


def look_back(
    session: Session, house: House, slack_id: str, part_id: str, version: int, said: LookBack
) -> tuple[QuarterPart, Occurrence, Ritual, Area]:
    """Keep what came of the last bets and what was learned. `Changed` when somebody did after `version` was shown."""
    part, occurrence, ritual, area = rights.sayable(session, house, slack_id, part_id)
    if part.version != version:
        raise Changed(messages.meanwhile(house, People(session, house).called(part.said_by or "")))
    bets = earlier_bets(session, house, part, occurrence)
    if wrong := _wrong_results(said, bets):
        raise FieldErrors(wrong)
    now = house.clock.now()
    for bet in bets:
        result = said.results.get(bet.id, Result())
        # The link is filled in beforehand, and says nothing by itself.
        values = (result.result, result.note.strip(), result.link.strip() if result.result else "")
        if values != (bet.result, bet.result_note, bet.result_link):
            bet.result, bet.result_note, bet.result_link = values
            bet.result_by, bet.result_at = slack_id, now
    part.learned, part.no_bets = said.learned.strip(), said.no_bets.strip()
    part.said_by, part.said_at, part.version = slack_id, now, part.version + 1
    session.flush()
    results = {str(bet.id): bet.result for bet in bets if bet.result}
    record(
        session, house, "quarter.looked_back", f"occurrence:{occurrence.id}", actor=slack_id,
        area=area.id, learned=part.learned, no_bets=part.no_bets, results=results,
    )  # fmt: skip
    _settle(session, house, slack_id, occurrence, part, messages.corrected_results(house, area))
    return part, occurrence, ritual, area


def add_bet(
    session: Session, house: House, slack_id: str, part_id: str, typed: Typed, form_key: str
) -> tuple[Bet, Area]:
    """A new bet of an area. A form that arrives twice makes one."""
    part, occurrence, _ritual, area = rights.sayable(session, house, slack_id, part_id)
    if (known := model.by_form(session, house, form_key)) is not None:
        return known, area
    others = [bet for bet in model.bets(session, house, [occurrence.id]) if bet.area_id == area.id]
    if len(others) >= MOST_BETS:
        raise UserError(f"{area.name} bets on {MOST_BETS} things already. Drop one first, or merge two.")
    _check(session, house, area, typed)
    values = _values(typed) | {"made_by": slack_id, "made_at": house.clock.now()}
    insert_or_ignore(
        session, Bet, workspace_id=house.workspace_id, occurrence_id=occurrence.id, area_id=area.id,
        form_key=form_key, version=1, result="", result_note="", result_link="", **values,
    )  # fmt: skip
    bet = model.by_form(session, house, form_key)
    assert bet is not None
    _note(session, house, slack_id, occurrence, part, area, bet, "added")
    return bet, area


def change_bet(
    session: Session, house: House, slack_id: str, bet_id: str, version: int, typed: Typed, *, drop: bool = False
) -> tuple[Bet, Area]:
    """Change a bet, or drop it. `Changed` when somebody did after `version` was shown."""
    part, occurrence, _ritual, area, bet = changeable(session, house, slack_id, bet_id)
    if bet.version != version:
        raise Changed(messages.meanwhile(house, "A colleague"))
    if drop:
        bet.dropped_at = house.clock.now()
    else:
        _check(session, house, area, typed)
        for name, value in _values(typed).items():
            setattr(bet, name, value)
    bet.version += 1
    session.flush()
    _note(session, house, slack_id, occurrence, part, area, bet, "dropped" if drop else "changed")
    return bet, area


def changeable(
    session: Session, house: House, slack_id: str, bet_id: str
) -> tuple[QuarterPart, Occurrence, Ritual, Area, Bet]:
    """The bet behind a button, held, if this person may change it now; a `UserError` otherwise."""
    found = model.bet(session, house, bet_id)
    part, occurrence, ritual, area = rights.sayable(
        session, house, slack_id, str(rights.part_of_bet(session, house, found).id)
    )
    return part, occurrence, ritual, area, model.bet(session, house, bet_id, hold=True)


def raise_bet(session: Session, house: House, slack_id: str, bet_id: str) -> str:
    """Have a bet decided, once: its entry in the log, such as `D-42`."""
    part, occurrence, ritual, area, bet = changeable(session, house, slack_id, bet_id)
    if house.links.log_decision is None:
        raise UserError("There is no decision log here.")
    if not bet.decision:
        then, _ = rights.ritual_of(session, house, occurrence)
        question = messages.question(house, area, spans.planned_for(then, occurrence), bet)
        draft = DecisionDraft(
            slack_id,
            fit(question, LONGEST_QUESTION),
            decided=False,
            source=messages.source(house, ritual, area),
            area_id=area.id,
            ritual_id=ritual.id,
            why=messages.because(house, bet),
        )
        bet.decision = house.links.log_decision(session, house, draft)
        session.flush()
        record(session, house, "quarter.to_log", f"bet:{bet.id}", actor=slack_id, decision=bet.decision)
        _settle(session, house, slack_id, occurrence, part, messages.corrected_decision(house, area, bet))
    return bet.decision


def _values(typed: Typed) -> dict[str, str]:
    return {name: getattr(typed, name).strip() for name in (*LIMITS, "owner", "depends_on")} | {
        "decision": typed.decision.strip().upper()
    }


def _check(session: Session, house: House, area: Area, typed: Typed) -> None:
    values = _values(typed)
    wrong = {name: f"Keep this under {most} characters." for name, most in LIMITS.items() if len(values[name]) > most}
    if not values["what"]:
        wrong["what"] = "Say what you bet on."
    if People(session, house).by_slack(typed.owner) is None:
        wrong["owner"] = "Pick somebody whom `organisation.yaml` has: every bet has one owner."
    if values["link"] and not is_linkable(values["link"]):
        wrong["link"] = NO_LINK
    if values["depends_on"] and house.definitions.organisation.area(values["depends_on"]) in (None, area):
        wrong["depends_on"] = "Pick another area."
    if values["decision"] and not _is_known(session, house, values["decision"]):
        wrong["decision"] = "The log has no such decision. `/decision list` shows those there are."
    if wrong:
        raise FieldErrors(wrong)


def _is_known(session: Session, house: House, ref: str) -> bool:
    planning = house.links.planning
    return planning is not None and any(
        each.ref == ref for each in planning(session, house, "", house.clock.now(), [ref])
    )


def _wrong_results(said: LookBack, bets: list[Bet]) -> dict[str, str]:
    wrong: dict[str, str] = {}
    for bet in bets:
        result = said.results.get(bet.id, Result())
        if result.result and result.result not in RESULTS:
            wrong[f"result_{bet.id}"] = "Pick one of these."
        if result.note.strip() and not result.result:
            wrong[f"result_{bet.id}"] = "Was it met?"
        if result.result and result.result != MET and not result.note.strip():
            wrong[f"note_{bet.id}"] = "Say the number, or why."
        if len(result.note) > NOTE_LIMIT:
            wrong[f"note_{bet.id}"] = f"Keep this under {NOTE_LIMIT} characters."
        if result.link.strip() and not is_linkable(result.link.strip()):
            wrong[f"link_{bet.id}"] = NO_LINK
    if not said.learned.strip():
        wrong["learned"] = "One thing that you would do otherwise, or again."
    if len(said.learned) > LEARNED_LIMIT:
        wrong["learned"] = f"Keep this under {LEARNED_LIMIT} characters."
    if len(said.no_bets) > NO_BETS_LIMIT:
        wrong["no_bets"] = f"Keep this under {NO_BETS_LIMIT} characters."
    return wrong


def _note(
    session: Session,
    house: House,
    slack_id: str,
    occurrence: Occurrence,
    part: QuarterPart,
    area: Area,
    bet: Bet,
    how: str,
) -> None:
    record(session, house, f"quarter.bet_{how}", f"bet:{bet.id}", actor=slack_id, area=area.id, **model.as_json(bet))
    _settle(session, house, slack_id, occurrence, part, messages.corrected_bet(house, area, bet, how))


def _settle(
    session: Session,
    house: House,
    slack_id: str,
    occurrence: Occurrence,
    part: QuarterPart,
    what: str,
) -> None:
    then, opened = rights.ritual_of(session, house, occurrence)
    closing.follow(session, then, slack_id, opened, occurrence, part, what)
    asking.changed(session, house, part)
