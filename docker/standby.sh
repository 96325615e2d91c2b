#!/bin/sh
# Becomes a copy of the primary at its first start, and follows it from there.
set -eu
if [ ! -s "$PGDATA/PG_VERSION" ]; then
  until pg_basebackup --host primary --username replicator --pgdata "$PGDATA" \
    --write-recovery-conf --wal-method stream --checkpoint fast; do
    sleep 1
  done
  chmod 0700 "$PGDATA"
fi
exec postgres
