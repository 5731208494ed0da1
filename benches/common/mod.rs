//! What the benches share: steps timed side by side, each by its best round.

/// Returns the CPU time this thread has used.
pub fn cpu_seconds() -> f64 {
    // Between two ticks of its clock, Linux counts a thread's time only where the thread gives way.
    std::thread::yield_now();
    let text = std::fs::read_to_string("/proc/thread-self/schedstat").expect("Linux says what a thread has used");
    let nanoseconds = text.split(' ').next().and_then(|number| number.parse::<f64>().ok());
    nanoseconds.expect("the first number is nanoseconds of CPU time") / 1e9
}

/// Runs every step `rounds` times, in turn, and prints for each what one of its `count` pieces costs, and the ratio to the
/// first step. The least of all rounds counts: what other programs take only ever adds.
pub fn compare(rounds: usize, count: usize, piece: &str, steps: &[(&str, &dyn Fn())]) {
    let mut least = vec![f64::INFINITY; steps.len()];
    for _ in 0..rounds {
        for ((_, step), least) in steps.iter().zip(&mut least) {
            let before = cpu_seconds();
            step();
            *least = least.min(cpu_seconds() - before);
        }
    }
    for ((name, _), seconds) in steps.iter().zip(&least) {
        let each = seconds * 1e3 / count as f64;
        println!("{name:34} {each:.4} ms/{piece}, ratio {:.2}", seconds / least[0]);
    }
}
