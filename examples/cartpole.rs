//! Proximal policy optimization (PPO) balances a pole on a cart.
//!
//!     cargo run --release --example cartpole
//!
//! The task is Gymnasium's CartPole-v1: a reward of 1 for each step, until the pole falls, the cart leaves the track, or 500
//! steps are over. Ten seeds are trained in parallel on all cores, each with eight environments. Draws the returns over the
//! steps.
//!
//! Schulman et al., "Proximal Policy Optimization Algorithms", 2017.

use std::array::from_fn;
use std::error::Error;
use std::time::Instant;

use mlp::plot::Plot;
use mlp::prelude::*;
use mlp::reinforcement::{Categorical, Policy, PolicyTape};
use rayon::prelude::*;

/// Seeds that are trained.
const SEEDS: u64 = 10;
/// Rounds of data collection and training.
const ROUNDS: usize = 50;
/// Environments, and the steps of each in a round.
const ENVIRONMENTS: usize = 8;
const HORIZON: usize = 128;
/// Episodes of an evaluation, the same for all seeds.
const EPISODES: u64 = 50;

fn main() -> Result<(), Box<dyn Error>> {
    let quick = std::env::args().any(|argument| argument == "--quick");
    let (seeds, rounds) = if quick { (2, 5) } else { (SEEDS, ROUNDS) };
    let start = Instant::now();
    let curves: Vec<Vec<f32>> = (0..seeds).into_par_iter().map(|seed| train(seed, rounds)).collect::<Result<_, _>>()?;
    let seconds = start.elapsed().as_secs_f64();

    let last: Vec<f32> = curves.iter().filter_map(|curve| curve.last().copied()).collect();
    last.iter().enumerate().for_each(|(seed, value)| println!("seed {seed}: return {value:.0}"));
    let solved = last.iter().filter(|&&value| value == MAX_STEPS as f32).count();
    let steps = rounds * ENVIRONMENTS * HORIZON;
    println!("{MAX_STEPS} in every episode: {solved} of {seeds} seeds after {steps} steps, {seconds:.0} s in all");

    let mut plot = Plot::new("Pole on a cart, PPO").x_label("steps").y_label("return");
    for (seed, curve) in curves.iter().enumerate() {
        plot = plot.line(format!("seed {seed}"), (0..=steps).step_by(ENVIRONMENTS * HORIZON), curve);
    }
    plot.save("pictures/cartpole.png")?;
    println!("pictures/cartpole.png");
    Ok(())
}

/// Trains an agent, and returns the mean return before each round and after the last.
fn train(seed: u64, rounds: usize) -> Result<Vec<f32>, TrainingError> {
    let mut rng = Rng::new(seed);
    let mut agent = Agent::new(seed, rounds);
    let mut environments: [CartPole; ENVIRONMENTS] = from_fn(|_| CartPole::new(&mut rng));
    let mut samples = Vec::with_capacity(ENVIRONMENTS * HORIZON);
    let mut returns = vec![agent.evaluate()];
    for _ in 0..rounds {
        samples.clear();
        for environment in &mut environments {
            agent.collect(environment, &mut samples, &mut rng);
        }
        for _ in 0..EPOCHS {
            rng.shuffle(&mut samples);
            for batch in samples.as_chunks().0 {
                agent.update(batch)?;
            }
        }
        returns.push(agent.evaluate());
    }
    Ok(returns)
}

type State = [f32; 4];

functional! {
    /// Logits of the two actions, and the value of the state.
    struct ActorCritic {
        let state = Input(4);
        let logits = Dense(64 => 2)(Dense(64 => 64, tanh)(Dense(4 => 64, tanh)(state)));
        let value = Dense(64 => 1)(Dense(64 => 64, tanh)(Dense(4 => 64, tanh)(state)));
        Model(state => (logits, value))
    }
}

