/** Slack's mrkdwn, as the API stores it (`&`, `<`, `>` escaped), into nodes. */
import { h } from "./dom.js";
import { emojiNode, glyphOf } from "./emoji.js";
import { channelNode, groupNode, linkNode, userNode } from "./references.js";
import { slackDate } from "./time.js";

/** The five characters' worth of escaping that Slack uses, undone. */
export function unescape(text) {
  return text.replaceAll("&lt;", "<").replaceAll("&gt;", ">").replaceAll("&amp;", "&");
}

/**
 * Nodes for a whole text: code fences, quotes, lines, and what is in them.
 * @param {string} text
 * @returns {Node[]}
 */
export function mrkdwn(text) {
  const nodes = [];
  const pieces = text.split(/```([\s\S]+?)```/);
  pieces.forEach((piece, index) => {
    if (index % 2 === 1) nodes.push(h("pre", {}, codeText(piece.replace(/^\n|\n$/g, ""))));
    else nodes.push(...quotesAndLines(trimAround(piece, index, pieces.length)));
  });
  return nodes;
}

// A line break next to a code block is the block's own.
function trimAround(piece, index, count) {
  let text = index > 0 ? piece.replace(/^\n/, "") : piece;
  if (index < count - 1) text = text.replace(/\n$/, "");
  return text;
}

function quotesAndLines(text) {
  if (!text) return [];
  const nodes = [];
  let quote = [];
  let plain = [];
  const flush = () => {
    if (quote.length) nodes.push(h("blockquote", {}, lines(quote)));
    if (plain.length) nodes.push(h("span", {}, lines(plain)));
    quote = [];
    plain = [];
  };
  const all = text.split("\n");
  for (let index = 0; index < all.length; index += 1) {
    const rest = all[index].match(/^(?:&gt;|>){3} ?([\s\S]*)/);
    const one = all[index].match(/^(?:&gt;|>) ?(.*)/);
    if (rest) {
      flush();
      quote = [rest[1], ...all.slice(index + 1)];
      break;
    }
    if (one ? plain.length : quote.length) flush();
    (one ? quote : plain).push(one ? one[1] : all[index]);
  }
  flush();
  return nodes;
}

function lines(list) {
  return list.flatMap((line, index) => [index ? h("br") : null, ...inline(line)]);
}

const MARKS = { "*": "strong", _: "em", "~": "s" };
const TOKEN = new RegExp(
  [
    "`([^`\\n]+)`",
    "<([^<>\\n]+)>",
    "(?<![\\w*])\\*(?=\\S)([^*\\n]*?\\S)\\*(?![\\w*])",
    "(?<!\\w)_(?=\\S)([^\\n]*?\\S)_(?!\\w)",
    "(?<![\\w~])~(?=\\S)([^~\\n]*?\\S)~(?![\\w~])",
    ":([a-z0-9_+'-]+(?:::skin-tone-\\d)?):",
    "(https?:\\/\\/[^\\s<>|]+[^\\s<>|.,;:!?)'\"])",
  ].join("|"),
  "g",
);

/** Nodes for one line: styles, links, mentions, dates, emoji. */
export function inline(text) {
  const nodes = [];
  let from = 0;
  for (const match of text.matchAll(TOKEN)) {
    const node = tokenNode(match);
    if (!node) continue;
    if (match.index > from) nodes.push(unescape(text.slice(from, match.index)));
    nodes.push(node);
    from = match.index + match[0].length;
  }
  if (from < text.length) nodes.push(unescape(text.slice(from)));
  return nodes;
}

function tokenNode(match) {
  const [all, code, angle, bold, italic, strike, emoji, url] = match;
  if (code !== undefined) return h("code", {}, codeText(code));
  if (angle !== undefined) return angleNode(angle);
  const styled = bold ?? italic ?? strike;
  if (styled !== undefined) return h(MARKS[all[0]], {}, inline(styled));
  if (emoji !== undefined) return glyphOf(emoji) ? emojiNode(emoji) : null;
  return linkNode(unescape(url), [unescape(url)]);
}

// Inside code a link shows its label, nothing else is read.
function codeText(text) {
  return unescape(text.replace(/<(https?:[^<>|]+)(?:\|([^<>]*))?>/g, (_all, url, label) => label ?? url));
}

function angleNode(content) {
  const [target, ...rest] = content.split("|");
  const label = rest.length ? unescape(rest.join("|")) : null;
  if (target.startsWith("@")) return userNode(target.slice(1), label);
  if (target.startsWith("#")) return channelNode(target.slice(1), label);
  if (target.startsWith("!")) return commandNode(target.slice(1), label);
  return linkNode(unescape(target), label ? inline(rest.join("|")) : [unescape(target).replace(/^mailto:/, "")]);
}

function commandNode(command, label) {
  if (command.startsWith("date^")) {
    const [, seconds, pattern, url] = command.split("^");
    const text = slackDate(Number(seconds), unescape(pattern ?? "")) ?? label ?? "";
    const node = h("time", { datetime: new Date(Number(seconds) * 1000 || 0).toISOString() }, text);
    return url ? linkNode(unescape(url), [node]) : node;
  }
  if (command.startsWith("subteam^")) return groupNode(command.slice(8), label);
  if (/^(here|channel|everyone)$/.test(command)) return h("span", { class: "mention mention-me" }, `@${command}`);
  return h("span", {}, label ?? `<${command}>`);
}

/** What a text says, in one line of at most so many characters. */
export function plainWords(text, most) {
  const words = h("span", {}, mrkdwn(text)).textContent.replace(/\s+/g, " ").trim();
  return words.length > most ? `${words.slice(0, most - 1)}…` : words;
}

/** Whether a text is nothing but a few emoji, which Slack shows large. */
export function isJumbo(text) {
  const names = text.trim().match(/^(?::[a-z0-9_+'-]+(?:::skin-tone-\d)?:\s*){1,6}$/) ? text.match(/[a-z0-9_+'-]+(?=:)/g) : null;
  if (names) return true;
  return /^(?:\p{Extended_Pictographic}\uFE0F?\s*){1,6}$/u.test(text.trim());
}
