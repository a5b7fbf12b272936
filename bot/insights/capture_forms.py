"""The form by which somebody brings an insight, and what stands in its place once it is kept. Words and blocks only.

Block ids are the names of the fields, as `capturing` complains of them.
"""

from collections.abc import Mapping, Sequence

from bot import blocks
from bot.blocks import Block, Message, Option, View
from bot.definitions.insights import CRITICAL, SEVERITIES
from bot.house import House, ReleaseFacts
from bot.insights.capturing import BECAUSE_LIMIT, KEEP, MASK, PROOF_LIMIT, REVENUE_LIMIT, WHAT_LIMIT
from bot.insights.model import Insight, Submission
from bot.insights.rights import rules_of
from bot.personal import Found, hinted

WORDS = "insights/capture.txt.j2"
NOT_SURE = "?"
"""No id of the definitions is written like this."""
MOST_OPTIONS = 100
ACCOUNTS_LIMIT = 7
"""Characters of a number."""


def form(
    house: House,
    metadata: str,
    releases: Sequence[ReleaseFacts],
    typed: Mapping[str, str],
    *,
    note: str = "",
    found: Sequence[Found] = (),
) -> View:
    """Filled in with what was `typed`, by field; `found` is what looks like personal data in it."""
    rules = rules_of(house)
    what = typed.get("what", "").strip()
    cut = blocks.fit(what, WHAT_LIMIT) != what
    said = " ".join(filter(None, (note, house.words.part(WORDS, "cut", note=note) if cut else "")))
    not_sure = Option(NOT_SURE, "Not sure")
    areas = [Option(area.id, area.name) for area in house.definitions.organisation.areas[: MOST_OPTIONS - 1]]
    themes = [Option(theme.id, theme.name) for theme in rules.themes]
    launched = [Option(str(each.id), each.name, f"{each.day:%a %-d %b}") for each in releases[:MOST_OPTIONS]]
    levels = [Option(each, each.capitalize(), rules.severities.of(each).means) for each in SEVERITIES]

    def select(name: str, label: str, options: Sequence[Option], *, optional: bool = True) -> Block:
        return blocks.select_input(name, label, options, initial=typed.get(name, ""), optional=optional)

    def line(name: str, label: str, limit: int, placeholder: str = "") -> Block:
        initial = typed.get(name, "")
        return blocks.text_input(name, label, initial=initial, max_length=limit, placeholder=placeholder, optional=True)

    return blocks.modal(
        "insights.captured",
        "Log an insight",
        *([blocks.context(said)] if said else []),
        *_personal(house, found, typed),
        blocks.text_input(
            "what", "What did you see or hear?", multiline=True, initial=what, max_length=WHAT_LIMIT,
            hint="One observation. No names of customers.",
        ),
        select("area", "Which area is it about?", [*areas, not_sure], optional=False),
        blocks.radio_input(
            "severity", "How much does it hurt?", levels, initial=typed.get("severity", ""),
            hint="High and critical need proof.",
        ),
        line("proof", "A link or a number that shows it", PROOF_LIMIT, "https://… or 12 tickets a week"),
        blocks.divider(),
        blocks.context(house.words.part(WORDS, "enough")),
        select("theme", "What is it about?", [*themes, not_sure]),
        select("segment", "Whom does it concern?", [Option(each.id, each.name) for each in rules.segments]),
        select("evidence", "What do we know it from?", [Option(each.id, each.name) for each in rules.evidence]),
        line("accounts", "How many accounts?", ACCOUNTS_LIMIT, "1"),
        line("revenue", "How much revenue do they bring, about?", REVENUE_LIMIT),
        *([select("release", "Is it about a recent release?", launched)] if launched else []),
        select("source", "Where does it come from?", [Option(each.id, each.name) for each in rules.sources]),
        *_restricted(house, typed),
        submit="Log it",
        metadata=metadata,
    )  # fmt: skip


def saved(
    house: House,
    insight: Insight,
    submission: Submission,
    *,
    triagers: Sequence[str],
    due: str,
    goes_to: str,
    place: str,
    masked: bool,
) -> View:
    """Where it goes, who looks at it by when, and where its submitter hears of it. People by their names."""
    incident = rules_of(house).incident
    text = house.words.part(
        WORDS,
        "saved",
        insight=insight,
        triagers=triagers,
        due=due,
        goes_to=goes_to,
        place=place,
        in_thread=submission.under is not None,
        masked=masked,
    )
    first = house.words.part(WORDS, "incident", process=incident.process if incident else "")
    return blocks.modal(
        "insights.saved",
        f"{insight.ref} is logged",
        *([blocks.section(first), blocks.divider()] if insight.severity == CRITICAL else []),
        blocks.section(text),
        submit="",
        close="Close",
    )


def counted(house: House, insight: Insight, votes: int) -> Message:
    """To whoever heard the same."""
    return blocks.message(blocks.section(house.words.part(WORDS, "also", insight=insight, votes=votes)))


def _personal(house: House, found: Sequence[Found], typed: Mapping[str, str]) -> list[Block]:
    """What was found, and what to do with it."""
    if not found:
        return []
    kinds = dict.fromkeys((each.kind, hinted(each)) for each in found)
    return [
        blocks.section(house.words.part(WORDS, "found", found=list(kinds))),
        blocks.radio_input(
            "personal",
            "What is to be done with it?",
            [
                Option(MASK, "Mask it", "It is taken out before anything is kept."),
                Option(KEEP, "Keep it as it is", "Say why below."),
            ],
            initial=typed.get("personal", "") or MASK,
        ),
        blocks.text_input(
            "because",
            "If it is kept: why?",
            initial=typed.get("because", ""),
            max_length=BECAUSE_LIMIT,
            optional=True,
        ),
    ]


def _restricted(house: House, typed: Mapping[str, str]) -> list[Block]:
    if rules_of(house).restricted is None:
        return []
    option = Option("restricted", "Only its readers should see it")
    initial = [typed.get("restricted", "")]
    return [blocks.checkbox_input("restricted", "Who may see it?", [option], initial=initial, optional=True)]
