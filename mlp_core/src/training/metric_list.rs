//! Several metrics as one: tuples of them.

use crate::layers::Shape;
use crate::metrics::Metric;
use crate::scalar::Scalar;
use crate::tile::Tile;

/// No metric, `()`, or a tuple of up to six.
#[diagnostic::on_unimplemented(
    message = "`{Self}` is not a tuple of metrics for this network's output and targets",
    note = "a single metric is a tuple too: `.metrics((MeanAbsoluteError,))`"
)]
pub trait MetricList<T: Scalar, Outputs: Shape, Targets: Shape> {
    /// A sum for each metric.
    type Sums: AsRef<[f64]> + AsMut<[f64]> + Clone + Default + Send;

    /// The names, in order.
    fn names(&self) -> Vec<&'static str>;
    /// Adds the samples of a tile.
    fn add(&self, sums: &mut Self::Sums, predictions: Tile<'_, T>, targets: Tile<'_, T>);
}

macro_rules! tuples {
    ($($count:literal: $($metric:ident $index:tt),*;)*) => {$(
        impl<T: Scalar, Outputs: Shape, Targets: Shape, $($metric: Metric<T, Outputs, Targets>),*>
            MetricList<T, Outputs, Targets> for ($($metric,)*)
        {
            type Sums = [f64; $count];

            fn names(&self) -> Vec<&'static str> {
                vec![$(self.$index.name()),*]
            }
            fn add(&self, _sums: &mut Self::Sums, _predictions: Tile<'_, T>, _targets: Tile<'_, T>) {
                $(_sums[$index] += self.$index.sum(_predictions, _targets);)*
            }
        }
    )*};
}

tuples! {
    0: ;
    1: A 0;
    2: A 0, B 1;
    3: A 0, B 1, C 2;
    4: A 0, B 1, C 2, D 3;
    5: A 0, B 1, C 2, D 3, E 4;
    6: A 0, B 1, C 2, D 3, E 4, F 5;
}
