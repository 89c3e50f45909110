"""How we write: names, dates, money, states; and people's own words, made safe."""

import re
from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime
from itertools import pairwise
from zoneinfo import ZoneInfo

from bot.services.due import due_of, show_due
from bot.services.statuses import is_believed
from storage.models import IMPORTER, Change, Feedback, Item, Lane, Status

_CONTROL = re.compile(r"[\x00-\x08\x0b-\x1f\x7f\u200b\u200e\u200f\u202a-\u202e\u2060\u2066-\u2069\ufeff]")
_UNSTORABLE = re.compile(r"[\x00\ud800-\udfff]")
_REFERENCE = re.compile(r"<(?P<kind>[@#!]?)(?P<target>[^<>|]+)(?:\|(?P<label>[^<>]*))?>")
_WRAPPED = 60
"""Letters in a line from which on its end is taken for a matter of width."""
_POINT = re.compile(r"\s|[-*+•>|#]|\d+[.)]\s")
_PERSON = re.compile(r"&lt;@([UW][A-Z0-9]+)&gt;")
_STATUS = {Status.ON_TRACK: "on track", Status.AT_RISK: "AT RISK", Status.OFF_TRACK: "OFF TRACK"}
_FIELD = {"lane": "", "status": "", "due": "due date", "effort_weeks": "effort in weeks"}
_LANE = {Lane.NOW: "Now", Lane.NEXT: "Next", Lane.LATER: "Later", Lane.SHIPPED: "Shipped"}


def esc(text: str) -> str:
    """Return people's words so that mrkdwn shows them as they are: no mention, no link, no hidden direction."""
    return _CONTROL.sub("", text).replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")


def sentence(said: str) -> str:
    """Return a sentence of ours for mrkdwn: the people it names stay named, and what it quotes is shown as it is."""
    return _PERSON.sub(r"<@\1>", esc(said)).replace("&amp;", "&")


def plain(text: str, names: Mapping[str, str] | None = None) -> str:
    """Return a message's text as people read it: unescaped, with names by user id, channels and links written out."""

    def written(found: re.Match[str]) -> str:
        kind, target, label = found["kind"], found["target"], found["label"]
        if kind == "@":
            return f"@{(names or {}).get(target) or label or 'someone'}"
        if kind == "#":
            return f"#{label or 'channel'}"
        if kind == "!":
            return label or f"@{target}"
        return f"{label} ({target})" if label and label not in target else label or target

    words = _REFERENCE.sub(written, text)
    return storable(words.replace("&lt;", "<").replace("&gt;", ">").replace("&amp;", "&"))


def storable(text: str) -> str:
    """Return the text without what no database keeps: NUL, and halves of characters."""
    return _UNSTORABLE.sub("", text)


def quoted(text: str, *, length: int = 280) -> str:
    """Return somebody's words as a block quote, shortened at a word, with the cut shown."""
    words = esc(shortened(text, length)).strip() or "(no words)"
    return "\n".join(f">{line}" for line in words.splitlines())


def shortened(text: str, length: int) -> str:
    """Return the text, cut at a word and marked where it is longer."""
    if len(text) <= length:
        return text
    return text[: length - 1].rsplit(maxsplit=1)[0].rstrip() + "…"


def flowing(text: str) -> str:
    """Return a text in whole paragraphs: mail and Markdown break lines by width, and Slack would show each break."""
    lines = text.split("\n")
    shown = lines[:1]
    for before, line in pairwise(lines):
        if line and len(before) >= _WRAPPED and not _POINT.match(line):
            shown[-1] += f" {line}"
        else:
            shown.append(line)
    return "\n".join(shown)


def person(user_id: str | None) -> str:
    """Return a mention; Slack shows it as the reader knows the person."""
    if user_id == IMPORTER:
        return "an import"
    return f"<@{user_id}>" if user_id else "nobody"


def channel(channel_id: str | None) -> str:
    """Return a link to a channel."""
    return f"<#{channel_id}>" if channel_id else "a conversation"


def day(when: datetime | date, tz: str = "UTC") -> str:
    """Return "12 Sep"."""
    local = when.astimezone(ZoneInfo(tz)).date() if isinstance(when, datetime) else when
    return f"{local.day} {local:%b}"


