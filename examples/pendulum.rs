//! Soft actor-critic (SAC) swings up a pendulum.
//!
//!     cargo run --release --example pendulum
//!
//! The task is Gymnasium's Pendulum-v1: a torque that is too weak to lift the pendulum at once, and an episode of 200 steps.
//! Ten seeds are trained for 10,000 steps each, in parallel on all cores. A return above -200 means that the pendulum is
//! swung up and balanced. Draws the returns over the steps.
//!
//! Haarnoja et al., "Soft Actor-Critic Algorithms and Applications", 2018.

use std::error::Error;
use std::f32::consts::PI;
use std::time::Instant;

use mlp::plot::Plot;
use mlp::prelude::*;
use mlp::reinforcement::{Policy, PolicyTape, ReplayBuffer, SquashedGaussian};
use rayon::prelude::*;

/// Seeds that are trained.
const SEEDS: u64 = 10;
/// Steps of the environment for each seed.
const STEPS: usize = 10_000;
/// Steps with random actions at the start.
const RANDOM_STEPS: usize = 500;
/// Steps between two evaluations.
const EVALUATION_INTERVAL: usize = 500;
/// Episodes of an evaluation, the same for all seeds.
const EPISODES: u64 = 20;
/// Return from which the task counts as solved.
const SOLVED: f32 = -200.0;

fn main() -> Result<(), Box<dyn Error>> {
    let quick = std::env::args().any(|argument| argument == "--quick");
    let (seeds, steps) = if quick { (2, 1_000) } else { (SEEDS, STEPS) };
    let start = Instant::now();
    let curves: Vec<Vec<f32>> = (0..seeds).into_par_iter().map(|seed| train(seed, steps)).collect::<Result<_, _>>()?;
    let seconds = start.elapsed().as_secs_f64();

    let last: Vec<f32> = curves.iter().filter_map(|curve| curve.last().copied()).collect();
    last.iter().enumerate().for_each(|(seed, value)| println!("seed {seed}: return {value:.0}"));
    let solved = last.iter().filter(|&&value| value > SOLVED).count();
    println!("above {SOLVED}: {solved} of {seeds} seeds after {steps} steps, {seconds:.0} s in all");

    let mut plot = Plot::new("Pendulum, soft actor-critic").x_label("steps").y_label("return");
    let evaluations = (0..=steps).step_by(EVALUATION_INTERVAL);
    for (seed, curve) in curves.iter().enumerate() {
        plot = plot.line(format!("seed {seed}"), evaluations.clone(), curve);
    }
    plot.save("pictures/pendulum.png")?;
    println!("pictures/pendulum.png");
    Ok(())
}

/// Trains an agent, and returns the mean return of each evaluation.
fn train(seed: u64, steps: usize) -> Result<Vec<f32>, TrainingError> {
    let mut rng = Rng::new(seed);
    let mut agent = Agent::new(seed);
    let mut replay = ReplayBuffer::new(steps);
    let mut batch = [Transition::default(); BATCH];
    let mut pendulum = Pendulum::new(&mut rng);
    let mut returns = vec![agent.evaluate()];
    for step in 1..=steps {
        let state = pendulum.observe();
        let action = if step <= RANDOM_STEPS { [2.0 * rng.uniform() as f32 - 1.0] } else { agent.act(state, &mut rng) };
        let reward = pendulum.step(action);
        // An episode ends at a time limit. That is no terminal state: the next state has a value.
        replay.push(Transition { state, action, reward, next_state: pendulum.observe(), terminal: false });
        if pendulum.steps == EPISODE_STEPS {
            pendulum = Pendulum::new(&mut rng);
        }
        if step > RANDOM_STEPS {
            batch.iter_mut().zip(replay.sample(&mut rng)).for_each(|(row, transition)| *row = *transition);
            agent.update(&batch, &mut rng)?;
        }
        if step.is_multiple_of(EVALUATION_INTERVAL) {
            returns.push(agent.evaluate());
        }
    }
    Ok(returns)
}

type State = [f32; 3];
type Action = [f32; 1];

