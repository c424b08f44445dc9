//! Runs the targets `differential` and `macros` on pseudo-random bytes, without libFuzzer: `cargo run --release --bin replay`.

use std::time::{Duration, Instant};

fn main() {
    let mut state = 0x9E37_79B9_7F4A_7C15_u64;
    let mut byte = || {
        state ^= state << 13;
        state ^= state >> 7;
        state ^= state << 17;
        state as u8
    };
    let targets: [(&str, fn(&[u8])); 2] =
        [("differential", fuzz::differential::differential), ("macros", fuzz::program::macros)];
    for (name, target) in targets {
        let start = Instant::now();
        let mut runs = 0;
        while start.elapsed() < Duration::from_secs(20) {
            let length = usize::from(byte()) % 60;
            let bytes: Vec<u8> = (0..length).map(|_| byte()).collect();
            target(&bytes);
            runs += 1;
        }
        println!("{name}: {runs} runs");
    }
}
