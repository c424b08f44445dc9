use core::fmt::{Display, Formatter, Result};

use super::{Call, Origin, Role, Shape, Variable};
use crate::diagram::{Diagram, Node};
use crate::training::Network;

/// A table of a network's layers, which prints as Keras 2 prints `model.summary()`.
///
/// Only blanks at the ends of lines are left out: Keras fills every line up to the table's width.
///
/// ```
/// use mlp_core::layers::{Summary, Variable};
///
/// let mut summary = Summary::new("sequential");
/// summary.row("dense_1", "Dense", 10, [Variable::new("weights", [10, 1]), Variable::new("bias", [10])]);
/// println!("{summary}");
/// assert_eq!(summary.parameters(), 20);
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Summary {
    model_name: String,
    rows: Vec<Row>,
    invalid_option: Option<InvalidOption>,
}

/// An option of a layer with a value that it cannot have.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("`{layer}` has {option} = {value}, but {needed} is needed")]
pub struct InvalidOption {
    /// The layer, behind the names of the networks that it is in: `encoder.dropout_1`.
    pub layer: String,
    /// The option's name.
    pub option: String,
    /// Its value.
    pub value: String,
    /// What its value may be.
    pub needed: String,
}

/// One layer of a [`Summary`].
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Row {
    /// The layer's name in its network: `dense_1`.
    pub name: String,
    /// The kind of layer: `Dense`.
    pub kind: String,
    /// The output's shape, as printed: `(None, 10)` for any number of samples of ten features.
    pub output_shape: String,
    /// The layer's own parameters, in the order in which they lie in memory.
    pub variables: Vec<Variable>,
    /// The layers inside, if it is a network.
    pub layers: Vec<Row>,
    /// What the layer's inputs come from: `dense_1[0][0]`. `None` in a network that is a chain.
    pub connected_to: Option<Vec<String>>,
}

/// How many inputs have a row: those before the first layer.
fn inputs(calls: &[Call]) -> usize {
    calls.iter().map(|call| call.row).min().unwrap_or(0)
}

impl Row {
    /// A layer without parameters.
    pub fn new(name: &str, kind: &str, output_shape: impl Into<String>) -> Self {
        let (name, kind, output_shape) = (name.into(), kind.into(), output_shape.into());
        Self { name, kind, output_shape, variables: Vec::new(), layers: Vec::new(), connected_to: None }
    }

    /// How many parameters the layer has.
    pub fn parameters(&self) -> usize {
        self.trainable() + self.non_trainable()
    }

    /// How many parameters training changes.
    pub fn trainable(&self) -> usize {
        self.count(Role::Trained)
    }

    /// How many parameters training leaves as they are.
    pub fn non_trainable(&self) -> usize {
        self.count(Role::Kept)
    }

    fn count(&self, role: Role) -> usize {
        let own = self.variables.iter().filter(|variable| variable.role == role).map(Variable::count);
        own.chain(self.layers.iter().map(|layer| layer.count(role))).sum()
    }

    fn list_variables(&self, network: &str, list: &mut Vec<Variable>) {
        let path = format!("{network}{}.", self.name);
        list.extend(self.variables.iter().map(|variable| {
            let name = format!("{path}{}", variable.name);
            Variable { name, ..variable.clone() }
        }));
        self.layers.iter().for_each(|layer| layer.list_variables(&path, list));
    }
}

impl Summary {
    /// An empty table.
    pub fn new(model_name: &str) -> Self {
        Self { model_name: model_name.into(), rows: Vec::new(), invalid_option: None }
    }

    /// Says what an option needs, unless it `holds`: a training with it does not begin.
    pub fn need(&mut self, holds: bool, layer: &str, (option, value): (&str, f64), needed: &str) {
        if !holds && self.invalid_option.is_none() {
            let (layer, option, value) = (layer.into(), option.into(), value.to_string());
            self.invalid_option = Some(InvalidOption { layer, option, value, needed: needed.into() });
        }
    }

    /// The first option with a value that it cannot have.
    pub fn invalid_option(&self) -> Option<&InvalidOption> {
        self.invalid_option.as_ref()
    }

    /// Adds a layer.
    pub fn row<const COUNT: usize>(&mut self, name: &str, kind: &str, outputs: usize, variables: [Variable; COUNT]) {
        self.push(Row { variables: variables.into(), ..Row::new(name, kind, format!("(None, {outputs})")) });
    }

    /// Adds an input of a network.
    pub fn input<S: Shape>(&mut self, name: &str) {
        self.push(Row::new(name, "InputLayer", format!("[{}]", S::text())));
    }

    /// Adds a network that is a layer of another.
    pub fn network<N: Network>(&mut self, name: &str, options: &N::Options) {
        let mut inside = Self::new(N::NAME);
        N::rows(options, &mut inside);
        if let Some(bad) = inside.invalid_option {
            let layer = format!("{name}.{}", bad.layer);
            self.invalid_option.get_or_insert(InvalidOption { layer, ..bad });
        }
        self.push(Row { layers: inside.rows, ..Row::new(name, N::KIND, N::Output::text()) });
    }

