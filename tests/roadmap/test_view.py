"""What a reader sees: what moved and why first, then each area's now, next, later and months; never a day."""

import re
from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from bot.blocks import Message
from bot.errors import UserError
from bot.house import House
from bot.people.model import People
from bot.releases import moving
from bot.releases.moving import Move
from bot.reviews import flow as reviews
from bot.rituals.model import Occurrence
from bot.roadmap import links, messages, model, standing
from tests.fakes import at, make_house
from tests.people import ALICE, CHARLIE
from tests.releases import launch
from tests.releases.launch import FRANK
from tests.roadmap import world
from tests.roadmap.world import added, changed, run, wait
from tests.updates.team import berlin

FILLED = """\
Roadmap
*Moved in the last two weeks, and why*
• R-4 Synonyms (Search): new, and dropped again
Why: Nobody looked for one – Frank, in 2 changes
• R-3 Late fees (Billing): new, Now, ● firm
Why: The law says so – Alice. Affects Support
• R-1 Split invoices (Billing): new, Later, ◐ likely
Why: The ledger comes first – Alice, in 2 changes. Affects Support and Security
• R-2 Typing errors (Search): new, Jan–Mar 2027, ○ rough
Why: Every second large account asks for it – Frank
Billing, Alice
Now
   ● firm · R-3 Late fees – Who pays late pays more. Affects Support
Later
   ◐ likely · R-1 Split invoices – Two payers can share an invoice. Affects Support and Security
Search, Frank
Jan–Mar 2027
   ○ rough · R-2 Typing errors – Two payers can share an invoice
*Not doing*
• R-4 Synonyms (Search). Why: Nobody looked for one
● firm, ◐ likely, ○ rough. Nothing here is a date, or a promise to customers. Each area's part is written by its owner \
and deputy alone."""
EMPTY = "Roadmap\nThe roadmap is empty. /cadence roadmap change puts the first item on it."
ITEM = """\
R-1 Split invoices
Billing: Later, ◐ likely
For: Two payers can share an invoice
Affects Support
*What has happened to it, newest first*
• Wed 25 Nov 2026, Alice: Next → Later, likely
Why: The ledger comes first
Must hear it: Support and Grace. Depends on Search
Evidence: I-12 https://example.com/ledger
• Wed 25 Nov 2026, Alice: new, Next, likely
Why: Every second large account asks for it
[Change R-1]"""


def fill(house: House) -> None:
    item = added(house)
    added(house, by=FRANK, key="b", area_id="search", name="Typing errors", place="2027-01/2027-03", confidence="rough")
    changed(house, item, "later", place="later", why="The ledger comes first", functions=("support", "security"))
    added(
        house, key="c", name="Late fees", purpose="Who pays late pays more", place="now", confidence="firm",
        why="The law says so", functions=("support",),
    )  # fmt: skip
    gone = added(house, by=FRANK, key="d", area_id="search", name="Synonyms")
    changed(house, gone, "dropped", by=FRANK, why="Nobody looked for one")


def shown(house: House, words: str = "", by: str = CHARLIE) -> list[Message]:
    def verb(session: Session, house: House) -> list[Message]:
        return messages.view(house, standing.look(session, house, by, words), People(session, house).called)

    return run(house, verb)


def text(house: House, words: str = "", by: str = CHARLIE) -> str:
    return "\n".join(str(page.text) for page in shown(house, words, by))


def close_review(house: House, artifact: str = "The roadmap") -> Occurrence:
    """The review that is next opens, and its owner closes it."""

    def verb(session: Session, house: House) -> Occurrence:
        query = select(Occurrence).where(Occurrence.ritual_id == "roadmap-review", Occurrence.state == "prompted")
        occurrence = session.scalars(query).one()
        reviews.close(session, house, FRANK, str(occurrence.id), artifact, "" if artifact else "Nobody came")
        return occurrence

    return run(house, verb)


def test_the_roadmap_filled(house: House) -> None:
    fill(house)
    assert text(house) == FILLED


