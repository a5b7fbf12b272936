"""The demo's releases: one in trouble shortly before its date, others that go well. Data, and how it came about."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta

from sqlalchemy.orm import Session

from bot.definitions import Definitions, Tier
from bot.definitions.releases import slug
from bot.demo import company
from bot.house import House
from bot.lookback import actions, aims, awareness, capturing, escapes
from bot.lookback import model as records
from bot.releases import calling, card, flow, items, model, moving, register, rollout, signing, tiering
from bot.releases.audience import Audience, functions_in
from bot.releases.items import Standing
from bot.releases.model import LIVE, PLANNED, Release
from bot.releases.moving import Move
from bot.releases.readiness import DONE, GO, IN_WORK, NOT_READY, READY, READY_WITH_RISK, WAIVED
from bot.releases.rule import Saying
from bot.releases.signing import Answer

OWNER = "release-owner"
"""How a readiness item names whoever owns the release."""


@dataclass(frozen=True)
class Launch:
    """A release as it stands today. `in_work` and `open` are ids of readiness items; every other item is done."""

    name: str
    owner: str
    weeks_ago: int
    """When it was registered."""
    days: int
    """Until its date; less than none when that is over."""
    summary: str
    facts: tuple[str, ...]
    answers: Mapping[str, str]
    accounts: str = ""
    """The strategic accounts it touches."""
    confidence: str = "likely"
    in_work: tuple[int, ...] = ()
    open: tuple[int, ...] = ()
    signed: Mapping[str, tuple[str, str]] = field(default_factory=dict)
    """What each function said, and the risk it sees."""
    slipped: tuple[int, str] | None = None
    """Days until the date it had first, and why it has another."""
    waived: Mapping[int, str] = field(default_factory=dict)
    """Ids of readiness items that its owner goes without for a while, and why."""
    raised: tuple[Tier, str, str] | None = None
    """The tier somebody gave it, who that was, and why."""
    is_called: bool = False
    """Whether its owner has said go as soon as everything was settled; it is live on its day."""
    aim: tuple[str, str, str] | None = None
    """The number that it is to move, where that was, and where it should be."""
    seen: Mapping[tuple[str, str], Mapping[str, str]] = field(default_factory=dict)
    """What was answered once it was live, by capture and function."""
    escaped: tuple[str, str, str] | None = None
    """What was found once it was live, how bad it is, and the item that should have caught it."""
    knew: tuple[str, ...] = ()
    """What those who were asked say, one after the other, whether they knew of it."""
    action: tuple[str, str, int] | None = None
    """What somebody does because of it, who, and in how many days from today."""


LAUNCHES = (
    Launch(
        name="SEPA direct debit",
        owner="ben@example.com",
        weeks_ago=10,
        days=-56,
        summary="Customers in the euro area can pay by direct debit.",
        facts=("asked-about", "many-at-once"),
        answers={
            "audience": "Support and Sales; customers in the euro area",
            "changes": "Direct debit appears beside cards at checkout",
            "monitoring": "Returned debits, above 2 % Ben is called",
            "rollback": "Ben hides the method within 5 minutes; debits under way are still collected",
        },
        signed={"support": (READY, ""), "engineering": (READY, "")},
        is_called=True,
        aim=("Payments by direct debit in the euro area", "0 %", "8 %"),
        seen={
            ("first-day", "release-owner"): {"broken": "No", "stop": "No"},
            ("first-day", "engineering"): {"broken": "A little", "what": "Two banks answer slowly", "stop": "No"},
            ("first-day", "support"): {"broken": "No", "tickets": "2", "stop": "No"},
            ("support-week", "support"): {"tickets": "31", "usual": "24", "top": "Mandates, dates, names of banks"},
            ("field-week", "sales"): {"used": "Yes", "lesson": "A page for customers that we may send around"},
            ("field-week", "customer-success"): {"used": "No"},
            ("first-outcome", "release-owner"): {"actual": "5 %", "outcome": "not known yet"},
        },
        knew=("in_time",) * 7,
    ),
    Launch(
        name="Quick refunds",
        owner="ben@example.com",
        weeks_ago=4,
        days=-7,
        confidence="firm",
        summary="Refunds reach the customer's card within the hour.",
        facts=("asked-about",),
        answers={
            "audience": "Support, Sales and Customer Success; customers who pay by card",
            "changes": "A refund is there within the hour, and says so in the app",
            "monitoring": "Refunds that wait; above twenty Ben is called; dashboard Refunds",
            "rollback": "Ben sends refunds the old way within 5 minutes; none is lost",
        },
        signed={"support": (READY, ""), "engineering": (READY, "")},
        is_called=True,
        aim=("Tickets that ask where a refund is", "60 a week", "20 a week"),
        seen={
            ("first-day", "release-owner"): {"broken": "No", "stop": "No"},
            ("first-day", "engineering"): {
                "broken": "A little",
                "what": "Refunds in yen are off by cents",
                "stop": "No",
            },
        },
        escaped=("Refunds in yen are rounded to cents", "medium", "5"),
        knew=("in_time", "in_time", "too_late", "in_time", "unaware"),
        action=("Add currencies without cents to the test list", "lena@example.com", 9),
    ),
    Launch(
        name="Atlas",
        owner="ana@example.com",
        weeks_ago=5,
        days=4,
        summary="Customers pay for what they use, and see it coming in a preview of their invoice.",
        facts=("asked-about", "terms", "hard-to-undo", "many-at-once"),
        answers={
            "audience": "Support, Sales, Customer Success; every customer on the Team plan",
            "changes": "Usage instead of seats on the invoice, with a preview from the first day of the month",
            "monitoring": "Invoices with a correction; above 2 % Lena is called; dashboard Invoices",
            "rollback": "Lena stops the migration between batches; a batch is taken back within four hours",
        },
        accounts="Borealis Group, Kestrel Foods",
        in_work=(10, 17, 19),
        open=(9, 15, 20, 25),
        slipped=(-3, "The rehearsal of the migration took nine hours"),
        waived={18: "The trainer is ill; a recording has to do until the week after"},
        signed={
            "engineering": (NOT_READY, "The migration took nine hours in the rehearsal; Lena, until Friday"),
            "support": (READY_WITH_RISK, "Nobody covers the first weekend yet; Priya, until the day before"),
            "security": (READY, ""),
            "documentation": (READY, ""),
        },
    ),
    Launch(
        name="Network tokens",
        owner="ben@example.com",
        weeks_ago=3,
        days=9,
        summary="Stored cards keep working when the bank replaces them.",
        facts=("asked-about",),
        answers={
            "audience": "Support; nobody outside notices",
            "changes": "Cards are charged through a token of the card network",
            "monitoring": "Failed payments, above 3 % Ben is called",
            "rollback": "Lena routes all cards the old way within 10 minutes",
        },
        signed={
            "support": (READY_WITH_RISK, "The macro for refused cards comes a day later; Priya, until the day after"),
            "engineering": (READY, ""),
        },
    ),
    Launch(
        name="Camera scan",
        owner="grace@example.com",
        weeks_ago=2,
        days=2,
        confidence="firm",
        summary="Receipts are read by the phone's camera.",
        facts=(),
        answers={
            "audience": "Support; everybody with the mobile app",
            "changes": "A camera button beside the receipt field",
            "monitoring": "Crashes on the screen, above 1 % Grace is called",
            "rollback": "Grace switches the flag off within a minute",
        },
        raised=("medium", "priya@example.com", "Many will ask where their pictures go"),
        signed={"support": (READY, ""), "engineering": (READY, "")},
        is_called=True,
    ),
)


def write(session: Session, house: House, launch: Launch, today: date) -> None:
    """Register the release and bring it to where it stands; `house.clock` shows the day on which that happened."""
    people = company.slack_ids(house.definitions)
    owner = people[launch.owner]
    brief = register.Brief(
        name=launch.name,
        owner=owner,
        target=str(today + timedelta(days=launch.slipped[0] if launch.slipped else launch.days)),
        confidence=launch.confidence,
        summary=launch.summary,
        facts=launch.facts,
    )
    release = register.register(session, house, owner, brief)
    if launch.raised is not None:
        tier, by, because = launch.raised
        tiering.set_tier(session, house, people[by], str(release.id), release.version, tier, because)
    if launch.slipped is not None:
        later = Move(str(today + timedelta(days=launch.days)), "", launch.confidence, launch.slipped[1])
        moving.move(session, house, owner, str(release.id), release.version, later)
    _answer(session, house, launch, release, owner)
    _settle_items(session, house, launch, release, owner)
    if launch.aim is not None:
        until = today + timedelta(days=launch.days + 60)
        aims.set_(session, house, owner, str(release.id), 0, aims.Said(*launch.aim, str(until)))
    for function, (said, risk) in launch.signed.items():
        signer = _lead(house.definitions, function)
        answer = Answer(said, risk, signer, str(today + timedelta(days=launch.days + 1)))
        signing.sign_off(session, house, signer, str(release.id), function, 0, answer)
    if launch.is_called:
        calling.call(session, house, owner, str(release.id), release.version, GO, Saying(GO))


def go_out(session: Session, house: House, until: date) -> None:
    """What was let go and has its day until then is live; `house.clock` shows the day on which that is said."""
    people = company.slack_ids(house.definitions)
    for launch in LAUNCHES:
        release = model.by_slug(session, house, slug(launch.name))
        if launch.is_called and release is not None and release.state == PLANNED and release.target <= until:
            rollout.live(session, house, people[launch.owner], str(release.id))


def look_back(session: Session, house: House, today: date) -> None:
    """What was asked of those that are live is answered, as far as it is; `house.clock` shows when that happened."""
    people = company.slack_ids(house.definitions)
    for launch in LAUNCHES:
        release = model.by_slug(session, house, slug(launch.name))
        if release is None or release.state != LIVE:
            continue
        for captured in records.captures(session, house, release.id):
            typed = launch.seen.get((captured.capture_id, captured.function))
            if typed and captured.asked and captured.answered_at is None:
                capturing.answer(session, house, captured.asked[0], str(captured.id), captured.version, typed)
        for asked, said in zip(records.awareness(session, house, release.id), launch.knew, strict=False):
            if not asked.answer:
                awareness.answer(session, house, asked.person, str(release.id), said)
        if launch.escaped and not records.escapes(session, house, release.id):
            escapes.report(session, house, _lead(house.definitions, "support"), str(release.id), *launch.escaped)
        if launch.action and not records.actions(session, house, release.id):
            what, who, days = launch.action
            due = str(today + timedelta(days=days))
            actions.agree(session, house, people[launch.owner], str(release.id), what, people[who], due)


def show(session: Session, house: House) -> None:
    """Post the cards of the releases that are still to come."""
    people = company.slack_ids(house.definitions)
    for launch in LAUNCHES:
        if launch.days >= 0:
            card.check(session, house, people[launch.owner], flow.find(session, house, launch.name))


def _answer(session: Session, house: House, launch: Launch, release: Release, owner: str) -> None:
    functions = functions_in(house.definitions.organisation, launch.answers["audience"])
    who = Audience(functions, launch.accounts)
    flow.answer(session, house, owner, str(release.id), release.version, launch.answers, who)


def _settle_items(session: Session, house: House, launch: Launch, release: Release, owner: str) -> None:
    for item in items.updatable(session, house, owner, release):
        if item.id in launch.open or item.computed is not None:
            continue
        if reason := launch.waived.get(item.id):
            until = str(release.target + timedelta(days=7))
            waived = Standing(WAIVED, reason=reason, until=until)
            items.update(session, house, owner, str(release.id), str(item.id), 0, waived)
            continue
        by = owner if OWNER in item.owners else _lead(house.definitions, item.owners[0])
        state = IN_WORK if item.id in launch.in_work else DONE
        evidence = f"https://docs.example.com/{release.slug}/{item.id}"
        items.update(session, house, by, str(release.id), str(item.id), 0, Standing(state, evidence))


def _lead(definitions: Definitions, function: str) -> str:
    """The Slack user id of whoever leads a function."""
    lead = next(each.lead for each in definitions.organisation.functions if each.id == function)
    assert lead is not None
    return company.slack_ids(definitions)[lead]
