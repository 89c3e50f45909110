/** Slack's text objects. */
import { h } from "./dom.js";
import { emojiNode, glyphOf } from "./emoji.js";
import { mrkdwn } from "./mrkdwn.js";

/** The words of a text object or a string; emoji names become pictures unless the object says not to. */
export function plain(text) {
  if (!text) return "";
  if (typeof text === "string") return text;
  if (text.emoji === false) return text.text;
  return text.text.replace(/:([a-z0-9_+'-]+):/g, (all, name) => glyphOf(name) ?? all);
}

/** Nodes for a text object of either type. */
export function textNodes(text) {
  if (!text) return [];
  if (typeof text === "string") return [text];
  return text.type === "mrkdwn" ? mrkdwn(text.text) : plainNodes(text);
}

function plainNodes({ text, emoji = true }) {
  return text.split("\n").flatMap((line, index) => [index ? h("br") : null, ...withEmoji(line, emoji)]).filter(Boolean);
}

function withEmoji(line, emoji) {
  if (!emoji) return [line];
  return line.split(/:([a-z0-9_+'-]+):/).map((part, index) => {
    if (index % 2 === 0) return part;
    return glyphOf(part) ? emojiNode(part) : `:${part}:`;
  });
}
