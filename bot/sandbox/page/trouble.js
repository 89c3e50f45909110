/** What can be made to go wrong on purpose, to see what the app does about it. */
import { act } from "./live.js";
import { menu } from "./popover.js";
import { world } from "./state.js";
import { toast } from "./toasts.js";

const POST = "chat.postMessage";

const TROUBLES = [
  { label: "Its next message comes too soon", detail: "429 with Retry-After, for five seconds", order: { what: "rate_limit", method: POST } },
  { label: "Its next message meets a server error", detail: "500, and nothing is posted", order: { what: "fail", method: POST } },
  { label: "Its next message is posted, but the answer is lost", detail: "The connection breaks in between", order: { what: "lose_reply", method: POST } },
  { label: "Its next message takes five seconds", detail: "Slack is slow", order: { what: "delay", method: POST } },
  { label: "It hears the next event twice", detail: "With the same event_id", order: { what: "duplicate_events" } },
  { label: "It hears the next two events the wrong way round", detail: "The first waits for the second", order: { what: "reorder_events" } },
  { label: "Its next acknowledgement is lost", detail: "The event comes again", order: { what: "lose_acks" } },
  { label: "It loses its connection", detail: "It comes back by itself", order: { what: "disconnect" } },
];

/** Offer what can go wrong, beside a button. */
export function offerTrouble(anchor) {
  const entry = ({ label, detail, order }) => ({ label, detail, act: () => give(label, order) });
  const heading = { heading: `Make something go wrong for ${world.app.name}` };
  menu(anchor, [heading, ...TROUBLES.map(entry)], { label: "Make something go wrong", width: 360 });
}

async function give(label, order) {
  if ((await act("fault", order)).ok) toast(`${label}.`);
}
