/** Things that float beside what opened them: menus, pickers, lists. One at a time, closed by Escape or a click elsewhere. */
import { h, icon } from "./dom.js";
import { ICONS } from "./icons.js";

let open = null;

/** The floating element, if one is open. */
export function openPopover() {
  return open?.node ?? null;
}

/**
 * Float `node` beside `anchor`.
 * @param {HTMLElement} anchor
 * @param {HTMLElement} node
 * @param {{align?: "start"|"end", width?: number, opener?: HTMLElement, onclose?: () => void}} [options]
 *   opener: what has the focus and says whether it is expanded, when that is not the anchor itself
 */
export function popover(anchor, node, { align = "start", width = 0, opener = anchor, onclose } = {}) {
  closePopover({ refocus: false });
  node.classList.add("popover");
  document.getElementById("popovers").append(node);
  open = { anchor, node, align, width, opener, onclose };
  opener.setAttribute("aria-expanded", "true");
  settle();
}

/** Put the open popover where it belongs again, after its size changed. */
export function settle() {
  if (!open) return;
  const { anchor, node, align, width } = open;
  const box = anchor.getBoundingClientRect();
  if (width) node.style.setProperty("width", `${Math.min(width, innerWidth - 16)}px`);
  const { offsetWidth: wide, offsetHeight: tall } = node;
  const left = align === "end" ? box.right - wide : box.left;
  const below = box.bottom + 4;
  const top = below + tall > innerHeight - 8 && box.top - tall - 4 > 8 ? box.top - tall - 4 : below;
  node.style.setProperty("left", `${Math.max(8, Math.min(left, innerWidth - wide - 8))}px`);
  node.style.setProperty("top", `${Math.max(8, Math.min(top, innerHeight - tall - 8))}px`);
}

/** Close what floats. */
export function closePopover({ refocus = true } = {}) {
  if (!open) return;
  const { opener, node, onclose } = open;
  open = null;
  const held = node.contains(document.activeElement);
  node.remove();
  opener.setAttribute("aria-expanded", "false");
  if (refocus && held) opener.focus({ preventScroll: true });
  onclose?.();
}

document.addEventListener("pointerdown", (event) => {
  if (!open || open.node.contains(event.target) || open.anchor.contains(event.target)) return;
  closePopover({ refocus: false });
});
document.addEventListener(
  "keydown",
  (event) => {
    if (event.key !== "Escape" || !open) return;
    event.stopPropagation();
    event.preventDefault();
    closePopover();
  },
  true,
);
addEventListener("resize", settle);

/**
 * @typedef {{label: string, detail?: string, face?: Node, act?: () => void, danger?: boolean, checked?: boolean}} MenuItem
 */

/**
 * A menu of commands.
 * @param {HTMLElement} anchor
 * @param {Array<MenuItem|"divider"|{heading: string}>} entries
 * @param {{label: string, align?: "start"|"end", width?: number}} options
 */
export function menu(anchor, entries, { label, align = "start", width = 0 }) {
  if (open?.anchor === anchor) {
    closePopover();
    return;
  }
  const node = h("div", { class: "menu", role: "menu", "aria-label": label }, entries.map(menuEntry));
  node.addEventListener("keydown", onMenuKey);
  popover(anchor, node, { align, width });
  node.querySelector('[role^="menuitem"]')?.focus();
}

function menuEntry(entry) {
  if (entry === "divider") return h("div", { class: "menu-divider", role: "separator" });
  if ("heading" in entry) return h("div", { class: "menu-heading", role: "presentation" }, entry.heading);
  const radio = entry.checked !== undefined;
  return h(
    "button",
    {
      class: `menu-item${entry.danger ? " danger" : ""}`,
      role: radio ? "menuitemradio" : "menuitem",
      "aria-checked": radio ? String(entry.checked) : null,
      "aria-label": entry.label,
      tabindex: "-1",
      onclick: () => {
        closePopover();
        entry.act?.();
      },
    },
    entry.face ?? null,
    h("span", { class: "menu-words" }, h("span", {}, entry.label), entry.detail ? h("small", {}, entry.detail) : null),
    entry.checked ? icon(ICONS.check, 16) : null,
  );
}

function onMenuKey(event) {
  const items = [...event.currentTarget.querySelectorAll('[role^="menuitem"]')];
  const at = items.indexOf(document.activeElement);
  const next = { ArrowDown: at + 1, ArrowUp: at - 1, Home: 0, End: items.length - 1 }[event.key];
  if (next !== undefined) items[(next + items.length) % items.length]?.focus();
  else if (event.key === "Tab") closePopover();
  else if (event.key.length === 1 && /\S/.test(event.key)) {
    const wanted = event.key.toLowerCase();
    const turned = [...items.slice(at + 1), ...items.slice(0, at + 1)];
    turned.find((item) => item.textContent.trim().toLowerCase().startsWith(wanted))?.focus();
  } else return;
  event.preventDefault();
}
