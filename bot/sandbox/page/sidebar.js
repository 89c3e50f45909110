/** The list of channels, direct messages and the app. */
import { h, icon, sync } from "./dom.js";
import { ICONS } from "./icons.js";
import { avatar, roleOf } from "./people.js";
import { addressOf, openChannel, openHome, openMessages, openPerson } from "./places.js";
import { menu } from "./popover.js";
import { appChannel, countForMe, personOf, place, world } from "./state.js";

/** Bring the sidebar up to date. */
export function renderSidebar(node) {
  node.classList.toggle("open", place.drawer);
  const channels = world.channels.filter((one) => !one.is_im && !one.is_archived).sort(byName);
  const archived = world.channels.filter((one) => one.is_archived).sort(byName);
  const talks = world.channels.filter((one) => one.is_im && one.with !== world.app.user_id).sort(byPerson);
  sync(node, [
    heading("channels", "Channels"),
    ...channels.map(channelItem),
    ...(archived.length ? [heading("archived", "Archived"), ...archived.map(channelItem)] : []),
    heading("talks", "Direct messages"),
    ...talks.map(talkItem),
    newTalk(),
    ...(world.me.is_stranger ? [] : [heading("apps", "Apps"), appItem()]),
  ]);
}

const byName = (a, b) => a.name.localeCompare(b.name);
const byPerson = (a, b) => nameOf(a).localeCompare(nameOf(b));
const isUnread = (channel) => (world.now_markers[channel.id] ?? 0) > 0;
const nameOf = (channel) => personOf(channel.with)?.real_name ?? "";

function heading(key, words) {
  return { key, mark: words, build: () => h("h2", { class: "side-heading" }, words) };
}

/** `unread` is whether there is news, and `count` how much of it is for the person; `counted` says what that is. */
function item(key, { name, label, sign, here, unread, count, counted = "unread", href, open, extra = null }) {
  const news = unread && !here;
  const told = news && count ? `${count} ${counted}` : "unread";
  return {
    key,
    mark: JSON.stringify([name, label, here, news, told, href, extra?.mark]),
    build: () =>
      h(
        "a",
        {
          class: `side-item${here ? " here" : ""}${news ? " unread" : ""}`,
          href,
          "aria-current": here ? "page" : null,
          "aria-label": news ? `${label}, ${told}` : label,
          dataset: { key },
          onclick: (event) => {
            if (event.metaKey || event.ctrlKey || event.shiftKey) return;
            event.preventDefault();
            open();
          },
        },
        h("span", { class: "side-sign" }, sign()),
        h("span", { class: "side-name" }, name),
        extra?.node() ?? null,
        news && count ? h("span", { class: "side-count", "aria-hidden": "true" }, String(count)) : null,
      ),
  };
}

function channelItem(channel) {
  const count = countForMe(channel);
  const words = [`#${channel.name}`, channel.is_private ? "private" : "", channel.is_ext_shared ? "shared with another company" : "", channel.is_archived ? "archived" : ""];
  return item(channel.id, {
    name: channel.name,
    label: words.filter(Boolean).join(", "),
    sign: () => icon(channel.is_archived ? ICONS.archive : channel.is_private ? ICONS.lock : ICONS.hash, 16),
    here: place.tab === "messages" && place.channel === channel.id,
    unread: isUnread(channel),
    count,
    counted: count === 1 ? "mention" : "mentions",
    href: hrefOf(channel.id),
    open: () => openChannel(channel.id),
    extra: channel.is_ext_shared ? { mark: "shared", node: () => h("span", { class: "side-shared" }, icon(ICONS.shared, 14)) } : null,
  });
}

function talkItem(channel) {
  return item(channel.id, {
    name: nameOf(channel),
    label: nameOf(channel),
    sign: () => avatar(channel.with, 20),
    here: place.tab === "messages" && place.channel === channel.id,
    unread: isUnread(channel),
    count: countForMe(channel),
    href: hrefOf(channel.id),
    open: () => openChannel(channel.id),
  });
}

function hrefOf(channel) {
  return addressOf({ channel, tab: "messages", thread: null, highlight: null });
}

function newTalk() {
  const build = () => {
    const node = h(
      "button",
      { class: "side-item side-add", "aria-haspopup": "menu", dataset: { key: "new-talk" } },
      h("span", { class: "side-sign" }, icon(ICONS.plus, 16)),
      h("span", { class: "side-name" }, "New message"),
    );
    node.addEventListener("click", () => {
      const others = world.people.filter((one) => one.id !== world.me.id && !one.is_bot && !one.is_deleted && !one.is_stranger);
      const entries = others.map((one) => ({
        label: one.real_name,
        detail: roleOf(one),
        face: avatar(one.id, 24),
        act: () => openPerson(one.id),
      }));
      menu(node, entries, { label: "New message", width: 280 });
    });
    return node;
  };
  return { key: "new-talk", mark: world.me.id, build };
}

function appItem() {
  const channel = appChannel();
  const unread = Boolean(channel) && isUnread(channel);
  const state = world.connected ? "connected" : "not connected";
  return item("app", {
    name: world.app.name,
    label: world.app.name,
    sign: () => avatar(world.app.user_id, 20),
    here: place.tab !== "messages" || Boolean(channel && place.channel === channel.id),
    unread,
    count: channel ? countForMe(channel) : 0,
    href: addressOf({ tab: "home" }),
    open: () => (unread || world.app.has_home === false ? openMessages() : openHome()),
    extra: { mark: state, node: () => h("span", { class: `presence ${world.connected ? "on" : ""}`, title: state }) },
  });
}
