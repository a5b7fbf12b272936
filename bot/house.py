"""What every verb may lean on, and the few things one room does for another without knowing it."""

from collections.abc import Callable, Collection, Hashable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from typing import Any, Protocol, TypeVar, cast

from sqlalchemy.orm import Session

from bot.blocks import Block, Message
from bot.clock import Clock
from bot.db import Database
from bot.definitions import Definitions, Ritual
from bot.pack_parts import Part as PackPart
from bot.pack_parts import Register
from bot.words import Words

T = TypeVar("T")


@dataclass(frozen=True)
class Obligation:
    """One thing that waits for one person: shown by `/cadence today` and on the Home tab."""

    title: str
    due: datetime | None
    action_id: str | None = None
    """The button that does it (an entry of some room's `ACTIONS`), with `value` and `label`."""
    value: str = ""
    label: str = "Open"


@dataclass(frozen=True)
class DecisionDraft:
    """A decision, or the need for one, noticed in another room's form."""

    author: str
    """Slack user id."""
    text: str
    decided: bool
    """True: *we will …*. False: somebody must decide this."""
    source: str
    """Where it came from, in words, such as `weekly update, Billing`."""
    area_id: str = ""
    """The area it is about, if it is about one."""
    ritual_id: str = ""
    """The ritual in which people met and said it, if it was said in one."""
    class_id: str = ""
    """The class of decision it is of, if the definitions have that."""
    why: str = ""
    options: str = ""
    """What else was considered, one on each line, with what was decided."""


@dataclass(frozen=True)
class OldMeeting:
    """A meeting that people went to before, as somebody named it in the setup interview."""

    name: str
    often: str
    """Such as `every week`."""
    minutes: int
    people: int
    link: str = ""
    """To what it left last."""


@dataclass(frozen=True)
class WithoutNumber:
    """Something that is to become easier, of which nobody knew where it stands and where it is to be."""

    name: str
    measure: str
    """By what it is measured meanwhile, such as `Launch surprises`."""
    owner: str
    """Who answers for the number, as the definitions refer to them."""
    due: date
    """When it is to be said."""


@dataclass(frozen=True)
class SetUp:
    """What the setup interview leaves to other rooms once it is applied."""

    by: str
    """Slack user id of who runs product operations, or of who applied it."""
    meetings: Sequence[OldMeeting] = ()
    hurts: str = ""
    """What hurts most about them."""
    constraints: Mapping[str, str] = field(default_factory=dict)
    """What binds the company, in words, with what follows from it."""
    without_number: Sequence[WithoutNumber] = ()


@dataclass(frozen=True)
class DecisionFacts:
    """What other rooms may know of a decision."""

    ref: str
    """Its id in the log, such as `D-42`."""
    state: str
    """As decisions have it: `proposed`, `decided`, `rejected`, `superseded` or `reversed`."""
    text: str
    """What was decided, or what must be."""
    decider: str
    """By name."""
    why: str
    options: tuple[str, ...]
    """What was considered, as typed."""


@dataclass(frozen=True)
class Section:
    """A part of a digest that another room fills: plain-text lines, each a fact of that room."""

    title: str
    lines: tuple[str, ...]
    empty: str


@dataclass(frozen=True)
class Part:
    """How one thing that a person is asked for looks now, in the message that asks for it."""

    title: str
    text: str
    buttons: tuple[Block, ...] = ()
    waiting: bool = True
    """Whether it is still to be done in time; only then it is counted, reminded of and put off."""
    minutes: int = 3
    """About how long it takes."""
    away: bool = False
    """Whether the person is away from it today, so that somebody else is to be asked."""


@dataclass(frozen=True)
class Panel:
    """A part of a release's card that another room fills: plain-text lines, each a fact of that room."""

    title: str
    lines: tuple[str, ...]
    label: str = ""
    """The button that shows more of it, which `action_id` answers; its value is the release's id."""
    action_id: str = ""


