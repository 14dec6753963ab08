#!/usr/bin/env bash
# Lays out dist/lambda, the folder that Backend deploys: ./package.sh [--architecture arm64|x86_64]
# The other architecture than this machine's needs its target (rustup target add) and its C compiler and linker.
set -euo pipefail
umask 022
cd "$(dirname "$0")"
[[ ${1:---architecture} == --architecture ]] || { echo "package.sh: unknown option $1" >&2 && exit 2; }
case ${2:-arm64} in
  arm64) machine=aarch64 ;;
  x86_64) machine=x86_64 ;;
  *) echo "package.sh: --architecture is arm64 or x86_64, not $2" >&2 && exit 2 ;;
esac
if [[ $(uname -s)-$(uname -m) == "Linux-$machine" ]]; then
  cargo build --release --locked
  binary=target/release/server
else
  target=$machine-unknown-linux-gnu
  cargo build --release --locked --target "$target"
  binary=target/$target/release/server
fi
rm -rf dist/lambda
# Not named bootstrap: that would take the place of the layer that fetches the backend API key.
install -D -m 755 "$binary" dist/lambda/server
