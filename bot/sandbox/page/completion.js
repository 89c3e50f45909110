/** What a composer offers while one types: commands after "/", people after "@", channels after "#", emoji after ":". */
import { h, icon } from "./dom.js";
import { emojiNode, searchEmoji } from "./emoji.js";
import { ICONS } from "./icons.js";
import { avatar, roleOf } from "./people.js";
import { channelOf, personOf, world } from "./state.js";

const BUILT_IN = [
  { command: "/invite", usage_hint: "@someone", description: "Add an app to this channel" },
  { command: "/remove", usage_hint: "@someone", description: "Remove an app from this channel" },
];

/**
 * @typedef {{from: number, to: number, insert: string, label: string, detail: string, face: Node|null}} Offer
 * @param {string} text
 * @param {number} caret
 * @param {{channel: string|null, inThread: boolean}} where
 * @returns {{title: string, offers: Offer[]}|null}
 */
export function complete(text, caret, { channel, inThread }) {
  const head = text.slice(0, caret);
  if (!inThread && /^\/\S*$/.test(head)) return commands(head, caret);
  const match = head.match(/(^|[\s(])([@#:])([\w.+'-]*)$/);
  if (!match) return null;
  const [, , mark, words] = match;
  if (mark === ":" && words.length < 2) return null;
  const offers = SOURCES[mark](words.toLowerCase(), channel);
  const from = caret - words.length - 1;
  const found = offers.slice(0, 8).map((one) => ({ ...one, from, to: caret }));
  return found.length ? { title: TITLES[mark], offers: found } : null;
}

const TITLES = { "@": "People", "#": "Channels", ":": "Emoji" };

function commands(head, caret) {
  const all = [...world.app.commands, ...BUILT_IN];
  const offers = all
    .filter(({ command }) => command.startsWith(head.toLowerCase()))
    .map(({ command, usage_hint: usage, description }) => ({
      from: 0,
      to: caret,
      insert: `${command} `,
      label: command,
      usage: usage ?? "",
      detail: description ?? "",
      face: BUILT_IN.some((one) => one.command === command) ? null : avatar(world.app.user_id, 28),
    }));
  return offers.length ? { title: "Commands", offers } : null;
}

const SOURCES = {
  "@": (words, channel) => {
    const members = new Set(channelOf(channel)?.members ?? []);
    return world.people
      .filter((one) => !one.is_deleted && (one.name.toLowerCase().startsWith(words) || hasWord(one.real_name, words)))
      .sort((a, b) => Number(members.has(b.id)) - Number(members.has(a.id)))
      .map((one) => ({ insert: `@${one.name} `, label: one.real_name, detail: `@${one.name} · ${roleOf(one)}`, face: avatar(one.id, 28) }))
      .concat(groups(words));
  },
  "#": (words) =>
    world.channels
      .filter((one) => !one.is_im && one.name.includes(words))
      .map((one) => ({
        insert: `#${one.name} `,
        label: one.name,
        detail: one.topic,
        face: icon(one.is_private ? ICONS.lock : ICONS.hash, 18),
      })),
  ":": (words) => searchEmoji(words, 8).map((name) => ({ insert: `:${name}: `, label: `:${name}:`, detail: "", face: emojiNode(name) })),
};

function groups(words) {
  return world.user_groups
    .filter((one) => one.handle.toLowerCase().startsWith(words) || hasWord(one.name, words))
    .map((one) => ({ insert: `@${one.handle} `, label: one.name, detail: `@${one.handle} · ${one.members.length} people`, face: icon(ICONS.people, 18) }));
}

function hasWord(name, words) {
  return name.toLowerCase().split(/\s+/).some((part) => part.startsWith(words));
}

/** The list of offers as it floats above a composer. */
export function offerList({ title, offers }, active, choose, id) {
  const option = (offer, index) =>
    h(
      "div",
      {
        class: `option${index === active ? " active" : ""}`,
        role: "option",
        id: `${id}-${index}`,
        "aria-selected": String(index === active),
        onmousedown: (event) => {
          event.preventDefault();
          choose(offer);
        },
      },
      h("span", { class: "option-face" }, offer.face),
      h(
        "span",
        { class: "menu-words" },
        h("span", {}, h("b", {}, offer.label), offer.usage ? h("span", { class: "usage" }, ` ${offer.usage}`) : null),
        offer.detail ? h("small", {}, offer.detail) : null,
      ),
    );
  return h(
    "div",
    { class: "offers", role: "listbox", id, "aria-label": title },
    h("div", { class: "options-group" }, title),
    offers.map(option),
  );
}

/** The person that "@handle" names, if any. */
export function personByHandle(handle) {
  const name = handle.replace(/^@/, "").toLowerCase();
  if (name === world.app.name.toLowerCase()) return personOf(world.app.user_id);
  return world.people.find((one) => one.name.toLowerCase() === name);
}
