"""What the bot decides: one file per topic, free of Slack and of SQL.

A service function marked `Write` or `Read` is one transaction: `await capture(database, …)`. It takes `now` (aware UTC)
as an argument, says who asks by a `Reader`, and where it writes it takes the `cause`: the event or click behind it.
Running a cause twice changes nothing. May import the storage, the prompts, and the machinery below (`bot.outbox`,
`bot.jobs`, `bot.llm`). To add one, add `bot/services/<topic>.py` and its queries in `storage/<topic>.py`.
"""
