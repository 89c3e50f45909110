"""An error that nobody expects does not end the sender."""

from tests.outbox.conftest import Post
from tests.outbox.small_slack import SmallSlack
from tests.shaky import Shaky
from tests.waiting import until


async def test_the_sender_outlives_any_error(database_url: str, slack: SmallSlack) -> None:
    database = Shaky(database_url)
    post = Post(database, slack)
    sender = await post.start()
    database.trouble = 2
    await until(lambda: database.trouble == 0, "the sender meets its trouble")
    await post.say("m1")
    await post.ends("m1", "sent")
    assert sender.alive
    await sender.stop()
    assert not sender.alive
    database.close()
