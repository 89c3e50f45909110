"""What is kept: SQLModel on SQLite or PostgreSQL.

`models` holds the nouns, `database` the transactions, `migrations/` the history of the tables, and one file per topic
the queries. Only this package knows SQL. It may import `bot.errors` and `bot.settings`, nothing else of ours.

Every table has `team_id`, and every query asks for it by keyword; the few that serve all teams at once are named
`*_across_teams`. Uniqueness lives in tables: insert, and read on conflict. To add a topic, add its tables to `models`,
a migration to `migrations/versions` (a test compares the two), and `storage/<topic>.py`.

Two kinds of time are kept. Calendar times (what a person would call the time) are aware UTC `datetime`s; machine times
(leases, retries) are float seconds of the machine's clock, so that a moved calendar cannot break a lease.
"""
