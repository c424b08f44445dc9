use core::fmt::{Debug, Formatter};

/// The loss and the metrics of every epoch of a training. Keras: `History`.
///
/// `history.get("val_loss")` is Keras's `history.history["val_loss"]`.
///
/// ```
/// # mod mlp { pub use mlp_train::History; }
/// use mlp::History;
///
/// let mut history = History::with_capacity(&["loss", "val_loss"], 2);
/// history.push(&[0.5, 0.75]);
/// history.push(&[0.25, 0.5]);
/// assert_eq!(history.loss(), [0.5, 0.25]);
/// assert_eq!(history.get("val_loss").unwrap().last(), Some(&0.5));
/// ```
#[derive(Clone, PartialEq)]
pub struct History {
    names: Vec<String>,
    series: Vec<Vec<f64>>,
    epochs: usize,
    initial_epoch: usize,
    interrupted: bool,
    stop_reason: Option<&'static str>,
    restored_epoch: Option<usize>,
}

impl History {
    /// Creates an empty history of metrics of these names, with memory for `epochs` epochs.
    pub fn with_capacity(names: &[impl AsRef<str>], epochs: usize) -> Self {
        Self {
            names: names.iter().map(|name| name.as_ref().to_owned()).collect(),
            series: names.iter().map(|_| Vec::with_capacity(epochs)).collect(),
            epochs: 0,
            initial_epoch: 0,
            interrupted: false,
            stop_reason: None,
            restored_epoch: None,
        }
    }

    pub(crate) fn set_initial_epoch(&mut self, epoch: usize) {
        self.initial_epoch = epoch;
    }

    /// Adds a metric. Its value is NaN in the epochs before.
    pub(crate) fn add_name(&mut self, name: &str) {
        self.names.push(name.to_owned());
        self.series.push(vec![f64::NAN; self.epochs]);
    }

    pub(crate) fn set_interrupted(&mut self, interrupted: bool) {
        self.interrupted = interrupted;
    }

    pub(crate) fn set_stop_reason(&mut self, reason: Option<&'static str>) {
        self.stop_reason = reason;
    }

    pub(crate) fn set_restored_epoch(&mut self, epoch: Option<usize>) {
        self.restored_epoch = epoch;
    }

    /// Returns the epoch, 0-based, whose weights [`EarlyStopping`](crate::EarlyStopping) has restored at the end, if it has.
    pub fn restored_epoch(&self) -> Option<usize> {
        self.restored_epoch
    }

    /// Returns why the optimizer ended the training, if it found that no further step reduces the loss. Only least squares,
    /// such as [`LevenbergMarquardt`](crate::optimizers::LevenbergMarquardt), do.
    pub fn stop_reason(&self) -> Option<&'static str> {
        self.stop_reason
    }

    /// Returns whether Ctrl-C ended the training. See `Fit::stop_on_ctrl_c`, of the feature `ctrlc`.
    pub fn interrupted(&self) -> bool {
        self.interrupted
    }

    /// Returns the first epoch, 0-based: the `initial_epoch` of `fit`.
    pub fn initial_epoch(&self) -> usize {
        self.initial_epoch
    }

    /// Adds an epoch: one value per name, in the order of the names. Allocates only beyond the capacity.
    ///
    /// # Panics
    /// If the number of values is not the number of names.
    pub fn push(&mut self, values: &[f64]) {
        assert_eq!(values.len(), self.names.len(), "expected one value for each of {:?}", self.names);
        for (series, &value) in self.series.iter_mut().zip(values) {
            series.push(value);
        }
        self.epochs += 1;
    }

    /// Returns the loss on the training data, one value per epoch. Empty if no loss was recorded.
    pub fn loss(&self) -> &[f64] {
        self.get("loss").unwrap_or(&[])
    }

    /// Returns the values of a metric, one per epoch: `loss`, `mean_absolute_error`, `val_loss`. NaN in epochs without
    /// validation.
    pub fn get(&self, name: &str) -> Option<&[f64]> {
        let position = self.names.iter().position(|known| known == name)?;
        Some(&self.series[position])
    }

    /// Returns the names of the metrics, in the order on the screen.
    pub fn names(&self) -> impl ExactSizeIterator<Item = &str> {
        self.names.iter().map(String::as_str)
    }

    /// Returns the number of epochs.
    pub fn epochs(&self) -> usize {
        self.epochs
    }

    /// Returns a table with one line per epoch, as Keras's `CSVLogger` writes it: `epoch,loss`. Epochs are 0-based.
    ///
    /// Values have as many digits as are needed to read the same value back.
    pub fn to_csv(&self) -> String {
        let mut lines = String::from("epoch");
        for name in &self.names {
            lines.push(',');
            lines.push_str(&csv_field(name));
        }
        lines.push('\n');
        for epoch in 0..self.epochs {
            lines.push_str(&(self.initial_epoch + epoch).to_string());
            for series in &self.series {
                lines.push_str(&format!(",{:?}", series[epoch]));
            }
            lines.push('\n');
        }
        lines
    }
}

