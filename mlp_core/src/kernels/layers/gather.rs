//! The lookup of rows, which lie one after another, for a tile, which is stored feature by feature: the vectors of an
//! embedding, or the samples of a batch.
//!
//! ```text
//! copy_rows:    for each 64 samples
//!                 read each cache line of their rows                  // reads that don't wait for each other
//!                 gather the rows
//! gather:       for each register of samples
//!                 for each chunk of features
//!                   copy the chunk of each sample's vector, transpose 4 features at a time into y
//! scatter_add:  for each 4 samples
//!                 for each register of features
//!                   transpose dy, add a register to each sample's vector
//! ```

use core::ops::Range;

use crate::kernels::Kernel;
use crate::kernels::vector::{COLUMNS, Vector};
use crate::real::Real;
use crate::tile::{LANES, Tile, TileMut};

/// Features that are copied before they are transposed: a cache line of `f32`.
const CHUNK: usize = 16;

/// Number of rows whose cache lines are read before the rows are copied.
const TOUCHED: usize = 64;

/// Bytes of a cache line.
const LINE: usize = 64;

/// Returns the elements of the vector with an index, if the index is valid: an integer below the number of vectors.
#[inline(always)]
pub(crate) fn vector_at<T: Real>(index: T, vectors: usize, size: usize) -> Option<Range<usize>> {
    let index = index.widen();
    if !(0.0..vectors as f64).contains(&index) {
        return None;
    }
    // SAFETY: the index is finite, at least zero, and less than a `usize`.
    let vector = unsafe { index.to_int_unchecked::<i64>() };
    let first = vector as usize * size;
    (vector as f64 == index).then_some(first..first + size)
}

/// Sets each sample to the vector with its index, or to zeros if the index is invalid.
pub(super) struct Gather<'a, T> {
    /// The vectors, one after another, with an element for each feature of `y`.
    pub(super) vectors: &'a [T],
    pub(super) indices: Tile<'a, T>,
    pub(super) y: TileMut<'a, T>,
}

impl<T: Real> Kernel<T> for Gather<'_, T> {
    type Output = ();

    #[inline(always)]
    fn run<V: Vector<Scalar = T>>(mut self) {
        let (size, padded) = (self.y.features(), self.y.padded_samples());
        assert_eq!((self.indices.features(), self.indices.padded_samples()), (1, padded), "size of the indices");
        let indices = self.indices.padded_feature(0);
        let count = self.vectors.len() / size.max(1);
        let mut chunks = [[T::zero(); CHUNK]; LANES];
        let mut vectors: [&[T]; LANES] = [&[]; LANES];
        for sample in (0..padded).step_by(V::LANES) {
            for (vector, &index) in vectors.iter_mut().zip(&indices[sample..sample + V::LANES]) {
                *vector = vector_at(index, count, size).map_or(&[], |vector| &self.vectors[vector]);
            }
            write::<V>(&vectors, &mut chunks, sample, &mut self.y);
        }
    }
}

/// Writes a register of samples: the vector of each lane, or zeros where it is empty. The previous values of `chunks` don't matter.
#[inline(always)]
fn write<V: Vector<Scalar: Real>>(
    vectors: &[&[V::Scalar]; LANES],
    chunks: &mut [[V::Scalar; CHUNK]; LANES],
    sample: usize,
    y: &mut TileMut<'_, V::Scalar>,
) {
    let size = y.features();
    for first in (0..size).step_by(CHUNK) {
        let features = first..size.min(first + CHUNK);
        for (chunk, vector) in chunks.iter_mut().zip(&vectors[..V::LANES]) {
            copy::<V>(chunk, vector.get(features.clone()).unwrap_or(&[]));
        }
        transpose::<V>(chunks, features, sample, y);
    }
}

/// Copies up to [`CHUNK`] elements, and fills the rest with zeros.
// The compiler would join plain copies of both branches to a call.
#[inline(always)]
fn copy<V: Vector<Scalar: Real>>(row: &mut [V::Scalar; CHUNK], elements: &[V::Scalar]) {
    if elements.len() == CHUNK {
        for lane in (0..CHUNK).step_by(V::LANES) {
            // SAFETY: both have `CHUNK` elements, a multiple of all registers.
            unsafe { V::load(elements.as_ptr().add(lane)).store(row.as_mut_ptr().add(lane)) };
        }
    } else {
        row.fill(num_traits::Zero::zero());
        row.iter_mut().zip(elements).for_each(|(target, &element)| *target = element);
    }
}

