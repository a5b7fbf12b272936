"""Insights in YAML: what they come to, and every mistake at its place."""

import itertools
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.definitions import InsightRules, Loaded, load
from bot.definitions.check_routes import Kinds, left
from bot.definitions.insights import Clock

ORGANISATION = """\
name: Acme
zone: Europe/Berlin
channels: {updates: "#updates", launches: "#launches", decisions: "#decisions", product_ops: "#ops"}
functions:
  - {id: product, name: Product, lead: alice@example.com}
  - {id: support, name: Support, lead: charlie@example.com}
  - {id: security, name: Security}
people:
  - {name: Alice, email: alice@example.com, function: product, roles: [product_manager]}
  - {name: Bob, email: bob@example.com, function: product, roles: [product_ops]}
  - {name: Charlie, email: charlie@example.com, function: support, roles: [support]}
  - {name: Dana, email: dana@example.com, function: product, roles: [head_of_product]}
  - {name: Sid, email: sid@example.com, function: security}
areas:
  - {id: billing, name: Billing, owner: alice@example.com, forum: "#billing"}
  - {id: search, name: Search, owner: alice@example.com, forum: "#search"}
"""

CALENDAR = """\
rituals:
  - id: insights-review
    name: Insights review
    kind: review
    purpose: Everybody knows.
    owner: dana@example.com
    artifact: A disposition each
    agenda: [30 min. Themes]
    audience: [alice@example.com]
    schedule: {repeats: every Wednesday, prompt: 10:00, cutoff: 12:00, publish: 12:00}
"""

INSIGHTS = """\
channel: "#insights"
emoji: bulb
watched: ["#support"]
triagers: [product_ops, support]
sources:
  - {id: tickets, name: Support tickets, owner: charlie@example.com, bias: Only those who write}
  - {id: reviews, name: App store reviews, owner: support, bias: The angry and the delighted}
themes:
  - {id: pricing, name: Pricing, words: [price, invoice]}
  - {id: speed, name: Speed}
  - {id: trust, name: Trust and privacy}
segments:
  - {id: small, name: Small}
evidence:
  - {id: quote, name: A quote}
  - {id: account, name: An account at risk}
causes:
  - {id: bug, name: Bug}
severities:
  low:
    means: An annoyance
    triage: 5 working days
    acknowledge: 10 working days
    decide: end of quarter
  medium:
    means: It slows people down
    triage: 3 working days
    acknowledge: 5 working days
    decide: next insights-review
    breach: {tell: [owner], agenda: true}
  high:
    means: An account is at risk
    triage: 1 working day
    acknowledge: 2 working days
    decide: 10 working days
    breach: {tell: [owner], then: head_of_product, after: 5}
  critical:
    means: Nothing works
    triage: 4 working hours
    acknowledge: 1 working day
    decide: 5 working days
routes:
  - name: Trust
    when: {themes: [trust]}
    to: security
    forum: {ritual: insights-review}
    inform: [security]
  - name: No area
    when: {no_area: true}
    to: product_ops
    forum: {channel: "#ops"}
  - name: Bug
    when: {causes: [bug], severities: [high, critical]}
    to: area_owner
    inform: [support]
  - name: New
    when: {released_within: 30}
    to: release_owner
  - name: Both
    when: {several_areas: true}
    to: head_of_product
  - name: All else
    to: area_owner
spike: {accounts: 4, ritual: insights-review}
restricted:
  themes: [trust]
  readers: [security, bob@example.com]
  channel: "#private"
incident: {tell: [head_of_product], process: Call whoever is on call}
"""

SOURCES = INSIGHTS[INSIGHTS.index("sources:") : INSIGHTS.index("themes:")]

Write = Callable[..., Loaded]


