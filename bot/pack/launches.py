"""Section 6: what each tier of release asks for, who hears what when, and what is coming."""

from collections.abc import Sequence
from datetime import timedelta

from sqlalchemy.orm import Session

from bot.definitions import ReadinessItem, ReleaseRules, labelled
from bot.definitions.comms import Step
from bot.definitions.releases import RELEASE_OWNER, TIERS, Tier
from bot.house import House
from bot.pack_parts import Part
from bot.pack_words import Say
from bot.people.model import People
from bot.releases import model as releases
from bot.releases.standing import tier

AHEAD = timedelta(days=90)

WORDS = "pack/sections.txt.j2"


def parts(session: Session, house: House) -> Sequence[Part]:
    rules = house.definitions.releases
    if rules is None:
        return []
    say, words = Say(house, WORDS), _Words(house, rules)
    items = [
        (f"{each.id}. {each.title}", words.owners(each.owners), *words.levels(each), each.evidence)
        for each in rules.items
    ]
    sign_offs = [(words.owner(each.function), ", ".join(each.tiers), say.text("veto", veto=each.veto))
                 for each in rules.sign_offs]  # fmt: skip
    found = [
        Part(say.text("coming_title"), tables=[say.table("coming", _coming(session, house))]),
        Part(
            say.text("tiers_title"),
            says=say.lines("tiers"),
            points=[say.text("fact", id=each.id, question=each.question) for each in rules.facts],
            tables=[say.table("tiers_table", [words.tier(name) for name in TIERS])],
        ),
        Part(
            say.text("items_title"),
            says=say.lines("items"),
            tables=[say.table("items_table", items), say.table("sign_offs", sign_offs)],
        ),
        Part(say.text("comms_title"), tables=[say.table("comms", [words.step(each) for each in rules.comms.timeline])]),
    ]
    if rules.bundle:
        sections = [
            (each.title, each.asks, words.owner(each.by), ", ".join(each.tiers)) for each in rules.bundle.sections
        ]
        found.append(Part(say.text("bundle_title"), tables=[say.table("bundle", sections)]))
    captures = [
        (say.text("days_after", days=each.day), words.owners(each.functions), [q.label for q in each.questions],
         ", ".join(each.tiers))
        for each in rules.captures
    ]  # fmt: skip
    found.append(
        Part(say.text("captures_title"), says=say.lines("captures"), tables=[say.table("captures_table", captures)])
    )
    return found


class _Words:
    """Rules of releases as people read them."""

    def __init__(self, house: House, rules: ReleaseRules) -> None:
        self._house, self._rules, self._say = house, rules, Say(house, WORDS)

    def owner(self, id: str) -> str:
        function = self._house.definitions.organisation.function(id)
        return self._say.text("release_owner") if id == RELEASE_OWNER else function.name if function else id

    def owners(self, ids: Sequence[str]) -> list[str]:
        return [self.owner(id) for id in ids]

    def levels(self, item: ReadinessItem) -> list[str]:
        """What it is in each tier."""
        return [
            self._say.text("level", level=item.levels.of(name), due=item.due.of(name), only_if=item.only_if)
            for name in TIERS
        ]

    def tier(self, name: Tier) -> Sequence[str | Sequence[str]]:
        rule = self._rules.tiers.of(name)
        levels = [each.levels.of(name) for each in self._rules.items]
        return (
            labelled(self._house.definitions, name.capitalize(), f"releases.tiers.{name}"),
            self._say.text("tier_when", when=[" and ".join(each) for each in rule.when]),
            self._say.text("lead_time", days=rule.lead_time),
            self._say.text("tier_items", gates=levels.count("gate"), advisory=levels.count("advisory")),
            self._say.text("look_back", days=rule.look_back),
        )

    def step(self, step: Step) -> Sequence[str | Sequence[str]]:
        days = step.before or step.after
        tiers = [(name, days.of(name) if days else None) for name in TIERS if step.is_for(name)]
        return (
            self._say.text("step_when", step=step, days=tiers),
            [self._say.text("step_to", to=each) for each in step.to],
            self._say.text("step_says", says=step.says),
            ", ".join(name for name, _days in tiers),
        )


def _coming(session: Session, house: House) -> list[Sequence[str]]:
    people, today = People(session, house), house.clock.now().astimezone(house.definitions.organisation.zone).date()
    return [
        (
            each.name,
            Say(house, WORDS).text("release_date", day=each.target, confidence=each.confidence),
            tier(house, each).capitalize(),
            people.named(each.owner),
            each.summary,
        )
        for each in releases.planned(session, house, today, today + AHEAD)
    ]
