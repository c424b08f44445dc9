use crate::metrics::Metric;
use mlp_core::Scalar;
use mlp_core::layers::{Features, Shape};

use super::MetricList;

/// A conversion into a [`MetricList`], so that a single metric needs no tuple: the argument of
/// [`Compiled::metrics`](crate::Compiled::metrics).
///
/// | written | for a network with |
/// |---|---|
/// | `MeanAbsoluteError` | one output |
/// | `(MeanAbsoluteError, R2Score)` | one output |
/// | `(MeanAbsoluteError, (Precision::new(), Recall::new()))` | two outputs, in order |
/// | `((), MeanAbsoluteError)` | two outputs, the first one without metrics |
///
/// The compiler infers `Kind`. It keeps the implementation for a single metric apart from those for tuples.
#[diagnostic::on_unimplemented(
    message = "`{Self}` is not a metric, or a tuple of metrics, for this network's output and targets",
    label = "not metrics for this network",
    note = "a metric, or a tuple of up to six: `.metrics(MeanAbsoluteError)`, `.metrics((MeanAbsoluteError, R2Score))`",
    note = "classes as integers have `SparseCategoricalAccuracy`, one-hot targets `CategoricalAccuracy`, targets of 0 and 1 `BinaryAccuracy`",
    note = "a network with several outputs has metrics for each: `.metrics((MeanAbsoluteError, ()))`"
)]
pub trait IntoMetrics<T: Scalar, Outputs: Shape, Targets: Shape, Kind> {
    /// The metrics as a list.
    type Metrics: MetricList<T, Outputs, Targets>;

    /// Converts the metrics into a list.
    fn into_metrics(self) -> Self::Metrics;
}

/// The kind of a single metric.
#[derive(Debug)]
pub enum Single {}

/// The kind of a tuple of metrics.
#[derive(Debug)]
pub enum Tuple {}

#[diagnostic::do_not_recommend]
impl<T: Scalar, const N: usize, Targets: Shape, M> IntoMetrics<T, Features<N>, Targets, Single> for M
where
    M: Metric<T, Features<N>, Targets>,
{
    type Metrics = (M,);

    fn into_metrics(self) -> (M,) {
        (self,)
    }
}

#[diagnostic::do_not_recommend]
impl<T: Scalar, Outputs: Shape, Targets: Shape> IntoMetrics<T, Outputs, Targets, Tuple> for () {
    type Metrics = ();

    fn into_metrics(self) {}
}

macro_rules! metrics {
    ($($($metric:ident),*;)*) => {$(
        #[diagnostic::do_not_recommend]
        impl<T: Scalar, const N: usize, Targets: Shape, $($metric: Metric<T, Features<N>, Targets>),*>
            IntoMetrics<T, Features<N>, Targets, Tuple> for ($($metric,)*)
        {
            type Metrics = Self;

            fn into_metrics(self) -> Self {
                self
            }
        }
    )*};
}

metrics! {
    A;
    A, B;
    A, B, C;
    A, B, C, D;
    A, B, C, D, E;
    A, B, C, D, E, F;
}

// The kind of metrics of several outputs is the tuple of their kinds.
macro_rules! outputs {
    ($($($metrics:ident $output:ident $target:ident $kind:ident $index:tt),*;)*) => {$(
        #[diagnostic::do_not_recommend]
        impl<T: Scalar, $($output: Shape, $target: Shape, $kind, $metrics: IntoMetrics<T, $output, $target, $kind>),*>
            IntoMetrics<T, ($($output,)*), ($($target,)*), ($($kind,)*)> for ($($metrics,)*)
        {
            type Metrics = ($($metrics::Metrics,)*);

            fn into_metrics(self) -> Self::Metrics {
                ($(self.$index.into_metrics(),)*)
            }
        }
    )*};
}

outputs! {
    MA A TA KA 0, MB B TB KB 1;
    MA A TA KA 0, MB B TB KB 1, MC C TC KC 2;
    MA A TA KA 0, MB B TB KB 1, MC C TC KC 2, MD D TD KD 3;
    MA A TA KA 0, MB B TB KB 1, MC C TC KC 2, MD D TD KD 3, ME E TE KE 4;
    MA A TA KA 0, MB B TB KB 1, MC C TC KC 2, MD D TD KD 3, ME E TE KE 4, MF F TF KF 5;
    MA A TA KA 0, MB B TB KB 1, MC C TC KC 2, MD D TD KD 3, ME E TE KE 4, MF F TF KF 5, MG G TG KG 6;
    MA A TA KA 0, MB B TB KB 1, MC C TC KC 2, MD D TD KD 3, ME E TE KE 4, MF F TF KF 5, MG G TG KG 6, MH H TH KH 7;
}