@pytest.fixture
def loaded(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Write:
    """Loads the insights from the current folder, with some words of theirs or of the other files replaced."""
    monkeypatch.chdir(tmp_path)

    def write(*changes: tuple[str, str], **more: str) -> Loaded:
        texts = {"insights.yaml": INSIGHTS, "organisation.yaml": ORGANISATION, "calendar.yaml": CALENDAR}
        texts |= {f"{name}.yaml": text for name, text in more.items()}
        for old, new in changes:
            (name,) = (name for name, text in texts.items() if text.count(old) == 1)
            texts[name] = texts[name].replace(old, new)
        for name, text in texts.items():
            (tmp_path / name).write_text(text)
        return load(tmp_path)

    return write


def rules(loaded: Loaded) -> InsightRules:
    assert loaded.problems == ()
    assert loaded.definitions is not None and loaded.definitions.insights is not None
    return loaded.definitions.insights


def test_they_come_to_what_stands_in_the_file(loaded: Write) -> None:
    found = rules(loaded())

    assert (found.channel, found.emoji, found.watched, found.question_days) == ("#insights", ":bulb:", ("#support",), 5)
    reviews = found.source("reviews")
    assert reviews is not None and (reviews.owner, reviews.bias) == ("support", "The angry and the delighted")
    assert found.theme("pricing") == found.themes[0]
    medium = found.severities.of("medium")
    assert (str(medium.triage), str(medium.decide)) == ("3 working days", "next insights-review")
    assert found.severities.of("critical").triage == Clock(amount=4, unit="working hours")
    assert (found.source("calls"), found.theme("docs")) == (None, None)
    assert found.named(found.causes, "bug") == "Bug"
    assert found.named(found.causes, "price") == "price"


@pytest.mark.parametrize(
    "words", ["4 working hours", "1 working hour", "10 working days", "1 working day", "end of quarter"]
)
def test_a_clock_is_shown_as_it_is_written(loaded: Write, words: str) -> None:
    found = rules(
        loaded(("decide: 10 working days", "decide: end of quarter"), ("decide: 5 working days", f"decide: {words}"))
    )

    assert str(found.severities.critical.decide) == words


def test_a_team_may_leave_the_file_out(loaded: Write, tmp_path: Path) -> None:
    loaded()
    (tmp_path / "insights.yaml").unlink()
    found = load(tmp_path)

    assert found.problems == ()
    assert found.definitions is not None and found.definitions.insights is None


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ('watched: ["#support"]', "watched: []"),
        ("triagers: [product_ops, support]\n", ""),
        ("name: Support, lead: charlie@example.com", "name: Support, lead: sid@example.com"),
        ("spike: {accounts: 4, ritual: insights-review}\n", ""),
        ('  channel: "#private"\n', ""),
        ("    forum: {ritual: insights-review}\n    inform: [security]", '    forum: {channel: "#private"}'),
        ("inform: [security]", "inform: [bob@example.com]"),
        ("  themes: [trust]\n", ""),
        ("triage: 4 working hours", "triage: 8 working hours"),
        ("triage: 3 working days", "triage: next insights-review"),
        ("triage: 3 working days", "triage: end of quarter"),
        ("owner: support,", "owner: Charlie@Example.com,"),
        ("owner: support,", "owner: product_ops,"),
        ("inform: [support]", "inform: [release_owner, area_deputy, bob@example.com]"),
        ("    breach: {tell: [owner], agenda: true}\n", ""),
        ("when: {several_areas: true}", "when: {several_areas: true, areas: [billing, search]}"),
    ],
)  # fmt: skip
def test_what_may_be_left_out_or_written_otherwise(loaded: Write, old: str, new: str) -> None:
    assert loaded((old, new)).problems == ()


