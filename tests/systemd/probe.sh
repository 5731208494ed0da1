#!/usr/bin/env bash
# Runs inside the booted container: every promise of the unit files, seen kept.
set -euo pipefail
. /common.sh
config=/etc/tidings/tidings.toml
version="$(systemctl --version | sed -n '1s/systemd \([0-9]*\).*/\1/p')"

mkdir -p /etc/tidings/reading
cp "$config" /root/good.toml
if [ "$version" -ge 253 ]; then
    install -D -m 0644 /usr/share/doc/tidings/systemd/notify-reload.conf \
        /etc/systemd/system/tidings.service.d/notify-reload.conf
fi
drop_in tidings.service watchdog <<< $'[Service]\nWatchdogSec=3s\nRestartSec=500ms'

echo "systemd $version"
systemctl start tidings || fail "the service does not start"
[ "$(show ActiveState)" = active ] || fail "started, but not active"
show StatusText | grep -q '^1 source, .*next digest' || fail "the words of the status: $(show StatusText)"
seen "ready, with \"$(show StatusText)\""

journalctl --no-pager -o json -u tidings | grep -q '"TIDINGS_SOURCE":"1"' || fail "the journal has no fields"
seen "the journal's fields: journalctl TIDINGS_SOURCE=1"

score="$(systemd-analyze security --no-pager tidings 2> /dev/null | sed -n 's/.*Overall exposure level for .*: \([0-9.]*\) .*/\1/p')"
awk -v score="$score" 'BEGIN { exit !(score != "" && score <= 1.3) }' || fail "exposure $score is over 1.3"
seen "exposure $score (at most 1.3)"

[ "$(stat -c %a /var/lib/private/tidings)" = 750 ] || fail "the state folder is open to others"
[ -e /var/lib/private/tidings/tidings.sqlite ] || fail "there is no database in the state folder"
seen "its state is in /var/lib/tidings, for nobody else"

[ "$(stat -L -c %a /run/tidings/control.sock)" = 660 ] || fail "the control socket is open to others"
tidings --config "$config" poll "Reading list" 2> /tmp/said || fail "a command beside the daemon: $(cat /tmp/said)"
grep -q '^1 source polled' /tmp/said || fail "a command beside the daemon says: $(cat /tmp/said)"
seen "a command beside the daemon: $(cat /tmp/said)"

sleep 5
[ "$(show NRestarts)" = 0 ] || fail "the watchdog ended a daemon that was well"
seen "signs of life keep the watchdog quiet"

pid="$(show MainPID)"
printf '[[source]]\nfeed = 1\n' >> "$config"
if systemctl reload tidings; then fail "a reload with a wrong file did not fail"; fi
[ "$(show ActiveState)" = active ] && [ "$(show MainPID)" = "$pid" ] || fail "a wrong file harmed the service"
journalctl --no-pager -u tidings | grep -q 'feed' || fail "the log does not say what is wrong"
seen "a wrong file: reload fails, the service goes on"

kill -HUP "$pid"
until_true 'show StatusText | grep -q "the old settings stay"' "the status does not say that the settings are old"
seen "and its status says so: \"$(show StatusText)\""

cp /root/good.toml "$config"
printf '\n[[source]]\ndocuments = "/etc/tidings/more/*.md"\nname = "More"\n' >> "$config"
systemctl reload tidings || fail "a reload with a right file failed"
until_true 'show StatusText | grep -q "^2 sources"' "a right file is not in force: $(show StatusText)"
[ "$(show MainPID)" = "$pid" ] || fail "a reload started another process"
seen "a right file: \"$(show StatusText)\""

kill -STOP "$pid"
until_true '[ "$(show MainPID)" != "$pid" ] && [ "$(show ActiveState)" = active ]' "a daemon that hangs is not restarted"
show StatusText | grep -q '^2 sources' || fail "after the restart: $(show StatusText)"
seen "a daemon that hangs is ended by the watchdog and started again"

begin="$(date +%s%N)"
systemctl stop tidings
took=$((($(date +%s%N) - begin) / 1000000))
[ "$took" -le 2000 ] || fail "stopping took $took ms"
[ "$(show Result)" = success ] || fail "stopped with $(show Result)"
seen "stopped in $took ms"

printf '[fetch]\nconcurency = 3\n' > "$config"
if systemctl start tidings; then fail "a wrong file was taken"; fi
[ "$(show ExecMainStatus)" = 2 ] || fail "a wrong file ends with $(show ExecMainStatus)"
[ "$(show NRestarts)" = 0 ] || fail "what cannot succeed was tried again"
seen "a wrong file at the start: exit status 2, no second try"
cp /root/good.toml "$config"
systemctl reset-failed tidings

begin="$(date +%s%N)"
systemctl start tidings
took=$((($(date +%s%N) - begin) / 1000000))
memory="$(sed -n 's/^VmRSS:[^0-9]*\([0-9]*\) kB/\1/p' "/proc/$(show MainPID)/status")"
seen "started in $took ms, with $((memory / 1024)) MB"
systemctl stop tidings

systemctl start tidings-poll || fail "one round by timer fails"
systemctl start tidings-poll.timer
systemctl is-active -q tidings-poll.timer || fail "the timer does not run"
seen "a round by the timer's unit, on the same state"
echo "all of it seen with systemd $version"
