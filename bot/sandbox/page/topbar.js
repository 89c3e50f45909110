/** The bar on top: the company, the clock, whether a bot is connected, and who one is. */
import { renderClock } from "./clock.js";
import { h, icon } from "./dom.js";
import { forgetValues } from "./host.js";
import { ICONS } from "./icons.js";
import { enter } from "./live.js";
import { avatar, roleOf } from "./people.js";
import { addressOf, closeAgent, openAbout, openAgent, openHome, setDrawer } from "./places.js";
import { menu } from "./popover.js";
import { changed, channelOf, firstUnread, link, place, world } from "./state.js";
import { toast } from "./toasts.js";
import { offerTrouble } from "./trouble.js";

let parts = null;

/** Bring the bar up to date. */
export function renderTopbar(node) {
  parts ??= build(node);
  parts.company.textContent = world.company.name;
  parts.drawer.setAttribute("aria-expanded", String(place.drawer));
  renderClock(parts.clock);
  renderLink();
  renderAgentButton();
  renderPerson();
}

function build(node) {
  const drawer = h(
    "button",
    { class: "bar-button drawer-button", "aria-label": "Channels", onclick: () => setDrawer(!place.drawer) },
    icon(ICONS.menu, 20),
  );
  const company = h("span", { class: "company" });
  const clock = h("div", { class: "clock", role: "group", "aria-label": "Clock" });
  const state = h("div", { class: "link-state", role: "status" });
  const agent = h("button", { class: "bar-button agent-button", onclick: () => (place.agent ? closeAgent() : openAgent()) });
  const person = h("button", { class: "bar-button person", "aria-haspopup": "menu" });
  person.addEventListener("click", () => choosePerson(person));
  const note = h("button", { class: "brand-note", "aria-haspopup": "menu", title: "Make something go wrong" }, "Sandbox");
  note.addEventListener("click", () => offerTrouble(note));
  node.append(drawer, h("div", { class: "brand" }, company, note), clock, state, agent, person);
  return { drawer, company, clock, state, agent, person };
}

function renderLink() {
  const words = !link.up ? "Reconnecting…" : world.connected ? "" : `${world.app.name} is not connected`;
  if (parts.state.dataset.words === words) return;
  parts.state.dataset.words = words;
  parts.state.title = link.up && words ? "Commands, shortcuts and buttons are answered once a bot connects." : "";
  parts.state.replaceChildren(...(words ? [h("span", { class: "dot" }), h("span", { class: "link-words" }, words)] : []));
}

function renderAgentButton() {
  parts.agent.hidden = !world.app.agent;
  parts.agent.setAttribute("aria-pressed", String(place.agent !== null));
  if (parts.agent.dataset.name === world.app.name) return;
  parts.agent.dataset.name = world.app.name;
  const words = `Ask ${world.app.name}`;
  parts.agent.setAttribute("aria-label", words);
  parts.agent.title = words;
  parts.agent.replaceChildren(icon(ICONS.spark, 16), h("span", { class: "agent-words" }, words));
}

function renderPerson() {
  const mark = JSON.stringify(world.me);
  if (parts.person.dataset.mark === mark) return;
  parts.person.dataset.mark = mark;
  const role = roleOf(world.me);
  parts.person.setAttribute("aria-label", `You are ${world.me.real_name} · ${role}. Be somebody else`);
  parts.person.replaceChildren(
    h("span", { class: "person-words" }, "You are ", h("b", {}, world.me.real_name), h("span", { class: "person-role" }, ` · ${role}`)),
    avatar(world.me.id, 26),
    icon(ICONS.chevron, 16),
  );
}

function choosePerson(anchor) {
  const people = world.people.filter((one) => !one.is_bot && !one.is_deleted && one.id !== world.app.user_id);
  const entry = (one) => ({
    label: one.real_name,
    detail: [roleOf(one), one.is_stranger ? "External" : "", one.tz].filter(Boolean).join(" · "),
    face: avatar(one.id, 28),
    checked: one.id === world.me.id,
    act: () => become(one.id),
  });
  menu(anchor, [{ heading: "Use the workspace as" }, ...people.map(entry)], { label: "Be somebody else", align: "end", width: 300 });
}

async function become(id) {
  try {
    await enter(id);
  } catch {
    toast("The sandbox did not answer. Check that it is still running, then try again.", "error");
    return;
  }
  forgetValues();
  const stays = channelOf(place.channel);
  place.agent = null;
  if (place.tab !== "messages") {
    if (place.tab === "home") openHome();
    else openAbout();
    return;
  }
  if (!stays) place.channel = world.channels.find((one) => !one.is_im && one.members.includes(id))?.id ?? world.channels[0]?.id;
  Object.assign(place, { thread: null, highlight: null, unread: firstUnread(place.channel) });
  history.pushState(null, "", addressOf(place));
  changed();
}
