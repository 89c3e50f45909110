"""What people type, read: words, filters, ids, people, channels and quotes.

Texts are as Slack sends them: escaped once, with `<@U…|name>`, and with the curly quotes, long dashes and invisible
characters that phones and copied text bring along.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field

FILTERS = (
    *("team", "area", "status", "theme", "owner", "obj", "customer", "quarter", "since", "sort", "as", "as-of"),
    *("every", "at", "tz", "to", "view", "approve", "delegate", "preview", "if-empty", "late"),
    *("reason", "for", "weight", "due", "lane"),
)
"""The words that make `word:value` a filter; any other stays text, like the `https:` of a link."""

QUESTION_WORDS = frozenset(
    (
        *("what", "when", "who", "whose", "why", "how", "where", "which", "any", "tell", "and", "status"),
        *("is", "are", "was", "were", "do", "does", "did", "will", "would", "can", "could", "should", "has", "have"),
    )
)
"""The words that questions in plain language begin with."""


@dataclass(frozen=True)
class Asked:
    """What somebody typed, read."""

    verb: str = ""
    """The name of the sub-command that it is; empty for a question and for the overview."""
    args: Mapping[str, str] = field(default_factory=dict)
    """The arguments by name, those that were given."""
    rest: str = ""
    """All words but the verb and the filters; people as `<@U1>`, channels as `<#C1>`."""
    filters: Mapping[str, str] = field(default_factory=dict)
    """The filters by name in lower case; people and channels by id; values of the same filter joined by commas."""
    ids: tuple[str, ...] = ()
    """`RM-12`, `FB-104`, `OBJ-3` and `UPD-7` among the words, in order."""
    typed: str = field(default="", compare=False)
    """All of it as it was typed, filters among the words."""
    asks: bool = False
    """Whether it ends in a question mark that is not quoted."""

    def __getitem__(self, name: str) -> str:
        """Return an argument that the command needs."""
        return self.args[name]

    def get(self, name: str) -> str | None:
        """Return an argument that may be missing."""
        return self.args.get(name)


def read(text: str) -> Asked:
    """Read a text as a question: its words, filters and ids."""
    typed = tidy(text)
    filters: dict[str, str] = {}

    def collect(piece: re.Match[str]) -> str:
        if piece["key"] is None:
            return piece[0]
        plain = (piece["plain"] or "").translate(_DASHES).rstrip(",;.!?")
        value = id_of_mention((piece["quoted"] or plain).strip())
        if value:
            key = piece["key"].lower().translate(_DASHES)
            filters[key] = f"{filters[key]},{value}" if key in filters else value
        return " "

    words = _spaced(_PIECE.sub(collect, typed))
    return Asked(
        rest=words,
        filters=filters,
        ids=tuple(found[0] for found in _ID.finditer(words) if found["kind"]),
        typed=typed,
        asks=_ends_in_question(typed) or _ends_in_question(words),
    )


def without_mention(text: str, user_id: str) -> str:
    """Return a message to the bot without the bot's own mention: "<@UBOT>, show RM-12" is "show RM-12"."""
    return re.sub(rf"<@{re.escape(user_id)}(?:\|[^<>]*)?>", " ", text).strip(" \t\n,:")


def id_of_mention(text: str) -> str:
    """Return `U1` for `<@U1>` and `C1` for `<#C1>`; any other text as it is."""
    return _MENTION.sub(r"\1", text)


def tidy(text: str) -> str:
    """Return the text with plain quotes, spaces and ids, unescaped, its mentions without their names."""
    text = _JOINERS.sub("", _HALVES.sub("", text.translate(_TYPOGRAPHY)))
    text = re.sub(r"<([@#][A-Z0-9]+)(?:\|[^<>]*)?>", r"<\1>", text)
    text = _LINK.sub(_link, text)
    text = re.sub(r"&(amp|lt|gt);", lambda found: {"amp": "&", "lt": "<", "gt": ">"}[found[1]], text)
    return _spaced(_ID.sub(_canonical_id, text))


def _ends_in_question(text: str) -> bool:
    return "?" in text[len(text.rstrip("?!.) \n")) :]


def _link(found: re.Match[str]) -> str:
    """Return a link as it was typed: Slack turns acme.com into <http://acme.com|acme.com>."""
    target, shown = found[1], found[2]
    if target.startswith("!"):  # <!subteam^S1|@pms>, <!here>
        return shown or f"@{target[1:]}"
    return shown if shown and target.endswith(shown) else target


def _canonical_id(found: re.Match[str]) -> str:
    return f"{found['kind'].upper()}-{int(found['number'])}" if found["kind"] else found[0]


def _spaced(text: str) -> str:
    return re.sub(r" ?\n ?", "\n", re.sub(r"[^\S\n]+", " ", text)).strip()


DASH = "\u2010\u2011\u2012\u2013\u2014\u2212-"
_DASHES = {ord(dash): "-" for dash in DASH}
_TYPOGRAPHY: dict[int, str | None] = {
    **dict.fromkeys(map(ord, "\u201c\u201d\u201e\u201f\u00ab\u00bb\u2033\uff02"), '"'),
    **dict.fromkeys(map(ord, "\u2018\u2019\u201a\u201b\u2032"), "'"),
    0xFF1A: ":",
    0xFF1F: "?",
    **dict.fromkeys(
        [0x0000, 0x00AD, 0x200B, 0x200E, 0x200F, 0x2060, 0xFEFF, *range(0x202A, 0x202F), *range(0x2066, 0x206A)]
    ),
}
_HALVES = re.compile(r"[\ud800-\udfff]")
# Joiners are letters to Persian and glue to emoji; next to a plain letter they are dirt.
_JOINERS = re.compile(r"(?<![^\x00-\x7f])[\u200c\u200d]+|[\u200c\u200d](?![^\x00-\x7f])")
_LINK = re.compile(r"<(![^<>|]+|[a-z][a-z0-9+.-]*:[^<>|\s]+)(?:\|([^<>]*))?>")
_MENTION = re.compile(r"<[@#]([A-Z0-9]+)>")
_ID = re.compile(
    rf"(?<![\w+.-])[a-z][a-z+.-]*://\S+|(?<![\w{DASH}])(?P<kind>RM|FB|OBJ|UPD)[{DASH}](?P<number>[0-9]{{1,9}})(?!\w)",
    re.IGNORECASE,
)
_KEYS = "|".join(re.escape(key).replace(r"\-", f"[{DASH}]") for key in sorted(FILTERS, key=len, reverse=True))
_PIECE = re.compile(
    r'(?<!\S)"[^"]*"(?=[\s,.;:!?]|$)'
    rf'|(?<!\S)(?P<key>{_KEYS}):(?: ?"(?P<quoted>[^"]*)(?:"|$)|(?P<plain>[^\s"]+))',
    re.ASCII | re.IGNORECASE,
)
