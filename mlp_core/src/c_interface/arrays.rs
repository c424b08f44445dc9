//! Arrays as C passes them: a pointer and a length.
//!
//! No reference to their elements exists, so the caller's arrays may overlap each other.

use core::ffi::c_void;
use core::ops::Range;

use super::Error;
use crate::layers::Shape;
use crate::scalar::Scalar;
use crate::tile::{Tile, TileMut};

/// Array to read, of the scalars of a network.
#[derive(Clone, Copy, Debug)]
pub struct Array {
    data: *const c_void,
    length: usize,
}

/// Array to write, of the scalars of a network.
#[derive(Clone, Copy, Debug)]
pub struct ArrayMut {
    data: *mut c_void,
    length: usize,
}

impl Array {
    /// Describes an array. The pointer is checked later.
    ///
    /// # Safety
    /// If `data` is not null and aligned, then `length` scalars can be read from it, as long as the value is used.
    #[inline(always)]
    pub unsafe fn new(data: *const c_void, length: usize) -> Self {
        Self { data, length }
    }

    #[inline(always)]
    pub(super) fn values<T>(self) -> Values<T> {
        Values { data: self.data.cast(), length: self.length }
    }
}

impl ArrayMut {
    /// Describes an array. The pointer is checked later.
    ///
    /// # Safety
    /// If `data` is not null and aligned, then `length` scalars can be written to it, as long as the value is used.
    #[inline(always)]
    pub unsafe fn new(data: *mut c_void, length: usize) -> Self {
        Self { data, length }
    }

    #[inline(always)]
    pub(super) fn values<T>(self) -> ValuesMut<T> {
        ValuesMut { data: self.data.cast(), length: self.length }
    }
}

/// Array to read, with its type.
#[derive(Clone, Copy)]
pub(super) struct Values<T> {
    data: *const T,
    length: usize,
}

/// Array to write, with its type.
#[derive(Clone, Copy)]
pub(super) struct ValuesMut<T> {
    data: *mut T,
    length: usize,
}

/// Returns the number of rows of `features` values.
#[inline(always)]
fn rows<T>(data: *const T, length: usize, features: usize) -> Result<usize, Error> {
    if length > 0 && (data.is_null() || !data.is_aligned()) {
        return Err(Error::Pointer);
    }
    if !length.is_multiple_of(features) {
        return Err(Error::Length);
    }
    Ok(length.checked_div(features).unwrap_or(0))
}

impl<T: Scalar> Values<T> {
    #[inline(always)]
    pub(super) fn rows(&self, features: usize) -> Result<usize, Error> {
        rows(self.data, self.length, features)
    }

    /// Returns an error unless there are `rows` rows.
    #[inline(always)]
    pub(super) fn expect_rows(&self, rows: usize, features: usize) -> Result<(), Error> {
        if self.rows(features)? == rows { Ok(()) } else { Err(Error::Length) }
    }

    /// Copies the first row, which the caller has checked.
    #[inline(always)]
    pub(super) fn read_sample<S: Shape>(&self, sample: &mut S::Sample<T>) {
        let mut source = self.data;
        S::parts_mut(sample, &mut |part: &mut [T]| {
            for value in part {
                // SAFETY: the contract of the array; the row has as many values as the parts.
                unsafe {
                    *value = *source;
                    source = source.add(1);
                }
            }
        });
    }

    /// Copies rows, which the caller has checked, to the samples of a tile.
    pub(super) fn read_tile(&self, rows: Range<usize>, mut tile: TileMut<'_, T>) {
        let features = tile.features();
        for feature in 0..features {
            for (value, row) in tile.feature(feature).iter_mut().zip(rows.clone()) {
                // SAFETY: the contract of the array, with `row` below the number of rows.
                *value = unsafe { *self.data.add(row * features + feature) };
            }
        }
    }
}

impl<T: Scalar> ValuesMut<T> {
    #[inline(always)]
    pub(super) fn is_empty(&self) -> bool {
        self.length == 0
    }

    /// Returns an error unless there are `rows` rows, none of them in the memory of the network.
    #[inline(always)]
    pub(super) fn expect_rows<N>(&self, rows_expected: usize, features: usize, network: *const N) -> Result<(), Error> {
        if rows(self.data.cast_const(), self.length, features)? != rows_expected {
            return Err(Error::Length);
        }
        let range = self.data.cast_const().cast::<u8>().addr()..self.data.wrapping_add(self.length).addr();
        if overlap(&range, &memory(network)) { Err(Error::Overlap) } else { Ok(()) }
    }

    /// Writes the first row, which the caller has checked.
    #[inline(always)]
    pub(super) fn write_sample<S: Shape>(&self, sample: &S::Sample<T>) {
        let mut target = self.data;
        S::parts(sample, &mut |part: &[T]| {
            for value in part {
                // SAFETY: the contract of the array; the row has as many values as the parts.
                unsafe {
                    *target = *value;
                    target = target.add(1);
                }
            }
        });
    }

    /// Writes the samples of a tile to rows, which the caller has checked.
    pub(super) fn write_tile(&self, rows: Range<usize>, tile: Tile<'_, T>) {
        let features = tile.features();
        for feature in 0..features {
            for (&value, row) in tile.feature(feature).iter().zip(rows.clone()) {
                // SAFETY: the contract of the array, with `row` below the number of rows.
                unsafe { *self.data.add(row * features + feature) = value };
            }
        }
    }

    /// Sets all values to zero.
    pub(super) fn clear(&self) {
        // SAFETY: the contract of the array, after the check of the pointer. Zero bits are the scalar zero.
        unsafe { self.data.write_bytes(0, self.length) };
    }

    pub(super) fn as_mut_ptr(&self) -> *mut T {
        self.data
    }
}

/// Returns the addresses of a network.
#[inline(always)]
pub(super) fn memory<N>(network: *const N) -> Range<usize> {
    network.addr()..network.wrapping_add(1).addr()
}

/// Returns whether two ranges of addresses have an address in common.
#[inline(always)]
pub(super) fn overlap(one: &Range<usize>, other: &Range<usize>) -> bool {
    one.start < other.end && other.start < one.end
}