    /// Says what each row is connected to, unless the network is a chain, of which the order of the rows says it.
    pub fn connect(&mut self, calls: &[Call]) {
        let inputs = inputs(calls);
        let chain = |(index, call): (usize, &Call)| {
            call.row == inputs + index && call.arguments.iter().all(|origin| origin.call + 1 == inputs + index)
        };
        if inputs <= 1 && calls.iter().enumerate().all(chain) {
            return;
        }
        // For each call its row, and which call of that row it is.
        let rows = (0..inputs).chain(calls.iter().map(|call| call.row));
        let mut counts = vec![0; self.rows.len()];
        let name = |row: usize| {
            counts[row] += 1;
            format!("{}[{}]", self.rows[row].name, counts[row] - 1)
        };
        let names: Vec<_> = rows.map(name).collect();
        for row in &mut self.rows {
            row.connected_to = Some(Vec::new());
        }
        for Call { row, arguments } in calls {
            let origins = arguments.iter().map(|Origin { call, value }| format!("{}[{value}]", names[*call]));
            self.rows[*row].connected_to.get_or_insert_default().extend(origins);
        }
    }

    /// The same as a picture: a box for each call.
    pub(crate) fn diagram(&self, calls: &[Call]) -> Diagram {
        let node = |row: usize, inputs: Vec<usize>| {
            let parameters = self.rows[row].parameters();
            let Row { name, kind, output_shape, .. } = self.rows[row].clone();
            Node { name, kind, output_shape, parameters, inputs }
        };
        let inputs = (0..inputs(calls)).map(|input| node(input, Vec::new()));
        let calls = calls.iter().map(|call| node(call.row, call.arguments.iter().map(|origin| origin.call).collect()));
        Diagram { title: self.model_name.clone(), nodes: inputs.chain(calls).collect() }
    }

    /// Adds any row. As soon as one says what it is connected to, the table has a column for that.
    pub fn push(&mut self, row: Row) {
        self.rows.push(row);
    }

    /// The model's name, as in the first line.
    pub fn model_name(&self) -> &str {
        &self.model_name
    }

    /// The layers, in the order in which they were added.
    pub fn rows(&self) -> &[Row] {
        &self.rows
    }

    /// All parameters, in the order in which they lie in memory, each array with the names of the layers that it is in:
    /// `encoder.dense_1.weights`.
    pub fn variables(&self) -> Vec<Variable> {
        let mut variables = Vec::new();
        self.rows.iter().for_each(|row| row.list_variables("", &mut variables));
        variables
    }

    /// How many parameters the network has.
    pub fn parameters(&self) -> usize {
        self.trainable() + self.non_trainable()
    }

    /// How many parameters training changes.
    pub fn trainable(&self) -> usize {
        self.rows.iter().map(Row::trainable).sum()
    }

    /// How many parameters training leaves as they are.
    pub fn non_trainable(&self) -> usize {
        self.rows.iter().map(Row::non_trainable).sum()
    }
}

impl Display for Summary {
    fn fmt(&self, formatter: &mut Formatter<'_>) -> Result {
        // Where each column ends: 0.45, 0.85 and 1 of 65, and 0.3, 0.6, 0.7 and 1 of 98, in Keras.
        let connected = self.rows.iter().any(|row| row.connected_to.is_some());
        let ends: &[usize] = if connected { &[29, 58, 68, 98] } else { &[29, 55, 65] };
        let width = ends[ends.len() - 1];
        writeln!(formatter, "Model: \"{}\"\n{:_<width$}", self.model_name, "")?;
        write_row(formatter, ends, ["Layer (type)", "Output Shape", "Param #", "Connected to"])?;
        writeln!(formatter, "{:=<width$}", "")?;
        for row in &self.rows {
            let name = format!("{} ({})", row.name, row.kind);
            let parameters = row.parameters().to_string();
            write_row(formatter, ends, [&name, &row.output_shape, &parameters, &connections(row)])?;
            writeln!(formatter)?;
        }
        writeln!(formatter, "{:=<width$}", "")?;
        writeln!(formatter, "Total params: {}", self.parameters())?;
        writeln!(formatter, "Trainable params: {}", self.trainable())?;
        writeln!(formatter, "Non-trainable params: {}", self.non_trainable())?;
        write!(formatter, "{:_<width$}", "")
    }
}

/// A row's connections as a Python list.
fn connections(row: &Row) -> String {
    let names: Vec<_> = row.connected_to.iter().flatten().map(|name| format!("'{name}'")).collect();
    format!("[{}]", names.join(", "))
}

/// Writes as many lines as the longest field needs. There may be more fields than columns.
fn write_row(formatter: &mut Formatter<'_>, ends: &[usize], mut fields: [&str; 4]) -> Result {
    let last = ends.len() - 1;
    while fields[..=last].iter().any(|field| !field.is_empty()) {
        let mut line = String::from(" ");
        let mut start = 0;
        for (column, (&end, field)) in ends.iter().zip(&mut fields).enumerate() {
            // Three columns are left free between a field and the next one.
            let room = end - start - if column == last { 0 } else { 3 };
            let (part, rest) = field.split_at(line_break(field, room));
            line.push_str(part);
            let missing = end.saturating_sub(line.chars().count());
            line.extend(core::iter::repeat_n(' ', missing));
            *field = rest;
            start = end;
        }
        writeln!(formatter, "{}", line.trim_end())?;
    }
    Ok(())
}

/// Where to break a field, in bytes: after a tuple or an item of a list, as Keras does, or where the room ends.
fn line_break(field: &str, room: usize) -> usize {
    let fits = field.char_indices().nth(room).map_or(field.len(), |(position, _)| position);
    let after_item = ["),", "},", "],", "',"].iter().filter_map(|mark| Some(field[..fits].find(mark)? + mark.len()));
    after_item.min().unwrap_or(fits)
}