/// Writes some features of a register of samples.
#[inline(always)]
fn transpose<V: Vector<Scalar: Real>>(
    rows: &[[V::Scalar; CHUNK]; LANES],
    features: Range<usize>,
    sample: usize,
    y: &mut TileMut<'_, V::Scalar>,
) {
    let stride = y.stride();
    let whole = features.len() - features.len() % COLUMNS;
    for column in (0..whole).step_by(COLUMNS) {
        // SAFETY: `rows` has a row of `CHUNK` elements for each lane. The tile has the features and the register.
        unsafe {
            let target = y.as_mut_ptr().add((features.start + column) * stride + sample);
            V::transpose(rows.as_ptr().cast::<V::Scalar>().add(column), CHUNK, target, stride);
        }
    }
    for column in whole..features.len() {
        let samples = &mut y.padded_feature(features.start + column)[sample..sample + V::LANES];
        samples.iter_mut().zip(rows).for_each(|(value, row)| *value = row[column]);
    }
}

/// Some columns of a matrix whose rows lie one after another.
#[derive(Clone, Copy)]
pub struct RowMajorColumns<'a, T> {
    /// The elements of all rows.
    pub values: &'a [T],
    /// Number of elements of a row.
    pub width: usize,
    /// Index of the first column.
    pub first: usize,
}

/// Indices of the rows of a matrix, in the order in which they are copied.
#[derive(Clone, Copy)]
pub enum RowIndices<'a> {
    /// Indices one after another, from this one on.
    From(usize),
    /// Indices in any order.
    Listed(&'a [usize]),
}

impl<T: Real> RowMajorColumns<'_, T> {
    /// Reads each cache line of some rows, so that the memory answers all of them at once.
    #[inline(always)]
    fn touch(&self, rows: &[usize]) {
        let mut sum = T::zero();
        for &row in rows {
            let row = &self.values[row * self.width..][..self.width];
            let mut index = 0;
            while index < row.len() {
                sum += row[index];
                index += LINE / size_of::<T>();
            }
            sum += row[row.len() - 1];
        }
        core::hint::black_box(sum);
    }
}

/// Copies rows of a matrix to the samples of a tile. The padding becomes zero.
pub(super) struct CopyRows<'a, T> {
    pub(super) columns: RowMajorColumns<'a, T>,
    pub(super) rows: RowIndices<'a>,
    pub(super) y: TileMut<'a, T>,
}

impl<T: Real> Kernel<T> for CopyRows<'_, T> {
    type Output = ();

    #[inline(always)]
    fn run<V: Vector<Scalar = T>>(mut self) {
        let Self { columns: RowMajorColumns { values, width, first: column }, rows: indices, .. } = self;
        let (size, padded, samples) = (self.y.features(), self.y.padded_samples(), self.y.samples());
        let mut chunks = [[T::zero(); CHUNK]; LANES];
        let mut sources: [&[T]; LANES] = [&[]; LANES];
        for sample in (0..padded).step_by(V::LANES) {
            if let RowIndices::Listed(listed) = indices
                && sample % TOUCHED == 0
            {
                self.columns.touch(&listed[sample..samples.min(sample + TOUCHED)]);
            }
            for (source, position) in sources[..V::LANES].iter_mut().zip(sample..) {
                let row = match indices {
                    _ if position >= samples => None,
                    RowIndices::From(first) => Some(first + position),
                    RowIndices::Listed(listed) => Some(listed[position]),
                };
                *source = row.map_or(&[], |row| &values[row * width + column..][..size]);
            }
            write::<V>(&sources, &mut chunks, sample, &mut self.y);
        }
    }
}

/// Adds the gradient of each sample to the vector with its index. An invalid index has no gradient.
pub(super) struct ScatterAdd<'a, T> {
    pub(super) indices: Tile<'a, T>,
    pub(super) dy: Tile<'a, T>,
    /// The sums for all vectors, one after another.
    pub(super) sums: &'a mut [T],
}

