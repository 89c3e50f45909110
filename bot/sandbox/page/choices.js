/** Radio buttons and checkboxes. */
import { h } from "./dom.js";
import { changeValue } from "./host.js";
import { textNodes } from "./texts.js";

let groups = 0;

/** A group of options, one or many of which can be chosen. */
export function choices(element, host, block, { label = null } = {}) {
  const single = element.type === "radio_buttons";
  const value = host.values.get(block.block_id, element);
  const chosen = new Set((single ? [value.selected_option] : value.selected_options).filter(Boolean).map((one) => one.value));
  const name = `choice-${(groups += 1)}`;
  const node = h("div", { class: "choices", role: single ? "radiogroup" : "group", "aria-label": label ?? "Options" });
  const pick = async () => {
    if (host.confirm && !(await host.confirm())) return;
    const boxes = [...node.querySelectorAll("input")];
    const picked = element.options.filter((_option, index) => boxes[index].checked);
    const now = single ? { selected_option: picked[0] ?? null } : { selected_options: picked };
    changeValue(host, block, element, { type: element.type, ...now }, node);
  };
  element.options.forEach((option, index) => {
    const box = h("input", {
      type: single ? "radio" : "checkbox",
      name,
      checked: chosen.has(option.value),
      dataset: { key: `${block.block_id} ${element.action_id} ${index}` },
      onchange: pick,
    });
    const words = h(
      "span",
      { class: "choice-words" },
      h("span", {}, textNodes(option.text)),
      option.description ? h("small", {}, textNodes(option.description)) : null,
    );
    node.append(h("label", { class: "choice" }, box, words));
  });
  return node;
}
