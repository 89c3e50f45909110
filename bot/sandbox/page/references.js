/** People, channels and links inside texts. */
import { h } from "./dom.js";
import { go } from "./places.js";
import { channelOf, personOf, world } from "./state.js";

/** A mention of a person; highlighted when it is the reader. */
export function userNode(id, label = null) {
  const person = personOf(id);
  const name = person?.real_name ?? label ?? id;
  const mine = id === world.me.id ? " mention-me" : "";
  return h("span", { class: `mention${mine}`, title: person?.title || null }, `@${name.replace(/^@/, "")}`);
}

/** A mention of a user group; highlighted when the reader belongs to it. */
export function groupNode(id, label = null) {
  const group = world.user_groups.find((one) => one.id === id);
  const mine = group?.members.includes(world.me.id) ? " mention-me" : "";
  return h("span", { class: `mention${mine}`, title: group?.name ?? null }, `@${group?.handle ?? label?.replace(/^@/, "") ?? "group"}`);
}

/** A channel's name, a link when the reader may open it. */
export function channelNode(id, label = null) {
  const channel = channelOf(id);
  if (!channel) return h("span", { class: "mention" }, label ? `#${label}` : "a private channel");
  return linkNode(`/archives/${channel.id}`, [`#${channel.name}`], "mention");
}

/**
 * A link. Only web and mail addresses become one; an address of this sandbox opens in place.
 * @param {string} url
 * @param {Array<Node|string>} children
 */
export function linkNode(url, children, kind = "") {
  let parsed;
  try {
    parsed = new URL(url, location.origin);
  } catch {
    return h("span", {}, children);
  }
  if (!["http:", "https:", "mailto:"].includes(parsed.protocol)) return h("span", {}, children);
  if (parsed.origin === location.origin && parsed.pathname.startsWith("/archives/")) {
    return h("a", { href: parsed.pathname + parsed.search, class: kind, onclick: (event) => go(event, parsed) }, children);
  }
  return h("a", { href: parsed.href, class: kind, target: "_blank", rel: "noopener noreferrer", title: shortUrl(parsed) }, children);
}

// A label may say anything; the tooltip says where the link goes.
function shortUrl(parsed) {
  return parsed.href.length > 90 ? `${parsed.href.slice(0, 88)}…` : parsed.href;
}
