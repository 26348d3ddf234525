#!/bin/sh
# One API and two workers on one PostgreSQL, until Ctrl-C. Usage: DATABASE_URL=postgres://… ./start.sh [ENV_FILE]
set -eu
cd "$(dirname "$0")"
: "${DATABASE_URL:?names the PostgreSQL that all three use: postgres://user:password@host/database}"
set -a
. "${1:-./lockstep.env}"
set +a
lockstep=../../src/lockstep.js
pids=

stop() {
  trap - INT TERM EXIT
  # shellcheck disable=SC2086
  [ -z "$pids" ] || kill $pids 2>/dev/null || true
  wait
}
trap stop INT TERM EXIT

# Waits until the process that was started last answers that it can work.
until_ready() {
  until curl --silent --fail --output /dev/null "http://127.0.0.1:$1/readyz"; do
    kill -0 "$!" || exit 1
    sleep 1
  done
}

start_worker() {
  LOCKSTEP_DATA="$DATA/worker-$1" LOCKSTEP_WORKER_PORT="$2" node "$lockstep" worker &
  pids="$pids $!"
  until_ready "$2"
}

node "$lockstep" migrate

# The first worker makes the root key. The second one needs the same file; between machines, copy it safely.
start_worker 1 "$WORKER_1_PORT"
mkdir -p "$DATA/worker-2"
cp -p "$DATA/worker-1/root-key.pem" "$DATA/worker-2/root-key.pem"
start_worker 2 "$WORKER_2_PORT"

# The API gets no key. It has a folder of its own, so that it finds none either.
LOCKSTEP_DATA="$DATA/api" node "$lockstep" api &
pids="$pids $!"
until_ready "$PORT"

echo "Lockstep answers at $LOCKSTEP_PUBLIC_URL with two workers."
wait
