"""One person's look at Home: who looks, and what several sections read of, read once."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from functools import cached_property
from zoneinfo import ZoneInfo

from sqlalchemy.orm import Session

from bot.definitions import Area
from bot.home import colours
from bot.home.colours import Colours
from bot.house import House, Obligation
from bot.people.model import People, Person
from bot.reviews import yields
from bot.reviews.yields import Yield
from bot.updates import model as updates

HEAD, OPS, MANAGER = "head_of_product", "product_ops", "product_manager"


@dataclass(frozen=True)
class Look:
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

    @cached_property
    def obligations(self) -> list[Obligation]:
        """What waits for them in every room: what is late first, then what is due next, then what has no day."""
        links = self.house.links.obligations
        mine = [obligation for room in links for obligation in room(self.session, self.house, self.slack_id)]
        return sorted(mine, key=lambda obligation: (obligation.due is None, obligation.due or self.now))

    @cached_property
    def colours(self) -> Mapping[str, Colours]:
        """The last updates by area id: of all areas for the head of product, of their own for others."""
        areas = self.house.definitions.organisation.areas if self.has(HEAD) else self.areas
        return colours.of(self.session, self.house, areas)

    @cached_property
    def asked(self) -> Mapping[str, int]:
        """The requests for updates that wait for them, by area id."""
        found = updates.waiting_for(self.session, self.house, self.slack_id)
        return {ask.area_id: ask.id for ask, _occurrence in found}

    @cached_property
    def yields(self) -> Mapping[str, Yield]:
        """What each ritual has left, by its id."""
        ids = [ritual.id for ritual in self.house.definitions.calendar.rituals]
        return yields.of_all(self.session, self.house, ids)
