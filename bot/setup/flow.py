"""The interview as it stands, its answers, and what comes of them."""

import re
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy import select
from sqlalchemy.orm import Session

from bot import presets, versions
from bot.audit import record
from bot.definitions.organisation import wrong_aliases
from bot.errors import FieldErrors, UserError
from bot.house import House, SetUp
from bot.people.model import People
from bot.rituals.model import SKIPPED, Occurrence
from bot.setup import areas, model
from bot.setup.composing import Composed, compose
from bot.setup.model import SetupAnswer, SetupDone
from bot.setup.organising import EFFECTS, constraints
from bot.setup.questions import (
    AREAS,
    CORE,
    MORE,
    PEOPLE,
    QUESTIONS,
    RITUALS,
    SENTENCE,
    Question,
    Values,
    meetings,
    nothing_known,
    own_words,
    understood,
)
from bot.setup.resolving import Given, Resolved, relevant_more, resolve, without_number
from bot.setup.standing import as_it_stands

SET_UP = ("product_ops", "head_of_product")
PRESET = "preset"
"""The name under which it is kept which preset somebody chose."""
NOTE = "The setup interview"
FALLBACK = "small-start"


@dataclass(frozen=True)
class Stand:
    """How far the interview is."""

    answers: Mapping[str, SetupAnswer]
    given: Mapping[str, Given]
    """The answers as they count: of one that was applied, what the definitions say since then is what is so."""
    resolved: Resolved
    done: SetupDone | None

    @property
    def answered(self) -> int:
        return answered(self.answers)

    @property
    def next(self) -> Question | None:
        return next_of(self.answers)

    @property
    def is_chosen_anew(self) -> bool:
        """Whether somebody chose a preset since the interview was last finished."""
        answer = self.answers.get(PRESET)
        return answer is not None and (self.done is None or answer.at >= self.done.at)

    @property
    def is_ready(self) -> bool:
        """Whether definitions can be proposed: what only some are asked may stay open."""
        return all(each.id in self.answers for each in QUESTIONS.values() if each is not MORE)


@dataclass(frozen=True)
class Saved:
    stand: Stand
    overtaken: SetupAnswer | None
    """What somebody else had answered meanwhile; it is kept, and counts no more."""


@dataclass(frozen=True)
class Proposal:
    stand: Stand
    composed: Composed
    of: str
    """The version that it changes, and the newest answer that it rests on."""


def require_setter(session: Session, house: House, slack_id: str) -> None:
    """Whoever runs product operations or product, or was named sponsor in the interview."""
    if may_set_up(session, house, slack_id):
        return
    people = People(session, house)
    names = " or ".join(each.name for role in SET_UP for each in people.with_role(role)) or "product ops"
    raise UserError(f"Only the head of product, product ops and the sponsor set Drumbeat up. Ask {names}.")


def may_set_up(session: Session, house: House, slack_id: str) -> bool:
    person = People(session, house).by_slack(slack_id)
    if person is not None and any(role in person.roles for role in SET_UP):
        return True
    answer = model.answers(session, house).get("people")
    return answer is not None and answer.values.get("sponsor") in {slack_id, person.ref if person else slack_id}


def answered(answers: Collection[str]) -> int:
    """Of the five, how many are among these."""
    return sum(each.id in answers for each in CORE)


def next_of(answers: Collection[str]) -> Question | None:
    """What is asked after these; none when all is answered."""
    return next((each for each in QUESTIONS.values() if each.id not in answers), None)


def stand(session: Session, house: House) -> Stand:
    answers = model.answers(session, house)
    done = model.done(session, house)
    given = {
        id: Given(
            as_it_stands(QUESTIONS[id], each.values, house.definitions) if done and each.at < done.at else each.values,
            _ref(session, house, each.by),
        )
        for id, each in answers.items()
        if id in QUESTIONS
    }
    today = house.clock.now().astimezone(house.definitions.organisation.zone).date()
    resolved = resolve(given, house.definitions, today, _ref(session, house, ""), chosen=_chosen(answers))
    return Stand(answers, given, resolved, done)


def _chosen(answers: Mapping[str, SetupAnswer]) -> str:
    """The preset that somebody chose; empty when nobody did."""
    answer = answers.get(PRESET)
    return str(answer.values.get(PRESET) or "") if answer else ""


