#!/bin/sh
# One user per service, and per edge that is named (users.sh sh-01 hz-01); each declares and reads its own queues alone and
# publishes to the events. Run it where rabbitmqctl reaches the broker, with one password each in the environment:
# CUSTOMER_BROKER_PASSWORD=…, EDGE_SH_01_BROKER_PASSWORD=… `qiantai migrate` declares all queues and needs a user of its own.
set -eu
ctl=${RABBITMQCTL:-rabbitmqctl}
vhost=${VHOST:-/}

allow() { # user, pattern of its queues
    variable=$(echo "$1" | tr a-z- A-Z_)_BROKER_PASSWORD
    eval "password=\${$variable:?set $variable}"
    if $ctl -q list_users | cut -f1 | grep -qx "$1"; then
        $ctl -q change_password "$1" "$password"
    else
        $ctl -q add_user "$1" "$password"
    fi
    own="qiantai(\\.dlx)?|$2(\\..*)?"
    $ctl -q set_permissions -p "$vhost" "$1" "^($own)\$" "^(amq\\.default|$own)\$" "^($own)\$"
}

for service in customer appointment triage followup billing device-gateway; do allow "$service" "$service"; done
for edge in "$@"; do allow "edge-$edge" "device-gateway\\.edge\\.$edge"; done
