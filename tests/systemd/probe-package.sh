#!/usr/bin/env bash
# Runs inside the booted container: the package is installed, started, upgraded, removed and purged.
set -euo pipefail
. /common.sh
package=/root/tidings.deb

active() { systemctl is-active -q tidings; }

dpkg -i "$package" > /root/dpkg.log 2>&1 || { cat /root/dpkg.log; fail "the package cannot be installed"; }
dpkg -s tidings | grep -q '^Depends:.*ca-certificates' || fail "it does not depend on ca-certificates"
for file in /usr/bin/tidings /etc/tidings/tidings.toml /usr/share/man/man1/tidings.1.gz \
    /usr/share/man/man1/tidings-digest.1.gz /usr/share/bash-completion/completions/tidings; do
    [ -e "$file" ] || fail "$file is missing"
done
if active; then fail "it polls before its owner has said what"; fi
tidings --version
seen "installed; nothing runs yet"

systemctl enable --now tidings || fail "the service does not start with the starter configuration"
active || fail "started, but not active"
[ -e /var/lib/tidings/tidings.sqlite ] || fail "there is no database"
seen "started with the starter configuration: \"$(systemctl show -P StatusText tidings)\""

echo '# my own line' >> /etc/tidings/tidings.toml
pid="$(systemctl show -P MainPID tidings)"
# The same package under a higher version is an upgrade.
dpkg-deb -R "$package" /root/next
sed -i 's/^Version: .*/Version: 99.0.0-1/' /root/next/DEBIAN/control
dpkg-deb -b /root/next /root/next.deb > /dev/null
dpkg -i /root/next.deb > /root/dpkg.log 2>&1 || { cat /root/dpkg.log; fail "the upgrade failed"; }
grep -q '^# my own line' /etc/tidings/tidings.toml || fail "the upgrade lost the configuration"
active || fail "the service does not run after the upgrade"
[ "$(systemctl show -P MainPID tidings)" != "$pid" ] || fail "the old program still runs after the upgrade"
seen "upgraded: the configuration kept, the new program runs"

dpkg -r tidings > /root/dpkg.log 2>&1 || { cat /root/dpkg.log; fail "it cannot be removed"; }
if active; then fail "it runs although it is removed"; fi
[ -e /var/lib/private/tidings/tidings.sqlite ] || fail "removing it took the state along"
grep -q '^# my own line' /etc/tidings/tidings.toml || fail "removing it took the configuration along"
seen "removed: stopped, state and configuration kept"

dpkg -P tidings > /root/dpkg.log 2>&1 || { cat /root/dpkg.log; fail "it cannot be purged"; }
[ ! -e /var/lib/private/tidings ] && [ ! -e /var/lib/tidings ] || fail "purging left the state"
[ ! -e /etc/tidings/tidings.toml ] || fail "purging left the configuration"
seen "purged: nothing is left"
