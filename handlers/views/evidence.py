"""What stands behind an item, with its sources."""

from collections import Counter

from bot.services.evidence import READ, Rank, Why
from bot.services.roadmap import Line
from handlers.views import Block, Reply
from handlers.views.blocks import actions, context, fit, run_buttons, section, sections
from handlers.views.feedback import WEIGHTS
from handlers.views.roadmap import ROWS, demand_words
from handlers.views.words import (
    as_of,
    change_words,
    day,
    dollars,
    esc,
    item_words,
    joined,
    listed,
    many,
    person,
    quoted,
    shortened,
)
from storage.models import Feedback, Reader, Role, Vote, Weight


def why_reply(why: Why, reader: Reader, tz: str, *, whole: bool = False) -> Reply:
    """Show what stands behind an item, with where to read it; `whole` shows every note."""
    item, aim = why.line.item, why.line.objective
    towards = f"{aim.ref} {esc(aim.title)}" if aim else "no objective yet"
    once = "; each account counts once" if why.line.demand.accounts else ""
    counted = f"{demand_words(why.line, reader)}{once}"
    told = [item_words(item, why.as_of, tz), joined([_rank(why.rank), towards]), counted, _moved(why, tz)]
    blocks: list[Block] = sections([one for one in told if one])
    shown = why.notes if whole else why.notes[:ROWS]
    if shown:
        blocks += sections(["*What people said*, newest first", *(_note(one, why, reader, tz) for one in shown)])
    if voters := _voters(why):
        blocks.append(section(f"*Votes*\n{voters}"))
    if not shown and not voters and not why.line.demand.private:
        blocks.append(section(f"Nobody has asked for it yet.{_how_to_ask(item.ref, reader.role)}"))
    if move := _what_would_move_it(why.rank, why.line):
        blocks.append(section(f"*What would change its rank*\n{move}"))
    if len(shown) < len(why.notes):
        blocks.append(actions(*run_buttons((f"Show all {len(why.notes)}", f"why {item.ref} all"))))
    read = f"read the newest {READ} of {why.line.demand.notes} notes" if why.line.demand.notes > READ else ""
    blocks.append(context(joined([read, as_of(why.as_of, tz)])))
    return Reply(f"Why {item.ref} {esc(item.title)}: {counted}", fit(blocks))


def _how_to_ask(ref: str, role: Role) -> str:
    """Return what adds to what stands behind an item, as far as this role may do it."""
    if role.includes(Role.PM):
        return f" `/roadmap link FB-104 {ref}` links feedback to it."
    return f" `/roadmap vote {ref} for:Acme` votes for it." if role.includes(Role.CONTRIBUTOR) else ""


def _rank(rank: Rank | None) -> str:
    return f"number {rank.place} of {many(rank.of, 'live item')} by revenue" if rank is not None else ""


def _moved(why: Why, tz: str) -> str:
    if why.moved is None:
        return ""
    because = f": {esc(shortened(why.moved.reason, 300))}" if why.moved.reason else ""
    return f"{change_words(why.moved)} by {person(why.moved.by)}, {day(why.moved.at, tz)}{because}"


def _note(note: Feedback, why: Why, reader: Reader, tz: str) -> str:
    """Return a note with whom it is from and where it stands; where everybody reads along, without its words."""
    weight = WEIGHTS[note.weight].lower() if note.weight != Weight.NICE else ""
    source = f"<{note.permalink}|open>" if note.permalink else ""
    who = esc(why.accounts.get(note.account_id or 0, ""))
    small = joined([note.ref, who, weight, day(note.captured_at, tz), source])
    return f"{quoted(note.problem or note.quote, length=160)}\n{small}" if reader.sees_quotes else f"• {small}"


def _voters(why: Why) -> str:
    """Return who voted: accounts by name where the reader may know them, the others by their number."""
    named = [_vote(why.accounts[one.account_id], one) for one in why.votes if one.account_id in why.accounts]
    others = Counter(
        "account" if one.account_id is not None else "person" for one in why.votes if one.account_id not in why.accounts
    )
    more = [many(count, kind, "people" if kind == "person" else None) for kind, count in others.items()]
    return listed([*named, *more]) if named or more else ""


def _vote(name: str, vote: Vote) -> str:
    weight = f" ({WEIGHTS[vote.weight].lower()})" if vote.weight != Weight.NICE else ""
    return f"{esc(name)}{weight}"


def _what_would_move_it(rank: Rank | None, line: Line) -> str:
    if rank is None:
        return ""
    said = []
    if rank.above is not None:
        gap = dollars(rank.above.demand.arr - line.demand.arr)
        said.append(f"Accounts worth more than {gap} a year would bring it before {_named(rank.above)}.")
    if rank.below is not None and rank.below.demand.arr:  # nothing falls below what has no revenue
        gap = dollars(line.demand.arr - rank.below.demand.arr)
        said.append(f"Losing more than {gap} would put it behind {_named(rank.below)}.")
    return " ".join(said)


def _named(line: Line) -> str:
    return f"{line.item.ref} {esc(line.item.title)}"
