/** The blocks that apps seldom send, and what stands in for those that this sandbox does not know. */
import { blockNodes } from "./blocks.js";
import { elementNode } from "./elements.js";
import { h, icon } from "./dom.js";
import { fileTile } from "./files.js";
import { ICONS } from "./icons.js";
import { picture } from "./pictures.js";
import { linkNode } from "./references.js";
import { richText } from "./rich_text.js";
import { plain, textNodes } from "./texts.js";

const MOST_WORDS = 20;

/** Makers by block type, as those of blocks.js. */
export const RARE = {
  alert,
  card,
  carousel,
  container,
  context_actions: contextActions,
  data_table: dataTable,
  file: ({ external_id: id }) => h("div", {}, fileTile({ title: id, kind: "Remote file" })),
  plan,
  task_card: taskCard,
  video,
};

/** What is shown for a block that this sandbox cannot draw: its kind, and the words in it. */
export function unknownBlock(block) {
  const words = wordsIn(block).slice(0, MOST_WORDS);
  return h(
    "div",
    { class: "fallback", role: "note" },
    h("div", {}, `(This sandbox cannot show a “${block.type}” block.)`),
    words.map((one) => h("div", { class: "fallback-words" }, textNodes(one))),
  );
}

// The text objects and titles anywhere in a block.
function wordsIn(value) {
  if (!value || typeof value !== "object") return [];
  if (typeof value.text === "string") return [{ type: value.type ?? "plain_text", text: value.text }];
  return Object.entries(value).flatMap(([key, part]) => (key === "title" && typeof part === "string" ? [part] : wordsIn(part)));
}

function contextActions(block, host) {
  return h("div", { class: "context-actions" }, block.elements.map((element) => elementNode(element, host, block)));
}

const LEVELS = { default: "Note", info: "Information", warning: "Warning", error: "Error", success: "Done" };

function alert({ text, level = "default" }) {
  const mark = h("b", { class: "alert-mark" }, LEVELS[level] ?? LEVELS.default, ": ");
  return h("div", { class: `alert alert-${level}`, role: "note" }, level === "default" ? null : mark, textNodes(text));
}

function card({ hero_image: hero, icon: face, title, subtitle, body, actions, block_id: id }, host) {
  const block = { type: "card", block_id: id, elements: actions };
  return h(
    "div",
    { class: "card" },
    hero ? picture(hero, "image") : null,
    h(
      "div",
      { class: "card-head" },
      face ? picture(face, "context-image") : null,
      h("div", {}, title ? h("b", {}, textNodes(title)) : null, subtitle ? h("div", { class: "quiet" }, textNodes(subtitle)) : null),
    ),
    body ? h("div", { class: "block-text" }, textNodes(body)) : null,
    actions?.length ? h("div", { class: "actions" }, actions.map((one) => elementNode(one, host, block))) : null,
  );
}

function carousel({ elements, block_id: id }, host) {
  const cards = elements.map((one) => h("li", {}, card({ block_id: id, ...one }, host)));
  return h("ul", { class: "carousel", tabindex: "0", "aria-label": "Cards" }, cards);
}

function container(block, host) {
  const { title, rich_text_title: rich, subtitle, child_blocks: children, is_collapsible: folds, default_collapsed: folded } = block;
  const words = rich ? richText(rich) : title ? textNodes(title) : "Details";
  const head = [h("b", {}, words), subtitle ? h("span", { class: "quiet" }, " ", textNodes(subtitle)) : null];
  const body = h("div", { class: "blocks" }, blockNodes(children, host));
  if (!folds) return h("div", { class: "container" }, h("div", { class: "container-head" }, head), body);
  return h("details", { class: "container", open: !folded }, h("summary", { class: "container-head" }, head), body);
}

const STEPS = { pending: "To do", in_progress: "Under way", complete: "Done", error: "Failed" };

function taskCard({ title, status, details, output, sources }) {
  const links = (sources ?? []).map((one) => h("span", {}, linkNode(one.url, [one.text ?? one.url]), " "));
  return h(
    "div",
    { class: "task" },
    h("div", {}, h("span", { class: `task-status task-${status}` }, STEPS[status] ?? status), " ", h("b", {}, title)),
    details ? h("div", { class: "quiet" }, richText(details)) : null,
    output ? richText(output) : null,
    links.length ? h("div", {}, links) : null,
  );
}

function plan({ title, tasks }) {
  const items = (tasks ?? []).map((one) => h("li", {}, taskCard(one)));
  return h("div", { class: "container" }, h("b", {}, plain(title)), h("ul", { class: "tasks" }, items));
}

function video({ title, title_url: url, description, author_name: author, provider_name: provider, thumbnail_url: thumbnail, alt_text: alt }) {
  const by = [author, provider].filter(Boolean).join(" · ");
  return h(
    "div",
    { class: "video" },
    h("b", {}, url ? linkNode(url, textNodes(title)) : textNodes(title)),
    by ? h("div", { class: "quiet" }, by) : null,
    description ? h("div", {}, textNodes(description)) : null,
    h("div", { class: "video-still" }, icon(ICONS.play, 20), picture({ image_url: thumbnail, alt_text: alt }, "image")),
  );
}

function dataTable({ caption, rows, row_header_column_index: header = -1 }) {
  const words = (cell) => (cell.type === "rich_text" ? richText(cell) : [String(cell.text ?? cell.value ?? "")]);
  const line = (row, top) => h("tr", {}, row.map((cell, at) => h(top || at === header ? "th" : "td", {}, words(cell))));
  const [head, ...rest] = rows;
  return h(
    "div",
    { class: "table-wrap", tabindex: "0", role: "region", "aria-label": caption },
    h("table", {}, h("caption", {}, caption), h("thead", {}, line(head, true)), h("tbody", {}, rest.map((row) => line(row, false)))),
  );
}
