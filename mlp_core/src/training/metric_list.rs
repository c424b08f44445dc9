//! Several metrics as one: tuples of them.

use crate::layers::{Features, Shape};
use crate::losses::MetricInput;
use crate::metrics::Metric;
use crate::scalar::Scalar;

/// No metric, `()`, or a tuple of up to six. For a network with several outputs, a tuple of such tuples, one for each output.
#[diagnostic::on_unimplemented(
    message = "`{Self}` is not a tuple of metrics for this network's output and targets",
    note = "a single metric is a tuple too: `.metrics((MeanAbsoluteError,))`",
    note = "a network with several outputs has such a tuple for each: `.metrics(((MeanAbsoluteError,), ()))`"
)]
pub trait MetricList<T: Scalar, Outputs: Shape, Targets: Shape>: Send + Sync {
    /// What they have seen.
    type States: Send;

    /// Nothing was seen.
    fn begin(&self) -> Self::States;
    /// Forgets what was seen.
    fn reset(&self, states: &mut Self::States);
    /// The names, in order, for outputs of these names.
    fn names(&self, outputs: &[&str]) -> Vec<String>;
    /// Looks at the samples of a tile. A sample counts as much as its weight, if it has one.
    fn add(&self, states: &mut Self::States, compared: MetricInput<'_, T>);
    /// Looks at the samples of a tile, each of which counts alike, but for metrics that were said to be weighted.
    fn observe(&self, states: &mut Self::States, compared: MetricInput<'_, T>) {
        self.add(states, MetricInput { weights: None, ..compared });
    }
    /// Calls `each` with every metric of all that was seen.
    fn values(&self, states: &Self::States, each: &mut dyn FnMut(f64));
}

#[diagnostic::do_not_recommend]
impl<T: Scalar, Outputs: Shape, Targets: Shape> MetricList<T, Outputs, Targets> for () {
    type States = ();

    fn begin(&self) {}
    fn reset(&self, _states: &mut ()) {}
    fn names(&self, _outputs: &[&str]) -> Vec<String> {
        Vec::new()
    }
    fn add(&self, _states: &mut (), _compared: MetricInput<'_, T>) {}
    fn values(&self, _states: &(), _each: &mut dyn FnMut(f64)) {}
}

macro_rules! metrics {
    ($($($metric:ident $index:tt),*;)*) => {$(
        #[diagnostic::do_not_recommend]
        impl<T: Scalar, const N: usize, Targets: Shape, $($metric: Metric<T, Features<N>, Targets>),*>
            MetricList<T, Features<N>, Targets> for ($($metric,)*)
        {
            type States = ($($metric::State,)*);

            fn begin(&self) -> Self::States {
                ($(self.$index.init(),)*)
            }
            fn reset(&self, states: &mut Self::States) {
                $(self.$index.reset(&mut states.$index);)*
            }
            fn names(&self, _outputs: &[&str]) -> Vec<String> {
                vec![$(self.$index.name().into()),*]
            }
            fn add(&self, states: &mut Self::States, compared: MetricInput<'_, T>) {
                $(self.$index.update(&mut states.$index, compared);)*
            }
            fn values(&self, states: &Self::States, each: &mut dyn FnMut(f64)) {
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

            fn begin(&self) -> Self::States {
                ($(self.$index.begin(),)*)
            }
            fn reset(&self, states: &mut Self::States) {
                $(self.$index.reset(&mut states.$index);)*
            }
            fn names(&self, outputs: &[&str]) -> Vec<String> {
                let mut names = Vec::new();
                $(names.extend(self.$index.names(&[]).iter().map(|name| format!("{}_{name}", outputs[$index])));)*
                names
            }
            fn add(&self, states: &mut Self::States, MetricInput { predictions, targets, weights }: MetricInput<'_, T>) {
                let (mut output, mut target) = (0, 0);
                $(
                    let compared = MetricInput {
                        predictions: predictions.part(output, $output::FEATURES),
                        targets: targets.part(target, $target::FEATURES),
                        weights,
                    };
                    self.$index.add(&mut states.$index, compared);
                    output += $output::FEATURES;
                    target += $target::FEATURES;
                )*
                debug_assert_eq!((output, target), (predictions.features(), targets.features()));
            }
            fn values(&self, states: &Self::States, each: &mut dyn FnMut(f64)) {
                $(self.$index.values(&states.$index, each);)*
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
