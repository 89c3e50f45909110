/** Emoji by Slack's names. */
import { h } from "./dom.js";
import { GROUPS } from "./emoji_names.js";

const GLYPHS = new Map();

/** Names by group, in order. */
export const NAMES_BY_GROUP = Object.entries(GROUPS).map(([group, pairs]) => {
  const words = pairs.split(/\s+/);
  const names = words.filter((_word, index) => index % 2 === 0);
  names.forEach((name, index) => GLYPHS.set(name, words[index * 2 + 1]));
  return [group, names];
});

const ALIASES = {
  thumbsup: "+1", thumbsdown: "-1", simple_smile: "slightly_smiling_face", thinking: "thinking_face", plus: "heavy_plus_sign",
  red_heart: "heart", hourglass_not_done: "hourglass_flowing_sand", punch: "facepunch", satisfied: "laughing", robot: "robot_face",
  hugs: "hugging_face", rofl: "rolling_on_the_floor_laughing", large_red_square: "red_square", collision: "boom", unicorn: "unicorn_face",
  heavy_exclamation_mark: "exclamation", chart: "bar_chart", calendar_spiral: "spiral_calendar_pad", phone: "telephone_receiver",
  man_shrugging: "shrug", woman_shrugging: "shrug", envelope_with_arrow: "incoming_envelope", green_circle: "large_green_circle",
  yellow_circle: "large_yellow_circle", orange_circle: "large_orange_circle", blue_circle: "large_blue_circle", lower_left_paintbrush: "art",
};
for (const [alias, name] of Object.entries(ALIASES)) if (GLYPHS.has(name)) GLYPHS.set(alias, GLYPHS.get(name));

/** The glyph of a name, skin tone aside; undefined when it is not one we know. */
export function glyphOf(name) {
  return GLYPHS.get(name.replace(/::skin-tone-\d$/, ""));
}

/** An element for a name: the picture, or ":name:" as Slack shows an emoji that it lacks. */
export function emojiNode(name) {
  const glyph = glyphOf(name);
  if (!glyph) return h("span", { class: "emoji-unknown" }, `:${name}:`);
  return h("span", { class: "emoji", role: "img", "aria-label": `${name} emoji`, title: `:${name}:` }, glyph);
}

/** Names that match what was typed: those that begin with it first. */
export function searchEmoji(words, limit = 60) {
  const needle = words.toLowerCase().replace(/\s+/g, "_");
  const names = NAMES_BY_GROUP.flatMap(([, list]) => list).concat(Object.keys(ALIASES));
  const hits = names.filter((name) => name.includes(needle));
  return hits.sort((a, b) => Number(b.startsWith(needle)) - Number(a.startsWith(needle))).slice(0, limit);
}
