"""What happens in a healthy company by itself: customers say something, something must be decided, they look back."""

from datetime import timedelta

from sqlalchemy.orm import Session

from bot.decisions import flow as decisions
from bot.decisions.entry import EASY, Question
from bot.house import House
from bot.improvements import flow as improvements
from bot.insights import capturing, queue, triage
from bot.insights.capturing import Captured
from bot.insights.triage import Sorted
from bot.pilot import notices, passing, progress
from bot.reviews import model as review
from bot.reviews import old_meetings, retros
from tests.examples.company import HEAD, OPS, PRIYA, TOM, Company, slack_id
from tests.examples.living import Happens


def tell_who_was_not_told(session: Session, house: House) -> None:
    """Product ops writes a change notice for each ritual that would ask somebody for the first time."""
    for each in notices.findings(session, house):
        ritual, _found, day = notices.to_write(session, house, OPS, each.value)
        why = "Launches surprised people, and nobody saw what moves."
        what = f"{ritual.name} asks you from then on."
        notices.send(session, house, OPS, ritual.id, what, why, str(day), OPS)


def hear_customers(week: int, company: Company) -> Happens:
    """Support and Sales each bring one thing, and product ops sorts it at once."""

    def happens(session: Session, house: House) -> None:
        if house.definitions.insights is None:
            return
        for by, source in ((PRIYA, "support"), (TOM, "sales")):
            what = f"In week {week} {source} hears that it takes three steps too many"
            key, area = f"example:{week}:{source}", company.areas[week % len(company.areas)]
            seen = Captured(what, "medium", area_id=area, source_id=source)
            insight, _submission = capturing.capture(session, house, slack_id(by), seen, key)
            queue.take(session, house, OPS, insight.ref)
            theme = ("usability", "performance", "reporting", "onboarding")[week % 4]
            triage.sort(session, house, OPS, insight.ref, Sorted(area, theme, "smb", "medium", "quote"))

    return happens


def raise_question(week: int, company: Company) -> Happens:
    def happens(session: Session, house: House) -> None:
        area = company.areas[week % len(company.areas)]
        asks = slack_id(company.owner(area))
        has_classes = bool(house.definitions.decision_classes)
        question = Question(
            question=f"Which of two ways does {area.title()} take in week {week}?",
            decider="" if has_classes else HEAD,
            needed_by=house.clock.now().date() + timedelta(days=5),
            stuck="Nobody can begin.",
            door=EASY,
            options="The first way\nThe second way",
            class_id="roadmap-change" if has_classes else "",
            area_id=area,
        )
        decisions.raise_question(session, house, asks, question, f"example:{week}")

    return happens


def have_an_idea(company: Company) -> Happens:
    def happens(session: Session, house: House) -> None:
        improvements.bring(session, house, slack_id(company.managers[0]), "The form asks twice", "Ask once")

    return happens


def look_back(week: int, company: Company) -> Happens:
    """The retro of that week: those of the pilot, later with whoever leads a function."""

    def happens(session: Session, house: House) -> None:
        due = str(house.clock.now().date() + timedelta(days=7))
        people = [company.owner(area) for area in company.pilot] + ([PRIYA] if week > 4 else [])
        for name in people:
            said = retros.Said(f"The digest, says {name}", "How little it takes", "One field fewer", OPS, due)
            retros.say(session, house, slack_id(name), "ritual:weekly-product-update", said)

    return happens


def judge_old_meetings(session: Session, house: House) -> None:
    """What there was before is listed, if it is not yet, and retired."""
    if not review.old_meetings(session, house):
        listed = old_meetings.Typed("Status call", "every week", "60", "12", "", "It leaves nothing")
        old_meetings.add(session, house, OPS, listed)
    for each in review.old_meetings(session, house):
        if not each.verdict:
            old_meetings.judge(session, house, OPS, str(each.id), each.version, "retire", "The weekly update says it")


def pass_gate(session: Session, house: House) -> None:
    """The head of product passes the gate of the step that runs, and says why where something is not known."""
    box = progress.running(house)
    assert box is not None
    why = "Two teams wait for it, and we watch it daily."
    passing.pass_gate(session, house, HEAD, box.id, why)
