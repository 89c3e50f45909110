"""Words that people may expect here and that no command has yet: each with what does it today, in a sentence."""

import re
from collections.abc import Mapping

from handlers.asked import Asked
from storage.models import Role

_ITEM = r"(?P<item>RM-\d{1,9})"
_MERGE = r"merge(?: (?:FB-\d{1,9}|and|into|with))*"
_SHARE = rf"share(?: (?:{_ITEM}|.+))? (?:png|html)"
_SENTENCES: Mapping[str, str] = {
    r"okrs?(?: at[ -]risk| (?P<aim>OBJ-\d{1,9}))?": (
        "Objectives have no page of their own yet. `/roadmap obj:{aim}` lists the items of one, and scheduled updates"
        " say how far its key results are."
    ),
    r"insights": (
        "There is no page of insights yet. `/roadmap sort:votes` shows what is wanted most, `/roadmap theme:security`"
        " the items behind a theme, and `/roadmap digest since:30d` what came in."
    ),
    r"triage": (
        "Triage has no command yet. `/roadmap show FB-104` shows a piece of feedback and where it stands; product"
        " managers link it to an item."
    ),
    _MERGE: (
        "Feedback can't be merged yet. A product manager can link both pieces to one item, and their customers count"
        " once there."
    ),
    r"undo(?: (?:it|that|the last))?": (
        "There is no undo by command. What can be undone has *Undo* on its own message: scroll up to it."
    ),
    rf"score(?: {_ITEM})?": ("There are no scores yet. `/roadmap why {item}` shows what stands behind an item."),
    rf"loop(?: {_ITEM})?": (
        "Closing the loop has no command yet. `/roadmap why {item}` shows what stands behind an item; the cards of"
        " its feedback change by themselves when it moves, and its followers get a message."
    ),
    r"ops": (
        "There are no process figures yet. `/roadmap digest since:30d` says what changed and how much feedback came in."
    ),
    r"tools": "I keep no register of tools yet, and nothing here does that today.",
    r"privacy(?: me)?": (
        "There is no page about your data yet. `/roadmap mine` lists what is yours, `/roadmap export` sends you all"
        " that you may read, and :no_entry_sign: on a message of yours deletes what was captured from it."
    ),
    _SHARE: ("I can't make pictures or pages yet. `/roadmap show {item}` shows it to you."),
    rf"diff (?!.*\?)(?:.*\b)?{_ITEM}.*": (
        "`/roadmap diff 30d` says what has changed on the whole roadmap. What changed of one item stands on its card:"
        " `/roadmap show {item}`."
    ),
    r"diff (?!.*\?).+": "I can't read that as a time. Type it like `/roadmap diff 30d` or `/roadmap diff 2026-07-01`.",
}
"""For everybody: they name only commands that everybody may use."""
_FOR_PMS: Mapping[str, str] = {
    r"triage": (
        "Triage has no command yet. Your Home counts what waits and names the oldest; `/roadmap show FB-104` shows it,"
        " and `/roadmap link FB-104 RM-12` links it to an item."
    ),
    _MERGE: (
        "Feedback can't be merged yet. Link both pieces to one item, and their customers count once there:"
        " `/roadmap link FB-104 RM-12`."
    ),
    r"ops": (
        "There are no process figures yet. `/roadmap schedule list` says how the updates went, and your Home how much"
        " feedback waits for triage."
    ),
    _SHARE: "I can't make pictures or pages yet. `/roadmap share {item}` posts it as a message, after a preview.",
}
"""For product managers, in place of what everybody reads."""
_EXAMPLES = {"item": "RM-12", "aim": "OBJ-3"}


def sentence_for(asked: Asked, role: Role) -> str | None:
    """Return what does today what was typed, for who has that role, in mrkdwn; None for what is no such word."""
    sentences = {**_SENTENCES, **_FOR_PMS} if role.includes(Role.PM) else _SENTENCES
    for pattern, said in sentences.items():
        if found := re.fullmatch(rf"(?:{pattern})[\s.!?]*", asked.rest, re.ASCII | re.IGNORECASE):
            return said.format(**{**_EXAMPLES, **{name: one for name, one in found.groupdict().items() if one}})
    return None
