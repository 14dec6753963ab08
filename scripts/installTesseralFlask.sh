#!/usr/bin/env bash
# Installs Tesseral's client and Flask middleware into a virtual environment of their own, for the test that runs them unchanged against
# the emulator. Needs Python 3.9 and about 60 MB, once. Prints the folder with the programs, in the project's cache.
set -euo pipefail
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
root=$(node "$here/runTypeScript.cjs" "$here/cacheFolder.ts")/tesseral-flask-1
if [[ ! -e $root/complete ]]; then
  command -v python3 >/dev/null || { echo 'installTesseralFlask.sh: python3 is not on the PATH; install Python first' >&2; exit 1; }
  mkdir -p "$root"
  exec 9>"$root/.lock"
  if command -v flock >/dev/null; then flock 9; fi # two test runs may ask at the same time; macOS has no flock
  if [[ ! -e $root/complete ]]; then
    python3 -m venv "$root" >&2
    "$root/bin/python" -m pip install --quiet tesseral-flask==0.0.7 tesseral-sdk==0.0.12 >&2
    touch "$root/complete"
  fi
fi
echo "$root/bin"
