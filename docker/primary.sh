#!/bin/sh
# Runs once, when the primary's database is made: gives it to the service, which owns nothing else,
# and lets a standby follow.
set -eu
psql --set ON_ERROR_STOP=1 --username "$POSTGRES_USER" --dbname "$POSTGRES_DB" <<'SQL'
\getenv service SERVICE_PASSWORD
\getenv replication REPLICATION_PASSWORD
create role pemba with login password :'service';
alter database pemba owner to pemba;
create role replicator with replication login password :'replication';
SQL
echo 'host replication replicator all scram-sha-256' >> "$PGDATA/pg_hba.conf"
