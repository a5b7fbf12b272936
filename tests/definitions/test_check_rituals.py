"""Which rituals are worth their time: what the check says of agendas, people, frictions, too many and doubles."""

from collections.abc import Callable, Iterable
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.definitions import Calendar, Loaded, Organisation, load
from bot.definitions.check_rituals import check_people, check_rituals
from bot.definitions.report import as_lines
from bot.yamlfile import Document, parse

ORGANISATION = """\
name: Acme
zone: Europe/Berlin
channels: {updates: "#updates", launches: "#launches", decisions: "#decisions", product_ops: "#ops"}
functions: [{id: product, name: Product}, {id: support, name: Support}]
people:
  - {name: Alice, email: alice@example.com, slack: U0ALICE, function: product}
  - {name: Bob, email: bob@example.com, function: product}
  - {name: Charlie, email: charlie@example.com, function: support}
areas:
  - {id: billing, name: Billing, owner: alice@example.com, forum: "#billing"}
  - {id: search, name: Search, owner: bob@example.com, forum: "#search"}
"""

CALENDAR = """\
frictions: [{id: surprises, name: Launches surprise Support}]
rituals:
  - id: weekly
    name: Weekly update
    kind: weekly_update
    purpose: Everybody knows what changed.
    owner: bob@example.com
    channel: "#updates"
    serves: [surprises]
    artifact: Digest
    schedule: {repeats: every Wednesday, prompt: 10:00, cutoff: 12:00, publish: 12:00}
  - id: review
    name: Roadmap review
    kind: review
    purpose: Changes are decided.
    owner: alice@example.com
    audience: [bob@example.com, charlie@example.com]
    serves: [surprises]
    agenda: [5 min. What moved, 15 min. Decisions]
    artifact: Roadmap view
    schedule: {repeats: every Wednesday, prompt: 13:00, cutoff: 17:00, publish: 17:00}
"""

SECOND = """\
  - id: metrics
    name: Monthly metrics
    kind: review
    purpose: We see where we stand.
    owner: bob@example.com
    audience: [U0ALICE, charlie@example.com]
    serves: [surprises]
    agenda: [30 min. Figures]
    artifact: Exceptions with owners
    schedule: {repeats: last Friday of the month, prompt: 13:00, cutoff: 17:00, publish: 17:00}
"""

Says = Callable[..., list[str]]


