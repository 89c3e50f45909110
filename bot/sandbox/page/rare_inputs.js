/** The fields that apps seldom ask for: formatted text, and files. */
import { h, icon } from "./dom.js";
import { encoded, takeable, waitingFiles } from "./files.js";
import { changeValue } from "./host.js";
import { ICONS } from "./icons.js";
import { grow } from "./inputs.js";
import { act } from "./live.js";
import { plain } from "./texts.js";

/** rich_text_input, typed as plain lines. */
export function richField(element, host, block, { label = null, id = null } = {}) {
  const field = h("textarea", {
    class: "field",
    id,
    rows: "4",
    value: wordsOf(host.values.get(block.block_id, element).rich_text_value),
    placeholder: plain(element.placeholder) || null,
    "aria-label": id ? null : label ?? "Text",
    dataset: { key: `${block.block_id} ${element.action_id}` },
  });
  const typed = () => ({ type: element.type, rich_text_value: field.value ? richTextOf(field.value) : null });
  field.addEventListener("input", () => {
    host.values.set(block.block_id, element.action_id, typed());
    host.onvalue(block.block_id);
    grow(field);
  });
  field.addEventListener("change", () => block.type !== "input" && changeValue(host, block, element, typed(), field));
  return h("span", { class: "field-wrap" }, field);
}

function richTextOf(text) {
  return { type: "rich_text", elements: [{ type: "rich_text_section", elements: [{ type: "text", text }] }] };
}

function wordsOf(value) {
  const parts = (value?.elements ?? []).flatMap((part) => part.elements ?? []);
  return parts.map((one) => one.text ?? one.url ?? "").join("");
}

/** file_input: the files go to the sandbox at once, their ids with the form. */
export function fileField(element, host, block, { label = null, id = null } = {}) {
  const most = element.max_files ?? 10;
  const held = () => host.values.get(block.block_id, element).files ?? [];
  const list = h("div", {});
  const input = h("input", {
    type: "file",
    class: "field",
    id,
    multiple: most > 1,
    accept: (element.filetypes ?? []).map((one) => `.${one}`).join(",") || null,
    "aria-label": id ? null : label ?? "Files",
    dataset: { key: `${block.block_id} ${element.action_id}` },
  });
  const keep = (files) => {
    changeValue(host, block, element, { type: element.type, files: files.slice(0, most) }, input);
    show();
  };
  const show = () => {
    const drop = (file) => keep(held().filter((one) => one !== file));
    list.replaceChildren(...[waitingFiles(held(), drop)].filter(Boolean));
  };
  input.addEventListener("change", async () => {
    const answers = [];
    for (const file of takeable(input.files)) answers.push(await act("bring_file", { name: file.name, content: await encoded(file) }));
    input.value = "";
    keep([...held(), ...answers.filter((one) => one.ok).map((one) => one.file)]);
  });
  show();
  return h("span", { class: "field-wrap" }, h("span", { class: "file-field" }, icon(ICONS.clip, 16), input), list);
}
