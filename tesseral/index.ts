export * from "./client";
export * from "./errors";
export * from "./lostCreates";
export * from "./objects";
export type { TransportOptions } from "./transport";