/// `history["val_loss"]`. [`History::get`] does not panic.
impl core::ops::Index<&str> for History {
    type Output = Vec<f64>;

    /// Returns the values of a metric, one per epoch.
    ///
    /// # Panics
    /// If there is no such metric, with the names of those there are.
    fn index(&self, name: &str) -> &Vec<f64> {
        let position = self.names.iter().position(|known| known == name);
        let position = position.unwrap_or_else(|| panic!("the history has no `{name}`, but {}", self.names.join(", ")));
        &self.series[position]
    }
}

/// Quotes a field that contains a separator, a quote or a line break (RFC 4180).
fn csv_field(name: &str) -> String {
    if name.contains([',', '"', '\n', '\r']) { format!("\"{}\"", name.replace('"', "\"\"")) } else { name.to_owned() }
}

impl Debug for History {
    /// Formats the last epoch only.
    fn fmt(&self, formatter: &mut Formatter<'_>) -> core::fmt::Result {
        let mut fields = formatter.debug_struct("History");
        fields.field("epochs", &self.epochs);
        for (name, series) in self.names.iter().zip(&self.series) {
            fields.field(name, &series.last());
        }
        fields.finish()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn two_epochs() -> History {
        let mut history = History::with_capacity(&["loss", "val_loss"], 2);
        history.push(&[0.5, 1.0]);
        history.push(&[6.226e-6, f64::NAN]);
        history
    }

    #[test]
    fn series_by_name() {
        let history = two_epochs();
        assert_eq!(history.loss(), [0.5, 6.226e-6]);
        assert_eq!(history.get("val_loss").unwrap()[0], 1.0);
        assert_eq!(history.get("accuracy"), None);
        assert_eq!(history["loss"], [0.5, 6.226e-6]);
        assert_eq!(history.names().collect::<Vec<_>>(), ["loss", "val_loss"]);
        assert_eq!(history.epochs(), 2);
    }

    #[test]
    fn known_capacity_is_not_exceeded() {
        let mut history = History::with_capacity(&["loss"], 1000);
        let before = history.loss().as_ptr();
        (0..1000).for_each(|epoch| history.push(&[epoch as f64]));
        assert_eq!(history.loss().as_ptr(), before);
        assert_eq!(history.loss()[999], 999.0);
    }

    #[test]
    #[should_panic(expected = r#"expected one value for each of ["loss", "val_loss"]"#)]
    fn every_metric_in_every_epoch() {
        two_epochs().push(&[1.0]);
    }

    #[test]
    fn csv_as_keras_logs_it() {
        assert_eq!(two_epochs().to_csv(), "epoch,loss,val_loss\n0,0.5,1.0\n1,6.226e-6,NaN\n");
        assert_eq!(History::with_capacity(&["a,\"b\""], 0).to_csv(), "epoch,\"a,\"\"b\"\"\"\n");
    }

    #[test]
    fn debug_is_short() {
        assert_eq!(format!("{:?}", two_epochs()), "History { epochs: 2, loss: Some(6.226e-6), val_loss: Some(NaN) }");
    }

    #[test]
    #[should_panic(expected = "the history has no `accuracy`, but loss, val_loss")]
    fn an_unknown_metric_names_the_others() {
        let _ = &two_epochs()["accuracy"];
    }
}
