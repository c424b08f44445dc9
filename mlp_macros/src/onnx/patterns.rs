//! Activations that exporters take apart, put together again.

use std::collections::HashMap;

use mlp_onnx::NodeProto;

use super::model::{Model, needed};

/// Replaces the last node of each pattern by one with the activation's name. Nodes that are not needed any more go.
pub(super) fn recognize(model: &mut Model) {
    let found: Vec<(usize, &'static str, String)> = {
        let graph = Graph::new(model);
        (0..model.nodes.len()).filter_map(|index| graph.recognized(index)).collect()
    };
    for (index, operator, input) in found {
        let node = &mut model.nodes[index];
        (node.op_type, node.input) = (operator.into(), vec![input]);
        node.attribute.clear();
    }
    sweep(model);
}

/// Leaves out nodes whose outputs nobody takes.
fn sweep(model: &mut Model) {
    model.nodes = needed(core::mem::take(&mut model.nodes), model.outputs.iter().cloned());
}

struct Graph<'a> {
    model: &'a Model,
    makers: HashMap<&'a str, &'a NodeProto>,
}

impl<'a> Graph<'a> {
    fn new(model: &'a Model) -> Self {
        let makers = model.nodes.iter().flat_map(|node| node.output.iter().map(move |output| (output.as_str(), node)));
        Self { model, makers: makers.collect() }
    }

    fn recognized(&self, index: usize) -> Option<(usize, &'static str, String)> {
        let node = &self.model.nodes[index];
        let silu = self.product(node).and_then(|sides| sides.into_iter().find(|[z, gate]| self.is_gate(z, gate)));
        if let Some([z, _]) = silu {
            return Some((index, "Silu", z.into()));
        }
        let gelu = self.gelu(node)?;
        Some((index, "Gelu", gelu.into()))
    }

    /// Both ways to look at a product of two values.
    fn product(&self, node: &'a NodeProto) -> Option<[[&'a str; 2]; 2]> {
        match (node.op_type.as_str(), node.input.as_slice()) {
            ("Mul", [a, b]) => Some([[a, b], [b, a]]),
            _ => None,
        }
    }

    /// `sigmoid z`
    fn is_gate(&self, z: &str, gate: &str) -> bool {
        let is_of = |maker: &NodeProto| maker.input.first().is_some_and(|input| input == z);
        self.makers.get(gate).is_some_and(|maker| maker.op_type == "Sigmoid" && is_of(maker))
    }

    /// `z` of `z · (1 + erf(z / √2)) · ½`, whichever product comes first.
    fn gelu(&self, node: &'a NodeProto) -> Option<&'a str> {
        let mut factors = Vec::new();
        self.factors(node, &mut factors);
        let half = factors.iter().position(|factor| self.constant(factor).is_some_and(|number| close(number, 0.5)))?;
        factors.remove(half);
        let [a, b] = factors.as_slice() else { return None };
        [[*a, *b], [*b, *a]].into_iter().find(|[z, share]| self.is_share(z, share)).map(|[z, _]| z)
    }

    /// The three factors of two products.
    fn factors(&self, node: &'a NodeProto, factors: &mut Vec<&'a str>) {
        let Some([[a, b], _]) = self.product(node) else { return };
        match [a, b].map(|side| self.makers.get(side).filter(|maker| maker.op_type == "Mul")) {
            [Some(inner), None] => factors.extend(inner.input.iter().map(String::as_str).chain([b])),
            [None, Some(inner)] => factors.extend(inner.input.iter().map(String::as_str).chain([a])),
            _ => {}
        }
    }

    /// `1 + erf(z / √2)`
    fn is_share(&self, z: &str, share: &str) -> bool {
        let Some(sum) = self.makers.get(share).filter(|maker| maker.op_type == "Add") else { return false };
        let error = sum.input.iter().find_map(|side| self.through_casts(side, "Erf"));
        let is_one = sum.input.iter().any(|side| self.constant(side).is_some_and(|number| close(number, 1.0)));
        let scaled = error.and_then(|error| self.through_casts(error.input.first()?, ""));
        let Some((scaled, [of, by])) = scaled.and_then(|node| Some((node, node.input.first_chunk()?))) else {
            return false;
        };
        let factor = self.constant(by).filter(|_| of == z);
        let by = |operator, wanted| scaled.op_type == operator && factor.is_some_and(|factor| close(factor, wanted));
        is_one && (by("Div", std::f64::consts::SQRT_2) || by("Mul", std::f64::consts::FRAC_1_SQRT_2))
    }

    /// The node that makes a value, if it is this operator, or any; a cast between is no hindrance.
    fn through_casts(&self, value: &str, operator: &str) -> Option<&'a NodeProto> {
        let mut maker = *self.makers.get(value)?;
        if maker.op_type == "Cast" {
            maker = self.makers.get(maker.input.first()?.as_str())?;
        }
        (operator.is_empty() || maker.op_type == operator).then_some(maker)
    }

    fn constant(&self, name: &str) -> Option<f64> {
        self.model.constants.get(name)?.scalar()
    }
}

/// As near as single precision tells.
fn close(number: f64, wanted: f64) -> bool {
    (number - wanted).abs() < 1e-6
}
