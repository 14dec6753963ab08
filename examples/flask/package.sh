#!/usr/bin/env bash
# Lays out dist/lambda, the folder that Backend deploys: ./package.sh [--architecture arm64|x86_64] [--python 3.13]
set -euo pipefail
umask 022
cd "$(dirname "$0")"
architecture=arm64 python=3.13
while (($#)); do
  case $1 in
    --architecture) architecture=${2:?} ;;
    --python) python=${2:?} ;;
    *) echo "package.sh: unknown option $1" >&2 && exit 2 ;;
  esac
  shift 2
done
case $architecture in
  arm64) machine=aarch64 ;;
  x86_64) machine=x86_64 ;;
  *) echo "package.sh: --architecture is arm64 or x86_64, not $architecture" >&2 && exit 2 ;;
esac

rm -rf dist/lambda
mkdir -p dist/lambda
# Wheels for Lambda's Linux, whatever this machine is.
python3 -m pip install --quiet --disable-pip-version-check --no-compile --require-hashes --requirement requirements.txt \
  --target dist/lambda --only-binary :all: --implementation cp --python-version "$python" \
  --platform "manylinux_2_28_$machine" --platform "manylinux2014_$machine"
cp -R app.py api_key_auth.py gunicorn.conf.py run.sh dist/lambda
find dist/lambda -name __pycache__ -prune -exec rm -r {} +
# Commands and lists that name this machine's interpreter; the program is started as a module.
rm -rf dist/lambda/bin dist/lambda/*.dist-info/RECORD
chmod 755 dist/lambda/run.sh

# Lambda's disk is read-only: without compiled files every cold start would compile everything again.
if "python$python" -c '' 2>/dev/null; then
  PYTHONHASHSEED=0 "python$python" -m compileall -q --invalidation-mode unchecked-hash -s dist/lambda -p /var/task dist/lambda
else
  echo "package.sh: no python$python here, so nothing is compiled: the package works, its cold starts are slower" >&2
fi
