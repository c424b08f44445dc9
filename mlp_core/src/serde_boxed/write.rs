use alloc::format;

use serde::ser::{Error, Serialize, SerializeMap, SerializeSeq, Serializer};

use super::{count, description};
use crate::layers::{LayerInfo, Module};
use crate::scalar::Scalar;

pub(super) fn layer<L: Module, S: Serializer>(layer: &L, serializer: S) -> Result<S::Ok, S::Error> {
    let info = description::<L>().map_err(S::Error::custom)?;
    LayerWriter { path: "", info: &info, values: layer.as_slice() }.serialize(serializer)
}

/// Writer of a layer: a map of variables and inner layers.
struct LayerWriter<'a, T> {
    /// Path of the layer with a final dot, or empty.
    path: &'a str,
    info: &'a LayerInfo,
    values: &'a [T],
}

impl<T: Scalar> Serialize for LayerWriter<'_, T> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let Self { path, info, values: mut rest } = *self;
        let layers = info.layers.iter().filter(|layer| count(layer) > 0);
        let mut map = serializer.serialize_map(Some(info.variables.len() + layers.clone().count()))?;
        for variable in info.variables {
            let (values, after) = rest.split_at(variable.count());
            rest = after;
            let path = &format!("{path}{}", variable.name);
            let array = ArrayWriter { path, shape: variable.shape.sizes(), values, start: 0, stride: 1 };
            map.serialize_entry(variable.name, &array)?;
        }
        for layer in layers {
            let (values, after) = rest.split_at(count(layer));
            rest = after;
            let path = &format!("{path}{}.", layer.name);
            map.serialize_entry(layer.name, &LayerWriter { path, info: layer, values })?;
        }
        map.end()
    }
}

/// Writer of a part of a variable: nested lists. The values in memory are column-major.
struct ArrayWriter<'a, T> {
    path: &'a str,
    /// Shape of this part.
    shape: &'a [usize],
    values: &'a [T],
    /// Index of the first value of this part.
    start: usize,
    /// Distance between two values of the first dimension of this part.
    stride: usize,
}

impl<T: Scalar> Serialize for ArrayWriter<'_, T> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let Self { path, shape, values, start, stride } = *self;
        let Some((&length, inner)) = shape.split_first() else { return value(path, values[start], serializer) };
        let mut list = serializer.serialize_seq(Some(length))?;
        for index in 0..length {
            let start = start + index * stride;
            list.serialize_element(&ArrayWriter { path, shape: inner, values, start, stride: stride * length })?;
        }
        list.end()
    }
}

fn value<T: Scalar, S: Serializer>(path: &str, value: T, serializer: S) -> Result<S::Ok, S::Error> {
    let value = Scalar::to_f64(value);
    if !value.is_finite() {
        return Err(S::Error::custom(format_args!("`{path}`: expected a finite value, found {value}")));
    }
    if size_of::<T>() == 4 { serializer.serialize_f32(value as f32) } else { serializer.serialize_f64(value) }
}
