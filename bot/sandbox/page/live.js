/** The wire: the snapshot, the live changes, and what the person does. */
import { apply, changed, isSeen, link, setWorld, world } from "./state.js";
import { toast } from "./toasts.js";

let socket = null;
let attempts = 0;
let timer = 0;
let hushed = 0;
/** What was heard while a snapshot is on its way: it may be older than these. */
let meanwhile = null;

/** Fetch the snapshot for a person (null: the server chooses) and follow its changes. */
export async function enter(as) {
  hangUp();
  try {
    await refresh(as);
  } finally {
    if (world) follow();
  }
}

async function refresh(as) {
  const heard = (meanwhile = []);
  try {
    const answer = await fetch(`/page-api/state${as ? `?as=${encodeURIComponent(as)}` : ""}`);
    if (!answer.ok) throw new Error(`it answered ${answer.status}`);
    const snapshot = await answer.json();
    // A later request is on its way, and its answer knows more.
    if (heard !== meanwhile) return;
    setWorld(snapshot);
  } finally {
    if (heard === meanwhile) meanwhile = null;
  }
  heard.forEach(take);
}

function take(change) {
  if (!apply(change)) refresh(world.me.id).catch(() => socket.close());
}

function hangUp() {
  clearTimeout(timer);
  if (!socket) return;
  socket.onopen = socket.onmessage = socket.onclose = null;
  socket.close();
}

function follow() {
  hangUp();
  const scheme = location.protocol === "https:" ? "wss" : "ws";
  socket = new WebSocket(`${scheme}://${location.host}/page-api/live?as=${encodeURIComponent(world.me.id)}`);
  socket.onopen = onOpen;
  socket.onmessage = (event) => hear(JSON.parse(event.data));
  socket.onclose = onLost;
}

async function onOpen() {
  link.up = true;
  // What happened between the snapshot and this connection was told to nobody.
  await refresh(world.me.id).then(() => (attempts = 0), () => socket.close());
  changed();
}

function onLost() {
  link.up = false;
  changed();
  attempts += 1;
  timer = setTimeout(follow, Math.min(250 * 2 ** Math.min(attempts, 5), 4000));
}

function hear(change) {
  if (change.what === "notice") {
    if (!hushed) toast(change.text);
    return;
  }
  meanwhile?.push(change);
  take(change);
  if (change.message && change.what === "message" && isSeen(change.message.channel)) markRead(change.message.channel);
}

/** Tell the sandbox that the person has seen a channel. */
export function markRead(channel) {
  if (document.visibilityState === "hidden") return;
  world.now_markers[channel] = 0;
  void act("read", { channel }, { quiet: true });
}

/**
 * Do something as the person who is chosen.
 * @param {string} what the protocol's `do`
 * @param {object} details
 * @param {{quiet?: boolean}} [options] quiet: the caller shows the error itself
 * @returns {Promise<{ok: boolean, error?: string, [key: string]: any}>}
 */
export async function act(what, details = {}, { quiet = false } = {}) {
  let answer;
  // A modal shows by itself what became of it.
  const ownWords = what === "submit" ? 1 : 0;
  hushed += ownWords;
  try {
    const response = await fetch("/page-api/act", {
      method: "POST",
      headers: { "content-type": "application/json" },
      body: JSON.stringify({ as: world.me.id, do: what, ...details }),
    });
    answer = await response.json();
  } catch {
    answer = { ok: false, error: "The sandbox did not answer. Check that it is still running, then try again." };
  } finally {
    hushed -= ownWords;
  }
  if (!answer.ok && !quiet) toast(answer.error ?? "That did not work. Try again.", "error");
  return answer;
}
