use crate::metrics::{Metric, MonitorMode};
use mlp_core::Scalar;
use mlp_core::layers::InvalidValue;
use mlp_core::layers::{Features, Shape};
use mlp_core::losses::{Logits, MetricInput};

/// An output of a network, as a metric sees it.
#[derive(Clone, Copy, Debug)]
pub struct OutputContext {
    /// Activation that the loss applies to the output.
    pub logits: Logits,
    /// Name of the activation that the network ends in.
    pub activation: &'static str,
}

impl OutputContext {
    /// Returns an error if the metric is invalid for this output, of the index `output`.
    fn check<T: Scalar, O: Shape, Y: Shape>(
        self,
        output: usize,
        metric: &impl Metric<T, O, Y>,
    ) -> Result<(), MetricError> {
        metric.check(self.logits).map_err(|value| MetricError::Option { metric: metric.name(), value })?;
        match (self.activation, metric.logits_activation()) {
            ("softmax" | "sigmoid" | "hard_sigmoid", Some(_)) => {
                Err(MetricError::NotLogits { output, activation: self.activation, metric: metric.name() })
            }
            _ => Ok(()),
        }
    }
}

/// A metric that does not fit to an output.
#[derive(Clone, Debug, PartialEq)]
pub enum MetricError {
    /// An option with an invalid value.
    Option {
        /// Name of the metric.
        metric: &'static str,
        /// The option.
        value: InvalidValue,
    },
    /// A metric of logits for an output that has a softmax or sigmoid already.
    NotLogits {
        /// Index of the output.
        output: usize,
        /// Its activation.
        activation: &'static str,
        /// Name of the metric.
        metric: &'static str,
    },
}

/// The metrics of a compiled network: `()`, a tuple of up to six metrics, or, for a network with several outputs, a tuple of
/// such tuples.
///
/// Users write a single metric without a tuple; [`IntoMetrics`](super::IntoMetrics) converts it.
pub trait MetricList<T: Scalar, Outputs: Shape, Targets: Shape>: Send + Sync {
    /// Accumulated states of the metrics.
    type States: Send;

    /// `true` if there are no metrics, so that no predictions are kept for them.
    const IS_EMPTY: bool = false;

    /// Returns the initial states.
    fn init(&self) -> Self::States;

    /// Resets the states to the initial ones.
    fn reset(&self, states: &mut Self::States);

    /// Returns the names, in order, given the names of the outputs.
    fn names(&self, outputs: &[&str]) -> Vec<String>;

    /// Returns the direction in which each metric improves, in the order of the names.
    fn modes(&self) -> Vec<Option<MonitorMode>>;

    /// Returns an error if an option of a metric is invalid, or if a metric expects other outputs. The outputs are counted from
    /// `first`; `context` describes each.
    ///
    /// # Errors
    /// Names the metric.
    fn check(&self, first: usize, context: &dyn Fn(usize) -> OutputContext) -> Result<(), MetricError> {
        let _ = (first, context);
        Ok(())
    }

    /// Adds the samples of a tile to the states, weighted if there are weights.
    fn update(&self, states: &mut Self::States, compared: MetricInput<'_, T>);

    /// Adds the samples of a tile to the states. Only [weighted metrics](super::WithWeighted) use the weights.
    fn update_unweighted(&self, states: &mut Self::States, mut compared: MetricInput<'_, T>) {
        compared.weights = None;
        self.update(states, compared);
    }

    /// Calls `each` with every metric of all samples added so far, in order.
    fn results(&self, states: &Self::States, each: &mut dyn FnMut(f64));
}

#[diagnostic::do_not_recommend]
impl<T: Scalar, Outputs: Shape, Targets: Shape> MetricList<T, Outputs, Targets> for () {
    type States = ();
    const IS_EMPTY: bool = true;

