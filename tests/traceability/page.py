"""The page that says of each id where it is built and which tests hold it: docs/reference/traceability.md."""

from collections.abc import Iterable, Iterator, Mapping

from tests.traceability.entries import Entry
from tests.traceability.proofs import Proof

BEGIN = """\
# What holds what

Everything the operating system promises has an id: what Drumbeat must do (R), its checks, its forms (F), its artifacts
(A) and its measures (M). Each row says what is promised, where it is built, and which tests would fail without it.

The page is made of the `proves` marks on the tests and of `tests/traceability/ids.yaml`. After a change of either:
`DRUMBEAT_GOLDEN=1 python -m pytest tests/traceability`.
"""
ROOT = "../../"
"""From the page."""


def page(entries: Mapping[str, Iterable[Entry]], proofs: Iterable[Proof]) -> str:
    """The whole page, as Markdown."""
    by_id: dict[str, list[Proof]] = {}
    for proof in proofs:
        by_id.setdefault(proof.id, []).append(proof)
    return "\n".join([BEGIN, *_tables(entries, by_id)]).rstrip() + "\n"


def _tables(entries: Mapping[str, Iterable[Entry]], by_id: Mapping[str, list[Proof]]) -> Iterator[str]:
    for title, group in entries.items():
        yield f"## {title}\n"
        yield "| Id | What | Where it is built | Tests |\n| --- | --- | --- | --- |"
        for entry in group:
            built = ", ".join(f"[{path}]({ROOT}{path})" for path in entry.built)
            yield f"| {entry.id} | {entry.says} | {built} | {_tests(by_id.get(entry.id, []))} |"
        yield ""


def _tests(proofs: Iterable[Proof]) -> str:
    """By file, each test as the sentence that it is."""
    by_file: dict[str, list[str]] = {}
    for proof in proofs:
        by_file.setdefault(proof.file, []).append(proof.sentence)
    return "<br>".join(
        f"[{file.removeprefix('tests/')}]({ROOT}{file}): {', '.join(sentences)}" for file, sentences in by_file.items()
    )
