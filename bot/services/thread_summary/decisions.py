"""How people show that something is settled."""

from __future__ import annotations

from collections.abc import Sequence

from bot.services.thread_summary.sentences import Cues, Sentence

REPLIES = 6
"""How many messages on a reply is still a reply."""

_SETTLED = Cues(r"""
    \b(?:we|they|the team|everyone|leadership)(?:'ve| have| all| has)* (?:all )?(?:decided|agreed|settled|chose
        picked|concluded)\b
    \b(?:it'?s|is|are|was|were|been|got) (?:now )?(?:decided|agreed|settled|approved|signed off|resolved that)\b
    \bdecision(?: is| was|:| -| –)
    ^(?:final )?decision\b
    ^(?:decided|agreed|approved|resolved|settled|confirmed)[:,]? (?:to|on|that|we|not|with|against)\b
    ^(?:decided|agreed|approved|resolved|settled|confirmed):
    \b(?:final call|final answer|signed off on|settled on|consensus is|verdict is)\b
""")
_CONCLUDES = Cues(r"""
    \b(?:we(?:'re| are)|i'm|i am) (?:now )?(?:going with|going ahead|sticking with|not doing|not going to
        not shipping|not building|not supporting|dropping|cutting|keeping|postponing|picking|moving (?:it|this|the|to
        ahead|forward))\b
    ^(?:ok(?:ay)?,? |so,? |then |right, |great, |good, )*going with\b
    \bwe(?:'ll| will| won't| will not| are not going to| aren't going to) (?:not )?(?:go|ship|use|keep|drop|stick
        launch|release|postpone|delay|support|build|do|move|start|cut|skip|offer|wait|charge|limit|make|roll|announce
        price|push|include|remove|sunset|stay|honor|honour|pick|switch|stop|hold|open|close)\b
    (?:^|[,;:–-] ?)(?:ok(?:ay)?,? |great,? |good,? |fine,? |right,? |alright,? |yes,? |no,? )*(?:so
        then),? we (?!have\b|need\b|are\b|were\b|do\b|don't\b|know\b|could\b|should\b|can\b|can't\b|might\b|want\b
        think\b|had\b|did\b|would\b|just\b|see\b|saw\b|got\b|get\b|may\b|must\b)\w+
    \bwe (?:launch|start (?:with|on|in|at|from)|ship|roll back|roll out|go with|go live|keep|stick (?:to|with)|drop
        postpone|skip|honou?r|hold off|wait (?:for|until|till)|stay (?:with|on))\b
    (?:^|[,.;:] )(?:ok(?:ay)?,? |alright,? |so )?(?!(?:yes|yeah|yep|no|why|there|here|that|what|how|so|as|i|well|sure
        where|because|if|and|but|then|all)\b)\w+(?: \w+)? it is(?: then)?(?:[.!;]|,(?! is\b)|$)
    \b(?:stays?|remains?) (?:for now|as (?:it|they) (?:is|are)|as is|untouched|unchanged|the same|where (?:it|they)
        out\b|in\b|on the|off|at\b|put\b)
    \b(?:is|are) (?:now )?(?:out of scope|in scope|off the table|a go|a no-?go|cancell?ed|postponed)\b
""")
_PROPOSES = Cues(r"""
    \blet(?:'s| us) (?!discuss\b|talk\b|see\b|check\b|sync\b|think\b|chat\b|meet\b|find\b|look\b|hope\b)\w+
    \b(?:suggest|propose|vote|recommend)\b
    \bwe should\b
    \bi(?:'d| would) (?:go with|keep|drop|ship|pick|rather|prefer)\b
""")
_UNSURE = Cues(r"""
    \b(?:if|unless|maybe|perhaps|might|could|whether|tbd|probably|wondering|depends|used to|usually|normally|always)\b
""")
_UNDECIDED = Cues(r"""
    \bundecided\b
    \b(?:not|haven't|hasn't|isn't|wasn't|never|nothing|nobody|no one|no|to be|to get|yet to) (?:\w+ )?(?:decided?
        decision|agreed?|settled?|approved?|final|confirmed?|signed off)\b
    \b(?:need|needs|have|has|until|before|once|when|if|unless|whether|waiting (?:for|on)|wait (?:for|on)|whoever
        who)\b\
        [^,]{0,30}\b(?:decided?|decision|agreed?|settled?|approved?|signed off)\b
""")
_AGREES = Cues(r"""
    ^\W*(?!good question|fair point)(?:yes|yep|yup|yeah|agree|agreed|\+1|:\+1:|:thumbsup:|👍|works for me|deal|perfect
        sounds (?:good|great|fine|right)|fine|good|great|ok|okay|cool|alright|all right|lgtm|sgtm|let's do (?:it
        that)|go for it|ship it|makes sense|i'?m in|same here|i can live with|understood|done|love it|no objections?
        fair|approved)(?!\w|,? but\b|,? and\b|,? what\b)
""")
_OBJECTS = Cues(r"""
    ^\W*(?:no|nope|hmm+|wait|hold on|not sure|i'm not|disagree|i disagree|-1|👎|actually|but)\b
    \b(?:disagree|rather not|i'd prefer|object)\b
""")
_REVERSES = Cues(r"""
    \b(?:scratch|never ?mind|change of plans?|changed (?:our|my|their) minds?|no longer|after all|on second thought)\b
    \b(?:instead|revers\w+|revert\w*|overrul\w+)\b
    ^\W*actually\b
""")


def settles(sentence: Sentence, later: Sequence[Sentence]) -> bool:
    """Say whether the sentence states a decision, or a proposal that the next to take a side agreed to."""
    if sentence.asks or _UNDECIDED.search(sentence.plain):
        return False
    if _SETTLED.search(sentence.plain):
        return True
    if _UNSURE.search(sentence.plain):
        return False
    return bool(_CONCLUDES.search(sentence.plain)) or bool(
        _PROPOSES.search(sentence.plain) and _accepted(sentence, later)
    )


def is_taken_back(decision: Sentence, later: Sequence[Sentence]) -> bool:
    """Say whether a later sentence on the same thing reverses the decision."""
    about = set(decision.stems)
    return any(
        _REVERSES.search(sentence.plain) and not sentence.asks and _shares(about, sentence)
        for sentence in later
        if sentence.message.index != decision.message.index
    )


def _shares(about: set[str], sentence: Sentence) -> bool:
    """Say whether two words are shared, or one where the sentence names what it scratches."""
    shared = len(about & set(sentence.stems))
    return shared >= 2 or (shared == 1 and "scratch" in sentence.plain)


def _accepted(proposal: Sentence, later: Sequence[Sentence]) -> bool:
    for reply in later:
        if reply.message.index - proposal.message.index > REPLIES:
            return False
        if reply.message.user_id == proposal.message.user_id:
            continue
        if _OBJECTS.search(reply.plain):
            return False
        if _AGREES.search(reply.plain) and not reply.asks:
            return True
    return False
