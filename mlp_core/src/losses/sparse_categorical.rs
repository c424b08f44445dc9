//! Cross-entropy with class indices as targets.

use num_traits::clamp;

use super::categorical::{SamplewiseLoss, evaluate};
use super::pointwise::{EPSILON, number};
use super::{Loss, LossInput, LossMetric};
use crate::kernels::math::{self, Elementary};
use crate::kernels::{RegisterOfSamples, SampleEvaluation, SampleLoss, Vector, loss_kernel, splat};
use crate::layers::Features;
use crate::options;
use crate::scalar::Scalar;

options! {
    /// `−ln p_c` with `p = softmax(z)` over the outputs `z`, for the class with index `c`.
    ///
    /// The target is one value, the class index. Expects logits: softmax and loss are computed together, which is
    /// numerically stable. A network that ends in a softmax needs `from_logits(false)`: `ln Σₖ pₖ − ln p_c`, with the
    /// probabilities clamped to the range from 1e-7 to 1 − 1e-7. Keras:
    /// `SparseCategoricalCrossentropy(from_logits=True)`. PyTorch: `CrossEntropyLoss`.
    ///
    /// The network needs two or more outputs; one output does not compile:
    ///
    /// ```compile_fail,E0080
    /// # extern crate mlp_core as mlp;
    /// use mlp::layers::Features;
    /// use mlp::losses::{Loss, SparseCategoricalCrossentropy};
    ///
    /// Loss::<f32, Features<1>>::accepts(&SparseCategoricalCrossentropy::new(), 0.0);
    /// ```
    #[doc(alias = "CrossEntropyLoss")]
    SparseCategoricalCrossentropy {
        /// Sets whether the outputs are logits; if not, they are probabilities. Defaults to `true`.
        from_logits: bool = true,
    }
}

impl LossMetric for SparseCategoricalCrossentropy {}

#[diagnostic::do_not_recommend]
impl<T: Scalar, const CLASSES: usize> Loss<T, Features<CLASSES>> for SparseCategoricalCrossentropy {
    type Targets = Features<1>;

    fn name(&self) -> &'static str {
        "sparse_categorical_crossentropy"
    }
    fn accepts(&self, target: T) -> bool {
        const { assert!(CLASSES > 1, "SparseCategoricalCrossentropy needs one output per class, at least two") };
        target >= T::zero() && target < T::from_f64(CLASSES as f64) && target.fract() == T::zero()
    }
    fn logits_activation(&self) -> Option<&'static str> {
        self.from_logits.then_some("softmax")
    }
    fn settings(&self, visit: &mut dyn FnMut(&'static str, f64)) {
        visit("from_logits", f64::from(u8::from(self.from_logits)));
    }
    fn evaluate(&self, input: LossInput<'_, T>) -> f64 {
        if self.from_logits {
            T::evaluate_loss(self, input.into())
        } else {
            evaluate::<T, CLASSES>(&CrossentropyOfProbabilities, input)
        }
    }
}

impl SampleLoss for SparseCategoricalCrossentropy {
    fn targets(predictions: usize) -> usize {
        assert!(predictions > 0, "a logit for each class");
        1
    }

    // m = maxₖ zₖ,  s = Σₖ exp(zₖ − m)
    // L = ln s + m − z_c
    // ∂L/∂zₖ = exp(zₖ − m) / s − [k = c]
    #[inline(always)]
    fn evaluate<V: Vector<Scalar: Elementary>>(&self, samples: &mut RegisterOfSamples<V>) -> V {
        let (count, class) = (samples.count(), samples.target(0));
        // Positive in each lane whose class is `feature`.
        let is_class = |feature: usize| splat::<V>(0.5).sub(math::abs(class.sub(splat(feature as f64))));
        let max = (1..count).fold(samples.prediction(0), |max, feature| max.max(samples.prediction(feature)));
        let [mut sum, mut chosen] = [splat::<V>(0.0); 2];
        for feature in 0..count {
            let z = samples.prediction(feature).sub(max);
            let exponential = math::exp(z);
            samples.keep(feature, exponential);
            sum = sum.add(exponential);
            chosen = is_class(feature).select_positive(z, chosen);
        }
        let scale = splat::<V>(1.0).div(sum);
        samples.finish(
            #[inline(always)]
            |_, feature, exponential| {
                let probability = exponential.mul(scale);
                is_class(feature).select_positive(probability.sub(splat(1.0)), probability)
            },
        );
        math::ln(sum).sub(chosen)
    }
}

loss_kernel!(SparseCategoricalCrossentropy, SampleEvaluation::new);

struct CrossentropyOfProbabilities;

impl SamplewiseLoss for CrossentropyOfProbabilities {
    // qₖ = pₖ, clamped away from 0 and 1
    // L = ln Σₖ qₖ − ln q_c
    // ∂L/∂pₖ = 1 / Σⱼ qⱼ − [k = c] / q_c
    fn evaluate_sample<T: Scalar>(&self, predictions: &[T], targets: &[T], derivatives: &mut [T]) -> T {
        let min = number::<T>(EPSILON);
        let clip = |p: T| clamp(p, min, T::one() - min);
        let total = predictions.iter().map(|&p| clip(p)).sum::<T>();
        let mut chosen = T::zero();
        for (class, (&p, derivative)) in predictions.iter().zip(derivatives).enumerate() {
            let is_class = targets[0] == number(class as f64);
            if is_class {
                chosen = clip(p);
            }
            let own = if is_class { clip(p).recip() } else { T::zero() };
            *derivative = if clip(p) == p { total.recip() - own } else { T::zero() };
        }
        total.ln() - chosen.ln()
    }
}
