"""Who looks at Home: the person, their roles, their areas, their time."""

from dataclasses import dataclass
from datetime import date, datetime
from functools import cached_property
from zoneinfo import ZoneInfo

from sqlalchemy.orm import Session

from bot.definitions import Area
from bot.house import House
from bot.people.model import People, Person

HEAD, OPS, MANAGER = "head_of_product", "product_ops", "product_manager"


@dataclass(frozen=True)
class Reader:
    session: Session
    house: House
    slack_id: str

    @cached_property
    def person(self) -> Person | None:
        """Nobody, where the organisation does not know them."""
        return People(self.session, self.house).by_slack(self.slack_id)

    @cached_property
    def now(self) -> datetime:
        return self.house.clock.now()

    @cached_property
    def zone(self) -> ZoneInfo:
        return self.person.zone if self.person else self.house.definitions.organisation.zone

    @property
    def today(self) -> date:
        return self.now.astimezone(self.zone).date()

    def has(self, *roles: str) -> bool:
        return self.person is not None and any(role in self.person.roles for role in roles)

    @property
    def sees_all_releases(self) -> bool:
        """Whoever works on the product; others see those that are theirs to do something for."""
        return self.has(HEAD, OPS, MANAGER) or bool(self.areas)

    @cached_property
    def function(self) -> str:
        """The id of the function they belong to; empty where the organisation does not know them."""
        definition = self.house.definitions.organisation.person(self.person.ref) if self.person else None
        return definition.function if definition else ""

    @cached_property
    def areas(self) -> list[Area]:
        """The areas they own, then those in which they are the deputy."""
        people = People(self.session, self.house)
        if self.person is None:
            return []
        owned = people.areas_of(self.person)
        others = (each for each in self.house.definitions.organisation.areas if each not in owned)
        return [*owned, *(each for each in others if people.by_ref(each.deputy) == self.person)]
