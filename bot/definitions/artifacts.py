"""The artifact library: what the organisation leaves behind, for whom, whose it is, and when it is done."""

import re
from collections.abc import Mapping
from functools import cached_property
from typing import Annotated, Any, ClassVar, Literal

from pydantic import BeforeValidator, Field, StringConstraints, WithJsonSchema, model_validator

from bot.definitions.decisions import HEAD_OF_PRODUCT, PRODUCT_OPS, Who
from bot.definitions.releases import RELEASE_OWNER
from bot.definitions.values import Definition, Id, Name, holding, parse_time
from bot.yamlfile import nearest, wrong

Event = Literal["decision-recorded", "release-registered", "bundle-published", "release-looked-back", "pack-made"]
"""What makes an artifact that comes of no ritual."""
ABOUT_RELEASES: tuple[Event, ...] = ("release-registered", "bundle-published", "release-looked-back")

DECIDER = "decider"
OWNERS = (HEAD_OF_PRODUCT, PRODUCT_OPS, DECIDER, RELEASE_OWNER)
"""The words that may stand for an owner, beside ids of functions and people."""

WEEKLY, REVIEW, INSIGHTS, QUARTER, DIGEST = "weekly_update", "review", "insights_digest", "quarter", "digest"
TESTS: Mapping[str, tuple[str, ...]] = {
    "every-area-accounted-for": (WEEKLY,),
    "each-red-has-an-owner": (WEEKLY,),
    "posted-by": (WEEKLY, REVIEW, INSIGHTS, QUARTER, DIGEST),
    "posted-within": (WEEKLY, REVIEW, INSIGHTS, QUARTER, DIGEST),
    "ranges-only": (REVIEW,),
    "one-source-per-area": (REVIEW,),
    "each-theme-has-an-owner-or-date": (INSIGHTS,),
    "every-bet-has-owner-and-measure": (QUARTER,),
    "two-options": ("decision-recorded",),
    "four-answers": ("release-registered",),
    "each-function-has-confirmed": ("bundle-published",),
    "everybody-has-answered": ("release-looked-back",),
    "each-measure-that-is-off-has-an-owner": (REVIEW,),
    "every-must-have-is-there": ("pack-made",),
    "rubric-passed": ("pack-made",),
}
"""What Drumbeat can test, by name: the ritual kinds and events of whose artifacts it says something."""
POSTED_BY, POSTED_WITHIN = "posted-by", "posted-within"
"""These two say when: `posted-by 16:00`, `posted-within 24 hours`."""

MOST_FILLED = 6
"""Templates that people fill; what comes on top is a form too many."""
MOST_SECTIONS, MOST_SENTENCES = 20, 10
CADENCE = r"(\d{1,3}) (day|week)s?"

Words = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=120)]


def _test(value: Any) -> Any:
    """`every-area-accounted-for`, `posted-by 16:00` or `posted-within 24 hours`."""
    name, _, rest = " ".join(str(value or "").split()).partition(" ")
    if name not in TESTS:
        raise wrong(f"Drumbeat knows no test `{name}`", f"{nearest(name, TESTS)}; or leave `test` out")
    if name == POSTED_BY:
        parse_time(rest)
    elif name == POSTED_WITHIN:
        if not re.fullmatch(r"[1-9]\d{0,2} hours?", rest):
            raise wrong(f"`{value}` does not say within how long", "write `posted-within 24 hours`")
    elif rest:
        raise wrong(f"`{rest}` means nothing after `{name}`", f"write `{name}` alone")
    return f"{name} {rest}".strip()


def _cadence(value: Any) -> Any:
    """`14 days` or `2 weeks`, as days."""
    if isinstance(value, int):
        return value
    found = re.fullmatch(CADENCE, " ".join(str(value).split()))
    if not found or not int(found[1]):
        raise wrong(f"`{value}` does not say how often", "write `14 days` or `2 weeks`; or leave it out")
    return int(found[1]) * (7 if found[2] == "week" else 1)


def _reader(value: Any) -> Any:
    text = str(value).strip() if value is not None else ""
    if text in ("@channel", "@here", "@everyone"):
        raise wrong(f"`{text}` would ping everybody", "name functions, user groups or people, or write `everybody`")
    return text.casefold() if re.fullmatch(r"[^@\s]+@[^@\s]+", text) else text


def _sentence(value: Any) -> Any:
    return {"says": value} if isinstance(value, str) else value


class Sentence(Definition):
    """One sentence of a definition of done."""

    says: Words = Field(description="write what is true of it once it is done, such as: Every area is accounted for")
    test: Annotated[str, BeforeValidator(_test), WithJsonSchema({"type": "string"})] | None = None
    """The test that Drumbeat computes right before it goes out; left out, a person sees to it."""

    @property
    def test_name(self) -> str:
        return (self.test or "").partition(" ")[0]


class Artifact(Definition):
    """One thing that exists after a ritual or an event and did not before."""

    rules: ClassVar[Mapping[str, str]] = dict.fromkeys(("owner", "audience", "done"), "AR01")

    id: Id
    name: Name
    owner: Who = Field(
        description="every artifact has one owner: write product_ops, head_of_product, the id of a function, a person's"
        " e-mail address, or decider or release-owner for what decisions and releases leave"
    )
    audience: Annotated[
        tuple[Annotated[Words, BeforeValidator(_reader)], ...],
        BeforeValidator(lambda value: [value] if isinstance(value, str) else value),
        holding(1, 10),
        WithJsonSchema({"type": ["string", "array"], "items": {"type": "string"}}),
    ] = Field(description="write who reads it: functions, user groups, people, or words such as everybody")
    ritual: Id | None = None
    """The ritual that leaves it, by its id in calendar.yaml."""
    event: Event | None = None
    """What makes it where no ritual does."""
    cadence: (
        Annotated[
            int,
            BeforeValidator(_cadence),
            WithJsonSchema({"type": "string", "description": "14 days, or 2 weeks.", "pattern": f"^{CADENCE}$"}),
        ]
        | None
    ) = None
    """In days, how soon after one the next is there; left out, it is its ritual's, and an event's has none."""
    filled_by_people: bool = False
    """Whether people fill a template for it, and do not only read what Drumbeat makes."""
    sections: Annotated[tuple[Words, ...], holding(1, MOST_SECTIONS)] = Field(
        description="write what stands in it, in the order in which it is read"
    )
    done: Annotated[tuple[Annotated[Sentence, BeforeValidator(_sentence)], ...], holding(1, MOST_SENTENCES)] = Field(
        description="write when it is done, in sentences that one can hold it against"
    )

    @model_validator(mode="after")
    def _one_maker(self) -> "Artifact":
        if self.ritual and self.event:
            raise wrong(f"{self.name} is made twice", "keep `ritual` or `event`", at="event")
        if not (self.ritual or self.event):
            raise wrong(f"nothing makes {self.name}", "add `ritual` with its id, or `event`")
        return self

    @property
    def made_by(self) -> str:
        return made_by_ritual(self.ritual) if self.ritual else str(self.event)


class ArtifactLibrary(Definition):
    artifacts: Annotated[tuple[Artifact, ...], holding(1, 30)]

    def made_by(self, what: str) -> Artifact | None:
        """The artifact that a ritual (`made_by_ritual` of its id) or an event makes."""
        return self._by_maker.get(what)

    def of(self, id: str) -> Artifact | None:
        return next((each for each in self.artifacts if each.id == id), None)

    @cached_property
    def _by_maker(self) -> dict[str, Artifact]:
        return {each.made_by: each for each in self.artifacts}


def made_by_ritual(id: str) -> str:
    return f"ritual:{id}"