def test_the_roadmap_empty(house: House) -> None:
    assert text(house) == EMPTY


def test_an_area_alone(house: House) -> None:
    fill(house)
    found = text(house, "search")
    assert found.startswith("Roadmap: Search\n")
    assert "Split invoices" not in found
    assert "R-4 Synonyms: new, and dropped again" in found
    assert text(house, "all") == text(house)


def test_an_area_without_items_says_so(house: House) -> None:
    added(house)
    assert "Search, Frank\nNothing stands here yet." in text(house)


def test_an_unknown_area_offers_the_near_ones(house: House) -> None:
    with pytest.raises(UserError, match=r"I know no area called “serch”\. Did you mean `search`"):
        shown(house, "serch")


def test_only_who_writes_something_is_offered_to_change_it(house: House) -> None:
    added(house)
    assert "[Change the roadmap]" in text(house, by=ALICE)
    assert "[Change the roadmap]" not in text(house, "search", by=ALICE)
    assert "[Change the roadmap]" not in text(house)


def test_one_item_with_all_that_happened_to_it(house: House) -> None:
    item = added(house)
    changed(
        house, item, "later", place="later", why="The ledger comes first", functions=("support",), people="Grace",
        depends_on="search", evidence="I-12 https://example.com/ledger",
    )  # fmt: skip

    def verb(session: Session, house: House) -> list[Message]:
        now = model.get(session, house, "R-1")
        stands, history = standing.Stands(now, None), model.changes_of(session, house, now)
        return messages.item(house, stands, history, People(session, house).called, writes=True)

    (page,) = run(house, verb)
    assert page.text == ITEM


def test_nothing_that_moved_names_a_day(house: House) -> None:
    """The days that stand there are those on which somebody did something."""
    fill(house)
    assert not re.search(r"\b\d{1,2} (Jan|Feb|Mar)|\d{4}-\d\d-\d\d", text(house))


def test_moved_counts_from_the_last_closed_review(house: House) -> None:
    item = added(house)
    wait(house, berlin(9, 13, month=12))
    close_review(house)
    wait(house, berlin(10, 10, month=12))
    assert "*Moved since the last review, Wed 9 Dec 2026, and why*\nNothing has moved." in text(house)
    changed(house, item, "earlier", place="now")
    assert "• R-1 Split invoices (Billing): Next → Now, ◐ likely" in text(house)


def test_a_review_that_left_nothing_does_not_count(house: House) -> None:
    added(house)
    wait(house, berlin(9, 13, month=12))
    close_review(house, artifact="")
    assert "Moved in the last two weeks" in text(house)


def test_several_moves_are_one_line_from_first_to_last(house: House) -> None:
    item = added(house)
    wait(house, berlin(9, 13, month=12))
    close_review(house)
    wait(house, berlin(10, 10, month=12))
    changed(house, item, "earlier", place="now")
    changed(house, item, "later", place="later", why="The ledger comes first")
    assert (
        "• R-1 Split invoices (Billing): Next → Later, ◐ likely\nWhy: The ledger comes first – Alice, in 2 changes"
        in text(house)
    )


@pytest.mark.proves("A2")
def test_the_review_leaves_what_moved_since_the_one_before(house: House) -> None:
    """Also once it is closed, which is when its artifact is posted."""
    added(house)
    wait(house, berlin(9, 13, month=12))
    close_review(house)
    wait(house, berlin(15, 10, month=12))
    added(house, key="b", name="Late fees", why="The law says so")
    assert run(house, links.packet, "roadmap-review") == [
        "Billing: R-2 Late fees, new, Next, ◐ likely. Why: The law says so"
    ]
    wait(house, berlin(23, 13, month=12))
    occurrence = close_review(house)
    assert run(house, links.packet, "roadmap-review") == []
    (page,) = run(house, links.artifact, "roadmap-review", occurrence.id)
    assert "Moved since the last review, Wed 9 Dec 2026" in page.text
    assert "• R-2 Late fees (Billing): new, Next" in page.text
    assert "[Change" not in page.text
    for area in ("Billing, Alice", "Search, Frank"):
        assert page.text.count(area) == 1, "one source each"


