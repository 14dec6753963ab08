/** What expires, rotates and retires, on a timeline and as a list. */
import { count, shortTime } from "../../inWords";
import type { HorizonEvent, StackReview } from "../../review";
import { eventSentence, inTime } from "../sentence";
import { escaped } from "./markup";

const lanes: { event: HorizonEvent["event"]; label: string; shape: (x: number, y: number, r: number) => string }[] = [
  { event: "expires", label: "expires", shape: (x, y, r) => `<path d="M${x} ${y - r}L${x + r} ${y + r}H${x - r}Z"` },
  { event: "rotates", label: "rotates", shape: (x, y, r) => `<circle cx="${x}" cy="${y}" r="${r}"` },
  { event: "renews", label: "is renewed", shape: (x, y, r) => `<circle cx="${x}" cy="${y}" r="${r}"` },
  {
    event: "retires",
    label: "older token",
    shape: (x, y, r) => `<rect x="${x - r}" y="${y - r}" width="${2 * r}" height="${2 * r}"`,
  },
  {
    event: "deleted",
    label: "may be deleted",
    shape: (x, y, r) => `<path d="M${x} ${y - r}L${x + r} ${y}L${x} ${y + r}L${x - r} ${y}Z"`,
  },
];

const [width, left, right, laneHeight, axisHeight] = [1000, 110, 20, 40, 30];
/** Events of one lane that are closer together than this share one mark with their number. */
const slots = 40;

export function timelineSection({ horizon, time }: Pick<StackReview, "horizon" | "time">, id: string): string {
  const { events, until, period } = horizon;
  const heading = `<h2>Until ${escaped(shortTime(until))}</h2>`;
  if (events.length === 0) {
    return `${heading}\n<p>Nothing expires, rotates or ends within ${escaped(period)}.</p>`;
  }
  const used = lanes.filter(({ event }) => events.some((one) => one.event === event));
  const [from, to] = [Date.parse(time), Date.parse(until)];
  const height = used.length * laneHeight + axisHeight;
  const at = (share: number) => Math.round(left + share * (width - left - right));
  const marks = used.flatMap(({ event, label, shape }, lane) => {
    const y = lane * laneHeight + laneHeight / 2;
    const inSlots = new Map<number, HorizonEvent[]>();
    for (const one of events.filter((each) => each.event === event)) {
      const share = Math.max(0, Math.min(1, (Date.parse(one.time) - from) / (to - from)));
      const slot = Math.min(slots - 1, Math.floor(share * slots));
      inSlots.set(slot, [...(inSlots.get(slot) ?? []), one]);
    }
    const shapes = [...inSlots].map(([slot, all]) => {
      const x = at((slot + 0.5) / slots);
      const first = all[0];
      const title =
        all.length === 1 && first !== undefined
          ? `${eventSentence(first)} ${inTime(first, time)}`
          : `${count(all.length, "key")}: ${all.slice(0, 5).map(eventSentence).join(", ")}${all.length > 5 ? ", …" : ""}`;
      const number = all.length > 1 ? `<text x="${x + 10}" y="${y + 4}">${all.length}</text>` : "";
      return `${shape(x, y, 7)} class="${event}"><title>${escaped(title)}</title>${closing(shape(0, 0, 1))}${number}`;
    });
    return [
      `<text x="0" y="${y + 4}">${label}</text>`,
      `<line class="axis" x1="${left}" y1="${y}" x2="${width - right}" y2="${y}"/>`,
      ...shapes,
    ];
  });
  const base = used.length * laneHeight;
  const ticks = [0, 0.25, 0.5, 0.75, 1].map((share) => {
    const day = new Date(from + share * (to - from)).toISOString().slice(0, 10);
    const anchor = share === 0 ? "start" : share === 1 ? "end" : "middle";
    return `<line class="axis" x1="${at(share)}" y1="0" x2="${at(share)}" y2="${base}"/><text x="${at(share)}" y="${base + 18}" text-anchor="${anchor}">${day}</text>`;
  });
  const summary = used
    .map(({ event, label }) => `${label}: ${events.filter((one) => one.event === event).length}`)
    .join(", ");
  const items = events.map(
    (event) =>
      `<li><time datetime="${escaped(event.time)}">${escaped(shortTime(event.time))}</time>: ${escaped(eventSentence(event))} <span class="faint">${inTime(event, time)}</span></li>`,
  );
  return (
    `${heading}\n<svg viewBox="0 0 ${width} ${height}" role="img" aria-labelledby="time-${id}"><title id="time-${id}">A timeline. ${escaped(summary)}. The list below says the same.</title>` +
    `${ticks.join("")}${marks.join("")}</svg>\n<details><summary>${count(events.length, "event")}</summary><ul>${items.join("")}</ul></details>`
  );
}

function closing(shape: string): string {
  return `</${/^<(\w+)/.exec(shape)?.[1]}>`;
}