def save(
    session: Session,
    house: House,
    by: str,
    question: Question,
    given: Mapping[str, Sequence[str]],
    *,
    seen: int | None = None,
    names: Mapping[str, str] | None = None,
) -> Saved:
    """Keep an answer; raises FieldErrors for what cannot be understood.

    `seen` is the newest answer to it (its id) that whoever answers has seen, 0 for none. `names` are those of people
    whom the definitions do not have.
    """
    values = _with_people(session, house, question, understood(question, given))
    if wrong := _past(session, house, question, values) | _ambiguous(house, question, values):
        raise FieldErrors(wrong)
    return keep(session, house, by, question, values | ({"names": dict(names)} if names else {}), seen=seen)


def _past(session: Session, house: House, question: Question, values: Values) -> dict[str, str]:
    """Days that are over, but for one that stood there already, such as that on which a pilot began."""
    today = house.clock.now().astimezone(house.definitions.organisation.zone).date()
    days = {field.id: str(values[field.id]) for field in question.fields if field.kind == "day" and values[field.id]}
    before = initial(stand(session, house), question) if days else {}
    return {
        id: "Pick a day, today or later."
        for id, said in days.items()
        if date.fromisoformat(said) < today and said != before.get(id)
    }


def _ambiguous(house: House, question: Question, values: Values) -> dict[str, str]:
    """Own words that the definitions would not take, beside those that there are."""
    if question is not MORE:
        return {}
    says = wrong_aliases(house.definitions.organisation.aliases | own_words(str(values["words"] or "")))
    return {"words": says[:150]} if says else {}


def _with_people(session: Session, house: House, question: Question, values: Values) -> Values:
    """The values, with everybody as the definitions refer to them; raises FieldErrors for whom nobody can know."""

    def ref_of(typed: str) -> str | None:
        return _known(session, house, typed)

    found, wrong = dict(values), {}
    for field in question.fields:
        if field.kind == "person" and (typed := values[field.id]):
            found[field.id] = ref_of(typed)
            if found[field.id] is None:
                wrong[field.id] = f"I know nobody called {typed}. Write their e-mail address, as in Slack."[:150]
    if question is AREAS:
        found["areas"], bad = areas.with_people(str(values["areas"] or ""), ref_of)
        names = dict.fromkeys(each.name for each in areas.read(found["areas"]))
        names |= dict.fromkeys(each.name for each in house.definitions.organisation.areas)
        bad_pilot = areas.wrong_choice(str(values["pilot"] or ""), list(names))
        wrong |= {name: says[:150] for name, says in (("areas", bad), ("pilot", bad_pilot)) if says}
        found["areas"] = found["areas"] or None
    if wrong:
        raise FieldErrors(wrong)
    return found


def keep(
    session: Session, house: House, by: str, question: Question, values: Values, *, seen: int | None = None
) -> Saved:
    before = model.answers(session, house).get(question.id)
    model.keep(session, house, question.id, values, by)
    is_new = before is not None and seen is not None and before.id > seen and before.by != by
    return Saved(stand(session, house), before if is_new else None)


def keep_unknown(session: Session, house: House, by: str, question: Question) -> Saved:
    """Somebody does not know anything of it yet."""
    return keep(session, house, by, question, nothing_known(question))


def choose_preset(session: Session, house: House, by: str, preset: str) -> None:
    if preset not in presets.PRESETS:
        raise UserError(f"There is no preset `{preset}`.")
    model.keep(session, house, PRESET, {PRESET: preset}, by)


def skip(session: Session, house: House, by: str) -> None:
    """Take the fallback for all that is not answered yet: everything that it rests on is assumed."""
    answers = model.answers(session, house)
    for question in QUESTIONS.values():
        if question is not MORE and question.id not in answers:
            keep_unknown(session, house, by, question)
    if PRESET not in answers and not _has_begun(session, house):
        choose_preset(session, house, by, FALLBACK)


def propose(session: Session, house: House) -> Proposal:
    """The definitions that come of the answers so far; a UserError while too little is answered."""
    found = stand(session, house)
    if not found.is_ready:
        raise UserError(
            f"{found.answered} of {len(CORE)} questions are answered. `/cadence setup` goes on with the next."
        )
    if not house.version:
        raise UserError("No version is in force yet: start Drumbeat once, and your folder becomes version 1.")
    stored = versions.get(session, house.workspace_id, house.version)
    today = house.clock.now().astimezone(house.definitions.organisation.zone).date()
    has_begun = _has_begun(session, house)
    composed = compose(
        found.resolved, stored.files, house.definitions, today, model.calling(session, house),
        has_begun=has_begun, keeps_all=has_begun and not found.is_chosen_anew,
    )  # fmt: skip
    seen = max((each.id for each in found.answers.values()), default=0)
    return Proposal(found, composed, f"{house.version}:{seen}")


