/** Where the person is, in the address bar and back again. */
import { act, markRead } from "./live.js";
import { appChannel, changed, channelOf, firstUnread, messageOf, place, rootsOf, world } from "./state.js";

/** The tabs of the app that are not a conversation. */
const TABS = ["home", "about"];

/** The address of a place. */
export function addressOf({ channel, tab, thread, highlight }) {
  const query = new URLSearchParams({ as: world.me.id });
  if (TABS.includes(tab)) return `/?${query}&tab=${tab}`;
  const at = highlight ?? thread;
  if (thread) query.set("thread_ts", thread);
  return `/archives/${channel}${at ? `/p${at.replace(".", "")}` : ""}?${query}`;
}

/** Read the address bar into `place`, falling back to the first channel the person is in. */
export function readAddress(url = new URL(location.href)) {
  const [, channel, digits] = url.pathname.match(/^\/archives\/([A-Z0-9]+)(?:\/p(\d{7,}))?/) ?? [];
  Object.assign(place, { tab: "messages", thread: null, highlight: null });
  const tab = url.searchParams.get("tab");
  if (!channel && TABS.includes(tab)) {
    openTab(tab);
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
  move({ channel, tab: "messages", thread: null, highlight: null, drawer: false, unread: firstUnread(channel) }, replace);
  markRead(channel);
  if (channelOf(channel)?.with === world.app.user_id) void act("open_home", { tab: "messages" }, { quiet: true });
  else if (place.agent) tellAgent();
}

/** Open the app's Home tab, or its messages when it has no Home. */
export function openHome() {
  if (world.app.has_home === false) void openMessages();
  else openTab("home");
}

/** Open what is known about the app. */
export function openAbout() {
  openTab("about");
}

function openTab(tab) {
  if (tab === "home" && world.app.has_home === false) tab = "about";
  move({ channel: appChannel()?.id ?? null, tab, thread: null, highlight: null, drawer: false });
  if (tab === "home") void act("open_home", { tab });
}

/** The conversation with the app, made when there is none yet. @returns {Promise<string|undefined>} its channel's id */
async function appConversation() {
  return appChannel()?.id ?? (await act("open_dm", { user: world.app.user_id })).channel?.id;
}

/** Open the agent's pane beside what is shown: a new conversation, or the one below a message. */
export async function openAgent(conversation = "new") {
  const channel = await appConversation();
  if (!channel) return;
  const opened = place.agent === null;
  move({ agent: conversation, thread: null, drawer: false });
  markRead(channel);
  if (!opened) return;
  void act("open_home", { tab: "messages" }, { quiet: true });
  tellAgent();
}

/** Close the agent's pane. */
export function closeAgent() {
  move({ agent: null });
}

// The agent knows what the person looks at while its pane is open.
function tellAgent() {
  const looked = place.tab === "messages" && channelOf(place.channel);
  if (looked && looked.with !== world.app.user_id) void act("look_at", { channel: looked.id }, { quiet: true });
}

/** Open the app's messages, making the conversation when there is none yet. */
export async function openMessages() {
  const channel = await appConversation();
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
  move({ thread: ts, highlight: null, ...(ts ? { agent: null } : {}) });
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
