//! Summaries: the table of a network's layers.

mod keras_2;
mod keras_3;
mod layer_options;
mod screen;
#[cfg(test)]
mod tests;

pub(crate) use layer_options::LayerOptions;
pub use screen::Screen;

use core::fmt::{Display, Formatter, Result};

use mlp_core::layers::{InvalidValue, LayerInfo, LayerVisitor, Module, Role};
use mlp_core::network::{BaseNetwork, Call};

use crate::diagram::{Diagram, Node};

/// Table of a network's layers, printed as Keras 3 prints `model.summary()`, or as Keras 2 does: [`screen`](Self::screen).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Summary {
    model_name: String,
    rows: Vec<Row>,
    /// Size of a parameter.
    scalar_bytes: usize,
    screen: Screen,
}

/// Option of a layer, a loss or an optimizer with an invalid value.
#[derive(Clone, thiserror::Error)]
#[error("`{owner}` has {option} = {value}, expected {expected}")]
pub struct InvalidOption {
    /// Name of the loss or the optimizer, or of the layer, with the names of the networks that contain it:
    /// `encoder.dropout_1`.
    pub owner: String,
    /// Name of the option.
    pub option: &'static str,
    /// Value of the option.
    pub value: f64,
    /// Description of the valid values.
    pub expected: &'static str,
}

mlp_core::debug_as_display!(InvalidOption);

impl InvalidOption {
    pub(crate) fn new(owner: &str, InvalidValue { option, value, expected }: InvalidValue) -> Self {
        Self { owner: owner.to_owned(), option, value, expected }
    }
}

/// The values are compared by their bits, so that an error about NaN equals itself.
impl PartialEq for InvalidOption {
    fn eq(&self, other: &Self) -> bool {
        let key = |error: &Self| (error.option, error.value.to_bits(), error.expected);
        self.owner == other.owner && key(self) == key(other)
    }
}

impl Eq for InvalidOption {}

/// One layer of a [`Summary`].
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Row {
    /// Name of the layer in its network: `dense_1`.
    pub name: String,
    /// Kind of layer: `Dense`.
    pub kind: String,
    /// Shape of the output, as printed: `(None, 10)` for any number of samples of ten features.
    pub output_shape: String,
    /// Variables of the layer itself, in the order of memory.
    pub variables: Vec<NamedVariable>,
    /// Layers of a network. Empty for a layer.
    pub layers: Vec<Row>,
    /// Sources of the layer's inputs: `dense_1[0][0]`. `None` in a chain.
    pub connected_to: Option<Vec<String>>,
}

/// Variable of a network with its name and role.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NamedVariable {
    /// Name, in a list of all variables with the names of the layers that contain it: `encoder.dense_1.weights`.
    pub name: String,
    /// Rows, and columns of a matrix.
    pub shape: Vec<usize>,
    /// Role in training.
    pub role: Role,
}

impl NamedVariable {
    /// Returns the number of scalars in memory.
    pub fn count(&self) -> usize {
        self.shape.iter().product()
    }
}

/// Returns the number of inputs that have a row: those before the first layer.
fn inputs(layers: &[LayerInfo]) -> usize {
    layers.iter().take_while(|layer| layer.is_input).count()
}

impl Row {
    /// Creates the row of a layer whose variables have their roles at compile time.
    fn new(layer: &LayerInfo) -> Self {
        let variables = layer.variables.iter().map(|variable| NamedVariable {
            name: variable.name.into(),
            shape: variable.shape.sizes().into(),
            role: variable.role,
        });
        Self {
            name: layer.name.into(),
            kind: layer.kind.into(),
            output_shape: output_shape(layer),
            variables: variables.collect(),
            layers: layer.layers.iter().filter(|layer| !layer.is_input).map(Self::new).collect(),
            connected_to: None,
        }
    }

    /// Returns the number of parameters of the layer.
    pub fn parameters(&self) -> usize {
        self.trainable() + self.non_trainable()
    }

    /// Returns the number of parameters that training changes.
    pub fn trainable(&self) -> usize {
        self.count(Role::Trained)
    }

    /// Returns the number of parameters that training does not change.
    pub fn non_trainable(&self) -> usize {
        self.count(Role::Kept)
    }

    fn count(&self, role: Role) -> usize {
        let own = self.variables.iter().filter(|variable| variable.role == role).map(NamedVariable::count);
        own.chain(self.layers.iter().map(|layer| layer.count(role))).sum()
    }

