//! Copying of a tensor of another framework to a variable.

use mlp_core::Scalar;
use mlp_data::ElementType;

use super::source::SourceTensor;
use super::target::TargetVariable;
use crate::summary::NamedVariable;
use crate::weights::Mismatch;
use crate::weights::fill::element_type;

/// Copies a tensor to the values of a variable. A mismatch is reported in terms of the tensor's shape.
pub(super) fn copy<T: Scalar>(
    (source, target): &(SourceTensor, TargetVariable),
    variable: &NamedVariable,
    values: &mut [T],
) -> Option<Mismatch> {
    let tensor = format!("{} → {}", source.full_name, target.full_name);
    let expected = element_type::<T>();
    let found = source.value.element_type();
    if !is_exact(found, expected) {
        return Some(Mismatch::ElementType { tensor, expected, found });
    }
    let dimensions = source.value.dimensions();
    let mut expected = variable.shape.clone();
    if target.transposed {
        expected.reverse();
    }
    let single = target.broadcast && dimensions.iter().product::<usize>() == 1;
    if dimensions != expected && !single {
        return Some(Mismatch::Shape { tensor, expected, found: dimensions.to_vec() });
    }
    for (column_major, value) in values.iter_mut().enumerate() {
        let index = if single {
            0
        } else if target.transposed {
            // The column-major order of a matrix is the row-major order of its transpose.
            column_major
        } else {
            row_major(column_major, &variable.shape)
        };
        let element = source.value.nth(index);
        if !element.is_finite() {
            return Some(Mismatch::NotFinite { tensor, index: multi_index(index, dimensions), value: element });
        }
        *value = T::from_f64(element);
    }
    None
}

/// Converts a column-major index to a row-major index.
fn row_major(column_major: usize, shape: &[usize]) -> usize {
    let mut rest = column_major;
    let mut stride = shape.iter().product::<usize>();
    let offset = |&length: &usize| {
        stride /= length;
        let offset = rest % length * stride;
        rest /= length;
        offset
    };
    shape.iter().map(offset).sum()
}

/// Converts a row-major index to an index per dimension.
fn multi_index(row_major: usize, shape: &[usize]) -> Vec<usize> {
    let mut rest = row_major;
    let index_in = |&length: &usize| {
        let index = rest % length;
        rest /= length;
        index
    };
    let mut indices: Vec<usize> = shape.iter().rev().map(index_in).collect();
    indices.reverse();
    indices
}

/// Returns whether every value of one type is a value of the other.
fn is_exact(from: ElementType, to: ElementType) -> bool {
    from == to || matches!(from, ElementType::F16 | ElementType::Bf16 | ElementType::F32)
}
