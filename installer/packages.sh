#!/bin/sh
# Install the Debian packages that a task needs beyond Python: packages.sh demo|test|bench
# Without root (or sudo without a password) it names what is missing and goes on; tests count what they skip.
set -eu
case ${1:-test} in
demo) wanted="chromium:chromium certutil:libnss3-tools" ;;
test) wanted="chromium:chromium nginx:nginx curl:curl certutil:libnss3-tools softhsm2-util:softhsm2" ;;
bench) wanted="nginx:nginx wrk:wrk hey:hey node:nodejs npm:npm" ;;
*) echo "packages.sh: say demo, test or bench" >&2 && exit 2 ;;
esac
missing=""
for pair in $wanted; do
    command -v "${pair%%:*}" >/dev/null 2>&1 || [ -x "/usr/sbin/${pair%%:*}" ] || missing="$missing ${pair#*:}"
done
if [ "$(uname -s)" = Linux ] && ! ldconfig -p 2>/dev/null | grep -q 'libseccomp\.so'; then
    missing="$missing libseccomp2"
fi
if [ -z "$missing" ]; then
    exit 0
fi
if command -v apt-get >/dev/null 2>&1; then
    if [ "$(id -u)" = 0 ]; then
        become=""
    elif command -v sudo >/dev/null 2>&1 && sudo -n true 2>/dev/null; then
        become="sudo -n"
    else
        become="no"
    fi
    if [ "$become" != no ]; then
        echo "installing$missing ..."
        $become env DEBIAN_FRONTEND=noninteractive apt-get update -qq
        # shellcheck disable=SC2086 # a list of packages
        $become env DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends $missing >/dev/null
        exit 0
    fi
fi
echo "missing:$missing (install these packages to run everything; what needs them is skipped)" >&2
