import { existsSync } from "node:fs";
import { CodedError } from "../../errors/coded";
import { printedText } from "../printedText";

/**
 * The named recipients: each text is one, `age1…`, or a file with one a line.
 * Throws Error for what age's library cannot encrypt to, without repeating what stands in a file.
 */
export function recipientsOf(named: readonly string[]): string[] {
  return named.flatMap((one) => {
    if (one.startsWith("age1")) {
      return [one];
    }
    if (one.startsWith("ssh-")) {
      throw new CodedError("TSL-RECIPIENT", `--encrypt-to: ${sshKeys}`);
    }
    if (!existsSync(one)) {
      throw new CodedError(
        "TSL-RECIPIENT",
        `--encrypt-to: ${one} is neither an age recipient (age1…) nor a file of such`,
      );
    }
    return recipientsIn(one);
  });
}

/** Encrypts a text with age, as ASCII armor. Throws Error for something that is not a recipient. */
export async function encryptTo(recipients: readonly string[], text: string): Promise<string> {
  // Loaded here, since most people print the token.
  const { armor, Encrypter } = await import("age-encryption");
  const encrypter = new Encrypter();
  for (const recipient of recipients) {
    try {
      encrypter.addRecipient(recipient);
    } catch (error) {
      const reason = error instanceof Error ? error.message : String(error);
      throw new CodedError("TSL-RECIPIENT", `--encrypt-to: ${recipient} is not an age recipient: ${reason}`);
    }
  }
  return armor.encode(await encrypter.encrypt(text));
}

const sshKeys =
  "SSH keys are not supported. Let age itself encrypt: npx pulumi-tesseral token … | age --armor --recipients-file keys.pub";

function recipientsIn(file: string): string[] {
  const found = printedText(file)
    .split("\n")
    .map((line, index) => ({ text: line.trim(), place: `${file}:${index + 1}` }))
    .filter(({ text }) => text !== "" && !text.startsWith("#"));
  for (const { text, place } of found) {
    if (text.startsWith("ssh-")) {
      throw new CodedError("TSL-RECIPIENT", `--encrypt-to: ${place}: ${sshKeys}`);
    }
    if (!text.startsWith("age1")) {
      throw new CodedError("TSL-RECIPIENT", `--encrypt-to: ${place} is not an age recipient, age1…`);
    }
  }
  if (found.length === 0) {
    throw new CodedError("TSL-RECIPIENT", `--encrypt-to: ${file} names no recipient: write one a line, age1…`);
  }
  return found.map(({ text }) => text);
}