@pytest.fixture
def loaded(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[..., Loaded]:
    """Loads the small company with some of its words replaced, and `more` below its rituals."""
    monkeypatch.chdir(tmp_path)

    def write(*changes: tuple[str, str], more: str = "") -> Loaded:
        calendar = CALENDAR
        for old, new in changes:
            assert calendar.count(old) == 1, f"{old!r} must stand there once"
            calendar = calendar.replace(old, new)
        Path("organisation.yaml").write_text(ORGANISATION)
        Path("calendar.yaml").write_text(calendar + more)
        return load(tmp_path)

    return write


@pytest.fixture
def says(loaded: Callable[..., Loaded]) -> Says:
    """What `drumbeat check` says of it, a line each."""

    def check(*changes: tuple[str, str], more: str = "") -> list[str]:
        found = loaded(*changes, more=more)
        return as_lines([*found.problems, *found.notes])

    return check


def test_a_calendar_in_order_is_not_spoken_of(says: Says) -> None:
    assert says() == []


@pytest.mark.proves("R15", "R37", "R55", "CA01", "CA03", "CA06", "CA08")
@pytest.mark.parametrize(
    ("slip", "told"),
    [
        (
            ("    owner: alice@example.com\n", ""),
            [
                "calendar.yaml:12:5 error: `owner` is missing [CA01]",
                "    every ritual has one owner: write their e-mail address or Slack member id",
            ],
        ),
        (
            ("    purpose: Changes are decided.\n", ""),
            [
                "calendar.yaml:12:5 error: `purpose` is missing [CA01]",
                "    write in one sentence what it is good for",
            ],
        ),
        (
            ("    artifact: Roadmap view\n", ""),
            [
                "calendar.yaml:12:5 error: `artifact` is missing [CA03]",
                "    What will exist after this that did not before? Name it or drop it.",
            ],
        ),
        (
            ("    agenda: [5 min. What moved, 15 min. Decisions]\n", ""),
            [
                "calendar.yaml:12:5 error: Roadmap review has no agenda [CA01]",
                "    write each point with its minutes, such as `10 min. What moved`",
            ],
        ),
        (
            ("15 min. Decisions]", "Decisions]"),
            [
                "calendar.yaml:19:33 error: this point of Roadmap review says no minutes [CA01]",
                "    write each point with its minutes, such as `10 min. What moved`",
            ],
        ),
        (
            ("    audience: [bob@example.com, charlie@example.com]\n", ""),
            [
                "calendar.yaml:12:5 error: nobody but its owner is named to come to Roadmap review [CA01]",
                '    name those who come: `audience: [ana@example.com, "@product-team"]`',
            ],
        ),
        (
            ("[bob@example.com, charlie@example.com]", "[bob@example.com]"),
            [
                "calendar.yaml:17:15 info: only Product attends Roadmap review [CA08]",
                "    a ritual of one team is for that team to run: remove it here, or name whom else it is for",
            ],
        ),
        (
            ("    serves: [surprises]\n    agenda", "    agenda"),
            [
                "calendar.yaml:12:5 warning: for which friction is Roadmap review? [CA06]",
                "    write `serves: [surprises]`, or drop it; there are: surprises",
            ],
        ),
        (
            ("serves: [surprises]\n    agenda", "serves: [surprise]\n    agenda"),
            [
                "calendar.yaml:18:14 error: no friction has the id `surprise`",
                "    write `surprises`",
            ],
        ),
        (
            ('    channel: "#updates"\n', ""),
            [
                "calendar.yaml:3:5 warning: who uses what Weekly update leaves? [CA06]",
                "    name them under `audience`, or the `channel` where they read it; if nobody does, drop it",
            ],
        ),
    ],
)
def test_a_ritual_that_cannot_be_run_or_judged_is_told_where_it_stands(
    says: Says, slip: tuple[str, str], told: list[str]
) -> None:
    assert says(slip) == told


def test_without_any_frictions_that_is_said_once(says: Says) -> None:
    changes = [
        ("frictions: [{id: surprises, name: Launches surprise Support}]\n", ""),
        ("    serves: [surprises]\n    artifact", "    artifact"),
        ("    serves: [surprises]\n    agenda", "    agenda"),
    ]
    assert says(*changes) == [
        "calendar.yaml:1:1 info: no frictions are listed, so nobody sees what each ritual is for [CA06]",
        "    list what goes wrong again and again: `frictions: [{id: surprises, name: Launches surprise Support}]`",
    ]


@pytest.mark.proves("CA07")
def test_two_reviews_of_the_same_people_with_the_same_inputs_overlap(says: Says) -> None:
    assert says(more=SECOND) == [
        "calendar.yaml:23:11 warning: Monthly metrics overlaps Roadmap review (3 of 3 people) [CA07]",
        "    merge them, or say under `inputs` what each looks at that the other does not",
    ]


def test_what_looks_at_something_else_does_not_overlap(says: Says) -> None:
    assert says(more=SECOND + "    inputs: [Figures of the month]\n") == []


def test_only_a_mistake_keeps_definitions_from_being_used(loaded: Callable[..., Loaded]) -> None:
    assert loaded(more=SECOND).definitions is not None
    assert loaded(("15 min. Decisions]", "Decisions]")).definitions is None


@pytest.mark.proves("R43", "CA05")
def test_the_seventh_ritual_that_takes_time_is_asked_about_by_name(says: Says) -> None:
    more = "".join(_asking(n) for n in range(5))
    assert says(more=more) == [
        "calendar.yaml:30:39 warning: Extra 4 is ritual 7 that takes people's time. Which one goes? [CA05]",
        "    drop one of: Weekly update, Roadmap review, Extra 0, Extra 1, Extra 2, Extra 3, Extra 4;"
        " or write beside `rituals` why there are more: `more_because: …`",
    ]


@pytest.mark.proves("R43", "CA05")
def test_with_a_reason_there_may_be_more(says: Says) -> None:
    more = "".join(_asking(n) for n in range(5))
    assert says(("rituals:\n", "more_because: Two product lines that share no people.\nrituals:\n"), more=more) == []


def test_a_reason_stays_when_rituals_change() -> None:
    _, calendar = _read(CALENDAR.replace("rituals:\n", "more_because: Two lines.\nempty_in_a_row: 5\nrituals:\n"))
    changed = calendar.with_rituals(calendar.rituals[:1])
    assert (changed.more_because, changed.empty_in_a_row, len(changed.frictions)) == ("Two lines.", 5, 1)
    assert [ritual.id for ritual in changed.rituals] == ["weekly"]


KINDS = ("weekly_update", "review", "insights_digest", "once")


@settings(max_examples=100, deadline=None, derandomize=True)
@given(st.lists(st.sampled_from(KINDS), min_size=1, max_size=12))
def test_any_calendar_is_told_of_its_seventh_and_only_of_that(kinds: list[str]) -> None:
    document, calendar = _read("rituals:\n" + "".join(map(_of_kind, range(len(kinds)), kinds)))
    told = [each for each in check_rituals(calendar, document) if "takes people's time" in each.message]
    taking = [n for n, kind in enumerate(kinds) if kind in ("weekly_update", "review")]
    assert [each.message.split(" is ")[0] for each in told] == [f"Ritual {n}" for n in taking[6:7]]


PEOPLE = ("alice@example.com", "bob@example.com", "charlie@example.com", "@team", "@others")


@settings(max_examples=150, deadline=None, derandomize=True)
@given(
    st.lists(
        st.tuples(st.sampled_from(PEOPLE[:3]), st.lists(st.sampled_from(PEOPLE), max_size=5), st.sampled_from("ab")),
        min_size=2,
        max_size=4,
    )
)
def test_any_two_reviews_overlap_when_most_of_their_people_are_the_same(
    reviews: list[tuple[str, list[str], str]],
) -> None:
    text = "rituals:\n" + "".join(
        _of_kind(n, "review", owner, audience, looks_at) for n, (owner, audience, looks_at) in enumerate(reviews)
    )
    document, calendar = _read(text)
    told = {
        tuple(each.message.split(" (")[0].split(" overlaps "))
        for each in check_people(calendar, document, _organisation())
        if "overlaps" in each.message
    }
    assert told == set(_overlapping(reviews))


def _overlapping(reviews: list[tuple[str, list[str], str]]) -> Iterable[tuple[str, str]]:
    for later, (owner, audience, looks_at) in enumerate(reviews):
        for n, (other_owner, other_audience, others) in enumerate(reviews[:later]):
            mine, theirs = {owner, *audience}, {other_owner, *other_audience}
            both = sum(each in theirs for each in mine)
            if looks_at == others and both >= 2 and both * 10 >= 7 * len(mine) and both * 10 >= 7 * len(theirs):
                yield f"Ritual {later}", f"Ritual {n}"


def _asking(n: int) -> str:
    """A review that looks at what no other does."""
    return (
        f"  - {{id: extra-{n}, kind: review, name: Extra {n}, purpose: P, owner: bob@example.com,"
        f" audience: [charlie@example.com], serves: [surprises], inputs: [Input {n}], agenda: [5 min. Talk],"
        f" artifact: A,\n     schedule: {{repeats: every Monday, prompt: 10:00, cutoff: 12:00, publish: 12:00}}}}\n"
    )


def _of_kind(n: int, kind: str, owner: str = PEOPLE[0], audience: Iterable[str] = (), looks_at: str = "") -> str:
    people = ", ".join(f'"{each}"' for each in audience)
    repeats = "once on 2026-12-02" if kind == "once" else "every Wednesday"
    return (
        f"  - {{id: ritual-{n}, name: Ritual {n}, kind: {'review' if kind == 'once' else kind}, purpose: P,"
        f' owner: {owner}, audience: [{people}], inputs: ["{looks_at or n}"], agenda: [5 min. Talk], artifact: A,'
        f" schedule: {{repeats: {repeats}, prompt: 10:00, cutoff: 12:00, publish: 12:00}}}}\n"
    )


def _read(text: str) -> tuple[Document, Calendar]:
    document, problems = parse(text.encode(), "calendar.yaml")
    assert document is not None and not problems
    return document, Calendar.model_validate(document.data)


def _organisation() -> Organisation:
    document, problems = parse(ORGANISATION.encode(), "organisation.yaml")
    assert document is not None and not problems
    return Organisation.model_validate(document.data)
