//! ONNX nodes of the activations. Some operators exist in single precision only in common runtimes; double precision is
//! composed of other operators then.

use super::SELU;
use crate::export::{Attribute, GraphBuilder, Value};

pub(super) fn relu(graph: &mut dyn GraphBuilder, z: Value) -> Value {
    graph.node("Relu", &[z])
}

pub(super) fn leaky_relu(graph: &mut dyn GraphBuilder, z: Value) -> Value {
    graph.add_node("LeakyRelu", &[z], &[Attribute::Float("alpha", 0.2)])
}

pub(super) fn elu(graph: &mut dyn GraphBuilder, z: Value) -> Value {
    if graph.is_double() { exponential_below(graph, z, (1.0, 1.0)) } else { graph.node("Elu", &[z]) }
}

pub(super) fn selu(graph: &mut dyn GraphBuilder, z: Value) -> Value {
    if graph.is_double() { exponential_below(graph, z, SELU) } else { graph.node("Selu", &[z]) }
}

/// `a max(z, 0) + b (exp(min(z, 0)) − 1)`
fn exponential_below(graph: &mut dyn GraphBuilder, z: Value, (above, below): (f64, f64)) -> Value {
    let [zero, one] = [("zero", 0.0), ("one", 1.0)].map(|(name, number)| graph.scalar(name, number));
    let [above, below] = [("above", above), ("below", below)].map(|(name, number)| graph.scalar(name, number));
    let positive = graph.node("Max", &[z, zero]);
    let negative = graph.node("Min", &[z, zero]);
    let exponential = graph.node("Exp", &[negative]);
    let bent = graph.node("Sub", &[exponential, one]);
    let (positive, bent) = (graph.node("Mul", &[positive, above]), graph.node("Mul", &[bent, below]));
    graph.node("Add", &[positive, bent])
}

/// `z · ½ (1 + erf(z / √2))`
pub(super) fn gelu(graph: &mut dyn GraphBuilder, z: Value) -> Value {
    let root = graph.scalar("root_of_half", core::f64::consts::FRAC_1_SQRT_2);
    let [half, one] = [("half", 0.5), ("one", 1.0)].map(|(name, number)| graph.scalar(name, number));
    let scaled = graph.node("Mul", &[z, root]);
    let error = graph.add_single_precision("Erf", scaled);
    let doubled = graph.node("Add", &[error, one]);
    let share = graph.node("Mul", &[doubled, half]);
    graph.node("Mul", &[z, share])
}

pub(super) fn silu(graph: &mut dyn GraphBuilder, z: Value) -> Value {
    let gate = graph.node("Sigmoid", &[z]);
    graph.node("Mul", &[z, gate])
}

/// Adds the nodes of softplus: in double precision `max(z, 0) + ln(1 + exp(−|z|))`.
pub(super) fn softplus(graph: &mut dyn GraphBuilder, z: Value) -> Value {
    if !graph.is_double() {
        return graph.node("Softplus", &[z]);
    }
    let [zero, one] = [("zero", 0.0), ("one", 1.0)].map(|(name, number)| graph.scalar(name, number));
    let (positive, size) = (graph.node("Max", &[z, zero]), graph.node("Abs", &[z]));
    let negative = graph.node("Neg", &[size]);
    let exponential = graph.node("Exp", &[negative]);
    let more = graph.node("Add", &[exponential, one]);
    let logarithm = graph.node("Log", &[more]);
    graph.node("Add", &[positive, logarithm])
}

/// Adds the nodes of softsign: in double precision `z / (1 + |z|)`.
pub(super) fn softsign(graph: &mut dyn GraphBuilder, z: Value) -> Value {
    if !graph.is_double() {
        return graph.node("Softsign", &[z]);
    }
    let one = graph.scalar("one", 1.0);
    let size = graph.node("Abs", &[z]);
    let more = graph.node("Add", &[size, one]);
    graph.node("Div", &[z, more])
}

pub(super) fn tanh(graph: &mut dyn GraphBuilder, z: Value) -> Value {
    graph.node("Tanh", &[z])
}

pub(super) fn sigmoid(graph: &mut dyn GraphBuilder, z: Value) -> Value {
    graph.node("Sigmoid", &[z])
}

/// `min(max(z + 3, 0), 6) / 6`
pub(super) fn hard_sigmoid(graph: &mut dyn GraphBuilder, z: Value) -> Value {
    let [zero, three] = [("zero", 0.0), ("three", 3.0)].map(|(name, number)| graph.scalar(name, number));
    let [six, sixth] = [("six", 6.0), ("sixth", 1.0 / 6.0)].map(|(name, number)| graph.scalar(name, number));
    let moved = graph.node("Add", &[z, three]);
    let above = graph.node("Max", &[moved, zero]);
    let inside = graph.node("Min", &[above, six]);
    graph.node("Mul", &[inside, sixth])
}

pub(super) fn sin(graph: &mut dyn GraphBuilder, z: Value) -> Value {
    graph.node("Sin", &[z])
}

pub(super) fn exponential(graph: &mut dyn GraphBuilder, z: Value) -> Value {
    graph.node("Exp", &[z])
}
