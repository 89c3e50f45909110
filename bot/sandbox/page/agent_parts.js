/** What the app's agent adds to a conversation: what it is doing, a way to stop it, and what one may ask. */
import { h, icon } from "./dom.js";
import { ICONS } from "./icons.js";
import { act } from "./live.js";
import { agentIn, threadOf, world } from "./state.js";

/** "linchpin is thinking…", and a button while an answer is being written; null when there is nothing to say. */
export function statusLine(channel, thread) {
  const written = threadOf(channel, thread).find((one) => one.is_streaming);
  const status = agentIn(channel, thread).status;
  if (!written && !status) return null;
  const words = `${world.app.name} ${status || "is writing…"}`;
  const stop = () => act("stop", { channel, ts: written.ts });
  const build = () =>
    h(
      "div",
      { class: "agent-status", role: "status" },
      h("span", { class: "agent-dots", "aria-hidden": "true" }, h("i"), h("i"), h("i")),
      h("span", {}, words),
      written
        ? h("button", { class: "button button-small", dataset: { key: "stop" }, onclick: stop }, icon(ICONS.stop, 14), "Stop")
        : null,
    );
  return { key: "status", mark: `${words} ${written?.ts ?? ""}`, build };
}

/** Prompts that the app suggests, in a thread or ("") for a new conversation; null when there are none. */
export function suggestions(channel, thread, ask) {
  const set = agentIn(channel, thread).prompts;
  const { title, prompts } = set ?? { prompts: thread ? [] : world.app.agent?.suggested_prompts ?? [] };
  if (!prompts.length) return null;
  const heading = title || (thread ? "You could ask next" : "Try one of these");
  const one = (prompt) => h("button", { class: "prompt", title: prompt.message, onclick: () => ask(prompt) }, prompt.title);
  const build = () =>
    h("div", { class: "prompts", role: "group", "aria-label": heading }, h("div", { class: "prompts-title" }, heading), prompts.map(one));
  return { key: "prompts", mark: JSON.stringify([heading, prompts]), build };
}
