"""Why a reaction or a mention did nothing, as it is told to whoever made it."""

from bot.services.refusals import refusal_of
from handlers.views import Reply
from handlers.views.blocks import section

_MENU = "“Capture feedback” in the message's menu"
_WORDS = {
    "guest": "Guests can't capture feedback. Ask a member of the workspace to react to it, or tell them what you need.",
    "shared": f"I don't follow reactions in channels shared with another company. Use {_MENU}: no outsider sees it.",
    "mention": "I don't answer mentions in channels shared with another company. "
    "Type `/roadmap` and your question: only you see the answer.",
    "withdrawn": "Its author has withdrawn this message, so I can't keep it again. `/feedback` keeps your own words.",
    "bot": "An app wrote that, so there is nobody to hear back. Put it in your own words with `/feedback`.",
    "card": "That is the card of feedback that is captured already. Tap “Me too” on it to be counted in.",
    "empty": "There are no words in that message to keep. Write down what it shows with `/feedback`.",
    "off": "An admin has switched capturing off in this channel. `/feedback` works everywhere.",
    "no_manager": "Only product managers take captured feedback on, so your reaction changed nothing. "
    "If it can't wait, ask one of them.",
    "no_voice": "Guests can't say “me too”. Ask a member of the workspace to react to it.",
    "late": "You captured that more than ten minutes ago, so it stays. *Undo* on its card takes it back.",
    "not_yours": "Only who said it or who captured it can withdraw it. Ask one of them.",
}


def explanation(why: str) -> Reply:
    """Say why a reaction or a mention did nothing, and what to do instead; `refused:…` gives Slack's own word."""
    _, is_refused, code = why.partition("refused:")
    said = refusal_of(code).sentence if is_refused else _WORDS[why]
    return Reply(said, [section(said)])
