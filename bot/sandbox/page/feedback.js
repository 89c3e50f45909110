/** The small buttons below an answer: was it good, and what else can be done with it. */
import { h, icon } from "./dom.js";
import { send } from "./host.js";
import { ICONS } from "./icons.js";
import { world } from "./state.js";
import { plain } from "./texts.js";

/** feedback_buttons: thumbs up and down; the one that was pressed stays pressed. */
export function feedbackButtons(element, host, block) {
  const pressed = host.values.held(block.block_id, element.action_id)?.value;
  const thumb = (name, path) => {
    const choice = element[name];
    const words = plain(choice.text);
    const node = h(
      "button",
      {
        class: "tool thumb",
        "aria-label": choice.accessibility_label ?? words,
        "aria-pressed": String(pressed === choice.value),
        title: words,
        dataset: { key: `${block.block_id} ${element.action_id} ${name}` },
      },
      icon(path),
    );
    node.addEventListener("click", () => {
      const value = { type: element.type, value: choice.value };
      host.values.set(block.block_id, element.action_id, value);
      for (const one of node.parentElement.children) one.setAttribute("aria-pressed", String(one === node));
      void send(host, block, element, value, node);
    });
    return node;
  };
  return h(
    "span",
    { class: "thumbs", role: "group", "aria-label": "Was this helpful?" },
    thumb("positive_button", ICONS.thumb_up),
    thumb("negative_button", ICONS.thumb_down),
  );
}

/** icon_button; only those whom it names see it. */
export function iconButton(element, host, block) {
  const readers = element.visible_to_user_ids;
  const words = plain(element.text);
  const node = h(
    "button",
    {
      class: "tool",
      "aria-label": element.accessibility_label ?? words,
      title: words,
      hidden: Boolean(readers && !readers.includes(world.me.id)),
      dataset: { key: `${block.block_id} ${element.action_id}` },
    },
    icon(ICONS[element.icon] ?? ICONS.bolt),
  );
  node.addEventListener("click", async () => {
    if (host.confirm && !(await host.confirm())) return;
    await send(host, block, element, undefined, node);
  });
  return node;
}
