//! From a tensor of another framework to a network's memory.

use super::{layer, module};
use crate::data::{ElementType, Tensor};
use crate::layers::Variable;
use crate::scalar::Scalar;
use crate::weights::Mismatch;
use crate::weights::fill::element_type;

/// Sets the numbers of a variable to those of a tensor, or tells what is different, in the tensor's own shape.
pub(super) fn copy<T: Scalar>(
    (from, to): &(module::Field, layer::Field),
    variable: &Variable,
    numbers: &mut [T],
) -> Option<Mismatch> {
    let (value, tensor) = (&from.value, format!("{} → {}", from.tensor, to.variable));
    let (needed, found) = (element_type::<T>(), value.element_type());
    if !exact(found, needed) {
        return Some(Mismatch::ElementType { tensor, needed, found });
    }
    let shape: Vec<usize> =
        if to.transposed { variable.shape.iter().rev().copied().collect() } else { variable.shape.clone() };
    let single = to.repeated && value.dimensions().iter().product::<usize>() == 1;
    if value.dimensions() != shape && !single {
        return Some(Mismatch::Shape { tensor, needed: shape, found: value.dimensions().to_vec() });
    }
    for (index, number) in numbers.iter_mut().enumerate() {
        let index = match single {
            true => 0,
            // Its columns are the tensor's rows.
            false if to.transposed => index,
            false => row_by_row(index, &variable.shape),
        };
        let found = value.nth(index);
        if !found.is_finite() {
            return Some(Mismatch::NotFinite { tensor, place: place(index, value.dimensions()), value: found });
        }
        *number = T::from_f64(found);
    }
    None
}

/// Where a number lies row by row, of which the place column by column is known.
fn row_by_row(index: usize, shape: &[usize]) -> usize {
    let (mut rest, mut stride) = (index, shape.iter().product::<usize>());
    let of_this = |&length: &usize| {
        stride /= length;
        let offset = rest % length * stride;
        rest /= length;
        offset
    };
    shape.iter().map(of_this).sum()
}

/// The indices of a number, counted row by row.
fn place(index: usize, shape: &[usize]) -> Vec<usize> {
    let mut rest = index;
    let of_this = |&length: &usize| {
        let index = rest % length;
        rest /= length;
        index
    };
    let mut place: Vec<usize> = shape.iter().rev().map(of_this).collect();
    place.reverse();
    place
}

/// Whether every number of one type is one of the other.
fn exact(from: ElementType, to: ElementType) -> bool {
    let small = matches!(from, ElementType::F16 | ElementType::Bf16 | ElementType::F32);
    from == to || small
}

/// What a tensor without a place is told as.
pub(super) fn extra(field: module::Field) -> (String, Tensor) {
    (field.tensor, field.value)
}
