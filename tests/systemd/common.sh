# What the probes share; tests/systemd/run puts it beside them in the container.

fail() {
    echo "FAILED: $1"
    systemctl status --no-pager tidings || true
    journalctl --no-pager -n 40 || true
    exit 1
}
seen() { echo "seen: $1"; }
show() { systemctl show -P "$1" tidings; }
# Waits until a command succeeds, for at most 60 s.
until_true() {
    for _ in $(seq 600); do
        if eval "$1"; then return 0; fi
        sleep 0.1
    done
    fail "$2"
}
# Takes a drop-in's lines for a unit from standard input, under a name.
drop_in() {
    mkdir -p "/run/systemd/system/$1.d"
    cat > "/run/systemd/system/$1.d/$2.conf"
    systemctl daemon-reload
}
