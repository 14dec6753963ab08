// npm run draw
// Draws docs/pictures/creates.svg: what is sent while an organization and a key are created and an answer is lost. The requests are those that the emulator saw.
import { type Emulator, type Fault, type RequestRecord, startEmulator } from "../emulator";
import type { Bag, Lifecycle } from "../providers/lifecycle";
import { managedApiKeyLifecycle } from "../providers/managedApiKey";
import { organizationLifecycle } from "../providers/organization";
import { ProviderProcess } from "../providers/providerProcess";
import { resourceTypes } from "../providers/resourceTypes";
import { svg, textOf } from "./svg";

interface Life {
  title: string;
  lifecycle: (provider: ProviderProcess) => Lifecycle;
  declared: (emulator: Emulator) => Bag;
  faults: Fault[];
}

const lostCreate = (path: string, when: "before" | "after"): Fault[] => [{ method: "POST", path, do: "reset", when }];
const organization = () => ({ displayName: "Acme Corp" });
const key = ({ console }: Emulator) => ({
  organizationId: console.createOrganization({ displayName: "Acme Corp", apiKeysEnabled: true }).id,
  displayName: "production",
});

const lives: Life[] = [
  {
    title: "An organization is created: under a marked name, until everything is as declared",
    lifecycle: organizationLifecycle,
    declared: organization,
    faults: [],
  },
  {
    title: "The answer is lost, and the organization exists: it is found by its mark, and not created again",
    lifecycle: organizationLifecycle,
    declared: organization,
    faults: lostCreate("/v1/organizations", "after"),
  },
  {
    title: "The answer is lost, and nothing was created: only then it is sent again",
    lifecycle: organizationLifecycle,
    declared: organization,
    faults: lostCreate("/v1/organizations", "before"),
  },
  {
    title: "The answer with a key's token is lost: nobody knows it, so the key is deleted, and another created",
    lifecycle: managedApiKeyLifecycle,
    declared: key,
    faults: lostCreate("/v1/api-keys", "after"),
  },
];

interface Sent {
  request: string;
  answer: string;
  isLost: boolean;
}

async function requestsOf(emulator: Emulator, { lifecycle, declared, faults }: Life): Promise<Sent[]> {
  emulator.reset();
  const settings: Record<string, string> = {
    apiUrl: emulator.url,
    backendApiKey: emulator.backendApiKey,
    retryDelay: "1",
  };
  // A key is created in an organization that the stack has made.
  const made = ({ id }: { id: string }) => ({
    ...{ type: resourceTypes.organization, name: "acme", id },
    ...{ isProtected: true, isReplaced: false },
  });
  const state = async () => ({
    resources: [...emulator.store.organizations.values()].map(made),
    ...{ ids: new Set<string>(), interruptedCreates: new Set<string>() },
  });
  const provider = new ProviderProcess({}, {}, state, () => undefined);
  provider.configure({ get: (name) => settings[name.replace(/^tesseral:/, "")] });
  const own = lifecycle(provider);
  const news = { ...declared(emulator), managedBy: "organization/project/prod/acme" };
  const { inputs } = await own.check({}, news);
  const before = emulator.requests.length;
  emulator.fail(faults);
  await own.create(inputs);
  return emulator.requests.slice(before).map(sentOf);
}

function sentOf({ route = "", status, committed, body }: RequestRecord): Sent {
  const isLost = typeof status !== "number";
  return {
    request: `${route}${nameIn(body)}`,
    answer: isLost ? (committed ? "done, and the answer is lost" : "not done, and no answer") : String(status),
    isLost,
  };
}

/** The display name in a body, of an organization or a key. */
function nameIn(body: unknown): string {
  const named = (body ?? {}) as { displayName?: string; apiKey?: { displayName?: string } };
  const name = named.displayName ?? named.apiKey?.displayName;
  return name === undefined ? "" : ` “${name}”`;
}

/** The picture, for light pages and dark ones. */
export async function drawCreates(): Promise<string> {
  const emulator = await startEmulator();
  try {
    const parts: string[] = [];
    let y = 24;
    for (const life of lives) {
      parts.push(textOf("heading", 8, y, life.title));
      y += 12;
      for (const { request, answer, isLost } of await requestsOf(emulator, life)) {
        parts.push(
          textOf("request", 20, y + 15, request),
          `  <path class="${isLost ? "lost" : "answered"}" d="M500 ${y + 11}h60m-6 -4l6 4l-6 4"/>`,
          textOf(isLost ? "lostText" : "answer", 574, y + 15, answer),
        );
        y += 22;
      }
      y += 28;
    }
    return svg(760, y - 24, "What is sent while something is created and an answer is lost", parts);
  } finally {
    await emulator.close();
  }
}
