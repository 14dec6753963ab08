// npm run draw
// Draws the pictures of docs/pictures that are made from text or from what the emulator saw.
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { drawCreates } from "./drawCreates";
import { drawIdentity } from "./drawIdentity";
import { drawRotation } from "./drawRotation";

const folder = join(__dirname, "../docs/pictures");
const described = (name: string) => readFileSync(join(folder, `${name}.yaml`), "utf8");

async function draw(): Promise<void> {
  writeFileSync(join(folder, "rotation.svg"), drawRotation(described("rotation")));
  writeFileSync(join(folder, "identity.svg"), drawIdentity(described("identity")));
  writeFileSync(join(folder, "creates.svg"), await drawCreates());
}

void draw();
