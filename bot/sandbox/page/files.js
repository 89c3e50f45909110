/** Files: how messages show them, and how the composer and the fields of a modal take them. */
import { h, icon } from "./dom.js";
import { ICONS } from "./icons.js";
import { ownAddress, picture } from "./pictures.js";
import { toast } from "./toasts.js";

const MOST_BYTES = 2_500_000;
const PICTURES = /^image\/(gif|jpeg|png|webp)$/;

/** A file of a message: a picture, or a tile with its name, type and size. */
export function fileNode(file) {
  const title = file.title || file.name || "File";
  const address = ownAddress(file.url_private ?? file.permalink ?? "");
  if (PICTURES.test(file.mimetype ?? "") && address) {
    const shown = picture({ image_url: address, alt_text: file.alt_txt || title }, "image");
    const link = h("a", { href: address, download: file.name ?? title, "aria-label": `Download ${title}` }, shown);
    return h("figure", { class: "image-block file-image" }, h("figcaption", { class: "image-title" }, title), link);
  }
  return fileTile({ title, kind: file.pretty_type || "File", size: file.size, address, name: file.name });
}

/** A tile for one file; without an address it cannot be opened. */
export function fileTile({ title, kind, size = null, address = null, name = null }) {
  const detail = [kind, size === null ? "" : sizeOf(size)].filter(Boolean).join(" · ");
  const inside = [
    h("span", { class: "file-face", "aria-hidden": "true" }, icon(ICONS.file, 20)),
    h("span", { class: "menu-words" }, h("b", { class: "file-name" }, title), h("small", {}, detail)),
  ];
  if (!address) return h("div", { class: "file" }, inside);
  return h(
    "a",
    { class: "file", href: address, download: name ?? title, "aria-label": `Download ${title}, ${detail}` },
    inside,
    icon(ICONS.down, 16),
  );
}

/** "12 KB" */
export function sizeOf(bytes) {
  if (bytes < 1000) return `${bytes} B`;
  return bytes < 1_000_000 ? `${Math.round(bytes / 1000)} KB` : `${(bytes / 1_000_000).toFixed(1)} MB`;
}

/** The files of a list that are small enough for the sandbox; says so about the others. */
export function takeable(files) {
  const all = [...files];
  const large = all.filter((one) => one.size > MOST_BYTES);
  if (large.length) toast(`${large.map((one) => one.name).join(", ")}: files of up to ${sizeOf(MOST_BYTES)} can be shared here.`, "error");
  return all.filter((one) => one.size <= MOST_BYTES);
}

/** A file's bytes in base64, as the sandbox takes them. */
export function encoded(file) {
  return new Promise((resolve, reject) => {
    const reader = new FileReader();
    reader.onload = () => resolve(String(reader.result).replace(/^[^,]*,/, ""));
    reader.onerror = () => reject(reader.error);
    reader.readAsDataURL(file);
  });
}

/**
 * Files that wait to be sent, each with a way to take it out again.
 * @param {File[]} files
 * @param {(file: File) => void} drop
 */
export function waitingFiles(files, drop) {
  const chip = (file) => {
    const cross = h("button", { class: "pill-cross", type: "button", "aria-label": `Remove ${file.name}`, onclick: () => drop(file) }, "×");
    return h("li", { class: "file-chip" }, icon(ICONS.file, 16), h("span", { class: "file-name" }, file.name), h("small", {}, sizeOf(file.size)), cross);
  };
  return files.length ? h("ul", { class: "file-chips", "aria-label": "Files to send" }, files.map(chip)) : null;
}
