/** Block Kit blocks into nodes. */
import { h } from "./dom.js";
import { elementNode } from "./elements.js";
import { markdownNodes } from "./markdown.js";
import { picture } from "./pictures.js";
import { RARE, unknownBlock } from "./rare_blocks.js";
import { richText } from "./rich_text.js";
import { plain, textNodes } from "./texts.js";

let labels = 0;

const MAKERS = {
  header: ({ text }) => h("h3", { class: "block-header" }, textNodes(text)),
  divider: () => h("hr", { class: "block-divider" }),
  section,
  context,
  actions,
  image,
  input,
  rich_text: (block) => h("div", { class: "block-text" }, richText(block)),
  markdown: ({ text }) => h("div", { class: "block-text block-markdown" }, markdownNodes(text)),
  table,
};

/**
 * All blocks of a message, view or home.
 * @param {object[]} blocks
 * @param {import("./host.js").Host} host
 * @param {Record<string, string>} [errors] a sentence per block_id
 */
export function blockNodes(blocks, host, errors = {}) {
  return blocks.map((block) => blockNode(block, host, errors[block.block_id]));
}

function blockNode(block, host, error) {
  const make = MAKERS[block.type] ?? RARE[block.type];
  const node = make ? make(block, host, error) : unknownBlock(block);
  node.classList.add("block");
  node.dataset.block = block.block_id ?? "";
  return node;
}

function section(block, host) {
  const { text, fields, accessory } = block;
  const words = h(
    "div",
    { class: "section-words" },
    text ? h("div", { class: "block-text" }, textNodes(text)) : null,
    fields ? h("div", { class: "fields" }, fields.map((field) => h("div", { class: "block-text" }, textNodes(field)))) : null,
  );
  if (!accessory) return h("div", { class: "section" }, words);
  const side = accessory.type === "image" ? picture(accessory, "thumb") : elementNode(accessory, host, block, { label: nameOf(accessory, text) });
  return h("div", { class: `section with-accessory accessory-${accessory.type}` }, words, h("div", { class: "accessory" }, side));
}

// A choice beside a text is about that text.
function nameOf(accessory, text) {
  return plain(accessory.placeholder) || h("span", {}, textNodes(text)).textContent.slice(0, 120) || null;
}

function context({ elements }) {
  const part = (one) =>
    one.type === "image" ? picture(one, "context-image") : h("span", { class: "context-text" }, textNodes(one));
  return h("div", { class: "context" }, elements.map(part));
}

function actions(block, host) {
  return h("div", { class: "actions" }, block.elements.map((element) => elementNode(element, host, block)));
}

function image(block) {
  const title = block.title ? h("div", { class: "image-title" }, textNodes(block.title)) : null;
  return h("figure", { class: "image-block" }, title, picture(block, "image"));
}

const GROUPED = new Set(["radio_buttons", "checkboxes"]);

function input(block, host, error) {
  const { element, label, hint, optional } = block;
  const id = `field-${(labels += 1)}`;
  const grouped = GROUPED.has(element.type);
  const field = elementNode(element, host, block, { label: plain(label), id: grouped ? null : id });
  const title = h(
    grouped ? "span" : "label",
    { class: "input-label", for: grouped ? null : id },
    textNodes(label),
    optional ? h("span", { class: "input-optional" }, " (optional)") : null,
  );
  const notes = [];
  if (error) notes.push(h("div", { class: "input-error", id: `${id}-error`, role: "alert" }, error));
  if (hint) notes.push(h("div", { class: "input-hint", id: `${id}-hint` }, textNodes(hint)));
  describe(field, id, notes, Boolean(error), !optional);
  return h("div", { class: `input-block${error ? " invalid" : ""}` }, title, field, notes);
}

function describe(field, id, notes, invalid, required) {
  const target = field.matches("input,textarea") ? field : field.querySelector(`#${id}`) ?? field;
  if (notes.length) target.setAttribute("aria-describedby", notes.map((note) => note.id).join(" "));
  if (invalid) target.setAttribute("aria-invalid", "true");
  if (required && target.matches("input,textarea")) target.setAttribute("aria-required", "true");
}

function table({ rows }) {
  const cell = (one) => {
    if (one.type === "rich_text") return richText(one);
    return [one.text ?? ""];
  };
  const line = (row, tag) => h("tr", {}, row.map((one) => h(tag, {}, cell(one))));
  const [head, ...rest] = rows;
  return h(
    "div",
    { class: "table-wrap" },
    h("table", {}, h("thead", {}, line(head, "th")), h("tbody", {}, rest.map((row) => line(row, "td")))),
  );
}
