// What a customer costs that does not depend on the machine: bytes of the state, stack frames, requests.
import { afterEach, expect, it } from "vitest";
import { leftOutWithoutLanguageHost, openProject, type Project } from "./project";

const count = 5;

let project: Project | undefined;

afterEach(() => project?.close());

interface Resource {
  urn: string;
  type: string;
  sourcePosition?: string;
  stackTrace?: { sourcePosition?: string }[];
}

it.skipIf(leftOutWithoutLanguageHost())(
  "keeps the state of a customer small, and asks for no more than it needs",
  async () => {
    project = await openProject();
    project.declare(
      Object.fromEntries(
        Array.from({ length: count }, (_, index) => [
          `c${index}`,
          {
            displayName: `Customer ${index}`,
            protect: false,
            roles: { reader: { actions: ["widgets.read"] } },
            apiKeys: { production: { roles: ["reader"] } },
          },
        ]),
      ),
    );

    await project.up("--skip-preview");
    expect(project.requestsByRoute()).toEqual({
      "GET /v1/project": 1,
      "GET /v1/organizations": 1,
      "POST /v1/organizations": count,
      "PATCH /v1/organizations/{id}": count,
      "POST /v1/roles": count,
      "PATCH /v1/roles/{id}": count,
      "POST /v1/api-keys": count,
      "POST /v1/api-key-role-assignments": count,
    });
    await project.preview();
    expect(project.requestsByRoute()).toEqual({ "GET /v1/project": 1 });

    const resources = await project.resources<Resource>();
    const customers = resources.filter(({ urn }) => urn.includes("tesseral:index:Customer"));
    expect(customers).toHaveLength(count * 4);
    for (const { type, sourcePosition, stackTrace } of customers) {
      // One frame says where the program makes the customer, and with it what it is made of.
      const place = expect.stringMatching(/^project:\/\/\/index\.ts#\d+,\d+$/);
      const isComponent = type === "tesseral:index:Customer";
      expect({ type, sourcePosition, stackTrace }).toEqual({
        type,
        ...(isComponent && { sourcePosition: place, stackTrace: [{ sourcePosition: place }] }),
      });
    }
    const bytes = Math.max(
      ...Array.from({ length: count }, (_, index) => {
        const own = customers.filter(({ urn }) => new RegExp(`::c${index}(-|$)`).test(urn));
        return own.reduce((sum, resource) => sum + JSON.stringify(resource).length, 0);
      }),
    );
    console.log(`${bytes} bytes of state for a customer with one role and one key`);
    expect(bytes).toBeLessThan(5650);

    await project.refresh("--skip-preview");
    expect(project.requestsByRoute()).toEqual({
      "GET /v1/project": 1,
      "GET /v1/organizations": 1,
      "GET /v1/roles": count,
      "GET /v1/api-keys": count,
      "GET /v1/api-key-role-assignments": count,
    });
    await project.destroy("--skip-preview");
    expect(project.requestsByRoute()).toEqual({ "GET /v1/project": 1, "DELETE /v1/organizations/{id}": count });
  },
);
