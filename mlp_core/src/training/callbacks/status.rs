use core::fmt::{self, Write};
use core::mem;
use std::collections::BTreeMap;

/// Where a training stands: the epoch, the batch, the figures, the learning rate. What closures see.
#[derive(Clone, Debug)]
pub struct Status {
    pub(in crate::training) epoch: usize,
    pub(in crate::training) batch: usize,
    epochs: usize,
    batches: usize,
    /// First those of training, then those of the validation, then what callbacks add.
    figures: Vec<(String, f64)>,
    training: usize,
    validation: usize,
    shown: Shown,
    learning_rate: f64,
    wanted_learning_rate: Option<f64>,
    stopping: bool,
    /// Lines that are not printed yet.
    said: String,
    memory: BTreeMap<String, f64>,
}

/// Which figures have a value.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(in crate::training) enum Shown {
    /// Those of training: within an epoch.
    Training,
    /// All but those of the validation.
    Unvalidated,
    /// All.
    All,
}

impl Status {
    /// Before a training of so many epochs of so many batches, which reports these figures.
    pub(in crate::training) fn new(
        names: Vec<String>,
        validated: bool,
        (epoch, epochs): (usize, usize),
        batches: usize,
    ) -> Self {
        let training = names.len();
        let validation: Vec<_> = names.iter().filter(|_| validated).map(|name| format!("val_{name}")).collect();
        Self {
            epoch,
            batch: 0,
            epochs,
            batches,
            training,
            validation: validation.len(),
            figures: names.into_iter().chain(validation).map(|name| (name, f64::NAN)).collect(),
            shown: Shown::Training,
            learning_rate: f64::NAN,
            wanted_learning_rate: None,
            stopping: false,
            said: String::new(),
            memory: BTreeMap::new(),
        }
    }

    /// The epoch, counted from 0 as in Keras's callbacks.
    pub fn epoch(&self) -> usize {
        self.epoch
    }

    /// At which epoch the training ends.
    pub fn epochs(&self) -> usize {
        self.epochs
    }

    /// The batch within the epoch, counted from 0.
    pub fn batch(&self) -> usize {
        self.batch
    }

    /// How many batches an epoch has.
    pub fn batches(&self) -> usize {
        self.batches
    }

    /// Every figure that is known now, under its name: `loss`, the metrics, and after an epoch `val_loss` and so on. Keras:
    /// `logs`.
    pub fn logs(&self) -> impl Iterator<Item = (&str, f64)> {
        let known = self.figures.iter().enumerate().filter(|&(position, _)| self.is_shown(position));
        known.map(|(_, (name, value))| (name.as_str(), *value))
    }

    /// The figure of this name: `training.get("val_loss")`. `None` if there is none now, as in an epoch without validation.
    pub fn get(&self, name: &str) -> Option<f64> {
        self.logs().find(|&(known, _)| known == name).map(|(_, value)| value)
    }

    /// The names of all figures, also of those that are not known at this moment.
    pub fn names(&self) -> impl Iterator<Item = &str> {
        self.figures.iter().map(|(name, _)| name.as_str())
    }

    /// Adds a figure to those of the epoch, or sets it: to the progress line and to the history.
    pub fn log(&mut self, name: &str, value: f64) {
        match self.figures.iter_mut().find(|(known, _)| known == name) {
            Some((_, figure)) => *figure = value,
            None => self.figures.push((name.to_owned(), value)),
        }
    }

    /// The optimizer's learning rate for the next step.
    pub fn learning_rate(&self) -> f64 {
        self.wanted_learning_rate.unwrap_or(self.learning_rate)
    }

    /// Sets the optimizer's learning rate. It takes the place of a schedule, if there is one.
    pub fn set_learning_rate(&mut self, learning_rate: f64) {
        self.wanted_learning_rate = Some(learning_rate);
    }

    /// Lets a checkpoint have a number that a callback needs to go on: `remember("MyCallback:wait", 3.0)`.
    pub fn remember(&mut self, name: &str, number: f64) {
        match self.memory.get_mut(name) {
            Some(known) => *known = number,
            None => drop(self.memory.insert(name.to_owned(), number)),
        }
    }

    /// The number that a callback has remembered: in `on_train_begin`, that of the checkpoint from which the training goes on.
    pub fn recall(&self, name: &str) -> Option<f64> {
        self.memory.get(name).copied()
    }

    pub(in crate::training) fn memory(&mut self) -> &mut BTreeMap<String, f64> {
        &mut self.memory
    }

    /// Ends the training: within an epoch, the epoch ends here. Keras: `stop_training = True`.
    pub fn stop(&mut self) {
        self.stopping = true;
    }

    /// Prints a line between those of the progress, in their order; also where these are silent.
    pub fn say(&mut self, line: impl fmt::Display) {
        // Writing to a `String` cannot fail.
        let _ = writeln!(self.said, "{line}");
    }

    /// Whether someone has ended the training.
    pub fn is_stopping(&self) -> bool {
        self.stopping
    }

    fn is_shown(&self, position: usize) -> bool {
        match self.shown {
            Shown::Training => position < self.training,
            Shown::Unvalidated => !(self.training..self.training + self.validation).contains(&position),
            Shown::All => true,
        }
    }

    pub(in crate::training) fn show(&mut self, shown: Shown) {
        self.shown = shown;
    }

    pub(in crate::training) fn training_figures(&mut self) -> &mut [(String, f64)] {
        &mut self.figures[..self.training]
    }

    pub(in crate::training) fn validation_figures(&mut self) -> &mut [(String, f64)] {
        &mut self.figures[self.training..self.training + self.validation]
    }

    pub(in crate::training) fn figures(&self) -> &[(String, f64)] {
        &self.figures
    }

    /// Calls `print` with the figures of the epoch, without those of a validation that there was not.
    pub(in crate::training) fn print(&mut self, print: impl FnOnce(&[(String, f64)])) {
        if self.shown != Shown::Unvalidated {
            return print(&self.figures);
        }
        let (training, validation) = (self.training, self.validation);
        self.figures[training..].rotate_left(validation);
        print(&self.figures[..self.figures.len() - validation]);
        self.figures[training..].rotate_right(validation);
    }

    /// The lines to print.
    pub(in crate::training) fn take_said(&mut self) -> String {
        mem::take(&mut self.said)
    }

    pub(in crate::training) fn begin_call(&mut self, learning_rate: f64) {
        self.learning_rate = learning_rate;
    }

    /// The learning rate that a callback has asked for.
    pub(in crate::training) fn end_call(&mut self) -> Option<f64> {
        self.wanted_learning_rate.take()
    }
}
