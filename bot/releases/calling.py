"""The call: the owner alone says go, go with conditions or hold; the advice and what it came from are kept with it."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy.orm import Session

from bot.audit import record
from bot.db import insert_for_id, swap
from bot.errors import Changed, FieldErrors, UserError
from bot.house import DecisionDraft, House
from bot.people.flow import require_person
from bot.people.model import People
from bot.prompts import flow as prompts
from bot.releases import asks, assignments, calls, card, course, messages, model, owing, rule, standing
from bot.releases.calls import Call, Condition
from bot.releases.model import CANCELLED, LIVE, PLANNED, STOPPED, Release
from bot.releases.readiness import HOLD, READY_WITH_RISK, Point, Readiness
from bot.releases.report import Report
from bot.releases.rights import HEAD_OF_PRODUCT
from bot.releases.rule import Facing, Saying
from bot.releases.standing import rules_of
from bot.releases.votes import NoVote

HOW_LIMIT = 300
CLASS = "launch-call"
"""The class of decision that going against the advice is."""


@dataclass(frozen=True)
class _Bond:
    """A condition to be kept. `owner` is a Slack id; `item_id` is of the item that is late, if it is one."""

    text: str
    owner: str
    until: date
    item_id: int | None = None


def callable_by(session: Session, house: House, slack_id: str, release_id: str) -> Release:
    """The release, if this person makes its call and there is one to make."""
    release, person = model.get(session, house, release_id), require_person(session, house, slack_id)
    rules_of(house)
    owner = People(session, house).named(release.owner)
    if person.ref != release.owner:
        theirs = f"The call on {release.name} is {owner}'s alone."
        raise NoVote(theirs, release, person.name) if person.is_product_ops else UserError(theirs)
    if release.state == CANCELLED or (release.state == LIVE and not _went_unsaid(session, house, release)):
        raise UserError(f"{release.name} is {release.state} already, so there is nothing left to call.")
    # What was stopped goes on with a new call, whatever its tier.
    if standing.tier(house, release) == "low" and release.state != STOPPED:
        raise UserError(
            f"{release.name} is low and needs no call: its four answers are enough. Say when it is live:"
            f" `/launch-ready {release.slug} live`."
        )
    return release


def call(
    session: Session, house: House, slack_id: str, release_id: str, version: int, advice: str, saying: Saying
) -> Report:
    """Record the owner's call. `Changed` when the release, or its advice, is not what the form showed any more."""
    release = callable_by(session, house, slack_id, release_id)
    snapshot_id, found = card.keep(session, house, release, slack_id)
    if found.recommendation != advice or release.version != version:
        raise Changed(messages.advice_changed(house, found, advice))
    stands = standing.stands(session, house, release)
    if release.state == LIVE and saying.said == HOLD:
        raise FieldErrors({"said": "It is out already. To take it back, stop it; to let it stay, say go."})
    facing = Facing(found.recommendation, found.held_by, late=bool(_late(stands)))
    rules = rules_of(house)
    wrong = rule.wrong(facing, saying, shortest_reason=rules.call.reason, today=standing.today(house))
    if saying.risk_owner and People(session, house).by_slack(saying.risk_owner) is None:
        wrong |= {"risk_owner": "I do not know this person. Pick somebody named in `organisation.yaml`."}
    if wrong:
        raise FieldErrors(wrong)
    state = PLANNED if release.state == STOPPED and saying.said != HOLD else release.state
    if not swap(session, Release, release.id, version, state=state):
        raise Changed(messages.advice_changed(house, found, advice))
    session.refresh(release)
    overrules = rule.overrules(facing, saying)
    call_id = insert_for_id(
        session, Call, workspace_id=house.workspace_id, release_id=release.id, said=saying.said, by=slack_id,
        at=house.clock.now(), target=release.target, tier=found.tier, advice=found.recommendation,
        snapshot_id=snapshot_id, reason=saying.reason, risk_owner=saying.risk_owner if overrules else "",
        decision=_log(session, house, slack_id, release, saying) if overrules else "",
    )  # fmt: skip
    assert call_id is not None
    if saying.said != HOLD:
        _bind(session, house, call_id, release, _conditions(session, house, release, stands, facing, saying))
    record(
        session, house, "release.called", f"release:{release.id}", actor=slack_id,
        said=saying.said, advice=found.recommendation, reason=saying.reason, risk_owner=saying.risk_owner,
    )  # fmt: skip
    if release.state == LIVE:
        # Nobody is told that it comes: it is there.
        return course.touched(session, house, release, slack_id)
    return course.happened(session, house, release, course.HELD if saying.said == HOLD else course.CALLED, slack_id)


