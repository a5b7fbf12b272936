"""Classes of decision in YAML: what they come to, and every mistake at its place."""

from collections.abc import Callable
from pathlib import Path

import pytest

from bot.definitions import DecisionRules, Loaded, load
from bot.definitions.decisions import may_decide_on_product

ORGANISATION = """\
name: Acme
zone: Europe/Berlin
channels: {updates: "#updates", launches: "#launches", decisions: "#decisions", product_ops: "#ops"}
functions:
  - {id: product, name: Product, lead: alice@example.com}
  - {id: ops, name: Product Operations, lead: bob@example.com}
  - {id: support, name: Support}
people:
  - {name: Alice, email: alice@example.com, function: product, roles: [product_manager]}
  - {name: Bob, email: bob@example.com, function: ops, roles: [product_ops]}
  - {name: Dana, email: dana@example.com, function: product, roles: [head_of_product]}
areas:
  - {id: billing, name: Billing, owner: alice@example.com, forum: "#billing"}
"""

CALENDAR = """\
rituals:
  - id: roadmap-review
    name: Roadmap review
    kind: review
    purpose: Everybody knows.
    owner: dana@example.com
    artifact: A roadmap
    agenda: [30 min. What moved]
    audience: [alice@example.com]
    schedule: {repeats: every Wednesday, prompt: 10:00, cutoff: 12:00, publish: 12:00}
"""

DECISIONS = """\
escalation: {after: 3}
classes:
  - id: priority
    name: What comes first
    topics: [releases, insights]
    responsible: [area_owner]
    decider: area_owner
    backup: area_deputy
    consulted: [support, product_manager]
  - id: planning
    name: When we plan
    topics: [planning, Quarter]
    responsible: [product_ops]
    decider: head_of_product
    backup: product_ops
    informed: [everybody]
    forum: {channel: "#ops", ritual: roadmap-review}
    product: false
  - id: news
    name: What is announced
    topics: [announcements]
    responsible: [Alice@Example.com]
    decider: alice@example.com
    backup: head_of_product
"""

Write = Callable[..., Loaded]


