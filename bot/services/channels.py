"""Channels: what an admin decided for each, and what holds where nobody has."""

import re
import time
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from types import MappingProxyType

from bot import outbox
from bot.errors import InvalidInputError
from bot.services import access, meanwhile, schedules
from storage import accounts, causes, history, people
from storage import channels as rows
from storage.database import Database, Read, Session, Write, ring
from storage.holding import hold
from storage.models import Channel, ChannelSetting, FeedbackVisibility, Reader, Role, Standing

MEANINGS = ("request", "problem", "support", "claim", "withdraw")
"""What a reaction can mean, in the order in which people read it."""

DEFAULT_REACTIONS: Mapping[str, str] = MappingProxyType(
    {
        "bulb": "request",
        "bug": "problem",
        "heavy_plus_sign": "support",
        "eyes": "claim",
        "no_entry_sign": "withdraw",
    }
)
"""Emoji names, and what they mean where no admin decided otherwise."""

REMEMBERED_SECONDS = 30.0
"""How long the emoji names that mean something are remembered: another replica's change is seen within it."""

EMOJI_AT_MOST = 5
_TOLD_AS = {"thumbsup": "+1", "thumbsdown": "-1"}
"""Emoji names that people type, and the ones that Slack uses when it tells of the reaction."""
BELL = "reaction map"


class WrongEmojiError(InvalidInputError):
    """That is no emoji name. Write it as you type it in Slack, like `:bulb:`."""

    def __init__(self, message: str, meaning: str) -> None:
        super().__init__(message)
        self.meaning = meaning
        """Under which meaning it was written."""


@dataclass(frozen=True)
class Plan:
    """What an admin wants for a channel."""

    customer: str = ""
    """Name of the account; empty for none."""
    visibility: str | None = None
    """A FeedbackVisibility; None: members where the channel is private, else everyone."""
    reactions: Mapping[str, str] = field(default_factory=lambda: DEFAULT_REACTIONS)
    """Emoji names and their meanings."""
    listens: bool = True
    customer_view: bool = False


@dataclass(frozen=True)
class Known:
    """A channel as an admin sets it up."""

    channel: Channel | None
    setting: ChannelSetting | None
    customer: str
    customers: tuple[str, ...]
    """The names of all accounts, to choose from."""


def held(known: Known) -> Plan:
    """Return what holds in a channel as an admin would plan it."""
    setting = known.setting
    return Plan(
        customer=known.customer,
        visibility=setting.visibility if setting is not None else None,
        reactions=meanings(setting),
        listens=listens(setting),
        customer_view=setting is not None and setting.customer_view,
    )


def meanings(setting: ChannelSetting | None) -> Mapping[str, str]:
    """Return what emoji mean in a channel, by their names."""
    return DEFAULT_REACTIONS if setting is None or setting.reactions is None else setting.reactions


def default_visibility(channel: Channel | None, setting: ChannelSetting | None = None) -> FeedbackVisibility:
    """Return who may read what comes from a channel, unless its capturer says otherwise."""
    if setting is not None and setting.visibility is not None:
        return FeedbackVisibility(setting.visibility)
    if channel is None or channel.is_private or channel.is_shared:
        return FeedbackVisibility.MEMBERS
    return FeedbackVisibility.EVERYONE


def listens(setting: ChannelSetting | None) -> bool:
    """Say whether anything is captured in a channel."""
    return setting is None or setting.listens


def allows_customers(channel: Channel | None, setting: ChannelSetting | None) -> bool:
    """Say whether the bot may answer there as customers may read it."""
    return (
        channel is not None and channel.has_bot and channel.is_shared and setting is not None and setting.customer_view
    )


def read_reactions(typed: Mapping[str, str]) -> dict[str, str]:
    """Read `:bulb: :tada:`, by meaning, as meanings by emoji name; raise WrongEmojiError for anything else."""
    found: dict[str, str] = {}
    for meaning in MEANINGS:
        for name in dict.fromkeys(_emoji(typed.get(meaning, ""), meaning)):
            if name in found:
                raise WrongEmojiError(f":{name}: can't mean two things. Choose another emoji for one of them.", meaning)
            found[name] = meaning
    return found


