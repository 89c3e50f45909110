/** What can be done with a channel: who is in it, the app, another company, its end. */
import { ask, dialogHead, showDialog } from "./dialog.js";
import { h } from "./dom.js";
import { act } from "./live.js";
import { avatar, badges, nameOf, roleOf } from "./people.js";
import { menu } from "./popover.js";
import { channelOf, personOf, titleOf, world } from "./state.js";

/** Float the menu of a channel below its name. */
export function openChannelMenu(anchor, id) {
  const channel = channelOf(id);
  const inside = channel.members.includes(world.me.id);
  const app = channel.members.includes(world.app.user_id);
  const open = inside && !channel.is_archived;
  const entries = [
    { label: "View members", act: () => showMembers(id) },
    open && { label: "Add people", act: () => addPeople(anchor, id) },
    open && { label: `${app ? "Remove" : "Add"} ${world.app.name}`, act: () => act(app ? "remove_bot" : "invite_bot", { channel: id }) },
    open && "divider",
    open && sharing(channel),
    open && { label: "Leave channel", act: () => act("leave", { channel: id }) },
    inside && ending(channel),
  ];
  menu(anchor, entries.filter(Boolean), { label: `Menu of ${titleOf(channel)}`, width: 280 });
}

function sharing({ id, is_ext_shared: shared }) {
  return shared
    ? { label: "Stop sharing", detail: "The people of the other company leave", act: () => act("unshare", { channel: id }) }
    : { label: "Share with another company", detail: "Then add its people", act: () => act("share", { channel: id }) };
}

function ending(channel) {
  if (channel.is_archived) return { label: "Unarchive channel", act: () => act("unarchive", { channel: channel.id }) };
  const archive = async () => {
    const body = "Nobody can write in it until somebody unarchives it.";
    if (await ask({ title: `Archive ${titleOf(channel)}?`, body, yes: "Archive", no: "Cancel", danger: true })) await act("archive", { channel: channel.id });
  };
  return { label: "Archive channel", danger: true, act: archive };
}

function addPeople(anchor, id) {
  const channel = channelOf(id);
  const fits = (one) => !one.is_bot && !one.is_deleted && !channel.members.includes(one.id) && (channel.is_ext_shared || !one.is_stranger);
  const entries = world.people.filter(fits).map((one) => ({
    label: one.real_name,
    detail: one.is_stranger ? "External" : roleOf(one),
    face: avatar(one.id, 24),
    act: () => act("invite", { channel: id, user: one.id }),
  }));
  const heading = { heading: entries.length ? `Add to ${titleOf(channel)}` : "Everybody is here already" };
  menu(anchor, [heading, ...entries], { label: `Add people to ${titleOf(channel)}`, width: 280 });
}

/** Show who is in a channel. */
export function showMembers(id) {
  const channel = channelOf(id);
  const inside = channel.members.includes(world.app.user_id);
  const verb = inside ? "Remove" : "Add";
  const toggleApp = async () => {
    close();
    await act(inside ? "remove_bot" : "invite_bot", { channel: id });
  };
  const row = (one) =>
    h(
      "li",
      { class: "member" },
      avatar(one, 32),
      h("span", { class: "menu-words" }, h("span", {}, nameOf(one), " ", badges(one)), h("small", {}, memberRole(one))),
    );
  const title = `Members of ${titleOf(channel)}`;
  const node = h(
    "div",
    { class: "dialog dialog-small", role: "dialog", "aria-label": title },
    dialogHead(title, () => close()),
    h("div", { class: "dialog-body", tabindex: "0" }, h("ul", { class: "member-list" }, channel.members.map(row))),
    h("footer", { class: "dialog-foot" }, h("button", { class: "button", onclick: toggleApp }, `${verb} ${world.app.name}`)),
  );
  const close = showDialog(node, { onEscape: () => close() });
}

function memberRole(id) {
  const person = personOf(id);
  return id === world.app.user_id ? "App" : person ? roleOf(person) : "";
}
