/** Where the person is, in the address bar and back again. */
import { act, markRead } from "./live.js";
import { appChannel, changed, channelOf, messageOf, place, rootsOf, world } from "./state.js";

/** The address of a place. */
export function addressOf({ channel, tab, thread, highlight }) {
  const query = new URLSearchParams({ as: world.me.id });
  if (tab === "home") return `/?${query}&tab=home`;
  const at = highlight ?? thread;
  if (thread) query.set("thread_ts", thread);
  return `/archives/${channel}${at ? `/p${at.replace(".", "")}` : ""}?${query}`;
}

/** Read the address bar into `place`, falling back to the first channel the person is in. */
export function readAddress(url = new URL(location.href)) {
  const [, channel, digits] = url.pathname.match(/^\/archives\/([A-Z0-9]+)(?:\/p(\d{7,}))?/) ?? [];
  Object.assign(place, { tab: "messages", thread: null, highlight: null });
  if (!channel && url.searchParams.get("tab") === "home") {
    openHome();
    return;
  }
  place.channel = channel && channelOf(channel) ? channel : firstChannel();
  if (!digits || place.channel !== channel) return;
  const ts = `${digits.slice(0, -6)}.${digits.slice(-6)}`;
  const root = messageOf(channel, ts)?.thread_ts ?? url.searchParams.get("thread_ts");
  place.highlight = ts;
  place.thread = root && (root !== ts || url.searchParams.has("thread_ts")) ? root : null;
}

function firstChannel() {
  const mine = world.channels.filter((one) => !one.is_im && one.members.includes(world.me.id));
  const lively = mine.find((one) => rootsOf(one.id).length) ?? mine[0] ?? world.channels[0];
  return lively?.id ?? null;
}

/** Open a channel. */
export function openChannel(channel, { replace = false } = {}) {
  move({ channel, tab: "messages", thread: null, highlight: null, drawer: false }, replace);
  markRead(channel);
  if (channelOf(channel)?.with === world.app.user_id) void act("open_home", { tab: "messages" }, { quiet: true });
}

/** Open the app's Home tab. */
export function openHome() {
  move({ channel: appChannel()?.id ?? null, tab: "home", thread: null, highlight: null, drawer: false });
  void act("open_home", { tab: "home" });
}

/** Open the app's messages, making the conversation when there is none yet. */
export async function openMessages() {
  const channel = appChannel()?.id ?? (await act("open_dm", { user: world.app.user_id })).channel?.id;
  if (channel) openChannel(channel);
}

/** Open the direct messages with a person. */
export async function openPerson(user) {
  const known = world.channels.find((one) => one.is_im && one.with === user);
  const channel = known?.id ?? (await act("open_dm", { user })).channel?.id;
  if (channel) openChannel(channel);
}

/** Open or close the thread pane. */
export function openThread(ts) {
  move({ thread: ts, highlight: null });
}

/** Follow a link inside the sandbox without loading the page again. */
export function go(event, url) {
  if (event.metaKey || event.ctrlKey || event.shiftKey || event.button > 0) return;
  event.preventDefault();
  readAddress(url);
  place.drawer = false;
  history.pushState(null, "", addressOf(place));
  if (place.channel) markRead(place.channel);
  changed();
}

/** Show or hide the channel list where it is a drawer. */
export function setDrawer(open) {
  place.drawer = open;
  changed();
}

function move(where, replace = false) {
  Object.assign(place, where);
  const address = addressOf(place);
  if (replace || address === location.pathname + location.search) history.replaceState(null, "", address);
  else history.pushState(null, "", address);
  changed();
}
