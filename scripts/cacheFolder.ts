// Prints the folder in which the project keeps what is built or installed once: node scripts/runTypeScript.cjs scripts/cacheFolder.ts
import { cacheFolder } from "../components/cacheFolder";

console.log(cacheFolder());
