/** The app's Home tab. */
import { blockNodes } from "./blocks.js";
import { h, sync } from "./dom.js";
import { homeHost } from "./host.js";
import { world } from "./state.js";

/** Bring the Home tab up to date. */
export function renderHome(node) {
  const home = world.home;
  const build = () => h("div", { class: "home-blocks blocks" }, blockNodes(home.blocks, homeHost(home)));
  const shown = { key: "home", mark: JSON.stringify([world.me.id, home]), build };
  sync(node, [home ? shown : { key: "empty", mark: String(world.connected), build: empty }]);
}

function empty() {
  const words = world.connected
    ? "Nothing here yet. This page fills as soon as the app has something for you."
    : "The app is not connected. This page fills as soon as it is.";
  return h("div", { class: "home-empty" }, h("p", {}, words));
}