    fn list_variables(&self, network: &str, list: &mut Vec<NamedVariable>) {
        let path = format!("{network}{}.", self.name);
        list.extend(self.variables.iter().map(|variable| {
            let name = format!("{path}{}", variable.name);
            NamedVariable { name, ..variable.clone() }
        }));
        self.layers.iter().for_each(|layer| layer.list_variables(&path, list));
    }
}

/// Returns the shape of a layer's output as text. The inputs of a network are lists, as in Keras 2.
fn output_shape(layer: &LayerInfo) -> String {
    let mut sizes = Vec::new();
    (layer.sizes)(&mut |size| sizes.push(format!("(None, {size})")));
    if sizes.len() == 1 && !layer.is_input { sizes.remove(0) } else { format!("[{}]", sizes.join(", ")) }
}

/// Visitor that sets the roles of variables, layer by layer, and keeps the first invalid option.
struct Configuration<'a> {
    leaves: Vec<Leaf<'a>>,
    next: usize,
    invalid: Option<InvalidOption>,
}

/// Layer that is no network, with its path.
struct Leaf<'a> {
    path: String,
    variables: &'a mut [NamedVariable],
}

/// Lists the layers that are no networks, in the order of memory.
fn leaves<'a>(rows: &'a mut [Row], network: &str, list: &mut Vec<Leaf<'a>>) {
    for row in rows.iter_mut().filter(|row| row.kind != "InputLayer") {
        let path = format!("{network}{}", row.name);
        if row.layers.is_empty() {
            list.push(Leaf { path, variables: &mut row.variables });
        } else {
            leaves(&mut row.layers, &format!("{path}."), list);
        }
    }
}

/// Returns the first option that is invalid. Not generic, so that programs don't compile it.
fn first_invalid(layers: &[LayerInfo], configure: &dyn Fn(&mut dyn LayerVisitor)) -> Option<InvalidOption> {
    Summary::configured_by("", layers, 0, configure).1
}

impl LayerVisitor for Configuration<'_> {
    fn layer(&mut self, role: &dyn Fn(usize) -> Role, check: core::result::Result<(), InvalidValue>) {
        let Some(leaf) = self.leaves.get_mut(self.next) else { return };
        self.next += 1;
        for (index, variable) in leaf.variables.iter_mut().enumerate() {
            variable.role = role(index);
        }
        if let Err(value) = check {
            self.invalid.get_or_insert(InvalidOption::new(&leaf.path, value));
        }
    }
}

impl Summary {
    /// Creates the summary of a network with given options.
    ///
    /// # Errors
    /// If an option of a layer has an invalid value.
    pub fn of<N: BaseNetwork>(options: &N::Options) -> core::result::Result<Self, InvalidOption> {
        let (summary, invalid) = Self::configured::<N>(N::NAME, options);
        invalid.map_or(Ok(summary), Err)
    }

    /// Returns the first option that is invalid.
    pub(super) fn invalid_option<N: BaseNetwork>(options: &N::Options) -> Option<InvalidOption> {
        first_invalid(N::LAYERS, &|visitor| N::configure(options, visitor))
    }

    /// Creates the summary of a network with its default options.
    pub fn of_network<N: BaseNetwork>() -> Self {
        Self::with_options::<N>(&N::Options::default())
    }

    /// Creates the summary of a network with given options, valid or not.
    pub(crate) fn with_options<N: BaseNetwork>(options: &N::Options) -> Self {
        let (mut summary, _) = Self::configured::<N>(N::NAME, options);
        summary.connect(N::LAYERS, N::CALLS);
        summary
    }

    /// Creates the summary of a layer or network alone, without the connections of its layers.
    pub fn of_module<L: Module>() -> Self {
        Self::configured::<L>("", &L::Options::default()).0
    }

    fn configured<L: Module>(model_name: &str, options: &L::Options) -> (Self, Option<InvalidOption>) {
        let layer = [LayerInfo::layer::<L>("")];
        let layers = if L::LAYERS.is_empty() { &layer[..] } else { L::LAYERS };
        Self::configured_by(model_name, layers, size_of::<L::Scalar>(), &|visitor| L::configure(options, visitor))
    }

