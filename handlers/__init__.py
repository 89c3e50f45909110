"""Slack and the clock: one file per topic. A handler parses, asks one service, and hands back a rendered answer.

A topic declares its sub-commands with `@command`, its listeners in `register`, what renders its messages in
`renderers`, its slow work in `tasks`, and what it needs of Slack in `NEEDS`. `topics` lists them. The other files
are what topics share: what every listener works with (`house`), how what is typed is read (`asked`, `grammar`,
`vocabulary`), how payloads are read and answered (`slack`, `files`), how Slack is asked who and what there is
(`directory`, `told`) and what was said (`threads`), how what arrives is let in (`arrivals`, `concerns`, `door`,
`http_door`), what is raised (`errors`), what Slack must grant (`needs`), what things are called (`ids`), and the
`clock`.

To add a sub-command: write it in its topic, its service, its view. To add a topic: add its file, and list it in
`topics`; in `commands` too, where people type something of it.
May import the services, `handlers.views`, and Slack's libraries; views are pure and import neither.
"""
