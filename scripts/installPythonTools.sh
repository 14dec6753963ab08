#!/usr/bin/env bash
# Installs what the backend's tests need of Python into a virtual environment of its own: AWS's runtime client for Lambda, and
# checkov and parliament, which judge the component's resources. Needs Python 3.9 to 3.13 and about 400 MB, once.
# Prints the folder with the programs, in the project's cache.
set -euo pipefail
packages=(awslambdaric==4.2.2 checkov==3.3.30 parliament==1.6.4 'setuptools<81') # parliament imports pkg_resources
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
root=$(node "$here/runTypeScript.cjs" "$here/cacheFolder.ts")/python-tools-1
if [[ ! -e $root/complete ]]; then
  command -v python3 >/dev/null || { echo 'installPythonTools.sh: python3 is not on the PATH; install Python first' >&2; exit 1; }
  mkdir -p "$root"
  exec 9>"$root/.lock"
  if command -v flock >/dev/null; then flock 9; fi # two test runs may ask at the same time; macOS has no flock
  if [[ ! -e $root/complete ]]; then
    python3 -m venv "$root" >&2
    nice -n 10 "$root/bin/python" -m pip install --quiet "${packages[@]}" >&2
    touch "$root/complete"
  fi
fi
echo "$root/bin"