impl<T: Real> Kernel<T> for ScatterAdd<'_, T> {
    type Output = ();

    #[inline(always)]
    fn run<V: Vector<Scalar = T>>(mut self) {
        let size = self.dy.features();
        assert_eq!((self.indices.features(), self.indices.samples()), (1, self.dy.samples()), "size of the indices");
        let count = self.sums.len() / size.max(1);
        for (group, indices) in self.indices.feature(0).chunks(COLUMNS).enumerate() {
            let mut vectors = [const { None }; COLUMNS];
            for (vector, &index) in vectors.iter_mut().zip(indices) {
                *vector = vector_at(index, count, size);
            }
            let first = self.add::<V>(&vectors, group * COLUMNS, 0);
            let first = self.add::<V::Half>(&vectors, group * COLUMNS, first);
            for (vector, sample) in vectors.into_iter().zip(group * COLUMNS..) {
                let Some(vector) = vector else { continue };
                for (sum, feature) in self.sums[vector][first..].iter_mut().zip(first..) {
                    *sum += self.dy.feature(feature)[sample];
                }
            }
        }
    }
}

impl<T: Real> ScatterAdd<'_, T> {
    /// Adds whole registers of features, from `first` on, of the samples from `sample` on. Returns the first feature that is left.
    #[inline(always)]
    fn add<V: Vector<Scalar = T>>(
        &mut self,
        vectors: &[Option<Range<usize>>; COLUMNS],
        sample: usize,
        first: usize,
    ) -> usize {
        let (size, stride) = (self.dy.features(), self.dy.stride());
        let mut feature = first;
        let mut rows = [T::zero(); COLUMNS * LANES];
        while feature + V::LANES <= size {
            // SAFETY: the tile has the features. Its padded samples are a multiple of `COLUMNS`. `rows` has a register for each
            // of the samples.
            unsafe {
                let source = self.dy.as_ptr().add(feature * stride + sample);
                V::transpose(source, stride, rows.as_mut_ptr(), V::LANES);
            }
            for (vector, row) in vectors.iter().zip(rows.chunks_exact(V::LANES)) {
                let Some(vector) = vector else { continue };
                let sums = &mut self.sums[vector.clone()][feature..feature + V::LANES];
                // SAFETY: both slices are registers.
                unsafe { V::load(sums.as_ptr()).add(V::load(row.as_ptr())).store(sums.as_mut_ptr()) };
            }
            feature += V::LANES;
        }
        feature
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::kernels::Dispatch;
    use crate::random::Rng;
    use crate::tile::Buffer;

    const VECTORS: usize = 7;

    /// A lookup and its gradient, which own their results.
    struct Both<'a, T> {
        vectors: &'a [T],
        indices: Tile<'a, T>,
        dy: Tile<'a, T>,
    }

    impl<T: Real> Kernel<T> for Both<'_, T> {
        type Output = (Buffer<T>, Vec<T>);

        #[inline(always)]
        fn run<V: Vector<Scalar = T>>(self) -> Self::Output {
            let Self { vectors, indices, dy } = self;
            let (mut y, mut sums) = (Buffer::new(dy.features(), dy.samples()), vectors.to_vec());
            Gather { vectors, indices, y: y.tile_mut(dy.features(), dy.samples()) }.run::<V>();
            ScatterAdd { indices, dy, sums: &mut sums }.run::<V>();
            (y, sums)
        }
    }

    fn check<T: Real + Dispatch>(size: usize, samples: usize) {
        let mut rng = Rng::new((100 * size + samples) as u64);
        let vectors: Vec<T> = (0..VECTORS * size).map(|_| T::nearest(rng.uniform())).collect();
        let (mut indices, mut dy) = (Buffer::<T>::new(1, samples), Buffer::<T>::new(size, samples));
        for (sample, index) in indices.tile_mut(1, samples).feature(0).iter_mut().enumerate() {
            let invalid = [-1.0, 0.5, VECTORS as f64, f64::NAN, f64::INFINITY, 1e30];
            *index = T::nearest(if sample % 5 == 3 { invalid[sample / 5 % 6] } else { (rng.uniform() * 7.0).floor() });
        }
        for feature in 0..size {
            dy.tile_mut(size, samples).feature(feature).fill_with(|| T::nearest(rng.uniform()));
        }
        let (indices, dy) = (indices.tile(1, samples), dy.tile(size, samples));
        let row = |sample: usize| {
            let index = indices.feature(0)[sample].widen();
            (index.fract() == 0.0 && (0.0..VECTORS as f64).contains(&index)).then_some(index as usize * size)
        };
        let mut sums = vectors.clone();
        for (sample, first) in (0..samples).filter_map(|sample| Some((sample, row(sample)?))) {
            (0..size).for_each(|feature| sums[first + feature] += dy.feature(feature)[sample]);
        }
        T::dispatch_to_each(
            || Both { vectors: &vectors, indices, dy },
            |set, (y, found)| {
                let what = format!("{set}, {size} features, {samples} samples");
                assert_eq!(found, sums, "{what}");
                for (feature, sample) in (0..size).flat_map(|feature| (0..samples).map(move |sample| (feature, sample)))
                {
                    let expected = row(sample).map_or(T::zero(), |first| vectors[first + feature]);
                    assert_eq!(y.tile(size, samples).feature(feature)[sample], expected, "{what}");
                }
            },
        );
    }

    /// Rows of a matrix, in a tile of their own.
    struct Copied<'a, T> {
        columns: RowMajorColumns<'a, T>,
        rows: RowIndices<'a>,
        size: usize,
        samples: usize,
    }

    impl<T: Real> Kernel<T> for Copied<'_, T> {
        type Output = Buffer<T>;

        #[inline(always)]
        fn run<V: Vector<Scalar = T>>(self) -> Buffer<T> {
            let Self { columns, rows, size, samples } = self;
            let mut y = Buffer::new(size, samples);
            y.tile_mut(size, samples).fill(T::nan());
            CopyRows { columns, rows, y: y.tile_mut(size, samples) }.run::<V>();
            y
        }
    }

    fn check_rows<T: Real + Dispatch>(size: usize, samples: usize) {
        let (width, first) = (size + 5, 3);
        let values: Vec<T> = (0..200 * width).map(|index| T::nearest(index as f64)).collect();
        let columns = RowMajorColumns { values: &values, width, first };
        let listed: Vec<usize> = (0..samples).map(|sample| sample * 131 % 200).collect();
        for rows in [RowIndices::From(19), RowIndices::Listed(&listed)] {
            T::dispatch_to_each(
                || Copied { columns, rows, size, samples },
                |set, y| {
                    for (feature, sample) in (0..size).flat_map(|feature| (0..samples).map(move |at| (feature, at))) {
                        let row = if let RowIndices::Listed(rows) = rows { rows[sample] } else { 19 + sample };
                        let expected = values[row * width + first + feature];
                        let found = y.tile(size, samples).feature(feature)[sample];
                        assert_eq!(found, expected, "{set}, {size} columns, {samples} rows");
                    }
                    let padding = |feature| &y.tile(size, samples).padded_feature(feature)[samples..];
                    assert!((0..size).all(|feature| padding(feature).iter().all(|&value| value == T::zero())));
                },
            );
        }
    }

    #[test]
    fn rows_of_a_matrix_are_copied() {
        for size in [1, 3, 4, 16, 17, 40] {
            for samples in [1, 5, 16, 17, 63, 64, 65, 130] {
                check_rows::<f32>(size, samples);
                check_rows::<f64>(size, samples);
            }
        }
    }

    #[test]
    #[should_panic(expected = "range")]
    fn a_row_that_does_not_exist_is_not_copied() {
        let (values, mut y) = ([0.0_f32; 12], Buffer::new(3, 2));
        let columns = RowMajorColumns { values: &values, width: 3, first: 0 };
        f32::dispatch(CopyRows { columns, rows: RowIndices::Listed(&[3, 4]), y: y.tile_mut(3, 2) });
    }

    #[test]
    fn vectors_are_copied_and_gradients_summed_in_order() {
        for size in [1, 3, 4, 5, 7, 8, 12, 16, 17, 31, 32, 40, 64] {
            for samples in [1, 3, 4, 5, 16, 17, 40] {
                check::<f32>(size, samples);
                check::<f64>(size, samples);
            }
        }
    }
}