    fn init(&self) {}
    fn reset(&self, _states: &mut ()) {}
    fn names(&self, _outputs: &[&str]) -> Vec<String> {
        Vec::new()
    }
    fn modes(&self) -> Vec<Option<MonitorMode>> {
        Vec::new()
    }
    fn update(&self, _states: &mut (), _compared: MetricInput<'_, T>) {}
    fn results(&self, _states: &(), _each: &mut dyn FnMut(f64)) {}
}

macro_rules! metrics {
    ($($($metric:ident $index:tt),*;)*) => {$(
        #[diagnostic::do_not_recommend]
        impl<T: Scalar, const N: usize, Targets: Shape, $($metric: Metric<T, Features<N>, Targets>),*>
            MetricList<T, Features<N>, Targets> for ($($metric,)*)
        {
            type States = ($($metric::State,)*);

            fn init(&self) -> Self::States {
                ($(self.$index.init(),)*)
            }
            fn reset(&self, states: &mut Self::States) {
                $(self.$index.reset(&mut states.$index);)*
            }
            fn names(&self, _outputs: &[&str]) -> Vec<String> {
                vec![$(self.$index.name().into()),*]
            }
            fn modes(&self) -> Vec<Option<MonitorMode>> {
                vec![$(self.$index.mode()),*]
            }
            fn check(
                &self,
                first: usize,
                context: &dyn Fn(usize) -> OutputContext,
            ) -> Result<(), MetricError> {
                let context = context(first);
                $(context.check(first, &self.$index)?;)*
                Ok(())
            }
            fn update(&self, states: &mut Self::States, compared: MetricInput<'_, T>) {
                $(self.$index.update(&mut states.$index, compared);)*
            }
            fn results(&self, states: &Self::States, each: &mut dyn FnMut(f64)) {
                $(each(self.$index.result(&states.$index));)*
            }
        }
    )*};
}

metrics! {
    A 0;
    A 0, B 1;
    A 0, B 1, C 2;
    A 0, B 1, C 2, D 3;
    A 0, B 1, C 2, D 3, E 4;
    A 0, B 1, C 2, D 3, E 4, F 5;
}

macro_rules! outputs {
    ($($($list:ident $output:ident $target:ident $index:tt),*;)*) => {$(
        #[diagnostic::do_not_recommend]
        impl<T: Scalar, $($output: Shape, $target: Shape, $list: MetricList<T, $output, $target>),*>
            MetricList<T, ($($output,)*), ($($target,)*)> for ($($list,)*)
        {
            type States = ($($list::States,)*);
            const IS_EMPTY: bool = $($list::IS_EMPTY)&&*;

            fn init(&self) -> Self::States {
                ($(self.$index.init(),)*)
            }
            fn reset(&self, states: &mut Self::States) {
                $(self.$index.reset(&mut states.$index);)*
            }
            fn names(&self, outputs: &[&str]) -> Vec<String> {
                let mut names = Vec::new();
                $(names.extend(self.$index.names(&[]).iter().map(|name| format!("{}_{name}", outputs[$index])));)*
                names
            }
            fn modes(&self) -> Vec<Option<MonitorMode>> {
                [$(self.$index.modes()),*].concat()
            }
            fn check(
                &self,
                first: usize,
                context: &dyn Fn(usize) -> OutputContext,
            ) -> Result<(), MetricError> {
                $(self.$index.check(first + $index, context)?;)*
                Ok(())
            }
            fn update(&self, states: &mut Self::States, input: MetricInput<'_, T>) {
                let mut output = 0;
                let mut target = 0;
                $(
                    let compared = input.part($index, (output, $output::FEATURES), (target, $target::FEATURES));
                    self.$index.update(&mut states.$index, compared);
                    output += $output::FEATURES;
                    target += $target::FEATURES;
                )*
                debug_assert_eq!((output, target), (input.predictions.features(), input.targets.features()));
            }
            fn results(&self, states: &Self::States, each: &mut dyn FnMut(f64)) {
                $(self.$index.results(&states.$index, each);)*
            }
        }
    )*};
}

outputs! {
    MA A TA 0, MB B TB 1;
    MA A TA 0, MB B TB 1, MC C TC 2;
    MA A TA 0, MB B TB 1, MC C TC 2, MD D TD 3;
    MA A TA 0, MB B TB 1, MC C TC 2, MD D TD 3, ME E TE 4;
    MA A TA 0, MB B TB 1, MC C TC 2, MD D TD 3, ME E TE 4, MF F TF 5;
    MA A TA 0, MB B TB 1, MC C TC 2, MD D TD 3, ME E TE 4, MF F TF 5, MG G TG 6;
    MA A TA 0, MB B TB 1, MC C TC 2, MD D TD 3, ME E TE 4, MF F TF 5, MG G TG 6, MH H TH 7;
}
