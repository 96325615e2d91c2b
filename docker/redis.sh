#!/bin/sh
# A cache: nothing is kept on disk, and what was asked for least lately goes first. The settings come
# by its input, since every process can read the words of a command.
set -eu
exec redis-server - <<SETTINGS
requirepass $REDISCLI_AUTH
save ""
appendonly no
maxmemory 256mb
maxmemory-policy allkeys-lru
SETTINGS
