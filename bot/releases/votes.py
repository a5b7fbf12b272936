"""Product ops keeps the process and has no vote: whoever of it would sign or call is told whose that is."""

from collections.abc import Callable
from typing import TypeVar

from sqlalchemy.orm import Session

from bot.errors import UserError
from bot.findings import finding
from bot.house import House
from bot.releases.model import Release

T = TypeVar("T")


class NoVote(UserError):
    """Product ops would sign off a release, or make its call; the check BO03 notes it."""

    def __init__(self, whose: str, release: Release, person: str) -> None:
        super().__init__(f"Product ops keeps the process and has no vote. {whose}")
        self.whose, self.release_id, self.release, self.person = whose, release.id, release.name, person


async def run(house: House, verb: Callable[[Session], T]) -> T:
    """A verb that gives a vote. What it refuses product ops is undone with it, so it is noted on its own."""
    try:
        return await house.db.run(verb)
    except NoVote as no_vote:
        await house.db.run(_note, house, no_vote)
        raise


def _note(session: Session, house: House, no_vote: NoVote) -> None:
    if house.links.noted is None:
        return
    found = finding(
        house, "BO03", f"release:{no_vote.release_id}", name=no_vote.person, release=no_vote.release,
        whose=no_vote.whose, button=("releases.show", str(no_vote.release_id), "Open the card"),
    )  # fmt: skip
    house.links.noted(session, house, found)
