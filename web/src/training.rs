//! Losses and optimizer of the page, for any network.

use mlp::kernels::{AdamStep, Kernels};

use crate::data::{Sample, Task};
use crate::model::{Model, TILE};

/// Constants of Adam.
const BETA_1: f64 = 0.9;
const BETA_2: f64 = 0.999;

/// State of Adam.
#[derive(Default)]
pub struct Adam {
    mean: Vec<f32>,
    variance: Vec<f32>,
    /// `β₁ᵗ` and `β₂ᵗ` after `t` steps.
    powers: Option<(f64, f64)>,
}

impl Adam {
    /// Makes a step on a batch, and returns its mean loss before the step.
    pub fn step(&mut self, model: &mut dyn Model, task: Task, batch: &[Sample], learning_rate: f64) -> f64 {
        model.parameters_and_gradient().1.fill(0.0);
        let (mut outputs, mut gradient) = ([0.0; TILE], [0.0; TILE]);
        let mut sum = 0.0;
        for samples in batch.chunks(TILE) {
            let (outputs, gradient) = (&mut outputs[..samples.len()], &mut gradient[..samples.len()]);
            model.forward(samples, outputs);
            for ((sample, &output), gradient) in samples.iter().zip(&*outputs).zip(&mut *gradient) {
                let (loss, derivative) = task.loss(f64::from(output), f64::from(sample[2]));
                sum += loss;
                *gradient = (derivative / batch.len() as f64) as f32;
            }
            model.backward(gradient);
        }
        self.update(model, learning_rate);
        sum / batch.len() as f64
    }

    /// Updates the parameters, unless a derivative is not finite.
    fn update(&mut self, model: &mut dyn Model, learning_rate: f64) {
        let (parameters, gradient) = model.parameters_and_gradient();
        if !f32::all_finite(gradient) {
            return;
        }
        self.mean.resize(parameters.len(), 0.0);
        self.variance.resize(parameters.len(), 0.0);
        let (power_1, power_2) = self.powers.unwrap_or((1.0, 1.0));
        let (power_1, power_2) = (power_1 * BETA_1, power_2 * BETA_2);
        self.powers = Some((power_1, power_2));
        let step = AdamStep {
            rate: (learning_rate * (1.0 - power_2).sqrt() / (1.0 - power_1)) as f32,
            mean_gain: (1.0 - BETA_1) as f32,
            variance_gain: (1.0 - BETA_2) as f32,
            epsilon: 1e-7,
        };
        f32::adam(step, parameters, gradient, &mut self.mean, &mut self.variance);
    }
}

impl Task {
    /// Returns the loss of an output, and its derivative by the output: the squared error of the sine, the cross entropy of
    /// classes, whose output is a logit.
    pub fn loss(self, output: f64, target: f64) -> (f64, f64) {
        match self {
            Self::Sine => ((output - target) * (output - target), 2.0 * (output - target)),
            Self::Moons | Self::Spiral => {
                let loss = output.max(0.0) - output * target + (-output.abs()).exp().ln_1p();
                (loss, 1.0 / (1.0 + (-output).exp()) - target)
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn derivatives_of_the_losses_are_central_differences() {
        for task in Task::ALL {
            for (output, target) in [(0.3, 0.0), (-1.2, 1.0), (2.5, 1.0), (-3.0, 0.0)] {
                let step = 1e-5;
                let difference =
                    (task.loss(output + step, target).0 - task.loss(output - step, target).0) / (2.0 * step);
                // The error is that of the third derivative, which is at most 1, times step², and of rounding.
                assert!((task.loss(output, target).1 - difference).abs() < 1e-9, "{task:?} {output} {target}");
            }
        }
    }
}
