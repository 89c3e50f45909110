/** A small emoji picker: the likely ones first, then everything, and a search. */
import { h } from "./dom.js";
import { emojiNode, NAMES_BY_GROUP, searchEmoji } from "./emoji.js";
import { LIKELY } from "./emoji_names.js";
import { closePopover, popover, settle } from "./popover.js";

/** Float the picker beside `anchor`; calls `pick` with a name. */
export function pickEmoji(anchor, pick, { align = "end" } = {}) {
  const list = h("div", { class: "emoji-list" });
  const search = h("input", { type: "text", class: "field", placeholder: "Search all emoji", "aria-label": "Search emoji" });
  const choose = (name) => {
    closePopover();
    pick(name);
  };
  const show = () => {
    list.replaceChildren(...groups(search.value.trim()).flatMap(([title, names]) => group(title, names, choose)));
    settle();
  };
  search.addEventListener("input", show);
  search.addEventListener("keydown", (event) => {
    if (event.key === "Enter") list.querySelector("button")?.click();
    if (event.key === "ArrowDown") list.querySelector("button")?.focus();
  });
  const node = h("div", { class: "emoji-picker", role: "dialog", "aria-label": "Emoji" }, search, list);
  node.addEventListener("keydown", (event) => moveInGrid(event, list));
  popover(anchor, node, { align });
  show();
  // On a touch screen the focus would raise the keyboard over the picker.
  if (matchMedia("(hover: hover)").matches) search.focus({ preventScroll: true });
}

function groups(words) {
  if (words) return [["Results", searchEmoji(words)]];
  return [["Often used here", LIKELY], ...NAMES_BY_GROUP];
}

function group(title, names, choose) {
  const heading = h("h3", { class: "emoji-heading" }, names.length ? title : "No emoji by that name");
  const cell = (name) =>
    h("button", { class: "emoji-cell", "aria-label": name, title: `:${name}:`, onclick: () => choose(name) }, emojiNode(name));
  return [heading, h("div", { class: "emoji-grid", role: "group", "aria-label": title }, names.map(cell))];
}

function moveInGrid(event, list) {
  const step = { ArrowRight: 1, ArrowLeft: -1, ArrowDown: 9, ArrowUp: -9 }[event.key];
  const cells = [...list.querySelectorAll("button")];
  const at = cells.indexOf(document.activeElement);
  if (!step || at < 0) return;
  event.preventDefault();
  cells[Math.max(0, Math.min(cells.length - 1, at + step))].focus();
}
