/** Pictures: those of this sandbox are shown, of all others only the description. */
import { h } from "./dom.js";

/**
 * A picture of this sandbox; of any other only its description, because the page asks nobody else for anything.
 * @param {object} image a Block Kit image: image_url or slack_file, alt_text
 * @param {string} kind its class
 */
export function picture({ image_url: url, slack_file: file, alt_text: alt }, kind) {
  const source = url ?? file?.url ?? "";
  const own = source.startsWith("data:image/") ? source : ownAddress(source);
  if (!own) return h("span", { class: `${kind} picture-elsewhere`, role: "img", "aria-label": alt || "Image", title: source }, alt || "Image");
  return h("img", { class: kind, src: own, alt: alt ?? "", loading: "lazy" });
}

/** The path of an address inside this sandbox, or null; "localhost" and "127.0.0.1" are the same place. */
export function ownAddress(address) {
  if (!address) return null;
  let url;
  try {
    url = new URL(address, location.origin);
  } catch {
    return null;
  }
  const here = url.port === location.port && ["127.0.0.1", "localhost"].includes(url.hostname);
  return here && url.protocol === location.protocol ? url.pathname + url.search : null;
}
