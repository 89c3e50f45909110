/** Fields that are typed into: texts, numbers, dates and times. */
import { h } from "./dom.js";
import { changeValue, send } from "./host.js";
import { plain } from "./texts.js";
import { isoParts, moment } from "./time.js";

const KINDS = { email_text_input: "email", url_text_input: "url", number_input: "text", plain_text_input: "text" };

/** plain_text_input, email, url and number fields. */
export function textField(element, host, block, { label = null, id = null } = {}) {
  const value = host.values.get(block.block_id, element).value ?? "";
  const field = h(element.multiline ? "textarea" : "input", {
    class: "field",
    id,
    type: element.multiline ? null : KINDS[element.type],
    inputmode: element.type === "number_input" ? "decimal" : null,
    rows: element.multiline ? "4" : null,
    value,
    placeholder: plain(element.placeholder) || null,
    maxlength: element.max_length ?? null,
    autocomplete: "off",
    "aria-label": id ? null : label,
    dataset: { key: `${block.block_id} ${element.action_id}` },
  });
  const count = element.max_length ? h("span", { class: "field-count", "aria-hidden": "true" }) : null;
  const recount = () => {
    const left = element.max_length - field.value.length;
    count?.replaceChildren(left <= Math.max(20, element.max_length / 10) ? String(left) : "");
  };
  const typed = () => ({ type: element.type, value: field.value || null });
  const triggers = element.dispatch_action_config?.trigger_actions_on ?? ["on_enter_pressed"];
  field.addEventListener("input", () => {
    host.values.set(block.block_id, element.action_id, typed());
    host.onvalue(block.block_id);
    recount();
    grow(field);
    if (block.dispatch_action && triggers.includes("on_character_entered")) void send(host, block, element, typed(), null);
  });
  field.addEventListener("keydown", (event) => {
    if (event.key !== "Enter" || event.isComposing || element.multiline || !block.dispatch_action) return;
    if (!triggers.includes("on_enter_pressed")) return;
    event.preventDefault();
    event.stopPropagation();
    void send(host, block, element, typed(), field);
  });
  recount();
  requestAnimationFrame(() => grow(field));
  return h("span", { class: "field-wrap" }, field, count);
}

/** Let a text area be as tall as its text, within reason. */
export function grow(field, most = 320) {
  if (field.tagName !== "TEXTAREA" || !field.isConnected) return;
  field.style.setProperty("height", "auto");
  field.style.setProperty("height", `${Math.min(field.scrollHeight + 2, most)}px`);
}

const DATES = {
  datepicker: { type: "date", name: "selected_date", read: (text) => text, show: (value) => value },
  timepicker: { type: "time", name: "selected_time", read: (text) => text, show: (value) => value },
  datetimepicker: {
    type: "datetime-local",
    name: "selected_date_time",
    read: (text) => moment(...text.split("T")),
    show: (value) => Object.values(isoParts(value)).join("T"),
  },
};

/** datepicker, timepicker and datetimepicker. */
export function dateField(element, host, block, { label = null, id = null } = {}) {
  const { type, name, read, show } = DATES[element.type];
  const value = host.values.get(block.block_id, element)[name];
  const field = h("input", {
    class: "field field-date",
    id,
    type,
    value: value ? show(value) : "",
    "aria-label": id ? null : label ?? (plain(element.placeholder) || (type === "time" ? "Pick a time" : "Pick a date")),
    dataset: { key: `${block.block_id} ${element.action_id}` },
  });
  const now = () => ({ type: element.type, [name]: field.value ? read(field.value) : null });
  let typing = false;
  let told = field.value;
  const tell = async () => {
    if (field.value === told || (host.confirm && !(await host.confirm()))) return;
    told = field.value;
    changeValue(host, block, element, now(), field);
  };
  // While a year is typed, each of its digits makes another date: the app hears of the one that stays.
  field.addEventListener("change", () => {
    host.values.set(block.block_id, element.action_id, now());
    host.onvalue(block.block_id);
    if (!typing) void tell();
  });
  field.addEventListener("pointerdown", () => (typing = false));
  field.addEventListener("keydown", (event) => {
    typing = event.key !== "Enter";
    if (!typing) void tell();
  });
  field.addEventListener("blur", () => void tell());
  return field;
}
