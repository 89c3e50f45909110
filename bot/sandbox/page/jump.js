/** Jump to: find a channel or a person by a few letters, as Ctrl+K and Cmd+K do in Slack. */
import { showDialog } from "./dialog.js";
import { h, icon } from "./dom.js";
import { ICONS } from "./icons.js";
import { avatar, roleOf } from "./people.js";
import { openChannel, openHome, openPerson } from "./places.js";
import { world } from "./state.js";

const MOST = 8;

let shown = null;

/** Open the window, or close it. */
export function toggleJump() {
  if (shown) hide();
  else show();
}

function hide() {
  shown.close();
  shown = null;
}

function show() {
  const list = h("div", { class: "jump-list", role: "listbox", id: "jump-list", "aria-label": "Places" });
  const field = h("input", {
    class: "field", type: "text", role: "combobox", placeholder: "Jump to a channel or a person", autocomplete: "off",
    "aria-label": "Jump to", "aria-expanded": "true", "aria-controls": "jump-list",
  });
  const body = h("div", { class: "dialog-body jump-body" }, field, list);
  const node = h("div", { class: "dialog", role: "dialog", "aria-label": "Jump to" }, body);
  shown = { field, list, found: [], active: 0 };
  field.addEventListener("input", () => look());
  field.addEventListener("keydown", onKey);
  look();
  shown.close = showDialog(node, { onEscape: hide });
}

function onKey(event) {
  const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
  if (step && shown.found.length) mark((shown.active + step + shown.found.length) % shown.found.length);
  else if (event.key === "Enter" && shown.found.length) take(shown.found[shown.active]);
  else return;
  event.preventDefault();
}

function look() {
  const words = shown.field.value.trim().toLowerCase().replace(/^[#@]/, "");
  shown.found = places().filter((one) => one.names.some((name) => matches(name.toLowerCase(), words))).slice(0, MOST);
  shown.list.replaceChildren(...(shown.found.length ? shown.found.map(option) : [h("div", { class: "options-note" }, "Nothing found.")]));
  mark(0);
}

const matches = (name, words) => name.startsWith(words) || name.split(/[\s._-]+/).some((part) => part.startsWith(words));

function mark(active) {
  shown.active = active;
  [...shown.list.children].forEach((node, index) => {
    node.classList.toggle("active", index === active);
    if (node.role === "option") node.setAttribute("aria-selected", String(index === active));
  });
  shown.list.children[active]?.scrollIntoView({ block: "nearest" });
  if (shown.found.length) shown.field.setAttribute("aria-activedescendant", `jump-${active}`);
  else shown.field.removeAttribute("aria-activedescendant");
}

function take(one) {
  hide();
  one.open();
}

function option(one, index) {
  const words = h("span", { class: "menu-words" }, h("b", {}, one.label), one.detail ? h("small", {}, one.detail) : null);
  return h(
    "div",
    { class: "option", role: "option", id: `jump-${index}`, onclick: () => take(one) },
    h("span", { class: "option-face" }, one.face()),
    words,
  );
}

function places() {
  const channels = world.channels
    .filter((one) => !one.is_im)
    .sort((a, b) => isUnread(b) - isUnread(a) || a.name.localeCompare(b.name))
    .map((one) => ({
      names: [one.name], label: one.name, detail: one.topic, face: () => icon(one.is_private ? ICONS.lock : ICONS.hash, 18), open: () => openChannel(one.id),
    }));
  const people = world.people
    .filter((one) => one.id !== world.me.id && !one.is_bot && !one.is_deleted && !one.is_stranger)
    .map((one) => ({ names: [one.real_name, one.name], label: one.real_name, detail: roleOf(one), face: () => avatar(one.id, 24), open: () => openPerson(one.id) }));
  const app = { names: [world.app.name], label: world.app.name, detail: "App", face: () => avatar(world.app.user_id, 24), open: openHome };
  return [...channels, ...(world.me.is_stranger ? [] : [app]), ...people];
}

const isUnread = (channel) => Number((world.now_markers[channel.id] ?? 0) > 0);
