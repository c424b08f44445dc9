//! An evolution strategy balances a pole on a cart: no gradient, no value function, only the number of steps until it falls.
//!
//!     cargo run --release --example evolution --features threads
//!
//! The task is Gymnasium's CartPole-v1, as in `cartpole`, which solves it by policy gradients. Draws the fitness of the best and
//! of the mean candidate.
//!
//! Salimans et al., "Evolution strategies as a scalable alternative to reinforcement learning", 2017.

use std::array::from_fn;
use std::error::Error;

use mlp::plot::Plot;
use mlp::prelude::*;

const SEEDS: u64 = 5;
const GENERATIONS: usize = 100;
/// Episodes of an evaluation, the same for all seeds.
const EPISODES: u64 = 50;
/// Steps after which an episode ends.
const MAX_STEPS: usize = 500;

type State = [f32; 4];

sequential! {
    /// Pushes the cart to the right if the output is positive.
    struct Controller { Dense(4 => 8, tanh), Dense(8 => 1) }
}

fn main() -> Result<(), Box<dyn Error>> {
    let quick = std::env::args().any(|argument| argument == "--quick");
    let (seeds, generations) = if quick { (1, 5) } else { (SEEDS, GENERATIONS) };
    let mut plot = Plot::new("Pole on a cart, evolution strategy").x_label("generation").y_label("steps");
    let mut solved = 0;
    for seed in 0..seeds {
        let mut population =
            Population::new(Controller::new(seed), Adam::new(0.05)).pairs(32).deviation(0.2).seed(seed);
        let mut means = Vec::with_capacity(generations);
        for _ in 0..generations {
            means.push(population.step(|controller, random| episode(controller, random) as f64)?.mean);
        }
        let steps = (0..EPISODES).map(|episode_seed| episode(population.network(), &mut Rng::new(1000 + episode_seed)));
        let mean = steps.sum::<usize>() as f64 / EPISODES as f64;
        println!("seed {seed}: {mean:.0} steps");
        solved += u32::from(mean == MAX_STEPS as f64);
        plot = plot.line(format!("seed {seed}"), 0..generations, &means);
    }
    println!("{MAX_STEPS} in every episode: {solved} of {seeds} seeds after {generations} generations of 64 episodes");
    plot.save("pictures/evolution.png")?;
    println!("pictures/evolution.png");
    Ok(())
}

/// Returns the number of steps until the pole falls or the cart leaves the track.
fn episode(controller: &Controller, random: &mut Rng) -> usize {
    let mut state: State = from_fn(|_| 0.1 * random.uniform() as f32 - 0.05);
    for step in 0..MAX_STEPS {
        let force = if controller.predict_one(state)[0] > 0.0 { FORCE } else { -FORCE };
        state = advance(state, force);
        if state[0].abs() > MAX_POSITION || state[2].abs() > MAX_ANGLE {
            return step;
        }
    }
    MAX_STEPS
}

const GRAVITY: f32 = 9.8;
const CART_MASS: f32 = 1.0;
const POLE_MASS: f32 = 0.1;
/// Half of the pole.
const POLE_LENGTH: f32 = 0.5;
const FORCE: f32 = 10.0;
const TIME_STEP: f32 = 0.02;
const MAX_POSITION: f32 = 2.4;
const MAX_ANGLE: f32 = 12.0 * std::f32::consts::PI / 180.0;

/// Returns the position and velocity of the cart and the angle and angular velocity of the pole after one time step.
fn advance([position, velocity, angle, spin]: State, force: f32) -> State {
    let (sin, cos) = angle.sin_cos();
    let mass = CART_MASS + POLE_MASS;
    let push = (force + POLE_MASS * POLE_LENGTH * spin.powi(2) * sin) / mass;
    let inertia = POLE_LENGTH * (4.0 / 3.0 - POLE_MASS * cos.powi(2) / mass);
    let spin_rate = (GRAVITY * sin - cos * push) / inertia;
    let acceleration = push - POLE_MASS * POLE_LENGTH * spin_rate * cos / mass;
    [
        position + TIME_STEP * velocity,
        velocity + TIME_STEP * acceleration,
        angle + TIME_STEP * spin,
        spin + TIME_STEP * spin_rate,
    ]
}
