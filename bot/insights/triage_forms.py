"""The forms of triage: the queue one by one, several at once, and a submitter's answer. Words and blocks only.

Block ids are the names of the fields of `FieldErrors`.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from bot import blocks, markup
from bot.blocks import Block, Message, Option, View
from bot.definitions.insights import SEVERITIES, Choice, InsightRules
from bot.house import House
from bot.insights import desk, states
from bot.insights.bulk import MERGE, OUT, RESTRICT, TAG, Bulk, Outcome
from bot.insights.capturing import PROOF_LIMIT, WHAT_LIMIT
from bot.insights.desk import Desk
from bot.insights.messages import Called, bringer, observed, severity, title
from bot.insights.model import ACKNOWLEDGED, CLOSED, DECIDED, ROUTED, Asked, Insight, Submission
from bot.insights.rights import rules_of
from bot.insights.suggesting import Guess
from bot.insights.triage import REASON_LIMIT

WORDS = "insights/triage.txt.j2"
MOST_OPTIONS = 100
MOST_BROUGHT = 5
YES = "yes"
CHOICES: Mapping[str, tuple[str, str]] = {
    desk.SORT: ("Sort and route it", ""),
    desk.MERGE: ("Merge it", "Into the one that is chosen above or written below"),
    desk.ASK: ("Ask its submitter", "One question, below; its clock stands until they answer"),
    desk.OUT: ("Out of scope", "Its submitters read why, below"),
    desk.LATER: ("Leave it for later", "What you typed is not kept"),
}


@dataclass(frozen=True)
class Left:
    """How much waits after what was just done."""

    waiting: int
    late: int
    done: str = ""
    """What was just done, in a sentence."""


def triage_form(
    house: House, at: Desk, called: Called, left: Left, metadata: str, typed: Mapping[str, str] | None = None
) -> View:
    """One insight, filled in with what was said or is suggested; with `typed`, as somebody had filled it in."""
    insight, rules = at.insight, rules_of(house)
    filled = {
        "area": insight.area_id or at.suggested.area.id,
        "theme": insight.theme_id or at.suggested.theme.id,
        "segment": insight.segment_id,
        "severity": insight.severity,
        "evidence": insight.evidence_id,
        "cause": insight.cause_id,
        "also_area": insight.also_area_id,
        "also_theme": next(iter(insight.also_themes), ""),
        "third_theme": next(iter(insight.also_themes[1:]), ""),
        "proof": insight.proof,
        "restricted": YES if insight.restricted else "",
        "do": desk.SORT,
    } | dict(typed or {})
    areas, themes = _areas(house), [Option(each.id, each.name) for each in rules.themes]
    also_theme = "Another theme", "A third theme"
    return blocks.modal(
        "insights.triaged",
        f"Triage {insight.ref}",
        blocks.context(_words(house, "left", done=left.done, waiting=left.waiting, late=left.late)),
        *_about(house, at, called),
        *_duplicates(house, at, filled.get("duplicate", "")),
        blocks.radio_input(
            "do", "What to do", [Option(each, *CHOICES[each]) for each in at.may], initial=filled["do"]
        ),
        blocks.select_input(
            "area", "Area", areas, initial=filled["area"], optional=True,
            hint=_because(insight.area_id, at.suggested.area) or "Left empty when nobody can say.",
        ),
        blocks.select_input(
            "theme", "Theme", themes, initial=filled["theme"], optional=True,
            hint=_because(insight.theme_id, at.suggested.theme),
        ),
        blocks.select_input("segment", "Segment", _named(rules.segments), initial=filled["segment"], optional=True),
        blocks.select_input("severity", "Severity", _severities(rules), initial=filled["severity"], optional=True),
        blocks.select_input("evidence", "Evidence", _named(rules.evidence), initial=filled["evidence"], optional=True),
        blocks.text_input(
            "proof", "Proof", initial=filled["proof"], max_length=PROOF_LIMIT, optional=True,
            hint="A link or a number. High and critical need one.",
        ),
        blocks.text_input(
            "words", "What to ask, or why it is out of scope", initial=filled.get("words", ""), multiline=True,
            max_length=REASON_LIMIT, optional=True,
        ),
        blocks.text_input(
            "into", "A duplicate of", initial=filled.get("into", ""), placeholder="Its id, such as I-12",
            max_length=12, optional=True,
        ),
        *_select("cause", "Cause", _named(rules.causes), filled["cause"]),
        *_select("also_area", "Another area", areas, filled["also_area"]),
        *_select("also_theme", also_theme[0], themes, filled["also_theme"]),
        *_select("third_theme", also_theme[1], themes, filled["third_theme"]),
        *_restricted(rules, filled["restricted"]),
        blocks.text_input(
            "split", "Another observation in it", initial=filled.get("split", ""), multiline=True,
            max_length=WHAT_LIMIT, optional=True, hint="It is logged apart, for the same submitters.",
        ),
        submit="Done",
        close="Close",
        metadata=metadata,
        about=insight.ref,
    )  # fmt: skip


def overtaken(house: House, why: str, found: Sequence[Block], typed: Mapping[str, str], metadata: str) -> View:
    """In place of a form whose insight somebody else has dealt with: how it is now, what was typed, and on."""
    kept = [typed[name] for name in ("words", "split", "proof") if typed.get(name)]
    said = _words(house, "overtaken", why=why) if found else why
    return blocks.modal(
        "insights.triage_on",
        "Somebody was quicker",
        blocks.section(said),
        *found,
        *(block for each in kept for block in blocks.sections(_words(house, "typed", words=each))),
        submit="Next one",
        close="Close",
        metadata=metadata,
    )


def empty(house: House, left: Left) -> View:
    text = _words(house, "empty", done=left.done, waiting=left.waiting)
    return blocks.modal("insights.triage_end", "Triage", *blocks.sections(text), submit="", close="Close")


def split_form(house: House, insight: Insight, metadata: str) -> View:
    return blocks.modal(
        "insights.split_off",
        f"Split {insight.ref}",
        *blocks.sections(insight.what),
        blocks.text_input(
            "split", "The other observation in it", multiline=True, max_length=WHAT_LIMIT,
            hint="It is logged apart, for the same submitters.",
        ),
        submit="Split",
        metadata=metadata,
    )  # fmt: skip


def merge_form(house: House, at: Desk, metadata: str) -> View:
    insight = at.insight
    return blocks.modal(
        "insights.merge_into",
        f"Merge {insight.ref}",
        *blocks.sections(insight.what),
        *_duplicates(house, at, ""),
        blocks.text_input("into", "A duplicate of", placeholder="Its id, such as I-12", max_length=12, optional=True),
        submit="Merge",
        metadata=metadata,
    )


def answer_form(house: House, insight: Insight, submission: Submission, asked: Asked, by: str) -> View:
    """To a submitter: the question, and room for what they know."""
    return blocks.modal(
        "insights.answered",
        f"{insight.ref}: one question",
        blocks.context(_words(house, "your_words", submission=submission)),
        *blocks.sections(_words(house, "question", by=by, asked=asked)),
        blocks.text_input("answer", "What you know", multiline=True, max_length=WHAT_LIMIT),
        submit="Answer",
        metadata=str(asked.id),
    )


def done(house: House, heading: str, words: str, **values: object) -> View:
    """In place of a submitted form: what was done."""
    text = _words(house, words, **values)
    return blocks.modal("insights.triage_end", heading, *blocks.sections(text), submit="", close="Close")


def finished(house: House, left: Left) -> View:
    """What was done, and how much is left in the queue."""
    text = _words(house, "left", done=left.done, waiting=left.waiting, late=left.late)
    return blocks.modal("insights.triage_end", "Triage", *blocks.sections(text), submit="", close="Close")


def said(house: House, words: str, *more: Block, **values: object) -> Message:
    return blocks.message(*blocks.sections(_words(house, words, **values)), *more)


def done_words(house: House, do: str, ref: str, insight: Insight, called: Called) -> str:
    """What was just done with `ref`, in a sentence; `insight` is it, or what it was merged into."""
    owner = called(insight.owner) if insight.owner and insight.state == ROUTED else ""
    return _words(house, f"done_{do}", ref=ref, insight=insight, owner=owner)


def queue_list(
    house: House, page: Sequence[Insight], votes: Mapping[int, tuple[int, int]], called: Called, left: Left, first: int
) -> Message:
    """A page of the queue, which begins with its `first` (1 is the first of all)."""
    if not page:
        words = ("queue_end", "empty")[first == 1]
        return blocks.message(*blocks.sections(_words(house, words, waiting=left.waiting, done="")))
    last = first + len(page) - 1
    now = house.clock.now()
    lines = [
        blocks.section(
            _words(
                house, "queue_line", insight=each, title=title(house, each), on=_on(house, each.due_at),
                late=each.due_at is not None and each.due_at < now,
                votes=votes.get(each.id, (1, 1))[0], accounts=votes.get(each.id, (1, 1))[1],
                by=called(each.lease_by) if each.lease_by and each.lease_until and each.lease_until > now else "",
            ),
            accessory=blocks.button("Triage", "insights.triage_one", each.ref),
        )
        for each in page
    ]  # fmt: skip
    more = [blocks.button("More", "insights.queue", str(last))] if last < left.waiting else []
    return blocks.message(
        *blocks.headed(_words(house, "queue", waiting=left.waiting, late=left.late)),
        *([blocks.context(_words(house, "queue_shown", first=first, last=last, waiting=left.waiting))]),
        *lines,
        blocks.actions(
            blocks.button("Triage one by one", "insights.triage", style="primary"),
            blocks.button("Several at once", "insights.bulk"),
            *more,
        ),
    )


def bulk_form(house: House, page: Sequence[Insight], metadata: str, note: str = "") -> View:
    """Up to ten of the queue, and one thing to do with those that are ticked."""
    rules = rules_of(house)
    choices = [
        Option(OUT, "Out of scope", "Their submitters read why, below"),
        Option(TAG, "Give them an area and a theme", "What has all five tags then is routed"),
        Option(MERGE, "Merge them into one", "The one written below, or else the first that is ticked"),
        *([Option(RESTRICT, "Restrict them", "Only readers see them from then on")] if rules.restricted else []),
    ]
    return blocks.modal(
        "insights.bulk_done",
        "Several at once",
        *([blocks.section(note)] if note else []),
        blocks.checkbox_input(
            "chosen", "Which", [Option(each.ref, _short(house, each), each.what) for each in page],
            hint="All of them or none are changed.",
        ),
        blocks.radio_input("do", "What to do with them", choices),
        blocks.text_input("reason", "Why they are out of scope", max_length=REASON_LIMIT, optional=True),
        *_select("area", "Area", _areas(house), ""),
        *_select("theme", "Theme", [Option(each.id, each.name) for each in rules.themes], ""),
        blocks.text_input("into", "Merge into", placeholder="I-12", max_length=12, optional=True),
        submit="Do it",
        metadata=metadata,
    )  # fmt: skip


def bulk_words(house: House, said: Bulk, outcome: Outcome) -> str:
    """What was just done with several, in numbers."""
    area = house.definitions.organisation.area(said.area_id) if said.area_id else None
    theme = rules_of(house).theme(said.theme_id) if said.theme_id else None
    return _words(
        house, "bulk_done", do=said.do, count=outcome.count, into=outcome.into,
        area=area.name if area else "", theme=theme.name if theme else "",
        routed=outcome.count - len(outcome.lacking),
        lacking=[{"ref": insight.ref, "names": names} for insight, names in outcome.lacking],
    )  # fmt: skip


def buttons(insight: Insight) -> list[Block]:
    """What a triager may do with an insight as it stands, from wherever it is shown."""
    may = states.MOVES[insight.state]
    anew = insight.state in (ROUTED, ACKNOWLEDGED)
    offered = {
        states.SORT: [("Sort anew" if anew else "Triage", "insights.triage_one"), ("Split", "insights.split")],
        states.MERGE: [("Merge", "insights.merge")],
        states.UNMERGE: [("Undo the merge", "insights.unmerge")],
        states.REOPEN: [("Reopen", "insights.reopen")],
    }
    return [blocks.button(*each, insight.ref) for verb, some in offered.items() if verb in may for each in some]


# How: in the order in which the forms above call them.


def _about(house: House, at: Desk, called: Called) -> list[Block]:
    insight, rules = at.insight, rules_of(house)
    source = rules.source(insight.source_id)
    late = insight.due_at is not None and insight.due_at < house.clock.now()
    said = [
        *([_words(house, "handed_back", said=at.handed_back)] if at.handed_back else []),
        *(_question(house, at, called)),
        *([_words(house, "restricted")] if insight.restricted else []),
    ]
    return [
        *observed(house, insight),
        *(_brought(house, insight, each, called) for each in at.submissions[:MOST_BROUGHT]),
        *_more(house, len(at.submissions) - MOST_BROUGHT),
        *(blocks.context(_words(house, "source", source=source)) for _ in [0] if source),
        *([blocks.context(_words(house, "due", on=_on(house, insight.due_at), late=late))] if insight.due_at else []),
        *(block for each in said for block in blocks.sections(each)),
    ]


def _question(house: House, at: Desk, called: Called) -> list[str]:
    if at.asked is None:
        return []
    submitter = next((each.submitter for each in at.submissions if each.id == at.asked.submission_id), "")
    submitter = called(submitter) if submitter else "Its submitter"
    return [_words(house, "asked", asked=at.asked, by=called(at.asked.asked_by), submitter=submitter)]


def _brought(house: House, insight: Insight, submission: Submission, called: Called) -> Block:
    facts = {
        "insight": insight,
        "submission": submission,
        "name": bringer(submission, called),
        "on": _on(house, submission.at),
    }
    links = [markup.link(submission.permalink, "the message")] if submission.permalink else []
    return blocks.context(_words(house, "brought", **facts), *links)


def _more(house: House, count: int) -> list[Block]:
    return [blocks.context(_words(house, "more_brought", count=count))] if count > 0 else []


def _duplicates(house: House, at: Desk, chosen: str) -> list[Block]:
    """Which others may say the same, with the reason, to choose from; none where none is likely."""
    if not at.suggested.duplicates:
        return []
    options = [Option(each.insight.ref, f"A duplicate of {each.insight.ref}") for each in at.suggested.duplicates]
    listed = "\n".join(
        _words(
            house,
            "duplicate",
            insight=each.insight,
            why=each.why,
            standing=states.IN_WORDS[each.insight.state],
            answer=_answer(each.insight),
        )
        for each in at.suggested.duplicates
    )
    return [
        *blocks.sections(listed),
        blocks.radio_input("duplicate", "Likely duplicates", options, initial=chosen, optional=True),
    ]


def _answer(insight: Insight) -> str:
    """`declined: Few ask for it`, so that nobody who triages has to look it up; empty for what has no answer."""
    if insight.state not in (DECIDED, CLOSED):
        return ""
    return ": ".join(filter(None, (insight.disposition, insight.reason)))


def _because(known: str, guess: Guess) -> str:
    """Why it is suggested, where nobody has said it."""
    return f"Suggested: {guess.why}." if guess.id and not known else ""


def _select(block_id: str, label: str, options: Sequence[Option], initial: str) -> list[Block]:
    """Nothing where there is nothing to choose from."""
    return [blocks.select_input(block_id, label, options, initial=initial, optional=True)] if options else []


def _areas(house: House) -> list[Option]:
    return [Option(area.id, area.name) for area in house.definitions.organisation.areas[:MOST_OPTIONS]]


def _named(choices: Sequence[Choice]) -> list[Option]:
    return [Option(each.id, each.name) for each in choices]


def _severities(rules: InsightRules) -> list[Option]:
    return [Option(each, severity(each), rules.severities.of(each).means) for each in reversed(SEVERITIES)]


def _restricted(rules: InsightRules, initial: str) -> list[Block]:
    if rules.restricted is None:
        return []
    ticked = [Option(YES, "Restrict it", "Only its readers see it from then on")]
    return [blocks.checkbox_input("restricted", "Who may see it", ticked, initial=[initial], optional=True)]


def _short(house: House, insight: Insight) -> str:
    late = insight.due_at is not None and insight.due_at < house.clock.now()
    return f"{title(house, insight)}{' (late)' if late else ''}"


def _on(house: House, moment: datetime | None) -> str:
    """`Tue 24 Nov, 14:05`, in the workspace's zone."""
    return f"{moment.astimezone(house.definitions.organisation.zone):%a %-d %b, %H:%M}" if moment else ""


def _words(house: House, block: str, **values: object) -> str:
    return house.words.part(WORDS, block, **values)
