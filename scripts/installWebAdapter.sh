#!/usr/bin/env bash
# Builds the AWS Lambda Web Adapter, which the tests of the backend and of the examples start for real.
# It is a test tool: a deployed function takes the adapter from AWS's public layer. Needs cargo; about two minutes of CPU, once.
# Prints the folder it made or found in the project's cache, laid out as the layer: extensions/lambda-adapter and bootstrap.
set -euo pipefail
version=1.0.0-rc1
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
root=$(node "$here/runTypeScript.cjs" "$here/cacheFolder.ts")/web-adapter-$version
if [[ ! -x $root/layer/bootstrap ]]; then
  command -v cargo >/dev/null || { echo 'installWebAdapter.sh: cargo is not on the PATH; install Rust first' >&2; exit 1; }
  mkdir -p "$root"
  exec 9>"$root/.lock"
  if command -v flock >/dev/null; then flock 9; fi # two test runs may ask at the same time; macOS has no flock
  if [[ ! -x $root/layer/bootstrap ]]; then
    # The target folder beside the result keeps a cut build resumable; it is removed once the binary is there.
    CARGO_TARGET_DIR=$root/target nice -n 10 cargo install lambda_web_adapter --version "$version" --locked --root "$root" >&2
    sources=("${CARGO_HOME:-$HOME/.cargo}"/registry/src/*/lambda_web_adapter-"$version")
    mkdir -p "$root/layer/extensions"
    install "$root/bin/lambda-adapter" "$root/layer/extensions/lambda-adapter"
    install "${sources[0]}/layer/bootstrap" "$root/layer/bootstrap" # last: it says that all is there
    rm -rf "$root/target"
  fi
fi
echo "$root/layer"
