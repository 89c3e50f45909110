"""Files: the upload in three steps, and where the file is seen."""

import aiohttp
from slack_sdk.web.async_client import AsyncWebClient

from bot.sandbox import Sandbox
from tests.person import Slacker
from tests.sandbox.conftest import refusal


async def _saved(url: str) -> bytes:
    async with aiohttp.ClientSession() as session, session.get(url) as answer:
        assert answer.status == 200
        return await answer.read()


async def _sent(url: str, data: bytes | aiohttp.FormData) -> int:
    async with aiohttp.ClientSession() as session, session.post(url, data=data) as answer:
        return answer.status


async def test_the_sdk_uploads_a_file_into_a_thread(client: AsyncWebClient, mina: Slacker) -> None:
    root = await mina.sees("#product", containing="SSO")
    done = await client.files_upload_v2(
        filename="roadmap.csv", content="id,title\n", title="Roadmap", channel="C0PRODUCT", thread_ts=root.ts,
        initial_comment="Here it is",
    )  # fmt: skip
    message = await mina.sees("#product", containing="Here it is", thread=root)
    (file,) = message.raw.files
    assert (file["id"], file["title"], file["name"]) == (done["file"]["id"], "Roadmap", "roadmap.csv")
    assert (file["mimetype"], file["user"], message.raw.bot_id) == ("text/csv", "U0SANDBOX", "B0SANDBOX")
    assert await _saved(file["url_private"]) == b"id,title\n"


async def test_a_file_goes_to_the_direct_message_of_who_asked(client: AsyncWebClient, mina: Slacker) -> None:
    dm = (await client.conversations_open(users="U0MINA"))["channel"]["id"]
    await client.files_upload_v2(filename="export.zip", content=b"PK", channel=dm, initial_comment="Your export")
    message = await mina.dm_from_bot(containing="Your export")
    assert [file["name"] for file in message.raw.files] == ["export.zip"]


async def test_a_file_is_not_seen_before_its_upload_is_complete(
    sandbox: Sandbox, client: AsyncWebClient, mina: Slacker
) -> None:
    started = await client.files_getUploadURLExternal(filename="a.txt", length=1)
    assert await refusal(client.files_info(file=started["file_id"])) == "file_not_found"
    early = client.files_completeUploadExternal(files=[{"id": started["file_id"], "title": "A"}])
    assert await refusal(early) == "file_not_found"
    assert sandbox.workspace.files == {}


async def test_a_person_shares_a_file_in_a_thread(client: AsyncWebClient, mina: Slacker) -> None:
    reply = await mina.sees("#product", containing="On it")
    shared = await mina.person.upload("#product", "log.txt", b"boom", "the log", reply.ts)
    thread = await client.conversations_replies(channel="C0PRODUCT", ts=str(reply.thread_ts))
    assert thread["messages"][-1]["files"][0]["id"] == shared.files[0]["id"]
    assert shared.thread_ts == reply.thread_ts


async def test_an_upload_address_works_once(client: AsyncWebClient) -> None:
    started = await client.files_getUploadURLExternal(filename="a.txt", length=1)
    assert [await _sent(started["upload_url"], b"a") for _ in range(2)] == [200, 404]


async def test_an_upload_may_come_as_a_form(client: AsyncWebClient) -> None:
    started = await client.files_getUploadURLExternal(filename="a.txt", length=5)
    form = aiohttp.FormData()
    form.add_field("file", b"words", filename="a.txt")
    await _sent(started["upload_url"], form)
    done = await client.files_completeUploadExternal(files=[{"id": started["file_id"], "title": ""}])
    assert (done["files"][0]["size"], done["files"][0]["title"]) == (5, "a.txt")


async def test_what_a_person_has_shared_is_known_where_the_app_may_look(client: AsyncWebClient, mina: Slacker) -> None:
    seen = await mina.uploads("#product", "plan.pdf", "The plan")
    hidden = await mina.uploads("#board", "secret.pdf")
    info = await client.files_info(file=seen.raw.files[0]["id"])
    assert (info["file"]["channels"], info["file"]["is_public"]) == (["C0PRODUCT"], True)
    assert await refusal(client.files_info(file=hidden.raw.files[0]["id"])) == "file_not_found"
    history = await client.conversations_history(channel="C0PRODUCT", limit=1)
    assert history["messages"][0]["files"][0]["name"] == "plan.pdf"


async def test_a_file_cannot_go_where_the_app_is_not(client: AsyncWebClient) -> None:
    upload = client.files_upload_v2(filename="a.txt", content="a", channel="C0SALES")
    assert await refusal(upload) == "invalid_channel"
