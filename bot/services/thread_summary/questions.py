"""How people show that they want to know, and that they now do."""

from __future__ import annotations

from collections.abc import Sequence

from bot.services.thread_summary import actions
from bot.services.thread_summary.decisions import REPLIES
from bot.services.thread_summary.sentences import Cues, Sentence
from bot.services.words import words

_WONDERS = Cues(r"""
    \b(?:does|do|did) (?:anyone|anybody|someone|somebody) (?:know|have)\b
    \b(?:i(?:'m| am)?|we(?:'re| are)?|still) (?:just )?(?:wonder(?:ing)?|not sure|unsure|unclear) (?:if|whether|how
        who|what|when|where|why|which|about)\b
    \bopen questions?\b
    \b(?:it'?s|is|still|remains?) (?:unclear|undecided|tbd|to be decided)\b
    \bwe (?:still )?(?:don't|do not) know (?:if|whether|how|who|what|when|where|why|which)\b
""")
_COURTESY = Cues(r"""
    ^\W*(?:how are you|how's it going|right|ok|okay|really|what|sorry|huh|no|yes|eh|wdyt|thoughts|makes? sense|deal
        agreed|anyone|you there|and)[\w ]{0,12}\?\W*$
    ^\W*(?:anything else|any questions|see what i mean|you know|guess what|who knew)\b
    \b(?:right|ok|okay|no|yes|isn't it|don't you think)\?\W*$
""")
_OPENS_AS_QUESTION = Cues(r"""
    ^\W*(?:who|what|when|where|why|which|how|is|are|do|does|did|can|could|will|would|should|has|have|was|were|any)\b
""")
_DEFERS = Cues(r"""
    \b(?:no idea|not sure|don't know|do not know|dunno|good question|same question|wondering too|also wondering
        no clue)\b
    \b(?:unclear|hard to say|same here|me too|who knows|\+1)\b
    \b(?:i'll|i will|let me|will|i can|we'll) (?:check|find out|look|ask|get back|come back|dig|confirm|investigate
        follow up|see|circle)\b
    \b(?:needs?|have|has) (?:to (?:check|ask|find out|look)|somebody|someone)\b
""")
_TURNS_ASIDE = Cues(r"""
    ^\W*(?:maybe|also|btw|by the way|one more|another|separately|side note|unrelated|anyway|reminder|heads up|fyi)\b
""")
_SATISFIED = Cues(r"""
    \b(?:never ?mind|found it|figured it out|got it|that answers|that works|solved|makes sense|thanks|thank you)\b
""")
_SETTLES_IT_ALONE = Cues(r"\b(?:never ?mind|found it|figured it out|solved)\b")


def asks(sentence: Sentence) -> bool:
    """Say whether the sentence wants to know something, beyond courtesy and surprise."""
    plain = sentence.plain
    if _COURTESY.search(plain) or not (sentence.asks or _WONDERS.search(plain)):
        return False
    return bool(sentence.stems) and (len(words(plain)) > 2 or bool(_OPENS_AS_QUESTION.search(plain)))


def is_answered(question: Sentence, later: Sequence[Sentence], named: Sequence[str] = ()) -> bool:
    """Say whether someone answers: the next other person to speak, or whoever comes back to the same words.

    `named`: first names in lower case; words addressed to one of them are for them, not an answer.
    """
    about = set(question.stems)
    nearest: int | None = None
    told = False
    for sentence in later:
        if sentence.message.index - question.message.index > REPLIES:
            return False
        if sentence.message.user_id == question.message.user_id:
            if _satisfied(sentence, question, told=told):
                return True
            continue
        nearest = nearest or sentence.message.index
        if not _could_answer(sentence, named):
            continue
        shared = len(about & set(sentence.stems))
        near = sentence.message.index == nearest
        strays = actions.promises(sentence) or bool(_TURNS_ASIDE.search(sentence.plain))
        if shared >= 2 or (near and (shared or not strays)):
            return True
        told = told or not actions.promises(sentence)
    return False


def _satisfied(sentence: Sentence, question: Sentence, *, told: bool) -> bool:
    """Say whether the asker has what they wanted: they found it, or thank for what they were told."""
    if sentence.asks or sentence.message.index == question.message.index:
        return False
    return bool(_SETTLES_IT_ALONE.search(sentence.plain)) or (told and bool(_SATISFIED.search(sentence.plain)))


def _could_answer(sentence: Sentence, named: Sequence[str]) -> bool:
    if sentence.asks or _DEFERS.search(sentence.plain) or _WONDERS.search(sentence.plain):
        return False
    return words(sentence.plain)[:1] not in [[name] for name in named] and not actions.needs_doing(sentence)
