import { copyFileSync, existsSync } from "node:fs";
import { homedir } from "node:os";
import { join } from "node:path";
import { cacheFolder } from "../../cacheFolder";
import type { Architecture } from "../package/elf";
import type { Builder } from "./codeBuild";
import { runTool } from "./tool";

const goArchitectures: Readonly<Record<Architecture, string>> = { arm64: "arm64", x86_64: "amd64" };
const installGo = "Install Go: https://go.dev/dl";

/** A Go module whose main package is at its root; the executable is named after the handler. */
export const go: Builder = {
  toolVersions: () => runTool({ command: "go", args: ["env", "GOVERSION"], install: installGo }).trim(),
  build({ source, target, handler, architecture }) {
    runTool({
      command: "go",
      // Without the folder's path and the state of a surrounding repository, which differ between machines.
      args: ["build", "-trimpath", "-buildvcs=false", "-ldflags=-s -w", "-o", join(target, handler), "."],
      folder: source,
      env: {
        GOOS: "linux",
        GOARCH: goArchitectures[architecture],
        CGO_ENABLED: "0",
        GOFLAGS: "-mod=readonly",
        GOWORK: "off",
      },
      install: installGo,
    });
  },
};

const rustTargets: Readonly<Record<Architecture, string>> = {
  arm64: "aarch64-unknown-linux-gnu",
  x86_64: "x86_64-unknown-linux-gnu",
};
const installRust = "Install Rust: https://rustup.rs";

/** Cargo's own folder becomes the same text everywhere, since messages of panics quote source paths. */
export const cargoFlags = (): string =>
  `--remap-path-prefix=${process.env.CARGO_HOME || join(homedir(), ".cargo")}=/cargo`;

/** Where Cargo keeps compiled dependencies from build to build. */
export const cargoBuildFolder = (): string => process.env.CARGO_BUILD_BUILD_DIR || join(cacheFolder(), "cargo-build");

/** A Rust crate with a binary that is named after the handler. */
export const axum: Builder = {
  toolVersions: () => runTool({ command: "rustc", args: ["--version"], install: installRust }).trim(),
  build({ path, source, target, handler, architecture }) {
    if (!existsSync(join(source, "Cargo.lock"))) {
      throw new Error("it has no Cargo.lock, so two builds could differ. Run: cargo generate-lockfile");
    }
    const triple = rustTargets[architecture];
    const isHost = process.platform === "linux" && (process.arch === "arm64") === (architecture === "arm64");
    const targets = isHost ? [] : ["--target", triple];
    // The executable comes to a folder of its own, so that another build at the same time cannot replace it. Cargo before 1.91 knows no
    // second folder, and compiles the dependencies each time.
    const output = join(source, "target");
    try {
      runTool({
        command: "cargo",
        args: ["build", "--release", "--locked", "--bin", handler, ...targets],
        folder: source,
        env: { CARGO_TARGET_DIR: output, CARGO_BUILD_BUILD_DIR: cargoBuildFolder(), RUSTFLAGS: cargoFlags() },
        install: installRust,
      });
    } catch (error) {
      const cross = `\nFor ${architecture}, a machine of another kind needs: rustup target add ${triple}, and a C compiler and linker for it. Or set architecture to that of this machine, or build ${path} where they are`;
      throw isHost ? error : new Error(`${(error as Error).message}${cross}`);
    }
    copyFileSync(join(output, ...targets.slice(1), "release", handler), join(target, handler));
  },
};
