"""A company that was set up over the wire and has lived thirteen weeks, kept as a file, of which tests take copies."""

import asyncio
import shutil
from collections.abc import Awaitable, Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

from bot import applying, versions
from bot.db import Database
from bot.house import House
from tests import conftest, people
from tests.examples import company as companies
from tests.examples import interview, weeks
from tests.examples.company import BERLIN, Company
from tests.examples.interview import FIRST_DAY, Answers
from tests.examples.living import Life
from tests.fake_slack import FakeSlack
from tests.fakes import StoppedClock, make_house
from tests.flows.drumbeat import Drumbeat, drumbeat

WEEKS = 13


@dataclass(frozen=True)
class Lived:
    company: Company
    folder: Path
    proposed: str
    """What the interview had proposed."""
    at: datetime
    """When the thirteen weeks were over."""

    @contextmanager
    def copy(self, folder: Path) -> Iterator[House]:
        """The company as it is then, to be changed at will."""
        folder.mkdir(exist_ok=True)
        shutil.copy(conftest.sqlite_file(self.folder), conftest.sqlite_file(folder))
        db = conftest.opened(conftest.sqlite_url(folder))
        yield _house(db, StoppedClock(self.at))
        db.close()

    async def tell(self, house: House, story: Callable[[Drumbeat], Awaitable[None]]) -> None:
        """Let a story happen over the wire to a copy."""
        clock = house.clock
        assert isinstance(clock, StoppedClock)
        with _slack(self.company, clock) as slack:
            async with drumbeat(house.db, slack, clock, house.definitions) as bot:
                bot.take_over()
                await story(bot)


def live(company: Company, answers: Answers, folder: Path) -> Lived:
    """From an empty workspace through the interview and the first week, over the wire, to the end of the last."""
    conftest.make_tables_at(conftest.sqlite_url(folder))
    db = conftest.opened(conftest.sqlite_url(folder))
    clock = StoppedClock(datetime(FIRST_DAY.year, FIRST_DAY.month, FIRST_DAY.day, 9, tzinfo=BERLIN).astimezone(UTC))
    texts = companies.files(company, FIRST_DAY)

    async def begin() -> str:
        await db.run(applying.begin, people.WORKSPACE, clock.now(), texts)
        async with drumbeat(db, slack, clock, companies.definitions(texts)) as bot:
            bot.take_over()
            proposed = await interview.set_up(bot, answers)
            await interview.begin(bot, company)
            return proposed

    with _slack(company, clock) as slack:
        proposed = asyncio.run(begin())
    life = Life(db, clock, _house(db, clock), company, FIRST_DAY)
    weeks.plan(life)
    life.until(FIRST_DAY + timedelta(weeks=WEEKS))
    db.close()
    return Lived(company, folder, proposed, clock.now())


def _house(db: Database, clock: StoppedClock) -> House:
    found = db.call(versions.in_force, people.WORKSPACE)
    return make_house(db, found.definitions, clock, links=applying.LINKS).by(found.definitions, found.number)


@contextmanager
def _slack(company: Company, clock: StoppedClock) -> Iterator[FakeSlack]:
    slack = FakeSlack(clock)
    slack.start()
    companies.move_in(slack, company)
    yield slack
    slack.stop()
