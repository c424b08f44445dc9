//! Least squares: small networks that Levenberg-Marquardt trains to many digits, on one core.
//!
//!     cargo run --release --example least_squares
//!
//! A sine and a sinc, from their samples; Poisson's, Burgers' and the Allen-Cahn equation, from their residuals, compared with
//! reference solutions; and a curve fit with its uncertainty, which is drawn. Each line has the seeds that reach a goal, and
//! their median time; a seed that does not reach it stops after a minute. The words after the options choose problems.

#[path = "least_squares/curve.rs"]
mod curve;
#[path = "least_squares/equations.rs"]
mod equations;
#[path = "least_squares/functions.rs"]
mod functions;

use std::error::Error;
use std::time::Instant;

/// Seconds after which a training ends.
const LIMIT: f64 = 60.0;

/// A problem: its name, the number of seeds, and a function that trains a seed and returns whether it has reached the goal.
type Problem = (&'static str, u64, fn(u64, Budget) -> Result<bool, Box<dyn Error>>);

const PROBLEMS: [Problem; 5] = [
    ("tanh sine below 1e-8", 30, functions::sine),
    ("sinc below 1e-8", 10, functions::sinc),
    ("Poisson below 1e-6", 5, equations::poisson),
    ("Burgers below 5e-5", 5, equations::burgers),
    ("Allen-Cahn below 5e-5", 5, equations::allen_cahn),
];

/// Length of a training.
#[derive(Clone, Copy)]
struct Budget {
    start: Instant,
    quick: bool,
}

impl Budget {
    fn is_spent(self) -> bool {
        self.quick || self.start.elapsed().as_secs_f64() > LIMIT
    }

    /// Returns the max number of epochs from one look at the error to the next.
    fn epochs(self, epochs: usize) -> usize {
        if self.quick { 2 } else { epochs }
    }
}

fn main() -> Result<(), Box<dyn Error>> {
    let words: Vec<String> = std::env::args().skip(1).collect();
    let quick = words.iter().any(|word| word == "--quick");
    let names: Vec<String> = words.into_iter().filter(|word| !word.starts_with("--")).collect();
    let is_chosen = |name: &str| names.is_empty() || names.iter().any(|word| name.contains(word.as_str()));
    for (name, seeds, train) in PROBLEMS.into_iter().filter(|(name, ..)| is_chosen(name)) {
        let seeds = if quick { 1 } else { seeds };
        let (mut reached, mut seconds) = (0, Vec::new());
        for seed in 0..seeds {
            let start = Instant::now();
            reached += u64::from(train(seed, Budget { start, quick })?);
            seconds.push(start.elapsed().as_secs_f64());
        }
        seconds.sort_by(f64::total_cmp);
        let (median, max) = (seconds[seconds.len() / 2], seconds[seconds.len() - 1]);
        println!("{name}: {reached} of {seeds}, median {median:.2} s, at most {max:.2} s");
    }
    if is_chosen("curve") { curve::fit() } else { Ok(()) }
}
