"""Every check of the operating system, by its id: what must hold, why, what whoever broke it reads, and how to mend it.

Checks of definitions are made when these are read, those of the records every night; a few are only noted as somebody
does something. Where and for whom a check found something, the problem or finding says itself.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from difflib import get_close_matches
from typing import Literal

from bot.errors import UserError
from bot.yamlfile import Level

ERROR: Level = "error"
WARNING: Level = "warning"
INFO: Level = "info"
LEVELS: tuple[Level, ...] = (ERROR, WARNING, INFO)
"""The worst first."""

On = Literal["definitions", "records", "both"]

TOLD_AT_ONCE = frozenset({"RE02", "RE07", "RE09", "DA02"})
"""What does harm while it waits for the night: people are told soon after it happened, and not with their day."""

GROUPS: Mapping[str, str] = {
    "CH": "The charter",
    "OM": "Who decides and who owns what",
    "CA": "The cadence",
    "AR": "Artifacts and forms",
    "IN": "Insights",
    "RE": "Releases",
    "DE": "Decisions",
    "BO": "What Product Ops does not do",
    "IM": "Putting it into practice",
    "NO": "How much people are asked",
    "DA": "What is private",
}
"""What the first two letters of an id stand for."""


@dataclass(frozen=True)
class Rule:
    """One check."""

    id: str
    """Such as `CA03`."""
    level: Level
    """How bad it is; of one that is made of both, what it is in definitions."""
    on: On
    holds: str
    """What breaks it, in words that follow *It finds*."""
    why: str
    example: str
    """What somebody who broke it might read."""
    mend: str
    on_records: Level | None = None
    """How bad it is in the records, where that differs."""
    worse: str = ""
    """When it is an error after all, in words that follow *an error*; empty when it never changes."""

    def level_of(self, *, worse: bool = False) -> Level:
        """How bad it is when it is found in the records."""
        return ERROR if worse and self.worse else self.on_records or self.level


RULES: tuple[Rule, ...] = (
    Rule(
        "CH01", ERROR, "definitions",
        "a charter without what Product Ops owns, at least three things that it does not own, how to ask, or how its "
        "work is measured",
        "A vague mandate grows without limit.",
        "The charter lacks what we do not own.",
        "Write `owns`, at least three lines of `does_not_own`, `asking` and `measures` in charter.yaml.",
    ),
    Rule(
        "CH02", ERROR, "definitions",
        "a charter that does not say that product managers keep their decision rights",
        "That boundary is what everybody was promised.",
        "The charter must say that product managers keep the decision rights.",
        "Write `decision_rights` in charter.yaml, in your own words.",
    ),
    Rule(
        "CH03", WARNING, "definitions",
        "fewer than three or more than five measures of success, or one without a baseline or a target",
        "Otherwise nobody can show later what it was worth.",
        "Fewer surprises has no baseline. Count for two weeks?",
        "Name three to five measures of measures.yaml, each with a baseline and a target.",
    ),
    Rule(
        "CH04", WARNING, "records",
        "a charter that nobody approved, or that was not looked at for 180 days",
        "What nobody looks at drifts away from what is done.",
        "The charter was to be looked at on 3 June.",
        "The head of product approves it, or changes it: `/cadence charter`.",
    ),
    Rule(
        "OM01", ERROR, "definitions",
        "a class of decision without exactly one who is accountable, or without anybody responsible; a warning where "
        "more than five are consulted",
        "Shared accountability is nobody's, and many who are consulted slow everybody down.",
        "Roadmap change has two people who are accountable. Pick one.",
        "Write one `decider` and at least one of `responsible` in decisions.yaml.",
    ),
    Rule(
        "OM02", ERROR, "records",
        "an owner or a backup who is missing, has left, or works elsewhere now",
        "Owners who are gone let things die unseen.",
        "Billing has had no owner since 2 May. Who takes it?",
        "Name somebody in organisation.yaml: `/cadence who`.",
    ),
    Rule(
        "OM03", WARNING, "definitions",
        "an interface between functions that lacks an owner on one side, a time to answer, or whom to ask next",
        "Friction lives where two functions meet.",
        "Product and Support: nobody is named for Support.",
        "Complete it under `interfaces` in charter.yaml.",
    ),
    Rule(
        "OM04", ERROR, "definitions",
        "that no class of decision is about planning, releases, communication or insights",
        "Then it is unclear who decides.",
        "No class says who decides about external announcements.",
        "Add a class, or name the topic among the `topics` of one, in decisions.yaml.",
    ),
    Rule(
        "CA01", ERROR, "definitions",
        "a ritual without a purpose, an owner, a schedule, people or an agenda with minutes",
        "It cannot be run, and nobody can say whether it is any good.",
        "Roadmap review has no owner.",
        "Complete it in calendar.yaml.",
    ),
    Rule(
        "CA02", WARNING, "records",
        "an old meeting that was listed two weeks ago and is neither kept, redesigned nor retired",
        "A new layer comes to lie upon an old pile.",
        "Four old meetings wait to be judged.",
        "Judge them: `/cadence audit`.",
    ),
    Rule(
        "CA03", ERROR, "definitions",
        "a ritual that is to leave nothing",
        "Then it is just a meeting.",
        "What will exist after this that did not before? Name it or drop it.",
        "Write `artifact`, or remove the ritual from calendar.yaml.",
    ),
    Rule(
        "CA04", WARNING, "records",
        "a ritual that left nothing three times in a row (or as often as it says itself)",
        "It was shown to be just a meeting.",
        "Roadmap review left nothing three times in a row.",
        "Its owner redesigns it, makes it asynchronous, pauses it or retires it: `/cadence yield`.",
        worse="once it left nothing one more time",
    ),
    Rule(
        "CA05", WARNING, "definitions",
        "more than six rituals that take people's time, without a reason",
        "A calendar has a weight, and people carry it.",
        "This would be ritual 7. Which one goes?",
        "Drop one in calendar.yaml, or write `more_because`.",
    ),
    Rule(
        "CA06", WARNING, "definitions",
        "a ritual or an artifact that serves no friction, or that nobody uses",
        "It would be process for its own sake.",
        "Who uses this, and for which friction?",
        "Write `serves`, and for whom it is, or drop it.",
    ),
    Rule(
        "CA07", WARNING, "definitions",
        "a ritual that looks at the same as another, with at least 70 % of the same people",
        "People talk about the same thing twice.",
        "This overlaps Monthly metrics (8 of 10 people).",
        "Merge the two, or say under `inputs` what each looks at.",
    ),
    Rule(
        "CA08", INFO, "definitions",
        "a ritual to which only one team comes",
        "What concerns one team alone is for that team to run.",
        "Only Engineering attends Sprint review.",
        "Remove it from calendar.yaml, or name whom else it is for.",
    ),
    Rule(
        "AR01", ERROR, "definitions",
        "an artifact without an owner, readers, or sentences that say when it is done",
        "Nobody reads it, and nobody mends it.",
        "The digest is for nobody.",
        "Write `owner`, `audience` and `done` in artifacts.yaml.",
    ),
    Rule(
        "AR02", WARNING, "records",
        "an artifact that is older than one and a half times its cadence",
        "People believe what is no longer so.",
        "The roadmap view is 26 days old; it is due every 14.",
        "Issue the next one, or write a longer `cadence`: `/cadence artifacts`.",
    ),
    Rule(
        "AR03", WARNING, "records",
        "a form that takes more than 15 minutes in the middle, or that more than a quarter give up",
        "Who is asked too much answers nothing.",
        "The form Launch brief takes 19 minutes.",
        "Cut a question: `/cadence forms`.",
    ),
    Rule(
        "AR04", ERROR, "definitions",
        "more than six required questions in a form, more than 1,500 characters in an answer, or more than six "
        "templates that people fill in",
        "The output is to be alike, and not the thinking; specifications have a place of their own.",
        "Seven questions must be answered. Make one optional.",
        "Make one optional, or drop it.",
    ),
    Rule(
        "AR05", INFO, "records",
        "an artifact that nobody has opened or cited for 60 days",
        "It may be for show.",
        "Nobody has opened the health report since April.",
        "Retire it, or say whom it is for: `/cadence artifacts`.",
    ),
    Rule(
        "IN01", ERROR, "both",
        "a source of insights without an owner; in the records, one of which nothing came for 30 days",
        "Nobody vouches for it or mends it.",
        "Who vouches for app store reviews?",
        "Write `owner` in insights.yaml; ask them whether a silent source still listens.",
        on_records=WARNING,
    ),
    Rule(
        "IN02", WARNING, "records",
        "insights that wait to be triaged longer than they may",
        "What somebody told us is nobody's.",
        "Twelve insights wait to be triaged, the oldest for six days.",
        "Work on the queue: `/insight triage`.",
        worse="once the oldest has waited twice as long as it may",
    ),
    Rule(
        "IN03", ERROR, "definitions",
        "insights of an area or theme that no route takes, or that have no forum",
        "There is nowhere to decide about them.",
        "What is said about Pricing and no area goes nowhere.",
        "Add a route, or a `forum` to one, in insights.yaml.",
    ),
    Rule(
        "IN04", WARNING, "records",
        "insights that were routed, and not acknowledged in time",
        "They were handed over, and nobody may have noticed.",
        "Two insights wait for you to say that you have seen them.",
        "Acknowledge them: `/cadence today`.",
    ),
    Rule(
        "IN05", WARNING, "records",
        "insights that were not answered in time",
        "They are collected, and nothing is decided.",
        "Three insights wait for your answer, the oldest since 4 June.",
        "Answer them: `/cadence today`.",
    ),
    Rule(
        "IN06", ERROR, "both",
        "an answer without its reason, link or day",
        "Whoever brought it was told no, and not why.",
        "I-317 was declined without a reason.",
        "Answer it anew, with the line that its submitter is to read.",
    ),
    Rule(
        "IN07", WARNING, "both",
        "a high or critical insight without a link or a number that shows it",
        "Otherwise the loudest is believed.",
        "I-317 is high, and nothing shows it.",
        "Add a number of tickets or a link.",
    ),
    Rule(
        "IN08", WARNING, "records",
        "an insight that was answered more than five working days ago, and not everybody who brought it was told",
        "Trust dies here.",
        "Seven answers were given, and who asked has heard nothing.",
        "See why they could not be told: `/insight orphans`.",
    ),
    Rule(
        "IN09", WARNING, "records",
        "much said about one theme in one area that is on no agenda",
        "Nobody talks about what many say.",
        "Export fails comes from nine accounts, and no ritual talks about it.",
        "Name a ritual that is held under `spike` in insights.yaml.",
    ),
    Rule(
        "IN10", INFO, "records",
        "that more than a fifth of the insights have no area or theme, or that a theme was not used for 90 days",
        "The themes no longer fit what people say.",
        "31 % are sorted under no theme.",
        "Change the themes in insights.yaml.",
    ),
    Rule(
        "RE01", ERROR, "both",
        "a release that does not say who needs to know, what changes, how it is watched, or how it is taken back",
        "These are the four questions that a launch is judged by.",
        "Atlas does not say how it is taken back.",
        "Answer it on the card: `/launch-ready`.",
    ),
    Rule(
        "RE02", ERROR, "records",
        "a release whose tier was lowered without a reason and a name",
        "A lower tier asks for less, so it must not be chosen for that.",
        "The tier of Atlas was lowered, and nobody said why.",
        "Its owner says why, in the form that sets the tier: `/launch-ready`.",
    ),
    Rule(
        "RE03", WARNING, "both",
        "a release that was registered less than the lead time of its tier before its day, unless somebody moved it "
        "there and said why",
        "That is a surprise in the making.",
        "High needs 10 working days, and Atlas has 4.",
        "Move it, and say why there; or have product ops waive it with the reason.",
    ),
    Rule(
        "RE04", ERROR, "records",
        "a gate that is open although the call is due",
        "A gate that does not hold is none.",
        "Two gates of Atlas are open: Support macros, Revert rehearsed.",
        "Settle or waive them, or move the release: `/launch-ready`.",
    ),
    Rule(
        "RE05", ERROR, "records",
        "a gate that is done, and nothing shows it",
        "It would be a box to tick.",
        "Dashboard is done, and nothing shows it.",
        "Add a link or a sentence to it.",
    ),
    Rule(
        "RE06", ERROR, "records",
        "a sign-off that is missing although the call is due, or was given by somebody of another function",
        "Nobody can approve for others.",
        "The sign-off of Support must come from Support.",
        "Ask the lead of that function: `/launch-ready`.",
    ),
    Rule(
        "RE07", ERROR, "records",
        "a release that somebody said is live without a call that let it go; a hotfix has a working day",
        "Then whoever decides was passed over.",
        "Atlas is live, and nobody said go.",
        "Record the call now: `/launch-ready`.",
    ),
    Rule(
        "RE08", WARNING, "records",
        "that the day or the tier changed, and whoever was told before does not know a working day later",
        "People plan with what is no longer so.",
        "Five still think that Atlas comes on 9 June.",
        "See on the card why they could not be told.",
    ),
    Rule(
        "RE09", ERROR, "records",
        "somebody who needs to know, and for whom there is no message three working days before (of a low release: on "
        "its day)",
        "That they need to know would be only words.",
        "Customer Success needs to know of Atlas, and gets no message.",
        "Add a step for them to the timeline, or a person of theirs to organisation.yaml.",
    ),
    Rule(
        # In definitions it is read off words, and must not keep a version back that says it in others.
        "RE10", WARNING, "both",
        "how a release is taken back without what sets it off, who does it and within how many minutes; of a high one, "
        "without a rehearsal in time",
        "Hope is no plan.",
        "Who can take Atlas back, and how fast?",
        "Say all three on the card: `/launch-ready`.",
        on_records=ERROR,
    ),
    Rule(
        "RE11", WARNING, "records",
        "what became of a release that nobody has said two working days after it was due",
        "Nothing is learned.",
        "Atlas, 7 days after: Support has not said what became of it.",
        "Answer it: `/cadence today`.",
    ),
    Rule(
        "RE12", WARNING, "records",
        "an action that somebody agreed to, and that is 14 days late or is nobody's any more",
        "Lessons without deeds are for show.",
        "Two actions of yours are more than 14 days late.",
        "Do it, change it or drop it: `/cadence today`.",
    ),
    Rule(
        "RE13", WARNING, "records",
        "a change that somebody came upon, and of which no release is known",
        "It was launched unseen.",
        "Somebody saw a new invoice page. Whose is it?",
        "Say whose it is, or register it afterwards.",
    ),
    Rule(
        "DE01", ERROR, "both",
        "an open decision without a class, somebody who decides, or a day",
        "It hangs in the air.",
        "D-42 lacks the day by which it is needed.",
        "`/decision` and its number, and there: Say what sort it is.",
    ),
    Rule(
        "DE02", ERROR, "both",
        "a decision that comes up again and again, and nobody is named who decides it, or who does in their place",
        "Somebody decides it in secret, or nobody does.",
        "Beta access is decided weekly, and nobody is named for it.",
        "Name the `decider` and the `backup` of its class in decisions.yaml.",
    ),
    Rule(
        "DE03", WARNING, "both",
        "a decision without a second option or a reason, or one hard to reverse without what would change our mind",
        "Nobody can learn from it later.",
        "D-42 lacks its options. What else was considered?",
        "Complete it: `/decision` and its number.",
    ),
    Rule(
        "DE04", WARNING, "records",
        "a decision that is past the day by which it was needed, or past the day on which to look at it again",
        "Waiting costs, and so does what is no longer so.",
        "D-42 has been open for 11 days past its day.",
        "Decide it or look at it again, or say when: `/decision` and its number.",
    ),
    Rule(
        "BO01", ERROR, "definitions",
        "a class of decision about the product that Product Ops or Drumbeat decides",
        "Product Ops would be a product manager in the shadow.",
        "Product Ops records decisions about the product, and never makes them.",
        "Write who does decide, such as area_owner or head_of_product.",
    ),
    Rule(
        "BO02", INFO, "records",
        "that Drumbeat or Product Ops was asked to choose or to set priorities",
        "What Product Ops does grows in this way, request by request.",
        "I cannot choose, and I can bring it to whoever decides.",
        "Raise a decision: `/decision`.",
    ),
    Rule(
        "BO03", ERROR, "records",
        "that Product Ops tried to sign for another function, or to make the call of a release",
        "Product Ops would be a gate in the shadow.",
        "Ask the lead of Support, or who stands in.",
        "Have the function sign itself, and the release's owner make the call.",
    ),
    Rule(
        "BO04", WARNING, "definitions",
        "a second roadmap of one area",
        "People believe one or the other.",
        "Billing has a roadmap of Ana's already.",
        "Keep one, and let the other point at it.",
    ),
    Rule(
        "BO05", WARNING, "records",
        "that Product Ops decides more than half of the classes, or owns more than half of the rituals",
        "All hangs on one team.",
        "Product Ops owns six of eight rituals. Hand one over.",
        "Name another owner in calendar.yaml or decisions.yaml.",
    ),
    Rule(
        "IM01", ERROR, "definitions",
        "that no problem is named, or no frictions in their order",
        "The solution would come before the problem.",
        "Finish: it exists to reduce … and improve … for …",
        "Write `problem` in charter.yaml and `frictions` in calendar.yaml.",
    ),
    Rule(
        # Whoever sets up and knows no number yet goes on with what is assumed; nobody goes live with it.
        "IM02", WARNING, "both",
        "that no measure has a baseline, a target, a day and an owner",
        "There would be nothing to prove.",
        "Set one target before you go live.",
        "Complete one measure in measures.yaml.",
        on_records=ERROR,
    ),
    Rule(
        "IM03", WARNING, "records",
        "a measure without an owner, or that was not brought up to date for 35 days",
        "Nobody looks at what nobody keeps.",
        "Who owns ticket load?",
        "Name its owner in measures.yaml.",
    ),
    Rule(
        "IM04", WARNING, "records",
        "something assumed that should have been confirmed by now",
        "Guesses turn into facts.",
        "Is it still true that Sales has no rota?",
        "Confirm it or correct it.",
    ),
    Rule(
        "IM05", ERROR, "definitions",
        "that no one or two areas try it out first, or that nobody says why these",
        "All at once, nobody learns in time.",
        "Where do we try this first, and why there?",
        "Name one or two areas and the reason in pilot.yaml.",
    ),
    Rule(
        "IM06", ERROR, "records",
        "a ritual that begins for people who were not told",
        "They would be ambushed.",
        "Eleven people are asked on Monday, and were not told.",
        "Tell them what changes for them before it begins.",
    ),
    Rule(
        "IM07", WARNING, "records",
        "that more areas take part before the pilot has passed its gate, or after fewer than two occurrences",
        "It spreads before anybody knows that it works.",
        "The pilot was held once. Widen it anyway? Say why.",
        "Wait for the gate, or write down why not.",
    ),
    Rule(
        "IM08", WARNING, "records",
        "an idea for improvement that was not answered for 30 days, or a definition past the day of its review",
        "Then nothing gets better.",
        "Six ideas wait for an answer.",
        "Answer them: `/cadence improve`.",
    ),
    Rule(
        "IM09", ERROR, "records",
        "an operating pack without risks, open questions or next steps, or a rubric that was not scored for 100 days "
        "or is below the bar",
        "It would go out although it is not good enough.",
        "The rubric says 18 of 25: insights has 2.",
        "Complete the registers, or score it: `/cadence pack`.",
    ),
    Rule(
        "NO01", WARNING, "records",
        "somebody who got more messages or was asked for more minutes last week than a week should bring",
        "Who is asked too much stops answering.",
        "Ana got 9 messages last week.",
        "Ask for less, or ask somebody else: `/cadence load`.",
    ),
    Rule(
        "NO02", WARNING, "records",
        "a channel that got more than its routine posts in a day, or that more than 15 % of people want no reminders",
        "People stop reading.",
        "Three routine posts a day go to #product-updates.",
        "Move some into a digest: `/cadence load`.",
    ),
    Rule(
        "NO03", WARNING, "records",
        "something that 30 % of those who were asked let pass, three times in a row",
        "The question is wrong, and not the people.",
        "40 % let the same question pass.",
        "Make it optional, or drop it.",
    ),
    Rule(
        "DA01", ERROR, "definitions",
        "what looks like an e-mail address, a phone number, a card or a secret key in a text for others",
        "It may be a customer's, and it is not to be spread.",
        "This looks like a customer's e-mail address.",
        "Remove it, or write who it is without that.",
    ),
    Rule(
        "DA02", ERROR, "records",
        "something restricted that was posted to a wider channel than it may",
        "It leaked.",
        "I-317 is restricted, and has a card in a channel for everybody.",
        "Remove that message, and write a private channel under `restricted` in insights.yaml.",
    ),
)  # fmt: skip

_BY_ID = {rule.id: rule for rule in RULES}


def of(id: str) -> Rule:
    """The check with this id; a `KeyError` for any other."""
    return _BY_ID[id]


def find(words: str) -> Rule:
    """The check that somebody names by its id; a `UserError` that names the nearest when there is none."""
    id = words.strip().upper()
    if id in _BY_ID:
        return _BY_ID[id]
    close = get_close_matches(id, _BY_ID, n=3, cutoff=0.5)
    near = f" Did you mean {' or '.join(close)}?" if close else f" There are: {', '.join(_BY_ID)}."
    raise UserError(f"No check is called {words.strip()[:20]}.{near}")


def level_in_words(rule: Rule) -> str:
    """`warning, an error once …` or `error; in the records a warning`."""
    said = str(rule.level)
    if rule.on_records and rule.on_records != rule.level:
        said += f"; in the records {'a' if rule.on_records == WARNING else 'an'} {rule.on_records}"
    return f"{said}, an error {rule.worse}" if rule.worse else said


def explain(rule: Rule) -> list[str]:
    """A check in lines of plain text."""
    made = {
        "definitions": "when definitions are read or somebody submits a form",
        "records": "in the records, every night",
        "both": "when definitions are read or somebody submits a form, and in the records every night",
    }
    return [
        f"{rule.id} ({level_in_words(rule)})",
        f"Finds: {rule.holds}.",
        f"Why: {rule.why}",
        f"Looked for: {made[rule.on]}.",
        f"Such as: {rule.example}",
        f"To mend it: {rule.mend}",
    ]