def on_call_by(session: Session, house: House, ref: str) -> None:
    """A timer: the hour of the call. Without a word of the owner's for this day it is on hold, and they hear so."""
    release = model.held(session, house, ref)
    if release is None or release.state != PLANNED:
        return
    last, tier = calls.latest(session, house, [release.id]).get(release.id), standing.tier(house, release)
    if last is not None and last.counts(release, tier):
        return
    snapshot_id, found = card.keep(session, house, release, None)
    session.add(
        Call(
            workspace_id=house.workspace_id, release_id=release.id, said=HOLD, by=None, at=house.clock.now(),
            target=release.target, tier=tier, advice=found.recommendation, snapshot_id=snapshot_id, reason="",
            risk_owner="", decision="",
        )
    )  # fmt: skip
    record(session, house, "release.held", f"release:{release.id}", advice=found.recommendation)
    course.happened(session, house, release, course.HELD, None)
    people = People(session, house)
    title, text = asks.held(house, release, f"{rules_of(house).call.by:%H:%M}")
    owner = people.by_ref(release.owner)
    for person in dict.fromkeys([*([owner] if owner else []), *people.with_role(HEAD_OF_PRODUCT)]):
        key = f"release:{release.id}:held:{release.target}:{person.slack_id}"
        prompts.tell(session, house, person.slack_id, key, title, text)


def acknowledge(session: Session, house: House, slack_id: str, release_id: str) -> Report:
    """A head of product has seen the call. The owner stays the one who decides."""
    release, person = model.get(session, house, release_id), require_person(session, house, slack_id)
    last = calls.latest(session, house, [release.id]).get(release.id)
    stands = standing.stands(session, house, release)
    if HEAD_OF_PRODUCT not in person.roles:
        raise UserError(f"The call on {release.name} is acknowledged by a head of product.")
    if last is None or not last.lets_go(release, stands.tier):
        raise UserError(f"Nobody has said go for {release.name}, so there is nothing to acknowledge yet.")
    if person not in owing.heads(People(session, house), release, stands, last):
        raise UserError(f"The call on {release.name} needs nobody's acknowledgement any more.")
    last.acknowledged_by, last.acknowledged_at = slack_id, house.clock.now()
    record(session, house, "release.acknowledged", f"release:{release.id}", actor=slack_id)
    return course.touched(session, house, release, slack_id)


def conditions_of(session: Session, house: House, slack_id: str, release_id: str) -> tuple[Release, list[Condition]]:
    """A release and the conditions of its go that this person may say are met: their own, or all for its owner."""
    release, person = model.get(session, house, release_id), require_person(session, house, slack_id)
    last = calls.latest(session, house, [release.id]).get(release.id)
    bound = calls.conditions(session, house, [release.id]).get(last.id, []) if last else []
    mine = [each for each in bound if person.ref == release.owner or each.owner == slack_id]
    waiting = [each for each in mine if each.met_at is None and each.item_id is None]
    if not waiting:
        raise UserError(f"No condition of {release.name} waits for you. What is late is updated as an item.")
    return release, waiting


