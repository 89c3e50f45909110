/** Where messages and commands are typed. */
import { complete, offerList, personByHandle } from "./completion.js";
import { h, icon } from "./dom.js";
import { pickEmoji } from "./emoji_picker.js";
import { encoded, takeable, waitingFiles } from "./files.js";
import { ICONS } from "./icons.js";
import { grow } from "./inputs.js";
import { act } from "./live.js";
import { menu } from "./popover.js";
import { avatar } from "./people.js";
import { world } from "./state.js";
import { toast } from "./toasts.js";

const MOST_FILES = 10;

const drafts = new Map();
const heldFiles = new Map();
let composers = 0;

/** A composer for one channel or one thread at a time. */
export class Composer {
  /**
   * @param {{inThread: boolean, onUp: () => void, onSent?: (answer: object) => void}} options
   *   onUp: the up arrow was pressed while nothing was typed
   */
  constructor({ inThread, onUp, onSent }) {
    this.inThread = inThread;
    this.onSent = onSent;
    this.where = { channel: null, thread: null };
    this.key = "";
    this.found = null;
    this.active = 0;
    this.offersId = `offers-${(composers += 1)}`;
    this.field = h("textarea", { class: "composer-field", rows: "1", "aria-autocomplete": "list", dataset: { key: "composer" } });
    this.offers = h("div", { class: "offers-place" });
    this.sendButton = h(
      "button",
      { class: "send", "aria-label": inThread ? "Send reply" : "Send", title: "Send now", disabled: true, onclick: () => this.send() },
      icon(ICONS.send),
    );
    this.waiting = h("div", { class: "composer-files" });
    this.box = h("div", { class: "composer-box" }, this.field, this.waiting, this.#buttons());
    this.node = h("div", { class: "composer" }, this.offers, this.box, hint());
    this.#takeDropped();
    this.field.addEventListener("input", () => this.#typed());
    this.field.addEventListener("keydown", (event) => this.#onKey(event, onUp));
    this.field.addEventListener("blur", () => this.#offer(null));
    this.field.addEventListener("click", () => this.#lookUp());
  }

  /** Point it at a channel or thread; what was typed elsewhere waits there. */
  aim({ channel, thread, label }) {
    const key = keyOf({ channel, thread });
    this.field.setAttribute("aria-label", label);
    this.field.placeholder = label;
    if (this.key === key) return;
    this.key = key;
    this.where = { channel, thread };
    this.field.value = drafts.get(key) ?? "";
    this.#offer(null);
    this.#settle();
    this.#showFiles();
  }

  /** Put the cursor in, except on touch screens, where that would raise the keyboard. */
  focus() {
    if (matchMedia("(hover: hover)").matches) this.field.focus({ preventScroll: true });
  }

  /** Send what was typed as a message or a command. */
  async send() {
    const text = this.field.value.trim();
    const files = this.files;
    if (!text && !files.length) return;
    const { key, where, underWay } = this;
    const by = world.me.id;
    this.#put("");
    this.#hold([]);
    // What is sent quickly after another message follows it, and is not lost.
    this.underWay = Promise.resolve(underWay).then(() => deliver(text, where, files, by));
    const answer = await this.underWay;
    if (answer.ok) this.onSent?.(answer);
    else this.#giveBack(key, text, files);
  }

  #giveBack(key, text, files) {
    drafts.set(key, [text, drafts.get(key)].filter(Boolean).join("\n"));
    heldFiles.set(key, [...files, ...(heldFiles.get(key) ?? [])].slice(0, MOST_FILES));
    if (this.key !== key) return;
    this.#put(drafts.get(key));
    this.#hold(this.files);
  }

  /** Write something into this conversation that was not typed. */
  say(text) {
    return deliver(text, this.where, [], world.me.id);
  }

  /** The files that wait to be sent from here. */
  get files() {
    return heldFiles.get(this.key) ?? [];
  }

  #hold(files) {
    if (files.length > MOST_FILES) toast(`One message takes ${MOST_FILES} files.`, "error");
    heldFiles.set(this.key, files.slice(0, MOST_FILES));
    this.#showFiles();
    this.#settle();
  }

  #showFiles() {
    const drop = (file) => {
      this.#hold(this.files.filter((one) => one !== file));
      this.field.focus();
    };
    this.waiting.replaceChildren(...[waitingFiles(this.files, drop)].filter(Boolean));
  }

  #takeDropped() {
    this.box.addEventListener("dragover", (event) => event.preventDefault());
    this.box.addEventListener("drop", (event) => {
      event.preventDefault();
      this.#hold([...this.files, ...takeable(event.dataTransfer.files)]);
    });
    this.field.addEventListener("paste", (event) => {
      if (event.clipboardData.files.length) this.#hold([...this.files, ...takeable(event.clipboardData.files)]);
    });
  }

  #fileTool(tool) {
    const input = h("input", { type: "file", multiple: true, hidden: true, "aria-label": "Files to attach" });
    input.addEventListener("change", () => {
      this.#hold([...this.files, ...takeable(input.files)]);
      input.value = "";
      this.field.focus();
    });
    return [input, tool("Attach files", ICONS.clip, () => input.click())];
  }

