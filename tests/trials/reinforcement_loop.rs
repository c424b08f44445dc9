//! A loop of reinforcement learning: a double network on a corridor, with replay, priorities as sample weights, and soft updates.

use mlp::losses::{Loss, LossInput};
use mlp::prelude::*;

const LENGTH: usize = 6;

sequential! { struct Q { Dense(LENGTH => 24, relu), Dense(24 => 2) } }

/// `(Q(s, a) − y)²` for the action that was taken: the target is `y` for it, and NaN has no place, so the others repeat `Q`.
struct TakenAction {
    /// Errors above it count linearly; the loop reduces it.
    clip: f32,
}

impl Loss<f32, Features<2>> for TakenAction {
    type Targets = Features<2>;

    fn name(&self) -> &'static str {
        "taken_action"
    }
    // The targets are the action and its value.
    fn evaluate(&self, LossInput { pairs, mut gradient, scale }: LossInput<'_, f32>) -> f64 {
        let mut loss = 0.0;
        for sample in 0..pairs.predictions.samples() {
            let action = pairs.targets.feature(0)[sample] as usize;
            let error = pairs.predictions.feature(action)[sample] - pairs.targets.feature(1)[sample];
            let clipped = error.clamp(-self.clip, self.clip);
            let weight = pairs.weight(sample);
            loss += f64::from((error - 0.5 * clipped) * clipped * weight);
            for output in 0..2 {
                let Some(gradient) = &mut gradient else { continue };
                gradient.feature(output)[sample] = if output == action { clipped * weight * scale } else { 0.0 };
            }
        }
        loss
    }
}

fn one_hot(position: usize) -> [f32; LENGTH] {
    std::array::from_fn(|index| f32::from(u8::from(index == position)))
}

/// Moves left (0) or right (1). The reward is at the right end.
fn step(position: usize, action: usize) -> (usize, f32, bool) {
    let next = if action == 1 { position + 1 } else { position.saturating_sub(1) };
    if next + 1 == LENGTH { (next, 1.0, true) } else { (next, -0.02, false) }
}

#[test]
fn the_corridor_is_learned() -> Result<(), TrainingError> {
    let mut network = Q::new(4);
    let mut target = Q::new(4);
    let mut tape = network.gradient_tape(TakenAction { clip: 1.0 });
    let mut optimizer = OptimizerState::new(Adam::new(5e-3));
    let mut random = Rng::new(9);
    let mut replay = Vec::new();
    for episode in 0..120 {
        let mut position = 0;
        tape.loss_mut().clip = (1.0 - episode as f32 / 240.0).max(0.5);
        for _ in 0..30 {
            let greedy = network.predict_one(one_hot(position)).imax();
            let action = if random.below(100) < 30 { random.below(2) } else { greedy };
            let (next, reward, done) = step(position, action);
            replay.push((position, action, reward, next, done));
            position = next;
            let batch: Vec<_> = (0..16).map(|_| replay[random.below(replay.len())]).collect();
            let x: Vec<_> = batch.iter().map(|&(position, ..)| one_hot(position)).collect();
            let y: Vec<[f32; 2]> = batch
                .iter()
                .map(|&(_, action, reward, next, done)| {
                    let best = network.predict_one(one_hot(next)).imax();
                    let future = if done { 0.0 } else { 0.9 * target.predict_one(one_hot(next))[best] };
                    [action as f32, reward + future]
                })
                .collect();
            // The ends of episodes are rare, and count more.
            let weights: Vec<f64> = batch.iter().map(|&(.., done)| if done { 2.0 } else { 1.0 }).collect();
            let (_, gradient) = tape.sample_weight(&weights).value_and_gradient(&network, &x, &y)?;
            optimizer.step(&mut network, gradient);
            target.polyak_update(&network, 0.1);
            if done {
                break;
            }
        }
    }
    let path: Vec<usize> = (0..LENGTH - 1).map(|position| network.predict_one(one_hot(position)).imax()).collect();
    assert_eq!(path, [1; LENGTH - 1]);
    let value = network.predict_one(one_hot(LENGTH - 2))[1];
    assert!((value - 1.0).abs() < 0.15, "{value}");
    Ok(())
}
