"""Section 5: where insights come from, what they are sorted by, who answers by when, and how that fares."""

from collections.abc import Sequence
from datetime import timedelta

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from bot.definitions import InsightRules, labelled
from bot.definitions.insights import RELEASE_OWNER, SEVERITIES, Clock, When
from bot.house import House
from bot.insights import figures
from bot.insights.model import MERGED, Insight
from bot.pack_parts import Bar, Cell, Part
from bot.pack_words import Say
from bot.people.deciding import in_words

LATELY = timedelta(days=90)

WORDS = "pack/sections.txt.j2"


def parts(session: Session, house: House) -> Sequence[Part]:
    rules, say = house.definitions.insights, Say(house, WORDS)
    if rules is None:
        return []
    sources = [
        (
            labelled(house.definitions, each.name, f"insights.sources.{each.id}"),
            _who(house, each.owner),
            each.channel or "–",
            each.volume or "–",
            each.bias,
        )
        for each in rules.sources
    ]
    clocks = [
        (
            severity.capitalize(),
            level.means,
            *(_clock(house, each) for each in (level.triage, level.acknowledge, level.decide)),
        )
        for severity in reversed(SEVERITIES)
        for level in [rules.severities.of(severity)]
    ]
    sorted_by = (("themes", rules.themes), ("segments", rules.segments), ("evidence", rules.evidence))
    taxonomy = [(say.text(f"sorted_{name}"), ", ".join(each.name for each in choices)) for name, choices in sorted_by]
    return [
        Part(
            say.text("sources_title"),
            says=say.lines("sources", channel=_channel(rules.channel)),
            tables=[say.table("sources_table", sources)],
        ),
        Part(say.text("taxonomy_title"), tables=[say.table("taxonomy", taxonomy)]),
        Part(say.text("clocks_title"), says=say.lines("clocks"), tables=[say.table("clocks_table", clocks)]),
        Part(
            say.text("routes_title"),
            says=say.lines("routes"),
            tables=[say.table("routes_table", _routes(house, rules))],
        ),
        Part(
            say.text("signals_title"),
            points=say.lines("signals", found=figures.now(session, house)),
            charts=[say.bars("by_theme", _by_theme(session, house, rules))],
        ),
    ]


def _routes(house: House, rules: InsightRules) -> Sequence[Sequence[Cell]]:
    rows: list[Sequence[Cell]] = []
    for route in rules.routes:
        ritual = house.definitions.calendar.ritual(route.forum.ritual or "")
        forum = [each for each in (ritual.name if ritual else "", route.forum.channel or "") if each]
        told = [_who(house, word) for word in route.inform]
        rows.append((route.name, _when(house, rules, route.when), _who(house, route.to), forum or "–", told or "–"))
    return rows


def _clock(house: House, clock: Clock) -> str:
    ritual = house.definitions.calendar.ritual(clock.ritual)
    return Say(house, WORDS).text("next_ritual", name=ritual.name) if ritual else str(clock)


def _who(house: House, word: str) -> str:
    return Say(house, WORDS).text("release_owner_of") if word == RELEASE_OWNER else in_words(house, word)


def _when(house: House, rules: InsightRules, when: When) -> str:
    organisation = house.definitions.organisation
    themes = [theme.name if (theme := rules.theme(id)) else id for id in when.themes or ()]
    areas = [area.name if (area := organisation.area(id)) else id for id in when.areas or ()]
    causes = [rules.named(rules.causes, id) for id in when.causes or ()]
    evidence = [rules.named(rules.evidence, id) for id in when.evidence or ()]
    return Say(house, WORDS).text("route_when", when=when, themes=themes, areas=areas, causes=causes, evidence=evidence)


def _by_theme(session: Session, house: House, rules: InsightRules) -> list[Bar]:
    """The insights of late that are no secret, by theme, the most first."""
    query = (
        select(Insight.theme_id, func.count())
        .where(
            Insight.workspace_id == house.workspace_id,
            Insight.restricted.is_(False),
            Insight.state != MERGED,
            Insight.captured_at >= house.clock.now() - LATELY,
        )
        .group_by(Insight.theme_id)
    )
    counts = {theme_id or "": count for theme_id, count in session.execute(query)}
    secret = set(rules.restricted.themes if rules.restricted else ())
    say = Say(house, WORDS)
    named = [(each.name, counts.get(each.id, 0)) for each in rules.themes if each.id not in secret]
    named.append((say.text("no_theme"), counts.get("", 0)))
    return [
        Bar(name, [count], say.text("insights_says", count=count))
        for name, count in sorted(named, key=lambda each: -each[1])
        if count
    ]


def _channel(channel: str) -> str:
    return channel if channel.startswith("#") else ""
