/** The calendar clock of the sandbox: it can be moved forward, never back. */
import { h, icon } from "./dom.js";
import { ICONS } from "./icons.js";
import { act } from "./live.js";
import { closePopover, popover } from "./popover.js";
import { now } from "./state.js";
import { barTime, isoParts, moment, nextWeekday, zone } from "./time.js";

const HOUR = 3600;

let face = null;

/** Bring the clock up to date; it ticks by itself. */
export function renderClock(node) {
  if (!face) build(node);
  tick();
}

function build(node) {
  face = h("span", { class: "clock-face" });
  const button = h(
    "button",
    { class: "bar-button clock-button", "aria-label": "Move the clock", "aria-haspopup": "dialog" },
    icon(ICONS.clock, 16),
    face,
  );
  button.addEventListener("click", () => openClock(button));
  node.append(
    button,
    h(
      "span",
      { class: "clock-quick" },
      step("+1 hour", () => ({ by: HOUR })),
      step("+1 day", () => ({ by: 24 * HOUR })),
      step("Next Thu 09:00", () => ({ to: nextWeekday(4, "09:00") })),
    ),
  );
  setInterval(tick, 1000);
}

function tick() {
  const words = `${barTime(now())} · ${zone()}`;
  if (face.textContent !== words) face.textContent = words;
}

function step(label, details) {
  return h("button", { class: "bar-button clock-step", onclick: () => move(details()) }, label);
}

function move(details) {
  return act("move_clock", details);
}

function openClock(anchor) {
  const soon = isoParts(now() + HOUR);
  const day = h("input", {
    type: "datetime-local",
    class: "field",
    id: "clock-to",
    value: `${soon.day}T${soon.minute}`,
    min: Object.values(isoParts(now())).join("T"),
  });
  const error = h("div", { class: "input-error", role: "alert" });
  const go = async () => {
    const to = day.value ? moment(...day.value.slice(0, 16).split("T")) : 0;
    if (to <= now()) {
      error.textContent = "The clock only moves forward. Choose a later time.";
      return;
    }
    closePopover();
    await move({ to });
  };
  day.addEventListener("keydown", (event) => event.key === "Enter" && go());
  const quick = (label, details) => {
    const run = () => {
      closePopover();
      void move(details());
    };
    return h("button", { class: "button button-small", onclick: run }, label);
  };
  const node = h(
    "div",
    { class: "clock-panel", role: "dialog", "aria-label": "Move the clock" },
    h("p", {}, "Schedules, reminders and ages follow this clock. It only moves forward."),
    h(
      "div",
      { class: "clock-panel-quick" },
      quick("+1 hour", () => ({ by: HOUR })),
      quick("+1 day", () => ({ by: 24 * HOUR })),
      quick("Next Thu 09:00", () => ({ to: nextWeekday(4, "09:00") })),
    ),
    h("label", { class: "input-label", for: "clock-to" }, `Date and time (${zone()})`),
    h("div", { class: "clock-panel-row" }, day, h("button", { class: "button button-primary", onclick: go }, "Move")),
    error,
  );
  popover(anchor, node, { width: 340 });
  day.focus({ preventScroll: true });
}
