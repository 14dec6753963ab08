import type { Emulator } from "../emulator/index";
import { environment } from "../testing/index";

/**
 * Commands that a shell takes: what a backend needs, and `TESSERAL_TOKEN_ACME_PRODUCTION` for the key `production` of `acme`. A name that
 * is the same for two keys, once it is in capitals, gets a number.
 */
export function shellExports(emulator: Emulator): string[] {
  const variables = new Map(Object.entries(environment(emulator)));
  for (const [customer, keys] of Object.entries(emulator.tokens)) {
    for (const [key, token] of Object.entries(keys)) {
      const name = `TESSERAL_TOKEN_${customer}_${key}`.toUpperCase().replace(/[^A-Z0-9]/g, "_");
      let free = name;
      for (let count = 2; variables.has(free); count += 1) {
        free = `${name}_${count}`;
      }
      variables.set(free, token);
    }
  }
  return [...variables].map(([name, value]) => `export ${name}='${value.replaceAll("'", "'\\''")}'`);
}
