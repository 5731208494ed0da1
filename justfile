# Short names for one command each.

# The one check.
check:
    .ci/run

# The main job, on a newsroom of our own.
demo:
    cargo run --release -- demo

# Tests whose name holds a word.
test word="":
    cargo test {{word}}

# Format everything.
fmt:
    cargo fmt --all

# The documentation of the crate, for reading.
doc:
    cargo doc --no-deps --open

# What reading feeds costs, as ratios to feed-rs.
bench:
    cargo bench --bench feed
    cargo bench --bench extract

# What each rule of the reader of pages is worth, by folds of sites (docs/decisions/0021). DATA are corpora with their truth.
ablate data="../shared/data/extraction" *rules:
    cargo run --profile quick --example ablate -- {{data}} {{rules}}
