#!/usr/bin/env bash
# Lays out dist/lambda, the folder that Backend deploys. Nothing in it is native: it serves arm64 and x86_64 alike.
set -euo pipefail
umask 022
cd "$(dirname "$0")"
# Next.js draws keys for server actions and draft mode anew at each build, which would make each package another one. Here they
# come from a seed that is drawn once and kept. It is a secret: take it along to make the same package on another machine.
[[ -s .seed ]] || (umask 077 && head -c 32 /dev/urandom | base64 >.seed)
key() { printf '%s %s' "$1" "$(<.seed)" | sha256sum | cut -c 1-64; }
export NEXT_SERVER_ACTIONS_ENCRYPTION_KEY=$(key actions | cut -c 1-32 | tr -d '\n' | base64)
export NEXT_TELEMETRY_DISABLED=1

[[ -d node_modules ]] || npm ci --no-audit --no-fund
npm run build
rm -rf dist/lambda
mkdir -p dist/lambda
cp -R .next/standalone/. run.sh dist/lambda
chmod 755 dist/lambda/run.sh
for name in Id SigningKey EncryptionKey; do
  sed -i -E "s/(\"previewMode$name\": *\")[0-9a-f]+/\1$(key "$name")/" \
    dist/lambda/.next/prerender-manifest.json dist/lambda/.next/server/preview-props.json
done
# Where the build ran is nobody's business, and would make the package differ between folders.
sed -i -e "s#$PWD#/var/task#g" -e 's#"repoRoot":"[^"]*"#"repoRoot":"/var/task"#' \
  dist/lambda/server.js dist/lambda/.next/required-server-files.json
