/** The processors that Lambda has. */
export type Architecture = "arm64" | "x86_64";

const machines: Readonly<Record<number, Architecture>> = { 62: "x86_64", 183: "arm64" };

/** The architecture of a Linux executable or library, "other" for one that Lambda cannot run, undefined when it is none. */
export function elfArchitecture(content: Uint8Array): Architecture | "other" | undefined {
  const bytes = Buffer.from(content.buffer, content.byteOffset, content.byteLength);
  if (bytes.length < 20 || bytes.readUInt32BE(0) !== 0x7f_45_4c_46) {
    return undefined;
  }
  return machines[bytes.readUInt16LE(18)] ?? "other";
}
