// A Pulumi project whose `pulumi` is played in this process, with stack files in a temporary folder and states in memory. It can die at any of its
// writes, also between the two of `state move`, which writes the new owner's state first, as the real one does. The real one:
// test/commandLine/parts.test.ts.
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { parse, stringify } from "yaml";
import type { State, StateResource } from "../../../cli/parts/storedParts";
import type { ProjectSetting, PulumiProject } from "../../../cli/pulumi/project";
import { customerType } from "../../../components/customerType";
import { nameIn } from "../../../providers/exportedStack";

export class Killed extends Error {}

const providerType = "pulumi:providers:pulumi-nodejs";
const organizationType = "pulumi-nodejs:dynamic/tesseral:Organization";

export class StandInProject implements PulumiProject {
  readonly root = mkdtempSync(join(tmpdir(), "parts-test-"));
  readonly settings = new Map<string, ProjectSetting>();
  readonly name = "shop";
  readonly states = new Map<string, StateResource[]>();
  #writes = 0;
  #dieAt = Number.POSITIVE_INFINITY;
  #providers = 0;

  readonly stackFile = (stack: string) => join(this.root, `Pulumi.${stack}.yaml`);

  /** How many writes there were. */
  get writes(): number {
    return this.#writes;
  }

  /** It dies at this write, before it is done. */
  dieAt(write: number): void {
    this.#dieAt = write;
  }

  /** A stack with these settings and customers. */
  add(stack: string, config: Record<string, unknown>, customers: readonly string[] = []): void {
    this.#save(stack, config);
    this.#providers += 1;
    this.states.set(stack, customers.length === 0 ? [] : stateOf(stack, `random-${this.#providers}`, customers));
  }

  config(stack: string): Record<string, unknown> {
    const file = this.stackFile(stack);
    return existsSync(file) ? parse(readFileSync(file, "utf8")).config : {};
  }

  customers(stack: string): string[] {
    return this.resources(stack)
      .filter(({ type }) => type === customerType)
      .map(({ urn }) => nameIn(urn))
      .sort();
  }

  resources(stack: string): StateResource[] {
    return this.states.get(stack) ?? [];
  }

  declare(customers: Record<string, unknown>): void {
    writeFileSync(join(this.root, "customers.yaml"), stringify({ customers }));
  }

  close(): void {
    rmSync(this.root, { recursive: true });
  }

  readonly pulumi = async (args: string[], input = ""): Promise<string> => {
    const value = (name: string) => args[args.indexOf(name) + 1] ?? "";
    const stack = value("--stack");
    switch (args.slice(0, 2).join(" ")) {
      case "stack ls":
        return JSON.stringify([...this.states.keys()].map((name) => ({ name })));
      case "stack init":
        return this.#write(() => this.states.set(args[2] ?? "", []));
      case "stack export":
        return JSON.stringify({ version: 3, deployment: { resources: this.#known(stack) } } satisfies State);
      case "stack import":
        return this.#write(() => this.states.set(stack, JSON.parse(input).deployment.resources));
      case "config set":
        this.#known(stack);
        return this.#write(() => this.#save(stack, { ...this.config(stack), [args[2] ?? ""]: args[3] }));
      case "config rm": {
        const { [args[2] ?? ""]: _, ...left } = this.config(stack);
        return this.#write(() => this.#save(stack, left));
      }
      case "config cp": {
        const dest = value("--dest");
        this.#known(dest);
        return this.#write(() => this.#save(dest, { ...this.config(dest), ...this.config(stack) }));
      }
      case "state move":
        return this.#move(value("--source"), value("--dest"), args.slice(args.indexOf("--yes") + 1));
      default:
        throw new Error(`not played: pulumi ${args.join(" ")}`);
    }
  };

  #move(source: string, dest: string, urns: readonly string[]): string {
    const there = this.#known(dest);
    const here = this.#known(source);
    const isMoved = ({ urn, parent = "" }: StateResource) => urns.includes(urn) || urns.includes(parent);
    const provider = here.find(({ type }) => type === providerType);
    const other = there.find(({ type }) => type === providerType);
    if (other !== undefined && other.id !== provider?.id) {
      throw new Error("provider already exists in destination stack");
    }
    const rename = (text: string) => text.replaceAll(`urn:pulumi:${source}::`, `urn:pulumi:${dest}::`);
    const moved = here.filter(isMoved).map((one): StateResource => JSON.parse(rename(JSON.stringify(one))));
    const known = new Set(there.map(({ urn }) => urn));
    if (moved.length === 0 || moved.some(({ urn }) => known.has(urn))) {
      throw new Error("no resources found to move, or they already exist in destination stack");
    }
    const copied = other === undefined && provider !== undefined ? [{ ...provider, urn: rename(provider.urn) }] : [];
    this.#write(() => this.states.set(dest, [...there, ...copied, ...moved]));
    return this.#write(() =>
      this.states.set(
        source,
        here.filter((one) => !isMoved(one)),
      ),
    );
  }

  #known(stack: string): StateResource[] {
    const found = this.states.get(stack);
    if (found === undefined) {
      throw new Error(`no stack named '${stack}' found`);
    }
    return found;
  }

  #write(change: () => unknown): string {
    this.#writes += 1;
    if (this.#writes >= this.#dieAt) {
      throw new Killed();
    }
    change();
    return "";
  }

  #save(stack: string, config: Record<string, unknown>): void {
    writeFileSync(this.stackFile(stack), stringify({ config }));
  }
}

function stateOf(stack: string, providerId: string, customers: readonly string[]): StateResource[] {
  const provider = `urn:pulumi:${stack}::shop::${providerType}::default`;
  return [
    { urn: `urn:pulumi:${stack}::shop::pulumi:pulumi:Stack::shop-${stack}`, type: "pulumi:pulumi:Stack" },
    { urn: provider, type: providerType, id: providerId, inputs: { "tesseral:part": stack } },
    ...customers.flatMap((name) => {
      const urn = `urn:pulumi:${stack}::shop::${customerType}::${name}`;
      const bag = { displayName: name, managedBy: `organization/shop/${stack}/${name}` };
      return [
        { urn, type: customerType },
        {
          urn: `urn:pulumi:${stack}::shop::${customerType}$${organizationType}::${name}`,
          ...{ type: organizationType, id: `org_${name}`, parent: urn, provider: `${provider}::${providerId}` },
          ...{ inputs: bag, outputs: { ...bag, projectId: "project_1" } },
        },
      ];
    }),
  ];
}
