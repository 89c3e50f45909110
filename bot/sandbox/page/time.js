/** Times as the person reads them: in their zone, in English as Slack's client words it. */
import { now, world } from "./state.js";

const formats = new Map();

function format(options, tz = zone()) {
  const key = tz + JSON.stringify(options);
  if (!formats.has(key)) formats.set(key, new Intl.DateTimeFormat("en-US", { ...options, timeZone: tz }));
  return formats.get(key);
}

/** The person's IANA zone. */
export function zone() {
  return world.me.tz || world.clock.tz_label || "UTC";
}

/** "14:02" */
export function clockTime(seconds) {
  return format({ hour: "2-digit", minute: "2-digit", hourCycle: "h23" }).format(seconds * 1000);
}

/** The calendar day in the person's zone, "2026-11-24". */
export function dayKey(seconds) {
  return isoParts(seconds, zone()).day;
}

/** "Today", "Yesterday" or "Thursday, November 19th". */
export function dayTitle(seconds) {
  const key = dayKey(seconds);
  if (key === dayKey(now())) return "Today";
  if (key === dayKey(now() - 86400)) return "Yesterday";
  const year = key.slice(0, 4) === dayKey(now()).slice(0, 4) ? "" : `, ${key.slice(0, 4)}`;
  return `${format({ weekday: "long", month: "long" }).format(seconds * 1000).replace(/^(\S+) (\S+)$/, order)} ${ordinal(+key.slice(8))}${year}`;
}

// Engines differ in how they join a month and a weekday.
function order(_all, first, second) {
  return first.endsWith("day") ? `${first}, ${second}` : `${second}, ${first}`;
}

function ordinal(day) {
  const tail = day % 100 > 10 && day % 100 < 14 ? "th" : ["th", "st", "nd", "rd"][day % 10] ?? "th";
  return `${day}${tail}`;
}

/** "Tue, Nov 24, 2026, 14:02" for a tooltip. */
export function fullTime(seconds) {
  const options = { weekday: "short", month: "short", day: "numeric", year: "numeric", hour: "2-digit", minute: "2-digit" };
  return format({ ...options, hourCycle: "h23" }).format(seconds * 1000);
}

/** "Tue 24 Nov, 14:02" for the clock. */
export function barTime(seconds) {
  const part = (options) => format(options).format(seconds * 1000);
  return `${part({ weekday: "short" })} ${part({ day: "numeric" })} ${part({ month: "short" })}, ${clockTime(seconds)}`;
}

/** "5 minutes ago", "3 days ago" against the calendar clock. */
export function ago(seconds) {
  const passed = Math.max(0, now() - seconds);
  for (const [unit, size] of [["day", 86400], ["hour", 3600], ["minute", 60]]) {
    const count = Math.floor(passed / size);
    if (count >= 1) return `${count} ${unit}${count === 1 ? "" : "s"} ago`;
  }
  return "just now";
}

/** The day and the minute of a moment in a zone: {day: "2026-11-24", minute: "14:02"}. */
export function isoParts(seconds, tz = zone()) {
  const options = { year: "numeric", month: "2-digit", day: "2-digit", hour: "2-digit", minute: "2-digit", hourCycle: "h23" };
  const parts = Object.fromEntries(format(options, tz).formatToParts(seconds * 1000).map((part) => [part.type, part.value]));
  return { day: `${parts.year}-${parts.month}-${parts.day}`, minute: `${parts.hour}:${parts.minute}` };
}

/** Unix seconds of a wall-clock time in a zone; an hour skipped by the clocks gives the moment after the jump. */
export function moment(day, minute, tz = zone()) {
  const wanted = Date.parse(`${day}T${minute}:00Z`) / 1000;
  let guess = wanted;
  for (let turn = 0; turn < 3; turn += 1) {
    const shown = isoParts(guess, tz);
    const drift = wanted - Date.parse(`${shown.day}T${shown.minute}:00Z`) / 1000;
    if (drift === 0) break;
    guess += drift;
  }
  return guess;
}

/** The next time it is this weekday (0 = Sunday) and time, strictly later than now. */
export function nextWeekday(weekday, minute) {
  for (let ahead = 0; ahead <= 7; ahead += 1) {
    const day = addDays(dayKey(now()), ahead);
    const at = moment(day, minute);
    if (new Date(`${day}T12:00:00Z`).getUTCDay() === weekday && at > now()) return at;
  }
  throw new Error("a week has seven days");
}

function addDays(day, count) {
  return new Date(Date.parse(`${day}T12:00:00Z`) + count * 86400000).toISOString().slice(0, 10);
}

const DATE_TOKENS = {
  date_num: (at) => dayKey(at),
  date: (at) => dayTitleLong(at, false),
  date_short: (at) => format({ month: "short", day: "numeric", year: "numeric" }).format(at * 1000),
  date_long: (at) => dayTitleLong(at, true),
  date_pretty: (at) => pretty(at) ?? DATE_TOKENS.date(at),
  date_short_pretty: (at) => pretty(at) ?? DATE_TOKENS.date_short(at),
  date_long_pretty: (at) => pretty(at) ?? DATE_TOKENS.date_long(at),
  date_slash: (at) => format({ year: "numeric", month: "2-digit", day: "2-digit" }).format(at * 1000),
  day_divider_pretty: (at) => dayTitle(at),
  time: (at) => clockTime(at),
  time_secs: (at) => `${clockTime(at)}:${String(Math.floor(at) % 60).padStart(2, "0")}`,
  ago: (at) => ago(at),
};

function dayTitleLong(at, withWeekday) {
  const weekday = withWeekday ? `${format({ weekday: "long" }).format(at * 1000)}, ` : "";
  const key = dayKey(at);
  return `${weekday}${format({ month: "long" }).format(at * 1000)} ${ordinal(+key.slice(8))}, ${key.slice(0, 4)}`;
}

function pretty(at) {
  const offset = [["today", 0], ["yesterday", -86400], ["tomorrow", 86400]];
  return offset.find(([, shift]) => dayKey(at) === dayKey(now() + shift))?.[0];
}

/** Slack's date format string, e.g. "{date_short} at {time}"; null when it names an unknown token. */
export function slackDate(seconds, pattern) {
  let known = true;
  const text = pattern.replace(/\{(\w+)\}/g, (all, name) => {
    if (!(name in DATE_TOKENS)) known = false;
    return DATE_TOKENS[name]?.(seconds) ?? all;
  });
  return known && Number.isFinite(seconds) ? text : null;
}
