#!/bin/sh
# One user per service, allowed to touch its own queues and the two exchanges alone. Run where rabbitmqctl
# reaches the broker, with one password per service in the environment: CUSTOMER_BROKER_PASSWORD=… …
# The user whose URL `qiantai migrate` gets declares all queues and needs "^(qiantai|…)" in full.
set -eu
ctl=${RABBITMQCTL:-rabbitmqctl}
vhost=${VHOST:-/}

for service in customer appointment triage followup billing device-gateway; do
    variable=$(echo "$service" | tr a-z- A-Z_)_BROKER_PASSWORD
    eval "password=\${$variable:?set $variable}"
    if $ctl -q list_users | cut -f1 | grep -qx "$service"; then
        $ctl -q change_password "$service" "$password"
    else
        $ctl -q add_user "$service" "$password"
    fi
    own="qiantai(\\.dlx)?|$service(\\..*)?"
    $ctl -q set_permissions -p "$vhost" "$service" "^($own)\$" "^(amq\\.default|$own)\$" "^($own)\$"
done
