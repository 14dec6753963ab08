import type { TesseralClient } from "../tesseral";

/** The earliest time that the server's clock can show, in milliseconds since 1970. */
export function serverTime({ operation: { transport } }: TesseralClient): number {
  return transport.clock.earliest(transport.timing.now());
}
