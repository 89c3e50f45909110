/** What people have put into the fields of a view or a message, in Slack's state form. */

const FIELDS = {
  plain_text_input: ["value", "initial_value"],
  email_text_input: ["value", "initial_value"],
  url_text_input: ["value", "initial_value"],
  number_input: ["value", "initial_value"],
  static_select: ["selected_option", "initial_option"],
  external_select: ["selected_option", "initial_option"],
  radio_buttons: ["selected_option", "initial_option"],
  users_select: ["selected_user", "initial_user"],
  conversations_select: ["selected_conversation", "initial_conversation"],
  channels_select: ["selected_channel", "initial_channel"],
  datepicker: ["selected_date", "initial_date"],
  timepicker: ["selected_time", "initial_time"],
  datetimepicker: ["selected_date_time", "initial_date_time"],
  multi_static_select: ["selected_options", "initial_options"],
  multi_external_select: ["selected_options", "initial_options"],
  multi_users_select: ["selected_users", "initial_users"],
  multi_conversations_select: ["selected_conversations", "initial_conversations"],
  multi_channels_select: ["selected_channels", "initial_channels"],
  checkboxes: ["selected_options", "initial_options"],
  rich_text_input: ["rich_text_value", "initial_value"],
  file_input: ["files", "initial_files"],
};

/** The name of an element's value in Slack's state, or undefined when it has none. */
export function valueName(type) {
  return FIELDS[type]?.[0];
}

/** An element's value before anybody touched it. */
function initialOf(element) {
  const [name, initial] = FIELDS[element.type];
  const empty = name.endsWith("s") ? [] : null;
  const value = element[initial] ?? empty;
  return { type: element.type, [name]: element.type === "number_input" && value !== null ? String(value) : value };
}

function beginningOf(element, channel) {
  const value = initialOf(element);
  if (element.default_to_current_conversation && channel && !value.selected_conversation) value.selected_conversation = channel;
  return value;
}

/** The elements of a block that keep a value or can be clicked. */
function elementsOf(block) {
  if (block.type === "input") return [block.element];
  if (block.type === "section") return block.accessory ? [block.accessory] : [];
  return block.type === "actions" ? block.elements : [];
}

/** Each block, and those within it. */
function* everyBlock(blocks) {
  for (const block of blocks ?? []) {
    yield block;
    if (block.type === "container") yield* everyBlock(block.child_blocks);
  }
}

/** The values of one view, message or home. */
export class Values {
  #touched = new Map();

  /** @param {object|null} known values the server already knows, {block_id: {action_id: value}} */
  constructor(known = null) {
    for (const [block, actions] of Object.entries(known ?? {})) {
      for (const [action, value] of Object.entries(actions)) this.set(block, action, value);
    }
  }

  /** An element's value now. What was typed stays while its block_id, action_id and type do. */
  get(blockId, element) {
    const touched = this.#touched.get(`${blockId}\n${element.action_id}`);
    return touched?.type === element.type ? touched : initialOf(element);
  }

  /** What a person put in or pressed, undefined when they did not. */
  held(blockId, actionId) {
    return this.#touched.get(`${blockId}\n${actionId}`);
  }

  /** Remember what a person put in. */
  set(blockId, actionId, value) {
    this.#touched.set(`${blockId}\n${actionId}`, value);
  }

  /**
   * Hold what these blocks begin with. Slack keeps a value while its block_id and action_id stay, whatever a later
   * `initial_…` says, and forgets the values of elements that are gone.
   * @param {object[]} blocks
   * @param {string|null} channel what `default_to_current_conversation` means
   */
  meet(blocks, channel) {
    const before = this.#touched;
    this.#touched = new Map();
    for (const block of everyBlock(blocks)) {
      for (const element of elementsOf(block).filter((one) => valueName(one.type))) {
        const key = `${block.block_id}\n${element.action_id}`;
        const held = before.get(key);
        this.#touched.set(key, held?.type === element.type ? held : beginningOf(element, channel));
      }
    }
  }

  /** Everything, as `view.state.values` has it. */
  stateOf(blocks) {
    const state = {};
    for (const block of everyBlock(blocks)) {
      for (const element of elementsOf(block)) {
        if (!valueName(element.type)) continue;
        (state[block.block_id] ??= {})[element.action_id] = this.get(block.block_id, element);
      }
    }
    return state;
  }
}

/** Whether a value in Slack's form is empty. */
function isEmpty(value) {
  const held = value[valueName(value.type)];
  return held === null || held === undefined || held === "" || (Array.isArray(held) && !held.length);
}

const WRONG = {
  email_text_input: [/^[^@\s]+@[^@\s]+\.[^@\s]+$/, "Enter an email address, like mina@example.com."],
  url_text_input: [/^https?:\/\/\S+$/, "Enter a link that starts with https://."],
};

/**
 * What Slack's client refuses before the app is asked.
 * @returns {Record<string, string>} a sentence per block_id
 */
export function mistakesIn(blocks, values) {
  const mistakes = {};
  for (const block of (blocks ?? []).filter((one) => one.type === "input")) {
    const value = valueName(block.element.type) && values.get(block.block_id, block.element);
    const sentence = value ? mistakeIn(block, value) : null;
    if (sentence) mistakes[block.block_id] = sentence;
  }
  return mistakes;
}

function mistakeIn({ element, optional }, value) {
  if (isEmpty(value)) return optional ? null : "Please complete this required field.";
  const [pattern, sentence] = WRONG[element.type] ?? [];
  if (pattern && !pattern.test(value.value)) return sentence;
  if (element.type === "number_input") return mistakeInNumber(element, Number(value.value));
  if (element.min_length && value.value.length < element.min_length) return `Enter at least ${element.min_length} characters.`;
  if (element.max_length && value.value.length > element.max_length) return `Use at most ${element.max_length} characters.`;
  return null;
}

function mistakeInNumber(element, number) {
  if (!Number.isFinite(number)) return "Enter a number.";
  if (!element.is_decimal_allowed && !Number.isInteger(number)) return "Enter a whole number.";
  if (element.min_value !== undefined && number < Number(element.min_value)) return `Enter ${element.min_value} or more.`;
  if (element.max_value !== undefined && number > Number(element.max_value)) return `Enter ${element.max_value} or less.`;
  return null;
}
