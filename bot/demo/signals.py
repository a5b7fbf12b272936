"""What customers told the demo's company: answered in the weeks before, and what waits in the queue today. Data.

Each step happens in one week of the past (0 is the oldest), by the verbs of the insights room.
"""

from dataclasses import dataclass
from datetime import date, timedelta

from sqlalchemy import or_, select, update
from sqlalchemy.orm import Session

from bot.clock import to_millis
from bot.delivery.model import QUEUED, SENT, OutboxMessage
from bot.demo import company
from bot.house import House, ReleaseFacts
from bot.insights import answering, capturing, merging, model, queue, triage
from bot.insights.answering import Disposition
from bot.insights.capturing import Captured
from bot.insights.model import ACCEPTED, ADDRESSED, DECLINED, PARKED, RESEARCHING, Insight
from bot.insights.triage import Sorted

PRIYA, CARLOS, TOM = "priya@example.com", "carlos@example.com", "tom@example.com"
SAM, AMARA, NORA = "sam@example.com", "amara@example.com", "nora@example.com"
PLANNED = "planned"
TODAY = 99
"""In place of a week: it was brought this morning, and nobody has looked at it."""


@dataclass(frozen=True)
class Signal:
    """One thing that somebody was told by customers, and what became of it in the week after."""

    key: str
    week: int
    by: str
    what: str
    area: str
    theme: str
    severity: str = "medium"
    segment: str = "mid"
    evidence: str = "quote"
    cause: str = ""
    proof: str = ""
    accounts: int = 1
    source: str = "support"
    same_as: str = ""
    """The key of the one that it is a duplicate of."""
    answer: Disposition | None = None
    release: str = ""
    """The release that brings it."""
    by_owner: bool = True
    """Whether its owner has looked at it at least."""


def _no(reason: str, forward: str = "") -> Disposition:
    return Disposition(DECLINED, reason=reason, forward=forward)


TICKETS = "https://tickets.example.com/"
SIGNALS = (
    Signal(
        "retries", 1, PRIYA, "Cards are declined once and the order is gone; they have to start over",
        "payments", "reliability", "high", evidence="tickets", cause="bug", proof=f"{TICKETS}4411", accounts=6,
        answer=Disposition(ACCEPTED, reason="Declined cards are tried again by themselves", link=f"{TICKETS}4411"),
    ),
    Signal(
        "debit", 2, TOM, "Buyers in the Netherlands ask for direct debit before they sign",
        "payments", "missing", segment="enterprise", source="sales", accounts=4,
        answer=Disposition(ACCEPTED, reason="Euro area first"), release="SEPA direct debit",
    ),
    Signal(
        "debit-again", 3, CARLOS, "Direct debit is missing for euro customers; finance teams do not like cards",
        "payments", "missing", source="customer-success", same_as="debit",
    ),
    Signal(
        "tour", 3, CARLOS, "New teams close the product tour at once and then ask where to begin",
        "onboarding", "onboarding", segment="new", evidence="research", source="customer-success",
        answer=Disposition(RESEARCHING, reason="Nine sessions decide between checklist and gallery"),
    ),
    Signal(
        "dark", 4, PRIYA, "People who work at night ask for a dark mode",
        "mobile", "missing", "low", segment="smb",
        answer=Disposition(PARKED, reason="the larger text works on every screen"),
    ),
    Signal(
        "refund", 8, PRIYA, "Where is my refund? is the question we answer most",
        "payments", "docs", "medium", evidence="tickets", proof="60 tickets a week", accounts=9,
        answer=Disposition(ACCEPTED, reason="Refunds arrive within the hour"), release="Quick refunds",
    ),
    Signal(
        "permissions", 6, CARLOS, "Admins cannot see who gave a leaver access to what",
        "admin", "permissions", "high", segment="enterprise", evidence="account", proof="Borealis renews in May",
        source="customer-success",
        answer=Disposition(
            ADDRESSED, reason="The audit log can be searched by person", link="https://help.example.com/audit-log",
            forward="You find it under Admin, Audit log: search for the person's name.",
        ),
    ),
    Signal(
        "logo", 7, TOM, "A prospect wants their own logo on every page of an export",
        "reporting", "missing", "low", segment="enterprise", source="sales",
        answer=_no(
            "One deal in a year asked for it, and it would make every export slower",
            "We looked at it, and keep exports plain so that they stay fast.",
        ),
    ),
    Signal(
        "hubspot", 8, CARLOS, "The HubSpot sync is hours behind, so reps call people who have bought already",
        "integrations", "integrations", "high", evidence="tickets", cause="integration", proof=f"{TICKETS}4720",
        accounts=7, source="customer-success",
        answer=Disposition(ACCEPTED, reason="Sync in batches, back within ten minutes", link=f"{TICKETS}4720"),
    ),
    Signal(
        "rounding", 9, PRIYA, "Totals differ by a cent between the preview and the invoice",
        "billing", "pricing", "high", evidence="tickets", cause="bug", proof=f"{TICKETS}4802", accounts=3,
    ),
    Signal(
        "limits", 9, NORA, "In reviews people fear that usage pricing becomes unpredictable",
        "billing", "pricing", segment="unknown", source="reviews", accounts=2,
    ),
    Signal(
        "export-slow", 10, PRIYA, "Large exports run into a timeout and nobody says so",
        "reporting", "performance", "medium", evidence="tickets", cause="reliability", proof="31 tickets", accounts=5,
        by_owner=False,
    ),
    Signal(
        "receipts", 10, PRIYA, "Receipts have to be typed in by hand on the phone",
        "mobile", "missing", segment="smb", accounts=4,
        answer=Disposition(ACCEPTED, reason="The phone's camera will read them"), release="Camera scan",
    ),
    Signal(
        "preview", 10, CARLOS, "Finance teams want the invoice preview in their own currency",
        "billing", "pricing", segment="enterprise", source="customer-success", accounts=3, by_owner=False,
    ),
    Signal(
        "forms", 11, AMARA, "A customer's works council asks which personal data the search index keeps",
        "search", "trust", "high", segment="enterprise", proof="Letter of 12 pages", source="customer-success",
        by_owner=False,
    ),
    Signal(
        "atlas-cap", TODAY, TOM, "Nobody signs usage pricing without a cap on the invoice",
        "billing", "pricing", "high", segment="enterprise", evidence="account", proof="Kestrel Foods, 90 seats",
        source="sales",
    ),
    Signal(
        "export-again", TODAY, PRIYA, "Exports of big reports time out without any message",
        "reporting", "performance", evidence="tickets", proof=f"{TICKETS}4911", accounts=2,
    ),
    Signal(
        "export-third", TODAY, CARLOS, "Export never finishes for accounts with many projects",
        "", "", source="customer-success",
    ),
    Signal(
        "invites", TODAY, PRIYA, "Invited colleagues do not know who invited them and delete the mail",
        "onboarding", "onboarding", "low", segment="new",
    ),
    Signal(
        "payers", TODAY, PRIYA, "An invoice cannot be split between two payers",
        "billing", "", "medium", evidence="tickets", proof=f"{TICKETS}4920",
    ),
    Signal(
        "search-de", TODAY, CARLOS, "Search finds nothing when an umlaut is typed as two letters",
        "search", "reliability", "medium", source="customer-success",
    ),
)  # fmt: skip


