#!/bin/sh
# Pin requirements with hashes and without any index address: pin.sh path/to/uv
set -eu
uv=$1
pin() {
    out=$1
    shift
    "$uv" pip compile --quiet --upgrade --universal --generate-hashes --no-header --no-emit-index-url --no-emit-find-links \
        --python-version 3.12 "$@" --output-file "requirements/$out"
}
pin run.txt pyproject.toml
pin build.txt --group build --constraint requirements/run.txt
pin dev.txt pyproject.toml --group dev --constraint requirements/run.txt
pin models.txt pyproject.toml --group dev --group models --constraint requirements/dev.txt
pin bench.txt pyproject.toml --group bench --constraint requirements/models.txt
