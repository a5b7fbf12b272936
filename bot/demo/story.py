"""What the eight areas of the demo's company wrote in the last twelve weeks. Data, and how to read it."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta

from bot.updates.answer import AMBER, DONE, GREEN, MOVED, RED, Answer, Carried

WEEKS = 12
COLOURS = {"G": GREEN, "A": AMBER, "R": RED}
SILENT, NO_CHANGE = "-", "="


@dataclass(frozen=True)
class Need:
    """What an update asks of somebody, by e-mail address, and within how many days."""

    text: str
    of: str
    days: int


@dataclass(frozen=True)
class Decided:
    """A decision its area's owner has recorded, as the log asks for it."""

    text: str
    options: str
    why: str
    class_id: str = "area-priority"
    of: str = ""
    """Who decided, by e-mail address, when it was not the owner."""
    hard_to_reverse: bool = False
    revisit: str = ""


@dataclass(frozen=True)
class Undecided:
    """What somebody must decide, and what waits for it."""

    text: str
    class_id: str
    stuck: str
    options: str
    hard_to_reverse: bool = False


@dataclass(frozen=True)
class Story:
    """One area. `work` holds what was finished in each week, then what comes next; `colours` one letter a week."""

    colours: str
    work: tuple[str, ...]
    path: str
    metric: str
    sure: Mapping[str, int] = field(default_factory=lambda: {GREEN: 80, AMBER: 50, RED: 20})
    needs: Mapping[int, Need] = field(default_factory=dict)
    recorded: Mapping[int, Decided] = field(default_factory=dict)
    noted: Mapping[int, str] = field(default_factory=dict)
    """Decided in passing, in the update itself."""
    undecided: Mapping[int, Undecided] = field(default_factory=dict)
    """What its owner wants somebody else to decide."""

    def answer(self, week: int, day: date, slack_ids: Mapping[str, str]) -> Answer | None:
        """What its owner answered in `week` (0 is the oldest) on `day`; none for silence and for *no change*."""
        if self.colours[week] in (SILENT, NO_CHANGE):
            return None
        status = COLOURS[self.colours[week]]
        need = self.needs.get(week)
        return Answer(
            status=status,
            shipped=self.work[week],
            next="\n".join(self.work[week + 1 : week + 3]),
            carried=self._carried(week),
            confidence=self.sure[status],
            path=self.path if status in (AMBER, RED) else "",
            ask=need.text if need else "",
            ask_of=slack_ids[need.of] if need else "",
            ask_by=str(day + timedelta(days=need.days)) if need else "",
            metric=self.metric if week % 4 == 3 else "",
            decided=self.noted.get(week, ""),
        )

    def _carried(self, week: int) -> tuple[Carried, ...]:
        """Of the two lines planned a week ago the first was done and the second stays planned."""
        if week == 0 or self.colours[week - 1] in (SILENT, NO_CHANGE):
            return ()
        return Carried(self.work[week], DONE), Carried(self.work[week + 1], MOVED)


