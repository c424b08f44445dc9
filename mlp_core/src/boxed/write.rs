use serde::ser::{Error, Serialize, SerializeMap, SerializeSeq, Serializer};

use super::{count, description, undescribed};
use crate::layers::{Layer, Row};
use crate::scalar::Scalar;

pub(super) fn layer<L: Layer, S: Serializer>(layer: &L, serializer: S) -> Result<S::Ok, S::Error> {
    let row = description::<L>();
    match undescribed::<L>(&row) {
        Some(error) => Err(S::Error::custom(error)),
        None => Numbers { path: "", row: &row, numbers: layer.as_slice() }.serialize(serializer),
    }
}

/// The numbers of a layer, whose path ends with a dot unless it is empty.
struct Numbers<'a, T> {
    path: &'a str,
    row: &'a Row,
    numbers: &'a [T],
}

impl<T: Scalar> Serialize for Numbers<'_, T> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let Self { path, row, numbers: mut rest } = *self;
        let layers = row.layers.iter().filter(|layer| count(layer) > 0);
        let mut map = serializer.serialize_map(Some(row.variables.len() + layers.clone().count()))?;
        for variable in &row.variables {
            let (numbers, after) = rest.split_at(variable.count());
            rest = after;
            let path = &format!("{path}{}", variable.name);
            map.serialize_entry(&variable.name, &Array { path, shape: &variable.shape, numbers, first: 0, stride: 1 })?;
        }
        for layer in layers {
            let (numbers, after) = rest.split_at(count(layer));
            rest = after;
            let path = &format!("{path}{}.", layer.name);
            map.serialize_entry(&layer.name, &Numbers { path, row: layer, numbers })?;
        }
        map.end()
    }
}

/// A part of a variable, which lies column by column: the numbers of its first index are `stride` apart.
struct Array<'a, T> {
    path: &'a str,
    shape: &'a [usize],
    numbers: &'a [T],
    first: usize,
    stride: usize,
}

impl<T: Scalar> Serialize for Array<'_, T> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let Self { path, shape, numbers, first, stride } = *self;
        let Some((&length, inner)) = shape.split_first() else { return number(path, numbers[first], serializer) };
        let mut list = serializer.serialize_seq(Some(length))?;
        for index in 0..length {
            let first = first + index * stride;
            list.serialize_element(&Array { path, shape: inner, numbers, first, stride: stride * length })?;
        }
        list.end()
    }
}

fn number<T: Scalar, S: Serializer>(path: &str, number: T, serializer: S) -> Result<S::Ok, S::Error> {
    let number = Scalar::to_f64(number);
    if !number.is_finite() {
        return Err(S::Error::custom(format_args!("`{path}` has {number}: every number must be finite")));
    }
    if size_of::<T>() == 4 { serializer.serialize_f32(number as f32) } else { serializer.serialize_f64(number) }
}
