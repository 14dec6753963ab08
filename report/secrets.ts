/** What no report may show: values that the engine marks as secret, and whatever looks like a key. */
import { isRecord } from "../config/isRecord";
import { masked, maskTokens } from "../errors/maskTokens";

/** The property by which Pulumi marks values that are more than JSON. */
const signatureKey = "4dabf18193072939515e22adb298388d";
const secretSignature = "1b47061264138c4ac30d75fd1eb44270";

/** Fields whose texts are never shown. `logInWithPassword` is a switch, not a secret. */
const secretName =
  /secret(?!s?TokenSuffix)|token(?!Suffix)|password|passphrase|credential|private|apikey$|backendApiKey|authorization/i;

/** Shorter secrets are not searched for in texts: they would mask words. */
const shortest = 8;

/** The places of resources' values and of settings: elsewhere a name says nothing about its value. */
const bags = new Set(["inputs", "outputs", "config"]);

/** Whether a field of this name holds a secret, whatever its value is. */
function isSecretName(name: string): boolean {
  return secretName.test(name);
}

/** Masks secrets in values and texts. It learns them from the values that it is shown. */
export class Masking {
  readonly #known = new Set<string>();
  #pattern: RegExp | undefined;

  /** Learns the secrets in a value, which other places may repeat in plain text. */
  learn(value: unknown): void {
    this.#learn(value, { inBag: false, isSecret: false });
  }

  #learn(value: unknown, where: { inBag: boolean; isSecret: boolean }): void {
    const { inBag, isSecret } = where;
    if (typeof value === "string") {
      if (isSecret && value.length >= shortest && value !== masked) {
        this.#known.add(value);
        this.#pattern = undefined;
      }
    } else if (Array.isArray(value)) {
      for (const one of value) {
        this.#learn(one, where);
      }
    } else if (isRecord(value) && isMarked(value)) {
      this.#learnMarked(value);
    } else if (isRecord(value)) {
      for (const [name, one] of Object.entries(value)) {
        this.#learn(one, { inBag: inBag || bags.has(name), isSecret: isSecret || (inBag && isSecretName(name)) });
      }
    }
  }

  /** A marked secret holds its value as it is, as JSON in `plaintext`, or encrypted. */
  #learnMarked({ [signatureKey]: _, ...parts }: Record<string, unknown>): void {
    this.#learn(parts, { inBag: false, isSecret: true });
    if (typeof parts.plaintext === "string") {
      try {
        this.#learn(JSON.parse(parts.plaintext), { inBag: false, isSecret: true });
      } catch {
        // It is not JSON, and known as it is.
      }
    }
  }

  /** The same value with a mask in place of each secret; the very same where there is none, since states are large. */
  value(value: unknown): unknown {
    return this.#masked(value, false);
  }

  #masked(value: unknown, inBag: boolean): unknown {
    if (typeof value === "string") {
      return this.text(value);
    }
    if (Array.isArray(value)) {
      const items = value.map((one) => this.#masked(one, inBag));
      return items.every((one, index) => one === value[index]) ? value : items;
    }
    if (!isRecord(value)) {
      return value;
    }
    if (isMarked(value)) {
      return masked;
    }
    const members = Object.entries(value).map(([name, one]): [string, unknown] => [
      this.text(name),
      inBag && isSecretName(name) && (typeof one === "string" || typeof one === "object") && one !== null
        ? masked
        : this.#masked(one, inBag || bags.has(name)),
    ]);
    return members.every(([name, one]) => value[name] === one) ? value : Object.fromEntries(members);
  }

  /** The same text with a mask in place of each secret. */
  text(text: string): string {
    const pattern = this.#knownPattern();
    const known = pattern === undefined ? text : text.replace(pattern, masked);
    return maskTokens(known);
  }

  #knownPattern(): RegExp | undefined {
    if (this.#pattern === undefined && this.#known.size > 0) {
      // The longest first: one secret can be a part of another.
      const texts = [...this.#known].sort((one, other) => other.length - one.length);
      this.#pattern = new RegExp(texts.map((one) => one.replaceAll(/[\\^$.*+?()[\]{}|]/g, "\\$&")).join("|"), "g");
    }
    return this.#pattern;
  }
}

function isMarked(value: Record<string, unknown>): boolean {
  return value[signatureKey] === secretSignature;
}
