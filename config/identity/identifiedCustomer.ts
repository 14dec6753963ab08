import type { DeliverTo } from "../../components/delivery/deliverTo";
import type { Renamed } from "./renames";

/** The arguments that identify a declared customer. Values that are not known yet, such as outputs, do not count. */
export interface IdentifiedCustomer extends Renamed {
  displayName?: unknown;
  adopt?: unknown;
  apiAccess?: unknown;
  roles?: Readonly<Record<string, Renamed>>;
  apiKeys?: Readonly<
    Record<
      string,
      Renamed & {
        expireTime?: unknown;
        rotateEvery?: unknown;
        adopt?: unknown;
        rotate?: unknown;
        deliverTo?: DeliverTo;
      }
    >
  >;
  deliverTo?: DeliverTo;
}
