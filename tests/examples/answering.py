"""What people do with what they are asked, by the verbs behind the buttons: whoever is asked answers at once."""

from collections.abc import Mapping
from datetime import timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from bot.actions import flow as actions
from bot.actions.model import Action
from bot.decisions import flow as decisions
from bot.decisions.entry import Choice
from bot.decisions.model import PROPOSED, Decision
from bot.enablement import confirming, standing
from bot.enablement.model import READ
from bot.house import House
from bot.improvements import flow as improvements
from bot.improvements import model as ideas
from bot.insights import answering
from bot.insights.answering import Disposition
from bot.insights.model import ACCEPTED, ACKNOWLEDGED, ROUTED, Insight
from bot.lookback import awareness
from bot.lookback import capturing as looking_back
from bot.lookback import model as lookback
from bot.naming import flow as naming
from bot.naming.model import OPEN, Naming
from bot.people.model import People
from bot.pulses import flow as pulses
from bot.pulses.model import Asked
from bot.registers import flow as registers
from bot.registers import model as register
from bot.releases import model
from bot.reviews import flow as reviews
from bot.reviews import model as review
from bot.rituals import model as occurrences
from bot.setup import assuming
from bot.updates import flow as updates
from bot.updates.answer import GREEN, Answer
from bot.updates.model import Ask
from tests.examples.company import BERLIN, OPS


def answer_everything(session: Session, house: House) -> None:
    """Everybody does what is on them today."""
    for answer in (
        _names, _updates, _reviews, _insights, _questions, _bundles, _look_backs, _actions, _pulses, _registers, _ideas,
    ):  # fmt: skip
        answer(session, house)


def confirm_assumptions(session: Session, house: House) -> None:
    """One that is due; each makes a version, by which the next is looked for."""
    today = house.clock.now().astimezone(BERLIN).date()
    for each in assuming.held(house):
        if each.confirm_by <= today:
            assuming.confirm(session, house, OPS, each.what)
            return


def _names(session: Session, house: House) -> None:
    for each in list(session.scalars(select(Naming).where(Naming.state == OPEN))):
        person = People(session, house).by_ref(each.ref)
        if person is not None:
            naming.accept(session, house, person.slack_id, str(each.id))


def _updates(session: Session, house: House) -> None:
    query = select(Ask).where(Ask.state == "waiting", Ask.asked.is_not(None))
    for each in list(session.scalars(query)):
        occurrence = occurrences.get(session, house, each.occurrence_id)
        if occurrence.state not in occurrences.RUNNING:
            continue
        said = Answer(status=GREEN, shipped="What was planned", next="The next step\nAnd the one after", confidence=80)
        updates.submit(session, house, str(each.asked), str(each.occurrence_id), each.area_id, said)


def _reviews(session: Session, house: House) -> None:
    """What people met for leaves what it is to leave."""
    for ritual in house.definitions.calendar.rituals:
        occurrence = occurrences.running(session, house, ritual.id)
        if ritual.kind != review.KIND or occurrence is None or occurrence.state != occurrences.AWAITING_OUTPUT:
            continue
        owner = People(session, house).by_ref(ritual.owner)
        assert owner is not None
        reviews.close(session, house, owner.slack_id, str(occurrence.id), ritual.artifact, "")


def _insights(session: Session, house: House) -> None:
    if house.definitions.insights is None:
        return
    query = select(Insight).where(Insight.state.in_((ROUTED, ACKNOWLEDGED))).order_by(Insight.id)
    for each in list(session.scalars(query)):
        assert each.owner is not None
        if each.state == ROUTED:
            answering.acknowledge(session, house, each.owner, each.ref)
        else:
            said = Disposition(ACCEPTED, reason="It comes with the next release", link="https://example.com/plan")
            answering.dispose(session, house, each.owner, each.ref, said)


def _questions(session: Session, house: House) -> None:
    today = house.clock.now().date()
    for each in list(session.scalars(select(Decision).where(Decision.state == PROPOSED))):
        choice = Choice("take the first way", "It is the one that can be taken back.", today + timedelta(days=120))
        decisions.decide(session, house, each.decider, each.ref, choice, f"example:{each.ref}")


def _bundles(session: Session, house: House) -> None:
    today = house.clock.now().astimezone(BERLIN).date()
    if house.definitions.releases is None:
        return
    for release in model.not_over(session, house, today):
        stands = standing.of(session, house, release)
        if stands is None or stands.edition is None:
            continue
        for roster in stands.rosters:
            for person in roster.waiting:
                confirming.confirm(session, house, person.slack_id, str(release.id), READ)


def _look_backs(session: Session, house: House) -> None:
    for release in session.scalars(select(model.Release)):
        for asked in lookback.awareness(session, house, release.id):
            if not asked.answer:
                awareness.answer(session, house, asked.person, str(release.id), "in_time")
        for captured in lookback.captures(session, house, release.id):
            if captured.asked and captured.answered_at is None:
                typed = dict(CAPTURED[captured.capture_id])
                looking_back.answer(session, house, captured.asked[0], str(captured.id), captured.version, typed)


CAPTURED: Mapping[str, Mapping[str, str]] = {
    "first-day": {"broken": "No", "tickets": "2", "stop": "No"},
    "support-week": {"tickets": "9", "usual": "8", "top": "Where it is, whom it is for, what it costs"},
    "field-week": {"used": "Yes"},
    "first-outcome": {"actual": "41 %", "outcome": "met", "lesson": "Tell the front line a week before"},
}
"""What is answered once a release is live."""


def _actions(session: Session, house: House) -> None:
    for each in list(session.scalars(select(Action).where(Action.state == "open"))):
        actions.done(session, house, each.owner, str(each.id))


def _pulses(session: Session, house: House) -> None:
    for each in list(session.scalars(select(Asked).where(Asked.state == "open"))):
        pulse, _round = pulses.answerable(session, house, each.person, str(each.round_id))
        typed = {"agree": "4", "minutes": "45", "words": ""}
        said = {question.id: typed[question.kind] for question in pulse.questions}
        pulses.answer(session, house, each.person, str(each.round_id), said, quote=False)


def _registers(session: Session, house: House) -> None:
    today = register.today(house)
    for each in register.open_entries(session, house):
        if each.due_on <= today and each.sort == register.RISK:
            registers.keep(session, house, each.owner, str(each.id), each.version, str(today + timedelta(days=30)))
        elif each.due_on <= today and each.sort == register.NEXT:
            registers.end(session, house, each.owner, str(each.id), each.version, "It is done.")
            after = registers.Typed("Look at what it changed", owner=each.owner, due=str(today + timedelta(days=30)))
            registers.add(session, house, each.owner, register.NEXT, after)
        elif each.due_on <= today:
            registers.keep(session, house, each.owner, str(each.id), each.version, str(today + timedelta(days=30)))


def _ideas(session: Session, house: House) -> None:
    for each in ideas.waiting(session, house):
        improvements.answer(session, house, OPS, each.ref, each.version, "do", "", OPS)
    for each in ideas.under_way(session, house):
        improvements.done(session, house, OPS, each.ref, each.version, "The form has one question fewer")