def test_other_rituals_hear_nothing_of_it(house: House) -> None:
    added(house)
    assert run(house, links.packet, "weekly-update") == []
    assert run(house, links.artifact, "weekly-update", 1) == []


def test_an_empty_roadmap_leaves_the_words_that_it_is(house: House) -> None:
    wait(house, berlin(9, 13, month=12))
    (page,) = run(house, links.artifact, "roadmap-review", close_review(house).id)
    assert page.text == EMPTY


def test_a_release_that_moves_shows_on_its_item_by_month(house: House) -> None:
    with house.db.transaction() as session:
        release = launch.register(session, house)
    added(house, release_id=release.id)
    wait(house, berlin(25, 10) + timedelta(days=15))
    assert "Release Atlas in December 2026" in text(house)
    assert "its release" not in text(house)
    run(house, moving.move, ALICE, str(release.id), release.version, Move("2027-02-10", "", "likely", "Not yet"))
    assert "Release Atlas in February 2027" in text(house)
    moved = "R-1 Split invoices: its release Atlas has moved from December 2026 to February 2027; it stands as before"
    assert moved in text(house)
    assert moved in run(house, links.packet, "roadmap-review")[0]


def test_what_was_dropped_long_ago_is_out_of_sight_but_kept(house: House) -> None:
    item = added(house)
    changed(house, item, "dropped", why="Nobody asks")
    assert "*Not doing*" in text(house)
    later = at(house, house.clock.now() + timedelta(days=91))
    assert text(later) == EMPTY
    assert len(run(later, model.changes_of, item)) == 2


def test_an_area_that_the_definitions_no_longer_have_still_shows_its_items(house: House) -> None:
    added(house)
    areas = [each for each in world.organisation().model_dump(mode="python", exclude_unset=True)["areas"][1:]]
    later = replace(house, definitions=world.definitions(areas=areas))
    assert "billing (no longer in the definitions)\nNext\n   ◐ likely · R-1" in text(later)


def test_without_decisions_or_releases_it_works_as_well(house: House) -> None:
    bare = make_house(house.db, replace(house.definitions, decisions=None, releases=None), house.clock)
    added(bare)
    assert "R-1 Split invoices" in text(bare)
    assert run(bare, links.packet, "roadmap-review") == [
        "Billing: R-1 Split invoices, new, Next, ◐ likely. Why: Every second large account asks for it"
    ]


def test_a_very_long_roadmap_says_that_there_is_more(house: House) -> None:
    with house.db.transaction() as session:
        for n in range(400):
            model.add_item(
                session, house, None, area_id="billing", name=f"{n} " + "n" * 70, purpose="p" * 190, place="now",
                confidence="rough", functions=["support"],
            )  # fmt: skip
    pages = shown(house)
    assert len(pages) == 4
    assert pages[-1].text == "There is more than fits. /cadence roadmap and the name of an area shows all of that."
    wait(house, berlin(25, 13))
    whole = run(house, links.artifact, "roadmap-review", close_review(house).id)
    refs = re.findall(r"R-\d+", str([page.blocks for page in whole]))
    assert len(set(refs)) == 400, "what is posted is all of it"


def test_of_an_item_that_changed_very_often_the_last_changes_are_shown_and_it_can_be_changed(house: House) -> None:
    item = added(house)
    for n in range(120):
        changed(house, item, "scope", why=f"{n} " + "w" * 290, evidence="e" * 290)
    with house.db.transaction() as session:
        stands, changes = (
            standing.Stands(model.get(session, house, "R-1"), None),
            model.changes_of(session, house, item),
        )
        pages = messages.item(house, stands, changes, People(session, house).called, writes=True)
    assert len(pages) == 4, "Slack takes no more"
    assert "Why: 119 " in pages[0].text
    assert pages[-1].text == (
        "What happened to it before does not fit here. drumbeat roadmap export has every change.\n[Change R-1]"
    )