@dataclass(frozen=True)
class ReleaseFacts:
    """What other rooms may know of a release."""

    id: int
    name: str
    owner: str | None
    """Slack user id; none when Slack does not know them."""
    state: str
    """As releases have it: `planned`, `live`, `stopped` or `cancelled`."""
    day: date
    """When it goes out, or went."""


@dataclass(frozen=True)
class Origin:
    """What an action comes from, such as a release."""

    name: str
    owner: str | None
    """Slack user id of who may change its actions, beside whoever does them; none when Slack does not know them."""


class ActionSource(Protocol):
    """What the room that keeps a sort of origins does for their actions; `id` is that of one origin."""

    def origin(self, session: Session, house: "House", id: str, *, hold: bool) -> Origin | None:
        """What it is now, with `hold` until the transaction ends; none when it is gone."""
        ...

    def origins(self, session: Session, house: "House", ids: Collection[str]) -> Mapping[str, Origin]:
        """Those of these that are there, by id, as they are now."""
        ...

    def show(self, session: Session, house: "House", id: str, by: str) -> None:
        """An action of it was changed or has ended: whatever shows its actions follows."""
        ...

    def tell(self, session: Session, house: "House", id: str, line: Message, key: str) -> None:
        """Say a line about one of its actions where people talk about it, if there is such a place; each `key` once."""
        ...


class CalendarVerbs(Protocol):
    """What rooms may do to the calendar's rituals; `occurrence` is one of `rituals.model`."""

    def skip_one(self, session: Session, house: "House", occurrence: Any, actor: str | None, reason: str) -> None: ...
    def hold_after_all(self, session: Session, house: "House", occurrence: Any, actor: str | None) -> None: ...
    def pause(
        self, session: Session, house: "House", ritual: Ritual, actor: str | None, until: date | None, reason: str
    ) -> Any: ...
    def resume(self, session: Session, house: "House", ritual: Ritual, actor: str | None) -> Any: ...


@dataclass(frozen=True)
class Ahead:
    """Something that a person will be asked for."""

    title: str
    at: datetime


@dataclass(frozen=True)
class Checked:
    """How an artifact stands against its definition of done, right before it goes out."""

    made_by: str
    """What makes it: `ritual:` with the ritual's id, or an event as artifacts.yaml names it."""
    ref: str
    """Which one: `occurrence:17`, `decision:D-42`, `release:12`."""
    failed: Mapping[str, Sequence[str]] = field(default_factory=dict)
    """By test, as artifacts.yaml has it, what fails it: names; nothing where it holds."""
    note: str = ""
    """What the artifact itself says of that, in a line; empty when all holds."""


class ArtifactLibrary(Protocol):
    """What whoever posts an artifact asks of the library: nothing of it ever keeps one from going out."""

    def check(self, session: Session, house: "House", made_by: str, ref: str) -> Checked: ...
    def issued(
        self, session: Session, house: "House", checked: Checked, message_id: int | None, link: str = ""
    ) -> None:
        """It is out, as this message of the outbox, or at a link that somebody gave; or it says something else now."""
        ...


@dataclass(frozen=True)
class Finding:
    """Something that a check has found in the records as they are now, for the one person who can mend it."""

    rule: str
    """The id of the check, such as `IN02`; how severe it is, the list of checks says."""
    about: str
    """What it is about, the same from one night to the next: `insight:17`, `area:billing`."""
    message: str
    """What is wrong, in plain words that name the thing: one line of plain text."""
    owner: str | None = None
    """Slack user id of who can mend it; none: whoever runs product operations."""
    mend: str = ""
    """What to do, in words or as a command in backticks."""
    link: str = ""
    """Where it is to be seen: the address of a message or a page."""
    action_id: str = ""
    """The button that mends it (an entry of some room's `ACTIONS`), with `value` and `label`; empty: there is none."""
    value: str = ""
    label: str = ""
    worse: bool = False
    """Whether it has become so bad that the list of checks calls it an error by now."""


