import type { NextConfig } from "next";

const config: NextConfig = {
  output: "standalone",
  poweredByHeader: false,
  // Browsers tell builds of pages apart by it. Here are none, and a random one would make each package another one.
  generateBuildId: () => "api",
  // This folder is the whole application, also inside a repository with lock files further up.
  outputFileTracingRoot: import.meta.dirname,
  turbopack: { root: import.meta.dirname },
  // An API needs no image optimizer. Without it nothing in the output is bound to one processor.
  outputFileTracingExcludes: {
    "*": ["node_modules/@img/**", "node_modules/sharp/**", "node_modules/@swc/core*/**"],
  },
};

export default config;
