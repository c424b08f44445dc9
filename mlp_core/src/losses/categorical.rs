//! Losses over all outputs of a sample: categorical cross-entropy, KL divergence, cosine similarity.

use num_traits::clamp;

use super::pointwise::{EPSILON, number, probability};
use super::{Loss, LossInput, LossMetric};
use crate::layers::Features;
use crate::scalar::Scalar;

/// A loss of all outputs of a sample.
pub(super) trait SamplewiseLoss {
    /// Returns the loss of one sample and sets its derivatives by the predictions.
    fn evaluate_sample<T: Scalar>(&self, predictions: &[T], targets: &[T], derivatives: &mut [T]) -> T;
}

/// Writes a table of losses whose targets have as many features as the network has outputs.
///
/// A row is the type with its options (see [`options!`](crate::options::options)), the name in the history, the valid
/// targets, the option that marks outputs as logits, the sign of its metric if it is not that of the loss, and the body
/// of [`SamplewiseLoss::evaluate_sample`].
macro_rules! samplewise_losses {
    ($(
        $(#[$doc:meta])*
        struct $name:ident $options:tt
        $text:literal targets: $accepts:expr; $(logits if $logits:ident;)? $(metric sign: $sign:literal;)?
        |$loss:ident, $predictions:ident, $targets:ident, $derivatives:ident| $formulas:block
    )*) => {$(
        $crate::options! { $(#[$doc])* $name $options }

        impl SamplewiseLoss for $name {
            fn evaluate_sample<T: Scalar>(&self, $predictions: &[T], $targets: &[T], $derivatives: &mut [T]) -> T {
                let $loss = self;
                $formulas
            }
        }

        impl LossMetric for $name {
            $(const SIGN: f64 = $sign;)?
        }

        #[diagnostic::do_not_recommend]
        impl<T: Scalar, const N: usize> Loss<T, Features<N>> for $name {
            type Targets = Features<N>;

            fn name(&self) -> &'static str {
                $text
            }
            fn accepts(&self, target: T) -> bool {
                $accepts(target)
            }
            $(
                fn logits_activation(&self) -> Option<&'static str> {
                    self.$logits.then_some("softmax")
                }
            )?
            fn check(&self) -> Result<(), $crate::options::InvalidValue> {
                $crate::options!(@check self $options)
            }
            fn settings(&self, visit: &mut dyn FnMut(&'static str, f64)) {
                $crate::options!(@visit self, visit $options)
            }
            fn evaluate(&self, input: LossInput<'_, T>) -> f64 {
                evaluate::<T, N>(self, input)
            }
        }
    )*};
}

samplewise_losses! {
    /// `−Σₖ yₖ ln pₖ` with `p = softmax(z)` over the outputs `z`, for targets that are distributions, such as one-hot codes.
    ///
    /// Expects logits: softmax and loss are computed together, which is numerically stable. A network that ends in a
    /// softmax needs `from_logits(false)`. Keras: `CategoricalCrossentropy(from_logits=True)`. PyTorch:
    /// `CrossEntropyLoss` with class probabilities.
    struct CategoricalCrossentropy {
        /// Sets whether the outputs are logits; if not, they are probabilities. Defaults to `true`.
        from_logits: bool = true,
        /// Sets `s`, which moves targets toward the uniform distribution over `n` classes: `y (1 − s) + s / n`. Defaults
        /// to 0.
        label_smoothing: f64 = 0.0,
    }
    "categorical_crossentropy" targets: probability; logits if from_logits;
    |loss, predictions, targets, derivatives| {
        let factor = number::<T>(1.0 - loss.label_smoothing);
        let offset = number::<T>(loss.label_smoothing / targets.len() as f64);
        let target = |class: usize| targets[class] * factor + offset;
        if loss.from_logits {
            crossentropy_of_logits(predictions, target, derivatives)
        } else {
            crossentropy(predictions, target, derivatives)
        }
    }

    /// `Σₖ yₖ ln(yₖ / ŷₖ)`, for distributions; all values are clamped to the range from 1e-7 to 1.
    ///
    /// Keras: `KLDivergence`.
    struct KlDivergence;
    "kl_divergence" targets: probability;
    |_loss, predictions, targets, derivatives| {
        let clip = |p: T| clamp(p, number(EPSILON), T::one());
        let mut sum = T::zero();
        for ((&prediction, &target), derivative) in predictions.iter().zip(targets).zip(derivatives) {
            let (p, y) = (clip(prediction), clip(target));
            sum += y * (y / p).ln();
            *derivative = if p == prediction { -y / p } else { T::zero() };
        }
        sum
    }

    /// `−Σₖ yₖ ŷₖ / (|y| |ŷ|)`: −1 for the same direction, 1 for the opposite one.
    ///
    /// The metric is the cosine itself, without the minus; its maximum is best. Keras: `CosineSimilarity`, the loss and
    /// the metric.
    struct CosineSimilarity;
    "cosine_similarity" targets: |_| true; metric sign: -1.0;
    |_loss, predictions, targets, derivatives| {
        let dot = |a: &[T], b: &[T]| a.iter().zip(b).map(|(&a, &b)| a * b).sum::<T>();
        let min = number::<T>(1e-12);
        let prediction_square = dot(predictions, predictions);
        let prediction_norm = prediction_square.max(min).sqrt();
        let target_norm = dot(targets, targets).max(min).sqrt();
        let cosine = dot(predictions, targets) / (prediction_norm * target_norm);
        for ((derivative, &prediction), &target) in derivatives.iter_mut().zip(predictions).zip(targets) {
            let along = if prediction_square > min { prediction * cosine / prediction_square } else { T::zero() };
            *derivative = along - target / (prediction_norm * target_norm);
        }
        -cosine
    }
}

// m = maxₖ zₖ,  s = Σₖ exp(zₖ − m)
// L = Σₖ yₖ (ln s + m − zₖ)
// ∂L/∂zₖ = exp(zₖ − m) / s · Σⱼ yⱼ − yₖ
fn crossentropy_of_logits<T: Scalar>(logits: &[T], target: impl Fn(usize) -> T, derivatives: &mut [T]) -> T {
    let total_target = (0..logits.len()).map(&target).sum::<T>();
    let max = logits.iter().copied().fold(T::neg_infinity(), T::max);
    let total = logits.iter().map(|&z| (z - max).exp()).sum::<T>();
    let log_sum_exp = total.ln() + max;
    for (class, derivative) in derivatives.iter_mut().enumerate() {
        *derivative = (logits[class] - max).exp() / total * total_target - target(class);
    }
    (0..logits.len()).map(|class| target(class) * (log_sum_exp - logits[class])).sum()
}

// qₖ = pₖ / Σⱼ pⱼ, clamped away from 0 and 1
// L = −Σₖ yₖ ln qₖ
// ∂L/∂pₖ = (∂L/∂qₖ − Σⱼ ∂L/∂qⱼ qⱼ) / Σⱼ pⱼ
fn crossentropy<T: Scalar>(probabilities: &[T], target: impl Fn(usize) -> T, derivatives: &mut [T]) -> T {
    let total = probabilities.iter().copied().sum::<T>();
    let min = number::<T>(EPSILON);
    let share = |class: usize| probabilities[class] / total;
    let clamped = |class: usize| clamp(share(class), min, T::one() - min);
    let derivative_by_share = |class: usize| {
        if share(class) == clamped(class) { -target(class) / share(class) } else { T::zero() }
    };
    let common = (0..probabilities.len()).map(|class| derivative_by_share(class) * share(class)).sum::<T>();
    for (class, derivative) in derivatives.iter_mut().enumerate() {
        *derivative = (derivative_by_share(class) - common) / total;
    }
    (0..probabilities.len()).map(|class| -target(class) * clamped(class).ln()).sum()
}

/// Evaluates a loss sample by sample.
pub(super) fn evaluate<T: Scalar, const N: usize>(loss: &impl SamplewiseLoss, input: LossInput<'_, T>) -> f64 {
    let LossInput { pairs, mut gradient, scale } = input;
    let mut predictions = [T::zero(); N];
    let mut targets = [T::zero(); N];
    let mut derivatives = [T::zero(); N];
    let mut sum = 0.0;
    for sample in 0..pairs.predictions.samples() {
        let weight = pairs.weight(sample);
        for (feature, prediction) in predictions.iter_mut().enumerate() {
            *prediction = pairs.predictions.feature(feature)[sample];
        }
        let targets = &mut targets[..pairs.targets.features()];
        for (feature, target) in targets.iter_mut().enumerate() {
            *target = pairs.targets.feature(feature)[sample];
        }
        sum += Scalar::to_f64(loss.evaluate_sample(&predictions, targets, &mut derivatives) * weight);
        if let Some(gradient) = &mut gradient {
            for (feature, &derivative) in derivatives.iter().enumerate() {
                gradient.feature(feature)[sample] = derivative * weight * scale;
            }
        }
    }
    if let Some(gradient) = &mut gradient {
        (0..N).for_each(|feature| gradient.clear_padding(feature));
    }
    sum
}