@dataclass(frozen=True)
class Measured:
    """One measure of the operating system, computed from the records."""

    id: str
    """`M1` to `M17`."""
    current: float | None
    """As a share of 1, or in the unit of the measure; none when there is nothing to compute it from, or too little."""
    n: int
    """Of how many things it is computed."""
    met: bool | None
    """Whether its target is met; none without a target, a baseline or a figure."""
    baseline: float | None = None
    """Where it stood before; none where nobody knows."""


@dataclass(frozen=True)
class PulseAnswers:
    """What people answered to one question of the pulses of some days, as counts: nobody's own answer."""

    of: str
    """Who was asked: `stakeholders` or `product_managers`."""
    question: str
    """As people read it."""
    function: str
    """The id of the one whose people answered; empty: everybody together, of which the others are parts."""
    n: int
    """How many answered. Below five the numbers are none."""
    favourable: int | None = None
    """How many answered 4 or 5, of a question that is answered so."""
    minutes: tuple[int, ...] = ()
    """Of a question that is answered in minutes: each answer, its band taken at its middle, the least first."""


@dataclass(frozen=True)
class Planned:
    """What applying other definitions would come to."""

    mistakes: tuple[str, ...]
    """Why they cannot be applied, a line each; then there is nothing else."""
    changes: tuple[str, ...] = ()
    """What they change, a line each."""
    lines: tuple[str, ...] = ()
    """The whole plan as the terminal shows it: with the next occurrences, and what it costs each person."""
    is_same: bool = False


class DefinitionVerbs(Protocol):
    """What rooms may do to the definitions in force; `files` are all of them, by name."""

    def plan(self, house: "House", files: Mapping[str, str]) -> Planned:
        """Changes nothing. It looks into the database by itself, so it is called outside of transactions."""
        ...

    def apply(self, session: Session, house: "House", files: Mapping[str, str], *, author: str, note: str) -> int:
        """Make them the version after `house`'s, and return its number; a UserError when they have mistakes."""
        ...


DoneTest = Callable[[Session, "House", str, str], list[str]]
"""What fails a test of one artifact, by name: its `ref`, and what stands behind the test's name (`16:00`)."""


