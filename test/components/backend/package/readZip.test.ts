// Proves how the directory of a zip is read, and which zips are not. What other tools write into theirs is not covered.
import { describe, expect, it } from "vitest";
import { readZip } from "../../../../components/backend/package/readZip";
import { writeZip } from "../../../../components/backend/package/writeZip";

describe("a zip's directory", () => {
  it("is found before a comment at the end", () => {
    const made = writeZip([{ name: "dir/file", content: Buffer.from("hello"), mode: 0o750 }]);
    const commented = Buffer.concat([made, Buffer.from("a comment")]);
    commented.writeUInt16LE(9, made.length - 2);
    expect(readZip(commented).map(({ read, ...file }) => ({ ...file, content: read().toString() }))).toEqual([
      { name: "dir/file", mode: 0o750, size: 5, isLink: false, content: "hello" },
    ]);
  });

  it("gives 644 to entries that were not made on Unix", () => {
    const made = writeZip([{ name: "run.sh", content: Buffer.from("x"), mode: 0o755 }]);
    made.writeUInt8(0, made.indexOf(Buffer.from("PK\x01\x02", "latin1")) + 5);
    expect(readZip(made)[0]?.mode).toBe(0o644);
  });

  it("gives the modes of zips that were made on macOS", () => {
    const made = writeZip([{ name: "run.sh", content: Buffer.from("x"), mode: 0o755 }]);
    made.writeUInt8(19, made.indexOf(Buffer.from("PK\x01\x02", "latin1")) + 5);
    expect(readZip(made)[0]?.mode).toBe(0o755);
  });

  it("knows links", () => {
    const made = writeZip([{ name: "b/a", content: Buffer.from("../c"), mode: 0o777, isLink: true }]);
    expect(readZip(made).map(({ name, isLink, read }) => [name, isLink, read().toString()])).toEqual([
      ["b/a", true, "../c"],
    ]);
  });

  it("is refused where Lambda could not unpack it", () => {
    const made = writeZip([{ name: "a-b", content: Buffer.from("x"), mode: 0o644 }]);
    const directory = made.indexOf(Buffer.from("PK\x01\x02", "latin1"));
    const changed = (at: number, value: number) => {
      const copy = Buffer.from(made);
      copy.writeUInt8(value, directory + at);
      return () => readZip(copy);
    };
    const unreadable = "a zip file whose a-b is encrypted, or compressed by another method than deflate";
    expect(changed(8, 1)).toThrow(unreadable);
    expect(changed(10, 9)).toThrow(unreadable);
    expect(changed(47, "\\".charCodeAt(0))).toThrow(
      "a zip file with a backslash in a\\b, so Lambda would not make folders. Zip it with another program, or pass the folder",
    );
  });

  it("is refused when it is cut or broken", () => {
    const made = writeZip([{ name: "a", content: Buffer.from("x"), mode: 0o644 }]);
    expect(() => readZip(made.subarray(0, 20))).toThrow("not a zip file");
    const broken = Buffer.from(made);
    broken.writeUInt32LE(1, made.length - 6);
    expect(() => readZip(broken)).toThrow("a damaged zip file");
    const zip64 = Buffer.from(made);
    zip64.writeUInt16LE(0xff_ff, made.length - 12);
    expect(() => readZip(zip64)).toThrow("a zip64 file, which Lambda's size does not need");
  });
});