  #put(text) {
    this.field.value = text;
    this.#typed();
  }

  #typed() {
    drafts.set(this.key, this.field.value);
    this.#settle();
    this.#lookUp();
  }

  #settle() {
    grow(this.field, 240);
    this.sendButton.disabled = !this.field.value.trim() && !this.files.length;
    this.node.classList.toggle("typing", Boolean(this.field.value));
  }

  #lookUp() {
    const { value, selectionStart: caret } = this.field;
    this.#offer(value ? complete(value, caret, { channel: this.where.channel, inThread: this.inThread }) : null);
  }

  #offer(found, active = 0) {
    this.found = found;
    this.active = active;
    this.offers.replaceChildren(...(found ? [offerList(found, active, (one) => this.#take(one), this.offersId)] : []));
    this.offers.querySelector(".active")?.scrollIntoView({ block: "nearest" });
    if (found) {
      this.field.setAttribute("aria-controls", this.offersId);
      this.field.setAttribute("aria-activedescendant", `${this.offersId}-${active}`);
    } else {
      this.field.removeAttribute("aria-controls");
      this.field.removeAttribute("aria-activedescendant");
    }
  }

  #take({ from, to, insert }) {
    this.field.setRangeText(insert, from, to, "end");
    this.#typed();
    this.field.focus();
  }

  #insert(text) {
    this.field.setRangeText(text, this.field.selectionStart, this.field.selectionEnd, "end");
    this.field.focus();
    this.#typed();
  }

  #onKey(event, onUp) {
    if (event.isComposing) return;
    if (this.found && this.#onOfferKey(event)) {
      event.preventDefault();
      event.stopPropagation();
    } else if (event.key === "Enter" && !event.shiftKey) {
      event.preventDefault();
      void this.send();
    } else if (event.key === "ArrowUp" && !this.field.value) {
      event.preventDefault();
      onUp();
    }
  }

  #onOfferKey(event) {
    const { offers } = this.found;
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    if (step) this.#offer(this.found, (this.active + step + offers.length) % offers.length);
    else if (event.key === "Escape") this.#offer(null);
    else if (event.key === "Tab") this.#take(offers[this.active]);
    else if (event.key === "Enter" && !event.shiftKey) {
      const offer = offers[this.active];
      // What is typed in full is meant to be sent.
      if (this.field.value.slice(offer.from, offer.to) === offer.insert.trim()) return false;
      this.#take(offer);
    } else return false;
    return true;
  }

  #buttons() {
    const tool = (label, path, run) => {
      const node = h("button", { class: "tool", "aria-label": label, title: label }, icon(path));
      node.addEventListener("click", () => run(node));
      return node;
    };
    return h(
      "div",
      { class: "composer-tools" },
      this.inThread ? null : tool("Shortcuts", ICONS.plus, (node) => this.#shortcuts(node)),
      this.#fileTool(tool),
      tool("Emoji", ICONS.smile, (node) => pickEmoji(node, (name) => this.#insert(`:${name}: `), { align: "start" })),
      tool("Mention someone", ICONS.at, () => this.#insert("@")),
      this.inThread ? null : tool("Commands", ICONS.slash, () => this.#put(this.field.value || "/") ?? this.field.focus()),
      h("span", { class: "spacer" }),
      this.sendButton,
    );
  }

  #shortcuts(node) {
    const face = () => avatar(world.app.user_id, 20);
    const { global_shortcuts: shortcuts, commands } = world.app;
    const entries = [
      { heading: shortcuts.length ? "Shortcuts" : "There are no shortcuts here" },
      ...shortcuts.map(({ name, description, callback_id: callback }) => ({
        label: name,
        detail: description || world.app.name,
        face: face(),
        act: () => act("global_shortcut", { callback_id: callback }),
      })),
      ...(commands.length ? [{ heading: "Commands in this channel" }] : []),
      ...commands.map(({ command, description }) => ({
        label: command,
        detail: description,
        face: face(),
        act: () => this.#put(`${command} `) ?? this.field.focus(),
      })),
    ];
    menu(node, entries, { label: "Shortcuts", width: 320 });
  }
}

function keyOf({ channel, thread }) {
  return `${world.me.id} ${channel} ${thread ?? ""}`;
}

function hint() {
  return h("div", { class: "composer-hint", "aria-hidden": "true" }, h("b", {}, "Shift + Enter"), " to add a new line");
}

async function deliver(text, { channel, thread }, files, by) {
  const where = { as: by, channel, ...(thread ? { thread_ts: thread } : {}) };
  if (files.length) return share(text, where, files);
  if (!text.startsWith("/")) return act("post", { ...where, text });
  const command = text.split(/\s/, 1)[0];
  if (thread) {
    toast(`${command} is not supported in threads. Sorry!`, "error");
    return { ok: false };
  }
  const guest = text.match(/^\/(invite|remove)\s+@?(\S+)\s*$/);
  if (guest && personByHandle(guest[2])?.id === world.app.user_id) return act(`${guest[1]}_bot`, where);
  return act("command", { ...where, text });
}

async function share(text, where, files) {
  const contents = await Promise.all(files.map(encoded));
  const sent = files.map(({ name }, index) => ({ name, content: contents[index] }));
  return act("upload", { ...where, files: sent, text });
}
