#!/bin/sh
# Writes deploy/compose/.env with fresh secrets, once; the file is for its owner alone.
set -eu
cd "$(dirname "$0")"
if [ -e .env ]; then echo "deploy/compose/.env is there already; nothing changed" >&2; exit 0; fi
umask 077
secret() { od -An -N18 -tx1 /dev/urandom | tr -d ' \n'; }
{
    for name in POSTGRES RABBITMQ ADMIN CUSTOMER_DATABASE APPOINTMENT_DATABASE TRIAGE_DATABASE FOLLOWUP_DATABASE \
        BILLING_DATABASE DEVICE_GATEWAY_DATABASE; do
        echo "${name}_PASSWORD=$(secret)"
    done
    echo "PORT=8000"
} >.env.new
mv .env.new .env
echo "wrote deploy/compose/.env" >&2