MISTAKES = [
    ('"#insights"\n', "#insights\n",
     '1:1 a channel belongs here; text that begins with # needs quotes; write "#channel-name"'),
    ('"#insights"\n', "insights\n",
     '1:10 `insights` is not a channel; write "#channel-name" in small letters, or its Slack id'),
    ('watched: ["#support"]', "watched: [#support]",
     "5:1 a list that begins with `[` is never closed; close it with `]`"),
    ("emoji: bulb\n", "",
     '2:10 no emoji counts in these channels; add `emoji`, such as ":bulb:", or remove `watched`'),
    ("emoji: bulb", "emoji: 💡",
     '2:8 `💡` is not the name of an emoji; write it as Slack shows it, such as ":scales:"'),
    ("triagers: [product_ops, support]", "triagers: []",
     "4:11 nothing stands in this list; write at least one entry"),
    ("triagers: [product_ops, support]", "triagers: product_ops",
     "4:11 `triagers`: a list belongs here; write each entry on its own line after `- `"),
    ("triagers: [product_ops, support]", "triagers: [everybody]",
     "4:12 `everybody` stands for nobody here: nobody in particular would be meant; write one of: "
     "product_manager, product_ops, head_of_product, engineering, data, operations, support, "
     "customer_success, sales, marketing, documentation, security, product"),
    ("triagers: [product_ops, support]", "triagers: [area_owner]",
     "4:12 `area_owner` stands for nobody here: no area is known here; write one of: product_manager, "
     "product_ops, head_of_product, engineering, data, operations, support, customer_success, sales, "
     "marketing, documentation, security, product"),
    ("triagers: [product_ops, support]", "triagers: [data]",
     "4:11 nobody triages; name a person, or give somebody one of these roles in organisation.yaml"),
    ("triagers: [product_ops, support]", "triagers: [produkt_ops]",
     "4:12 `produkt_ops` stands for nobody here; write `product_ops` or `product`"),
    ("owner: support,", "owner: supprt,",
     "7:51 Who vouches for App store reviews? `supprt` stands for nobody here; write `support`"),
    ("owner: support,", "owner: security,",
     "7:51 Who vouches for App store reviews? Security has no lead; name a person, or give Security a "
     "`lead` in organisation.yaml"),
    ("owner: support,", "owner: area_owner,",
     "7:51 Who vouches for App store reviews? `area_owner` stands for nobody here: no area is known "
     "here; write one of: head_of_product, product_ops, product, support, security"),
    ("owner: support,", "owner: everybody,",
     "7:51 Who vouches for App store reviews? `everybody` stands for nobody here: nobody in particular "
     "would be meant; write one of: head_of_product, product_ops, product, support, security"),
    ("owner: support,", "owner: alica@example.com,",
     "7:51 Who vouches for App store reviews? Nobody in the organisation is `alica@example.com`; write "
     "`alice@example.com`; or add this person under `people` in organisation.yaml"),
    ("owner: support,", "owner: [support, product],",
     "7:51 2 people would answer for this together; name one of them"),
    ("owner: support, ", "",
     "7:5 `owner` is missing; write who vouches for it: a person's e-mail address or the id of a function"),
    ("owner: support,", "owner: ,",
     "7:44 somebody belongs here; write area_owner, head_of_product, the id of a function such as "
     "engineering, or a person's e-mail address"),
    (", bias: The angry and the delighted", "",
     "7:5 `bias` is missing; write whom it does not hear, such as: Only those who write in"),
    ("id: reviews", "id: tickets",
     "7:10 the id `tickets` is taken: it first stands on line 6; give this one another id"),
    ("id: speed", "id: pricing",
     "10:10 the id `pricing` is taken: it first stands on line 9; give this one another id"),
    ("id: account", "id: quote",
     "16:10 the id `quote` is taken: it first stands on line 15; give this one another id"),
    (SOURCES,
     "sources: []\n",
     "5:10 nothing stands in this list; write at least one entry"),
    ("words: [price, invoice]", "words: price",
     "9:41 `words`: a list belongs here; write each entry on its own line after `- `"),
    ("triage: 3 working days", "triage: 3 days",
     "27:13 `3 days` does not say by when; write `4 working hours`, `1 working day`, `next` and the id "
     "of a ritual, or `end of quarter`"),
    ("triage: 3 working days", "triage: soon",
     "27:13 `soon` does not say by when; write `4 working hours`, `1 working day`, `next` and the id of "
     "a ritual, or `end of quarter`"),
    ("triage: 3 working days", "triage: 300 working days",
     "27:13 `300 working days` is not a bearable time; write 1 to 260 working hours or days"),
    ("triage: 3 working days", "triage: 3",
     "27:13 `3` does not say by when; write `4 working hours`, `1 working day`, `next` and the id of a "
     "ritual, or `end of quarter`"),
    ("triage: 3 working days", "triage: 6 working days",
     "27:13 there is more time to triage what is `medium` than what is `low` (5 working days); write at "
     "most `5 working days`, or give `low` more"),
    ("triage: 4 working hours", "triage: 9 working hours",
     "39:13 there is more time to triage what is `critical` than what is `high` (1 working day); write "
     "at most `1 working day`, or give `high` more"),
    ("decide: 5 working days", "decide: 11 working days",
     "41:13 there is more time to decide what is `critical` than what is `high` (10 working days); write"
     " at most `10 working days`, or give `high` more"),
    ("next insights-review", "next insight-review",
     "29:13 no ritual has the id `insight-review`; write `next insights-review`"),
    ("forum: {ritual: insights-review}", "forum: {ritual: insight-review}",
     "46:21 no ritual has the id `insight-review`; write `insights-review`"),
    ("4, ritual: insights-review", "4, ritual: insight-review",
     "64:30 no ritual has the id `insight-review`; write `insights-review`"),
    ("breach: {tell: [owner], agenda: true}", "breach: {tell: owner}",
     "30:20 `tell`: a list belongs here; write each entry on its own line after `- `"),
    ("breach: {tell: [owner], agenda: true}", "breach: {tell: [onwer]}",
     "30:21 `onwer` stands for nobody here; write `owner`"),
    ("breach: {tell: [owner], agenda: true}", "breach: {tell: [release_owner]}",
     "30:21 `release_owner` stands for nobody here: it is said in routes alone; write `area_owner`"),
    ("then: head_of_product", "then: area_deputy",
     "36:35 `area_deputy` stands for nobody here: the deputy is asked by themselves while the owner is "
     "away; write one of: owner, area_owner, head_of_product, product_ops, product, support, security"),
    ("then: head_of_product", "then: [head_of_product, product_ops]",
     "36:35 2 people would answer for this together; name one of them"),
    ("    means: Nothing works\n", "", "38:5 `means` is missing; add `means: …`"),
    ("{themes: [trust]}\n", "{themes: [turst]}\n", "44:21 no theme has the id `turst`; write `trust`"),
    ("{themes: [trust]}\n", "{themes: []}\n", "44:20 nothing stands in this list; write at least one entry"),
    ("{themes: [trust]}\n", "{themes: trust}\n",
     "44:20 `themes`: a list belongs here; write each entry on its own line after `- `"),
    ("{themes: [trust]}\n", "{themes: [trust, trust]}\n", "44:28 `trust` stands here twice; keep one of them"),
    ("{themes: [trust]}\n", "{areas: [biling]}\n", "44:20 no area has the id `biling`; write `billing`"),
    ("{themes: [trust]}\n", "{evidence: [quotes]}\n", "44:23 no evidence has the id `quotes`; write `quote`"),
    ("[bug],", "[bgu],", "53:21 no cause has the id `bgu`; write `bug`"),
    ("[high, critical]", "[urgent]",
     "53:40 `severities` cannot be `urgent`; write one of: low, medium, high, critical"),
    ("{themes: [trust]}\n", "{theme: trust}\n", "44:12 unknown key `theme`; write `themes`"),
    ("when: {themes: [trust]}", "when:",
     "44:5 `when` is empty; write what it is for, such as {themes: [pricing]}; leave it out for all that"
     " is left"),
    ("when: {themes: [trust]}", "when: {}",
     "43:11 `Trust` is for everything, so no route after it is ever taken; put it last"),
    ("to: security", "to: everybody",
     "45:9 `everybody` stands for nobody here: nobody in particular would be meant; write one of: "
     "area_owner, head_of_product, product_ops, release_owner, product, support, security"),
    ("to: security", "to: product_manager",
     "45:9 `product_manager` stands for nobody here: it may be several people; write `product` or "
     "`product_ops`"),
    ("to: security", "to: area_deputy",
     "45:9 `area_deputy` stands for nobody here: the deputy is asked by themselves while the owner is "
     "away; write one of: area_owner, head_of_product, product_ops, release_owner, product, support, "
     "security"),
    ("to: security", "to: owner",
     "45:9 `owner` stands for nobody here: it is said under `breach` alone; write `area_owner`"),
    ("to: security", "to: [security, support]", "45:9 2 people would answer for this together; name one of them"),
    ("to: security", "to: sid@example.org",
     "45:9 nobody in the organisation is `sid@example.org`; write `sid@example.com`; or add this person "
     "under `people` in organisation.yaml"),
    ("to: release_owner", "to: release-owner",
     "58:9 `release-owner` stands for nobody here; write `release_owner` or `area_owner`"),
    ("  - name: Both\n    when: {several_areas: true}\n    to: head_of_product",
     "  - name: Both\n    when: {several_areas: true}\n    to: release_owner",
     "61:9 nobody answers what `Both` takes and is about no release; add `released_within: 30` to its `when`"),
    ("inform: [support]", "inform: [everybody]",
     "55:14 `everybody` stands for nobody here: nobody in particular would be meant; write one of: "
     "area_owner, area_deputy, head_of_product, product_ops, release_owner, product, support, security"),
    ("inform: [support]", "inform: [product_manager]",
     "55:14 `product_manager` stands for nobody here: it may be several people; write `product` or "
     "`product_ops`"),
    ("  - name: Both", "  - name: Bug",
     "59:11 a route of this name stands already on line 52; give this one another name"),
    ("  - name: All else\n    to: area_owner\n", "",
     "43:3 What is said about Pricing in Billing goes nowhere (`causes`: none; `released_within`: none);"
     " add a last route without `when`, for whatever no other takes"),
    ("  - name: All else\n", "  - name: All else\n    when: {severities: [medium, high, critical]}\n",
     "43:3 What is said about Pricing in Billing goes nowhere (`severities`: low; `causes`: none; "
     "`released_within`: none); add a last route without `when`, for whatever no other takes"),
    ("  - name: All else\n", "  - name: All else\n    when: {themes: [pricing]}\n",
     "43:3 What is said about Speed in Billing goes nowhere (`causes`: none; `released_within`: none); "
     "add a last route without `when`, for whatever no other takes"),
    ('    when: {no_area: true}\n    to: product_ops\n    forum: {channel: "#ops"}',
     "    when: {no_area: true}\n    to: product_ops",
     "48:5 What is said about Pricing and no area goes nowhere: `No area` has no forum; give `No area` a"
     " `forum` with a channel or a ritual"),
    ("    when: {no_area: true}\n    to: product_ops", "    when: {no_area: true}\n    to: area_owner",
     "50:9 What is said about Pricing and no area goes to nobody: `No area` asks the owner of its area; "
     "put a route for what has no area (`when: {no_area: true}`) before `No area`"),
    ("    when: {no_area: true}\n", "    when: {no_area: true, severities: [low]}\n",
     "54:9 What is said about Pricing and no area goes to nobody: `Bug` asks the owner of its area; put "
     "a route for what has no area (`when: {no_area: true}`) before `Bug`"),
    ("{released_within: 30}", "{released_within: 30, no_area: true, areas: [billing]}",
     "57:11 `New` is never taken: nothing has no area and is about one; keep `no_area`, or the areas"),
    ("{released_within: 30}", "{released_within: 30, no_area: true, several_areas: true}",
     "57:11 `New` is never taken: nothing has no area and is about one; keep `no_area`, or the areas"),
    ("{causes: [bug], severities: [high, critical]}", "{themes: [trust], causes: [bug]}",
     "52:11 `Bug` is never taken: `Trust` above takes all that it is for; put it before `Trust`, or "
     "remove it"),
    ("{several_areas: true}", "{no_area: true}",
     "59:11 `Both` is never taken: `No area` above takes all that it is for; put it before `No area`, or"
     " remove it"),
    ("{released_within: 30}", "{causes: [bug]}",
     "58:9 nobody answers what `New` takes and is about no release; add `released_within: 30` to its `when`"),
    ("{released_within: 30}", "{released_within: 0}",
     "57:29 `0` is not a number from 1 to 366; write 1 to 366 in digits"),
    ("{several_areas: true}", "{severities: [low, medium, high, critical]}",
     "62:11 `All else` is never taken: `Both` above takes all that it is for; put it before `Both`, or "
     "remove it"),
    ("{ritual: insights-review}\n    inform", '{channel: "#security"}\n    inform',
     "46:22 What is said about Trust and privacy in Billing would be read in #security, where others "
     "than its readers are; remove the channel, or put a route for what is restricted before this one"),
    ("inform: [security]", "inform: [support]",
     "47:14 What is said about Trust and privacy in Billing would be told to `support`, who may not read"
     " it; remove `support`, or add it to the `readers`; or put a route for what is restricted before "
     "this one"),
    ("inform: [security]", "inform: [area_owner]",
     "47:14 What is said about Trust and privacy in Billing would be told to `area_owner`, who may not "
     "read it; remove `area_owner`, or add it to the `readers`; or put a route for what is restricted "
     "before this one"),
    ("inform: [security]", "inform: [head_of_product]",
     "47:14 What is said about Trust and privacy in Billing would be told to `head_of_product`, who may "
     "not read it; remove `head_of_product`, or add it to the `readers`; or put a route for what is "
     "restricted before this one"),
    ("  themes: [trust]\n", "  areas: [billing]\n",
     "55:14 What is said about Pricing in Billing would be told to `support`, who may not read it; "
     "remove `support`, or add it to the `readers`; or put a route for what is restricted before this "
     "one"),
    ("  themes: [trust]\n", "  themes: [turst]\n", "66:12 no theme has the id `turst`; write `trust`"),
    ("  themes: [trust]\n", "  areas: [biling]\n", "66:11 no area has the id `biling`; write `billing`"),
    ("readers: [security, bob@example.com]", "readers: [everybody]",
     "67:13 `everybody` stands for nobody here: nobody in particular would be meant; write one of: "
     "product_manager, product_ops, head_of_product, engineering, data, operations, support, "
     "customer_success, sales, marketing, documentation, security, product"),
    ("readers: [security, bob@example.com]", "readers: []",
     "67:12 nothing stands in this list; write at least one entry"),
    ("readers: [security, bob@example.com]", "readers: [data]",
     "67:12 nobody may read what is restricted; name a person, or give somebody one of these roles in "
     "organisation.yaml"),
    ("readers: [security, bob@example.com]", "readers: [area_owner]",
     "67:13 `area_owner` stands for nobody here: no area is known here; write one of: product_manager, "
     "product_ops, head_of_product, engineering, data, operations, support, customer_success, sales, "
     "marketing, documentation, security, product"),
    ("  readers: [security, bob@example.com]\n", "",
     "66:3 `readers` is missing; write who may see it: security, head_of_product, a person's e-mail address"),
    ('"#private"', '"#insights"',
     "68:12 what is restricted would be read in #insights, which is the channel for insights; write a "
     "private channel of its readers, or remove `channel`"),
    ('"#private"', '"#billing"',
     "68:12 what is restricted would be read in #billing, which is the forum of Billing; write a private"
     " channel of its readers, or remove `channel`"),
    ('"#private"', '"#ops"',
     "68:12 what is restricted would be read in #ops, which is the channel for product ops; write a "
     "private channel of its readers, or remove `channel`"),
    ('"#private"', "private",
     '68:12 `private` is not a channel; write "#channel-name" in small letters, or its Slack id'),
    ("tell: [head_of_product]", "tell: [owner]",
     "69:19 `owner` stands for nobody here: it is said under `breach` alone; write `area_owner`"),
    ("tell: [head_of_product]", "tell: []", "69:18 nothing stands in this list; write at least one entry"),
    (", process: Call whoever is on call", "", "69:11 `process` is missing; add `process: …`"),
]  # fmt: skip


