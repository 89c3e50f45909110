"""files.*: an upload in three steps, and what is known of a file."""

from bot.sandbox.shapes import file_shape
from bot.sandbox.slack_error import SlackError
from bot.sandbox.web_api.call import Call
from bot.sandbox.workspace import Channel, File, Json

MOST_ALT_TXT = 1000
MOST_SNIPPET_BYTES = 1_000_000


async def upload_url(call: Call) -> Json:
    """files.getUploadURLExternal: where to send the bytes"""
    name, length, alt_txt = call.needed("filename"), call.number("length", 0, most=10**12), call.text("alt_txt") or ""
    if length == 0:
        raise SlackError("missing_argument")
    if call.text("snippet_type") and length > MOST_SNIPPET_BYTES:
        raise SlackError("snippet_too_large")
    if len(alt_txt) > MOST_ALT_TXT:
        raise SlackError("alt_txt_too_large")
    address, file = call.slack.uploads.expect(call.slack.app.bot_user_id, name, alt_txt)
    return {"upload_url": address, "file_id": file.id}


def _places(call: Call) -> list[Channel]:
    """Return where to share: DMs by their own id only, never by a person's."""
    slack = call.slack
    wanted = [*call.words("channels"), *call.words("channel_id")]
    found = [slack.workspace.channels.get(one) for one in wanted]
    places = [place for place in found if place is not None and slack.app.bot_user_id in place.members]
    if len(places) < len(wanted):
        raise SlackError("invalid_channel")
    return places


def _brought(call: Call) -> list[File]:
    given = call.parsed("files")
    if not isinstance(given, list) or not given:
        raise SlackError.invalid_arguments("[ERROR] missing required field: files")
    waiting = [call.slack.uploads.waiting(str(one.get("id")), one.get("title")) for one in given]
    files = [file for file in waiting if file is not None]
    if len(files) < len(given):
        raise SlackError("file_not_found")
    return files


async def complete_upload(call: Call) -> Json:
    """files.completeUploadExternal: the files show as one message in each channel"""
    slack = call.slack
    places, files, thread_ts = _places(call), _brought(call), call.text("thread_ts")
    for place in places:
        shapes = [slack.uploads.share(file, place) for file in files]
        slack.talk.app_says(place, {"text": call.text("initial_comment"), "files": shapes}, thread_ts=thread_ts)
    return {"files": [slack.uploads.share(file, None) for file in files]}


async def info(call: Call) -> Json:
    """files.info"""
    workspace, bot = call.slack.workspace, call.slack.app.bot_user_id
    file = workspace.files.get(call.needed("file"))
    seen = file is not None and (file.user == bot or any(c.id in file.channels for c in workspace.visible_to(bot)))
    if file is None or not seen:
        raise SlackError("file_not_found")
    paging = {"count": 100, "total": 0, "page": 1, "pages": 0}
    return {"file": file_shape(file, workspace, call.slack.url), "comments": [], "paging": paging}
