/** Block Kit's interactive elements. */
import { choices } from "./choices.js";
import { ask } from "./dialog.js";
import { h, icon } from "./dom.js";
import { feedbackButtons, iconButton } from "./feedback.js";
import { send, changeValue } from "./host.js";
import { ICONS } from "./icons.js";
import { dateField, textField } from "./inputs.js";
import { menu } from "./popover.js";
import { fileField, richField } from "./rare_inputs.js";
import { select } from "./selects.js";
import { plain, textNodes } from "./texts.js";
import { linkNode } from "./references.js";

const MAKERS = {
  button,
  workflow_button: button,
  feedback_buttons: feedbackButtons,
  icon_button: iconButton,
  overflow,
  radio_buttons: choices,
  checkboxes: choices,
  plain_text_input: textField,
  email_text_input: textField,
  url_text_input: textField,
  number_input: textField,
  rich_text_input: richField,
  file_input: fileField,
  datepicker: dateField,
  timepicker: dateField,
  datetimepicker: dateField,
  static_select: select,
  external_select: select,
  users_select: select,
  conversations_select: select,
  channels_select: select,
  multi_static_select: select,
  multi_external_select: select,
  multi_users_select: select,
  multi_conversations_select: select,
  multi_channels_select: select,
};

/**
 * An element of a block.
 * @param {object} element
 * @param {import("./host.js").Host} host
 * @param {object} block
 * @param {{label?: string|null, id?: string}} [naming] its visible label and the id that the label points to
 */
export function elementNode(element, host, block, naming = {}) {
  const make = MAKERS[element.type];
  if (!make) return h("span", { class: "fallback" }, `(This sandbox cannot show “${element.type}”.)`);
  const guarded = element.confirm ? { ...host, confirm: () => confirmed(element.confirm) } : host;
  return make(element, guarded, block, naming);
}

/** Ask what the element's `confirm` object asks. */
function confirmed(words) {
  const danger = words.style === "danger";
  return ask({
    title: plain(words.title) || "Are you sure?",
    body: textNodes(words.text),
    yes: plain(words.confirm) || "Yes",
    no: plain(words.deny) || "Cancel",
    danger,
  });
}

function button(element, host, block) {
  const style = element.style ? ` button-${element.style}` : "";
  const node = h(
    "button",
    { class: `button${style}`, "aria-label": element.accessibility_label ?? null, dataset: { key: `${block.block_id} ${element.action_id}` } },
    textNodes(element.text),
  );
  node.addEventListener("click", async () => {
    if (host.confirm && !(await host.confirm())) return;
    if (element.url) linkNode(element.url, []).click();
    await send(host, block, element, undefined, node);
  });
  return node;
}

function overflow(element, host, block) {
  const node = h(
    "button",
    {
      class: "button button-icon",
      "aria-label": "More options",
      "aria-haspopup": "menu",
      dataset: { key: `${block.block_id} ${element.action_id}` },
    },
    icon(ICONS.more),
  );
  const choose = async (option) => {
    if (host.confirm && !(await host.confirm())) return;
    if (option.url) linkNode(option.url, []).click();
    changeValue(host, block, element, { type: "overflow", selected_option: option }, node);
  };
  node.addEventListener("click", () => {
    const entries = element.options.map((option) => ({
      label: plain(option.text),
      detail: plain(option.description),
      act: () => choose(option),
    }));
    menu(node, entries, { label: "More options", align: "end" });
  });
  return node;
}
