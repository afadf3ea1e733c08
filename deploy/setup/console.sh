# Builds the console when its sources have changed: console.sh VENV [check|test]
# With check or test: installs what they need too, builds, and runs them; check looks at what the browser loads as well. Says in one line what is missing and ends with 1 where npm cannot be reached.
set -euo pipefail
venv=$(cd "$1" && pwd) then=${2:-}
say() { echo "… $*" >&2; }
fail() { echo "… the console is not built: $*" >&2; exit 1; }
cd "$(dirname "$0")/../../services/device-gateway/console"

if command -v flock >/dev/null; then exec 9>.building; flock 9; fi

enough() { command -v "$1" >/dev/null && "$1" -e 'const [a, b] = process.versions.node.split(".").map(Number); process.exit(a > 22 || (a === 22 && b >= 12) || (a === 20 && b >= 19) ? 0 : 1)'; }
if ! enough node; then
    if [ ! -x "$venv/bin/node" ]; then
        say "installing Node"
        "$venv/bin/uv" pip install -q --python "$venv/bin/python" --require-hashes -r ../../../requirements/node.txt >/dev/null 2>&1 || fail "Node could not be installed"
    fi
    PATH="$venv/bin:$PATH"
    enough node || fail "Node 20.19 or newer is needed"
fi

sum() { cat "$@" | sha256sum | cut -d' ' -f1; }
packages=$(sum package.json package-lock.json)
wanted=build; [ -z "$then" ] || wanted=all; [ "$(cat node_modules/.installed 2>/dev/null)" = "all $packages" ] && wanted=all
if [ "$(cat node_modules/.installed 2>/dev/null)" != "$wanted $packages" ]; then
    say "installing what the console is built with"
    omit=(); [ "$wanted" = all ] || omit=(--omit=dev)
    npm ci --no-audit --no-fund --loglevel=error "${omit[@]}" >node.log 2>&1 || { tail -3 node.log >&2; fail "npm could not install it (services/device-gateway/console/node.log)"; }
    rm -f node.log
    echo "$wanted $packages" >node_modules/.installed
fi

sources=$( (find src scripts index.html vite.config.ts tsconfig.json package-lock.json -type f ! -path 'src/*/made/*' -print0; find ../../*/openapi.json -print0) | sort -z | xargs -0 sha256sum | sha256sum | cut -d' ' -f1)
if [ "$(cat dist/.built 2>/dev/null)" != "$sources" ]; then
    say "building the console"
    npm run -s build >node.log 2>&1 || { tail -20 node.log >&2; fail "see services/device-gateway/console/node.log"; }
    rm -f node.log
    echo "$sources" >dist/.built
fi
[ "$then" != check ] || node scripts/sizes.mjs >&2
[ -z "$then" ] || exec npm run -s "$then"
