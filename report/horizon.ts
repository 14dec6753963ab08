/** What happens to keys within a period from now: by itself, or in the first update after a time. */
import { deletableFrom } from "../providers/keepUntil";
import { after, before, canonicalTime, periodProblem } from "../tesseral/instant";
import { textOf } from "./changes/values";
import { timesOf } from "./customerStates";
import type { CustomerSteps } from "./customerSteps";
import type { Horizon, HorizonEvent } from "./review";

/** Why a text is not a period, or undefined. */
export const horizonProblem = periodProblem;

/** What happens to the customers of a stack, after the update, until a period has passed. */
export function horizonOf(customers: readonly CustomerSteps[], now: string, period: string): Horizon {
  const until = after(now, period);
  const events = customers
    .flatMap(eventsOf)
    .filter(({ time }) => Date.parse(time) <= Date.parse(until))
    .map((event) => ({ ...event, overdue: Date.parse(event.time) <= Date.parse(now) }));
  return {
    until,
    period,
    events: events.sort(
      (one, other) =>
        Date.parse(one.time) - Date.parse(other.time) || (one.customer + one.key < other.customer + other.key ? -1 : 1),
    ),
  };
}

function eventsOf(customer: CustomerSteps): Omit<HorizonEvent, "overdue">[] {
  return [...keptUntil(customer), ...ofKeys(customer)];
}

/** When a kept customer may be deleted. */
function keptUntil({ name, organization }: CustomerSteps): Omit<HorizonEvent, "overdue">[] {
  const from = deletableFrom(textOf(organization?.new, "keepUntil") ?? "");
  return from === undefined
    ? []
    : [{ time: String(canonicalTime(new Date(from).toISOString())), event: "deleted", customer: name }];
}

function ofKeys(customer: CustomerSteps): Omit<HorizonEvent, "overdue">[] {
  return customer.keys.flatMap((key) => {
    const status = textOf(key.new, "status") ?? "active";
    if (key.new === undefined || status === "expired" || status === "revoked" || status === "gone") {
      return [];
    }
    const { expires, rotates, retires } = timesOf(key);
    const renewBefore = textOf(key.new, "renewBefore");
    const renews = expires === undefined || renewBefore === undefined ? undefined : before(expires, renewBefore);
    const times = { expires: renews === undefined ? expires : undefined, rotates, renews, retires };
    return Object.entries(times).flatMap(([event, time]) =>
      time === undefined || Number.isNaN(Date.parse(time))
        ? []
        : [{ time, event: event as HorizonEvent["event"], customer: customer.name, key: key.part }],
    );
  });
}
