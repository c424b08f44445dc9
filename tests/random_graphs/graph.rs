//! A graph as plain data: layers, calls and their order.

use std::ops::Range;
use std::rc::Rc;

/// A network. Values are numbered; `features` has the number of features of each.
pub struct Graph {
    pub name: String,
    pub features: Vec<usize>,
    /// Inputs, in the order of the model.
    pub inputs: Vec<usize>,
    /// Layers in the order of their definition, which is that of their parameters.
    pub layers: Vec<Layer>,
    pub statements: Vec<Statement>,
    pub outputs: Vec<Output>,
}

/// An output and its loss.
pub struct Output {
    pub value: usize,
    pub loss: Loss,
}

#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Loss {
    MeanSquaredError,
    MeanAbsoluteError,
}

pub struct Layer {
    pub kind: Kind,
    /// Number of features of the first argument.
    pub inputs: usize,
    /// `true` if the layer is defined by a statement and called by name.
    pub named: bool,
}

#[derive(Clone)]
pub enum Kind {
    Dense {
        inputs: usize,
        outputs: usize,
        activation: Activation,
    },
    Merge(Merge),
    Network(Rc<Graph>),
    Simple(Simple),
    /// Layer of `outputs / 2` trained frequencies.
    Fourier {
        outputs: usize,
    },
    /// `count` periodic inputs from `first` on.
    Periodic {
        first: usize,
        count: usize,
        harmonics: usize,
    },
}

/// Layer that keeps the number of features.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Simple {
    Dropout,
    LayerNormalization,
    PRelu,
    Rescaling,
    RmsNormalization,
    UnitNormalization,
}

#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Activation {
    Elu,
    Gelu,
    Identity,
    Relu,
    Selu,
    Sigmoid,
    Silu,
    Sin,
    Softmax,
    Softplus,
    Softsign,
    Tanh,
}

#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Merge {
    Add,
    Subtract,
    Multiply,
    Average,
    Maximum,
    Minimum,
    Concatenate,
    Dot,
    Cosine,
}

pub enum Statement {
    Input { value: usize },
    Slice { value: usize, of: Argument },
    Layer { layer: usize },
    Call { layer: usize, arguments: Vec<Argument>, results: Vec<usize> },
}

/// A value, or some of its features.
#[derive(Clone)]
pub struct Argument {
    pub value: usize,
    pub slice: Option<Range<usize>>,
}

impl Graph {
    /// Counts the uses of each value.
    pub fn uses(&self) -> Vec<usize> {
        let mut uses = vec![0; self.features.len()];
        for statement in &self.statements {
            match statement {
                Statement::Input { .. } | Statement::Layer { .. } => {}
                Statement::Slice { of, .. } => uses[of.value] += 1,
                Statement::Call { arguments, .. } => {
                    arguments.iter().for_each(|argument| uses[argument.value] += 1);
                }
            }
        }
        self.outputs.iter().for_each(|output| uses[output.value] += 1);
        uses
    }

    pub fn argument_features(&self, argument: &Argument) -> usize {
        argument.slice.as_ref().map_or(self.features[argument.value], ExactSizeIterator::len)
    }

    /// Returns the number of parameters.
    pub fn parameters(&self) -> usize {
        self.layers.iter().map(Layer::parameters).sum()
    }

    pub fn input_features(&self) -> Vec<usize> {
        self.inputs.iter().map(|&input| self.features[input]).collect()
    }

    pub fn output_features(&self) -> Vec<usize> {
        self.outputs.iter().map(|output| self.features[output.value]).collect()
    }
}

impl Layer {
    pub fn parameters(&self) -> usize {
        match &self.kind {
            Kind::Dense { inputs, outputs, .. } => (inputs + 1) * outputs,
            Kind::Simple(Simple::LayerNormalization) => 2 * self.inputs,
            Kind::Simple(Simple::PRelu | Simple::RmsNormalization) => self.inputs,
            Kind::Fourier { outputs } => self.inputs * outputs / 2,
            Kind::Merge(_) | Kind::Simple(_) | Kind::Periodic { .. } => 0,
            Kind::Network(graph) => graph.parameters(),
        }
    }
}
