/** A change in words, the same in every format. */

import { count } from "../inWords";
import type { Change, HorizonEvent } from "../review";

const verb = /^(is|has|gets|leaves|stays|allows|may|no longer)\b/;

/** `key ci is replaced: its token stops working at once` */
export function sentence({ subject, text }: Change): string {
  if (subject === undefined) {
    return text;
  }
  return `${subject.kind === "resource" ? "" : `${subject.kind} `}${subject.name}${verb.test(text) ? "" : ":"} ${text}`;
}

export const levelWords = {
  notice: "Will notice",
  rotation: "Rotations: new tokens, and old ones whose overlap is over",
  quiet: "Nobody notices",
} as const;

const kindWords = {
  new: "new customer",
  adopted: "taken over",
  changed: "",
  deleted: "deleted",
  released: "released",
} as const;

export const kindWord = (kind: keyof typeof kindWords): string => kindWords[kind];

const eventWords: Record<HorizonEvent["event"], string> = {
  expires: "expires",
  rotates: "rotates",
  renews: "is renewed",
  retires: "ends the older of its two tokens",
  deleted: "can be deleted",
};

/** `acme/production expires` */
export function eventSentence({ customer, key, event, overdue }: HorizonEvent): string {
  const words = hasHappened({ event, overdue }) ? "has expired" : eventWords[event];
  return `${customer}${key === undefined ? "" : `/${key}`} ${words}`;
}

/** `in 12 days`, `in 3 hours`, `in the next update`, or `already`. */
export function inTime({ time, event, overdue }: HorizonEvent, now: string): string {
  if (overdue) {
    return hasHappened({ event, overdue }) ? "already" : "in the next update";
  }
  const seconds = (Date.parse(time) - Date.parse(now)) / 1000;
  if (seconds >= 2 * secondsOfDay) {
    // By the days of the calendar, as the dates beside it are read: a week from now is in 7 days a minute later, too.
    return `in ${dayOf(time) - dayOf(now)} days`;
  }
  const isLong = seconds >= 2 * 3600;
  return `in ${count(Math.max(1, Math.round(seconds / (isLong ? 3600 : 60))), isLong ? "hour" : "minute")}`;
}

/** A token expires by itself; everything else waits for an update. */
function hasHappened({ event, overdue }: Pick<HorizonEvent, "event" | "overdue">): boolean {
  return overdue && event === "expires";
}

const secondsOfDay = 86_400;

/** The number of a time's day in UTC. */
function dayOf(time: string): number {
  return Math.floor(Date.parse(time) / 1000 / secondsOfDay);
}

const operationWords: Record<string, string> = {
  create: "created",
  update: "changed",
  replace: "replaced",
  delete: "deleted",
  recreate: "created anew",
  rename: "renamed",
  finish: "old one deleted",
};

/** `2 created, 1 changed` */
export function operations(found: Readonly<Record<string, number>>): string {
  return Object.entries(found)
    .map(([operation, number]) => `${number} ${operationWords[operation] ?? `"${operation}"`}`)
    .join(", ");
}

/** `12 requests, about 3 s` */
export function workWords({ requests, seconds }: { requests: number; seconds: number }): string {
  if (requests === 0) {
    return "no requests to Tesseral";
  }
  const time =
    seconds < 1
      ? "less than a second"
      : seconds < 120
        ? `about ${Math.round(seconds)} s`
        : `about ${Math.round(seconds / 60)} minutes`;
  return `${count(requests, "request")}, ${time}`;
}