/// One step of an environment.
#[derive(Clone, Copy)]
struct Sample {
    state: State,
    action: usize,
    /// Log-probability of the action when it was drawn.
    log_prob: f32,
    /// Value of the state when the action was drawn.
    value: f32,
    /// `r + γ V(s') − V(s)`
    temporal_difference: f32,
    advantage: f32,
    ends_episode: bool,
}

/// Passes over the samples of a round.
const EPOCHS: usize = 10;
/// Number of samples in a batch.
const BATCH: usize = 128;
/// Factor of a mean over the batch.
const SHARE: f32 = 1.0 / BATCH as f32;
const LEARNING_RATE: f64 = 1e-3;
/// Discount of future rewards.
const GAMMA: f32 = 0.99;
/// Discount of future temporal differences in an advantage.
const LAMBDA: f32 = 0.95;
/// Largest relative change of a probability that is rewarded.
const CLIP: f32 = 0.2;
/// Weights in the loss.
const ENTROPY_WEIGHT: f32 = 0.01;
const VALUE_WEIGHT: f32 = 0.5;

/// A network, its optimizer, and the memory of an update.
struct Agent {
    network: Box<ActorCritic>,
    optimizer: OptimizerState<ActorCritic, Adam>,
    tape: Tape<ActorCritic>,
    policy: PolicyTape<Categorical<2>>,
}

impl Agent {
    fn new(seed: u64, rounds: usize) -> Self {
        let network = ActorCritic::new(seed);
        let updates = rounds * EPOCHS * ENVIRONMENTS * HORIZON / BATCH;
        let schedule = PolynomialDecay::new(LEARNING_RATE, updates as u64);
        Self {
            optimizer: OptimizerState::new(Adam::new(schedule).global_clipnorm(0.5)),
            tape: network.tape(),
            policy: PolicyTape::new(Categorical::new()),
            network,
        }
    }

    /// Returns the mean return of episodes without exploration.
    fn evaluate(&self) -> f32 {
        let episode = |seed| {
            let mut environment = CartPole::new(&mut Rng::new(1000 + seed));
            while !environment.has_fallen() && environment.steps < MAX_STEPS {
                environment.step(self.policy.policy().mode(&self.network.predict_one(environment.state).0));
            }
            environment.steps as f32
        };
        (0..EPISODES).map(episode).sum::<f32>() / EPISODES as f32
    }

    /// Makes `HORIZON` steps, and estimates the advantage of each action: generalized advantage estimation.
    fn collect(&self, environment: &mut CartPole, samples: &mut Vec<Sample>, rng: &mut Rng) {
        let first = samples.len();
        for _ in 0..HORIZON {
            let state = environment.state;
            let (logits, value) = self.network.predict_one(state);
            let (action, log_prob) = self.policy.policy().sample(&logits, rng);
            environment.step(action);
            // A time limit is no terminal state: the next state has a value.
            let next_value =
                if environment.has_fallen() { 0.0 } else { self.network.predict_one(environment.state).1[0] };
            let temporal_difference = 1.0 + GAMMA * next_value - value[0];
            let ends_episode = environment.has_fallen() || environment.steps == MAX_STEPS;
            samples.push(Sample {
                state,
                action,
                log_prob,
                value: value[0],
                temporal_difference,
                advantage: 0.0,
                ends_episode,
            });
            if ends_episode {
                *environment = CartPole::new(rng);
            }
        }
        let mut advantage = 0.0;
        for sample in samples[first..].iter_mut().rev() {
            let next = if sample.ends_episode { 0.0 } else { advantage };
            advantage = sample.temporal_difference + GAMMA * LAMBDA * next;
            sample.advantage = advantage;
        }
    }

