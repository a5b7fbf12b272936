"""What the words of an observation mean, so that two people are found to say the same in different words.

A word counts by its stem, and words that mean the same in what is told about products count as one. This is for
English; words of other languages count as they are.
"""

import re
from collections.abc import Iterator

from bot.folding import folded

MOST_MEANINGS = 60
"""Of one text: what comes after so many hardly says what it is about."""


def meanings(text: str) -> dict[str, str]:
    """What a text says: each meaning once, in the order of the text, with the word that says it there."""
    found: dict[str, str] = {}
    for meaning, said in _read(folded(_LINK.sub(" ", text))):
        found.setdefault(meaning, said)
        if len(found) == MOST_MEANINGS:
            break
    return found


def says(text: str, phrase: str) -> bool:
    """Whether a text has these words one after the other, in whatever form: `prices` says `price`."""
    return f" {_plain(phrase)} " in f" {_plain(text)} "


def _plain(text: str) -> str:
    return " ".join(_uninflected(word).removesuffix("e") for word in folded(text))


def stem(word: str) -> str:
    """A word without the endings of its forms and of what is made of it: `charg` for `charges`, `pay` for `payment`."""
    if len(word) <= 3 or not word.isascii() or not word.isalpha():
        return word
    word = _uninflected(word)
    for ending, least in (("ment", 3), ("ion", 4), ("ly", 4), ("al", 4)):
        rest = word.removesuffix(ending)
        if rest != word and len(rest) >= least and (ending != "ion" or rest[-1] in "st"):
            word = rest
            break
    if len(word) > 3:
        word = word.removesuffix("e")
    return word[:-1] + "i" if word.endswith("y") and len(word) > 3 else word


def _uninflected(word: str) -> str:
    """A word as it is in its dictionary, or nearly so: `charg` for `charged` and `charging`."""
    if len(word) <= 3:
        return word
    word = _without_plural(word)
    for ending in ("ing", "ed"):
        rest = word.removesuffix(ending)
        if rest != word and len(rest) >= 3 and re.search("[aeiouy]", rest):
            return rest[:-1] if rest[-1] == rest[-2] and rest[-1] not in "ls" else rest
    return word


def _without_plural(word: str) -> str:
    if word.endswith("ies") and len(word) > 4:
        return word[:-3] + "y"
    if word.endswith(("sses", "xes", "ches", "shes", "zes")):
        return word[:-2]
    if word.endswith("s") and not word.endswith(("ss", "us", "is")):
        return word[:-1]
    return word


def _read(words: list[str]) -> Iterator[tuple[str, str]]:
    stems = [stem(word) for word in words]
    at = 0
    while at < len(words):
        length = next((n for n in range(_LONGEST, 1, -1) if tuple(stems[at : at + n]) in _SAME), 1)
        key = tuple(stems[at : at + length])
        if length > 1 or (words[at] not in _COMMON and len(words[at]) > 1):
            yield _SAME.get(key, key[0]), " ".join(words[at : at + length])
        at += length


_LINK = re.compile(r"<?https?://\S+")

_COMMON = frozenset(
    folded(
        """
        a about above account actually after again all also always am an and any anybody anyone are as ask asked asks at
        away back be because become been before being between both but by came can can't cannot client clients come
        comes complain complains could currently customer customers d day days did didn do does doesn doing don done
        down each either else end even ever every everybody everyone everything feel feels few find first for from
        gave get gets getting give gives go goes going gone good got great had has have having he hello her here hi him
        his hour hours how i if in inside instead into is isn issue it its itself just keep keeps know known knows last
        lately least less let like ll look looks lot made make makes many may me might month months more most much must
        my myself need needed needs never new next no nobody none nor not nothing now of off often on once one only or
        other others otherwise our ours out over own people per please problem put quite rather re really request
        requested same says see seems she should shows since so some somebody someone something still such than thank
        thanks that the their them then there these they thing things this those though through till time times to
        today together too try trying two until up us use used user users uses using ve very via want wanted wants
        was wasn way we week weeks well went were what when whenever where whether which while who whole whom why will
        wish with within without won would year years yes yesterday yet you your
        """
    )
)
"""Words that tell nothing of what an observation is about."""

