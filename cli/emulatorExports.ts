import type { Emulator } from "../emulator/index";
import { environment } from "../testing/index";

/**
 * Export commands for a shell: what a backend needs, and `TESSERAL_TOKEN_ACME_PRODUCTION` for the key `production` of `acme`. Two keys never
 * share a variable: their names hold only letters, digits and hyphens, and joined by a hyphen they are unique names of resources.
 */
export function shellExports(emulator: Emulator): string[] {
  const tokens = Object.entries(emulator.tokens).flatMap(([customer, keys]) =>
    Object.entries(keys).map(([key, token]) => [
      `TESSERAL_TOKEN_${customer}_${key}`.toUpperCase().replaceAll("-", "_"),
      token,
    ]),
  );
  return [...Object.entries(environment(emulator)), ...tokens].map(
    ([name = "", value = ""]) => `export ${name}='${value.replaceAll("'", "'\\''")}'`,
  );
}
