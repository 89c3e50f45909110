"""First steps: what an admin has set up so far, and what is not well."""

from collections.abc import Mapping
from dataclasses import dataclass

from bot.services import access, roles, upkeep
from storage import channels, roadmap, updates
from storage.database import Read, Session
from storage.models import Channel, ChannelSetting, Reader, Role

SKEW_SECONDS = 60.0
"""How far a clock may be off before it matters: Slack's requests are believed for five minutes."""


@dataclass(frozen=True)
class FirstSteps:
    """How far a workspace has been set up."""

    named: roles.Named
    channels: tuple[Channel, ...]
    """Those that the bot is in."""
    settings: Mapping[str, ChannelSetting]
    """What an admin decided for channels, by their ids."""
    has_items: bool
    schedules: int


@dataclass(frozen=True)
class Vitals:
    """What a check of the bot's health found."""

    stuck: upkeep.Stuck
    model: str | None
    """The model's name; None where there is none."""
    missing_scopes: tuple[str, ...] | None
    """Each with what stops without it; None where Slack did not say."""
    skew: float | None = None
    """Seconds by which our clock is ahead of Slack's; None where Slack did not say."""


@dataclass(frozen=True)
class Finding:
    """One thing that is well, or not, in a sentence."""

    is_good: bool
    what: str
    said: str


@Read
def first_steps(session: Session, *, reader: Reader) -> FirstSteps:
    """Return what has been set up."""
    access.require(reader, Role.ADMIN, "set up Linchpin")
    team_id = reader.team_id
    return FirstSteps(
        named=roles.named.within(session, reader=reader),
        channels=tuple(channels.with_bot(session, team_id=team_id)),
        settings=channels.settings(session, team_id=team_id),
        has_items=roadmap.has_any(session, team_id=team_id),
        schedules=len(updates.search(session, team_id=team_id)),
    )


def findings(vitals: Vitals) -> list[Finding]:
    """Say what is well and what is not, with what to do about it."""
    return [
        _scopes(vitals.missing_scopes),
        clock(vitals.skew),
        Finding(
            True, "Model", f"{vitals.model}." if vitals.model else "None: summaries use the thread's own sentences."
        ),
        *_stuck(vitals.stuck),
    ]


def clock(skew: float | None) -> Finding:
    """Say whether our clock agrees with Slack's; `skew` is by how many seconds it is ahead."""
    if skew is None:
        return Finding(True, "Clock", "Not compared with Slack's.")
    if abs(skew) > SKEW_SECONDS:
        ahead = "ahead of" if skew > 0 else "behind"
        said = f"{abs(skew):.0f} seconds {ahead} Slack's. Turn on time synchronization on the server."
        return Finding(False, "Clock", said)
    return Finding(True, "Clock", "It agrees with Slack's.")


def _scopes(missing: tuple[str, ...] | None) -> Finding:
    if missing is None:
        return Finding(False, "Slack", "It didn't answer in time. Try again in a minute.")
    if missing:
        said = f"Not granted: {'; '.join(missing)}. Install the app again with the output of `linchpin manifest`."
        return Finding(False, "Slack", said)
    return Finding(True, "Slack", "Connected, and every scope is granted.")


def _stuck(stuck: upkeep.Stuck) -> list[Finding]:
    counted = (
        (stuck.arrivals, "Events", "gave up after several tries. The server's log says why"),
        (stuck.held, "Posts in doubt", "wait for somebody to say whether they are there. They were asked by message"),
        (stuck.dead, "Posts not sent", "were refused by Slack. The server's log says why"),
        (stuck.jobs, "Jobs", "failed for good. The server's log says why"),
    )
    found = [Finding(not n, what, f"{n} {why}." if n else "None waiting.") for n, what, why in counted]
    if stuck.late:
        late = f"{stuck.late} wait for more than an hour, with what comes after them. The server's log says why."
        found.append(Finding(False, "Late posts", late))
    return found
