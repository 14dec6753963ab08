// Serves the built site as GitHub Pages does: below the name of the repository, files alone, no answer made up.
import { existsSync, readFileSync, statSync } from "node:fs";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { extname, join, resolve } from "node:path";

export const built = resolve(__dirname, "../../docs/site/.vitepress/dist");

const types: Record<string, string> = {
  ".html": "text/html; charset=utf-8",
  ".js": "text/javascript",
  ".css": "text/css",
  ".svg": "image/svg+xml",
  ".png": "image/png",
  ".json": "application/json",
};

export interface Served {
  url: string;
  close(): void;
}

/** Starts it on a free port of loopback. `base` is what the site was built for. */
export async function serveSite(base: string): Promise<Served> {
  const server = createServer((request, response) => {
    const { pathname } = new URL(request.url ?? "/", "http://localhost");
    const asked = decodeURIComponent(pathname.startsWith(base) ? pathname.slice(base.length) : "missing");
    const path = join(built, asked === "" || asked.endsWith("/") ? `${asked}index.html` : asked);
    const found = path.startsWith(built) && existsSync(path) && statSync(path).isFile();
    response.writeHead(found ? 200 : 404, { "content-type": types[extname(path)] ?? "application/octet-stream" });
    response.end(found ? readFileSync(path) : undefined);
  });
  await new Promise<void>((listening) => server.listen(0, "127.0.0.1", listening));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}${base}`,
    close: () => {
      server.close();
      server.closeAllConnections();
    },
  };
}
