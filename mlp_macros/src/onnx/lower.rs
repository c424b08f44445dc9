//! Translates the nodes of a file to the statements of `functional!`, and collects the weights in the order of the fields.

use std::collections::{HashMap, HashSet};

use mlp_onnx::NodeProto;
use proc_macro2::{Ident, Literal, Span, TokenStream};
use quote::quote;

use super::model::{Constant, Messages, OnnxModel, title};
use super::patterns;

/// A model as the input of `functional!`.
pub(super) struct LoweredModel {
    pub(super) statements: TokenStream,
    pub(super) scalar: Ident,
    /// The bytes of all weights, little-endian.
    pub(super) parameters: Vec<u8>,
}

/// Translates a model.
pub(super) fn lower(mut model: OnnxModel) -> Result<LoweredModel, Messages> {
    patterns::recognize(&mut model);
    let mut lowering = Lowering::new(&model);
    for node in &model.nodes {
        if let Err(error) = lowering.node(node) {
            lowering.errors.push(format!("{}: {error}", title(node)));
            // Suppress follow-up errors.
            lowering.mark_unknown(node);
        }
    }
    lowering.finish()
}

/// A value of the model.
#[derive(Clone)]
pub(super) enum LoweredValue {
    /// A value of a statement.
    Ready(NamedValue),
    /// A `Dense` without a statement, to which a bias or an activation may still be added.
    Dense(DenseDraft),
    /// `x − mean`, which may become a `Normalization`.
    Centered(NamedValue, Vec<f64>),
}

/// A value's name in the statements, and its number of features.
#[derive(Clone)]
pub(super) struct NamedValue {
    pub(super) name: Ident,
    pub(super) features: usize,
}

/// `W x + b`
#[derive(Clone)]
pub(super) struct DenseDraft {
    /// The name of the weights in the file.
    pub(super) hint: String,
    pub(super) input: NamedValue,
    pub(super) outputs: usize,
    /// The weights in row-major order, one row per output.
    pub(super) weights: Vec<f64>,
    pub(super) bias: Option<Vec<f64>>,
}

/// The state of a translation.
pub(super) struct Lowering<'a> {
    pub(super) model: &'a OnnxModel,
    values: HashMap<String, LoweredValue>,
    /// The number of uses of each value.
    uses: HashMap<&'a String, usize>,
    /// The outputs of nodes with errors, and all values that depend on them.
    unknown: HashSet<String>,
    statements: Vec<TokenStream>,
    names: HashSet<String>,
    parameters: Vec<f64>,
    errors: Messages,
}