    /// Makes a step on the clipped surrogate objective, the squared error of the value, and the entropy.
    fn update(&mut self, batch: &[Sample; BATCH]) -> Result<(), TrainingError> {
        let states = batch.map(|sample| sample.state);
        let actions = batch.map(|sample| sample.action);
        let advantages = normalize(batch.map(|sample| sample.advantage));

        let outputs = self.tape.forward(&self.network, &states)?;
        let (logits, values) = outputs.output();
        let evaluated = self.policy.evaluate(logits, &actions)?;
        let log_prob_gradient: [f32; BATCH] = from_fn(|row| {
            let ratio = (evaluated.log_prob()[row] - batch[row].log_prob).exp();
            SHARE * surrogate_derivative(ratio, advantages[row])
        });
        let value_gradient: [[f32; 1]; BATCH] = from_fn(|row| {
            let goal = batch[row].value + batch[row].advantage;
            [SHARE * VALUE_WEIGHT * 2.0 * (values[row] - goal)]
        });
        let logit_gradient = evaluated.backward(&log_prob_gradient, &[-SHARE * ENTROPY_WEIGHT; BATCH])?;
        let gradient = outputs.backward(&(logit_gradient, &value_gradient))?;
        self.optimizer.step(&mut self.network, gradient);
        Ok(())
    }
}

/// Returns the derivative of `−min(ratio A, clip(ratio) A)` by the logarithm of the ratio.
fn surrogate_derivative(ratio: f32, advantage: f32) -> f32 {
    let is_clipped = if advantage > 0.0 { ratio > 1.0 + CLIP } else { ratio < 1.0 - CLIP };
    if is_clipped { 0.0 } else { -advantage * ratio }
}

/// Shifts and scales values to a mean of 0 and a standard deviation of 1.
fn normalize(values: [f32; BATCH]) -> [f32; BATCH] {
    let mean = values.iter().sum::<f32>() * SHARE;
    let variance = values.iter().map(|value| (value - mean).powi(2)).sum::<f32>() * SHARE;
    values.map(|value| (value - mean) / (variance.sqrt() + 1e-8))
}

/// Steps after which an episode ends.
const MAX_STEPS: usize = 500;
/// Seconds.
const TIME_STEP: f32 = 0.02;
const GRAVITY: f32 = 9.8;
const FORCE: f32 = 10.0;
const CART_MASS: f32 = 1.0;
const POLE_MASS: f32 = 0.1;
/// Distance of the pole's center from the cart.
const POLE_LENGTH: f32 = 0.5;
const MAX_POSITION: f32 = 2.4;
const MAX_ANGLE: f32 = 12.0_f32.to_radians();

/// A pole on a cart.
struct CartPole {
    /// Position and velocity of the cart, angle and angular velocity of the pole.
    state: State,
    steps: usize,
}

impl CartPole {
    fn new(rng: &mut Rng) -> Self {
        Self { state: from_fn(|_| 0.1 * rng.uniform() as f32 - 0.05), steps: 0 }
    }

    /// Pushes the cart to the left (0) or to the right (1).
    fn step(&mut self, action: usize) {
        let force = if action == 1 { FORCE } else { -FORCE };
        let [position, velocity, angle, spin] = self.state;
        let (sin, cos) = angle.sin_cos();
        let mass = CART_MASS + POLE_MASS;
        let push = (force + POLE_MASS * POLE_LENGTH * spin.powi(2) * sin) / mass;
        let inertia = POLE_LENGTH * (4.0 / 3.0 - POLE_MASS * cos.powi(2) / mass);
        let spin_rate = (GRAVITY * sin - cos * push) / inertia;
        let acceleration = push - POLE_MASS * POLE_LENGTH * spin_rate * cos / mass;
        self.state = [
            position + TIME_STEP * velocity,
            velocity + TIME_STEP * acceleration,
            angle + TIME_STEP * spin,
            spin + TIME_STEP * spin_rate,
        ];
        self.steps += 1;
    }

    fn has_fallen(&self) -> bool {
        let [position, _, angle, _] = self.state;
        position.abs() > MAX_POSITION || angle.abs() > MAX_ANGLE
    }
}
