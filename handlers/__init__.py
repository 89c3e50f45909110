"""Slack and the clock: one file per topic. A handler parses, asks one service, and hands back a rendered answer.

A topic declares its sub-commands with `@command`, its listeners in `register`, what renders its messages in
`renderers`, its slow work in `tasks`, and what it needs of Slack in `NEEDS`. `topics` lists them. The other files
are what topics share: how what is typed is read (`asked`, `grammar`, `vocabulary`), how Slack is asked (`slack`,
`told`, `threads`, `files`, `directory`), how what arrives is let in (`arrivals`, `concerns`, `door`, `posts`), what is
raised (`errors`), what Slack must grant (`needs`), what things are called (`ids`), and the `clock`.

To add a sub-command: write it in its topic, its service, its view. To add a topic: add its file, and list it.
May import the services, `handlers.views`, and Slack's libraries; views are pure and import neither.
"""
