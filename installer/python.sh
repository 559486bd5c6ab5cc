#!/bin/sh
# Make a virtual environment in $1 with the first Python >= 3.12 that is found.
set -eu
venv=$1
if [ -x "$venv/bin/python" ]; then
    exit 0
fi
for python in python3.14 python3.13 python3.12 python3 python; do
    if command -v "$python" >/dev/null 2>&1 &&
        "$python" -c 'import sys, venv, ensurepip; sys.exit(sys.version_info < (3, 12))' 2>/dev/null; then
        exec "$python" -m venv "$venv"
    fi
done
echo "Garim needs Python 3.12 or newer with its venv module: install it from your system's packages" \
    "(for example 'apt-get install python3.12-venv') or from python.org, then run make again." >&2
exit 1
