//! Translates operators to layers. An operator without an exact equivalent is an error.

use mlp_onnx::NodeProto;
use proc_macro2::{Ident, Literal, Span};
use quote::quote;

use super::lower::{DenseDraft, LoweredValue, Lowering, NamedValue};
use super::model::{attribute, float, int};

/// The error message of a node that has no equivalent.
pub(super) type NodeResult = Result<(), String>;

/// Operators that are activations.
const ACTIVATIONS: [(&str, &str); 8] = [
    ("Relu", "relu"),
    ("Tanh", "tanh"),
    ("Sigmoid", "sigmoid"),
    ("Softplus", "softplus"),
    ("Softsign", "softsign"),
    ("Exp", "exponential"),
    ("Silu", "silu"),
    ("Swish", "silu"),
];

/// Operators of two or more values of the same size, and their layers.
const MERGES: [(&str, &str); 7] = [
    ("Add", "Add"),
    ("Sum", "Add"),
    ("Sub", "Subtract"),
    ("Mul", "Multiply"),
    ("Max", "Maximum"),
    ("Min", "Minimum"),
    ("Mean", "Average"),
];

impl Lowering<'_> {
    /// Translates a node.
    pub(super) fn node(&mut self, node: &NodeProto) -> NodeResult {
        if self.is_unknown(node) {
            self.mark_unknown(node);
            return Ok(());
        }
        if !(node.domain.is_empty() || node.domain == "ai.onnx") {
            return Err(format!("unsupported operator domain {:?}", node.domain));
        }
        if let Some(activation) = find(&ACTIVATIONS, &node.op_type) {
            return self.activation(node, activation);
        }
        match find(&MERGES, &node.op_type) {
            Some(merge) if self.has_several_values(node) => self.merge(node, merge),
            _ => self.operator(node),
        }
    }

    /// Returns whether a node has two or more inputs, none of them constant.
    fn has_several_values(&self, node: &NodeProto) -> bool {
        node.input.len() > 1 && node.input.iter().all(|input| self.constant(input).is_none())
    }

    fn operator(&mut self, node: &NodeProto) -> NodeResult {
        match node.op_type.as_str() {
            "Gemm" => self.gemm(node),
            "MatMul" => self.matmul(node),
            "Add" | "Sub" | "Mul" | "Div" => self.by_constant(node),
            "Concat" => self.concatenate(node),
            "Slice" => self.slice_of(node),
            "Split" => self.split(node),
            "Identity" | "Dropout" => self.alias(node),
            // Of a single value.
            "Sum" | "Max" | "Min" | "Mean" if node.input.len() == 1 => self.alias(node),
            "Flatten" | "Reshape" | "Cast" => self.unchanged(node),
            "BatchNormalization" => self.batch_normalization(node),
            "LayerNormalization" => self.layer_normalization(node),
            "PRelu" => self.prelu(node),
            "LeakyRelu" => self.leaky_relu(node),
            "Softmax" => self.along_features(node).and_then(|()| self.activation(node, "softmax")),
            "Elu" => self.with_default(node, &[("alpha", 1.0)], "elu"),
            "Selu" => self.with_default(node, &[("alpha", 1.67326), ("gamma", 1.0507)], "selu"),
            "HardSigmoid" => self.hard_sigmoid(node),
            "Gelu" => self.gelu(node),
            _ => Err("unsupported operator".into()),
        }
    }

    /// Adds the activation to the previous `Dense`, if nothing else uses its output, or else an `Activation` layer.
    fn activation(&mut self, node: &NodeProto, activation: &str) -> NodeResult {
        let input = first(node)?;
        let value = match self.fusible(input).cloned() {
            Some(LoweredValue::Dense(dense)) => self.dense(dense, Some(activation)),
            _ => {
                let value = self.ready(input)?;
                let size = size(value.features);
                let name = Ident::new(activation, Span::call_site());
                let layer = quote! { Activation(#size, ::mlp::#name) };
                self.layer("", "activation", &layer, std::slice::from_ref(&value), value.features, [])
            }
        };
        self.set(node, LoweredValue::Ready(value))
    }

    /// Adds an activation with constants, if the attributes of the node have the same values.
    fn with_default(&mut self, node: &NodeProto, settings: &[(&str, f64)], activation: &str) -> NodeResult {
        for &(name, expected) in settings {
            let found = float(node, name, expected);
            if (found - expected).abs() > 1e-4 {
                return Err(format!("expected {name} = {expected}, as in `{activation}`, found {found}"));
            }
        }
        self.activation(node, activation)
    }

    fn gelu(&mut self, node: &NodeProto) -> NodeResult {
        if attribute(node, "approximate").is_some_and(|kind| kind.s != b"none") {
            return Err("the approximation by tanh is not supported: export the model with approximate=\"none\"".into());
        }
        self.activation(node, "gelu")
    }

    fn hard_sigmoid(&mut self, node: &NodeProto) -> NodeResult {
        let alpha = float(node, "alpha", 0.2);
        let beta = float(node, "beta", 0.5);
        if (alpha - 1.0 / 6.0).abs() > 1e-6 || beta != 0.5 {
            return Err(format!("expected alpha = 1/6 and beta = 0.5, as in `hard_sigmoid`, found {alpha} and {beta}"));
        }
        self.activation(node, "hard_sigmoid")
    }

    fn leaky_relu(&mut self, node: &NodeProto) -> NodeResult {
        let alpha = float(node, "alpha", 0.01);
        if alpha == 0.2 {
            return self.activation(node, "leaky_relu");
        }
        let value = self.ready(first(node)?)?;
        let alphas = vec![alpha; value.features];
        self.sized(node, "PRelu", "p_re_lu", &value, None, alphas)
    }

    fn prelu(&mut self, node: &NodeProto) -> NodeResult {
        let value = self.ready(first(node)?)?;
        let alphas = self.row(node, 1, value.features)?;
        self.sized(node, "PRelu", "p_re_lu", &value, None, alphas)
    }

    /// Adds a layer with one size and possibly an `epsilon`.
    fn sized(
        &mut self,
        node: &NodeProto,
        layer: &str,
        kind: &str,
        value: &NamedValue,
        epsilon: Option<f64>,
        parameters: Vec<f64>,
    ) -> NodeResult {
        let name = Ident::new(layer, Span::call_site());
        let size = size(value.features);
        let epsilon = epsilon.map(|epsilon| {
            let epsilon = Literal::f64_unsuffixed(epsilon);
            quote! { , epsilon = #epsilon }
        });
        let hint = node.input.get(1).map_or("", String::as_str);
        let layer = quote! { #name(#size #epsilon) };
        let value = self.layer(hint, kind, &layer, std::slice::from_ref(value), value.features, parameters);
        self.set(node, LoweredValue::Ready(value))
    }

    fn batch_normalization(&mut self, node: &NodeProto) -> NodeResult {
        if int(node, "training_mode", 0) != 0 {
            return Err("the node is in training mode: export the model for inference".into());
        }
        let value = self.ready(first(node)?)?;
        let rows: Result<Vec<_>, _> = (1..5).map(|index| self.row(node, index, value.features)).collect();
        let epsilon = float(node, "epsilon", 1e-5);
        self.sized(node, "BatchNormalization", "batch_normalization", &value, Some(epsilon), rows?.concat())
    }

    fn layer_normalization(&mut self, node: &NodeProto) -> NodeResult {
        self.along_features(node)?;
        let value = self.ready(first(node)?)?;
        let mut parameters = self.row(node, 1, value.features)?;
        match node.input.get(2).filter(|name| !name.is_empty()) {
            Some(_) => parameters.extend(self.row(node, 2, value.features)?),
            None => parameters.extend(vec![0.0; value.features]),
        }
        let epsilon = float(node, "epsilon", 1e-5);
        self.sized(node, "LayerNormalization", "layer_normalization", &value, Some(epsilon), parameters)
    }

    /// Returns an error, if the node does not operate along the features.
    pub(super) fn along_features(&self, node: &NodeProto) -> NodeResult {
        match int(node, "axis", -1) {
            -1 | 1 => Ok(()),
            axis => Err(format!("expected axis 1, the features, found axis {axis}")),
        }
    }

    fn gemm(&mut self, node: &NodeProto) -> NodeResult {
        if int(node, "transA", 0) != 0 || float(node, "alpha", 1.0) != 1.0 || float(node, "beta", 1.0) != 1.0 {
            return Err("expected transA = 0, alpha = 1 and beta = 1, as in `Dense`".into());
        }
        let bias = node.input.get(2).filter(|name| !name.is_empty()).cloned();
        self.product(node, int(node, "transB", 0) != 0, bias)
    }

    fn matmul(&mut self, node: &NodeProto) -> NodeResult {
        self.product(node, false, None)
    }

    fn product(&mut self, node: &NodeProto, transposed: bool, bias: Option<String>) -> NodeResult {
        let name = node.input.get(1).ok_or("missing weights")?;
        let weights = self.constant(name).ok_or_else(|| format!("expected constant weights, found {name:?}"))?;
        if weights.shape.len() != 2 {
            return Err(format!("expected weights with two dimensions, found {name:?} of shape {:?}", weights.shape));
        }
        let weights = if transposed { weights.clone() } else { weights.transposed() };
        let outputs = weights.shape[0];
        let inputs = weights.shape[1];
        let input = self.ready(first(node)?)?;
        if input.features != inputs || outputs == 0 {
            return Err(format!("weights {name:?} expect {inputs} features, found {}", input.features));
        }
        let bias = match bias {
            Some(name) => Some(self.row_of(&name, outputs)?),
            None => None,
        };
        let dense = DenseDraft { hint: name.clone(), input, outputs, weights: weights.values, bias };
        self.set(node, LoweredValue::Dense(dense))
    }

    /// Returns integers from a constant input, or from an attribute as in old files.
    pub(super) fn integers(&self, node: &NodeProto, index: usize, name: &str) -> Option<Vec<i64>> {
        let constant = node.input.get(index).and_then(|input| self.constant(input));
        let integers = constant.map(|constant| constant.values.iter().map(|&value| value as i64).collect());
        integers.or_else(|| attribute(node, name).map(|attribute| attribute.ints.clone()))
    }

    /// Returns a constant input with one element per feature.
    fn row(&self, node: &NodeProto, index: usize, features: usize) -> Result<Vec<f64>, String> {
        let name = node.input.get(index).ok_or_else(|| format!("missing input {index}"))?;
        self.row_of(name, features)
    }

    /// Returns a constant with one element per feature.
    pub(super) fn row_of(&self, name: &str, features: usize) -> Result<Vec<f64>, String> {
        let constant = self.constant(name).ok_or_else(|| format!("expected a constant, found {name:?}"))?;
        let message = || format!("expected {features} elements, found {name:?} of shape {:?}", constant.shape);
        constant.row(features).ok_or_else(message)
    }
}

fn find(table: &[(&str, &'static str)], operator: &str) -> Option<&'static str> {
    table.iter().find(|(name, _)| *name == operator).map(|(_, layer)| *layer)
}

/// Returns the first input of a node.
pub(super) fn first(node: &NodeProto) -> Result<&String, String> {
    node.input.first().ok_or_else(|| "missing input".to_owned())
}

/// Returns a number of features as a literal.
pub(super) fn size(features: usize) -> Literal {
    Literal::usize_unsuffixed(features)
}
