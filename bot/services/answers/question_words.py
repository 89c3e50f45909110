"""What the words of a question say: what it is about, whom it names, and what it wants to know."""

import re

from bot.services.search import telling_words
from bot.services.words import word_set
from storage.models import Lane

_NAME = r"[A-Z][\w&.-]*(?: [A-Z][\w&.-]*)*"
_AFTER = "|".join(rf"(?<=\b{word} )" for word in ("does", "will", "can", "could", "should", "would", "may", "might"))
_GETS = "get|have|see|receive|use|try|start|expect|switch|turn|enable|adopt|buy"
_WHOSE = re.compile(rf"(?:{_AFTER}){_NAME}(?= (?:{_GETS})\b)|\bfor {_NAME}(?=\W*$)")
"""A name where a customer's stands, whether we know them or not: what is answered must not tell which."""
_SAYS = r"say|says|said|saying|think|thinks|thought|tell|told|feel|complain|complains|complained|complaining"
_PEOPLE = r"people|users?|customers?|clients?|accounts?|anyone|anybody|someone|somebody|everyone|everybody|who|they"
_ASKS = r"ask|asks|asked|asking|want|wants|wanted|request|requests|requested|requesting"
_OPINIONS = re.compile(
    rf"\b(?:feedback|complaints?|opinions?|quotes?)\b|\b(?:{_PEOPLE})\b[\w\s]*?\b(?:{_SAYS})\b", re.IGNORECASE
)
_ASKERS = re.compile(
    rf"\b(?:who|whom|which (?:\w+ )?(?:{_PEOPLE})|(?:has|have|did|does|do) (?:{_PEOPLE}|any {_PEOPLE}))\b"
    rf"[\w\s]*?\b(?:{_ASKS})\b",
    re.IGNORECASE,
)
_WANTS = re.compile(
    r"\b(?:who|whom|ask|asked|asks|customers?|accounts?|want|wants|need|needs|feedback|demand)\b", re.IGNORECASE
)
_OBJECT = re.compile(r"\b(?:about|on|for|of|with)\b(.*)", re.IGNORECASE | re.DOTALL)
_STATUS = re.compile(r"\b(?:(?:on|at|off)[ -](?:track|risk)|planned|ideas?)\b", re.IGNORECASE)
_STATUS_WORDS = {"risk", "track", "off", "on", "at"}
_ASIDE = word_set(
    """when who what which why how where when's who's what's how's where's many much get gets done ready come ship
    ships shipped shipping release released launch launched coming available eta date dates due timeline status
    progress track roadmap item items
    plan plans planned planning work working owner owns responsible support ask asked asks want wants need needs
    feedback feature features customer customers account accounts next later lane reason risk late move moved
    change changed changes slip slipped delay delayed still soon yet already right today week weeks month months
    quarter year waiting pay pays going idea ideas show"""
)
"""Words about the roadmap, not about what stands on it."""
_AROUND = word_set(
    """switch switched switching turn turned turning enable enabled enabling activate activated use used using start
    started starting see seeing try trying buy adopt roll rolled rolling rollout live happen happens happened happening
    arrive arrives arrived land lands landed deliver delivers delivered delivery build building built add adds added
    adding implement implemented make makes making offer offers offered provide provides provided bring brings supports
    supported supporting expect expected hope look looks looking forward able ability give gives given tell hear heard
    say find latest news update updates state situation stand stands finish finished complete completed finally ever
    possible currently exist exists user users people anyone anybody someone everyone everybody anything something time
    newest"""
)
"""Words that people put around what they ask about. They may also be what it is about, so they count at first."""
_SAYING = word_set(
    """say says said saying think thinks thought tell told feel complain complains complained complaining complaint
    complaints opinion opinions quote quotes feedback request requests requested requesting asking
    wanted ask asked asks want wants people user users customer customers client clients account accounts anyone anybody
    someone somebody everyone everybody any"""
)
"""Words for saying and asking, and for who does."""


def subjects(question: str) -> tuple[str, ...]:
    """Return what a question may be about, as words to look for: all that it says first, then less and less."""
    whole, nameless = _subject(question), _subject(_WHOSE.sub(" ", question))
    bare = (" ".join(word for word in one.split() if word.lower() not in _AROUND) for one in (whole, nameless))
    return tuple(one for one in dict.fromkeys((whole, nameless, *bare)) if telling_words(one))


def said_subjects(question: str) -> tuple[str, ...]:
    """Return what people may have said something about, as words to look for, without the words for saying it.

    Where no others are left, it is what follows "about" or "for", as in "who asked for user accounts?".
    """
    people, said = asks_what_people_said(question), question
    if people:
        said = " ".join(word for word in re.findall(r"[\w'’-]+", question) if word.lower() not in _SAYING)
    found = tuple(one for one in subjects(said) if set(telling_words(one).values()) - _ASIDE - _SAYING - _AROUND)
    of = _OBJECT.search(question) if people and not found else None
    return subjects(of[1]) if of else found


def topic(question: str, account: str = "") -> str:
    """Return the telling words of a question, without the name of an account in it."""
    return " ".join(telling_words(_subject(without(question, account) if account else question)).values())


def names_something(question: str) -> bool:
    """Say whether a question says what it is about, beyond what people put around that."""
    return bool(set(topic(question).split()) - _ASIDE - _AROUND - _SAYING)


def without(question: str, name: str, *, instead: str = " ") -> str:
    """Return a question without the name of an account in it, or with another word for it."""
    return re.sub(rf"(?<!\w){re.escape(name)}(?:['’]s)?(?!\w)", instead, question, flags=re.IGNORECASE)


def lane_in(question: str, about: str) -> str | None:
    """Return the lane that a question is about; None where it is about something else that we know nothing of."""
    if re.search(r"\b(?:did|have) (?:we|you) (?:ship|released?)\b", question, re.IGNORECASE):
        question = f"{question} shipped"
    found = re.search(r"\b(now|next|later|shipped)\b", question, re.IGNORECASE)
    return found[1].lower() if found and not set(about.split()) - set(Lane) - _ASIDE - _AROUND else None


def status_in(question: str, about: str) -> str | None:
    """Return the status that a question is about; None where it is about something else."""
    found = _STATUS.search(question)
    wanted = found[0].lower().replace(" ", "-").removesuffix("s") if found else None
    return wanted if set(about.split()) <= _STATUS_WORDS else None


def asks_for_changes(question: str, about: str) -> bool:
    """Say whether a question is about whatever has changed of late."""
    told = {"changed", "changes", "new"}
    return bool(told & set(re.findall(r"\w+", question.lower()))) and set(about.split()) <= told


def asks_who_asked(question: str) -> bool:
    """Say whether a question is about who wants something."""
    return _ASKERS.search(question) is not None


def asks_what_people_said(question: str) -> bool:
    """Say whether a question is about people's words or who asked, rather than about where something stands."""
    return _OPINIONS.search(question) is not None or asks_who_asked(question)


def asks_for_feedback(question: str) -> bool:
    """Say whether what people asked for belongs into the answer, even where the question is about something else."""
    return _WANTS.search(question) is not None


def asks_when(question: str) -> bool:
    """Say whether a question is about a date."""
    return bool(re.search(r"\b(when|date|eta|due|by)\b", question, re.IGNORECASE))


def _subject(question: str) -> str:
    words = [word for word in re.findall(r"[\w'’-]+", question) if word.lower().replace("’", "'") not in _ASIDE]
    return " ".join(words) or question