impl<'a> Lowering<'a> {
    fn new(model: &'a OnnxModel) -> Self {
        let mut lowering = Self {
            model,
            values: HashMap::new(),
            uses: HashMap::new(),
            unknown: HashSet::new(),
            statements: Vec::new(),
            names: HashSet::new(),
            parameters: Vec::new(),
            errors: Vec::new(),
        };
        for used in model.nodes.iter().flat_map(|node| &node.input).chain(&model.outputs) {
            *lowering.uses.entry(used).or_insert(0) += 1;
        }
        for (input, features) in &model.inputs {
            let name = lowering.new_name(input, "input");
            let size = Literal::usize_unsuffixed(*features);
            lowering.statements.push(quote! { let #name = Input(#size); });
            lowering.values.insert(input.clone(), LoweredValue::Ready(NamedValue { name, features: *features }));
        }
        lowering
    }

    fn finish(mut self) -> Result<LoweredModel, Messages> {
        let mut outputs = Vec::new();
        for output in &self.model.outputs {
            match self.ready(output) {
                Ok(value) => outputs.push(value.name),
                Err(error) if self.errors.is_empty() => self.errors.push(format!("output {output:?}: {error}")),
                Err(_) => {}
            }
        }
        if !self.errors.is_empty() {
            return Err(self.errors);
        }
        let inputs: Vec<_> = self.model.inputs.iter().filter_map(|(input, _)| self.name_of(input)).collect();
        let inputs = one_or_tuple(&inputs);
        let outputs = one_or_tuple(&outputs);
        let statements = &self.statements;
        Ok(LoweredModel {
            statements: quote! { #(#statements)* Model(#inputs => #outputs) },
            scalar: Ident::new(if self.model.is_double { "f64" } else { "f32" }, Span::call_site()),
            parameters: self.bytes(),
        })
    }

    /// Returns all weights as bytes, in the scalar type of the model.
    fn bytes(&self) -> Vec<u8> {
        if self.model.is_double {
            self.parameters.iter().flat_map(|value| value.to_le_bytes()).collect()
        } else {
            self.parameters.iter().flat_map(|&value| (value as f32).to_le_bytes()).collect()
        }
    }

    fn name_of(&self, value: &str) -> Option<Ident> {
        match self.values.get(value) {
            Some(LoweredValue::Ready(value)) => Some(value.name.clone()),
            _ => None,
        }
    }

    /// Returns a value that is used once, and can therefore be fused with the node that uses it.
    pub(super) fn fusible(&self, name: &String) -> Option<&LoweredValue> {
        self.values.get(name).filter(|_| self.uses.get(name) == Some(&1))
    }

    /// Returns a value as the argument of a layer. Writes its statement, if it has none yet.
    pub(super) fn ready(&mut self, name: &str) -> Result<NamedValue, String> {
        let value = match self.values.get(name).cloned() {
            Some(LoweredValue::Ready(value)) => return Ok(value),
            Some(LoweredValue::Dense(dense)) => self.dense(dense, None),
            Some(LoweredValue::Centered(value, mean)) => {
                let ones = vec![1.0; mean.len()];
                self.normalization(&value, mean, ones)
            }
            None if self.model.constants.contains_key(name) => {
                return Err(format!("expected a value that depends on the inputs, found the constant {name:?}"));
            }
            None => return Err(format!("no previous node computes {name:?}")),
        };
        self.values.insert(name.into(), LoweredValue::Ready(value.clone()));
        Ok(value)
    }

    /// Returns whether a node depends on one with an error.
    pub(super) fn is_unknown(&self, node: &NodeProto) -> bool {
        node.input.iter().any(|input| self.unknown.contains(input))
    }

    /// Suppresses errors about nodes that depend on this one.
    pub(super) fn mark_unknown(&mut self, node: &NodeProto) {
        self.unknown.extend(node.output.iter().cloned());
    }

    /// Returns a constant of the file.
    pub(super) fn constant(&self, name: &str) -> Option<&'a Constant> {
        self.model.constants.get(name)
    }

    /// Sets the first output of a node.
    pub(super) fn set(&mut self, node: &NodeProto, value: LoweredValue) -> Result<(), String> {
        let output = node.output.first().ok_or("missing output")?;
        self.values.insert(output.clone(), value);
        Ok(())
    }

    /// Sets an output by its name.
    pub(super) fn set_output(&mut self, output: &str, value: NamedValue) {
        self.values.insert(output.into(), LoweredValue::Ready(value));
    }

    /// Adds a layer that is called on values. `parameters` are its weights in the order of its fields.
    pub(super) fn layer(
        &mut self,
        hint: &str,
        kind: &str,
        layer: &TokenStream,
        inputs: &[NamedValue],
        features: usize,
        parameters: impl IntoIterator<Item = f64>,
    ) -> NamedValue {
        let name = self.new_name(hint, kind);
        let inputs = inputs.iter().map(|input| &input.name);
        self.statements.push(quote! { let #name = ::mlp::#layer(#(#inputs),*); });
        let first = self.parameters.len();
        self.parameters.extend(parameters);
        // A double may exceed the range of single precision.
        let is_finite = |value: f64| if self.model.is_double { value.is_finite() } else { (value as f32).is_finite() };
        if let Some(&value) = self.parameters[first..].iter().find(|&&value| !is_finite(value)) {
            self.errors.push(format!("the weights of `{name}` have the value {value}: expected finite weights"));
        }
        NamedValue { name, features }
    }

    /// Adds a slice of the features from `first` to `end`, exclusive.
    pub(super) fn slice(&mut self, value: &NamedValue, first: usize, end: usize) -> NamedValue {
        let name = self.new_name("", "slice");
        let source = &value.name;
        let [from, to] = [first, end].map(Literal::usize_unsuffixed);
        self.statements.push(quote! { let #name = #source[#from..#to]; });
        NamedValue { name, features: end - first }
    }

    /// Adds a `Dense`. Its weights are stored in column-major order, before the bias.
    pub(super) fn dense(&mut self, dense: DenseDraft, activation: Option<&str>) -> NamedValue {
        let DenseDraft { hint, input, outputs, weights, bias } = dense;
        let [from, to] = [input.features, outputs].map(Literal::usize_unsuffixed);
        let activation = activation.map(|name| {
            let name = Ident::new(name, Span::call_site());
            quote! { , ::mlp::#name }
        });
        let no_bias = bias.is_none().then(|| quote! { , use_bias = false });
        let layer = quote! { Dense(#from => #to #activation #no_bias) };
        let inputs = input.features;
        let columns = (0..inputs).flat_map(move |column| (0..outputs).map(move |row| row * inputs + column));
        let columns: Vec<f64> = columns.map(|index| weights[index]).collect();
        let bias = bias.unwrap_or_else(|| vec![0.0; outputs]);
        self.layer(&hint, "dense", &layer, &[input], outputs, columns.into_iter().chain(bias))
    }

    /// Adds `(x − mean) / √variance`.
    pub(super) fn normalization(&mut self, input: &NamedValue, mean: Vec<f64>, variance: Vec<f64>) -> NamedValue {
        let size = Literal::usize_unsuffixed(input.features);
        let layer = quote! { Normalization(#size) };
        let parameters = mean.into_iter().chain(variance);
        self.layer("", "normalization", &layer, core::slice::from_ref(input), input.features, parameters)
    }

    /// Returns a new name for a value: the name in the file as an identifier, or the kind with a number.
    fn new_name(&mut self, hint: &str, kind: &str) -> Ident {
        let wanted = identifier(hint).unwrap_or_else(|| format!("{kind}_1"));
        let stem = wanted.trim_end_matches(|letter: char| letter.is_ascii_digit()).to_owned();
        let stem = if stem.ends_with('_') { stem } else { format!("{wanted}_") };
        let numbered = (1..).map(|number| format!("{stem}{number}"));
        let name = std::iter::once(wanted).chain(numbered).find(|name| self.names.insert(name.clone()));
        Ident::new(&name.unwrap_or_else(|| kind.into()), Span::call_site())
    }
}

fn one_or_tuple(names: &[Ident]) -> TokenStream {
    match names {
        [name] => quote! { #name },
        _ => quote! { (#(#names),*) },
    }
}

/// Last parts of names that do not identify a layer, as in `fc1.weight` or `dense/MatMul:0`.
const SUFFIXES: [&str; 12] =
    ["weight", "weights", "kernel", "bias", "gamma", "scale", "matmul", "gemm", "readvariableop", "cast", "0", "value"];

/// Converts a name of the file to an identifier: `encoder.fc1.weight` to `encoder_fc1`.
fn identifier(name: &str) -> Option<String> {
    let lower = name.to_lowercase();
    let mut parts: Vec<&str> = lower.split(['.', '/', ':']).filter(|part| !part.is_empty()).collect();
    while parts.len() > 1 && parts.last().is_some_and(|part| SUFFIXES.contains(part)) {
        parts.pop();
    }
    let name: String =
        parts.join("_").chars().map(|letter| if letter.is_ascii_alphanumeric() { letter } else { '_' }).collect();
    let is_name =
        name.starts_with(|letter: char| letter.is_ascii_lowercase()) && syn::parse_str::<Ident>(&name).is_ok();
    is_name.then_some(name)
}
