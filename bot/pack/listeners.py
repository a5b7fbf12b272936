"""`/cadence pack`: how complete the operating system pack is; posted, and held against what was done."""

from bot import blocks
from bot.gesture import Gesture
from bot.house import House
from bot.pack import flow
from bot.pack.sections import WORDS
from bot.pack_words import Say
from bot.tables import Command, Tables


async def pack(gesture: Gesture, house: House) -> None:
    """`/cadence pack [post | drift]`"""
    # To put it together takes a while, and Slack waits for three seconds.
    await gesture.accept()
    words = gesture.text.strip().casefold()
    if words == "post":
        await post(gesture, house)
    elif words == "drift":
        for page in await house.db.run(flow.show_drift, house, gesture.user):
            await gesture.reply(page)
    elif words:
        await gesture.reply(blocks.message(*blocks.sections(Say(house, WORDS).text("help"))))
    else:
        await gesture.reply(await house.db.run(flow.show, house, gesture.user))


async def post(gesture: Gesture, house: House) -> None:
    """The button *Post it*."""
    if gesture.respond is not None:
        await gesture.accept()
    said = await house.db.run(flow.post, house, gesture.user)
    await gesture.reply(blocks.message(blocks.section(said)))


TABLES = Tables(
    verbs={"pack": Command(pack, "The operating system pack: what is defined, what is missing", "[post | drift]")},
    actions={"pack.post": post},
)
