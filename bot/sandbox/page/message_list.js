/** A list of messages: days, groups of one speaker, and where it is scrolled to. */
import { h, icon, sync } from "./dom.js";
import { pickEmoji } from "./emoji_picker.js";
import { ICONS } from "./icons.js";
import { act } from "./live.js";
import { lastReply, messageNode } from "./message.js";
import { isEditing } from "./message_actions.js";
import { openThread } from "./places.js";
import { place, repliesOf, world } from "./state.js";
import { dayKey, dayTitle, zone } from "./time.js";

const GROUP_SECONDS = 300;

/** A list of messages that keeps its place: at the bottom while the person is there. */
export class MessageList {
  /** @param {{inThread: boolean, isTalk?: boolean}} options isTalk: a thread that is read as one conversation */
  constructor({ inThread, isTalk = false }) {
    this.inThread = inThread;
    this.isTalk = isTalk;
    this.shown = "";
    this.log = h("div", { class: "log", role: "log", tabindex: "0" });
    this.jump = h("button", { class: "jump", hidden: true, onclick: () => this.toBottom() }, icon(ICONS.down, 16), "New messages");
    this.node = h("div", { class: "log-frame" }, this.log, this.jump);
    this.stuck = true;
    this.log.addEventListener("scroll", () => {
      this.stuck = this.#atBottom();
      if (this.stuck) this.jump.hidden = true;
    });
    new ResizeObserver(() => this.stuck && this.toBottom()).observe(this.log);
    this.log.addEventListener("load", () => this.stuck && this.toBottom(), true);
    this.log.addEventListener("keydown", (event) => onKey(event, this.log));
    this.log.addEventListener("focusin", (event) => offerTools(event, this.log));
  }

  /**
   * Show these messages.
   * @param {string} what names the list, so that another one starts at its end
   * @param {import("./state.js").Message[]} messages oldest first
   * @param {{label: string, before?: {key: string, mark: string, build: () => HTMLElement}[]}} options
   */
  render(what, messages, { label, before = [] }) {
    const fresh = this.shown !== what;
    const last = this.log.lastElementChild?.syncKey;
    this.shown = what;
    this.log.setAttribute("aria-label", label);
    sync(this.log, [...before, ...this.#items(messages)]);
    const lit = place.highlight && this.log.querySelector(`[data-ts="${CSS.escape(place.highlight)}"]`);
    if (lit && this.litFor !== `${what} ${place.highlight}`) {
      this.litFor = `${what} ${place.highlight}`;
      this.stuck = false;
      lit.scrollIntoView({ block: "center" });
    } else if (fresh || (this.stuck && !lit)) {
      this.toBottom();
    } else if (!this.stuck && last !== this.log.lastElementChild?.syncKey) {
      this.jump.hidden = messages.at(-1)?.user === world.me.id && (this.toBottom(), true);
    }
  }

  /** Scroll to the newest message. */
  toBottom() {
    this.log.scrollTop = this.log.scrollHeight;
    this.stuck = true;
    this.jump.hidden = true;
  }

  #atBottom() {
    return this.log.scrollHeight - this.log.scrollTop - this.log.clientHeight < 40;
  }

  #items(messages) {
    const items = [];
    let before = null;
    messages.forEach((message, index) => {
      const at = Number(message.ts);
      const newDay = !before || dayKey(Number(before.ts)) !== dayKey(at);
      if (newDay && !this.inThread) items.push(dayItem(at));
      const isNew = !this.inThread && place.unread && message.ts >= place.unread && !(before?.ts >= place.unread);
      if (isNew && message.user !== world.me.id) items.push(newItem());
      const grouped = !newDay && !isNew && continues(before, message);
      items.push(messageItem(message, { grouped, inThread: this.inThread }));
      if (this.inThread && !this.isTalk && index === 0) items.push(repliesItem(messages.length - 1));
      before = this.inThread && index === 0 ? null : message;
    });
    return items;
  }
}

function continues(before, message) {
  if (before.user !== message.user || before.is_ephemeral || message.is_ephemeral) return false;
  return Number(message.ts) - Number(before.ts) < GROUP_SECONDS;
}

function dayItem(at) {
  const title = dayTitle(at);
  return {
    key: `day ${dayKey(at)}`,
    mark: title,
    build: () => h("div", { class: "day", role: "separator", "aria-label": title }, h("span", {}, title)),
  };
}

function newItem() {
  const build = () => h("div", { class: "new-line", role: "separator", "aria-label": "New" }, h("span", {}, "New"));
  return { key: "new", mark: place.unread, build };
}

function repliesItem(count) {
  const words = count ? `${count} ${count === 1 ? "reply" : "replies"}` : "";
  return { key: "replies", mark: words, build: () => h("div", { class: "replies-line" }, h("span", {}, words)) };
}

function messageItem(message, options) {
  const replies = options.inThread ? [] : repliesOf(message.channel, message.ts);
  const moving = [replies.length, lastReply(replies), isEditing(message, options.inThread), place.highlight === message.ts, world.me.id, zone()];
  return {
    key: message.ts,
    mark: JSON.stringify([message, options.grouped, replies.map((one) => one.user), moving]),
    build: () => messageNode(message, options),
  };
}

// Only the message that has the focus puts its buttons into the tab order.
function offerTools(event, log) {
  for (const button of log.querySelectorAll(".toolbar .tool[tabindex='0']")) button.tabIndex = -1;
  const message = event.target.closest(".message");
  message?.querySelectorAll(".toolbar .tool").forEach((button) => (button.tabIndex = 0));
}

function onKey(event, log) {
  if (event.target.matches("input,textarea,select") || event.metaKey || event.ctrlKey || event.altKey) return;
  const all = [...log.querySelectorAll(".message")];
  const current = event.target.closest(".message");
  const at = all.indexOf(current);
  if (event.key === "ArrowUp" || event.key === "ArrowDown") {
    const next = at < 0 ? all.at(-1) : all[at + (event.key === "ArrowUp" ? -1 : 1)];
    next?.focus();
    next?.scrollIntoView({ block: "nearest" });
    event.preventDefault();
  } else if (event.target === current && current) {
    messageKey(event, current);
  }
}

function messageKey(event, node) {
  const ts = node.dataset.ts;
  if (event.key === "t" || event.key === "Enter") openThread(ts);
  else if (event.key === "r") pickEmoji(node, (name) => void act("react", { channel: place.channel, ts, name }));
  else if (event.key === "m") node.querySelector(".tool-more")?.click();
  else return;
  event.preventDefault();
}
