#!/usr/bin/env bash
# Lays out dist/lambda, the folder that Backend deploys: ./package.sh [--architecture arm64|x86_64]
set -euo pipefail
umask 022
cd "$(dirname "$0")"
[[ ${1:---architecture} == --architecture ]] || { echo "package.sh: unknown option $1" >&2 && exit 2; }
case ${2:-arm64} in
  arm64) export GOARCH=arm64 ;;
  x86_64) export GOARCH=amd64 ;;
  *) echo "package.sh: --architecture is arm64 or x86_64, not $2" >&2 && exit 2 ;;
esac
rm -rf dist/lambda
# Not named bootstrap: that would take the place of the layer that fetches the backend API key.
GOOS=linux CGO_ENABLED=0 go build -trimpath -buildvcs=false -ldflags="-s -w" -o dist/lambda/server .
chmod 755 dist/lambda/server