@pytest.fixture
def loaded(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Write:
    """Loads the classes from the current folder, with some words of theirs or of the organisation replaced."""
    monkeypatch.chdir(tmp_path)
    (tmp_path / "calendar.yaml").write_text(CALENDAR)

    def write(*changes: tuple[str, str]) -> Loaded:
        texts = {"decisions.yaml": DECISIONS, "organisation.yaml": ORGANISATION}
        for old, new in changes:
            (name,) = (name for name, text in texts.items() if text.count(old) == 1)
            texts[name] = texts[name].replace(old, new)
        for name, text in texts.items():
            (tmp_path / name).write_text(text)
        return load(tmp_path)

    return write


def rules(loaded: Loaded) -> DecisionRules:
    assert loaded.problems == ()
    assert loaded.definitions is not None and loaded.definitions.decisions is not None
    return loaded.definitions.decisions


def test_the_classes_say_what_stands_in_the_file(loaded: Write) -> None:
    found = rules(loaded())
    assert found.escalation.after == 3
    planning, news = found.of("planning"), found.of("news")
    assert planning is not None and news is not None
    assert (planning.decider, planning.backup, planning.product) == ("head_of_product", "product_ops", False)
    assert (planning.forum.channel, planning.forum.ritual) == ("#ops", "roadmap-review")
    assert news.responsible == ("alice@example.com",)
    assert (news.product, news.forum.channel) == (True, None)
    assert found.of("pricing") is None


def test_only_a_class_whose_decider_depends_on_the_area_is_about_one(loaded: Write) -> None:
    assert [each.is_about_an_area for each in rules(loaded()).classes] == [True, False, False]


def test_without_a_word_about_it_the_head_of_product_is_asked_two_working_days_later(loaded: Write) -> None:
    assert rules(loaded(("escalation: {after: 3}\n", ""))).escalation.after == 2


@pytest.mark.parametrize(
    ("written", "emoji"),
    [
        ('":scales:"', ":scales:"),
        ("scales", ":scales:"),
        ("' :Scales: '", ":scales:"),
        ('":+1:"', ":+1:"),
        ('":größe_2-b:"', ":größe_2-b:"),
        ("", None),
    ],
)
def test_an_emoji_is_named_as_slack_shows_it_or_barely(loaded: Write, written: str, emoji: str | None) -> None:
    assert rules(loaded(("escalation: {after: 3}\n", f"emoji: {written}\n"))).emoji == emoji


def test_without_a_word_about_it_no_emoji_means_anything(loaded: Write) -> None:
    assert rules(loaded()).emoji is None


def test_a_team_may_leave_the_file_out(loaded: Write, tmp_path: Path) -> None:
    loaded()
    (tmp_path / "decisions.yaml").unlink()
    found = load(tmp_path)
    assert found.problems == ()
    assert found.definitions is not None and found.definitions.decisions is None


RECORDS = "Product Ops records this, but never decides it"
MISTAKES = [
    ("decider: area_owner", "decider: [area_owner, support]", "7:14", "2 people would decide this together",
     "a decision has one decider"),
    ("decider: area_owner", "decider: []", "7:14", "one name belongs here", "a decision has one decider"),
    ("decider: area_owner\n", "decider:\n", "7:5", "somebody belongs here", "write area_owner"),
    ("    decider: area_owner\n", "", "3:5", "`decider` is missing", "write the one who decides"),
    ("    backup: area_deputy\n", "", "3:5", "`backup` is missing", "somebody else, such as area_deputy"),
    ("responsible: [area_owner]", "responsible: []", "6:18", "nobody prepares this decision", "name at least one"),
    ("    responsible: [area_owner]\n", "", "3:5", "`responsible` is missing", "write who prepares"),
    ("backup: area_deputy", "backup: area_owner", "8:13", "the backup is the decider", "name somebody else"),
    ("backup: head_of_product", "backup: product", "24:13", "the backup is the decider", "name somebody else"),
    ("backup: head_of_product", "backup: ALICE@example.com", "24:13", "the backup is the decider", "somebody else"),
    ("decider: area_owner", "decider: area_onwer", "7:14", "`area_onwer` stands for nobody here", "write `area_owner`"),
    ("decider: area_owner", "decider: everybody", "7:14", "`everybody` stands for nobody here", "write"),
    ("consulted: [support,", "consulted: [suport,", "9:17", "`suport` stands for nobody here", "write `support`"),
    ("decider: alice@", "decider: alica@", "23:14", "nobody in the organisation is `alica@example.com`", "alice@"),
    ("decider: area_owner", "decider: product_ops", "7:14", RECORDS, "or `product: false`"),
    ("backup: area_deputy", "backup: product_ops", "8:13", RECORDS, "write who does, such as area_owner"),
    ("decider: area_owner", "decider: ops", "7:14", RECORDS, "or `product: false`"),
    ("decider: area_owner", "decider: bob@example.com", "7:14", RECORDS, "or `product: false`"),
    ("decider: area_owner", "decider: Drumbeat", "7:14", "Drumbeat helps people decide", "write who does"),
    ('owner: alice@example.com, forum: "#billing"', 'owner: bob@example.com, forum: "#billing"', "7:14",
     f"Billing is owned by Bob of Product Ops. {RECORDS}", "or give Bob the role `product_manager`"),
    ("roles: [head_of_product]", "roles: []", "3:3", "there is no head of product to ask", "give somebody the role"),
    ("topics: [releases, insights]", "topics: [releases]", "3:3", "no class says who decides about `insights`", ""),
    ("[planning, Quarter]", "[planning, quarter, Releases]", "12:33", "`Releases` stands already on line 5", "to one"),
    ("  - id: news", "  - id: planning", "19:9", "the id `planning` is taken: it first stands on line 10", "another"),
    ("ritual: roadmap-review", "ritual: roadmap", "17:38", "no ritual has the id `roadmap`", "write `roadmap-review`"),
    ("escalation: {after: 3}", "emoji: ⚖️", "1:8", "`⚖️` is not the name of an emoji", 'such as ":scales:"'),
    ("escalation: {after: 3}", "emoji: [scales]", "1:8", "is not the name of an emoji", 'such as ":scales:"'),
    ("escalation: {after: 3}", 'emoji: ":wave::skin-tone-2:"', "1:8", "is not the name of an emoji", "as Slack shows"),
    ("{after: 3}", "{after: 0}", "1:21", "`0` is not a number from 1 to 60", "write 1 to 60 in digits"),
    ("product: false", "product: maybe", "18:14", "yes or no belongs here", "write `true` or `false`"),
]  # fmt: skip


@pytest.mark.parametrize(("old", "new", "place", "message", "mend"), MISTAKES)
def test_a_mistake_is_shown_at_its_place_with_what_to_write(
    loaded: Write, old: str, new: str, place: str, message: str, mend: str
) -> None:
    found = loaded((old, new))
    assert found.definitions is None
    (problem,) = found.problems
    assert (problem.file, f"{problem.line}:{problem.column}") == ("decisions.yaml", place)
    assert message in problem.message
    assert mend in problem.mend


def test_an_area_of_product_ops_is_told_once_however_many_classes_its_owner_would_decide(loaded: Write) -> None:
    found = loaded(
        ('owner: alice@example.com, forum: "#billing"', 'owner: bob@example.com, forum: "#billing"'),
        ("decider: alice@example.com", "decider: area_owner"),
    )
    assert [problem.line for problem in found.problems] == [7]


@pytest.mark.parametrize(
    ("roles", "may"),
    [
        ((), True),
        (("product_manager",), True),
        (("product_ops",), False),
        (("product_ops", "support"), False),
        (("product_ops", "product_manager"), True),
        (("head_of_product", "product_ops"), True),
    ],
)
def test_product_ops_decides_about_the_product_only_with_another_hat(roles: tuple[str, ...], may: bool) -> None:
    assert may_decide_on_product(roles) is may