def happen(session: Session, house: House, week: int, today: date) -> None:
    """What came in this week is sorted and routed; what came in the week before is answered."""
    for signal in SIGNALS:
        if signal.week == week:
            _bring(session, house, signal)
            _sort(session, house, signal)
        elif signal.week == week - 1:
            _answer(session, house, signal, today)


def come_in_today(session: Session, house: House) -> None:
    """What nobody has looked at yet."""
    for signal in SIGNALS:
        if signal.week == TODAY:
            _bring(session, house, signal)


def reach(session: Session, house: House) -> None:
    """What was told until now has reached whoever brought it; none of it is said again today."""
    now = house.clock.now()
    query = update(OutboxMessage).where(OutboxMessage.kind == "insights.told", OutboxMessage.state == QUEUED)
    session.flush()
    session.execute(
        query.values(
            state=SENT, posted_channel=OutboxMessage.channel, ts=f"{now.timestamp():.6f}", done_at=to_millis(now)
        )
    )


def lasting(session: Session, house: House) -> set[int]:
    """The cards of what is not over: nobody has answered it yet, or what brings it is still to come."""
    coming = {each.id for each in _releases(session, house) if each.state == PLANNED}
    open_now = or_(Insight.state.in_(model.WAITING), Insight.linked_release.in_(coming))
    kept = set[int | None]()
    for insight in session.scalars(select(Insight).where(Insight.workspace_id == house.workspace_id, open_now)):
        kept.add(insight.message_id)
        kept.update(each.card_id for each in model.submissions(session, house, insight))
    return {id for id in kept if id is not None}


def _bring(session: Session, house: House, signal: Signal) -> None:
    captured = Captured(
        what=signal.what,
        severity=signal.severity,
        area_id=signal.area,
        theme_id=signal.theme,
        segment_id=signal.segment,
        evidence_id=signal.evidence,
        proof=signal.proof,
        accounts=signal.accounts,
        source_id=signal.source,
    )
    by = company.slack_ids(house.definitions)[signal.by]
    capturing.capture(session, house, by, captured, f"demo:{signal.key}")


def _sort(session: Session, house: House, signal: Signal) -> None:
    insight = _found(session, house, signal.key)
    people = company.slack_ids(house.definitions)
    by = people[AMARA if insight.restricted else SAM]
    queue.take(session, house, by, insight.ref)
    if signal.same_as:
        merging.merge(session, house, by, insight.ref, _found(session, house, signal.same_as).ref)
        return
    tags = Sorted(
        signal.area, signal.theme, signal.segment, signal.severity, signal.evidence, signal.cause, proof=signal.proof
    )
    triage.sort(session, house, by, insight.ref, tags)


def _answer(session: Session, house: House, signal: Signal, today: date) -> None:
    insight = _found(session, house, signal.key)
    if signal.same_as or not signal.by_owner or insight.owner is None:
        return
    answering.acknowledge(session, house, insight.owner, insight.ref)
    said = signal.answer
    if said is None:
        return
    release = next((each.id for each in _releases(session, house) if each.name == signal.release), None)
    if said.kind == RESEARCHING:
        day = str(today + timedelta(days=9))
        said = Disposition(RESEARCHING, said.reason, researcher=insight.owner, answer_by=day)
    answering.dispose(
        session, house, insight.owner, insight.ref,
        Disposition(said.kind, said.reason, said.forward, said.link, said.researcher, said.answer_by, release),
    )  # fmt: skip


def _found(session: Session, house: House, key: str) -> Insight:
    submission = model.by_form(session, house, f"demo:{key}")
    assert submission is not None
    insight = model.by_id(session, house, submission.captured_as)
    assert insight is not None
    return insight


def _releases(session: Session, house: House) -> list[ReleaseFacts]:
    return house.links.releases(session, house, None) if house.links.releases else []
