import { cacheRows } from "./cache";
import { callerRows } from "./callers";
import { operatorRows } from "./operators";
import type { Row } from "./row";
import { verifiedRows } from "./verified";
import { wholeRows } from "./whole";

/** The contract of the example backends, row by row, in the order in which it is run. */
export const rows: readonly Row[] = [...callerRows, ...operatorRows, ...cacheRows, ...verifiedRows, ...wholeRows];
