/** Making and updating elements. Text always goes in as text nodes: nothing here parses HTML. */

/**
 * Make an element.
 * @param {string} tag
 * @param {Record<string, any>} [props] `class`, `dataset`, `style` (custom properties), `on…` listeners, else attributes
 *   (false, null and undefined leave the attribute out; true sets it empty)
 * @param {...(Node|string|null|undefined|false|Array<any>)} children
 * @returns {HTMLElement}
 */
export function h(tag, props = {}, ...children) {
  const node = document.createElement(tag);
  for (const [name, value] of Object.entries(props ?? {})) setProp(node, name, value);
  append(node, children);
  return node;
}

function setProp(node, name, value) {
  if (value === false || value === null || value === undefined) return;
  if (name === "class") node.className = value;
  else if (name === "dataset") Object.assign(node.dataset, value);
  else if (name === "style") for (const [key, text] of Object.entries(value)) node.style.setProperty(key, text);
  else if (name.startsWith("on")) node.addEventListener(name.slice(2), value);
  else if (name === "value") node.value = value;
  else node.setAttribute(name, value === true ? "" : String(value));
}

/** Append nested lists of nodes and strings, skipping what is empty. */
function append(node, children) {
  for (const child of children.flat(Infinity)) {
    if (child === null || child === undefined || child === false || child === "") continue;
    node.append(child);
  }
  return node;
}

const SVG = "http://www.w3.org/2000/svg";

/** An SVG icon of one path on a 20 × 20 grid. */
export function icon(path, size = 18) {
  const svg = document.createElementNS(SVG, "svg");
  svg.setAttribute("viewBox", "0 0 20 20");
  svg.setAttribute("width", String(size));
  svg.setAttribute("height", String(size));
  svg.setAttribute("aria-hidden", "true");
  svg.classList.add("icon");
  const shape = document.createElementNS(SVG, "path");
  shape.setAttribute("d", path);
  svg.append(shape);
  return svg;
}

/**
 * Make the children of `parent` exactly these, keeping every node whose key and mark did not change, and the
 * keyboard focus where it was (elements find themselves again by `data-key`).
 * @param {HTMLElement} parent
 * @param {Array<{key: string, mark: string, build: () => HTMLElement}>} items
 */
export function sync(parent, items) {
  const old = new Map([...parent.children].map((node) => [node.syncKey, node]));
  const focused = parent.contains(document.activeElement) ? focusPath(parent) : null;
  let place = parent.firstElementChild;
  for (const { key, mark, build } of items) {
    let node = old.get(key);
    old.delete(key);
    if (!node || node.syncMark !== mark) {
      const fresh = build();
      fresh.syncKey = key;
      fresh.syncMark = mark;
      if (node) {
        if (place === node) place = fresh;
        node.replaceWith(fresh);
      }
      node = fresh;
    }
    if (node === place) place = place.nextElementSibling;
    else parent.insertBefore(node, place);
  }
  for (const node of old.values()) node.remove();
  if (focused && !parent.contains(document.activeElement)) restoreFocus(parent, focused);
}

function focusPath(parent) {
  const active = /** @type {HTMLElement} */ (document.activeElement);
  let item = active;
  while (item.parentElement && item.parentElement !== parent) item = item.parentElement;
  return {
    item: item.syncKey,
    key: active.dataset.key ?? null,
    start: active.selectionStart ?? null,
    end: active.selectionEnd ?? null,
  };
}

function restoreFocus(parent, { item, key, start, end }) {
  const root = [...parent.children].find((node) => node.syncKey === item);
  if (!root) return;
  const target = key ? [root, ...root.querySelectorAll("[data-key]")].find((node) => node.dataset.key === key) : root;
  if (!target) return;
  target.focus({ preventScroll: true });
  if (start !== null && target.setSelectionRange && /^(text|search|url|tel|password|textarea)$/.test(target.type)) {
    target.setSelectionRange(start, end);
  }
}

/** Show only when there is something to show. */
export function toggle(node, shown) {
  node.hidden = !shown;
  return node;
}
