/** Faces and names. */
import { h } from "./dom.js";
import { personOf, world } from "./state.js";

/** A person's picture: the app's mark, or colored initials. */
export function avatar(id, size = 36) {
  const person = personOf(id);
  const style = { "--size": `${size}px`, "--face": person?.color ?? "#6b7280" };
  if (id === world.app.user_id) {
    return h("span", { class: "avatar", style, "aria-hidden": "true" }, h("img", { src: "/page/icon.svg", alt: "" }));
  }
  return h("span", { class: "avatar", style, "aria-hidden": "true" }, person?.initials ?? "?");
}

/** A name with what others should know about its bearer. */
export function nameOf(id) {
  if (id === world.app.user_id) return world.app.name;
  return personOf(id)?.real_name ?? "Somebody";
}

/** "Mina Park, Lee Chen and 2 others" */
export function listNames(ids, most = 6) {
  const names = ids.map((id) => (id === world.me.id ? "you" : nameOf(id)));
  if (names.length > most) names.splice(most - 1, Infinity, `${ids.length - most + 1} others`);
  return names.length > 1 ? `${names.slice(0, -1).join(", ")} and ${names.at(-1)}` : names[0] ?? "nobody";
}

/** The small marks beside a name. */
export function badges(id) {
  const person = personOf(id);
  return [
    person?.is_bot || id === world.app.user_id ? h("span", { class: "badge" }, "APP") : null,
    person?.is_guest ? h("span", { class: "badge badge-quiet" }, "Guest") : null,
    person?.is_stranger ? h("span", { class: "badge badge-quiet" }, "External") : null,
  ];
}

/** What a person does, in a few words. */
export function roleOf(person) {
  return person.title || (person.is_guest ? "Guest" : person.is_admin ? "Admin" : "Member");
}
