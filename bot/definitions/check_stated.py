"""What falls short of the answers that releases.yaml states for a release."""

from collections.abc import Iterator

from bot.definitions import rollback
from bot.definitions.organisation import Organisation
from bot.definitions.releases import QUESTIONS, SHORTEST_ANSWER, ReleaseRules
from bot.definitions.tiers import tier_of
from bot.yamlfile import Document, Problem


def check_stated(rules: ReleaseRules, document: Document, organisation: Organisation) -> Iterator[Problem]:
    """Only of what stands there: what is left out is answered in Slack."""
    for i, release in enumerate(rules.releases):
        tier, answers = tier_of(rules, release.facts), release.answers
        place = ("releases", i, "answers")
        for question in QUESTIONS:
            if question in answers.model_fields_set and len(getattr(answers, question)) < SHORTEST_ANSWER[tier]:
                message = f"`{question}` says too little of {release.name}, which is {tier}"
                mend = f"write at least {SHORTEST_ANSWER[tier]} characters, or leave it out and answer it in Slack"
                yield document.problem((*place, question), message, mend, rule="RE01")
        if tier == "low" or len(answers.rollback) < SHORTEST_ANSWER[tier]:
            continue
        if lacks := rollback.lacks(organisation, answers.rollback, answers.monitoring):
            message = f"how {release.name} is taken back does not say {', '.join(lacks)}"
            mend = "say what sets it off, who does it and within how many minutes"
            yield document.problem((*place, "rollback"), message, mend, level="warning", rule="RE10")
