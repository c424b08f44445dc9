use core::fmt;

use serde::de::{Deserialize, DeserializeSeed, Deserializer, Error, IgnoredAny, MapAccess, SeqAccess, Visitor};

use super::{count, description, undescribed};
use crate::layers::{Layer, Row, Variable};
use crate::scalar::Scalar;

/// Sets the numbers of a layer, which are of no use after an error.
pub(super) fn layer<'de, L: Layer, D: Deserializer<'de>>(layer: &mut L, deserializer: D) -> Result<(), D::Error> {
    let row = description::<L>();
    match undescribed::<L>(&row) {
        Some(error) => Err(D::Error::custom(error)),
        None => Numbers { path: "", row: &row, numbers: layer.as_mut_slice() }.deserialize(deserializer),
    }
}

/// The numbers of a layer, whose path ends with a dot unless it is empty.
struct Numbers<'a, T> {
    path: &'a str,
    row: &'a Row,
    numbers: &'a mut [T],
}

/// Where something with a name is to be read to.
struct Place<'a, T> {
    name: &'a str,
    kind: Kind<'a>,
    /// Nothing as soon as it was read.
    numbers: Option<&'a mut [T]>,
}

#[derive(Clone, Copy)]
enum Kind<'a> {
    Variable(&'a [usize]),
    Layer(&'a Row),
}

fn places<'a, T>(row: &'a Row, numbers: &'a mut [T]) -> Vec<Place<'a, T>> {
    let variables = row.variables.iter().map(|variable| {
        let Variable { name, shape, .. } = variable;
        (name, Kind::Variable(shape), variable.count())
    });
    let layers = row.layers.iter().map(|layer| (&layer.name, Kind::Layer(layer), count(layer)));
    let mut rest = numbers;
    let place = |(name, kind, count): (&'a String, Kind<'a>, usize)| {
        let (numbers, after) = core::mem::take(&mut rest).split_at_mut(count);
        rest = after;
        Place { name, kind, numbers: Some(numbers) }
    };
    variables.chain(layers.filter(|layer| layer.2 > 0)).map(place).collect()
}

impl<'de, T: Scalar> DeserializeSeed<'de> for Numbers<'_, T> {
    type Value = ();
    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<(), D::Error> {
        deserializer.deserialize_map(self)
    }
}

impl<'de, T: Scalar> Visitor<'de> for Numbers<'_, T> {
    type Value = ();

    fn expecting(&self, formatter: &mut fmt::Formatter) -> fmt::Result {
        match self.path.strip_suffix('.') {
            Some(path) => write!(formatter, "a map of what is in `{path}`"),
            None => formatter.write_str("a map of layers or variables"),
        }
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<(), A::Error> {
        let Self { path, row, numbers } = self;
        let mut places = places(row, numbers);
        while let Some(name) = map.next_key::<String>()? {
            let Some(place) = places.iter_mut().find(|place| place.name == name) else {
                let known: Vec<_> = places.iter().map(|place| format!("`{path}{}`", place.name)).collect();
                return Err(A::Error::custom(format_args!("`{path}{name}` is unknown: there is {}", known.join(", "))));
            };
            let path = format!("{path}{name}");
            let Some(numbers) = place.numbers.take() else {
                return Err(A::Error::custom(format_args!("`{path}` is there twice")));
            };
            match place.kind {
                Kind::Variable(shape) => map.next_value_seed(Array::whole(&path, shape, numbers))?,
                Kind::Layer(row) => map.next_value_seed(Numbers { path: &format!("{path}."), row, numbers })?,
            }
        }
        let missing: Vec<_> = places.iter().filter(|place| place.numbers.is_some()).collect();
        match missing.iter().map(|place| format!("`{path}{}`", place.name)).collect::<Vec<_>>().join(", ") {
            names if names.is_empty() => Ok(()),
            names => Err(A::Error::custom(format_args!("{names} is missing"))),
        }
    }
}

/// A part of a variable, which lies column by column: the numbers of its first index are `stride` apart.
struct Array<'a, T> {
    path: &'a str,
    /// Of all of it.
    whole: &'a [usize],
    shape: &'a [usize],
    numbers: &'a mut [T],
    first: usize,
    stride: usize,
}

impl<'a, T> Array<'a, T> {
    fn whole(path: &'a str, shape: &'a [usize], numbers: &'a mut [T]) -> Self {
        Self { path, whole: shape, shape, numbers, first: 0, stride: 1 }
    }
}

impl<'de, T: Scalar> DeserializeSeed<'de> for Array<'_, T> {
    type Value = ();
    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<(), D::Error> {
        if !self.shape.is_empty() {
            return deserializer.deserialize_seq(self);
        }
        let number = if size_of::<T>() == 4 {
            f32::deserialize(deserializer).map(f64::from)
        } else {
            f64::deserialize(deserializer)
        };
        let number = number.map_err(|error| D::Error::custom(format_args!("`{}`: {error}", self.path)))?;
        if !number.is_finite() {
            return Err(D::Error::custom(format_args!("`{}` has {number}: every number must be finite", self.path)));
        }
        self.numbers[self.first] = T::from_f64(number);
        Ok(())
    }
}

impl<'de, T: Scalar> Visitor<'de> for Array<'_, T> {
    type Value = ();

    fn expecting(&self, formatter: &mut fmt::Formatter) -> fmt::Result {
        write!(formatter, "numbers of the shape {:?} for `{}`", self.whole, self.path)
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut list: A) -> Result<(), A::Error> {
        let Self { path, whole, shape, numbers, first, stride } = self;
        let (length, inner) = shape.split_first().map_or((0, shape), |(&length, inner)| (length, inner));
        let wrong = |has: &dyn fmt::Display| {
            let needed = format_args!("a list in it has {has}, not {length}");
            A::Error::custom(format_args!("`{path}` has the shape {whole:?}: {needed}"))
        };
        if let Some(has) = list.size_hint().filter(|&has| has != length) {
            return Err(wrong(&has));
        }
        for index in 0..length {
            let (first, stride, numbers) = (first + index * stride, stride * length, &mut *numbers);
            let part = Array { path, whole, shape: inner, numbers, first, stride };
            list.next_element_seed(part)?.ok_or_else(|| wrong(&index))?;
        }
        match list.next_element::<IgnoredAny>()? {
            Some(_) => Err(wrong(&"more")),
            None => Ok(()),
        }
    }
}
