/** Where blocks live (a message, a view, the home) and how their elements report what a person did. */
import { act } from "./live.js";
import { Values } from "./values.js";

const kept = new Map();
/** What was chosen while its element was still waiting for the app. */
const next = new WeakMap();

/**
 * @typedef {{where: object, values: Values, blocks: object[], channel: string|null, isModal: boolean,
 *   onvalue: (blockId: string) => void}} Host
 */

/** The host of a message's blocks. @returns {Host} */
export function messageHost(message) {
  const where = { channel: message.channel, ts: message.ts, ...(message.is_ephemeral ? { ephemeral: true } : {}) };
  const values = valuesOf(`${message.channel} ${message.ts}`);
  return { where, values, blocks: message.blocks, channel: message.channel, isModal: false, onvalue: () => {} };
}

/** The host of the App Home. @returns {Host} */
export function homeHost(home) {
  const values = valuesOf("home");
  return { where: { home: true }, values, blocks: home.blocks, channel: null, isModal: false, onvalue: () => {} };
}

function valuesOf(key) {
  if (!kept.has(key)) kept.set(key, new Values());
  return kept.get(key);
}

/** Forget what was put in, because another person sits down. */
export function forgetValues() {
  kept.clear();
}

/**
 * Remember a new value and tell the app, unless the element only counts when its form is submitted.
 * @param {Host} host
 */
export function changeValue(host, block, element, value, node) {
  host.values.set(block.block_id, element.action_id, value);
  host.onvalue(block.block_id);
  if (block.type !== "input" || block.dispatch_action) void send(host, block, element, value, node);
}

/** Tell the app that an element was used; the element shows that it is waiting. */
export async function send(host, block, element, value, node) {
  if (node?.getAttribute("aria-busy") === "true") {
    if (value !== undefined) next.set(node, () => send(host, block, element, value, node));
    return;
  }
  node?.setAttribute("aria-busy", "true");
  try {
    await act("click", {
      where: host.where,
      block_id: block.block_id,
      action_id: element.action_id,
      state: host.values.stateOf(host.blocks),
      ...(value === undefined ? {} : { value }),
    });
  } finally {
    node?.removeAttribute("aria-busy");
  }
  const later = next.get(node);
  next.delete(node);
  await later?.();
}