/// One step of the environment.
#[derive(Clone, Copy, Default)]
struct Transition {
    state: State,
    action: Action,
    reward: f32,
    next_state: State,
    terminal: bool,
}

functional! {
    /// Mean and logarithm of the standard deviation of the action, before `tanh`.
    struct Actor {
        let state = Input(3);
        let hidden = Dense(64 => 64, relu)(Dense(3 => 64, relu)(state));
        let mean = Dense(64 => 1)(hidden);
        let log_std = Dense(64 => 1)(hidden);
        Model(state => (mean, log_std))
    }
}

sequential! {
    /// Value of a state and an action.
    struct Value { Dense(4 => 64, relu), Dense(64 => 64, relu), Dense(64 => 1) }
}

functional! {
    /// Two critics, of which the smaller value counts: a single one learns to overestimate.
    struct Critics {
        let state = Input(3);
        let action = Input(1);
        let both = Concatenate()(state, action);
        let first = Value(both);
        let second = Value(both);
        Model((state, action) => (first, second))
    }
}

/// Number of transitions in a batch.
const BATCH: usize = 256;
/// Factor of a mean over the batch.
const SHARE: f32 = 1.0 / BATCH as f32;
const LEARNING_RATE: f64 = 1e-3;
/// Discount of future rewards.
const GAMMA: f32 = 0.99;
/// Part of their distance by which the target critics follow the critics in a step.
const TAU: f64 = 0.005;
/// Entropy to which the temperature is tuned: minus the number of components of an action.
const TARGET_ENTROPY: f32 = -1.0;

/// Networks, optimizers, and the memory of an update.
struct Agent {
    actor: Box<Actor>,
    critics: Box<Critics>,
    target_critics: Box<Critics>,
    /// Logarithm of the temperature α, the weight of the entropy.
    log_alpha: f32,
    actor_optimizer: OptimizerState<Actor, Adam>,
    critic_optimizer: OptimizerState<Critics, Adam>,
    actor_tape: Tape<Actor>,
    critic_tape: Tape<Critics>,
    policy: PolicyTape<SquashedGaussian<1>>,
}

impl Agent {
    fn new(seed: u64) -> Self {
        let (actor, critics) = (Actor::new(seed), Critics::new(seed));
        Self {
            log_alpha: 0.0,
            actor_optimizer: OptimizerState::new(Adam::new(LEARNING_RATE)),
            critic_optimizer: OptimizerState::new(Adam::new(LEARNING_RATE)),
            actor_tape: actor.tape(),
            critic_tape: critics.tape(),
            policy: PolicyTape::new(SquashedGaussian::new()),
            target_critics: critics.clone(),
            actor,
            critics,
        }
    }

    /// Returns an action for exploration.
    fn act(&self, state: State, rng: &mut Rng) -> Action {
        self.policy.policy().sample(&self.actor.predict_one(state), rng).0
    }

    /// Returns the mean return of episodes without exploration.
    fn evaluate(&self) -> f32 {
        let episode = |seed| {
            let mut pendulum = Pendulum::new(&mut Rng::new(1000 + seed));
            let mut step = || pendulum.step(self.policy.policy().mode(&self.actor.predict_one(pendulum.observe())));
            (0..EPISODE_STEPS).map(|_| step()).sum::<f32>()
        };
        (0..EPISODES).map(episode).sum::<f32>() / EPISODES as f32
    }

    fn update(&mut self, batch: &[Transition; BATCH], rng: &mut Rng) -> Result<(), TrainingError> {
        let goals = self.goals(batch, rng)?;
        self.update_critics(batch, &goals)?;
        self.update_actor(batch, rng)?;
        self.target_critics.polyak_update(&self.critics, TAU);
        Ok(())
    }

