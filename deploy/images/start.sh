#!/bin/sh
# start web | worker | any other command of the service (migrate, rebuild …; edge, admin of the device gateway)
set -eu
umask 077
if [ "$1" != web ]; then exec "$SERVICE" "$@"; fi

module=$(echo "$SERVICE" | tr - _)
if [ "$SERVICE" = device-gateway ]; then
    set -- --interface asgi # its live streams need an event loop
else
    set -- --interface wsgi --blocking-threads 8
fi
exec granian --host 0.0.0.0 --port 8000 --http 1 --no-ws --no-access-log --log-level warning \
    --workers-kill-timeout 10 --backlog 4096 --backpressure 4096 "$@" "$module.web:app"
