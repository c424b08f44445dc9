use std::ops::Range;

use mlp_core::layers::Shape;
use mlp_core::{DataError, Role, Scalar, TileMut};

use crate::dataset::{Data, check};

/// Rows of numbers, in memory of their own, one column after the other.
#[derive(Clone, Debug, PartialEq)]
pub struct Points<T> {
    columns: usize,
    rows: usize,
    values: Vec<T>,
}

impl<T: Scalar> Points<T> {
    /// Creates points of zeros.
    pub(super) fn zeros(rows: usize, columns: usize) -> Self {
        Self { columns, rows, values: vec![T::zero(); rows * columns] }
    }

    /// Copies data.
    ///
    /// # Errors
    /// If there are no rows, or a value is NaN or infinite.
    pub(super) fn of<S: Shape>(data: &dyn Data<T, S>) -> Result<Self, DataError> {
        check::inputs(data)?;
        Ok(Self::copy(data))
    }

    /// Copies data that belongs to points.
    ///
    /// # Errors
    /// If there is another number of rows, or a value is NaN or infinite.
    pub(super) fn belonging_to<S: Shape>(points: usize, data: &dyn Data<T, S>) -> Result<Self, DataError> {
        check::rows_of(data, Role::Target, points)?;
        Ok(Self::copy(data))
    }

    fn copy<S: Shape>(data: &dyn Data<T, S>) -> Self {
        let rows = data.samples();
        let values = (0..S::FEATURES).flat_map(|column| (0..rows).map(move |row| data.get(row, column))).collect();
        Self { columns: S::FEATURES, rows, values }
    }

    /// Returns the number of rows.
    pub fn rows(&self) -> usize {
        self.rows
    }

    /// Returns all values, one column after the other.
    pub(super) fn values(&self) -> &[T] {
        &self.values
    }

    pub(super) fn values_mut(&mut self) -> &mut [T] {
        &mut self.values
    }

    pub(super) fn columns(&self) -> usize {
        self.columns
    }

    /// Returns one value.
    ///
    /// # Panics
    /// If row or column do not exist.
    pub fn get(&self, row: usize, column: usize) -> T {
        assert!(row < self.rows, "row {row} of {}", self.rows);
        self.values[column * self.rows + row]
    }

    pub(super) fn column_mut(&mut self, column: usize) -> &mut [T] {
        &mut self.values[column * self.rows..][..self.rows]
    }

    /// Copies rows to a tile of as many samples.
    pub(super) fn copy_to(&self, rows: Range<usize>, mut tile: TileMut<'_, T>) {
        for column in 0..self.columns {
            let values = &self.values[column * self.rows..][rows.clone()];
            tile.feature(column).copy_from_slice(values);
        }
    }

    /// Copies a row of other points of the same columns.
    pub(super) fn set_row(&mut self, row: usize, from: &Self, from_row: usize) {
        for column in 0..self.columns {
            self.values[column * self.rows + row] = from.values[column * from.rows + from_row];
        }
    }
}