    /// Returns the values that the critics learn: `r + γ (min Q(s', a') − α ln π(a'|s'))` with a new action `a'`.
    fn goals(&mut self, batch: &[Transition; BATCH], rng: &mut Rng) -> Result<[f32; BATCH], TrainingError> {
        let next_states = batch.map(|transition| transition.next_state);
        let outputs = self.actor_tape.forward(&self.actor, &next_states)?;
        let actions = self.policy.sample(outputs.output(), rng)?;
        let values = self.critic_tape.forward(&self.target_critics, &(&next_states, actions.actions()))?;
        let (first, second) = values.output();
        let alpha = self.log_alpha.exp();
        Ok(std::array::from_fn(|row| {
            let next_value = first[row].min(second[row]) - alpha * actions.log_prob()[row];
            batch[row].reward + if batch[row].terminal { 0.0 } else { GAMMA * next_value }
        }))
    }

    /// Minimizes the mean squared error of both critics.
    fn update_critics(&mut self, batch: &[Transition; BATCH], goals: &[f32; BATCH]) -> Result<(), TrainingError> {
        let (states, actions) = (batch.map(|transition| transition.state), batch.map(|transition| transition.action));
        let values = self.critic_tape.forward(&self.critics, &(&states, &actions))?;
        let (first, second) = values.output();
        let [by_first, by_second] = [first, second]
            .map(|values| std::array::from_fn::<_, BATCH, _>(|row| [2.0 * SHARE * (values[row] - goals[row])]));
        let gradient = values.backward(&(by_first, by_second))?;
        self.critic_optimizer.step(&mut self.critics, gradient);
        Ok(())
    }

    /// Minimizes the mean of `α ln π(a|s) − min Q(s, a)`, and tunes the temperature.
    fn update_actor(&mut self, batch: &[Transition; BATCH], rng: &mut Rng) -> Result<(), TrainingError> {
        let states = batch.map(|transition| transition.state);
        let outputs = self.actor_tape.forward(&self.actor, &states)?;
        let actions = self.policy.sample(outputs.output(), rng)?;
        let log_prob = actions.log_prob().iter().sum::<f32>() * SHARE;

        let values = self.critic_tape.forward(&self.critics, &(&states, actions.actions()))?;
        let (first, second) = values.output();
        let [by_first, by_second] = [(first, second), (second, first)].map(|(one, other)| {
            std::array::from_fn::<_, BATCH, _>(|row| [if one[row] < other[row] { -SHARE } else { 0.0 }])
        });
        let (_, action_gradient) = values.input_gradient(&(by_first, by_second))?;
        let output_gradient = actions.backward(action_gradient, &[self.log_alpha.exp() * SHARE; BATCH])?;
        let gradient = outputs.backward(output_gradient)?;
        self.actor_optimizer.step(&mut self.actor, gradient);

        // The weight of the entropy grows while the entropy, the mean of −ln π, is below its target.
        self.log_alpha += LEARNING_RATE as f32 * (TARGET_ENTROPY + log_prob);
        Ok(())
    }
}

/// Steps of an episode.
const EPISODE_STEPS: usize = 200;
const MAX_SPEED: f32 = 8.0;
const MAX_TORQUE: f32 = 2.0;
/// Seconds.
const TIME_STEP: f32 = 0.05;
const GRAVITY: f32 = 10.0;

/// A rod of length 1 and mass 1. The angle is 0 at the top.
struct Pendulum {
    angle: f32,
    speed: f32,
    steps: usize,
}

impl Pendulum {
    fn new(rng: &mut Rng) -> Self {
        let mut uniform = || 2.0 * rng.uniform() as f32 - 1.0;
        Self { angle: PI * uniform(), speed: uniform(), steps: 0 }
    }

    fn observe(&self) -> State {
        [self.angle.cos(), self.angle.sin(), self.speed]
    }

    /// Makes a step, and returns its reward.
    fn step(&mut self, [action]: Action) -> f32 {
        let torque = MAX_TORQUE * action;
        // The angle from the top, between −π and π.
        let angle = (self.angle + PI).rem_euclid(2.0 * PI) - PI;
        let reward = -(angle.powi(2) + 0.1 * self.speed.powi(2) + 0.001 * torque.powi(2));
        let acceleration = 1.5 * GRAVITY * self.angle.sin() + 3.0 * torque;
        self.speed = (self.speed + acceleration * TIME_STEP).clamp(-MAX_SPEED, MAX_SPEED);
        self.angle += self.speed * TIME_STEP;
        self.steps += 1;
        reward
    }
}
