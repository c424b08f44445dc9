//! Losses over all outputs of a sample: categorical cross-entropy, KL divergence, cosine similarity.

use super::pointwise::{EPSILON, probability};
use super::{Loss, LossInput, LossMetric};
use crate::kernels::math::{self, Elementary, abs, clamp, neg};
use crate::kernels::{RegisterOfSamples, SampleEvaluation, SampleLoss, Vector, loss_kernel, splat};
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
/// targets, the option that marks outputs as logits, and the sign of its metric if it is not that of the loss. Its formula
/// follows as [`SampleLoss`] or in `vectorized`.
macro_rules! samplewise_losses {
    ($(
        $(#[$doc:meta])*
        struct $name:ident $options:tt
        $text:literal targets: $accepts:expr; $(logits if $logits:ident;)? $(metric sign: $sign:literal;)?
    )*) => {$(
        $crate::options! { $(#[$doc])* $name $options }

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
                T::evaluate_loss(self, input.into())
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

    /// `Σₖ yₖ ln(yₖ / ŷₖ)`, for distributions; all values are clamped to the range from 1e-7 to 1.
    ///
    /// Keras: `KLDivergence`.
    #[doc(alias = "KLDivLoss")]
    #[doc(alias = "KLDivergence")]
    struct KlDivergence;
    "kl_divergence" targets: probability;

    /// `−Σₖ yₖ ŷₖ / (|y| |ŷ|)`: −1 for the same direction, 1 for the opposite one.
    ///
    /// The metric is the cosine itself, without the minus; its maximum is best. Keras: `CosineSimilarity`, the loss and
    /// the metric.
    struct CosineSimilarity;
    "cosine_similarity" targets: |_| true; metric sign: -1.0;
}

impl SampleLoss for CategoricalCrossentropy {
    #[inline(always)]
    fn evaluate<V: Vector<Scalar: Elementary>>(&self, samples: &mut RegisterOfSamples<V>) -> V {
        if self.from_logits { self.of_logits(samples) } else { self.of_probabilities(samples) }
    }
}

impl CategoricalCrossentropy {
    /// Returns a target after label smoothing.
    #[inline(always)]
    fn target<V: Vector<Scalar: Elementary>>(&self, samples: &RegisterOfSamples<V>, class: usize) -> V {
        let offset = splat(self.label_smoothing / samples.count() as f64);
        samples.target(class).mul_add(splat(1.0 - self.label_smoothing), offset)
    }

    // m = maxₖ zₖ,  s = Σₖ exp(zₖ − m)
    // L = ln s Σₖ yₖ − Σₖ yₖ (zₖ − m)
    // ∂L/∂zₖ = exp(zₖ − m) / s · Σⱼ yⱼ − yₖ
    #[inline(always)]
    fn of_logits<V: Vector<Scalar: Elementary>>(&self, samples: &mut RegisterOfSamples<V>) -> V {
        let count = samples.count();
        let max = (1..count).fold(samples.prediction(0), |max, class| max.max(samples.prediction(class)));
        let [mut sum, mut total, mut linear] = [splat::<V>(0.0); 3];
        for class in 0..count {
            let z = samples.prediction(class).sub(max);
            let (exponential, target) = (math::exp(z), self.target(samples, class));
            samples.keep(class, exponential);
            (sum, total) = (sum.add(exponential), total.add(target));
            linear = target.mul_add(z, linear);
        }
        let scale = total.div(sum);
        samples.finish(
            #[inline(always)]
            |samples, class, exponential| exponential.mul(scale).sub(self.target(samples, class)),
        );
        total.mul(math::ln(sum)).sub(linear)
    }

    // qₖ = pₖ / Σⱼ pⱼ, clamped away from 0 and 1
    // L = −Σₖ yₖ ln qₖ
    // ∂L/∂pₖ = (∂L/∂qₖ − Σⱼ ∂L/∂qⱼ qⱼ) / Σⱼ pⱼ
    #[inline(always)]
    fn of_probabilities<V: Vector<Scalar: Elementary>>(&self, samples: &mut RegisterOfSamples<V>) -> V {
        let (count, zero, one, min) = (samples.count(), splat::<V>(0.0), splat::<V>(1.0), splat::<V>(EPSILON));
        let total = (0..count).fold(zero, |total, class| total.add(samples.prediction(class)));
        let (mut common, mut value) = (zero, zero);
        for class in 0..count {
            let share = samples.prediction(class).div(total);
            let (clamped, target) = (clamp(share, min, one.sub(min)), self.target(samples, class));
            let derivative = abs(share.sub(clamped)).select_positive(zero, neg(target.div(share)));
            samples.keep(class, derivative);
            common = derivative.mul_add(share, common);
            value = value.sub(target.mul(math::ln(clamped)));
        }
        samples.finish(
            #[inline(always)]
            |_, _, derivative| derivative.sub(common).div(total),
        );
        value
    }
}

impl SampleLoss for CosineSimilarity {
    // n = max(|ŷ|, ε) max(|y|, ε),  c = Σₖ yₖ ŷₖ / n
    // ∂L/∂ŷₖ = ŷₖ c / |ŷ|² − yₖ / n, without the first term where |ŷ| is ε
    #[inline(always)]
    fn evaluate<V: Vector<Scalar: Elementary>>(&self, samples: &mut RegisterOfSamples<V>) -> V {
        let [mut predictions, mut targets, mut product] = [splat::<V>(0.0); 3];
        for feature in 0..samples.count() {
            let (prediction, target) = (samples.prediction(feature), samples.target(feature));
            predictions = prediction.mul_add(prediction, predictions);
            targets = target.mul_add(target, targets);
            product = prediction.mul_add(target, product);
        }
        let min = splat::<V>(1e-12);
        let scale = splat::<V>(1.0).div(min.max(predictions).sqrt().mul(min.max(targets).sqrt()));
        let cosine = product.mul(scale);
        let along = predictions.sub(min).select_positive(cosine.div(predictions), splat(0.0));
        samples.finish(
            #[inline(always)]
            |samples, feature, _| samples.prediction(feature).mul(along).sub(samples.target(feature).mul(scale)),
        );
        neg(cosine)
    }
}

loss_kernel!(CategoricalCrossentropy, SampleEvaluation::new);
loss_kernel!(CosineSimilarity, SampleEvaluation::new);

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
