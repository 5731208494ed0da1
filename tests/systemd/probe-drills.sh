#!/usr/bin/env bash
# Runs inside the booted container: what may go wrong with a running service, and that it is mended as documented.
set -euo pipefail
. /common.sh
config=/etc/tidings/tidings.toml
state=/var/lib/private/tidings
database="$state/tidings.sqlite"

control() { tidings --config "$config" "$@"; }
asked() { # A GET over the control socket; there is no curl here.
    exec 3<> /dev/tcp/127.0.0.1/9464
    printf 'GET %s HTTP/1.1\r\nhost: localhost\r\nconnection: close\r\n\r\n' "$1" >&3
    cat <&3
    exec 3>&-
}

mkdir -p /etc/tidings/reading /var/backups
printf '\n[metrics]\nlisten = "127.0.0.1:9464"\n' >> "$config"
drop_in tidings.service fast <<< $'[Service]\nWatchdogSec=3s\nRestartSec=500ms'
systemctl start tidings || fail "the service does not start"

asked /health | grep -q '"status":"ok"' || fail "health: $(asked /health)"
asked /metrics | grep -q '^# EOF' || fail "no metrics"
seen "metrics and health on 127.0.0.1:9464"
control doctor > /tmp/doctor || fail "the doctor finds: $(cat /tmp/doctor)"
seen "the doctor, as root, beside the service: $(grep -c '^ok' /tmp/doctor) ok, $(grep -c '^warn' /tmp/doctor) warnings"
journalctl -o json --no-pager -u tidings TIDINGS_KIND=daemon-ready | grep -q '"MESSAGE_ID"' || fail "no MESSAGE_ID"
seen "journalctl TIDINGS_KIND=daemon-ready, with its MESSAGE_ID"

before="$(show NRestarts)"
# The writer waits for a lock that another program holds: no sign of life comes.
(
    echo 'BEGIN IMMEDIATE;'
    sleep 4
) | sqlite3 "$database" &
until_true '[ "$(show NRestarts)" -gt "$before" ]' "a writer that hangs is not ended"
journalctl --no-pager -u tidings | grep -qi 'watchdog timeout' || fail "it was not the watchdog"
wait
until_true '[ "$(show ActiveState)" = active ]' "it does not come back"
seen "a writer that hangs: ended by the watchdog, started again"
until_true 'journalctl --no-pager -u tidings | grep -q "the database is whole"' "the database is not checked after that"
seen "and the database is checked: \"the database is whole\""
systemctl reset-failed tidings

control backup /var/backups/tidings.sqlite > /tmp/said || fail "no backup: $(cat /tmp/said)"
seen "a backup beside the service: $(head -n 1 /tmp/said)"

drop_in tidings.service no-restart <<< $'[Service]\nRestart=no'
systemctl kill -s KILL tidings
until_true '[ "$(show ActiveState)" = failed ]' "it was not killed"
# What the log holds goes into the database first: it would lie over the damage.
sqlite3 "$database" "PRAGMA wal_checkpoint(TRUNCATE)" > /dev/null
dd if=/dev/urandom of="$database" bs=4096 seek=1 count=30 conv=notrunc status=none
rm /run/systemd/system/tidings.service.d/no-restart.conf
systemctl daemon-reload
systemctl start tidings || true
until_true '[ "$(show ActiveState)" = failed ]' "a damaged database is used"
[ "$(show ExecMainStatus)" = 2 ] || fail "damage ends with $(show ExecMainStatus)"
sleep 2
[ "$(show ActiveState)" = failed ] || fail "damage was tried again"
journalctl --no-pager -u tidings | grep -q 'restore the latest backup' || fail "the log does not say what to do"
seen "damage after an end out of order: exit status 2, no second try, and what to do in the log"
if control doctor > /tmp/doctor; then fail "the doctor sees no damage"; fi
grep -q '^fail  database' /tmp/doctor || fail "the doctor says: $(cat /tmp/doctor)"
seen "the doctor: $(grep -A1 '^fail  database' /tmp/doctor | head -n 1)"

# The drill of docs/operations.md.
systemctl stop tidings
cd "$state"
mkdir damaged && mv tidings.sqlite* damaged/
cp /var/backups/tidings.sqlite tidings.sqlite
chown --reference=. tidings.sqlite
cd /
control stats > /tmp/said || fail "the restored database cannot be read"
systemctl reset-failed tidings
systemctl start tidings || fail "the restored database is not taken"
asked /health | grep -q '"status":"ok"' || fail "health after the drill: $(asked /health)"
seen "the restore drill: the service runs on the backup"