def apply(session: Session, house: House, by: str, of: str) -> int:
    """Put what was proposed in force; returns the new version's number. A UserError when it would be another by now."""
    if of.partition(":")[0] != str(house.version):
        raise UserError(
            f"Version {house.version} has come meanwhile. `/cadence setup` shows what the proposal changes now."
        )
    proposal = propose(session, house)
    if of != proposal.of:
        raise UserError("Somebody has answered anew since this was shown. `/cadence setup` shows what comes of it now.")
    assert house.links.definitions is not None
    number = house.links.definitions.apply(session, house, proposal.composed.texts, author=by, note=NOTE)
    model.finish(session, house, by, number)
    record(session, house, "setup.applied", f"version:{number}", actor=by if _is_slack(by) else None, by=by)
    resolved, ops = proposal.stand.resolved, People(session, house).with_role("product_ops")
    if people := [by] if _is_slack(by) else [each.slack_id for each in ops]:
        what_binds = {name: EFFECTS[id] for id, name in constraints(resolved)}
        left = SetUp(
            people[0], meetings(resolved.values[RITUALS.id]), resolved.get(RITUALS.id, "hurts"), what_binds,
            without_number(resolved, house.clock.now().astimezone(house.definitions.organisation.zone).date()),
        )  # fmt: skip
        for follow in house.links.on_set_up:
            follow(session, house, left)
    return number


def _has_begun(session: Session, house: House) -> bool:
    """Whether a ritual was ever held."""
    held = select(Occurrence.id).where(
        Occurrence.workspace_id == house.workspace_id, Occurrence.opened_at.is_not(None), Occurrence.state != SKIPPED
    )
    return session.scalars(held.limit(1)).first() is not None


def leave_as_it_is(session: Session, house: House, by: str) -> None:
    """End the interview without any change."""
    model.finish(session, house, by, house.version)
    record(session, house, "setup.left", "setup", actor=by if _is_slack(by) else None, by=by)


def _known(session: Session, house: House, typed: str) -> str | None:
    """How the definitions refer to somebody who was typed as a name, an address or a Slack id; none for a stranger."""
    who = re.sub(r"^<@(\w+)(\|[^>]*)?>$", r"\1", typed.strip())
    by_name = [each for each in house.definitions.organisation.people if each.name.casefold() == who.casefold()]
    if len(by_name) == 1:
        return by_name[0].ref
    if _is_slack(who) or re.fullmatch(r"[^@\s<>]+@[^@\s<>]+\.[^@\s<>.]+", who):
        return _ref(session, house, who)
    return None


def _ref(session: Session, house: House, who: str) -> str:
    """How the definitions refer to somebody; whoever is neither in them nor in Slack counts as product ops."""
    person = People(session, house).by_slack(who) or People(session, house).by_ref(who)
    if person is not None:
        return person.ref
    organisation = house.definitions.organisation
    if who and (_is_slack(who) or "@" in who):
        found = organisation.person(who)
        return found.ref if found else who
    ops = organisation.with_role("product_ops") or organisation.with_role("head_of_product") or organisation.people
    return ops[0].ref


def _is_slack(who: str) -> bool:
    # A digit tells it from a name in capitals, such as WENDY.
    return bool(re.fullmatch(r"[UW](?=[A-Z]*[0-9])[A-Z0-9]{4,}", who))


def initial(found: Stand, question: Question) -> Values:
    """What stands in the form of a question before anybody fills it in: the answer, else what is likely."""
    if before := found.given.get(question.id):
        return dict(before.values)
    if question not in (PEOPLE, AREAS, SENTENCE):
        return {}
    likely = dict(found.resolved.values[question.id])
    if question is AREAS:
        # Where it is tried, and why there, is for whoever answers to say.
        return {"areas": likely["areas"]}
    return likely


def fields_asked(found: Stand, question: Question) -> tuple[str, ...]:
    """Which fields of a question somebody is asked: of the last ones only those that matter for them."""
    return relevant_more(found.resolved) if question is MORE else tuple(each.id for each in question.fields)
