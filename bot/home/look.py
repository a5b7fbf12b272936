"""One look at Home: what several sections show, read once."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property

from bot.home import colours, releases
from bot.home.colours import Colours
from bot.home.reader import HEAD, Reader
from bot.home.releases import Releases
from bot.house import Obligation
from bot.reviews import yields
from bot.reviews.yields import Yield
from bot.rituals.model import RitualPause
from bot.rituals.standing import paused_now
from bot.updates import model as updates


@dataclass(frozen=True)
class Look(Reader):
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

    @cached_property
    def paused(self) -> Mapping[str, RitualPause]:
        """The pause by hand that each ritual is in, by the ritual's id."""
        return paused_now(self.session, self.house)

    @cached_property
    def releases(self) -> Releases:
        return releases.read(self)
