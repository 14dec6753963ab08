#!/usr/bin/env bash
# Lays out dist/lambda, the folder that Backend deploys. Nothing in it is native: it serves arm64 and x86_64 alike.
set -euo pipefail
umask 022
cd "$(dirname "$0")"
rm -rf dist/lambda
mkdir -p dist/lambda
cp app.js apiKeyAuth.js run.sh package.json package-lock.json .npmrc dist/lambda
npm ci --prefix dist/lambda --omit=dev --ignore-scripts --no-bin-links --no-audit --no-fund
# What only npm reads; the second file differs between versions of npm.
rm dist/lambda/{package-lock.json,.npmrc} dist/lambda/node_modules/.package-lock.json
chmod 755 dist/lambda/run.sh