@pytest.mark.parametrize(("old", "new", "said"), MISTAKES)
def test_a_mistake_is_shown_at_its_place_with_what_to_write(loaded: Write, old: str, new: str, said: str) -> None:
    (problem,) = loaded((old, new)).problems

    assert problem.file == "insights.yaml"
    assert f"{problem.line}:{problem.column} {problem.message}; {problem.mend}" == said


def test_an_emoji_begins_one_thing(loaded: Write) -> None:
    decisions = """\
emoji: bulb
classes:
  - id: all
    name: Everything
    topics: [planning, releases, announcements, insights]
    responsible: [area_owner]
    decider: area_owner
    backup: head_of_product
"""
    (problem,) = loaded(decisions=decisions).problems

    assert (problem.file, problem.line, problem.column) == ("insights.yaml", 2, 8)
    assert problem.message == "`:bulb:` begins a decision already, as decisions.yaml says"


def test_what_has_no_area_is_said_once_however_many_routes_would_lose_it(loaded: Write) -> None:
    found = loaded(("{no_area: true}", "{severities: [low]}"), ('    forum: {channel: "#ops"}\n', ""))

    assert [problem.message for problem in found.problems] == [
        "What is said about Pricing and no area goes nowhere: `No area` has no forum"
    ]


answers = st.frozensets(st.sampled_from("xyz"), min_size=1)
kinds = st.fixed_dictionaries({"themes": answers, "areas": answers, "severities": answers})


@given(kinds, st.lists(kinds, max_size=5))
def test_what_is_left_is_what_trying_everything_finds(asked: Kinds, taken: list[Kinds]) -> None:
    def each(part: Kinds) -> set[tuple[str, ...]]:
        return set(itertools.product(*(part[key] for key in sorted(part))))

    untaken = each(asked).difference(*map(each, taken))
    found = left(asked, taken)

    assert (found is None) == (not untaken)
    assert found is None or each(found) <= untaken