def meet(session: Session, house: House, slack_id: str, release_id: str, condition_id: str, how: str) -> Report:
    """Somebody says how a condition of the go was met."""
    release, waiting = conditions_of(session, house, slack_id, release_id)
    condition = next((each for each in waiting if str(each.id) == condition_id), None)
    wrong = {}
    if condition is None:
        wrong["condition"] = "This one has been met meanwhile, or counts no more. Pick another."
    if not how.strip():
        wrong["how"] = "Say what was done."
    elif len(how) > HOW_LIMIT:
        wrong["how"] = f"Keep this under {HOW_LIMIT} characters; link to the rest."
    if wrong or condition is None:
        raise FieldErrors(wrong)
    condition.met_by, condition.met_at, condition.met_how = slack_id, house.clock.now(), how.strip()
    record(
        session, house, "release.condition_met", f"release:{release.id}", actor=slack_id,
        condition=condition.text, how=condition.met_how,
    )  # fmt: skip
    return course.touched(session, house, release, slack_id)


def _went_unsaid(session: Session, house: House, release: Release) -> bool:
    """Whether what is live should have had a call, and nobody has let it go: the call is recorded afterwards."""
    last, tier = calls.latest(session, house, [release.id]).get(release.id), standing.tier(house, release)
    return tier != "low" and (last is None or last.said == HOLD)


def _log(session: Session, house: House, slack_id: str, release: Release, saying: Saying) -> str:
    """Going against the advice is a decision, and stands in the log."""
    if house.links.log_decision is None:
        return ""
    text, options = messages.overruling(house, release, saying.said, today=standing.today(house))
    draft = DecisionDraft(
        slack_id, text, decided=True, source=messages.source(house, release), class_id=CLASS, why=saying.reason,
        options=options,
    )  # fmt: skip
    return house.links.log_decision(session, house, draft)


def _bind(session: Session, house: House, call_id: int, release: Release, conditions: Sequence[_Bond]) -> None:
    """Keep the conditions of a call; one that was met under an earlier call is met under this one."""
    earlier = [each for some in calls.conditions(session, house, [release.id]).values() for each in some]
    met = {(each.text, each.owner): each for each in earlier if each.met_at is not None}
    for bond in conditions:
        before = met.get((bond.text, bond.owner))
        session.add(
            Condition(
                workspace_id=house.workspace_id, release_id=release.id, call_id=call_id,
                text=bond.text, owner=bond.owner, until=bond.until, item_id=bond.item_id,
                met_by=before.met_by if before else None, met_at=before.met_at if before else None,
                met_how=before.met_how if before else "",
            )
        )  # fmt: skip
    session.flush()


def _conditions(
    session: Session, house: House, release: Release, stands: Readiness, facing: Facing, saying: Saying
) -> list[_Bond]:
    """Every risk and every late item has an owner and a day; and so has a condition of the owner's own."""
    until = saying.until or release.target
    found = []
    for function, said in model.sign_offs(session, house, [release.id])[release.id].items():
        if said.said == READY_WITH_RISK and function in stands.sign_offs:
            # Sign-offs of before risks had an owner have none.
            found.append(_Bond(said.risk, said.risk_owner or said.changed_by, said.risk_until or until))
    for point in _late(stands):
        owner = _who_has(session, house, release, point)
        found.append(_Bond(f"{point.item.id} {point.item.title}", owner, until, point.item.id))
    if rule.names_a_condition(facing, saying):
        found.append(_Bond(saying.reason, saying.risk_owner, until))
    return found


def _late(stands: Readiness) -> list[Point]:
    return [point for point in stands.open_advisory if point.overdue]


def _who_has(session: Session, house: House, release: Release, point: Point) -> str:
    """The Slack id of who is in charge of an item; the release's owner where nobody is."""
    people = People(session, house)
    given = assignments.latest(session, house, [release.id])[release.id]
    refs = [*(person.ref for person in standing.who_has(house, release, point.item, given)), release.owner]
    return next(person.slack_id for ref in refs if (person := people.by_ref(ref)))
