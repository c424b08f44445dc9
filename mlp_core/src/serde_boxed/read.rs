use alloc::format;
use alloc::string::String;
use alloc::vec::Vec;
use core::fmt;

use serde::de::{Deserialize, DeserializeSeed, Deserializer, Error, IgnoredAny, MapAccess, SeqAccess, Visitor};

use super::{count, description};
use crate::layers::{LayerInfo, Module};
use crate::scalar::Scalar;

/// Sets the values of a layer. They are incomplete after an error.
pub(super) fn layer<'de, L: Module, D: Deserializer<'de>>(layer: &mut L, deserializer: D) -> Result<(), D::Error> {
    let info = description::<L>().map_err(D::Error::custom)?;
    LayerReader { path: "", info: &info, values: layer.as_mut_slice() }.deserialize(deserializer)
}

/// Reader of a layer: a map of variables and inner layers.
struct LayerReader<'a, T> {
    /// Path of the layer with a final dot, or empty.
    path: &'a str,
    info: &'a LayerInfo,
    values: &'a mut [T],
}

/// Variable or inner layer to read.
struct Entry<'a, T> {
    name: &'a str,
    kind: EntryKind<'a>,
    /// Values to set; `None` once they are set.
    values: Option<&'a mut [T]>,
}

#[derive(Clone, Copy)]
enum EntryKind<'a> {
    Variable(&'a [usize]),
    Layer(&'a LayerInfo),
}

fn entries<'a, T>(info: &'a LayerInfo, values: &'a mut [T]) -> Vec<Entry<'a, T>> {
    let variables = info.variables.iter().map(|variable| {
        let shape = variable.shape.sizes();
        (variable.name, EntryKind::Variable(shape), variable.count())
    });
    let layers = info.layers.iter().map(|layer| (layer.name, EntryKind::Layer(layer), count(layer)));
    let mut rest = values;
    let entry = |(name, kind, count): (&'a str, EntryKind<'a>, usize)| {
        let (values, after) = core::mem::take(&mut rest).split_at_mut(count);
        rest = after;
        Entry { name, kind, values: Some(values) }
    };
    variables.chain(layers.filter(|layer| layer.2 > 0)).map(entry).collect()
}

impl<'de, T: Scalar> DeserializeSeed<'de> for LayerReader<'_, T> {
    type Value = ();
    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<(), D::Error> {
        deserializer.deserialize_map(self)
    }
}

impl<'de, T: Scalar> Visitor<'de> for LayerReader<'_, T> {
    type Value = ();

    fn expecting(&self, formatter: &mut fmt::Formatter) -> fmt::Result {
        match self.path.strip_suffix('.') {
            Some(path) => write!(formatter, "a map of the contents of `{path}`"),
            None => formatter.write_str("a map of layers or variables"),
        }
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<(), A::Error> {
        let Self { path, info, values } = self;
        let mut entries = entries(info, values);
        while let Some(name) = map.next_key::<String>()? {
            let Some(entry) = entries.iter_mut().find(|entry| entry.name == name) else {
                let expected = listed(path, entries.iter());
                return Err(A::Error::custom(format_args!("unknown entry `{path}{name}`, expected {expected}")));
            };
            let path = format!("{path}{name}");
            let Some(values) = entry.values.take() else {
                return Err(A::Error::custom(format_args!("duplicate entry `{path}`")));
            };
            match entry.kind {
                EntryKind::Variable(shape) => map.next_value_seed(ArrayReader::whole(&path, shape, values))?,
                EntryKind::Layer(info) => {
                    map.next_value_seed(LayerReader { path: &format!("{path}."), info, values })?;
                }
            }
        }
        let missing: Vec<_> = entries.iter().filter(|entry| entry.values.is_some()).collect();
        if missing.is_empty() {
            return Ok(());
        }
        Err(A::Error::custom(format_args!("missing {}", listed(path, missing.into_iter()))))
    }
}

fn listed<'a, T: 'a>(path: &str, entries: impl Iterator<Item = &'a Entry<'a, T>>) -> String {
    entries.map(|entry| format!("`{path}{}`", entry.name)).collect::<Vec<_>>().join(", ")
}

/// Reader of a part of a variable: nested lists. The values in memory are column-major.
struct ArrayReader<'a, T> {
    path: &'a str,
    /// Shape of the whole variable.
    whole_shape: &'a [usize],
    /// Shape of this part.
    shape: &'a [usize],
    values: &'a mut [T],
    /// Index of the first value of this part.
    start: usize,
    /// Distance between two values of the first dimension of this part.
    stride: usize,
}

impl<'a, T> ArrayReader<'a, T> {
    fn whole(path: &'a str, shape: &'a [usize], values: &'a mut [T]) -> Self {
        Self { path, whole_shape: shape, shape, values, start: 0, stride: 1 }
    }
}

impl<'de, T: Scalar> DeserializeSeed<'de> for ArrayReader<'_, T> {
    type Value = ();
    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<(), D::Error> {
        if !self.shape.is_empty() {
            return deserializer.deserialize_seq(self);
        }
        let value = if size_of::<T>() == 4 {
            f32::deserialize(deserializer).map(f64::from)
        } else {
            f64::deserialize(deserializer)
        };
        let value = value.map_err(|error| D::Error::custom(format_args!("`{}`: {error}", self.path)))?;
        if !value.is_finite() {
            return Err(D::Error::custom(format_args!("`{}`: expected a finite value, found {value}", self.path)));
        }
        self.values[self.start] = T::from_f64(value);
        Ok(())
    }
}

impl<'de, T: Scalar> Visitor<'de> for ArrayReader<'_, T> {
    type Value = ();

    fn expecting(&self, formatter: &mut fmt::Formatter) -> fmt::Result {
        write!(formatter, "numbers of shape {:?} for `{}`", self.whole_shape, self.path)
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut list: A) -> Result<(), A::Error> {
        let Self { path, whole_shape, shape, values, start, stride } = self;
        let (length, inner) = shape.split_first().map_or((0, shape), |(&length, inner)| (length, inner));
        let wrong_length = |found: &dyn fmt::Display| {
            let message = format_args!("expected a list of {length} values, found {found}");
            A::Error::custom(format_args!("`{path}` of shape {whole_shape:?}: {message}"))
        };
        if let Some(found) = list.size_hint().filter(|&found| found != length) {
            return Err(wrong_length(&found));
        }
        for index in 0..length {
            let part = ArrayReader {
                path,
                whole_shape,
                shape: inner,
                values: &mut *values,
                start: start + index * stride,
                stride: stride * length,
            };
            list.next_element_seed(part)?.ok_or_else(|| wrong_length(&index))?;
        }
        match list.next_element::<IgnoredAny>()? {
            Some(_) => Err(wrong_length(&"more")),
            None => Ok(()),
        }
    }
}