@dataclass(frozen=True)
class Links:
    """What rooms do for each other; `app.py` ties them, so that no room imports another."""

    log_decision: Callable[[Session, "House", DecisionDraft], str] | None = None
    """Keeps the draft and returns its id, such as `D-42`."""
    planning: Callable[[Session, "House", str, datetime, Collection[str]], list[DecisionFacts]] | None = None
    """The decisions that a planning ritual (its id) has led to since a moment, with those of these ids besides."""
    quarter_sections: Sequence[Callable[[Session, "House", date, date], Section]] = ()
    """Sections of a quarter's plan about the days from the first date to the second, both included."""
    digest_sections: Sequence[Callable[[Session, "House", date, date], Section]] = ()
    """Sections of the weekly digest for the days from the first date to the second, both included."""
    forum: Sequence[Callable[[Session, "House", str], list[str]]] = ()
    """What is to be decided in a ritual, by its id: a line each."""
    packets: Sequence[Callable[[Session, "House", str], list[str]]] = ()
    """What has moved since a ritual, by its id, was held last: a line each, for whoever comes to the next."""
    unmoved: Sequence[Callable[[Session, "House", str], list[str]]] = ()
    """Who says before a ritual (its id) that nothing has moved, and who has not said: a line each."""
    before_reviews: Sequence[Callable[[Session, "House", Any], Sequence[Any]]] = ()
    """What is to happen (`timers.Step`s) before an occurrence of a review (of `rituals.model`) that was planned."""
    gates: Sequence[Callable[[Session, "House", str], list[str]]] = ()
    """The releases near whose gates are open, for the ritual (its id) that looks at them: a line each."""
    looked_at: Sequence[Callable[[Session, "House", str], None]] = ()
    """Something that a ritual (its id) is to look at is not as it was: its packet follows."""
    artifacts: Sequence[Callable[[Session, "House", str, int], list[Message]]] = ()
    """What a ritual (its id) leaves as an occurrence (its id) closes: a message to post, the others for its thread."""
    on_correction: Sequence[Callable[[Session, "House", str], None]] = ()
    """What else follows when what a ritual (its id) has published was changed afterwards."""
    adopt: Callable[[Session, "House"], None] | None = None
    """Acts on definitions that are new: to be called in the transaction that puts a version in force."""
    holds_back: Sequence[Callable[[Session, "House", Ritual, Any], str]] = ()
    """Why an occurrence (of `rituals.model`) that is due must not ask anybody yet, and is skipped; empty: it may."""
    looked_back: Sequence[Callable[[Session, "House", str], None]] = ()
    """What follows when a person (Slack user id) has said something in a retro."""
    library: ArtifactLibrary | None = None
    """Whom to ask whether an artifact is done as it goes out, and to tell that it is out."""
    done_tests: Mapping[str, DoneTest] = field(default_factory=dict)
    """The tests of definitions of done, by their names in artifacts.yaml."""
    definitions: DefinitionVerbs | None = None
    """How other definitions are put in force."""
    on_set_up: Sequence[Callable[[Session, "House", SetUp], None]] = ()
    """What follows when the setup interview is applied, each time anew: whatever is there already stays as it is."""
    calendar: CalendarVerbs | None = None
    """How rituals are skipped and paused."""
    obligations: Sequence[Callable[[Session, "House", str], list[Obligation]]] = ()
    """What waits for a person, by Slack user id."""
    on_away: Sequence[Callable[[Session, "House", str], None]] = ()
    """What to do when a person (Slack user id) has said that they are away."""
    on_back: Sequence[Callable[[Session, "House", str], None]] = ()
    """What to do when they have said that they are here again."""
    on_other_zone: Sequence[Callable[[Session, "House", Collection[str]], None]] = ()
    """What to do when people (Slack user ids) are in other time zones than before, or have only now become known."""
    on_renamed: Sequence[Callable[[Session, "House", str, str, str], None]] = ()
    """A release has another name: who gave it (Slack user id), the name of before, and that of now."""
    on_release: Sequence[Callable[[Session, "House", int, str, str | None], None]] = ()
    """What else follows when something happened to a release: its id, what (as `releases.course` calls it), by whom."""
    release_panels: Sequence[Callable[[Session, "House", int], list[Panel]]] = ()
    """What other rooms show on the card of a release, by its id."""
    release_settled: Sequence[Callable[[Session, "House", Sequence[int]], Mapping[int, Mapping[str, bool]]]] = ()
    """For releases, by id: whether the items that other rooms compute are settled, by what they are `computed` from.

    An item's own number in its place: it is settled by that, but somebody may also say how it stands.
    """
    release_asks: Sequence[Callable[[Session, "House", int], None]] = ()
    """What other rooms ask people for about a release (its id) follows how that stands now."""
    action_sources: Mapping[str, ActionSource] = field(default_factory=dict)
    """By the first part of an action's `source`: what its room does for it."""
    releases: Callable[[Session, "House", Collection[int] | None], list[ReleaseFacts]] | None = None
    """Releases by id, or those of late and to come (without ids), the next first."""
    parts: Mapping[str, Callable[[Session, "House", str], Part | None]] = field(default_factory=dict)
    """By kind of prompt: how one looks now, by its ref; nothing when what it was about is gone."""
    ahead: Sequence[Callable[[Session, "House", str, datetime], list[Ahead]]] = ()
    """What the calendar will ask a person (Slack user id) for up to a moment, and has not asked them for yet."""
    not_taken_on: Callable[[Session, "House", Collection[str]], list[str]] | None = None
    """Who was named for a post (its key begins with one of these) and has not taken it on: a line each."""
    findings: Sequence[Callable[[Session, "House"], Iterable[Finding]]] = ()
    """The checks of the records: each yields what it finds now, asking the database a bounded number of times."""
    unwaived: Callable[[Session, "House", Sequence[Finding]], list[Finding]] | None = None
    """Those of these findings that nobody has waived until a day that is still to come, or today."""
    noted: Callable[[Session, "House", Finding], None] | None = None
    """What to do with a check that somebody breaks with what they just did."""
    level_of: Callable[[Finding], str] | None = None
    """How bad a finding is: `error`, `warning` or `info`, as the list of checks has it."""
    measured: Callable[[Session, "House"], Sequence[Measured]] | None = None
    """Every measure as it is now."""
    pulses: Callable[[Session, "House", date, date], Sequence[PulseAnswers]] | None = None
    """What was answered in pulses that ended on the days from the first date to the second, both included."""
    pack: Mapping[str, Sequence[Callable[[Session, "House"], Sequence[PackPart]]]] = field(default_factory=dict)
    """What rooms give to the sections of the operating system pack, by their ids in `pack.contents`."""
    registers: Callable[[Session, "House"], Sequence[Register]] | None = None
    """The lists with which every pack ends."""
    entries_about: Callable[[Session, "House", Collection[str]], Sequence[str]] | None = None
    """The open entries of the registers about anything of one of these names: a line each."""
    on_entry: Sequence[Callable[[Session, "House", str], None]] = ()
    """An entry of a register about something (its name) was added or changed, or has ended: what shows it follows."""
    risks: Callable[[Session, "House"], Sequence[str]] | None = None
    """The heaviest open risks, the worst first: a line each."""
    first_on_home: Sequence[Callable[[Session, "House", str], list[Block]]] = ()
    """What stands above everything else on a person's Home tab."""
    answer_in_words: Callable[[Session, "House", str, str], Message | None] | None = None
    """What somebody is told who asks about a thing in their own words; none when they name no such thing."""
    one_thing: Callable[[Session, "House", str, str], str] | None = None
    """What the one thing is called that words mean and this person (Slack user id) may see; empty: none or several."""


