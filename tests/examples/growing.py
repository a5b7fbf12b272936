"""What a company takes up with the second step of its pilot: of the starter, what the interview left for later."""

from collections.abc import Mapping
from datetime import date
from typing import Any

from sqlalchemy.orm import Session

from bot import presets, versions
from bot.house import House
from bot.yamlfile import edited, sample_data
from tests.examples.company import CARLOS, MARCUS, OPS, PRIYA, SAM, TOM, Company, email
from tests.examples.living import Happens

LATER = ("roadmap-review", "insights-review", "insights-digest", "system-health")
"""Rituals of the starter that everybody has by the second month."""


def take_up_the_rest(company: Company) -> Happens:
    """Product ops adds what the starter has and they have not: rituals, decisions, insights and launches."""

    def happens(session: Session, house: House) -> None:
        stored = versions.get(session, house.workspace_id, house.version).files
        texts = with_the_rest(stored, company, house.clock.now().date())
        assert house.links.definitions is not None
        house.links.definitions.apply(session, house, texts, author=OPS, note="The second step")

    return happens


def with_the_rest(texts: Mapping[str, str], company: Company, today: date) -> dict[str, str]:
    lead = presets.Lead(company.name, SAM.title(), email(SAM), "Europe/Berlin")
    starter = presets.files("starter", lead, today)
    rituals = {each["id"]: _peopled(each, company) for each in sample_data(starter["calendar.yaml"])["rituals"]}
    wanted = [rituals[id] for id in LATER]
    gone = [id for id in rituals if id not in (*LATER, "weekly-product-update")]
    found = dict(texts)

    def add_rituals(data: Any) -> None:
        there = {each["id"] for each in data["rituals"]}
        for each in data["rituals"]:
            # What the interview has left with product ops for the time being is handed over.
            each.update({key: rituals[each["id"]][key] for key in ("owner", "audience") if key in rituals[each["id"]]})
        data["rituals"].extend(each for each in wanted if each["id"] not in there)
        known = {each["id"] for each in data["frictions"]}
        serves = {each for ritual in data["rituals"] for each in ritual.get("serves", ())}
        shipped = sample_data(starter["calendar.yaml"])["frictions"]
        data["frictions"].extend(each for each in shipped if each["id"] in serves - known)

    def add_artifacts(data: Any) -> None:
        there = {each["id"] for each in data["artifacts"]}
        made = [each for each in sample_data(starter["artifacts.yaml"])["artifacts"] if each.get("ritual") not in gone]
        data["artifacts"].extend(each for each in made if each["id"] not in there)

    found["calendar.yaml"] = edited(texts["calendar.yaml"], add_rituals)
    found["artifacts.yaml"] = edited(texts["artifacts.yaml"], add_artifacts)
    for name in ("decisions.yaml", "insights.yaml", "releases.yaml"):
        found.setdefault(name, presets.without_rituals(starter[name], gone))
    found["insights.yaml"] = edited(found["insights.yaml"], _two_sources)
    return found


def _peopled(ritual: dict[str, Any], company: Company) -> dict[str, Any]:
    """Somebody owns it, and those come whom it is about."""
    owner = {"roadmap-review": email(MARCUS), "insights-review": email(company.managers[0])}
    everybody = [email(company.owner(area)) for area in company.areas]
    come = {
        "roadmap-review": everybody,
        "insights-review": [email(PRIYA), email(TOM), email(CARLOS), *everybody[:2]],
        "system-health": [email(MARCUS), email(PRIYA), everybody[0], everybody[1]],
    }
    changed = dict(ritual) | {"owner": owner.get(ritual["id"], email(SAM))}
    return changed | ({"audience": come[ritual["id"]]} if ritual["id"] in come else {})


def _two_sources(data: Any) -> None:
    """Support and Sales; others are added one a month."""
    owners = {"support": email(PRIYA), "sales": email(TOM)}
    for i in reversed(range(len(data["sources"]))):
        if (owner := owners.get(data["sources"][i]["id"])) is None:
            del data["sources"][i]
        else:
            data["sources"][i]["owner"] = owner
