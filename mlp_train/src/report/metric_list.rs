use crate::metrics::{Metric, MonitorMode};
use mlp_core::Scalar;
use mlp_core::layers::{Features, Shape};
use mlp_core::losses::MetricInput;

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

    /// Adds the samples of a tile to the states, weighted if there are weights.
    fn update(&self, states: &mut Self::States, compared: MetricInput<'_, T>);

    /// Adds the samples of a tile to the states. Only [weighted metrics](super::WithWeighted) use the weights.
    fn update_unweighted(&self, states: &mut Self::States, compared: MetricInput<'_, T>) {
        self.update(states, MetricInput { weights: None, ..compared });
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
            fn update(&self, states: &mut Self::States, MetricInput { predictions, targets, weights }: MetricInput<'_, T>) {
                let mut output = 0;
                let mut target = 0;
                $(
                    let compared = MetricInput {
                        predictions: predictions.part(output, $output::FEATURES),
                        targets: targets.part(target, $target::FEATURES),
                        weights,
                    };
                    self.$index.update(&mut states.$index, compared);
                    output += $output::FEATURES;
                    target += $target::FEATURES;
                )*
                debug_assert_eq!((output, target), (predictions.features(), targets.features()));
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
