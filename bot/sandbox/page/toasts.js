/** Short notices at the bottom of the page. */
import { h, icon } from "./dom.js";
import { ICONS } from "./icons.js";

const STAY = 8000;

/** Show one sentence for a while; it stays as long as the pointer is on it. */
export function toast(text, kind = "notice") {
  const node = h(
    "div",
    { class: `toast toast-${kind}` },
    h("span", { class: "toast-text" }, text),
    h("button", { class: "plain-button", "aria-label": "Dismiss notice", onclick: () => node.remove() }, icon(ICONS.close, 16)),
  );
  let timer = setTimeout(() => node.remove(), STAY);
  node.addEventListener("pointerenter", () => clearTimeout(timer));
  node.addEventListener("pointerleave", () => (timer = setTimeout(() => node.remove(), STAY)));
  document.getElementById("toasts").append(node);
}
