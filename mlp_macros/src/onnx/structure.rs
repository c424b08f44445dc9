//! Merges, slices and identity nodes.

use mlp_onnx::{DataType, NodeProto};
use proc_macro2::{Ident, Span};
use quote::quote;

use super::layers::{NodeResult, first};
use super::lower::{LoweredValue, Lowering, NamedValue};
use super::model::{Constant, int};

impl Lowering<'_> {
    /// Translates an elementwise operator of several values.
    pub(super) fn merge(&mut self, node: &NodeProto, merge: &str) -> NodeResult {
        let values: Result<Vec<NamedValue>, _> = node.input.iter().map(|input| self.ready(input)).collect();
        let values = values?;
        let sizes: Vec<usize> = values.iter().map(|value| value.features).collect();
        if sizes.windows(2).any(|pair| pair[0] != pair[1]) {
            return Err(format!("expected values of equal size, found {sizes:?} features"));
        }
        let name = Ident::new(merge, Span::call_site());
        let kind = merge.to_lowercase();
        let value = self.layer("", &kind, &quote! { #name() }, &values, sizes[0], []);
        self.set(node, LoweredValue::Ready(value))
    }

    /// Translates `Concat`.
    pub(super) fn concatenate(&mut self, node: &NodeProto) -> NodeResult {
        self.along_features(node)?;
        let values: Result<Vec<NamedValue>, _> = node.input.iter().map(|input| self.ready(input)).collect();
        let values = values?;
        let value = match values.as_slice() {
            [value] => value.clone(),
            _ => {
                let features = values.iter().map(|value| value.features).sum();
                self.layer("", "concatenate", &quote! { Concatenate() }, &values, features, [])
            }
        };
        self.set(node, LoweredValue::Ready(value))
    }

    /// Translates `Slice`.
    pub(super) fn slice_of(&mut self, node: &NodeProto) -> NodeResult {
        let value = self.ready(first(node)?)?;
        let [starts, ends, axes, steps] = [(1, "starts"), (2, "ends"), (3, "axes"), (4, "steps")]
            .map(|(index, name)| self.integers(node, index, name));
        let starts = starts.ok_or("expected a constant start")?;
        let ends = ends.ok_or("expected a constant end")?;
        let axes = axes.unwrap_or_else(|| vec![0]);
        let steps = steps.unwrap_or_else(|| vec![1]);
        let ([start], [end], [-1 | 1], [1]) = (&starts[..], &ends[..], &axes[..], &steps[..]) else {
            return Err("expected one contiguous range of features".into());
        };
        let first = position(*start, value.features);
        let end = position(*end, value.features);
        if first >= end {
            return Err(format!("empty slice from {first} to {end}"));
        }
        let slice = self.slice(&value, first, end);
        self.set(node, LoweredValue::Ready(slice))
    }

    /// Translates `Split`.
    pub(super) fn split(&mut self, node: &NodeProto) -> NodeResult {
        // The default axis of `Split` is 0.
        let axis = int(node, "axis", 0);
        if !matches!(axis, -1 | 1) {
            return Err(format!("expected axis 1, the features, found axis {axis}"));
        }
        let value = self.ready(first(node)?)?;
        let count = node.output.len().max(1);
        let even = || vec![value.features.div_ceil(count) as i64; count];
        let sizes = self.integers(node, 1, "split").unwrap_or_else(even);
        let mut first = 0;
        for (output, size) in node.output.iter().zip(sizes) {
            let end = usize::try_from(size).map_or(value.features, |size| value.features.min(first + size));
            if first >= end {
                return Err(format!("empty output {output:?}"));
            }
            let slice = self.slice(&value, first, end);
            self.set_output(output, slice);
            first = end;
        }
        Ok(())
    }

    /// Translates `Identity` and `Dropout`: the output is another name of the input.
    pub(super) fn alias(&mut self, node: &NodeProto) -> NodeResult {
        let input = first(node)?;
        let training = node.input.get(2).and_then(|name| self.constant(name)).and_then(Constant::scalar);
        if training.is_some_and(|training| training != 0.0) {
            return Err("the node is in training mode: export the model for inference".into());
        }
        let value = match self.fusible(input).cloned() {
            Some(value) => value,
            None => LoweredValue::Ready(self.ready(input)?),
        };
        self.set(node, value)
    }

    /// Translates nodes that change neither the samples nor the features.
    pub(super) fn unchanged(&mut self, node: &NodeProto) -> NodeResult {
        let value = self.ready(first(node)?)?;
        let scalar = if self.model.is_double { DataType::Double } else { DataType::Float } as i64;
        let changes = match node.op_type.as_str() {
            "Cast" => int(node, "to", scalar) != scalar,
            "Flatten" => !matches!(int(node, "axis", 1), 1 | -1),
            _ => {
                let shape = self.integers(node, 1, "shape").unwrap_or_default();
                !matches!(shape[..], [_, -1]) && shape.get(1..) != Some(&[value.features as i64][..])
            }
        };
        if changes {
            return Err("the node changes the shape or the type of its input".into());
        }
        self.set(node, LoweredValue::Ready(value))
    }
}

/// Converts a bound of a slice, which may be negative or out of range, to a feature index.
fn position(bound: i64, features: usize) -> usize {
    let features = features as i64;
    let bound = if bound < 0 { bound.saturating_add(features) } else { bound };
    bound.clamp(0, features) as usize
}