@Read
def setting_of(session: Session, *, team_id: str, channel_id: str) -> ChannelSetting | None:
    """Return what an admin decided for a channel; None where the defaults hold."""
    return rows.find_setting(session, team_id=team_id, channel_id=channel_id)


@Read
def customer_at(session: Session, *, team_id: str, channel_id: str) -> str:
    """Return the customer whose channel it is, as an admin decided; empty where none is set."""
    return _customer(session, rows.find_setting(session, team_id=team_id, channel_id=channel_id), team_id)


@Read
def show(session: Session, *, reader: Reader, channel_id: str) -> Known:
    """Return a channel as an admin sets it up."""
    access.require(reader, Role.ADMIN, "set up channels")
    return _known(session, reader, channel_id)


@Write
def set_up(
    session: Session,
    *,
    by: Reader,
    channel_id: str,
    plan: Plan,
    cause: str,
    now: datetime,
    seen: meanwhile.Marks | None = None,
) -> None:
    """Keep what an admin decided for a channel; what changed goes into its history, under `#C…`.

    `seen` are the marks of what the form was filled with, None where there was none. Raises ChangedMeanwhileError.
    """
    access.require(by, Role.ADMIN, "set up channels")
    hold(session, team_id=by.team_id, what=_setting(channel_id))
    if not causes.claim(session, team_id=by.team_id, cause=cause, now=now):
        return
    known = _known(session, by, channel_id)
    if seen is not None:
        plan = Plan(**meanwhile.together(vars(plan), vars(held(known)), seen))
    account = accounts.add_or_get(session, team_id=by.team_id, name=plan.customer) if plan.customer.strip() else None
    setting = ChannelSetting(
        team_id=by.team_id,
        channel_id=channel_id,
        account_id=account.id if account else None,
        visibility=plan.visibility,
        reactions=None if dict(plan.reactions) == dict(DEFAULT_REACTIONS) else dict(plan.reactions),
        listens=plan.listens,
        customer_view=plan.customer_view and known.channel is not None and known.channel.is_shared,
        set_by=by.user_id,
        set_at=now,
    )
    was, is_ = _told(known.setting, known.customer), _told(setting, account.name if account else "")
    history.add_differences(
        session, team_id=by.team_id, ref=f"#{channel_id}", at=now, by=by.user_id, before=was, after=is_, cause=cause
    )
    rows.keep_setting(session, setting=setting)
    ring(session, BELL)


@Write
def close(
    session: Session, *, team_id: str, channel_id: str, why: str, happened: datetime, cause: str, now: datetime
) -> None:
    """Note that a channel is `shared` or `archived`, or that the bot is `outside`; updates to it pause."""
    if not causes.claim(session, team_id=team_id, cause=cause, now=now):
        return
    rows.close(session, team_id=team_id, channel_id=channel_id, shared=why == "shared", at=now)
    if why == "shared":
        _end_customer_view(session, team_id, channel_id, happened, cause, now)
    schedules.pause_all_in(session, team_id=team_id, channel_id=channel_id, why=why, cause=cause)


@Write
def end_customer_view(
    session: Session, *, team_id: str, channel_id: str, happened: datetime, cause: str, now: datetime
) -> None:
    """Allow the customer view in a channel no longer, unless an admin allowed it after that `happened`."""
    if causes.claim(session, team_id=team_id, cause=cause, now=now):
        _end_customer_view(session, team_id, channel_id, happened, cause, now)


@Write
def move(session: Session, *, team_id: str, before: str, after: str) -> None:
    """Let everything that belongs to a channel follow it to its new id."""
    rows.move(session, team_id=team_id, before=before, after=after)
    ring(session, BELL)


