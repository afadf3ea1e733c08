#!/bin/sh
# Writes fresh secrets into deploy/compose/.env, for its owner alone; what is there already stays as it is.
set -eu
cd "$(dirname "$0")"
umask 077
touch .env && chmod 600 .env
[ -z "$(tail -c 1 .env)" ] || echo >>.env
secret() { od -An -N18 -tx1 /dev/urandom | tr -d ' \n'; }
add() { grep -q "^$1=" .env || { echo "$1=$2" >>.env && echo "deploy/compose/.env: added $1" >&2; }; }
for name in POSTGRES RABBITMQ ADMIN EDGE_BROKER; do add "${name}_PASSWORD" "$(secret)"; done
for service in CUSTOMER APPOINTMENT TRIAGE FOLLOWUP BILLING DEVICE_GATEWAY; do
    for what in DATABASE BROKER; do add "${service}_${what}_PASSWORD" "$(secret)"; done
done
add PORT 8000
