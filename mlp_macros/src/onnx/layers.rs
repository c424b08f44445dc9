//! Each operator as a layer. What cannot be said exactly is refused, and why.

use mlp_onnx::NodeProto;
use proc_macro2::{Ident, Literal, Span};
use quote::quote;

use super::lower::{Dense, Known, Lowering, Value};
use super::model::{attribute, float, int};

pub(super) type Lowered = Result<(), String>;

/// Operators that are activations by another name.
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

/// Operators of two or more values of the same size.
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
    pub(super) fn node(&mut self, node: &NodeProto) -> Lowered {
        if self.is_unknown(node) {
            self.forget(node);
            return Ok(());
        }
        if !(node.domain.is_empty() || node.domain == "ai.onnx") {
            return Err(format!("operators of {:?} are not known here", node.domain));
        }
        if let Some((_, activation)) = ACTIVATIONS.iter().find(|(operator, _)| *operator == node.op_type) {
            return self.activation(node, activation);
        }
        let is_computed = |input: &String| self.constant(input).is_none();
        let merge = MERGES.iter().find(|(operator, _)| *operator == node.op_type);
        if let (Some((_, merge)), true) = (merge, node.input.len() > 1 && node.input.iter().all(is_computed)) {
            return self.merge(node, merge);
        }
        match node.op_type.as_str() {
            "Gemm" => self.gemm(node),
            "MatMul" => self.matmul(node),
            "Add" | "Sub" | "Mul" | "Div" => self.by_constant(node),
            "Concat" => self.concatenate(node),
            "Slice" => self.slice_of(node),
            "Split" => self.split(node),
            "Identity" | "Dropout" => self.alias(node),
            "Flatten" | "Reshape" | "Cast" => self.unchanged(node),
            "BatchNormalization" => self.batch_normalization(node),
            "LayerNormalization" => self.layer_normalization(node),
            "PRelu" => self.prelu(node),
            "LeakyRelu" => self.leaky_relu(node),
            "Softmax" => self.along_features(node).and_then(|()| self.activation(node, "softmax")),
            "Elu" => self.with_default(node, &[("alpha", 1.0)], "elu"),
            "Selu" => self.with_default(node, &[("alpha", 1.67326), ("gamma", 1.0507)], "selu"),
            "HardSigmoid" => self.hard_sigmoid(node),
            "Gelu" if attribute(node, "approximate").is_some_and(|kind| kind.s != b"none") => {
                Err("the approximation by tanh is not there; export it with approximate=\"none\"".into())
            }
            "Gelu" => self.activation(node, "gelu"),
            _ => Err("there is no layer for this operator".into()),
        }
    }

    /// Inside the layer before, if that is a `Dense` and gives to nobody else.
    fn activation(&mut self, node: &NodeProto, activation: &str) -> Lowered {
        let input = first(node)?;
        let known = match self.open(input).cloned() {
            Some(Value::Dense(dense)) => self.dense(dense, Some(activation)),
            _ => {
                let known = self.ready(input)?;
                let (size, name) = (size(known.features), Ident::new(activation, Span::call_site()));
                let layer = quote! { Activation(#size, ::mlp::#name) };
                self.layer("", "activation", &layer, std::slice::from_ref(&known), known.features, [])
            }
        };
        self.set(node, Value::Ready(known))
    }

    /// An activation whose settings can only be these.
    fn with_default(&mut self, node: &NodeProto, settings: &[(&str, f64)], activation: &str) -> Lowered {
        for &(name, wanted) in settings {
            let found = float(node, name, wanted);
            if (found - wanted).abs() > 1e-4 {
                return Err(format!("{name} is {found}; `{activation}` has {wanted}"));
            }
        }
        self.activation(node, activation)
    }

    fn hard_sigmoid(&mut self, node: &NodeProto) -> Lowered {
        let (alpha, beta) = (float(node, "alpha", 0.2), float(node, "beta", 0.5));
        if (alpha - 1.0 / 6.0).abs() > 1e-6 || beta != 0.5 {
            return Err(format!("alpha is {alpha} and beta {beta}; `hard_sigmoid` has 1/6 and 0.5"));
        }
        self.activation(node, "hard_sigmoid")
    }

    fn leaky_relu(&mut self, node: &NodeProto) -> Lowered {
        let alpha = float(node, "alpha", 0.01);
        if alpha == 0.2 {
            return self.activation(node, "leaky_relu");
        }
        let known = self.ready(first(node)?)?;
        let slopes = vec![alpha; known.features];
        self.sized(node, "PRelu", "p_re_lu", &known, None, slopes)
    }

    fn prelu(&mut self, node: &NodeProto) -> Lowered {
        let known = self.ready(first(node)?)?;
        let slopes = self.row(node, 1, known.features)?;
        self.sized(node, "PRelu", "p_re_lu", &known, None, slopes)
    }

    /// A layer of one size, perhaps with an `epsilon`.
    fn sized(
        &mut self,
        node: &NodeProto,
        layer: &str,
        kind: &str,
        known: &Known,
        epsilon: Option<f64>,
        parameters: Vec<f64>,
    ) -> Lowered {
        let (name, size) = (Ident::new(layer, Span::call_site()), size(known.features));
        let epsilon = epsilon.map(|epsilon| {
            let epsilon = Literal::f64_unsuffixed(epsilon);
            quote! { , epsilon = #epsilon }
        });
        let hint = node.input.get(1).map_or("", String::as_str);
        let layer = quote! { #name(#size #epsilon) };
        let known = self.layer(hint, kind, &layer, std::slice::from_ref(known), known.features, parameters);
        self.set(node, Value::Ready(known))
    }

    fn batch_normalization(&mut self, node: &NodeProto) -> Lowered {
        if int(node, "training_mode", 0) != 0 {
            return Err("it is exported for training; export the model for inference".into());
        }
        let known = self.ready(first(node)?)?;
        let rows: Result<Vec<_>, _> = (1..5).map(|index| self.row(node, index, known.features)).collect();
        let epsilon = float(node, "epsilon", 1e-5);
        self.sized(node, "BatchNormalization", "batch_normalization", &known, Some(epsilon), rows?.concat())
    }

    fn layer_normalization(&mut self, node: &NodeProto) -> Lowered {
        self.along_features(node)?;
        let known = self.ready(first(node)?)?;
        let mut parameters = self.row(node, 1, known.features)?;
        match node.input.get(2).filter(|name| !name.is_empty()) {
            Some(_) => parameters.extend(self.row(node, 2, known.features)?),
            None => parameters.extend(vec![0.0; known.features]),
        }
        let epsilon = float(node, "epsilon", 1e-5);
        self.sized(node, "LayerNormalization", "layer_normalization", &known, Some(epsilon), parameters)
    }

    pub(super) fn along_features(&self, node: &NodeProto) -> Lowered {
        match int(node, "axis", -1) {
            -1 | 1 => Ok(()),
            axis => Err(format!("it goes along axis {axis}, not along the features")),
        }
    }

    fn gemm(&mut self, node: &NodeProto) -> Lowered {
        if int(node, "transA", 0) != 0 || float(node, "alpha", 1.0) != 1.0 || float(node, "beta", 1.0) != 1.0 {
            return Err("only products of samples and weights as they are can be a `Dense`".into());
        }
        let bias = node.input.get(2).filter(|name| !name.is_empty()).cloned();
        self.product(node, int(node, "transB", 0) != 0, bias)
    }

    fn matmul(&mut self, node: &NodeProto) -> Lowered {
        self.product(node, false, None)
    }

    fn product(&mut self, node: &NodeProto, transposed: bool, bias: Option<String>) -> Lowered {
        let name = node.input.get(1).ok_or("it lacks its weights")?;
        let weights = self.constant(name).ok_or_else(|| format!("its weights {name:?} are not in the file"))?;
        if weights.shape.len() != 2 {
            return Err(format!("its weights {name:?} have the dimensions {:?}, not two", weights.shape));
        }
        let weights = if transposed { weights.clone() } else { weights.transposed() };
        let (outputs, inputs) = (weights.shape[0], weights.shape[1]);
        let input = self.ready(first(node)?)?;
        if input.features != inputs || outputs == 0 {
            return Err(format!("its weights {name:?} take {inputs} features, but {} are given", input.features));
        }
        let bias = match bias {
            Some(name) => Some(self.row_of(&name, outputs)?),
            None => None,
        };
        let dense = Dense { hint: name.clone(), input, outputs, weights: weights.numbers, bias };
        self.set(node, Value::Dense(dense))
    }

    /// An input that is a constant, or in old files a setting.
    pub(super) fn whole_numbers(&self, node: &NodeProto, index: usize, name: &str) -> Option<Vec<i64>> {
        let constant = node.input.get(index).and_then(|input| self.constant(input));
        let numbers = constant.map(|constant| constant.numbers.iter().map(|&number| number as i64).collect());
        numbers.or_else(|| attribute(node, name).map(|attribute| attribute.ints.clone()))
    }

    /// An input that is a number for each feature.
    fn row(&self, node: &NodeProto, index: usize, features: usize) -> Result<Vec<f64>, String> {
        let name = node.input.get(index).ok_or_else(|| format!("it lacks its input {index}"))?;
        self.row_of(name, features)
    }

    pub(super) fn row_of(&self, name: &str, features: usize) -> Result<Vec<f64>, String> {
        let constant = self.constant(name).ok_or_else(|| format!("{name:?} is not in the file"))?;
        let shape = || format!("{name:?} has the dimensions {:?}, not a number for each of {features}", constant.shape);
        constant.row(features).ok_or_else(shape)
    }
}

pub(super) fn first(node: &NodeProto) -> Result<&String, String> {
    node.input.first().ok_or_else(|| "it takes nothing".to_owned())
}

pub(super) fn size(features: usize) -> Literal {
    Literal::usize_unsuffixed(features)
}