systemctl stop tidings
drop_in tidings-poll.timer soon <<< $'[Timer]\nRandomizedDelaySec=0'
mkdir -p /var/lib/systemd/timers
touch -d '2 hours ago' /var/lib/systemd/timers/stamp-tidings-poll.timer
systemctl start tidings-poll.timer
ended() { systemctl show -P ExecMainExitTimestampMonotonic tidings-poll.service; }
until_true '[ "$(ended)" != 0 ]' "the timer does not make up what was missed"
until_true '[ "$(systemctl show -P ActiveState tidings-poll)" = inactive ]' "the round does not end"
[ "$(systemctl show -P Result tidings-poll)" = success ] || fail "the round fails"
systemctl list-timers --no-pager tidings-poll.timer | grep -q 'tidings-poll' || fail "no next round"
seen "the timer makes up a round that was missed (Persistent=true) and has its next one"
systemctl stop tidings-poll.timer

# A disk that fills while the service writes.
cp -a "$state/tidings.sqlite" /root/kept.sqlite
mount -t tmpfs -o size=3M,mode=0750 tmpfs "$state"
cp -a /root/kept.sqlite "$state/tidings.sqlite"
chown -R --reference="$state" "$state"
systemctl start tidings || fail "it does not start on a small disk"
(dd if=/dev/zero of="$state/filler" bs=4096 || true) 2> /dev/null
for n in $(seq 200); do
    printf -- '---\ntitle: A scan of %s\nwebUrl: https://%s.example/\n---\n\n%s\n' "$n" "$n" "$(head -c 3000 /dev/zero | tr '\0' 'x')" \
        > "/etc/tidings/reading/$n.md"
done
if control poll "Reading list" 2> /tmp/said; then fail "a full disk is not noticed: $(cat /tmp/said)"; fi
grep -q 'the disk is full' /tmp/said || fail "a full disk is called: $(cat /tmp/said)"
[ "$(show ActiveState)" = active ] || fail "a full disk ends the service"
seen "a full disk: \"$(cat /tmp/said | cut -c1-60)...\", and the service goes on"
rm "$state/filler"
mount -o remount,size=64M "$state"
control poll "Reading list" 2> /tmp/said || fail "with room again: $(cat /tmp/said)"
control stats | grep -E -q '^articles +200' || fail "articles are lost: $(control stats)"
[ "$(sqlite3 "$database" 'PRAGMA integrity_check')" = ok ] || fail "the full disk has damaged the database"
seen "with room again nothing is lost: $(cat /tmp/said)"

# A stop amid documents that wait to be written.
systemctl stop tidings
mount -o remount,size=600M "$state"
many=20000
sqlite3 "$database" "
    WITH RECURSIVE n (i) AS (VALUES (1) UNION ALL SELECT i + 1 FROM n WHERE i < $many)
    INSERT INTO article (source, url_key, title, excerpt, original_url, web_url, published_at, seen_at, provider_name,
                         provider_domain, is_news, is_dated, body_state, wants_page)
        SELECT (SELECT min(id) FROM source), 'many' || i, 'Article ' || i, '', 'https://many.example/' || i,
               'https://many.example/' || i, unixepoch(), unixepoch(), 'Many', 'many.example', 0, 1, 'from-feed', 0 FROM n;
    INSERT INTO body (article, feed_text) SELECT id, 'A text.' FROM article WHERE url_key LIKE 'many%';
    INSERT INTO document (article, name, dirty)
        SELECT id, '2026-01-01-many-' || id || '.md', 1 FROM article WHERE url_key LIKE 'many%';"
chown --reference="$state" "$database"*
systemctl start tidings || fail "it does not start with documents to write"
until_true '[ -n "$(find "$state/news" -name "*many*" -print -quit)" ]' "no document is written"
begun="$(date +%s%N)"
systemctl stop tidings
took=$((($(date +%s%N) - begun) / 1000000))
left="$(sqlite3 "$database" 'SELECT count(*) FROM document WHERE dirty > 0')"
[ "$left" -gt 0 ] || fail "all documents were written before the stop"
[ "$took" -le 2500 ] || fail "the stop took $took ms"
[ "$(show Result)" = success ] || fail "the stop ends with $(show Result)"
[ ! -s "$state/lock" ] || fail "a check of the database is owed after the stop"
seen "a stop amid $left of $many documents that wait: $took ms, no kill, no check owed"
echo "all of it seen"
