#!/bin/bash
# Whether the node in this container is ready, by what the shell can do itself: a Node for each question
# would cost more than the answer. It goes by the environment; with settings as flags it has to be told.
set -u
address=${PEMBA_HTTP_ADDR:-127.0.0.1:8443}
if [[ $address == unix:* ]]; then [[ -S ${address#unix:} ]]; exit; fi
# Over TLS it goes no further than the connection: who is let in beyond is for the certificates to say.
exec 3<> "/dev/tcp/127.0.0.1/${address##*:}" || exit 1
if [[ -n ${PEMBA_TLS_CERT:-} ]]; then exit 0; fi
printf 'GET /readyz HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n' >&3
read -r -t 2 _ status _ <&3
[[ $status == 200 ]]
