"""The two companies of the examples: their people and areas, as somebody writes them down after `drumbeat init`."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any
from zoneinfo import ZoneInfo

from bot import presets
from bot.definitions import Definitions, load_texts
from bot.demo import company as demo
from tests.fake_slack import FakeSlack

BERLIN = ZoneInfo("Europe/Berlin")
"""Where everybody is."""
SAM, MARCUS = "sam", "marcus"
"""Who runs product operations, and who leads the product."""
PRIYA, TOM, CARLOS, LENA, YUSUF, NORA, FELIX = "priya", "tom", "carlos", "lena", "yusuf", "nora", "felix"
FUNCTIONS = {
    MARCUS: "product", SAM: "product-ops", LENA: "engineering", YUSUF: "data", "ingrid": "operations",
    PRIYA: "support", CARLOS: "customer-success", TOM: "sales", NORA: "marketing", FELIX: "documentation",
    "amara": "security", "omar": "support", "paula": "sales",
}  # fmt: skip
"""Everybody who is no product manager, by first name; the first of a function leads it."""
UNTIL_ASKED = (MARCUS, PRIYA, TOM)
"""Who leads something that nobody has written down: the interview asks for them."""


@dataclass(frozen=True)
class Company:
    name: str
    managers: Sequence[str]
    """First names of the product managers."""
    areas: Sequence[str]
    """Ids; the first manager owns the first, and the next stands in."""
    pilot: tuple[str, str]
    """The areas in which it is tried first."""
    why: str

    def owner(self, area: str) -> str:
        return self.managers[self.areas.index(area)]

    def deputy(self, area: str) -> str:
        return self.managers[(self.areas.index(area) + 1) % len(self.managers)]


SURPRISED = Company(
    "Lumen Software",
    ("ana", "ben", "chloe", "dev", "elif", "frank", "grace", "hugo"),
    ("billing", "payments", "onboarding", "search", "reporting", "integrations", "mobile", "admin"),
    ("billing", "payments"),
    "Of the last five launches two surprised Support, and both came from here.",
)
"""Eight product managers, whose launches surprise Support and Sales."""
GROWN = Company(
    "Tern Logistics",
    tuple("alma bela cleo dina egon fadi gina hans ines jana kira liam mila nils olga petr rosa sven".split()),  # noqa: SIM905
    ("booking", "tracking", "pricing", "customs", "fleet", "partners"),
    ("booking", "tracking"),
    "Both grew most, and everybody waits for them.",
)
"""Six product managers who became eighteen: nobody sees what moves, nor what Product Ops is for."""


def slack_id(name: str) -> str:
    return f"U0{name.upper()}"


OPS, HEAD = slack_id(SAM), slack_id(MARCUS)
"""Their Slack user ids."""


def email(name: str) -> str:
    return f"{name}@example.com"


def files(company: Company, today: date) -> dict[str, str]:
    """What `drumbeat init` writes, with the company's people and areas."""
    lead = presets.Lead(company.name, SAM.title(), email(SAM), "Europe/Berlin")
    texts = {name: text for name, text in presets.files("starter", lead, today).items() if name.endswith(".yaml")}
    people = [_person(name, function) for name, function in FUNCTIONS.items()]
    people += [_person(name, "product") for name in company.managers]
    areas = [
        f"  - {{id: {each}, name: {each.title()}, owner: {email(company.owner(each))},"
        f' deputy: {email(company.deputy(each))}, forum: "#area-{each}"}}'
        for each in company.areas
    ]
    organisation = _listed(_listed(texts["organisation.yaml"], "people", people), "areas", areas)
    for name, function in FUNCTIONS.items():
        if name not in UNTIL_ASKED:
            organisation = re.sub(
                rf"(?m)^(  - {{id: {function}, name: [^,}}]*)}}", rf"\1, lead: {email(name)}}}", organisation
            )
    texts["organisation.yaml"] = organisation
    pilot = demo.replaced(texts["pilot.yaml"], "^areas: .*$", f"areas: [{', '.join(company.pilot)}]")
    texts["pilot.yaml"] = demo.replaced(pilot, "^why: .*$", f"why: {company.why}")
    return texts


def definitions(texts: dict[str, str]) -> Definitions:
    loaded = load_texts(texts, "cadences")
    assert loaded.definitions is not None, loaded.problems
    return loaded.definitions


def move_in(slack: FakeSlack, company: Company) -> None:
    """Everybody is in the workspace, and so are the channels that the definitions name."""
    for name in (*FUNCTIONS, *company.managers):
        slack.add_user(slack_id(name), name.title())
        slack.direct(slack_id(name))
    known = {each.name for each in slack.channels.values()}
    named: list[Any] = ["product-decisions", "product-insights", "support", "sales", "customer-success"]
    for channel in [*named, *(f"area-{each}" for each in company.areas)]:
        if channel not in known:
            slack.add_channel(f"C0{re.sub('[^A-Z]', '', channel.upper())}", channel)


def _person(name: str, function: str) -> str:
    roles = {SAM: "product_ops, head_of_product"}.get(name) or ("" if name in FUNCTIONS else "product_manager")
    more = f", roles: [{roles}]" if roles else ""
    return f"  - {{name: {name.title()}, email: {email(name)}, function: {function}{more}}}"


def _listed(text: str, key: str, entries: Sequence[str]) -> str:
    """A file with these entries in one of its lists."""
    return re.sub(rf"(?m)^{key}:\n(?:  - .*\n|\n)*", f"{key}:\n" + "\n".join(entries) + "\n\n", text)
