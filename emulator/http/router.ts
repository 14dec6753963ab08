import { posix } from "node:path";
import { PlainError, Redirect } from "../errors";
import type { OpenRoute, Route } from "./route";

export interface Matched<Kind extends Route | OpenRoute = Route | OpenRoute> {
  route: Kind;
  /** The parameters of the path. */
  params: ReadonlyMap<string, string>;
}

interface Template {
  parts: readonly string[];
  routes: (Route | OpenRoute)[];
}

const plainHeaders = { "X-Content-Type-Options": "nosniff" };

/** Finds the route of a request. */
export class Router {
  readonly #templates = new Map<string, Template>();

  constructor(routes: readonly (Route | OpenRoute)[]) {
    for (const route of routes) {
      const known = this.#templates.get(route.template);
      if (known === undefined) {
        this.#templates.set(route.template, { parts: route.template.split("/"), routes: [route] });
      } else {
        known.routes.push(route);
      }
    }
  }

  /**
   * The route of that method and decoded path: an escaped slash has become a slash, so it can lead to another route. Throws
   * Redirect for a path that is not clean, and PlainError (404, 405).
   */
  match(method: string, path: string, query: string): Matched {
    const clean = cleanPath(path);
    if (clean !== path) {
      const escaped = clean.split("/").map(encodeURIComponent).join("/");
      throw new Redirect(escaped + (query === "" ? "" : `?${query}`));
    }
    if (!path.startsWith("/v1/")) {
      throw new PlainError(404, "404 page not found\n", plainHeaders);
    }
    const parts = path.split("/");
    // Whatever follows a colon in the last part is a verb, and no route has one.
    if (parts.at(-1)?.includes(":")) {
      throw new PlainError(404, undefined, plainHeaders);
    }
    const fitting = [...this.#templates.values()].filter((template) => fits(template.parts, parts));
    const template = fitting.find(({ parts: own }) => !own.some(isParameter)) ?? fitting[0];
    if (template === undefined) {
      throw new PlainError(404, undefined, plainHeaders);
    }
    const route = template.routes.find((candidate) => candidate.method === method);
    if (route === undefined) {
      const allowed = template.routes.map((candidate) => candidate.method).join(",");
      throw new PlainError(405, undefined, { ...plainHeaders, Allow: allowed });
    }
    const params = template.parts.flatMap((part, index): [string, string][] =>
      isParameter(part) ? [[part.slice(1, -1), parts[index] ?? ""]] : [],
    );
    return { route, params: new Map(params) };
  }
}

const isParameter = (part: string) => part.startsWith("{");

/** A parameter at the end can be empty: cleaning the path leaves a slash there. */
const fits = (template: readonly string[], path: readonly string[]) =>
  template.length === path.length && template.every((part, index) => isParameter(part) || part === path[index]);

/** Without double slashes and dots; a slash at the end stays. */
const cleanPath = (path: string) => posix.normalize(path.startsWith("/") ? path : `/${path}`);
