//! Adam's update in one pass over memory.

use super::dispatch::Kernel;
use super::elementwise::{for_each_register, square_or_zero};
use super::math::Elementary;
use super::parallel::{ELEMENT_WORK, Split};
use super::vector::Vector;

/// Constants of one step of Adam. The bias corrections are part of the rate.
#[derive(Clone, Copy, Debug)]
pub struct AdamStep<T> {
    /// `learning_rate · √(1 − β₂ᵗ) / (1 − β₁ᵗ)`
    pub rate: T,
    /// `1 − β₁`
    pub mean_gain: T,
    /// `1 − β₂`
    pub variance_gain: T,
    /// `ε`, added to the root of the second moment.
    pub epsilon: T,
}

/// Arguments of one step of Adam: four slices of equal lengths.
pub(crate) struct Adam<'a, T> {
    pub(crate) step: AdamStep<T>,
    pub(crate) parameters: &'a mut [T],
    pub(crate) gradient: &'a [T],
    pub(crate) mean: &'a mut [T],
    pub(crate) variance: &'a mut [T],
}

impl<T: Copy + Send + Sync> Split for Adam<'_, T> {
    fn work(&self) -> usize {
        self.gradient.len() * ELEMENT_WORK
    }

    fn length(&self) -> usize {
        self.gradient.len()
    }

    fn split_at(self, parameter: usize) -> (Self, Self) {
        let (first_parameters, second_parameters) = self.parameters.split_at_mut(parameter);
        let (first_gradient, second_gradient) = self.gradient.split_at(parameter);
        let (first_mean, second_mean) = self.mean.split_at_mut(parameter);
        let (first_variance, second_variance) = self.variance.split_at_mut(parameter);
        let step = self.step;
        let part = |parameters, gradient, mean, variance| Self { step, parameters, gradient, mean, variance };
        (
            part(first_parameters, first_gradient, first_mean, first_variance),
            part(second_parameters, second_gradient, second_mean, second_variance),
        )
    }
}

impl<T: Elementary> Kernel<T> for Adam<'_, T> {
    type Output = ();

    // m ← m + (g − m)(1 − β₁)
    // v ← v + (g² − v)(1 − β₂)
    // p ← p − rate · m / (√v + ε)
    #[inline(always)]
    fn run<V: Vector<Scalar = T>>(self) {
        let rate = V::splat(self.step.rate);
        let mean_gain = V::splat(self.step.mean_gain);
        let variance_gain = V::splat(self.step.variance_gain);
        let epsilon = V::splat(self.step.epsilon);
        for_each_register::<V, 3>(
            [self.parameters, self.mean, self.variance],
            self.gradient,
            #[inline(always)]
            |[parameter, mean, variance], gradient| {
                let mean = gradient.sub(mean).mul_add(mean_gain, mean);
                let variance = square_or_zero(gradient).sub(variance).mul_add(variance_gain, variance);
                let change = mean.mul(rate).div(variance.root().add(epsilon));
                [parameter.sub(change), mean, variance]
            },
        );
    }
}
