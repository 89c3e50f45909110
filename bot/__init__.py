"""What the bot decides, and how it is put together.

Here live the command line (`cli`), the wiring (`app`), the settings, the errors, the services that decide, and the
machinery that keeps promises (`intake`, `outbox`, `jobs`). Imports go one way, from `cli` down to `errors`; the order
is written in `pyproject.toml` and checked by `make check`.

To add a service, add `bot/services/<topic>.py`; its queries go to `storage/<topic>.py`, its door to
`handlers/<topic>.py`, its looks to `handlers/views/<topic>.py`.
"""
