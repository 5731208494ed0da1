#!/usr/bin/env bash
# Runs inside the booted container: the tarball is unpacked as docs/operations.md says, started and stopped.
set -euo pipefail
. /common.sh

tar -C /usr/local --strip-components=1 -xzf /root/tidings.tar.gz
install -D -m 0644 /usr/local/share/doc/tidings/examples/tidings.toml /etc/tidings/tidings.toml
systemctl daemon-reload
[ "$(command -v tidings)" = /usr/local/bin/tidings ] || fail "tidings is not in the search path"
tidings check --quiet || fail "the example configuration is wrong"
systemctl enable --now tidings || fail "the service does not start"
systemctl is-active -q tidings || fail "started, but not active"
tidings stats > /dev/null || fail "there is no database"
seen "unpacked and started: \"$(systemctl show -P StatusText tidings)\""
systemctl stop tidings
[ "$(systemctl show -P Result tidings)" = success ] || fail "it did not end well"
seen "stopped"
