/** The app's modal: its blocks, what was typed into them, its errors. */
import { blockNodes } from "./blocks.js";
import { dialogHead, focusFirst, showDialog } from "./dialog.js";
import { h, sync } from "./dom.js";
import { act } from "./live.js";
import { avatar } from "./people.js";
import { closePopover } from "./popover.js";
import { place, world } from "./state.js";
import { plain } from "./texts.js";
import { mistakesIn, Values } from "./values.js";

/** The modal that is shown: its window and parts; null when none is. */
let shown = null;
const valuesByView = new Map();

/** Bring the modal up to date with the person's stack of views. */
export function renderModal() {
  const view = world.view;
  if (!view || view.type !== "modal") {
    if (shown) hide();
    valuesByView.clear();
    return;
  }
  if (!shown) show();
  if (shown.id !== view.id) {
    shown.id = view.id;
    shown.own = {};
    shown.trouble = "";
    shown.fresh = true;
    closePopover();
  }
  paint(view);
}

function show() {
  const head = h("div", { class: "dialog-top" });
  const body = h("div", { class: "dialog-body" });
  const foot = h("footer", { class: "dialog-foot" });
  const form = h("div", { class: "dialog dialog-modal", role: "dialog", "aria-labelledby": "modal-title" }, head, body, foot);
  shown = { id: null, person: world.me.id, head, body, foot, form, own: {}, trouble: "", busy: false };
  shown.hide = showDialog(form, { onEscape: () => closeView() });
  form.addEventListener("keydown", (event) => {
    const typing = event.target.matches("input:not([type=radio]):not([type=checkbox])");
    const sends = event.key === "Enter" && (typing || event.metaKey || event.ctrlKey) && world.view.submit;
    if (sends && !event.isComposing) {
      event.preventDefault();
      void submit();
    }
  });
}

function hide() {
  closePopover({ refocus: false });
  shown.hide();
  shown = null;
}

function valuesOf(view) {
  if (!valuesByView.has(view.id)) valuesByView.set(view.id, new Values(view.state));
  const values = valuesByView.get(view.id);
  values.meet(view.blocks, place.channel);
  return values;
}

function paint(view) {
  const values = valuesOf(view);
  const errors = { ...(view.errors ?? {}), ...shown.own };
  for (const id of shown.forgiven ?? []) delete errors[id];
  const host = {
    where: { view: view.id },
    values,
    blocks: view.blocks,
    channel: place.channel,
    isModal: true,
    onvalue: (blockId) => forgive(blockId),
  };
  const title = plain(view.title);
  sync(shown.head, [{ key: "head", mark: title, build: () => modalHead(title) }]);
  sync(shown.body, bodyItems(view, host, errors));
  sync(shown.foot, [{ key: "foot", mark: JSON.stringify([view.submit, view.close, shown.busy, world.view_depth]), build: () => foot(view) }]);
  if (shown.fresh) {
    shown.fresh = false;
    shown.body.scrollTop = 0;
    if (!shown.form.contains(document.activeElement) || document.activeElement.closest(".dialog-head")) focusFirst(shown.form);
  }
}

function bodyItems(view, host, errors) {
  const items = view.blocks.map((block, index) => ({
    key: block.block_id ?? String(index),
    mark: JSON.stringify([view.id, block, errors[block.block_id] ?? ""]),
    build: () => blockNodes([block], host, errors)[0],
  }));
  const trouble = shown.trouble;
  if (trouble) items.unshift({ key: "trouble", mark: trouble, build: () => h("div", { class: "trouble", role: "alert" }, trouble) });
  return items;
}

function modalHead(title) {
  const head = dialogHead(title, () => closeView(), avatar(world.app.user_id, 28));
  head.querySelector("h2").id = "modal-title";
  return head;
}

function foot(view) {
  const close = plain(view.close) || (world.view_depth > 1 ? "Back" : view.submit ? "Cancel" : "Close");
  const submitText = plain(view.submit);
  return h(
    "div",
    { class: "foot-row" },
    h("span", { class: "foot-note" }, `From ${world.app.name}`),
    h("button", { class: "button", dataset: { key: "close" }, onclick: () => closeView() }, close),
    submitText
      ? h(
          "button",
          { class: "button button-primary", dataset: { key: "submit" }, "aria-busy": shown.busy ? "true" : null, onclick: () => submit() },
          submitText,
        )
      : null,
  );
}

// An error goes away as soon as its field is touched again.
function forgive(blockId) {
  const known = shown?.own[blockId] || world.view?.errors?.[blockId];
  if (!known) return;
  delete shown.own[blockId];
  (shown.forgiven ??= new Set()).add(blockId);
  paint(world.view);
}

async function submit() {
  const view = world.view;
  if (!view || shown.busy) return;
  const values = valuesByView.get(view.id);
  shown.forgiven = new Set(Object.keys(view.errors ?? {}));
  shown.own = mistakesIn(view.blocks, values);
  for (const id of Object.keys(shown.own)) shown.forgiven.delete(id);
  shown.trouble = "";
  if (!Object.keys(shown.own).length) await deliver(view, values);
  if (!shown || world.view?.id !== view.id) return;
  paint(world.view);
  shown.body.querySelector(".invalid :is(input,textarea)")?.focus();
}

async function deliver(view, values) {
  shown.busy = true;
  paint(view);
  const answer = await act("submit", { view: view.id, state: values.stateOf(view.blocks) }, { quiet: true });
  if (!shown) return;
  shown.busy = false;
  if (answer.errors) {
    shown.own = answer.errors;
    shown.forgiven = new Set();
  } else {
    shown.trouble = answer.notice ?? answer.error ?? "";
  }
  if (world.view) paint(world.view);
}

function closeView() {
  if (world.view) void act("close", { view: world.view.id });
}