    // Not generic, so that programs don't compile it.
    fn configured_by(
        model_name: &str,
        layers: &[LayerInfo],
        scalar_bytes: usize,
        configure: &dyn Fn(&mut dyn LayerVisitor),
    ) -> (Self, Option<InvalidOption>) {
        let mut rows: Vec<_> = layers.iter().map(Row::new).collect();
        let mut list = Vec::new();
        leaves(&mut rows, "", &mut list);
        let mut configuration = Configuration { leaves: list, next: 0, invalid: None };
        configure(&mut configuration);
        let invalid = configuration.invalid;
        (Self { model_name: model_name.into(), rows, scalar_bytes, screen: Screen::default() }, invalid)
    }

    /// Sets the connections of each row, unless the network is a chain, in which the order of the rows shows them.
    fn connect(&mut self, layers: &[LayerInfo], calls: &[Call]) {
        let inputs = inputs(layers);
        let is_next = |(index, call): (usize, &Call)| {
            call.layer == inputs + index && call.arguments.iter().all(|argument| argument.call + 1 == inputs + index)
        };
        if inputs <= 1 && calls.iter().enumerate().all(is_next) {
            return;
        }
        // For each call the row of its layer, and the number of earlier calls of that layer.
        let called_rows = (0..inputs).chain(calls.iter().map(|call| call.layer));
        let mut counts = vec![0; self.rows.len()];
        let name = |row: usize| {
            counts[row] += 1;
            format!("{}[{}]", self.rows[row].name, counts[row] - 1)
        };
        let names: Vec<_> = called_rows.map(name).collect();
        for row in &mut self.rows {
            row.connected_to = Some(Vec::new());
        }
        for call in calls {
            let sources = call.arguments.iter().map(|argument| format!("{}[{}]", names[argument.call], argument.value));
            self.rows[call.layer].connected_to.get_or_insert_default().extend(sources);
        }
    }

    /// Creates the diagram of a network: a box for each call.
    pub(crate) fn diagram<N: BaseNetwork>() -> Diagram {
        let summary = Self::of_network::<N>();
        let input_count = inputs(N::LAYERS);
        let node = |row: usize, inputs: Vec<usize>| {
            let parameters = summary.rows[row].parameters();
            let Row { name, kind, output_shape, .. } = summary.rows[row].clone();
            Node { name, kind, output_shape, parameters, inputs }
        };
        let chain = |layer: usize| node(layer, layer.checked_sub(1).into_iter().collect());
        let inputs = (0..input_count).map(|input| node(input, Vec::new()));
        let call = |call: &Call| node(call.layer, call.arguments.iter().map(|argument| argument.call).collect());
        let nodes: Vec<_> = if N::CALLS.is_empty() {
            (0..summary.rows.len()).map(chain).collect()
        } else {
            inputs.chain(N::CALLS.iter().map(call)).collect()
        };
        Diagram { title: summary.model_name.clone(), nodes }
    }

    /// Sets the style in which the table is printed. Defaults to that of Keras 3.
    #[must_use]
    pub fn screen(self, screen: Screen) -> Self {
        Self { screen, ..self }
    }

    /// Returns the name of the model, as in the first line.
    pub fn model_name(&self) -> &str {
        &self.model_name
    }

    /// Returns the rows, in the order of the layers.
    pub fn rows(&self) -> &[Row] {
        &self.rows
    }

    /// Returns all variables in the order of memory, each with the names of the layers that contain it:
    /// `encoder.dense_1.weights`.
    pub fn variables(&self) -> Vec<NamedVariable> {
        let mut variables = Vec::new();
        self.rows.iter().for_each(|row| row.list_variables("", &mut variables));
        variables
    }

    /// Returns the number of parameters of the network.
    pub fn parameters(&self) -> usize {
        self.trainable() + self.non_trainable()
    }

    /// Returns the number of parameters that training changes.
    pub fn trainable(&self) -> usize {
        self.rows.iter().map(Row::trainable).sum()
    }

    /// Returns the number of parameters that training does not change.
    pub fn non_trainable(&self) -> usize {
        self.rows.iter().map(Row::non_trainable).sum()
    }
}

impl Display for Summary {
    fn fmt(&self, formatter: &mut Formatter<'_>) -> Result {
        match self.screen {
            Screen::Keras3 => keras_3::write(self, formatter),
            Screen::Keras2 => keras_2::write(self, formatter),
        }
    }
}
