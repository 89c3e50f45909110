/** The agent's pane: a conversation with the app beside whatever else is shown. */
import { statusLine, suggestions } from "./agent_parts.js";
import { Composer } from "./composer.js";
import { h, icon, sync, toggle } from "./dom.js";
import { ICONS } from "./icons.js";
import { editLast } from "./message_actions.js";
import { MessageList } from "./message_list.js";
import { plainWords } from "./mrkdwn.js";
import { avatar } from "./people.js";
import { closeAgent, openAgent } from "./places.js";
import { menu, openPopover } from "./popover.js";
import { agentIn, appChannel, place, rootsOf, threadOf, world } from "./state.js";
import { ago } from "./time.js";

let parts = null;

/** Bring the agent's pane up to date. */
export function renderAgent(node) {
  parts ??= build(node);
  const channel = appChannel();
  const shown = Boolean(place.agent && channel);
  const moved = shown && parts.conversation !== place.agent;
  parts.conversation = shown ? place.agent : null;
  toggle(node, shown);
  if (!shown) return;
  const thread = place.agent === "new" ? null : place.agent;
  node.setAttribute("aria-label", `Conversation with ${world.app.name}`);
  parts.title.textContent = (thread && titleOf(channel, thread)) || world.app.name;
  toggle(parts.list.node, Boolean(thread));
  toggle(parts.welcome, !thread);
  if (thread) {
    const label = `Messages with ${world.app.name}`;
    parts.list.render(`agent ${world.me.id} ${thread}`, threadOf(channel.id, thread), { label });
  }
  sync(parts.welcome, thread ? [] : [welcome(channel)]);
  sync(parts.under, thread ? [statusLine(channel.id, thread), suggestions(channel.id, thread, (one) => ask(one))].filter(Boolean) : []);
  parts.composer.aim({ channel: channel.id, thread, label: `Ask ${world.app.name}` });
  if (moved) parts.composer.focus();
}

function build(node) {
  const tool = (label, path, run) => {
    const button = h("button", { class: "plain-button", "aria-label": label, title: label }, icon(path, 20));
    button.addEventListener("click", () => run(button));
    return button;
  };
  const title = h("h1", { class: "agent-title" });
  const tools = [
    tool("Earlier conversations", ICONS.history, showEarlier),
    tool("New conversation", ICONS.plus, () => openAgent()),
    tool("Close conversation", ICONS.close, leave),
  ];
  tools[0].setAttribute("aria-haspopup", "menu");
  const head = h("header", { class: "pane-head" }, h("div", { class: "pane-head-row" }, avatar(world.app.user_id, 24), title, tools));
  const list = new MessageList({ inThread: true, isTalk: true });
  const welcomeNode = h("div", { class: "agent-welcome" });
  const under = h("div", { class: "agent-under" });
  const onUp = () => place.agent !== "new" && editLast(threadOf(appChannel().id, place.agent), true);
  const composer = new Composer({ inThread: true, onUp, onSent: follow });
  node.append(head, welcomeNode, list.node, under, composer.node);
  node.addEventListener("keydown", (event) => {
    if (event.key === "Escape" && !openPopover() && !event.target.closest(".edit-box")) leave();
  });
  return { title, list, welcome: welcomeNode, under, composer, conversation: null };
}

function leave() {
  closeAgent();
  queueMicrotask(() => document.querySelector(".agent-button")?.focus({ preventScroll: true }));
}

function welcome(channel) {
  const { agent } = world.app;
  const build = () =>
    h(
      "div",
      { class: "agent-hello" },
      avatar(world.app.user_id, 48),
      h("h2", {}, `Hi ${world.me.real_name.split(" ")[0]}, how can I help?`),
      agent?.agent_description ? h("p", {}, agent.agent_description) : null,
      suggestions(channel.id, "", ask)?.build(),
    );
  return { key: "welcome", mark: JSON.stringify([world.me, agent, agentIn(channel.id)]), build };
}

async function ask(prompt) {
  follow(await parts.composer.say(prompt.message));
}

// What is written into a new conversation begins it.
function follow(answer) {
  if (place.agent === "new" && answer.message) void openAgent(answer.message.ts);
}

function titleOf(channel, thread) {
  const words = agentIn(channel.id, thread).title ?? threadOf(channel.id, thread)[0]?.text ?? "";
  return plainWords(words, 60);
}

function showEarlier(anchor) {
  const channel = appChannel();
  const mine = rootsOf(channel.id).filter((one) => one.user === world.me.id).reverse().slice(0, 12);
  const entries = mine.map((one) => ({
    label: titleOf(channel, one.ts) || "Conversation",
    detail: ago(Number(one.ts)),
    checked: one.ts === place.agent,
    act: () => openAgent(one.ts),
  }));
  const none = { heading: "No conversations yet" };
  menu(anchor, entries.length ? [{ heading: "Earlier conversations" }, ...entries] : [none], { label: "Earlier conversations", align: "end", width: 300 });
}
