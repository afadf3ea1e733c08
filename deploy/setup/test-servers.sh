# Installs what the tests start: RabbitMQ, nginx, PgBouncer, a Chromium without windows, a CJK font, and curl and jq as the README uses them. Does nothing where they are there.
set -euo pipefail
say() { echo "… $*" >&2; }

missing=()
[ -n "${QIANTAI_TEST_BROKER:-}" ] || [ -x /usr/lib/rabbitmq/bin/rabbitmq-server ] || docker info >/dev/null 2>&1 || missing+=(rabbitmq-server)
PATH=$PATH:/usr/sbin command -v nginx >/dev/null || missing+=(nginx-light)
PATH=$PATH:/usr/sbin command -v pgbouncer >/dev/null || missing+=(pgbouncer)
for one in curl jq; do command -v $one >/dev/null || missing+=($one); done
command -v chromium-headless-shell >/dev/null || command -v chromium >/dev/null || missing+=(chromium-headless-shell)
ls /usr/share/fonts/opentype/noto/NotoSansCJK* >/dev/null 2>&1 || missing+=(fonts-noto-cjk)
[ ${#missing[@]} -eq 0 ] && exit 0

if ! command -v apt-get >/dev/null; then
    echo "cannot go on: install ${missing[*]} (or set QIANTAI_TEST_BROKER, or start Docker)" >&2; exit 1
fi
sudo=""
if [ "$(id -u)" != 0 ]; then
    sudo="sudo -n"
    $sudo true 2>/dev/null || { echo "cannot go on without root: apt-get install ${missing[*]}" >&2; exit 1; }
fi
say "installing ${missing[*]} (no service of theirs is started)"
policy=/usr/sbin/policy-rc.d
if [ ! -e $policy ]; then
    printf '#!/bin/sh\nexit 101\n' | $sudo tee $policy >/dev/null && $sudo chmod +x $policy
    trap '$sudo rm -f $policy' EXIT
fi
$sudo apt-get update -qq
$sudo env DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends "${missing[@]}" >/dev/null