STORIES: Mapping[str, Story] = {
    "billing": Story(
        colours="GGGGGAAGGGGA",
        work=(
            "Interviews with eleven finance teams about usage pricing",
            "Pricing model for Atlas agreed with Sales",
            "Metering service counts seats and calls",
            "Invoice preview in the sandbox",
            "Tax rules for the EU and the UK",
            "Proration when a plan changes within a month",
            "Rounding differences found and explained",
            "Atlas runs for our own workspace",
            "Three pilot customers billed by Atlas, one invoice each",
            "Credit notes",
            "Migration rehearsed with a copy of production",
            "Pilot feedback worked in; the migration took nine hours instead of four",
            "Atlas: migration in two batches",
            "Atlas: macros and talk track with Support and Sales",
        ),
        path="Migrate in two batches, rehearse again on Friday; the launch date holds if that takes under four hours.",
        metric="Invoices with a manual correction: 1.4 % (was 2.3 %)",
        needs={11: Need("Which invoices does rounding change by more than one cent?", "yusuf@example.com", 2)},
        recorded={
            2: Decided(
                "count API calls per started thousand",
                "Per call\nPer started thousand\nA flat fee",
                "Customers can predict it. We give up precision below a thousand calls.",
                class_id="pricing",
                of="marcus@example.com",
            ),
            6: Decided(
                "round each line of an invoice, not the total",
                "Round each line\nRound the total",
                "Auditors can follow it. Totals differ from the old ones by up to three cents.",
                hard_to_reverse=True,
                revisit="A country's tax office asks for the other way.",
            ),
        },
        undecided={
            11: Undecided(
                "Which customers migrate in the first batch of Atlas",
                "pricing",
                "Their account managers want to call them first.",
                "The twelve that asked for it\nThe smallest hundred\nThose whose invoice stays the same",
            )
        },
    ),
    "payments": Story(
        colours="GGGGAGGGGGGG",
        work=(
            "Retry schedule for declined cards",
            "SEPA direct debit in closed beta",
            "SEPA direct debit for everybody in the euro area",
            "Clearer decline reasons in the dashboard",
            "Bank switch tested; one bank answers late",
            "Second acquirer live for a tenth of the traffic",
            "Second acquirer live for half of the traffic",
            "Refunds from the mobile app",
            "Payout report by entity",
            "Network tokens for cards on file",
            "Dunning e-mails in six languages",
            "Network tokens on for all new cards",
            "Network tokens for stored cards",
            "Local payment methods for Brazil, first sketch",
        ),
        path="The second acquirer takes over that bank's cards until it answers in time; done by Tuesday.",
        metric="Failed payments: 2.1 % (was 2.4 %)",
        recorded={
            5: Decided(
                "keep both acquirers, so that one may fail",
                "Move to the new one\nKeep both",
                "Two hours of outage cost more than the second contract.",
            )
        },
    ),
    "onboarding": Story(
        colours="GGAAGGGGG=GG",
        work=(
            "Drop-off by step is measured",
            "Sign-up with Microsoft accounts",
            "Template gallery, first twelve templates",
            "Template gallery tested with nine new teams",
            "Checklist instead of the tour",
            "Checklist for a third of new teams",
            "Checklist for everybody",
            "Invitations say who invites and why",
            "Sample data can be removed with one click",
            "Welcome e-mails rewritten",
            "Import from spreadsheets, first version",
            "Import from spreadsheets for half of new teams",
            "Import from spreadsheets for everybody",
            "Second session within a week: find what predicts it",
        ),
        path="Nine sessions this week decide between gallery and checklist; the date moves by three days at most.",
        metric="New teams active in week two: 41 % (was 37 %)",
        recorded={
            4: Decided(
                "replace the product tour by a checklist",
                "Shorter tour\nChecklist\nTemplate gallery first",
                "Seven of nine teams skipped the tour. Screens we do not list are found later.",
            )
        },
    ),
    "search": Story(
        colours="GGGGGGGGGAAR",
        work=(
            "Relevance test set of 400 queries",
            "Synonyms editor for admins",
            "Typo tolerance in German and French",
            "Filters remember their last state",
            "Index rebuild without downtime",
            "Search in comments",
            "Search in attachments, text files",
            "Search in attachments, PDF",
            "Permissions in search reviewed with Security",
            "Load test of the new index: two of five clusters too small",
            "Bigger clusters ordered",
            "One cluster moved; the second failed its health check and was moved back",
            "Find out why the second cluster failed",
            "Move clusters three to five",
        ),
        path="Needs a decision: pay for both indexes until January, or leave attachments out. Plan by Thursday.",
        metric="Searches with a click: 63 % (was 61 %)",
        undecided={
            11: Undecided(
                "Run both search indexes until January, or launch without attachments",
                "roadmap-change",
                "The second index is to be paid from Monday on.",
                "Run both until January\nLaunch without attachments",
                hard_to_reverse=True,
            )
        },
    ),
    "reporting": Story(
        colours="AAGGGGGGGGG=",
        work=(
            "Export of scheduled reports is slow; cause found",
            "Exports run in the background",
            "Exports of 100,000 rows in under a minute",
            "Dashboards can be shared by link",
            "Links expire after a date the owner picks",
            "Currency of a dashboard can be set",
            "Cohort chart",
            "Cohort chart: weekly and monthly",
            "Alerts when a number leaves its range",
            "Alerts in Slack",
            "Definitions of the twenty most used numbers written down",
            "Definitions shown beside each number",
            "Alerts by e-mail",
            "Ask customers which five reports they would miss",
        ),
        path="Exports move to the background queue; the slow ones are done by Wednesday.",
        metric="Support tickets about exports: 9 (was 31)",
    ),
    "integrations": Story(
        colours="GGG-GGGAAAAG",
        work=(
            "Webhook retries shown to customers",
            "Salesforce: field mapping",
            "Salesforce: two-way sync in beta",
            "Review of the partner API with three partners",
            "Partner API: rate limits per key",
            "Partner API: sandbox",
            "HubSpot: read contacts",
            "HubSpot: their new limits break our sync",
            "HubSpot: sync in batches",
            "HubSpot: batches hold for small accounts",
            "HubSpot: batches hold for large accounts",
            "HubSpot: sync is back within ten minutes",
            "Partner API: open to everybody",
            "Zapier: five most wanted triggers",
        ),
        path="Sync in batches until HubSpot raises our limit; large accounts are the last step.",
        metric="Accounts with a working sync: 97 % (was 88 %)",
        needs={11: Need("Who carries the pager for the partner API over the holidays?", "lena@example.com", 5)},
        noted={7: "We will read HubSpot in batches and show the delay."},
    ),
    "mobile": Story(
        colours="GGGGGG-GGGGG",
        work=(
            "Crash rate on Android 15 halved",
            "Offline reading of the last ten projects",
            "Offline edits kept until the phone is online",
            "Push notifications can be grouped",
            "Dark mode",
            "Face and fingerprint unlock",
            "App size down by a third",
            "Approvals from the lock screen",
            "Larger text works on every screen",
            "Camera scan of receipts, first version",
            "Camera scan of receipts in beta",
            "Camera scan: 200 beta testers, 4 in 5 keep using it",
            "Camera scan for everybody",
            "Tablet layout, first screens",
        ),
        path="Hold the release until the crash on start is understood.",
        metric="Sessions without a crash: 99.7 % (was 99.4 %)",
    ),
    "admin": Story(
        colours="GGGGGGGGGGA-",
        work=(
            "Audit log can be searched",
            "Audit log export to the customer's own storage",
            "Roles: list of 46 permissions agreed",
            "Roles: editor behind a flag",
            "Roles: migration of old roles",
            "Roles: beta with five customers",
            "Roles: everybody on the new plan",
            "SCIM: users",
            "SCIM: groups",
            "Session length can be set",
            "Approval of new admins by a second admin",
            "Guest access: who may invite whom",
            "Guest access: limits",
            "Guest access in beta",
        ),
        path="Security reviews guest access on Monday; the beta moves by one week.",
        metric="Time to remove a leaver: 4 minutes (was 35)",
    ),
}
