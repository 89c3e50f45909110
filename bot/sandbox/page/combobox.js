/** A field that opens a list of options and filters it while one types. */
import { h, icon } from "./dom.js";
import { ICONS } from "./icons.js";
import { closePopover, openPopover, popover, settle } from "./popover.js";

let boxes = 0;

/**
 * @typedef {{key: string, label: string, detail?: string, face?: Node|null, group?: string}} Choice
 * @param {{label: string|null, id?: string|null, placeholder: string, dataset: object, chosen: () => Choice[], multi: boolean,
 *   clearable: boolean,
 *   search: (words: string) => Promise<Choice[]>, pick: (keys: Choice[]) => void, hint?: string}} options
 * @returns {HTMLElement}
 */
export function combobox(options) {
  const list = h("div", { class: "options", role: "listbox", id: `options-${(boxes += 1)}`, "aria-label": options.label ?? "Options" });
  const input = h("input", {
    type: "text",
    class: "combo-input",
    id: options.id ?? null,
    role: "combobox",
    autocomplete: "off",
    "aria-label": options.id ? null : options.label ?? options.placeholder,
    "aria-autocomplete": "list",
    "aria-expanded": "false",
    "aria-controls": list.id,
    dataset: options.dataset,
  });
  const pills = h("span", { class: "pills" });
  const frame = h("span", { class: "combo field" }, pills, input, icon(ICONS.chevron, 16));
  const box = { options, list, input, pills, frame, shown: [], active: -1, asked: 0 };
  wire(box);
  rest(box);
  return frame;
}

function wire(box) {
  const { input, frame } = box;
  frame.addEventListener("mousedown", (event) => {
    if (event.target.closest("button")) return;
    if (event.target !== input) event.preventDefault();
    input.focus();
    if (!isOpen(box)) void expand(box);
  });
  input.addEventListener("input", () => void expand(box));
  input.addEventListener("keydown", (event) => onKey(event, box));
  input.addEventListener("blur", () => setTimeout(() => leave(box), 0));
}

function leave(box) {
  if (document.activeElement === box.input) return;
  if (isOpen(box) && !box.list.contains(document.activeElement)) closePopover({ refocus: false });
  rest(box);
}

function isOpen(box) {
  return openPopover() === box.list;
}

// At rest the field shows what is chosen.
function rest(box) {
  const { options, input, pills } = box;
  const chosen = options.chosen();
  input.value = options.multi ? "" : chosen[0]?.label ?? "";
  input.placeholder = options.multi && chosen.length ? "" : options.placeholder;
  if (options.multi) pills.replaceChildren(...chosen.map((one) => pill(box, one)));
}

function pill(box, choice) {
  const drop = () => {
    box.options.pick(box.options.chosen().filter((one) => one.key !== choice.key));
    rest(box);
  };
  const cross = h("button", { class: "pill-cross", type: "button", "aria-label": `Remove ${choice.label}`, onclick: drop }, "×");
  return h("span", { class: "pill" }, choice.label, cross);
}

async function expand(box) {
  const { options, input, list, frame } = box;
  const chosen = options.chosen();
  const untouched = !options.multi && chosen.length && input.value === chosen[0].label;
  const turn = (box.asked += 1);
  if (!isOpen(box)) {
    list.replaceChildren(h("div", { class: "options-note" }, "Looking…"));
    popover(frame, list, { width: frame.offsetWidth, opener: input, onclose: () => rest(box) });
  }
  const found = await options.search(untouched ? "" : input.value.trim());
  if (turn !== box.asked || !isOpen(box)) return;
  const taken = new Set(options.multi ? chosen.map((one) => one.key) : []);
  box.shown = found.filter((one) => !taken.has(one.key));
  box.active = Math.max(0, box.shown.findIndex((one) => one.key === chosen[0]?.key));
  paint(box);
  settle();
}

function paint(box) {
  const { list, shown, options } = box;
  const current = new Set(options.chosen().map((one) => one.key));
  const nodes = [];
  shown.forEach((choice, index) => {
    if (choice.group && choice.group !== shown[index - 1]?.group) nodes.push(h("div", { class: "options-group" }, choice.group));
    nodes.push(optionNode(box, choice, index, current.has(choice.key)));
  });
  list.replaceChildren(...(nodes.length ? nodes : [h("div", { class: "options-note" }, options.hint ?? "Nothing found")]));
  mark(box);
}

function optionNode(box, choice, index, selected) {
  return h(
    "div",
    {
      class: "option",
      role: "option",
      id: `${box.list.id}-${index}`,
      "aria-selected": String(selected),
      onmousedown: (event) => event.preventDefault(),
      onpointermove: () => {
        if (box.active === index) return;
        box.active = index;
        mark(box);
      },
      onclick: () => choose(box, choice),
    },
    choice.face ?? null,
    h("span", { class: "menu-words" }, h("span", {}, choice.label), choice.detail ? h("small", {}, choice.detail) : null),
    selected ? icon(ICONS.check, 16) : null,
  );
}

function mark(box) {
  const nodes = [...box.list.querySelectorAll("[role=option]")];
  nodes.forEach((node, index) => node.classList.toggle("active", index === box.active));
  const active = nodes[box.active];
  if (active) box.input.setAttribute("aria-activedescendant", active.id);
  else box.input.removeAttribute("aria-activedescendant");
  active?.scrollIntoView({ block: "nearest" });
}

function choose(box, choice) {
  const { options, input } = box;
  input.value = "";
  options.pick(options.multi ? [...options.chosen(), choice] : [choice]);
  closePopover({ refocus: false });
  rest(box);
  input.focus();
}

function onKey(event, box) {
  const { input, options } = box;
  if (event.key === "ArrowDown" || event.key === "ArrowUp") {
    event.preventDefault();
    if (!isOpen(box)) return void expand(box);
    const step = event.key === "ArrowDown" ? 1 : -1;
    box.active = (box.active + step + box.shown.length) % (box.shown.length || 1);
    mark(box);
  } else if (event.key === "Enter") {
    event.preventDefault();
    event.stopPropagation();
    if (isOpen(box) && box.shown[box.active]) choose(box, box.shown[box.active]);
    else void expand(box);
  } else if (event.key === "Backspace" && options.clearable && !input.value) {
    options.pick(options.chosen().slice(0, -1));
    rest(box);
  }
}
