"""A function says for itself whether it is ready for a release. A risk has somebody who eases it, until a day."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy.orm import Session

from bot.audit import record
from bot.errors import Changed, FieldErrors, UserError
from bot.house import House
from bot.people.flow import require_person
from bot.people.model import People
from bot.releases import course, forms, model, standing
from bot.releases.model import CANCELLED, Release, SignOff
from bot.releases.readiness import NOT_READY, READY_WITH_RISK, SIGN_OFFS
from bot.releases.report import Report
from bot.releases.versions import put
from bot.releases.votes import NoVote

RISK_LIMIT = 400


@dataclass(frozen=True)
class Answer:
    """What a function says, as typed. The block ids of the form are these names."""

    said: str
    risk: str = ""
    risk_owner: str = ""
    """Slack user id of who eases the risk."""
    risk_until: str = ""
    """An ISO date."""


def signable(session: Session, house: House, slack_id: str, release: Release) -> str:
    """The function this person may sign off for, by id; a `UserError` when there is none."""
    person = require_person(session, house, slack_id)
    if release.state == CANCELLED:
        raise UserError(f"{release.name} is cancelled. `/launch-ready {release.slug}` shows it.")
    asked = standing.stands(session, house, release).sign_offs
    if not asked:
        raise UserError(f"{release.name} needs no sign-offs.")
    if person.ref == release.owner:
        raise UserError(f"You own {release.name}. Each function signs off for itself, never the owner for it.")
    if person.is_product_ops:
        raise NoVote(f"Each function signs off for itself: {_signers(house, release, asked)}.", release, person.name)
    definition = house.definitions.organisation.person(person.ref)
    if definition is None or definition.function not in asked:
        organisation = house.definitions.organisation
        names = " and ".join(standing.function_name(organisation, each) for each in asked)
        raise UserError(f"{release.name} is signed off by people of {names}.")
    return definition.function


def sign_off(
    session: Session, house: House, slack_id: str, release_id: str, function: str, version: int, answer: Answer
) -> Report:
    """Record a function's own answer. `Changed` when a colleague answered after `version` was shown."""
    release = model.get(session, house, release_id)
    if function != signable(session, house, slack_id, release):
        raise FieldErrors({"function": "Only people of that function can sign off for it."})
    if wrong := _wrong(session, house, answer):
        raise FieldErrors(wrong)
    before = model.sign_offs(session, house, [release.id])[release.id].get(function)
    has_risk = answer.said == READY_WITH_RISK
    values: dict[str, Any] = {
        "said": answer.said,
        "risk": answer.risk.strip(),
        "risk_owner": answer.risk_owner if has_risk else "",
        "risk_until": date.fromisoformat(answer.risk_until) if has_risk else None,
        "changed_by": slack_id,
        "changed_at": house.clock.now(),
    }
    key = {"workspace_id": house.workspace_id, "release_id": release.id, "function": function}
    if not put(session, SignOff, before, version, key, values):
        raise Changed(_how_it_stands(session, house, release, function))
    record(
        session, house, "release.signed_off", f"release:{release.id}", actor=slack_id,
        function=function, said=answer.said, risk=values["risk"], risk_owner=values["risk_owner"],
        risk_until=answer.risk_until if has_risk else None,
    )  # fmt: skip
    return course.touched(session, house, release, slack_id)


def _signers(house: House, release: Release, functions: Iterable[str]) -> str:
    """Whom to ask for it, by function."""
    organisation = house.definitions.organisation
    found = []
    for id in functions:
        people, name = standing.in_charge(house, release, [id]), standing.function_name(organisation, id)
        found.append(f"{' or '.join(each.name for each in people[:3])} for {name}" if people else name)
    return ", ".join(found)


def _wrong(session: Session, house: House, answer: Answer) -> dict[str, str]:
    wrong = {}
    if answer.said not in SIGN_OFFS:
        wrong["said"] = "Pick ready, ready with risk or not ready."
    if answer.said in (READY_WITH_RISK, NOT_READY) and not answer.risk.strip():
        wrong["risk"] = "What is the risk, and what eases it?"
    if len(answer.risk) > RISK_LIMIT:
        wrong["risk"] = f"Keep this under {RISK_LIMIT} characters; link to the rest."
    if answer.said != READY_WITH_RISK:
        return wrong
    if People(session, house).by_slack(answer.risk_owner) is None:
        wrong["risk_owner"] = "Pick the one person who eases it, named in `organisation.yaml`."
    try:
        if date.fromisoformat(answer.risk_until) < standing.today(house):
            wrong["risk_until"] = "That day is over. Pick today or a later day."
    except ValueError:
        wrong["risk_until"] = "Pick the day until which it is eased."
    return wrong


def _how_it_stands(session: Session, house: House, release: Release, function: str) -> str:
    said = model.sign_offs(session, house, [release.id])[release.id].get(function)
    if said is None:
        return forms.signed_meanwhile(house, "", "", "")
    session.refresh(said)
    return forms.signed_meanwhile(house, said.said, said.risk, People(session, house).called(said.changed_by))
