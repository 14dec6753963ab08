#!/usr/bin/env bash
# Installs Tesseral's client and middlewares for Flask, FastAPI and Django into a virtual environment of their own, for the test that
# runs them unchanged against the emulator. Needs Python 3.10 and about 120 MB, once. Prints the folder with the programs, in the project's cache.
set -euo pipefail
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
root=$(node "$here/runTypeScript.cjs" "$here/cacheFolder.ts")/tesseral-middlewares-1

# The last two ask for Python 3.13. The newest that is here is taken, pyenv's among them, and an older one does, too.
newestPython() {
  local python
  for python in python3.14 python3.13 "${PYENV_ROOT:-$HOME/.pyenv}"/versions/3.1[34].*/bin/python3 python3; do
    if "$python" -c 'import ensurepip, venv' 2>/dev/null; then
      echo "$python"
      return
    fi
  done
  echo 'installTesseralMiddlewares.sh: python3 is not on the PATH; install Python first' >&2
  exit 1
}

if [[ ! -e $root/complete ]]; then
  mkdir -p "$root"
  exec 9>"$root/.lock"
  if command -v flock >/dev/null; then flock 9; fi # two test runs may ask at the same time; macOS has no flock
  if [[ ! -e $root/complete ]]; then
    python=$(newestPython)
    "$python" -m venv --clear "$root/environment" >&2
    pip=("$root/environment/bin/python" -m pip install --quiet --disable-pip-version-check)
    "${pip[@]}" tesseral-sdk==0.0.12 tesseral-flask==0.0.7 flask==3.1.3 fastapi==0.165.0 uvicorn==0.54.0 django==5.2.19 httpx==0.28.1 >&2
    # Of what these ask for, the rest is not loaded: pytest, and FastAPI's command line with some 40 packages.
    "${pip[@]}" --no-deps --ignore-requires-python tesseral-fastapi==0.0.3 tesseral-django==0.0.3 >&2
    touch "$root/complete"
  fi
fi
echo "$root/environment/bin"
