/** Windows over the page: they hold the focus and give it back. */
import { h, icon } from "./dom.js";
import { ICONS } from "./icons.js";

const stack = [];

const FOCUSABLE = "a[href],button:not([disabled]),input:not([disabled]),select:not([disabled]),textarea:not([disabled]),[tabindex='0']";

/**
 * Show a window above everything.
 * @param {HTMLElement} node the element with role dialog or alertdialog
 * @param {{onEscape: () => void}} options
 * @returns {() => void} closes it
 */
export function showDialog(node, { onEscape }) {
  const entry = { shade: h("div", { class: "shade" }, node), back: document.activeElement, onEscape };
  stack.push(entry);
  document.getElementById("modals").append(entry.shade);
  node.setAttribute("aria-modal", "true");
  node.addEventListener("keydown", (event) => onDialogKey(event, node, entry));
  hold();
  focusFirst(node);
  return () => close(entry);
}

function onDialogKey(event, node, entry) {
  if (event.key === "Escape") {
    event.stopPropagation();
    event.preventDefault();
    entry.onEscape();
  } else if (event.key === "Tab") {
    const all = [...node.querySelectorAll(FOCUSABLE)].filter((one) => one.offsetParent !== null && one.tabIndex >= 0);
    const edge = event.shiftKey ? all[0] : all.at(-1);
    if (document.activeElement !== edge && node.contains(document.activeElement)) return;
    event.preventDefault();
    (event.shiftKey ? all.at(-1) : all[0])?.focus();
  }
}

function close(entry) {
  const at = stack.indexOf(entry);
  if (at < 0) return;
  stack.splice(at, 1);
  entry.shade.remove();
  hold();
  if (entry.back?.isConnected) entry.back.focus({ preventScroll: true });
}

// Only the window on top can be used.
function hold() {
  document.getElementById("app").inert = stack.length > 0;
  stack.forEach((entry, index) => (entry.shade.inert = index < stack.length - 1));
}

/** Focus the first field of a window, or its first button when it has no fields. */
export function focusFirst(node) {
  const field = node.querySelector(".dialog-body input:not([type=hidden]), .dialog-body textarea, .dialog-body [role=combobox]");
  (field ?? node.querySelector(".dialog-foot button:last-child") ?? node.querySelector(FOCUSABLE))?.focus({ preventScroll: true });
}

/**
 * Ask before doing something.
 * @param {{title: string, body: Array<Node|string>|string, yes: string, no: string, danger?: boolean}} words
 * @returns {Promise<boolean>}
 */
export function ask({ title, body, yes, no, danger = false }) {
  return new Promise((resolve) => {
    const answer = (value) => {
      done();
      resolve(value);
    };
    const node = h(
      "div",
      { class: "dialog dialog-small", role: "alertdialog", "aria-label": title },
      dialogHead(title, () => answer(false)),
      h("div", { class: "dialog-body" }, h("p", {}, body)),
      h(
        "footer",
        { class: "dialog-foot" },
        h("button", { class: "button", onclick: () => answer(false) }, no),
        h("button", { class: `button ${danger ? "button-danger" : "button-primary"}`, onclick: () => answer(true) }, yes),
      ),
    );
    const done = showDialog(node, { onEscape: () => answer(false) });
  });
}

/** The title and the cross of a window. */
export function dialogHead(title, onclose, face = null) {
  return h(
    "header",
    { class: "dialog-head" },
    face,
    h("h2", {}, title),
    h("button", { class: "plain-button", "aria-label": "Close", onclick: onclose }, icon(ICONS.close, 20)),
  );
}
