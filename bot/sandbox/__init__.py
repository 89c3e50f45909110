"""A small, faithful Slack on one loopback port, where anyone can try the bot without a workspace.

What is here: the state (`workspace`), what happens in it (`talk`, `modals`, `streams`, `administration`, `acts`), how
the app hears of it (`events`, `delivery`, `socket_mode`, `http_delivery`), what the app may call (`web_api`), and the
page for people (`page_api`, `page/`). It knows Slack's shapes and nothing of the bot: it imports `bot.errors` at most,
and binds 127.0.0.1 only. An unmodified slack-bolt app connects to it through `base_url`.

To add a Web API method, write it in `web_api/<topic>.py` and add its line to the table in `web_api/methods.py`; an
event has its line in `event_types.py`. To add something a person can do, write it in `acts.py` and give it a name in
`page_api.py`.
"""

from bot.sandbox.server import Sandbox

__all__ = ["Sandbox"]
