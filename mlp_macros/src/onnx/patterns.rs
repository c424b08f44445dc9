//! Recognizes activations that exporters decompose.

use std::collections::HashMap;

use mlp_onnx::NodeProto;

use super::model::{OnnxModel, needed};

/// Replaces the last node of each pattern by the activation, and removes the unused nodes.
pub(super) fn recognize(model: &mut OnnxModel) {
    let found: Vec<(usize, &'static str, String)> = {
        let matcher = Matcher::new(model);
        (0..model.nodes.len()).filter_map(|index| matcher.recognized(index)).collect()
    };
    for (index, operator, input) in found {
        let node = &mut model.nodes[index];
        node.op_type = operator.into();
        node.input = vec![input];
        node.attribute.clear();
    }
    model.nodes = needed(core::mem::take(&mut model.nodes), model.outputs.iter().cloned());
}

struct Matcher<'a> {
    model: &'a OnnxModel,
    /// The node that produces each value.
    producers: HashMap<&'a str, &'a NodeProto>,
}

impl<'a> Matcher<'a> {
    fn new(model: &'a OnnxModel) -> Self {
        let producers =
            model.nodes.iter().flat_map(|node| node.output.iter().map(move |output| (output.as_str(), node)));
        Self { model, producers: producers.collect() }
    }

    /// Returns the activation that a node computes, and its input.
    fn recognized(&self, index: usize) -> Option<(usize, &'static str, String)> {
        let node = &self.model.nodes[index];
        let silu = self.product(node).and_then(|sides| sides.into_iter().find(|[z, gate]| self.is_gate(z, gate)));
        if let Some([z, _]) = silu {
            return Some((index, "Silu", z.into()));
        }
        let gelu = self.gelu(node)?;
        Some((index, "Gelu", gelu.into()))
    }

    /// Returns the factors of a product in both orders.
    fn product(&self, node: &'a NodeProto) -> Option<[[&'a str; 2]; 2]> {
        match (node.op_type.as_str(), node.input.as_slice()) {
            ("Mul", [a, b]) => Some([[a, b], [b, a]]),
            _ => None,
        }
    }

    /// Returns whether `gate` is `sigmoid(z)`.
    fn is_gate(&self, z: &str, gate: &str) -> bool {
        let Some(node) = self.producers.get(gate) else { return false };
        node.op_type == "Sigmoid" && node.input.first().is_some_and(|input| input == z)
    }

    /// Returns `z` of `z · (1 + erf(z / √2)) · ½`, in any order of the products.
    fn gelu(&self, node: &'a NodeProto) -> Option<&'a str> {
        let mut factors = Vec::new();
        self.factors(node, &mut factors);
        let half = factors.iter().position(|factor| self.constant(factor).is_some_and(|value| close(value, 0.5)))?;
        factors.remove(half);
        let [a, b] = factors.as_slice() else { return None };
        [[*a, *b], [*b, *a]].into_iter().find(|[z, share]| self.is_share(z, share)).map(|[z, _]| z)
    }

    /// Collects the three factors of two products.
    fn factors(&self, node: &'a NodeProto, factors: &mut Vec<&'a str>) {
        let Some([[a, b], _]) = self.product(node) else { return };
        match [a, b].map(|side| self.producers.get(side).filter(|node| node.op_type == "Mul")) {
            [Some(inner), None] => factors.extend(inner.input.iter().map(String::as_str).chain([b])),
            [None, Some(inner)] => factors.extend(inner.input.iter().map(String::as_str).chain([a])),
            _ => {}
        }
    }

    /// Returns whether `share` is `1 + erf(z / √2)`.
    fn is_share(&self, z: &str, share: &str) -> bool {
        let Some(sum) = self.producers.get(share).filter(|node| node.op_type == "Add") else { return false };
        let error = sum.input.iter().find_map(|side| self.through_casts(side, "Erf"));
        let is_one = sum.input.iter().any(|side| self.constant(side).is_some_and(|value| close(value, 1.0)));
        let scaled = error.and_then(|error| self.through_casts(error.input.first()?, ""));
        let Some((scaled, [of, by])) = scaled.and_then(|node| Some((node, node.input.first_chunk()?))) else {
            return false;
        };
        let factor = self.constant(by).filter(|_| of == z);
        let by =
            |operator, expected| scaled.op_type == operator && factor.is_some_and(|factor| close(factor, expected));
        is_one && (by("Div", std::f64::consts::SQRT_2) || by("Mul", std::f64::consts::FRAC_1_SQRT_2))
    }

    /// Returns the node that produces a value, if it is this operator, or any for `""`. Skips a cast.
    fn through_casts(&self, value: &str, operator: &str) -> Option<&'a NodeProto> {
        let mut node = *self.producers.get(value)?;
        if node.op_type == "Cast" {
            node = self.producers.get(node.input.first()?.as_str())?;
        }
        (operator.is_empty() || node.op_type == operator).then_some(node)
    }

    fn constant(&self, name: &str) -> Option<f64> {
        self.model.constants.get(name)?.scalar()
    }
}

/// Returns whether two values are equal in about single precision.
fn close(value: f64, expected: f64) -> bool {
    (value - expected).abs() < 1e-6
}
