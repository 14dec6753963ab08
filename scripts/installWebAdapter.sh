#!/usr/bin/env bash
# Builds the AWS Lambda Web Adapter, which the tests of the backend and of the examples start for real.
# It is a test tool: a deployed function takes the adapter from AWS's public layer. Needs cargo; about two minutes of CPU, once.
# Prints the folder it made or found, laid out as the layer: extensions/lambda-adapter. The cache folder is ${PULUMI_TESSERAL_CACHE:-~/.cache/pulumi-tesseral}.
set -euo pipefail
version=1.0.0-rc1
root=${PULUMI_TESSERAL_CACHE:-$HOME/.cache/pulumi-tesseral}/web-adapter-$version
binary=$root/layer/extensions/lambda-adapter
if [[ ! -x $binary ]]; then
  command -v cargo >/dev/null || { echo 'installWebAdapter.sh: cargo is not on the PATH; install Rust first' >&2; exit 1; }
  mkdir -p "$root"
  exec 9>"$root/.lock"
  flock 9 # two test runs may ask at the same time
  if [[ ! -x $binary ]]; then
    # The target folder beside the result keeps a cut build resumable; it is removed once the binary is there.
    CARGO_TARGET_DIR=$root/target nice -n 10 cargo install lambda_web_adapter --version "$version" --locked --root "$root" >&2
    rm -rf "$root/target"
    mkdir -p "${binary%/*}"
    mv "$root/bin/lambda-adapter" "$binary"
  fi
fi
echo "$root/layer"
