/** The middle of the page: a channel, a conversation, or the app with its tabs. */
import { suggestions } from "./agent_parts.js";
import { openChannelMenu, showMembers } from "./channel_menu.js";
import { Composer } from "./composer.js";
import { h, icon, sync, toggle } from "./dom.js";
import { renderAbout, renderHome } from "./home.js";
import { ICONS } from "./icons.js";
import { act } from "./live.js";
import { editLast } from "./message_actions.js";
import { MessageList } from "./message_list.js";
import { mrkdwn } from "./mrkdwn.js";
import { avatar, badges, listNames, roleOf } from "./people.js";
import { openAbout, openHome, openMessages, openThread } from "./places.js";
import { channelOf, personOf, place, rootsOf, titleOf, world } from "./state.js";

let parts = null;

/** Bring the middle up to date. */
export function renderChannel(node) {
  parts ??= build(node);
  const channel = place.channel ? channelOf(place.channel) : null;
  const onPage = place.tab !== "messages";
  const isApp = onPage || channel?.with === world.app.user_id;
  sync(parts.head, [isApp ? appHead() : channelHead(channel)].filter(Boolean));
  toggle(parts.home, place.tab === "home");
  toggle(parts.about, place.tab === "about");
  toggle(parts.list.node, !onPage);
  const closed = channel && !onPage ? closedBecause(channel) : null;
  const open = Boolean(channel) && !onPage && !closed;
  toggle(parts.composer.node, open);
  sync(parts.join, closed ? [closedNote(channel, closed)] : []);
  sync(parts.under, open && isApp ? [suggestions(channel.id, "", askInThread)].filter(Boolean) : []);
  if (place.tab === "home") renderHome(parts.home);
  else if (place.tab === "about") renderAbout(parts.about);
  else if (channel) showMessages(channel);
  document.title = `${onPage ? world.app.name : channel ? titleOf(channel) : "Sandbox"} · ${world.company.name} · Sandbox`;
}

function build(node) {
  const head = h("header", { class: "pane-head" });
  const home = h("section", { class: "home", "aria-label": "Home", role: "tabpanel", tabindex: "0" });
  const about = h("section", { class: "home", "aria-label": "About", role: "tabpanel", tabindex: "0" });
  const list = new MessageList({ inThread: false });
  const under = h("div", { class: "agent-under" });
  const composer = new Composer({ inThread: false, onUp: () => editLast(rootsOf(place.channel), false) });
  const join = h("div", { class: "join" });
  node.append(head, home, about, list.node, under, composer.node, join);
  return { head, home, about, list, under, composer, join };
}

// A suggested prompt begins a conversation; the app answers in its thread.
async function askInThread({ message }) {
  const answer = await parts.composer.say(message);
  if (answer.message) openThread(answer.message.ts);
}

function showMessages(channel) {
  const title = titleOf(channel);
  const messages = rootsOf(channel.id);
  parts.list.render(`${world.me.id} ${channel.id}`, messages, { label: `Messages in ${title}`, before: [beginning(channel)] });
  const moved = parts.aimed !== channel.id;
  parts.aimed = channel.id;
  parts.composer.aim({ channel: channel.id, thread: null, label: `Message ${title}` });
  if (moved && (document.activeElement === document.body || document.activeElement.closest("#sidebar"))) parts.composer.focus();
}

function beginning(channel) {
  const title = titleOf(channel);
  const words = channel.is_im
    ? `This is the beginning of your messages with ${title}.`
    : `This is the very beginning of the ${title} channel.`;
  return { key: "beginning", mark: words, build: () => h("div", { class: "beginning" }, h("b", {}, title), h("p", {}, words)) };
}

function channelHead(channel) {
  if (!channel) return null;
  const person = channel.is_im ? personOf(channel.with) : null;
  return {
    key: "head",
    mark: JSON.stringify([channel, person, world.me.id]),
    build: () =>
      h(
        "div",
        { class: "pane-head-row" },
        h("h1", {}, person ? [avatar(person.id, 24), person.real_name] : channelName(channel)),
        channel.is_ext_shared ? h("span", { class: "tag" }, icon(ICONS.shared, 14), "Shared") : null,
        h("div", { class: "topic" }, person ? roleOf(person) : mrkdwn(channel.topic ?? "")),
        channel.is_im ? null : membersButton(channel),
      ),
  };
}

function channelName(channel) {
  const button = h(
    "button",
    { class: "channel-name", title: "Channel menu", "aria-haspopup": "menu", dataset: { key: "channel-menu" } },
    icon(channel.is_private ? ICONS.lock : ICONS.hash, 18),
    h("span", {}, channel.name),
    icon(ICONS.chevron, 16),
  );
  button.addEventListener("click", () => openChannelMenu(button, channel.id));
  return button;
}

function membersButton(channel) {
  const count = channel.members.length;
  return h(
    "button",
    {
      class: "members",
      "aria-label": `${count} members`,
      title: listNames(channel.members),
      dataset: { key: "members" },
      onclick: () => showMembers(channel.id),
    },
    h("span", { class: "faces" }, channel.members.slice(0, 3).map((id) => avatar(id, 22))),
    String(count),
  );
}

/** Why nobody, or not this person, can write here; null when they can. */
function closedBecause(channel) {
  if (channel.is_archived) return `${titleOf(channel)} is archived. Nobody can write here.`;
  if (channel.with === world.app.user_id && world.app.takes_messages === false) return "Sending messages to this app has been turned off.";
  return channel.is_im || channel.members.includes(world.me.id) ? null : `You are looking at ${titleOf(channel)}.`;
}

function closedNote(channel, words) {
  const join = () => act("join", { channel: channel.id });
  const can = !channel.is_archived && !channel.is_im;
  return {
    key: channel.id,
    mark: words,
    build: () =>
      h(
        "div",
        { class: "join-note" },
        h("p", {}, words),
        can ? h("button", { class: "button button-primary", onclick: join }, "Join channel") : null,
      ),
  };
}

function appHead() {
  const tab = (name, label, open) =>
    h(
      "button",
      { class: "tab", role: "tab", "aria-selected": String(place.tab === name), dataset: { key: `tab ${name}` }, onclick: open },
      label,
    );
  return {
    key: "app",
    mark: JSON.stringify([place.tab, world.app.name]),
    build: () =>
      h(
        "div",
        { class: "pane-head-app" },
        h("div", { class: "pane-head-row" }, h("h1", {}, avatar(world.app.user_id, 24), world.app.name), badges(world.app.user_id)),
        h(
          "div",
          { class: "tabs", role: "tablist", "aria-label": world.app.name },
          world.app.has_home === false ? null : tab("home", "Home", openHome),
          tab("messages", "Messages", openMessages),
          tab("about", "About", openAbout),
        ),
      ),
  };
}
