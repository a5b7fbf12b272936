"""A template's words as people read them: every block, with each of its samples."""

from collections.abc import Iterator, Mapping, Sequence

from bot.samples.data import WHOLE, Case
from bot.words import Words

NOTHING = "(nothing)"


def shown(words: Words, template: str, block: str, case: Case) -> str:
    """One block with one sample; TemplateProblem when it cannot be shown."""
    # A template may have a block that is called so.
    if block == WHOLE and not words.has_block(template, WHOLE):
        return words.render(template, **case.values)
    return words.part(template, block, **case.values)


def listing(words: Words, template: str, names: Sequence[str], cases: Mapping[str, Sequence[Case]]) -> str:
    """The blocks `names` of a template with their samples, as a text to read from top to bottom."""
    return "\n".join([template, *(line for name in names for line in _block(words, template, name, cases))]) + "\n"


def _block(words: Words, template: str, name: str, cases: Mapping[str, Sequence[Case]]) -> Iterator[str]:
    yield f"\n{'=' * 3} {name}"
    # A block that is given nothing says the same to everybody.
    for case in cases.get(name, [Case("", {})]):
        if case.name:
            yield f"--- {case.name}"
        yield from (f"    {line}".rstrip() for line in (shown(words, template, name, case) or NOTHING).split("\n"))
