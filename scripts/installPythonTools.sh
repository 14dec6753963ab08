#!/usr/bin/env bash
# Installs what the AWS tests need of Python into virtual environments of their own: AWS's runtime client for Lambda, checkov and
# parliament, which judge the components' resources; and moto, a Secrets Manager, which wants another boto3 than checkov does.
# Needs Python 3.10 to 3.13 and about 540 MB, once. Prints the folder with the first ones' programs, in the project's cache.
set -euo pipefail
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
cache=$(node "$here/runTypeScript.cjs" "$here/cacheFolder.ts")

environment() { # a folder in the cache, and packages
  local root=$cache/$1
  shift
  if [[ -e $root/complete ]]; then return; fi
  command -v python3 >/dev/null || { echo 'installPythonTools.sh: python3 is not on the PATH; install Python first' >&2; exit 1; }
  mkdir -p "$root"
  exec 9>"$root/.lock"
  if command -v flock >/dev/null; then flock 9; fi # two test runs may ask at the same time; macOS has no flock
  if [[ -e $root/complete ]]; then return; fi
  python3 -m venv "$root" >&2
  nice -n 10 "$root/bin/python" -m pip install --quiet "$@" >&2
  touch "$root/complete"
}

environment python-tools-1 awslambdaric==4.2.2 checkov==3.3.30 parliament==1.6.4 'setuptools<81' # parliament imports pkg_resources
environment moto-5.2.5 moto==5.2.5 flask==3.1.3 flask-cors==6.0.5
echo "$cache/python-tools-1/bin"
