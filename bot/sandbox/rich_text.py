"""What Slack's client makes of what a person types: mentions, links, escapes, and a rich_text block."""

import re

from bot.sandbox.workspace import Json, Workspace

URL = re.compile(r"(?<![<|\w])https?://[^\s<>|]+[^\s<>|.,;:!?)\]'\"]")
HANDLE = re.compile(r"(?<![\w@/.])@([a-z0-9][a-z0-9._-]*[a-z0-9]|[a-z0-9])", re.IGNORECASE)
CHANNEL = re.compile(r"(?<![\w#/&])#([a-z0-9][a-z0-9_-]*)", re.IGNORECASE)
ALREADY = re.compile(r"<(?:@[A-Z0-9]+|#[A-Z0-9]+(?:\|[^<>]*)?|![a-z]+[^<>]*|https?://[^<>]+)>")
TOKEN = re.compile(
    r"<@(?P<user>[A-Z0-9]+)>|<#(?P<channel>[A-Z0-9]+)(?:\|[^>]*)?>|<!(?P<range>here|channel|everyone)>"
    r"|<!subteam\^(?P<group>[A-Z0-9]+)(?:\|[^>]*)?>"
    r"|<(?P<url>https?://[^|>]+)(?:\|(?P<label>[^>]*))?>|:(?P<emoji>[a-z0-9_+'-]+):"
    r"|(?<!\w)\*(?P<bold>[^*\n]+)\*(?!\w)|(?<!\w)_(?P<italic>[^_\n]+)_(?!\w)"
    r"|(?<!\w)~(?P<strike>[^~\n]+)~(?!\w)|`(?P<code>[^`\n]+)`"
)


def escape(text: str) -> str:
    """Escape & < > as Slack does in message text."""
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")


def unescape(text: str) -> str:
    """Turn &amp; &lt; &gt; back."""
    return text.replace("&lt;", "<").replace("&gt;", ">").replace("&amp;", "&")


def typed(text: str, workspace: Workspace, *, named: bool = False) -> str:
    """Turn what was typed into message text: people, user groups, channels and links to references, the rest escaped.

    `named` writes <@U…|mina>, as slash commands with should_escape do. Mentions that a client has already
    turned into ids are kept.
    """
    handles = _handles(workspace, named=named)
    channels = {c.name.lower(): c for c in workspace.channels.values() if not c.is_im}

    def mention(found: re.Match[str]) -> str:
        return handles.get(found[1].lower(), found[0])

    def place(found: re.Match[str]) -> str:
        channel = channels.get(found[1].lower())
        return f"<#{channel.id}|{channel.name}>" if channel else found[0]

    def plain(part: str) -> str:
        linked, end = "", 0
        for url in URL.finditer(part):
            linked += CHANNEL.sub(place, HANDLE.sub(mention, escape(part[end : url.start()])))
            linked += f"<{escape(url[0])}>"
            end = url.end()
        return linked + CHANNEL.sub(place, HANDLE.sub(mention, escape(part[end:])))

    result, end = "", 0
    for kept in ALREADY.finditer(text):
        result += plain(text[end : kept.start()]) + kept[0]
        end = kept.end()
    return result + plain(text[end:])


def _handles(workspace: Workspace, *, named: bool) -> dict[str, str]:
    """Return what each @handle stands for; a person goes before a user group of the same name."""
    here, users = workspace.user_groups.values(), workspace.users.values()
    groups = {g.handle.lower(): (f"!subteam^{g.id}", f"@{g.handle}") for g in here if not g.is_disabled}
    people = {user.name.lower(): (f"@{user.id}", user.name) for user in users}
    written = {handle: f"<{id_}|{name}>" if named else f"<{id_}>" for handle, (id_, name) in (groups | people).items()}
    return written | {word: f"<!{word}>" for word in ("here", "channel", "everyone")}


def _element(found: re.Match[str]) -> Json:
    if user := found["user"]:
        return {"type": "user", "user_id": user}
    if channel := found["channel"]:
        return {"type": "channel", "channel_id": channel}
    if group := found["group"]:
        return {"type": "usergroup", "usergroup_id": group}
    if range_ := found["range"]:
        return {"type": "broadcast", "range": range_}
    if url := found["url"]:
        return {"type": "link", "url": unescape(url), **({"text": found["label"]} if found["label"] else {})}
    if emoji := found["emoji"]:
        return {"type": "emoji", "name": emoji}
    style = next(name for name in ("bold", "italic", "strike", "code") if found[name])
    return {"type": "text", "text": unescape(found[style]), "style": {style: True}}


def rich_text(text: str, block_id: str) -> Json:
    """Return the rich_text block that Slack's client sends along with message text."""
    elements: list[Json] = []
    end = 0
    for found in TOKEN.finditer(text):
        if between := text[end : found.start()]:
            elements.append({"type": "text", "text": unescape(between)})
        elements.append(_element(found))
        end = found.end()
    if rest := text[end:]:
        elements.append({"type": "text", "text": unescape(rest)})
    return {
        "type": "rich_text",
        "block_id": block_id,
        "elements": [{"type": "rich_text_section", "elements": elements}],
    }
