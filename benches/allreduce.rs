//! Time of the sum over ranks: `.ci/ranks bench`.
//!
//! Each rank contributes one array, as the gradient of a batch does, and receives the sum: a message whole up to 64 KB, and in
//! parts above. The latency is the time of 8 bytes, the bandwidth follows from 64 KB and 1 MB.
//!
//! `-- --json` prints an object a line, `-- --quick` only shows that it works.

use std::time::Instant;

use mlp::mpi::World;
use mlp::training::Communicator as _;

/// Index of a size that still fits into the cache, for the bandwidth.
const LARGE: usize = 5;

/// Number of sums in a block. A single one may find the messages of the others waiting.
const BLOCK: usize = 16;

/// Sizes of the arrays in bytes.
const SIZES: [usize; 7] = [8, 1 << 10, 1 << 13, 1 << 16, 1 << 18, 1 << 20, 1 << 22];

fn main() {
    mlp::mpi::run(|world| {
        let json = std::env::args().any(|argument| argument == "--json");
        let quick = std::env::args().any(|argument| argument == "--quick");
        let times: Vec<_> =
            SIZES.iter().map(|&bytes| (bytes, best(world, bytes, if quick { 2 } else { 50 }))).collect();
        if world.is_first() {
            print(world.size(), &times, json);
        }
        Ok::<_, std::convert::Infallible>(())
    });
}

fn print(ranks: usize, times: &[(usize, f64)], json: bool) {
    for (bytes, seconds) in times {
        let micros = 1e6 * seconds;
        if json {
            println!("{{\"workload\":\"allreduce\",\"ranks\":{ranks},\"bytes\":{bytes},\"us\":{micros:.2}}}");
        } else {
            println!("{ranks} ranks {bytes:9} bytes {micros:10.2} µs");
        }
    }
    let [(_, latency), (small, first), (large, last)] = [times[0], times[LARGE - 2], times[LARGE]];
    let bandwidth = (large - small) as f64 / (last - first);
    if !json {
        println!("{ranks} ranks: latency {:.2} µs, bandwidth {:.2} GB/s", 1e6 * latency, 1e-9 * bandwidth);
    }
}

/// Returns the best time of a sum in seconds.
fn best(world: &World, bytes: usize, rounds: usize) -> f64 {
    let size = world.size();
    let (part, mine) = (bytes.div_ceil(size), vec![1_u8; bytes.div_ceil(size) * size]);
    let mut all = vec![0; part * size];
    let mut gathered = vec![0; bytes * size];
    let mut sum = || {
        if bytes * size <= 1 << 16 {
            world.all_gather(&mine[..bytes], &mut gathered, &vec![bytes; size]);
        } else {
            world.all_to_all(&mine, &vec![part; size], &mut all, &vec![part; size]);
            let own: Vec<u8> = all[..part].to_vec();
            world.all_gather(&own, &mut all, &vec![part; size]);
        }
    };
    sum();
    let time = |_| {
        let start = Instant::now();
        (0..BLOCK).for_each(|_| sum());
        start.elapsed().as_secs_f64() / BLOCK as f64
    };
    (0..rounds).map(time).fold(f64::INFINITY, f64::min)
}
