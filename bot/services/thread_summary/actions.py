"""How people take something on, or give it to someone."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from bot.services.thread_summary.nouns import ThreadMessage
from bot.services.thread_summary.sentences import Cues, Sentence
from bot.services.words import word_set

_PROMISES = Cues(r"""
    \b(?:i'll|i will|i shall|i'm going to|i am going to|i'm gonna) \
        (?:also |then |just |gladly |quickly |go ahead and |try to )*(?!(?:not|be|let you know|know|think|say|guess
        see|never|admit|agree|have|live|pass|imagine|understand|hear|tell you|only|barely|hardly)\b)\w+
    (?:^|[,.;:] |\band |\byes |\bsure |\bok )(?:i can|happy to) (?:also |then |just |gladly |quickly |try to )*\
        (?:add|ask|book|bring|call|check|create|do|draft|file|fix|follow|get|handle|help|look|make|open|own|post
        prepare|publish|reach|read|remove|review|run|send|set|share|take|talk|tell|test|try|update|write)\b
    \blet me (?!(?:know|think|see|guess|be|say|rephrase|explain|clarify|tell you)\b)\w+
    \bi(?:'ve| have) got (?:this|it|that)\b
    \b(?:i'm on it|i own|i'll own|i take|i'd take)\b
    ^\W*(?:ok,? |yes,? |sure,? )?on it\b
    \b(?:done|ready|fixed|live|up|back|sent) (?:in (?:a|an|\d+|two|five|ten)|by (?:tomorrow|tonight|noon|end of|eod
        monday|tuesday|wednesday|thursday|friday))\b
    ^\W*(?:ok,? |yes,? |sure,? )?will do\b
""")
_TAKES_IT = Cues(r"""
    ^\W*(?:(?:ok|okay|sure|yes|yep|yeah|np|of course|happy to|gladly)\W+)*(?:will do|on it|i'm on it|can do
        consider it done|(?:i'll|i will|i can) (?:do|take|handle) (?:it|this|that)|taking it|mine|sure thing
        done)\b.{0,30}$
    ^\W*(?:(?:ok|okay|sure|yes)\W+)*(?:i will|i can)\W*$
    ^\W*(?:sure|of course|no problem|np|happy to|gladly)\W*$
""")
_TO_DO = Cues(r"""
    ^\W*(?:action items?|action|todo|to do|next steps?|follow[- ]?ups?)\b\s*[:–-]
    \b(?:someone|somebody|anyone|anybody) (?:should|needs to|has to|must|to|please)\b
    \b(?:can|could|would) (?:someone|anyone|somebody|anybody)\b
    \bwe (?:still |also )?(?:need to|have to|must|ought to) (?!decide\b|pick\b|choose\b|know\b|talk\b|discuss\b
        think\b|agree\b|figure\b|be\b|understand\b|see\b|wait\b)\w+
    \bneeds? to (?:be )?\w+(?:ed|en|t)\b.*\b(?:by|before|this|next|today|tomorrow)\b
    ^\W*(?:please|pls|don't forget to|remember to|make sure (?:to|we|you))\b (?!reload|note|see|ignore|no\b)\w+
""")
_REQUESTS = Cues(r"\b(?:can|could|would|will) you\b|\bplease\b")
_HAS_TO = (
    r"(?:,? ?(?:can|could|would|will) you|,? (?:please|pls)| (?:will|is going to|is on|owns|takes|is taking"
    r"|takes over|is writing|is fixing|is preparing|should|needs to|has to|must|can|has agreed to|agreed to"
    r"|volunteered to|promised to)|'ll|:? to)"
)
_CHORE = (
    r"(?:add|ask|book|call|check|confirm|create|draft|file|finish|fix|follow up|open|post|prepare|publish|remove|review"
    r"|schedule|send|set up|share|talk to|tell|test|update|write)\b(?!.*\?)"
)
_BUT_NOT = r"(?!(?: (?:not|never|be|have|probably not)|n't|not)\b)"


_ADDRESSED = Cues(r"""
    ^\W*(?:[Aa]ction(?: item)?|TODO|[Tt]o ?do|[Nn]ext step)s?\s*[:–-]\s*@?([A-Z][^\W\d_]+)(?= to\b| will\b|:)
    (?:^|[.,;] )@?([A-Z][^\W\d_]+)(?=,? (?:can|could|would) you\b|,? please\b| owns\b| takes\b| volunteered\b)
    (?<!<)@([^\W\d_][\w.-]*)
""")
_NOBODY = word_set(
    """we it this that they someone somebody anyone everyone you i and so ok okay then also team all who yes no here
    channel"""
)


def promises(sentence: Sentence) -> bool:
    """Say whether its author takes something on."""
    return bool(_PROMISES.search(sentence.plain)) and not sentence.asks


def takes_it(sentence: Sentence) -> bool:
    """Say whether it only says "on it": what it is, an earlier sentence says."""
    return bool(_TAKES_IT.search(sentence.plain)) and not sentence.asks


def needs_doing(sentence: Sentence) -> bool:
    """Say whether the sentence wants something done, by whomever."""
    return bool(_TO_DO.search(sentence.plain))


def requests(sentence: Sentence) -> bool:
    """Say whether the sentence asks the reader to do something."""
    return bool(_REQUESTS.search(sentence.plain))


def assigned(sentence: Sentence, messages: Sequence[ThreadMessage]) -> str | None:
    """Return who is to do it: the person the sentence names, or its author who promises; None where neither is said."""
    for name, spelled in _people(sentence, messages):
        who = rf"(?<![\w@])@?{re.escape(spelled)}"
        hands_over = Cues(rf"""
            {who}{_HAS_TO}{_BUT_NOT} ?\w
            \b(?:can|could|would|will) {who}(?: please)? (?!not\b)\w+
            \b(?:assigned to|owner(?: is)?:?|action(?: item)? (?:for|on)|(?:over|it|this) to|owned by) {who}(?!\w)
            ^\W*{who} ?(?:->|→|[–—-]) ?\w
            ^\W*{who}: {_CHORE}
        """)
        if hands_over.search(sentence.plain):
            return name
    return sentence.message.name if promises(sentence) else None


def _people(sentence: Sentence, messages: Sequence[ThreadMessage]) -> Iterator[tuple[str, str]]:
    """Yield whom the sentence could name, as (name, spelling in lower case): mentioned, here, or addressed."""
    names = {message.user_id.lower(): message.name for message in messages if not message.is_bot}
    for mention in re.finditer(r"<@([a-z0-9]+)(?:\|[^>]*)?>", sentence.plain):
        yield names.get(mention[1], f"<@{mention[1].upper()}>"), mention[0]
    for name in sorted(set(names.values()), key=len, reverse=True):
        for spelled in dict.fromkeys([name.lower(), *name.lower().split()[:1]]):
            if spelled and re.search(rf"(?<!\w){re.escape(spelled)}(?!\w)", sentence.plain):
                yield name, spelled
    for match in _ADDRESSED.finditer(sentence.text):
        name = next(filter(None, match.groups()))
        if name.lower() not in _NOBODY:
            yield name, name.lower()
