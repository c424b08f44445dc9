//! Values among each other: merges, slices, and other names for the same.

use mlp_onnx::NodeProto;
use proc_macro2::{Ident, Span};
use quote::quote;

use super::layers::{Lowered, first};
use super::lower::{Known, Lowering, Value};
use super::model::{Constant, int};

impl Lowering<'_> {
    pub(super) fn merge(&mut self, node: &NodeProto, merge: &str) -> Lowered {
        let values: Result<Vec<Known>, _> = node.input.iter().map(|input| self.ready(input)).collect();
        let values = values?;
        let sizes: Vec<usize> = values.iter().map(|value| value.features).collect();
        if sizes.windows(2).any(|pair| pair[0] != pair[1]) {
            return Err(format!("its values have {sizes:?} features; they must be equally many"));
        }
        let (name, kind) = (Ident::new(merge, Span::call_site()), merge.to_lowercase());
        let known = self.layer("", &kind, &quote! { #name() }, &values, sizes[0], []);
        self.set(node, Value::Ready(known))
    }

    pub(super) fn concatenate(&mut self, node: &NodeProto) -> Lowered {
        self.along_features(node)?;
        let values: Result<Vec<Known>, _> = node.input.iter().map(|input| self.ready(input)).collect();
        let values = values?;
        let known = match values.as_slice() {
            [value] => value.clone(),
            _ => {
                let features = values.iter().map(|value| value.features).sum();
                self.layer("", "concatenate", &quote! { Concatenate() }, &values, features, [])
            }
        };
        self.set(node, Value::Ready(known))
    }

    pub(super) fn slice_of(&mut self, node: &NodeProto) -> Lowered {
        let known = self.ready(first(node)?)?;
        let [starts, ends, axes, steps] = [(1, "starts"), (2, "ends"), (3, "axes"), (4, "steps")]
            .map(|(index, name)| self.whole_numbers(node, index, name));
        let (starts, ends) = (starts.ok_or("its start is not known")?, ends.ok_or("its end is not known")?);
        let (axes, steps) = (axes.unwrap_or_else(|| vec![0]), steps.unwrap_or_else(|| vec![1]));
        let ([start], [end], [-1 | 1], [1]) = (&starts[..], &ends[..], &axes[..], &steps[..]) else {
            return Err("only neighboring features can be a slice".into());
        };
        let features = known.features as i64;
        let place = |at: i64| if at < 0 { at.saturating_add(features) } else { at }.clamp(0, features) as usize;
        let (first, end) = (place(*start), place(*end));
        if first >= end {
            return Err(format!("the slice from {first} to {end} is empty"));
        }
        let slice = self.slice(&known, first, end);
        self.set(node, Value::Ready(slice))
    }

    pub(super) fn split(&mut self, node: &NodeProto) -> Lowered {
        // The default axis here is the first.
        if !matches!(int(node, "axis", 0), -1 | 1) {
            return Err("it does not split features".into());
        }
        let known = self.ready(first(node)?)?;
        let count = node.output.len().max(1);
        let even = || vec![known.features.div_ceil(count) as i64; count];
        let sizes = self.whole_numbers(node, 1, "split").unwrap_or_else(even);
        let mut first = 0;
        for (output, size) in node.output.iter().zip(sizes) {
            let end = usize::try_from(size).map_or(known.features, |size| known.features.min(first + size));
            if first >= end {
                return Err(format!("{output:?} would be empty"));
            }
            let slice = self.slice(&known, first, end);
            self.set_output(output, slice);
            first = end;
        }
        Ok(())
    }

    /// The same value by another name.
    pub(super) fn alias(&mut self, node: &NodeProto) -> Lowered {
        let input = first(node)?;
        let training = node.input.get(2).and_then(|name| self.constant(name)).and_then(Constant::scalar);
        if training.is_some_and(|training| training != 0.0) {
            return Err("it is exported for training; export the model for inference".into());
        }
        let value = match self.open(input).cloned() {
            Some(value) => value,
            None => Value::Ready(self.ready(input)?),
        };
        self.set(node, value)
    }

    /// What changes nothing about samples and features.
    pub(super) fn unchanged(&mut self, node: &NodeProto) -> Lowered {
        let known = self.ready(first(node)?)?;
        let kind = if self.model.is_double { 11 } else { 1 };
        let changes = match node.op_type.as_str() {
            "Cast" => int(node, "to", kind) != kind,
            "Flatten" => !matches!(int(node, "axis", 1), 1 | -1),
            _ => {
                let shape = self.whole_numbers(node, 1, "shape").unwrap_or_default();
                !matches!(shape[..], [_, -1]) && shape.get(1..) != Some(&[known.features as i64][..])
            }
        };
        if changes {
            return Err("it gives something else than samples of as many features".into());
        }
        self.set(node, Value::Ready(known))
    }
}
