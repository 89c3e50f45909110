/** What can be done with a message: react, reply, the app's shortcuts, edit, delete. */
import { ask } from "./dialog.js";
import { h, icon } from "./dom.js";
import { emojiNode } from "./emoji.js";
import { LIKELY } from "./emoji_names.js";
import { pickEmoji } from "./emoji_picker.js";
import { ICONS } from "./icons.js";
import { grow } from "./inputs.js";
import { act } from "./live.js";
import { avatar } from "./people.js";
import { addressOf, openThread } from "./places.js";
import { menu } from "./popover.js";
import { changed, world } from "./state.js";
import { toast } from "./toasts.js";
import { unescape } from "./mrkdwn.js";

let editing = null;

/** The row of buttons that shows while the pointer or the focus is on a message. */
export function toolbar(message, { inThread }) {
  const react = tool("Add reaction", ICONS.smile, (node) => pickEmoji(node, (name) => void addReaction(message, name)));
  const reply = inThread ? null : tool("Reply in thread", ICONS.reply, () => openThread(message.thread_ts ?? message.ts));
  const more = tool("More actions", ICONS.more, (node) => openMenu(node, message, { inThread }));
  more.setAttribute("aria-haspopup", "menu");
  more.classList.add("tool-more");
  const quick = LIKELY.slice(0, 1).concat("eyes").map((name) => quickReaction(message, name));
  const node = h("div", { class: "toolbar", role: "group", "aria-label": "Message actions" }, quick, react, reply, more);
  return node;
}

function tool(label, path, run) {
  const node = h("button", { class: "tool", "aria-label": label, title: label, tabindex: "-1" }, icon(path));
  node.addEventListener("click", () => run(node));
  return node;
}

function quickReaction(message, name) {
  const label = `React with ${name}`;
  return h(
    "button",
    { class: "tool", "aria-label": label, title: label, tabindex: "-1", onclick: () => addReaction(message, name) },
    emojiNode(name),
  );
}

function openMenu(node, message, { inThread }) {
  const mine = message.user === world.me.id;
  const entries = [
    { label: "Add reaction", act: () => pickEmoji(node, (name) => void addReaction(message, name)) },
    inThread ? null : { label: "Reply in thread", act: () => openThread(message.thread_ts ?? message.ts) },
    { label: "Copy link", act: () => copyLink(message) },
    world.app.message_shortcuts.length ? { heading: "Apps" } : null,
    ...world.app.message_shortcuts.map((one) => shortcutEntry(message, one)),
    mine || world.me.is_admin ? "divider" : null,
    mine ? { label: "Edit message", act: () => startEditing(message, inThread) } : null,
    ...(mine || world.me.is_admin ? [{ label: "Delete message", danger: true, act: () => remove(message) }] : []),
  ];
  menu(node, entries.filter(Boolean), { label: "Message actions", align: "end", width: 300 });
}

function shortcutEntry(message, { name, description, callback_id: callback }) {
  return {
    label: name,
    detail: description || world.app.name,
    face: avatar(world.app.user_id, 20),
    act: () => act("message_shortcut", { channel: message.channel, ts: message.ts, callback_id: callback }),
  };
}

/** Add the person's reaction, or take it back. */
export function toggleReaction(message, name) {
  const mine = message.reactions.find((one) => one.name === name)?.users.includes(world.me.id);
  return act(mine ? "unreact" : "react", { channel: message.channel, ts: message.ts, name });
}

function addReaction(message, name) {
  const mine = message.reactions?.find((one) => one.name === name)?.users.includes(world.me.id);
  return mine ? null : act("react", { channel: message.channel, ts: message.ts, name });
}

async function copyLink(message) {
  const inside = message.thread_ts && message.thread_ts !== message.ts ? message.thread_ts : null;
  const url = new URL(addressOf({ channel: message.channel, tab: "messages", thread: inside, highlight: message.ts }), location.origin);
  url.searchParams.delete("as");
  try {
    await navigator.clipboard.writeText(url.href);
    toast("Link copied.");
  } catch {
    toast(url.href);
  }
}

async function remove(message) {
  const yes = await ask({
    title: "Delete message",
    body: "Are you sure you want to delete this message? This cannot be undone.",
    yes: "Delete",
    no: "Cancel",
    danger: true,
  });
  if (yes) await act("delete", { channel: message.channel, ts: message.ts });
}

/** Whether this message is being edited in this pane. */
export function isEditing(message, inThread) {
  return editing?.ts === message.ts && editing.channel === message.channel && editing.inThread === inThread;
}

function startEditing(message, inThread) {
  editing = { channel: message.channel, ts: message.ts, inThread };
  changed();
}

/** The last own message of a list, opened for editing, as the up arrow does in an empty composer. */
export function editLast(messages, inThread) {
  const last = messages.findLast((one) => one.user === world.me.id && !one.is_ephemeral);
  if (last) startEditing(last, inThread);
}

/** The field in place of a message's text while it is edited. */
export function editBox(message) {
  const field = h("textarea", {
    class: "edit-field",
    "aria-label": "Edit message",
    rows: "1",
    value: readable(message.text),
    dataset: { key: `${message.ts} edit` },
  });
  const stop = () => {
    editing = null;
    changed();
  };
  const save = async () => {
    if (!field.value.trim()) return;
    const answer = await act("edit", { channel: message.channel, ts: message.ts, text: field.value });
    if (answer.ok) stop();
  };
  field.addEventListener("input", () => grow(field));
  field.addEventListener("keydown", (event) => {
    if (event.key === "Escape") stop();
    else if (event.key === "Enter" && !event.shiftKey && !event.isComposing) {
      event.preventDefault();
      void save();
    }
  });
  queueMicrotask(() => {
    grow(field);
    field.focus();
    field.setSelectionRange(field.value.length, field.value.length);
  });
  const buttons = h(
    "div",
    { class: "edit-buttons" },
    h("button", { class: "button button-small", onclick: stop }, "Cancel"),
    h("button", { class: "button button-small button-primary", onclick: save }, "Save"),
  );
  return h("div", { class: "edit-box" }, field, buttons);
}

// Stored references as people type them: <@U1> → @mina, <#C1|x> → #x, <https://…> → https://…
function readable(text) {
  const words = text.replace(/<([@#!])?([^<>|]+)(?:\|([^<>]*))?>/g, (all, mark, target, label) => {
    if (mark === "@") return `@${world.people.find((one) => one.id === target)?.name ?? label ?? target}`;
    if (mark === "#") return `#${world.channels.find((one) => one.id === target)?.name ?? label ?? target}`;
    return mark === "!" ? all : target;
  });
  return unescape(words);
}
