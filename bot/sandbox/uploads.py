"""Files: the addresses that the app uploads to, and where everybody opens what was shared."""

import base64
import mimetypes
import secrets
from dataclasses import dataclass, field

from aiohttp import web

from bot.sandbox.shapes import file_shape
from bot.sandbox.workspace import Channel, File, Json, Workspace

PICTURES = ("image/gif", "image/jpeg", "image/png", "image/webp")


@dataclass
class Uploads:
    """Give out upload addresses, keep the files, and serve them."""

    workspace: Workspace
    base: str = ""
    """The sandbox's own address, known once it listens."""
    _expected: dict[str, File] = field(default_factory=dict)
    _brought: dict[str, File] = field(default_factory=dict)

    def expect(self, user: str, name: str, alt_txt: str) -> tuple[str, File]:
        """Return an address to upload one file to, and the file that it will be."""
        key, file = secrets.token_urlsafe(18), self._new(user, name, b"")
        file.alt_txt = alt_txt
        self._expected[key] = file
        return f"{self.base}/upload/{key}", file

    def waiting(self, file_id: str, title: str | None) -> File | None:
        """Return a file whose bytes have come in and which has not been shared yet, under its title."""
        file = self._brought.get(file_id)
        if file is not None:
            file.title = title or file.name
        return file

    def keep(self, user: str, name: str, content: bytes) -> File:
        """Keep a person's file."""
        return self._kept(self._new(user, name, content))

    def share(self, file: File, channel: Channel | None) -> Json:
        """Keep a file and note where it is shared; return its shape."""
        self._kept(file)
        if channel is not None and channel.id not in file.channels:
            file.channels.append(channel.id)
        return file_shape(file, self.workspace, self.base)

    def _new(self, user: str, name: str, content: bytes) -> File:
        created = int(self.workspace.clock.now())
        kept = base64.b64encode(content).decode()
        return File(self.workspace.new_id("F"), name, title=name, user=user, created=created, content=kept)

    def _kept(self, file: File) -> File:
        self._brought.pop(file.id, None)
        self.workspace.files[file.id] = file
        return file

    async def on_upload(self, request: web.Request) -> web.Response:
        """Take the bytes of one file, raw or as a form's."""
        file = self._expected.pop(request.match_info["key"], None)
        if file is None:
            return web.Response(text="This address is not good any more.", status=404)
        content = await self._bytes(request)
        file.content = base64.b64encode(content).decode()
        self._brought[file.id] = file
        return web.Response(text=f"OK - {len(content)}")

    async def _bytes(self, request: web.Request) -> bytes:
        if not request.content_type.startswith("multipart/"):
            return await request.read()
        parts = [part.file.read() for part in (await request.post()).values() if isinstance(part, web.FileField)]
        return b"".join(parts)

    async def on_download(self, request: web.Request) -> web.Response:
        """Serve a file as something to save, never as a page."""
        file = self.workspace.files.get(request.match_info["file"])
        if file is None:
            raise web.HTTPNotFound
        kind = mimetypes.guess_type(file.name)[0]
        return web.Response(
            body=base64.b64decode(file.content),
            content_type=kind if kind in PICTURES else "application/octet-stream",
            headers={"Content-Disposition": "attachment", "X-Content-Type-Options": "nosniff"},
        )