def as_of(now: datetime, tz: str) -> str:
    """Return "as of Tue 14:02" in the reader's zone."""
    return f"as of {now.astimezone(ZoneInfo(tz)):%a %H:%M}"


def ago(when: datetime, now: datetime) -> str:
    """Return "today", "yesterday", "3 days ago"."""
    days = (now - when).days
    return {0: "today", 1: "yesterday"}.get(days, f"{days} days ago")


def dollars(amount: int) -> str:
    """Return "$412k", "$1.2M"."""
    if amount >= 1_000_000:
        return f"${amount / 1_000_000:.1f}M".replace(".0M", "M")
    return f"${round(amount / 1000)}k" if amount >= 1000 else f"${amount}"


def many(number: int, one: str, more: str | None = None) -> str:
    """Return "1 account", "2 accounts"."""
    return f"{number} {one if number == 1 else more or one + 's'}"


def status(value: str) -> str:
    """Return a status as people say it; what is not well stands in capitals."""
    return _STATUS.get(Status(value), value) if value in list(Status) else value


def standing(item: Item, now: datetime) -> str:
    """Return an item's status, marked where nobody has confirmed it of late."""
    if is_believed(item, now):
        return status(item.status)
    if item.confirmed_at is None:
        return f"{status(item.status)}, never confirmed"
    return f"{status(item.status)}, unconfirmed for {(now - item.confirmed_at).days} days"


def lane(value: str) -> str:
    """Return a lane's name."""
    return _LANE[Lane(value)]


def place(item: Item, now: datetime, *, mark: str = "") -> str:
    """Return an item's lane, with a mark around it, and its status, which for what has shipped is the same word."""
    has_shipped = item.lane == Lane.SHIPPED and item.status == Status.SHIPPED
    return joined([f"{mark}{lane(item.lane)}{mark}", "" if has_shipped else standing(item, now)])


def link_words(feedback: Feedback, item: Item | None) -> str:
    """Return where feedback stands: "linked to RM-12 Dark mode (Next)"; `item` is None for who may not see it."""
    if item is not None:
        return f"linked to {item.ref} {esc(item.title)} ({lane(item.lane)})"
    return "waiting for triage" if feedback.item_id is None else "linked to an item"


def item_words(item: Item, now: datetime, tz: str) -> str:
    """Return an item as one line: id, title, lane, status, date."""
    today = now.astimezone(ZoneInfo(tz)).date()
    about = joined([place(item, now), due(item, today)])
    return f"*{item.ref}* {esc(item.title)} · {about}"


def due(item: Item, today: date) -> str:
    """Return "due 14 Oct", "due Oct" or "Q4"; empty where there is no date."""
    when = due_of(item)
    return show_due(when, today) if when is not None else ""


def change_words(change: Change) -> str:
    """Return what changed, in few words: "Next → Now", "due date Oct 2026 → Q4 2026"."""
    if change.field == "created":
        return "added"
    if change.field == "imported":
        return "imported"
    if change.field == "confirmed":
        return f"still {status(change.after or '')}"
    if change.field == "summary":
        return "summary rewritten"
    say = {"lane": lane, "status": status, "owner": person, "readers": _people, "due": due_words}.get(change.field, esc)
    before, after = (say(value) if value else "none" for value in (change.before, change.after))
    return f"{_FIELD.get(change.field, change.field)} {before} → {after}".strip()


def due_words(kept: str) -> str:
    """Return a due date that history keeps as people read it: "2026-12-21" is "21 Dec 2026", "Q4 2026" stays."""
    try:
        found = date.fromisoformat(kept)
    except ValueError:
        return esc(kept)
    return f"{found.day} {found:%b %Y}"


def _people(user_ids: str) -> str:
    return ", ".join(person(one) for one in user_ids.split(","))


def listed(parts: Sequence[str], last: str = "and") -> str:
    """Return "a", "a and b", "a, b and c"."""
    *first, end = parts
    return f"{', '.join(first)} {last} {end}" if first else end


def joined(parts: Iterable[str]) -> str:
    """Return the parts that say something, with middle dots between."""
    return " · ".join(part for part in parts if part)
