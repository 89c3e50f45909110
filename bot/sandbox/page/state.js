/** What the page knows: the server's snapshot for one person, kept current by live changes, and where the person is. */

/**
 * @typedef {{id: string, name: string, real_name: string, title: string, tz: string, is_admin: boolean, is_bot: boolean,
 *   is_guest: boolean, is_stranger: boolean, color: string, initials: string}} User
 * @typedef {{id: string, name: string, topic: string, is_private: boolean, is_im: boolean, is_ext_shared: boolean,
 *   is_archived: boolean, members: string[], with: string|null}} Channel
 * @typedef {{ts: string, channel: string, user: string, bot_id: string|null, text: string, blocks: object[]|null,
 *   thread_ts: string|null, reactions: {name: string, users: string[], count: number}[], edited: boolean,
 *   is_ephemeral: boolean, files: object[]}} Message
 */

const listeners = new Set();
let queued = false;

/** The snapshot; null until the first answer. Fields as in the page protocol. */
export let world = null;

/**
 * Where the person is: an open channel, its tab when it is the app's, an open thread, a message to highlight;
 * `agent` is the conversation in the agent's pane: "new" or its first message's ts; `unread` the first message that was
 * new when the channel was opened.
 */
export const place = { channel: null, tab: "messages", thread: null, agent: null, highlight: null, drawer: false, unread: null };

/** Whether the live connection is up. */
export const link = { up: false };

/** Call `fn` after every change, once per turn of the event loop. */
export function onChange(fn) {
  listeners.add(fn);
}

/** Say that something changed. */
export function changed() {
  if (queued) return;
  queued = true;
  queueMicrotask(() => {
    queued = false;
    for (const fn of listeners) fn();
  });
}

/** Take a fresh snapshot. */
export function setWorld(snapshot) {
  world = snapshot;
  world.messages ??= {};
  world.ephemerals ??= {};
  world.now_markers ??= {};
  world.agent ??= {};
  world.user_groups ??= [];
  world.clock.heard = performance.now();
  changed();
}

/** Apply one live change. Answers false when the snapshot must be fetched again. */
export function apply(change) {
  const handler = CHANGES[change.what];
  const known = handler ? handler(change) !== false : true;
  changed();
  return known;
}

const CHANGES = {
  message: (change) => keep("messages", change),
  ephemeral: (change) => keep("ephemerals", change),
  view: ({ view, view_depth: depth }) => {
    world.view = view;
    world.view_depth = depth;
  },
  home: ({ home }) => {
    world.home = home;
  },
  channel: ({ channel, gone }) => {
    if (gone) {
      world.channels = world.channels.filter((one) => one.id !== gone);
      return true;
    }
    const index = world.channels.findIndex((one) => one.id === channel.id);
    if (index < 0) return false;
    world.channels[index] = channel;
    return true;
  },
  people: ({ people, user_groups: groups, me }) => {
    Object.assign(world, { people, user_groups: groups, me });
  },
  agent: ({ channel, agent }) => {
    world.agent[channel] = agent;
  },
  clock: ({ clock }) => {
    world.clock = { ...clock, heard: performance.now() };
  },
  app: ({ connected }) => {
    world.connected = connected;
  },
};

/** Whether the person is looking at a channel, so that its messages are not news to them. */
export function isSeen(channel) {
  const isApp = channelOf(channel)?.with === world.app.user_id;
  return (place.channel === channel && !(isApp && place.tab !== "messages")) || (isApp && place.agent !== null);
}

/** The messages of others in a channel that the person has not seen yet. */
function unseen(channel) {
  const count = world.now_markers[channel] ?? 0;
  const others = (world.messages[channel] ?? []).filter((one) => one.user !== world.me.id);
  return count ? others.slice(-count) : [];
}

/** How many of the messages that the person has not seen are for them: all of a conversation, those that name them elsewhere. */
export function countForMe(channel) {
  if (channel.is_im) return world.now_markers[channel.id] ?? 0;
  const groups = world.user_groups.filter((one) => one.members.includes(world.me.id)).map((one) => `<!subteam^${one.id}`);
  const names = [`<@${world.me.id}`, "<!here", "<!channel", "<!everyone", ...groups];
  return unseen(channel.id).filter((one) => names.some((name) => JSON.stringify([one.text, one.blocks]).includes(name))).length;
}

/** The ts of the first message of a channel that the person has not seen yet, or null. */
export function firstUnread(channel) {
  return unseen(channel)[0]?.ts ?? null;
}

function keep(kind, { message, deleted }) {
  const { channel, ts } = message ?? deleted;
  if (!channelOf(channel)) return false;
  const list = (world[kind][channel] ??= []);
  const index = list.findIndex((one) => one.ts === ts);
  if (deleted) {
    if (index >= 0) list.splice(index, 1);
  } else if (index >= 0) {
    list[index] = message;
  } else {
    list.push(message);
    list.sort((a, b) => (a.ts < b.ts ? -1 : 1));
    if (message.user !== world.me.id && !isSeen(channel)) world.now_markers[channel] = (world.now_markers[channel] ?? 0) + 1;
  }
  return true;
}

/** @returns {User|undefined} */
export function personOf(id) {
  return world.people.find((one) => one.id === id);
}

/** @returns {Channel|undefined} */
export function channelOf(id) {
  return world.channels.find((one) => one.id === id);
}

/** The direct messages with the app, if there are any yet. */
export function appChannel() {
  return world.channels.find((one) => one.is_im && one.with === world.app.user_id);
}

/** Root messages (and channel-level ephemerals) of a channel, oldest first. */
export function rootsOf(channel) {
  return merged(channel).filter((one) => !one.thread_ts || one.thread_ts === one.ts);
}

/** A thread's root, then its replies, oldest first. */
export function threadOf(channel, root) {
  return merged(channel).filter((one) => one.ts === root || one.thread_ts === root);
}

/** Replies of a thread that everybody sees. */
export function repliesOf(channel, root) {
  return (world.messages[channel] ?? []).filter((one) => one.thread_ts === root && one.ts !== root);
}

function merged(channel) {
  const whispers = world.ephemerals[channel] ?? [];
  const said = world.messages[channel] ?? [];
  if (!whispers.length) return said;
  return [...said, ...whispers].sort((a, b) => (a.ts < b.ts ? -1 : 1));
}

/** @returns {Message|undefined} */
export function messageOf(channel, ts) {
  return merged(channel).find((one) => one.ts === ts);
}

/** What the app's agent shows in a thread ("" for the top of the conversation): prompts, status, title. */
export function agentIn(channel, thread = "") {
  return world.agent[channel]?.[thread] ?? {};
}

/** A channel as people call it: "#acme", or the other person's name. */
export function titleOf(channel) {
  if (!channel.is_im) return `#${channel.name}`;
  return personOf(channel.with)?.real_name ?? "Direct message";
}

/** The calendar clock now, in unix seconds. */
export function now() {
  return world.clock.now + (performance.now() - world.clock.heard) / 1000;
}
