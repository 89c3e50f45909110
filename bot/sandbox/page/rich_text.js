/** Slack's rich_text blocks into nodes. */
import { h } from "./dom.js";
import { emojiNode, glyphOf } from "./emoji.js";
import { channelNode, groupNode, linkNode, userNode } from "./references.js";
import { slackDate } from "./time.js";

const PARTS = {
  rich_text_section: (part) => h("div", { class: "rich-section" }, part.elements.map(element)),
  rich_text_quote: (part) => h("blockquote", {}, part.elements.map(element)),
  rich_text_preformatted: (part) => h("pre", {}, part.elements.map((one) => one.text ?? one.url ?? "")),
};

/** Nodes for a rich_text block. */
export function richText({ elements }) {
  const nodes = [];
  for (const part of elements) {
    if (part.type === "rich_text_list") addList(nodes, part);
    else nodes.push(PARTS[part.type]?.(part) ?? h("div", { class: "fallback" }, `(This sandbox cannot show “${part.type}”.)`));
  }
  return nodes;
}

// Slack sends nested lists as a row of lists with an indent each.
function addList(nodes, { elements, style, indent = 0, offset = 0, border }) {
  const tag = style === "ordered" ? "ol" : "ul";
  const list = h(
    tag,
    { class: `rich-list indent-${indent}${border ? " bordered" : ""}`, start: tag === "ol" && offset ? offset + 1 : null },
    elements.map((item) => h("li", {}, item.elements.map(element))),
  );
  let parent = nodes.at(-1);
  for (let depth = 0; depth < indent && parent?.matches?.("ul,ol"); depth += 1) {
    const item = parent.lastElementChild;
    const inner = item?.lastElementChild;
    if (depth === indent - 1 || !inner?.matches("ul,ol")) {
      item?.append(list);
      return;
    }
    parent = inner;
  }
  nodes.push(list);
}

const ELEMENTS = {
  text: ({ text }) => h("span", {}, lines(text)),
  emoji: ({ name, unicode }) => (glyphOf(name) || !unicode ? emojiNode(name) : h("span", { class: "emoji" }, fromCodes(unicode))),
  link: ({ url, text }) => linkNode(url, [text ?? url]),
  user: ({ user_id: id }) => userNode(id),
  channel: ({ channel_id: id }) => channelNode(id),
  usergroup: ({ usergroup_id: id }) => groupNode(id),
  broadcast: ({ range }) => h("span", { class: "mention mention-me" }, `@${range}`),
  date: ({ timestamp, format, fallback, url }) => {
    const text = slackDate(timestamp, format) ?? fallback ?? "";
    return url ? linkNode(url, [text]) : h("time", {}, text);
  },
  color: ({ value }) => h("code", {}, value),
};

function element(one) {
  const make = ELEMENTS[one.type];
  let node = make ? make(one) : h("span", {}, one.text ?? `(${one.type})`);
  for (const [style, tag] of [["code", "code"], ["bold", "strong"], ["italic", "em"], ["strike", "s"], ["underline", "u"]]) {
    if (one.style?.[style]) node = h(tag, {}, node);
  }
  return node;
}

function fromCodes(unicode) {
  return String.fromCodePoint(...unicode.split("-").map((code) => parseInt(code, 16)));
}

function lines(text) {
  return text.split("\n").flatMap((line, index) => (index ? [h("br"), line] : [line]));
}
