/** Every kind of select menu: fixed options, the app's suggestions, people, channels. */
import { combobox } from "./combobox.js";
import { changeValue } from "./host.js";
import { act } from "./live.js";
import { avatar, roleOf } from "./people.js";
import { titleOf, world } from "./state.js";
import { plain } from "./texts.js";
import { valueName } from "./values.js";

/** A select of any type, as a combobox. */
export function select(element, host, block, { label = null, id = null } = {}) {
  const multi = element.type.startsWith("multi_");
  const name = valueName(element.type);
  const source = SOURCES[element.type.replace("multi_", "")];
  const key = `${block.block_id} ${element.action_id}`;
  const held = () => [host.values.get(block.block_id, element)[name] ?? []].flat();
  const frame = combobox({
    label: label ?? (plain(element.placeholder) || null),
    id,
    placeholder: plain(element.placeholder) || (multi ? "Select options" : "Select an option"),
    dataset: { key },
    multi,
    clearable: multi || Boolean(block.optional),
    chosen: () => held().map((one) => source.choice(one)),
    search: (words) => source.search(words, { element, host, block }),
    pick: async (choices) => {
      if (host.confirm && !(await host.confirm())) return;
      const kept = choices.map((one) => one.raw);
      const value = { type: element.type, [name]: multi ? kept : kept[0] ?? null };
      changeValue(host, block, element, value, frame);
    },
    hint: element.type.includes("external") ? "Nothing found. Type to search." : "Nothing found",
  });
  return frame;
}

function optionChoice(option, group = null) {
  return { key: option.value, raw: option, label: plain(option.text), detail: plain(option.description), group };
}

function flatten({ options, option_groups: groups }) {
  if (groups) return groups.flatMap((group) => group.options.map((one) => optionChoice(one, plain(group.label))));
  return (options ?? []).map((one) => optionChoice(one));
}

function containing(words) {
  const needle = words.toLowerCase();
  return (choice) => choice.label.toLowerCase().includes(needle);
}

function named(words) {
  const needle = words.toLowerCase();
  return ({ label, handle }) => [handle, label, ...label.split(/\s+/)].some((part) => part?.toLowerCase().startsWith(needle));
}

async function suggest(words, { element, host, block }) {
  if (words.length < (element.min_query_length ?? 3)) return [];
  const details = { where: host.where, block_id: block.block_id, action_id: element.action_id, value: words };
  const answer = await act("suggestions", details);
  return answer.ok ? flatten(answer) : [];
}

function personChoice(id) {
  const person = world.people.find((one) => one.id === id);
  const label = person?.real_name ?? id;
  return { key: id, raw: id, label, handle: person?.name, detail: person ? roleOf(person) : "", face: avatar(id, 24) };
}

function channelChoice(id) {
  const channel = world.channels.find((one) => one.id === id);
  return { key: id, raw: id, label: channel ? titleOf(channel) : id, detail: channel?.topic ?? "" };
}

// What Slack's `filter` object of a conversations select leaves.
function conversations({ element, host }) {
  const filter = element.filter ?? {};
  const kindOf = (one) => (one.is_im ? "im" : one.is_private ? "private" : "public");
  const fits = (one) =>
    !one.is_archived &&
    (!filter.include || filter.include.includes(kindOf(one))) &&
    !(filter.exclude_external_shared_channels && one.is_ext_shared) &&
    !(filter.exclude_bot_users && one.with === world.app.user_id);
  const first = element.default_to_current_conversation ? host.channel : null;
  return world.channels.filter(fits).sort((a, b) => Number(b.id === first) - Number(a.id === first));
}

const SOURCES = {
  static_select: {
    choice: optionChoice,
    search: async (words, { element }) => flatten(element).filter(containing(words)),
  },
  external_select: { choice: optionChoice, search: suggest },
  users_select: {
    choice: personChoice,
    search: async (words) => world.people.filter((one) => !one.is_bot).map((one) => personChoice(one.id)).filter(named(words)),
  },
  conversations_select: {
    choice: channelChoice,
    search: async (words, context) => conversations(context).map((one) => channelChoice(one.id)).filter(containing(words)),
  },
  channels_select: {
    choice: channelChoice,
    search: async (words) => {
      const open = world.channels.filter((one) => !one.is_im && !one.is_private && !one.is_archived);
      return open.map((one) => channelChoice(one.id)).filter(containing(words));
    },
  },
};
