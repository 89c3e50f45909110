"""Votes: what was counted, and what to do about a name that nobody knows."""

from bot.services.accounts import UnknownAccountError
from bot.services.votes import ADDED, Cast
from handlers.views import Reply
from handlers.views.blocks import actions, run_buttons, section
from handlers.views.roadmap import demand_words
from handlers.views.words import esc
from storage.models import Reader


def cast_reply(cast: Cast, reader: Reader) -> Reply:
    """Confirm a vote, with all that stands behind the item now; one undone meanwhile counts no longer."""
    if cast.weight is None:
        return _none_reply(cast)
    item = cast.line.item
    whose = f"{esc(cast.account)}'s vote" if cast.account else "Your vote"
    again = cast.before is not None
    counted = "counts already" if again and cast.before == cast.weight else "counts"
    changed = f", now as {cast.weight} (was {cast.before})" if again and cast.before != cast.weight else ""
    as_ = f" as {cast.weight}" if not changed else ""
    said = f"{whose} for *{item.ref} {esc(item.title)}* {counted}{as_}{changed}.\n{demand_words(cast.line, reader)}"
    back = f"vote {item.ref}{_for(cast.account)} weight:{cast.before}" if changed else None
    undo = actions(*run_buttons(("Undo", back or f"unvote {item.ref}{_for(cast.account)}")))
    return Reply(f"{whose} for {item.ref} {esc(item.title)} {counted}", [section(said), undo])


def taken_back_reply(taken: Cast, reader: Reader) -> Reply:
    """Confirm that a vote counts no longer, unless it was cast again meanwhile."""
    if taken.weight is not None:
        return cast_reply(taken, reader)
    item = taken.line.item
    whose = f"{esc(taken.account)}'s vote" if taken.account else "Your vote"
    if taken.before is None:
        return _none_reply(taken)
    said = f"{whose} for *{item.ref} {esc(item.title)}* counts no longer.\n{demand_words(taken.line, reader)}"
    undo = run_buttons(("Undo", f"vote {item.ref}{_for(taken.account)} weight:{taken.before}"))
    return Reply(f"{whose} for {item.ref} {esc(item.title)} counts no longer", [section(said), actions(*undo)])


def unknown_account_reply(error: UnknownAccountError, number: int, weight: str | None) -> Reply:
    """Ask which account was meant, the nearest first, or whether it is a new one; nothing was counted."""
    heavy = f" weight:{weight}" if weight else ""
    offered = [(one, f"vote RM-{number}{_for(one)}{heavy}") for one in error.near]
    offered.append((f"Add {error.typed}", f"vote RM-{number}{_for(ADDED + error.typed)}{heavy}"))
    said = f"{esc(error.message)} Nothing was counted yet."
    return Reply(said, [section(said), actions(*run_buttons(*offered))])


def _none_reply(cast: Cast) -> Reply:
    said = f"There is no vote{f' of {esc(cast.account)}' if cast.account else ' of yours'} for {cast.line.item.ref}."
    return Reply(said, [section(said)])


def _for(account: str | None) -> str:
    return f' for:"{account.replace(chr(34), chr(39))}"' if account else ""
