//! Pairs of inputs, as constants.

/// Pairs of `N` directions.
pub(crate) struct Pairs<const N: usize>;

impl<const N: usize> Pairs<N> {
    const ALL: &'static [[[(usize, usize); 1]; N]; N] = &{
        let mut pairs = [[[(0, 0); 1]; N]; N];
        let mut i = 0;
        while i < N {
            let mut j = 0;
            while j < N {
                pairs[i][j] = [(i, j)];
                j += 1;
            }
            i += 1;
        }
        pairs
    };

    const DIAGONAL: &'static [(usize, usize); N] = &{
        let mut pairs = [(0, 0); N];
        let mut i = 0;
        while i < N {
            pairs[i] = (i, i);
            i += 1;
        }
        pairs
    };

    /// The sum of the second derivatives by each direction.
    pub(crate) const LAPLACIAN: &'static [&'static [(usize, usize)]] = &[Self::DIAGONAL];

    /// Returns the second derivative by two directions.
    pub(crate) fn pair(i: usize, j: usize) -> &'static [(usize, usize)] {
        &Self::ALL[i][j]
    }
}
