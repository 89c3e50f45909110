/** One message: who, when, what, its reactions and its thread. */
import { attachmentNodes } from "./attachments.js";
import { blockNodes } from "./blocks.js";
import { h, icon } from "./dom.js";
import { emojiNode } from "./emoji.js";
import { pickEmoji } from "./emoji_picker.js";
import { fileNode } from "./files.js";
import { messageHost } from "./host.js";
import { ICONS } from "./icons.js";
import { act } from "./live.js";
import { markdownNodes } from "./markdown.js";
import { isEditing, editBox, toolbar, toggleReaction } from "./message_actions.js";
import { isJumbo, mrkdwn, plainWords } from "./mrkdwn.js";
import { avatar, badges, listNames, nameOf } from "./people.js";
import { addressOf, go, openThread } from "./places.js";
import { place, repliesOf, world } from "./state.js";
import { plain } from "./texts.js";
import { ago, clockTime, fullTime } from "./time.js";

/**
 * A message in the channel or in the thread pane.
 * @param {import("./state.js").Message} message
 * @param {{grouped: boolean, inThread: boolean}} options grouped: it follows one by the same person
 */
export function messageNode(message, { grouped, inThread }) {
  const lit = place.highlight === message.ts ? " highlight" : "";
  const kind = message.is_ephemeral ? " ephemeral" : "";
  const at = Number(message.ts);
  const replies = inThread ? [] : repliesOf(message.channel, message.ts);
  if (message.subtype === "tombstone") return tombstone(message, replies, lit);
  return h(
    "div",
    {
      class: `message${grouped ? " grouped" : ""}${lit}${kind}`,
      role: "article",
      tabindex: "-1",
      "aria-label": `${nameOf(message.user)}, ${clockTime(at)}: ${wordsOf(message)}`,
      dataset: { ts: message.ts, key: `message ${message.ts}` },
    },
    message.is_ephemeral ? h("div", { class: "only-you" }, icon(ICONS.eye, 14), "Only visible to you") : null,
    h("div", { class: "gutter" }, grouped ? timeLink(message) : avatar(message.user)),
    h(
      "div",
      { class: "message-body" },
      grouped ? null : head(message),
      isEditing(message, inThread) ? editBox(message) : content(message),
      attachmentNodes(message),
      (message.files ?? []).map(fileNode),
      reactionRow(message),
      replies.length ? threadLink(message, replies) : null,
      message.is_ephemeral ? dismissButton(message) : null,
    ),
    message.is_ephemeral || isEditing(message, inThread) ? null : toolbar(message, { inThread }),
  );
}

// What is left of a deleted message that has replies: nobody's name, and nothing to do but read the thread.
function tombstone(message, replies, lit) {
  return h(
    "div",
    { class: `message tombstone${lit}`, role: "article", tabindex: "-1", "aria-label": message.text, dataset: { ts: message.ts, key: `message ${message.ts}` } },
    h("div", { class: "gutter" }, h("span", { class: "tombstone-mark" }, icon(ICONS.trash, 20))),
    h("div", { class: "message-body" }, h("div", { class: "message-text notice" }, message.text), replies.length ? threadLink(message, replies) : null),
  );
}

function head(message) {
  return h(
    "div",
    { class: "message-head" },
    h("span", { class: "message-name" }, nameOf(message.user)),
    badges(message.user),
    timeLink(message),
  );
}

function timeLink(message) {
  const at = Number(message.ts);
  const words = h("time", { datetime: new Date(at * 1000).toISOString() }, clockTime(at));
  if (message.is_ephemeral) return h("span", { class: "message-time", title: fullTime(at) }, words);
  const inside = message.thread_ts && message.thread_ts !== message.ts ? message.thread_ts : null;
  const href = addressOf({ channel: message.channel, tab: "messages", thread: inside, highlight: message.ts });
  const follow = (event) => go(event, new URL(href, location.origin));
  return h("a", { class: "message-time", href, title: fullTime(at), tabindex: "-1", onclick: follow }, words);
}

function content(message) {
  const edited = message.edited ? h("span", { class: "edited" }, " (edited)") : null;
  if (message.is_streaming && message.text) {
    return h("div", { class: "blocks block-markdown growing" }, markdownNodes(message.text));
  }
  if (message.blocks?.length) {
    return h("div", { class: "blocks" }, blockNodes(message.blocks, messageHost(message)), edited);
  }
  const jumbo = isJumbo(message.text) ? " jumbo" : message.subtype?.match(/_(join|leave|archive|topic)$/) ? " notice" : "";
  return h("div", { class: `message-text${jumbo}` }, mrkdwn(message.text), edited);
}

// The readable words of a message, for its label.
function wordsOf(message) {
  const words = message.text || (message.blocks ?? []).map((block) => plain(block.text)).join(" ");
  return plainWords(words, 160) || (message.files ?? []).map((one) => one.title || one.name).join(", ");
}

function reactionRow(message) {
  if (!message.reactions?.length) return null;
  const add = h(
    "button",
    { class: "reaction reaction-add", "aria-label": "Add another reaction", dataset: { key: `${message.ts} add` } },
    icon(ICONS.smile, 16),
  );
  add.addEventListener("click", () => pickEmoji(add, (name) => void act("react", { channel: message.channel, ts: message.ts, name })));
  return h("div", { class: "reactions" }, message.reactions.map((one) => reactionPill(message, one)), add);
}

function reactionPill(message, { name, users, count }) {
  const mine = users.includes(world.me.id);
  const who = `${listNames(users)} reacted with :${name}:`;
  return h(
    "button",
    {
      class: `reaction${mine ? " mine" : ""}`,
      "aria-pressed": String(mine),
      "aria-label": `${name} ${count}. ${who}`,
      title: who,
      dataset: { key: `${message.ts} ${name}` },
      onclick: () => toggleReaction(message, name),
    },
    emojiNode(name),
    h("span", { class: "reaction-count" }, String(count)),
  );
}

function threadLink(message, replies) {
  const faces = [...new Set(replies.map((one) => one.user))].slice(0, 5);
  const count = `${replies.length} ${replies.length === 1 ? "reply" : "replies"}`;
  return h(
    "button",
    { class: "thread-link", "aria-label": `${count}, open thread`, dataset: { key: `${message.ts} thread` }, onclick: () => openThread(message.ts) },
    h("span", { class: "faces" }, faces.map((id) => avatar(id, 24))),
    h("span", { class: "thread-count" }, count),
    h("span", { class: "thread-last" }, lastReply(replies)),
  );
}

/** "Last reply 2 days ago" */
export function lastReply(replies) {
  return replies.length ? `Last reply ${ago(Number(replies.at(-1).ts))}` : "";
}

function dismissButton(message) {
  const dismiss = () => act("dismiss_ephemeral", { channel: message.channel, ts: message.ts });
  return h("button", { class: "link-button", dataset: { key: `${message.ts} dismiss` }, onclick: dismiss }, "Dismiss message");
}
