"""How people pass on what those outside want, miss, praise or struggle with."""

from __future__ import annotations

import re
from collections.abc import Set

from bot.services.thread_summary.sentences import Cues, Sentence

_FEEDBACK = Cues(r"""
    \b(?:customers?|clients?|users?|prospects?|accounts?|people|folks|admins?|readers?|buyers?|members?|visitors?
        shoppers?|subscribers?|testers?|reviewers?|guests?|students?|teachers?|patients?|nurses?|merchants?|sellers?
        drivers?|partners?)\b\
        [^.?!]{0,60}?\b(?:asked|asking|asks?|wants?|wanted|needs|needed|complain\w*|report(?:ed|s|ing)?|request\w*
        loves?|loved|hates?|hated|struggl\w+|miss(?:es|ing)?|can't|cannot|couldn't|find|found|keeps? \w+ing
        frustrat\w+|confus\w+|unhappy|happy|churn\w*|blocked|waiting|wrote|told|said|says|called|mentioned|stuck|lost
        leaving|cancell?ing|forget|gave up|would pay)\b
    \b(?:they|he|she|everyone|them)\b[^.?!]{0,25}?\b(?:asked|asking|asks?|wants?|wanted|complain\w*|request\w*|hates?
        hated|struggl\w+|can't|cannot|couldn't|keeps? \w+ing|frustrat\w+|confus\w+|unhappy|said|says|told|gave up)\b
    \b(?:told (?:me|us|him|her|them|support|sales)|wrote (?:in|to us)|asked (?:again|us|me))\b[^?]{12,}
    \b(?:from|on|in) (?:a|an|the|my|our|yesterday's|today's) (?:call|interview|demo|chat|visit|survey
        review)\b[^?]*[:"“]
    \b(?:feature request|customer feedback|user feedback|feedback from|nps|support tickets?|churn\w*
        deal[- ]?breaker)\b
    \bfeedback:
    \bblock(?:s|ing|er for) (?:the |their |our |a )?(?:renewal|deal|roll-?out)\b
    \b(?:would|'d) (?:happily |gladly |even )?(?:pay (?:for|extra|more)|be (?:really |so )?(?:great|nice|awesome
        helpful|useful|cool|amazing))\b
    \b(?:i|we)(?:'d| would) (?:really )?(?:love|like) (?:to (?:see|have|be able)|it if)\b
    \b(?:i|we) wish\b
    \bplease add\b
    \b(?:is|was|are|so|too|really|very|super|way too) (?:confusing|slow|broken|annoying|frustrating|painful|clunky
        buggy|unusable|laggy|impossible to \w+|hard to (?:use|find|read|understand))\b
    \b(?:keeps? (?:crashing|failing|losing|logging|freezing|timing)|crash(?:es|ed) (?:when|every|on)
        stopped working)\b
    \b(?:loses (?:my|our|their|all)|asked (?:for|about|if|whether)|asking (?:for|about|if|whether))\b
    \b(?:i|we|they all|everybody|everyone) (?:absolutely |really |just )?(?:love|loves) (?:the|how)\b
""")


_SPEAKS = Cues(r"""
    ^(?:'s)?[^.?!]{0,60}?\b(?:asked|asking|asks?|wants?|wanted|needs?|needed|complain\w*|report(?:ed|s|ing)?|request\w*
        loves?|loved|hates?|hated|struggl\w+|miss(?:es|ing)?|can't|cannot|couldn't|won't|finds?|found|keeps? \w+ing
        frustrat\w+|confus\w+|unhappy|happy|churn\w*|blocked|waiting|wrote|told|said|says?|called|mentioned|stuck
        lost|loses?|losing|leaving|cancell?ing|gave up|would (?:pay|like|love))\b
""")
_NAME_WORDS = 3
_WORD = re.compile(r"[^\W_](?:[\w&.'-]*\w)?")


def gives_feedback(sentence: Sentence, customers: Set[str] = frozenset()) -> bool:
    """Say whether the sentence passes on a want, a trouble or praise.

    `customers`: names in lower case; of them, what they want, say or can't do is enough.
    """
    quotes = '"' in sentence.text or "“" in sentence.text
    told = bool(_FEEDBACK.search(sentence.plain)) or _is_of_a_customer(sentence.text.replace("’", "'"), customers)
    return told and (quotes or not sentence.asks)


def _is_of_a_customer(text: str, customers: Set[str]) -> bool:
    """Say whether a customer is named, spelled as a name, and what they want or say follows."""
    found = list(_WORD.finditer(text)) if customers else []
    for at, word in enumerate(found):
        for last in found[at : at + _NAME_WORDS] if not word[0][0].islower() else ():
            name = text[word.start() : last.end()].lower()
            if name.removesuffix("'s") in customers and _SPEAKS.search(text[last.end() :].lower()):
                return True
    return False
