#!/bin/sh
# One user per service, and per edge that is named (users.sh sh-01 hz-01--2); each reads its own queues, tells by its own
# exchange, and declares, binds and deletes nothing. Run it where rabbitmqctl reaches the broker, after `qiantai queues
# --edge sh-01 --edge hz-01--2` as a user who may declare, with one password each in the environment:
# CUSTOMER_BROKER_PASSWORD=…, EDGE_SH_01_BROKER_PASSWORD=…
set -eu
ctl=${RABBITMQCTL:-rabbitmqctl}
vhost=${VHOST:-/}

allow() { # user, its exchange, its queues
    variable=$(echo "$1" | tr a-z- A-Z_)_BROKER_PASSWORD
    eval "password=\${$variable:?set $variable}"
    if $ctl -q list_users | cut -f1 | grep -qx "$1"; then verb=change_password; else verb=add_user; fi
    printf '%s\n' "$password" | $ctl -q "$verb" "$1" >/dev/null # an argument would show in ps
    $ctl -q set_permissions -p "$vhost" "$1" '^$' "^(qiantai\\.from\\.$2|qiantai\\.aside\\.$3)\$" "^$3\$"
}

for service in customer appointment triage followup billing device-gateway; do
    allow "$service" "$service" "$service(\\.(?!edge\\.).*)?"
done
for edge in "$@"; do allow "edge-$edge" "edge\\.$edge" "device-gateway\\.edge\\.$edge(\\..*)?"; done
