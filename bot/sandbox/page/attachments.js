/** Slack's older attachments: a colored bar with words or blocks beside it. */
import { blockNodes } from "./blocks.js";
import { h } from "./dom.js";
import { messageHost } from "./host.js";
import { inline, mrkdwn } from "./mrkdwn.js";
import { linkNode } from "./references.js";

const COLORS = { good: "#2eb67d", warning: "#ecb22e", danger: "#e01e5a" };

/** The attachments of a message. */
export function attachmentNodes(message) {
  return (message.attachments ?? []).map((one) => attachment(one, message));
}

function attachment(one, message) {
  const color = COLORS[one.color] ?? (/^#?[0-9a-f]{6}$/i.test(one.color ?? "") ? `#${one.color.replace("#", "")}` : "var(--line-strong)");
  const title = one.title ? h("div", { class: "attachment-title" }, one.title_link ? linkNode(one.title_link, [one.title]) : one.title) : null;
  const host = { ...messageHost(message), blocks: one.blocks };
  const body = one.blocks ? blockNodes(one.blocks, host) : mrkdwn(one.text ?? (title ? "" : one.fallback ?? ""));
  const fields = (one.fields ?? []).map((field) => h("div", {}, h("b", {}, field.title ?? ""), h("div", {}, mrkdwn(field.value ?? ""))));
  return h(
    "div",
    { class: "attachment", style: { "--bar": color } },
    one.pretext ? h("div", {}, mrkdwn(one.pretext)) : null,
    title,
    h("div", { class: one.blocks ? "blocks" : "" }, body),
    fields.length ? h("div", { class: "fields" }, fields) : null,
    one.footer ? h("div", { class: "context" }, inline(one.footer)) : null,
  );
}
