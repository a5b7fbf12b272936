"""Messages, forms and the Home tab put together from blocks, and checked as they are."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from bot import markup
from bot.blocks.build import context, section
from bot.blocks.check import MESSAGE_BLOCKS, MESSAGE_CHARACTERS, VIEW_BLOCKS, characters, check_message, check_view
from bot.blocks.shape import PayloadError
from bot.blocks.text import SECTION, Block, fit, plain_text, size, split
from bot.markup import Mrkdwn

LONGEST_TEXT = 3000
"""Units of top-level text: Slack refuses edits with more than 4,000, and clients cut long before."""
MOST_ANSWERS = 4
"""Slack takes five to a command; an acknowledgement in words may be one of them."""
NOTE = 600
"""Units of the line that is added to a message that is finished."""
MORE = Mrkdwn("… (more in the message)")


@dataclass(frozen=True)
class Message:
    """What is posted: `text` (Slack's markup) for notifications and screen readers, `blocks` for eyes.

    PayloadError when Slack would refuse it.
    """

    text: str
    blocks: tuple[Block, ...] = ()

    def __post_init__(self) -> None:
        check_message(self.payload())

    def payload(self) -> dict[str, Any]:
        return {"text": str(self.text), "blocks": list(self.blocks)}


@dataclass(frozen=True)
class View:
    """A form or a Home tab, as Slack's `view` argument. PayloadError when Slack would refuse it."""

    content: dict[str, Any]

    def __post_init__(self) -> None:
        check_view(self.content)

    def payload(self) -> dict[str, Any]:
        return dict(self.content)

    def below(self, lines: Sequence[str]) -> "View":
        """The form below small lines; unchanged where it asks nothing, or has no room for them."""
        added = [context(line) for line in lines]
        if not added or "submit" not in self.content or len(self.content["blocks"]) + len(added) > VIEW_BLOCKS:
            return self
        return View(self.content | {"blocks": [*added, *self.content["blocks"]]})


def message(*blocks: Block, text: str | None = None) -> Message:
    """A message of these blocks. Without `text`, it says in words what the blocks say.

    PayloadError when that is too much for one message: then use `pages`.
    """
    if text is not None and not blocks and size(text) > SECTION:
        blocks = (section(text),)
    laid_out = tuple(_laid_out(blocks))
    said = spoken(laid_out) if text is None else markup.escape(text)
    return Message(_short(said), laid_out)


def pages(*blocks: Block) -> list[Message]:
    """The blocks over as many messages as they need: the first to post, the others for its thread."""
    pages: list[list[Block]] = [[]]
    length = 0
    for block in _laid_out(blocks):
        added = characters(block)
        if pages[-1] and (len(pages[-1]) == MESSAGE_BLOCKS or length + added > MESSAGE_CHARACTERS):
            pages.append([])
            length = 0
        # A line divides nothing where a message begins, and one alone would say nothing.
        if pages[-1] or block["type"] != "divider":
            pages[-1].append(block)
            length += added
    return [message(*page) for page in pages if page]


def answers(pages: Sequence[Message], *rest: Block) -> list[Message]:
    """The messages as answers to a command; where they are more than Slack takes, `rest` says so in the last one."""
    if len(pages) <= MOST_ANSWERS:
        return list(pages)
    return [*pages[: MOST_ANSWERS - 1], message(*rest)]


def with_note(payload: dict[str, Any], note: str) -> dict[str, Any]:
    """A message's payload with one small line more at its end; unchanged when there is no room for it."""
    noted = payload | {
        "text": f"{payload.get('text', '')}\n{markup.escape(note)}",
        "blocks": [*payload.get("blocks", ()), context(note)],
    }
    try:
        check_message(noted, for_update=True)
    except PayloadError:
        return payload
    return noted


def noted(message: Message, note: str) -> Message:
    """A message with one small line more at its end; unchanged when there is no room, or nothing to say."""
    if not note:
        return message
    payload = with_note(message.payload(), fit(note, NOTE))
    return Message(payload["text"], tuple(payload["blocks"]))


def modal(
    callback_id: str,
    title: str,
    *blocks: Block,
    submit: str = "Save",
    close: str = "Cancel",
    metadata: str = "",
    about: str = "",
) -> View:
    """A form. An empty `submit` leaves the button out, which only a form without inputs may do.

    `about` is what it asks about, such as `I-12`, where the same form about another thing may come in its place: Slack
    keeps what was filled in as long as an input's ids stay the same.
    """
    if about:
        blocks = tuple(_asking_about(about, block) for block in blocks)
    view: dict[str, Any] = {
        "type": "modal",
        "callback_id": callback_id,
        "title": plain_text(title, 24),
        "close": plain_text(close, 24),
        "private_metadata": metadata,
        "blocks": list(_laid_out(blocks)),
    }
    if submit:
        view["submit"] = plain_text(submit, 24)
    return View(view)


def home(*blocks: Block) -> View:
    """A Home tab."""
    return View({"type": "home", "blocks": list(_laid_out(blocks))})


def spoken(blocks: Sequence[Block]) -> Mrkdwn:
    """What the blocks say, line by line; pictures by their description, buttons and menus by `[name]`."""
    lines = (line for block in blocks for line in _lines(block))
    return Mrkdwn("\n".join(line for line in lines if line))


def _asking_about(about: str, block: Block) -> Block:
    if block.get("type") != "input":
        return block
    return block | {"element": block["element"] | {"action_id": f"{block['element']['action_id']}:{about}"}}


def _laid_out(blocks: Sequence[Block]) -> Iterator[Block]:
    """The blocks, each section that is too long followed by the rest of itself."""
    for block in blocks:
        text = block.get("text")
        if block.get("type") != "section" or not text or size(text["text"]) <= SECTION:
            yield block
            continue
        whole = Mrkdwn(text["text"]) if text["type"] == "mrkdwn" else text["text"]
        first, *rest = split(whole)
        yield {**block, "text": {**text, "text": str(first)}}
        for piece in rest:
            yield {"type": "section", "text": {**text, "text": str(piece)}}


def _short(said: Mrkdwn) -> str:
    if size(said) <= LONGEST_TEXT:
        return str(said)
    return str(fit(said, LONGEST_TEXT - size(MORE))).removesuffix("…") + MORE


def _lines(block: Block) -> Iterator[str]:
    match block["type"]:
        case "header" | "section":
            yield from map(_words, filter(None, [block.get("text"), *block.get("fields", ())]))
            if accessory := block.get("accessory"):
                yield _words_of_element(accessory)
        case "context" | "actions":
            yield " ".join(filter(None, map(_words_of_element, block["elements"])))
        case "input":
            yield _words(block["label"])
        case "image":
            yield markup.escape(block["alt_text"])


def _words_of_element(element: Block) -> str:
    match element["type"]:
        case "plain_text" | "mrkdwn":
            return _words(element)
        case "image":
            return markup.escape(element["alt_text"])
        case "button":
            return f"[{_words(element['text'])}]"
        case "overflow":
            return "[…]"
        case _:
            return f"[{_words(element['placeholder'])}]" if "placeholder" in element else ""


def _words(text: Block) -> str:
    return str(text["text"]) if text["type"] == "mrkdwn" else markup.escape(text["text"])
