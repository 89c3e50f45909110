/** The thread pane on the right. */
import { statusLine, suggestions } from "./agent_parts.js";
import { Composer } from "./composer.js";
import { h, icon, sync, toggle } from "./dom.js";
import { ICONS } from "./icons.js";
import { editLast } from "./message_actions.js";
import { MessageList } from "./message_list.js";
import { openThread } from "./places.js";
import { openPopover } from "./popover.js";
import { channelOf, place, threadOf, titleOf, world } from "./state.js";

let parts = null;

/** Bring the thread pane up to date. */
export function renderThread(node) {
  parts ??= build(node);
  const channel = place.channel && channelOf(place.channel);
  const shown = Boolean(place.thread && channel && place.tab === "messages");
  const opened = shown && parts.thread !== place.thread;
  parts.thread = shown ? place.thread : null;
  toggle(node, shown);
  if (!shown) return;
  const title = titleOf(channel);
  parts.where.textContent = title;
  parts.list.render(`${world.me.id} ${channel.id} ${place.thread}`, threadOf(channel.id, place.thread), { label: `Thread in ${title}` });
  const member = channel.is_im || channel.members.includes(world.me.id);
  toggle(parts.composer.node, member && !channel.is_archived);
  const isApp = channel.with === world.app.user_id;
  const ask = ({ message }) => parts.composer.say(message);
  sync(parts.under, [statusLine(channel.id, place.thread), isApp ? suggestions(channel.id, place.thread, ask) : null].filter(Boolean));
  parts.composer.aim({ channel: channel.id, thread: place.thread, label: "Reply…" });
  parts.composer.field.setAttribute("aria-label", "Reply in thread");
  if (opened) parts.composer.focus();
}

function build(node) {
  const where = h("span", { class: "thread-where" });
  const list = new MessageList({ inThread: true });
  const composer = new Composer({ inThread: true, onUp: () => editLast(threadOf(place.channel, place.thread), true) });
  const close = h("button", { class: "plain-button", "aria-label": "Close thread", onclick: closeThread }, icon(ICONS.close, 20));
  const head = h("header", { class: "pane-head" }, h("div", { class: "pane-head-row" }, h("h1", {}, "Thread"), where, close));
  const under = h("div", { class: "agent-under" });
  node.append(head, list.node, under, composer.node);
  node.addEventListener("keydown", (event) => {
    if (event.key === "Escape" && !openPopover() && !event.target.closest(".edit-box")) closeThread();
  });
  return { where, list, under, composer, thread: null };
}

function closeThread() {
  const root = place.thread;
  openThread(null);
  queueMicrotask(() => document.querySelector(`#main [data-ts="${CSS.escape(root ?? "")}"]`)?.focus({ preventScroll: true }));
}