_SAME_WORDS = """
log in, login, log on, logon, sign in, signin, get in
log out, logout, sign out, log off, sign off, thrown out, kicked out, throw out, kick out
sso, single sign on, saml, okta
2fa, two factor, mfa, second factor, two step
sign up, signup, register, registration, create an account
crash, freeze, froze, frozen, hang, hung, lock up, close itself, stop responding, white screen, blank, go blank
slow, lag, laggy, take age, need age, take forever, long time, too long, take long, sluggish, take minute, \
    takes a minute, spin, time out, timeout, performance
fail, failure, error, broken, break, broke, doesn't work, does not work, bug
invoice, bill
charge, debit
twice, double, 2x, duplicate, two time
export, download
price, cost, fee
discount, cheaper, price break, rebate
yearly, annual, whole year, 12 month, twelve month, one year, year over year
plan, subscription, tier
seat, licence, license
cancel, terminate, end the plan
purchase order, po
refund, money back, reimburse
email, e mail, mail, inbox
search, look for, look up, lookup, query, find, found, findable
result, hit, match
misspell, typo, spelling mistake, spelling
dashboard, overview
chart, graph, diagram, visualisation, visualization
report, analytic, statistic
figure, number, total
phone, mobile, smartphone, handheld, iphone, android, ios
photo, picture, image
notification, push, alert, notify, ping
warn, warning, remind, reminder, notice
delete, remove, erase, erasure, wipe, deletion
permission, access right, access, authorization
admin, administrator, owner, ownership
colleague, member, teammate, employee, staff, worker
invite, invitation
expire, no longer valid, run out
webhook, hook
api, endpoint
sync, synchronise, synchronize, synchronisation
integration, connector, connection, connect, interface, integrate, reconnect
plugin, add in, addin, extension
crm, salesforce
docs, documentation, guide, instruction, manual
example, sample, demo
bulk, batch, at once, one by one, mass, in one go
template, ready made
company, organisation, organization, business
document, file, attachment, attach, pdf
archive, archived
save, store, remember
automatic, automate, by itself
confirm, confirmation, verify, verification
dark mode, dark theme, night mode
offline, without internet, no internet, no reception, without reception
location, gps, position, place
biometric, face id, fingerprint, touch id
idle, inactive, inactivity
audit log, audit, trail, who did what
logo, brand, white label
update, upgrade, new version, version
move, transfer, migrate, migration, switch from
wrong, incorrect, inaccurate
currency, dollar, usd, euro, eur, pound
credit card, card
checkout, pay page, cart
pay, payment, paid
retry, try again, second attempt, resent, resend, came again
folder, directory, subfolder
tour, walkthrough, tutorial, tooltip
onboarding, welcome, getting start, first step
training, course
setup, set up, configure, configuration
record, entry, item
finance, accounting, accountant, bookkeeper, bookkeeping, account payable, procurement, controller, cfo
buyer, shopper, visitor
merchant, retailer, shop, seller
bank transfer, wire transfer, wire, incoming transfer
direct debit, sepa, bank debit, lastschrift
round, rounding, cent, penny
language, locale, translation, english, spanish, german, french
video, clip, webinar
accent, diacritic, umlaut, special character
rank, relevance, relevant
exact, verbatim
kpi, metric, formula, calculate
time zone, timezone, utc
real time, live, up to date
old, outdated, stale, yesterday
rate limit, throttle, 429
read only, scope
microsoft team, ms team
battery, drain
tablet, ipad
font, letter, text size
network, vpn, ip
leaver, deactivate, offboard
gdpr, privacy, right to be forgotten, personal data
workspace, tenant, instance
merge, combine, consolidate
compare, comparison, versus, vs, side by side
dispute, chargeback
evidence, proof
payout, settle, deposit
installment, instalment, buy now pay later
trial, free period, evaluation, test phase
competitor, vendor, rival, previous system, old system
increase, went up, go up, raise, rise, jump
flood, too many
night, quiet hour, 3 am
colour, color, palette
crop, cut off, clip
column, field
guest, external, freelancer, outside, contractor
inherit, parent
vanish, disappear, gone, lost, lose, overwritten
shortcut, hotkey, keyboard
loop, circle, redirect, bounce, round in circle
reject, refuse, decline, not accept
mandatory, require, force, enforce, compulsory
department, business unit, cost center, cost centre
barcode, qr, scanner, scan
landscape, portrait, rotate, sideways
schedule, every week, each week, every monday
recent, history
custom, own, define
restrict, limit
target, goal
appointment, meeting
trigger, automation
sandbox, staging, test environment
approve, approval
order number, serial number
address, adress
europe, eu, germany
reset, forgot
message, post
"""


def _alike() -> dict[tuple[str, ...], str]:
    same: dict[tuple[str, ...], str] = {}
    for line in _SAME_WORDS.replace("\\\n", "").strip().splitlines():
        ways = [tuple(stem(word) for word in folded(way)) for way in line.split(",")]
        for way in ways:
            same.setdefault(way, "".join(ways[0]))
    return same


_SAME = _alike()
_LONGEST = max(map(len, _SAME))
