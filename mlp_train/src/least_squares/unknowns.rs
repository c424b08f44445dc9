use std::ops::Range;

use mlp_core::Scalar;

/// Parameters of a network that are trained, in the order of the rows of a Jacobian.
#[derive(Clone, Debug, Default, PartialEq)]
pub(crate) struct Unknowns {
    ranges: Vec<Range<usize>>,
    /// First row of each range.
    rows: Vec<usize>,
    count: usize,
}

impl Unknowns {
    /// Creates the unknowns from ranges within the network's parameters, in ascending order.
    pub(crate) fn new(ranges: Vec<Range<usize>>) -> Self {
        let mut count = 0;
        let mut next = |range: &Range<usize>| {
            let first = count;
            count += range.len();
            first
        };
        let rows = ranges.iter().map(&mut next).collect();
        Self { ranges, rows, count }
    }

    /// Creates the unknowns that are all parameters of a network.
    pub(crate) fn all(parameters: usize) -> Self {
        Self::new(std::iter::once(0..parameters).collect())
    }

    /// Returns the number of unknowns.
    pub(crate) fn len(&self) -> usize {
        self.count
    }

    pub(crate) fn ranges(&self) -> &[Range<usize>] {
        &self.ranges
    }

    /// Returns the first row of some parameters, or `None` if they are not trained.
    pub(crate) fn row(&self, parameters: &Range<usize>) -> Option<usize> {
        let known = self.ranges.iter().zip(&self.rows);
        let mut around = known.filter(|(range, _)| range.start <= parameters.start && parameters.end <= range.end);
        around.next().map(|(range, row)| row + parameters.start - range.start)
    }

    /// Copies the unknowns from the parameters of a network.
    pub(crate) fn gather<T: Scalar>(&self, parameters: &[T], values: &mut [f64]) {
        let trained = self.ranges.iter().flat_map(|range| &parameters[range.clone()]);
        values.iter_mut().zip(trained).for_each(|(value, &parameter)| *value = parameter.to_f64());
    }

    /// Copies the unknowns to the parameters of a network.
    pub(crate) fn scatter<T: Scalar>(&self, values: &[f64], parameters: &mut [T]) {
        for (range, &row) in self.ranges.iter().zip(&self.rows) {
            let values = values[row..].iter();
            parameters[range.clone()].iter_mut().zip(values).for_each(|(target, &value)| *target = T::from_f64(value));
        }
    }
}
