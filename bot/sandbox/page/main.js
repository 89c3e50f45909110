/** Starts the page: takes the snapshot, then keeps every region current. */
import { renderAgent } from "./agent.js";
import { renderChannel } from "./channel.js";
import { toggleJump } from "./jump.js";
import { enter, markRead } from "./live.js";
import { renderModal } from "./modal.js";
import { addressOf, readAddress, setDrawer } from "./places.js";
import { renderSidebar } from "./sidebar.js";
import { changed, channelOf, firstUnread, onChange, place, world } from "./state.js";
import { renderThread } from "./thread.js";
import { toast } from "./toasts.js";
import { renderTopbar } from "./topbar.js";

const region = (id) => document.getElementById(id);

function render() {
  renderTopbar(region("topbar"));
  renderSidebar(region("sidebar"));
  renderChannel(region("main"));
  renderThread(region("thread"));
  renderAgent(region("agent"));
  region("columns").classList.toggle("with-pane", !region("thread").hidden || !region("agent").hidden);
  renderModal();
  region("veil").hidden = !place.drawer;
}

async function start() {
  const url = new URL(location.href);
  await enter(url.searchParams.get("as"));
  readAddress(url);
  place.unread = firstUnread(place.channel);
  history.replaceState(null, "", addressOf(place));
  onChange(render);
  render();
  if (place.channel && place.tab === "messages") markRead(place.channel);
}

region("veil").addEventListener("click", () => setDrawer(false));
document.addEventListener("keydown", (event) => {
  if (event.key === "Escape" && place.drawer) setDrawer(false);
  if (event.key.toLowerCase() === "k" && (event.metaKey || event.ctrlKey) && !world.view) {
    event.preventDefault();
    toggleJump();
  }
});
addEventListener("popstate", async () => {
  const url = new URL(location.href);
  const as = url.searchParams.get("as");
  if (as && as !== world.me.id) await enter(as);
  readAddress(url);
  changed();
});
document.addEventListener("visibilitychange", () => {
  if (document.visibilityState === "visible" && world && place.tab === "messages" && channelOf(place.channel)) markRead(place.channel);
});

start().catch((error) => toast(`The sandbox did not answer (${error.message}). Check that it is running, then reload.`, "error"));
