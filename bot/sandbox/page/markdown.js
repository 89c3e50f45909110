/** The `markdown` block: standard Markdown, the part that Slack shows, into nodes. */
import { h } from "./dom.js";
import { emojiNode, glyphOf } from "./emoji.js";
import { inline as slackInline } from "./mrkdwn.js";
import { linkNode } from "./references.js";

/** Nodes for a Markdown text. */
export function markdownNodes(text) {
  const lines = text.replaceAll("\r\n", "\n").split("\n");
  const nodes = [];
  let at = 0;
  while (at < lines.length) {
    const [taken, node] = fence(lines, at) ?? table(lines, at) ?? list(lines, at) ?? quote(lines, at) ?? single(lines, at) ?? paragraph(lines, at);
    if (node) nodes.push(node);
    at += taken;
  }
  return nodes;
}

function fence(lines, at) {
  if (!/^\s*```/.test(lines[at])) return null;
  let end = at + 1;
  while (end < lines.length && !/^\s*```\s*$/.test(lines[end])) end += 1;
  return [end - at + 1, h("pre", {}, lines.slice(at + 1, end).join("\n"))];
}

const BAR = /^\s*\|?(\s*:?-{2,}:?\s*\|)+\s*:?-*:?\s*$/;

function table(lines, at) {
  if (!lines[at].includes("|") || !BAR.test(lines[at + 1] ?? "")) return null;
  let end = at + 2;
  while (end < lines.length && lines[end].includes("|")) end += 1;
  const cells = (line) => line.trim().replace(/^\||\|$/g, "").split("|").map((one) => one.trim());
  const row = (line, tag) => h("tr", {}, cells(line).map((one) => h(tag, {}, inline(one))));
  const body = lines.slice(at + 2, end).map((line) => row(line, "td"));
  const grid = h("table", {}, h("thead", {}, row(lines[at], "th")), h("tbody", {}, body));
  return [end - at, h("div", { class: "table-wrap" }, grid)];
}

const ITEM = /^(\s*)([-*+]|\d+[.)])\s+(.*)$/;

function list(lines, at) {
  const first = lines[at].match(ITEM);
  if (!first) return null;
  const ordered = /\d/.test(first[2]);
  const node = h(ordered ? "ol" : "ul", { class: "rich-list", start: ordered ? parseInt(first[2], 10) : null });
  const depth = first[1].length;
  let end = at;
  while (end < lines.length) {
    const item = lines[end].match(ITEM);
    if (!item || item[1].length < depth || /\d/.test(item[2]) !== ordered && item[1].length === depth) break;
    if (item[1].length > depth) {
      const [taken, inner] = list(lines, end);
      (node.lastElementChild ?? node).append(inner);
      end += taken;
    } else {
      node.append(h("li", {}, inline(item[3])));
      end += 1;
    }
  }
  return [end - at, node];
}

function quote(lines, at) {
  if (!/^\s*>/.test(lines[at])) return null;
  let end = at;
  while (end < lines.length && /^\s*>/.test(lines[end])) end += 1;
  const inner = lines.slice(at, end).map((line) => line.replace(/^\s*>\s?/, "")).join("\n");
  return [end - at, h("blockquote", {}, markdownNodes(inner))];
}

function single(lines, at) {
  const heading = lines[at].match(/^(#{1,6})\s+(.*?)\s*#*$/);
  if (heading) return [1, h(heading[1].length < 3 ? "h3" : "h4", { class: "md-heading" }, inline(heading[2]))];
  if (/^\s*([-*_])(\s*\1){2,}\s*$/.test(lines[at])) return [1, h("hr", { class: "block-divider" })];
  return lines[at].trim() ? null : [1, null];
}

function paragraph(lines, at) {
  let end = at + 1;
  const starts = (index) => fence(lines, index) ?? list(lines, index) ?? quote(lines, index) ?? single(lines, index);
  while (end < lines.length && !starts(end)) end += 1;
  const parts = lines.slice(at, end).flatMap((line, index) => [index ? h("br") : null, ...inline(line.trim())]);
  return [end - at, h("p", {}, parts)];
}

const TOKEN = new RegExp(
  [
    "`([^`]+)`",
    "\\[([^\\]]+)\\]\\(([^()\\s]+)\\)",
    "\\*\\*(?=\\S)(.+?\\S|\\S)\\*\\*|__(?=\\S)(.+?\\S|\\S)__",
    "~~(?=\\S)(.+?)~~",
    "(?<![\\w*])\\*(?=\\S)([^*]*?\\S)\\*(?!\\w)|(?<!\\w)_(?=\\S)([^_]*?\\S)_(?!\\w)",
    "(<[@#!][^<>\\n]+>|<https?:[^<>\\n]+>)",
    ":([a-z0-9_+'-]+):",
    "(https?:\\/\\/[^\\s<>|)]+[^\\s<>|.,;:!?)'\"])",
    "\\\\([\\\\`*_{}\\[\\]()#+.!~>|-])",
  ].join("|"),
  "g",
);

function inline(text) {
  const nodes = [];
  let from = 0;
  for (const match of text.matchAll(TOKEN)) {
    const node = tokenNode(match);
    if (!node) continue;
    nodes.push(text.slice(from, match.index), node);
    from = match.index + match[0].length;
  }
  nodes.push(text.slice(from));
  return nodes;
}

function tokenNode([, code, label, url, bold, bold2, strike, italic, italic2, angle, emoji, bare, escaped]) {
  if (code) return h("code", {}, code);
  if (label) return linkNode(url, inline(label));
  if (bold ?? bold2) return h("strong", {}, inline(bold ?? bold2));
  if (strike) return h("s", {}, inline(strike));
  if (italic ?? italic2) return h("em", {}, inline(italic ?? italic2));
  if (angle) return h("span", {}, slackInline(angle));
  if (emoji) return glyphOf(emoji) ? emojiNode(emoji) : null;
  if (bare) return linkNode(bare, [bare]);
  return escaped;
}
