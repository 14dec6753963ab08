import { readFileSync, statSync } from "node:fs";
import * as pulumi from "@pulumi/pulumi";
import { CodedError, codedOr } from "../../errors/coded";
import { refuseWhatThrows } from "../refuse";
import { builtFolder } from "./build/builtFolder";
import { type CodeBuild, isCodeBuild } from "./build/codeBuild";
import { storeArchive } from "./package/archiveStore";
import { checkPackage, type PackageRules } from "./package/packageRules";
import { readZip } from "./package/readZip";
import { writeZip } from "./package/writeZip";
import { zipEntries } from "./package/zipFolder";

/**
 * The archive that the function is made of.
 *
 * A folder is zipped here, because Pulumi's own archives lose the executable bit, and the same files give the same bytes on
 * every machine. A zip is passed on byte for byte. Both are read first, and refused when the function could not start.
 * Source code is built first. An `AssetArchive` or a remote archive is passed on unchecked.
 *
 * @throws pulumi.RunError naming the file that is wrong.
 */
export function functionPackage(
  name: string,
  code: string | pulumi.asset.Archive | CodeBuild,
  rules: PackageRules,
): pulumi.Input<pulumi.asset.Archive> {
  const read = (path: string) => refuseWhatThrows(name, () => archiveAt(path, rules));
  if (isCodeBuild(code)) {
    return read(refuseWhatThrows(name, () => builtFolder(code, rules)));
  }
  if (typeof code === "string") {
    return read(code);
  }
  // By its field and not by its class: two copies of the SDK have two classes, and isInstance knows any archive.
  return "path" in code ? pulumi.output((code as pulumi.asset.FileArchive).path).apply(read) : code;
}

function archiveAt(path: string, rules: PackageRules): pulumi.asset.FileArchive {
  const stats = statSync(path, { throwIfNoEntry: false });
  if (!stats) {
    throw new Error(codedOr("TSL-PACKAGE", `code: ${path} does not exist`));
  }
  if (!stats.isDirectory()) {
    if (rules.excludes.length > 0) {
      throw new CodedError("TSL-BACKEND", `codeExcludes: only with a folder as code, and ${path} is a file`);
    }
    const bytes = readFileSync(path);
    checkPackage(path, zipFiles(path, bytes), bytes.length, rules);
    return new pulumi.asset.FileArchive(path);
  }
  const entries = zipEntries(path, rules.excludes);
  const files = entries.map(({ name, mode, content, isLink = false }) => ({
    name,
    mode,
    size: content.length,
    isLink,
    read: () => content,
  }));
  const zip = writeZip(entries);
  checkPackage(path, files, zip.length, rules);
  return new pulumi.asset.FileArchive(storeArchive(zip));
}

function zipFiles(path: string, bytes: Buffer) {
  try {
    return readZip(bytes);
  } catch (error) {
    throw new Error(codedOr("TSL-PACKAGE", `code: ${path} is ${(error as Error).message}`));
  }
}
