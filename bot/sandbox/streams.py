"""Answers that are read while the app is still writing them."""

from dataclasses import dataclass, field

from bot.sandbox.clock import Clock
from bot.sandbox.slack_error import SlackError
from bot.sandbox.talk import Talk
from bot.sandbox.workspace import Json, Message

GOOD_SECONDS = 300.0
"""How long an answer may take, by the machine's clock."""


@dataclass
class Stream:
    """One answer under way."""

    message: Message
    reader: str
    """Who is waiting for it."""
    good_until: float
    was_stopped: bool = False


@dataclass
class Streams:
    """Begin answers, write on in them, and end them."""

    clock: Clock
    talk: Talk
    _open: dict[tuple[str, str], Stream] = field(default_factory=dict)

    def begin(self, message: Message, reader: str) -> None:
        """Let a message that the app has just posted grow."""
        self._open[message.channel, message.ts] = Stream(message, reader, self.clock.machine() + GOOD_SECONDS)
        self.talk.show(message)

    def find(self, message: Message) -> Stream | None:
        """Return the answer that this message still is."""
        stream = self._open.get((message.channel, message.ts))
        if stream is None or stream.was_stopped or self.clock.machine() > stream.good_until:
            return None
        return stream

    def need(self, message: Message) -> Stream:
        """Return the answer that this message still is; raises SlackError when it is none, or stopped."""
        if (stream := self.find(message)) is not None:
            return stream
        ended = self._open.get((message.channel, message.ts))
        raise SlackError("stopped_by_user" if ended and ended.was_stopped else "message_not_in_streaming_state")

    def write_on(self, stream: Stream, text: str) -> None:
        """Show more words."""
        stream.message.text += text
        self.talk.show(stream.message)

    def end(self, stream: Stream, blocks: list[Json] | None, metadata: Json | None) -> None:
        """Show the whole answer, with the app's blocks below it."""
        message = stream.message
        del self._open[message.channel, message.ts]
        message.metadata = metadata or message.metadata
        self._show_whole(message, blocks or [])

    def stop(self, message: Message) -> bool:
        """Stop an answer because its reader wants no more of it; return False when it is already whole."""
        stream = self.find(message)
        if stream is not None:
            stream.was_stopped = True
            self._show_whole(stream.message, [])
        return stream is not None

    def _show_whole(self, message: Message, blocks: list[Json]) -> None:
        """Draw its words as the Markdown that they are, and blocks below them."""
        words = [{"type": "markdown", "text": message.text}] if message.text else []
        message.blocks = self.talk.with_ids([*words, *blocks]) or None
        self.talk.show(message)
