"""What no single value of a digest shows: for whom it is worded, and whether there is a template for them."""

from collections.abc import Iterator, Sequence
from pathlib import Path

from bot.definitions.calendar import DIGEST, Calendar
from bot.yamlfile import Document, Problem, nearest

SUFFIX = ".txt.j2"


def check_digests(calendar: Calendar, document: Document) -> Iterator[Problem]:
    for i, ritual in enumerate(calendar.rituals):
        if ritual.is_digest and not ritual.readers:
            message = f"nobody knows for whom {ritual.name} is worded"
            yield document.problem(("rituals", i, "for"), message, "write `for: leadership`, or whom else it is for")
        elif ritual.readers and not ritual.is_digest:
            message = f"{ritual.name} is worded for everybody alike: only a digest is worded `for` some"
            yield document.problem(("rituals", i, "for"), message, f"remove `for`, or write `kind: {DIGEST}`")


def check_digest_templates(calendar: Calendar, document: Document, templates: Sequence[Path]) -> Iterator[Problem]:
    """The digests against the folders with templates."""
    known = {path.name.removesuffix(SUFFIX) for folder in templates for path in folder.glob(f"digests/*{SUFFIX}")}
    for i, ritual in enumerate(calendar.rituals):
        if ritual.readers and ritual.is_digest and ritual.readers not in known:
            message = f"there is no template digests/{ritual.readers}{SUFFIX}"
            mend = f"{nearest(ritual.readers, sorted(known))}; or add the file to your folder of templates"
            yield document.problem(("rituals", i, "for"), message, mend)