@dataclass(frozen=True)
class House:
    """One workspace at one moment: its database, clock, words and definitions."""

    workspace_id: str
    db: Database
    clock: Clock
    words: Words
    definitions: Definitions
    links: Links = field(default_factory=Links)
    charts: bool = False
    """Whether Slack may be sent pictures of figures: a stand-in for it shows them as `[data_visualization]`."""
    feed_url: str | None = None
    """Where calendar feeds are reached from outside, without a slash at its end; none: they are not served."""
    version: int = 0
    """Which of the stored versions `definitions` are; 0 for some that were never stored."""
    seen: dict[Hashable, Any] | None = None
    """What one look has read so far, by the keys of `once`; none outside of looks."""

    def by(self, definitions: Definitions, version: int = 0) -> "House":
        """The same workspace by other definitions, in the words that those give."""
        words = self.words.spoken_with(definitions.organisation.aliases)
        return replace(self.reading(definitions, version), words=words)

    def reading(self, definitions: Definitions, version: int) -> "House":
        """The same workspace by other definitions, in the words of now. What a look has read so far is read anew."""
        return replace(self, definitions=definitions, version=version, seen=None if self.seen is None else {})

    def for_one_look(self) -> "House":
        """The same to show something: templates are read once, and so is what is read by `once`.

        What is changed meanwhile of that is not seen: change it by the house that this was made of, and look anew.
        """
        return replace(self, seen={}, words=self.words.for_one_look())

    def once(self, key: Hashable, read: Callable[[], T]) -> T:
        """What `read` returns; in a look, what the first `read` with this key has returned.

        The key names what is read and holds every value on which that depends, but for the workspace.
        """
        if self.seen is None:
            return read()
        if key not in self.seen:
            self.seen[key] = read()
        return cast(T, self.seen[key])