@Write
def greet(session: Session, *, team_id: str, channel_id: str, inviter: str | None) -> None:
    """Say what the bot does in a channel, once; where another company reads along, to the inviter alone."""
    channel = rows.find(session, team_id=team_id, channel_id=channel_id)
    if channel is None:
        return
    inviting = people.find(session, team_id=team_id, user_id=inviter or "")
    if channel.speaks:
        place = channel_id
    elif channel.is_shared and inviting is not None and inviting.standing != Standing.STRANGER:
        place = inviting.user_id
    else:
        return
    outbox.say(
        session, team_id=team_id, key=f"greeting:{channel_id}", kind="greeting", nouns={"channel": channel_id},
        channel=place,
    )  # fmt: skip


@Read
def mapped_reactions(session: Session, *, team_id: str) -> frozenset[str]:
    """Return the emoji names that mean something in some channel."""
    decided = rows.settings(session, team_id=team_id).values()
    return frozenset(DEFAULT_REACTIONS).union(*map(meanings, decided))


class MappedReactions:
    """The emoji names that mean something anywhere, remembered for a moment: every reaction in Slack asks for them."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._known: dict[str, tuple[float, frozenset[str]]] = {}
        database.on_bell(BELL, self._known.clear)

    async def names(self, team_id: str) -> frozenset[str]:
        """Return them for a workspace, at most half a minute old."""
        at, names = self._known.get(team_id, (0.0, frozenset()))
        if not names or time.monotonic() - at > REMEMBERED_SECONDS:
            asked = time.monotonic()
            names = await mapped_reactions(self._database, team_id=team_id)
            self._known[team_id] = asked, names
        return names


def _emoji(typed: str, meaning: str) -> list[str]:
    """Return the names of the emoji that were typed, without colons and skin tones."""
    bare = re.sub(r"::skin-tone-\d", "", typed.lower())
    names = [one.strip(":") for one in re.split(r"[\s,]+|(?<=:)(?=:)", bare) if one.strip(":")]
    for name in names:
        if not re.fullmatch(r"[\w+'-]{1,100}", name):
            said = f"“{name}” is no emoji name. Write it as you type it in Slack, like :bulb:."
            raise WrongEmojiError(said, meaning)
    if len(names) > EMOJI_AT_MOST:
        raise WrongEmojiError(f"{EMOJI_AT_MOST} emoji for one meaning are enough. Take some out.", meaning)
    return [_TOLD_AS.get(name, name) for name in names]


def _end_customer_view(
    session: Session, team_id: str, channel_id: str, happened: datetime, cause: str, now: datetime
) -> None:
    hold(session, team_id=team_id, what=_setting(channel_id))
    # An admin allowed it for those who read along then.
    if rows.end_customer_view(session, team_id=team_id, channel_id=channel_id, allowed_before=happened):
        history.add(
            session, team_id=team_id, ref=f"#{channel_id}", at=now, by="", field="channel customer view",
            before="on", after="off", cause=cause,
        )  # fmt: skip


def _setting(channel_id: str) -> str:
    return f"setting of {channel_id}"


def _known(session: Session, reader: Reader, channel_id: str) -> Known:
    team_id = reader.team_id
    setting = rows.find_setting(session, team_id=team_id, channel_id=channel_id)
    return Known(
        channel=rows.find(session, team_id=team_id, channel_id=channel_id),
        setting=setting,
        customer=_customer(session, setting, team_id),
        customers=tuple(one.name for one in accounts.search(session, team_id=team_id)),
    )


def _customer(session: Session, setting: ChannelSetting | None, team_id: str) -> str:
    if setting is None or setting.account_id is None:
        return ""
    return next((one.name for one in accounts.search(session, team_id=team_id, ids=[setting.account_id])), "")


def _told(setting: ChannelSetting | None, customer: str) -> dict[str, str | None]:
    """Return what is decided for a channel as history tells it."""
    mapped = meanings(setting)
    return {
        "channel customer": customer or None,
        "channel visibility": setting.visibility if setting is not None else None,
        "channel reactions": " ".join(f":{name}:={mapped[name]}" for name in sorted(mapped)),
        "channel capture": "on" if listens(setting) else "off",
        "channel customer view": "on" if setting is not None and setting.customer_view else "off",
    }
