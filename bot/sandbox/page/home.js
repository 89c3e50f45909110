/** The app's Home tab, and what is known about the app. */
import { blockNodes } from "./blocks.js";
import { h, sync } from "./dom.js";
import { homeHost } from "./host.js";
import { avatar } from "./people.js";
import { openAgent, openMessages } from "./places.js";
import { world } from "./state.js";

/** Bring the Home tab up to date, block by block: what is unchanged keeps its place and the focus. */
export function renderHome(node) {
  const home = world.home;
  if (!home) {
    sync(node, [{ key: "empty", mark: String(world.connected), build: empty }]);
    return;
  }
  const host = homeHost(home);
  const items = home.blocks.map((block, index) => ({
    key: block.block_id ?? String(index),
    mark: JSON.stringify([world.me.id, block]),
    build: () => blockNodes([block], host)[0],
  }));
  sync(node, [{ key: "home", mark: world.me.id, build: () => h("div", { class: "home-blocks blocks" }) }]);
  sync(node.firstElementChild, items);
}

function empty() {
  const words = world.connected
    ? "Nothing here yet. This page fills as soon as the app has something for you."
    : "The app is not connected. This page fills as soon as it is.";
  return h("div", { class: "home-empty" }, h("p", {}, words));
}

/** Bring the About tab up to date. */
export function renderAbout(node) {
  sync(node, [{ key: "about", mark: JSON.stringify([world.app, world.connected]), build: about }]);
}

function about() {
  const { name, about: display, commands, message_shortcuts: onMessages, global_shortcuts: anywhere, agent } = world.app;
  const talk = h("button", { class: "button button-primary", onclick: () => (agent ? openAgent() : openMessages()) }, `Message ${name}`);
  return h(
    "div",
    { class: "home-blocks about" },
    h("div", { class: "about-head" }, avatar(world.app.user_id, 64), h("div", {}, h("h2", {}, display.name || name), h("p", {}, display.description || ""))),
    display.long_description ? h("p", { class: "about-long" }, display.long_description) : null,
    h("p", { class: "quiet" }, world.connected ? "Connected" : "Not connected"),
    talk,
    listed("Commands", commands.map((one) => [`${one.command} ${one.usage_hint ?? ""}`.trim(), one.description])),
    listed("Shortcuts", anywhere.map((one) => [one.name, one.description])),
    listed("Shortcuts on messages", onMessages.map((one) => [one.name, one.description])),
  );
}

function listed(title, pairs) {
  if (!pairs.length) return null;
  const rows = pairs.flatMap(([term, words]) => [h("dt", {}, term), h("dd", {}, words || "")]);
  return h("section", { class: "about-list" }, h("h3", {}, title), h("dl", {}, rows));
}
