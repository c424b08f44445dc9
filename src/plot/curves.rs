//! Training curves.

use std::path::Path;

use mlp_train::History;
use plotters_backend::DrawingBackend;

use super::chart::{self, Area, DrawResult, units};
use super::file::{self, Picture};
use super::{Plot, PlotError};

/// Minimum ratio of max to min for a logarithmic axis.
const MIN_LOG_RATIO: f64 = 30.0;
/// Height of the title in pixels.
const TITLE_HEIGHT: u32 = 40;

/// Loss and metrics over the epochs of a training, on training and validation data.
///
/// The axis of a metric is logarithmic if its values are positive and its max is at least 30 times its min.
///
/// ```
/// use mlp::plot::Curves;
/// # use mlp::prelude::*;
///
/// # fn main() -> Result<(), mlp::plot::PlotError> {
/// # let directory = std::env::temp_dir().join(format!("mlp-doc-curves-{}", std::process::id()));
/// # let mut history = History::with_capacity(&["loss", "val_loss"], 2);
/// # history.push(&[1.0, 1.5]);
/// # history.push(&[0.5, 0.9]);
/// Curves::new("Training", &history).save(directory.join("training.png"))?;
/// # std::fs::remove_dir_all(directory).unwrap();
/// # Ok(())
/// # }
/// ```
#[derive(Clone, Debug)]
pub struct Curves {
    title: String,
    /// Metric and chart of each panel.
    panels: Vec<(String, Plot)>,
}

impl Curves {
    /// Creates a panel for each metric, in the order of the history.
    pub fn new(title: impl Into<String>, history: &History) -> Self {
        let mut metrics: Vec<&str> = Vec::new();
        for name in history.names() {
            let metric = metric_of(name, history);
            if !metrics.contains(&metric) {
                metrics.push(metric);
            }
        }
        let panels = metrics.into_iter().map(|metric| (metric.to_owned(), panel(metric, history))).collect();
        Self { title: title.into(), panels }
    }

    /// Selects and orders the metrics: `only(["loss"])`. Names that were not recorded are ignored.
    #[must_use]
    pub fn only<'a>(mut self, metrics: impl IntoIterator<Item = &'a str>) -> Self {
        let selected = metrics.into_iter().filter_map(|metric| self.panels.iter().find(|panel| panel.0 == metric));
        self.panels = selected.cloned().collect();
        self
    }

    /// Saves the plot as PNG or SVG, by the extension of `path`. Missing folders are created.
    ///
    /// # Errors
    /// Returns an error if the history is empty, a value is not finite, or the file cannot be written.
    pub fn save(&self, path: impl AsRef<Path>) -> Result<(), PlotError> {
        file::save(self, path.as_ref())
    }

    /// Returns the number of columns and rows of panels.
    fn arrangement(&self) -> (usize, usize) {
        let columns = self.panels.len().clamp(1, 2);
        (columns, self.panels.len().div_ceil(columns).max(1))
    }
}

impl Picture for Curves {
    fn size(&self) -> (u32, u32) {
        let title = if self.title.is_empty() { 0 } else { TITLE_HEIGHT };
        let (columns, rows) = self.arrangement();
        let height = if columns == 1 { 600 - title } else { 440 };
        (1200, title + height * rows as u32)
    }

    fn check(&self) -> Result<(), PlotError> {
        if self.panels.is_empty() {
            return Err(PlotError::NoValues { title: self.title.clone() });
        }
        self.panels.iter().try_for_each(|(_, plot)| plot.check())
    }

    fn draw<B: DrawingBackend>(&self, area: &Area<B>) -> DrawResult<B> {
        let width = area.dim_in_pixel().0 as i32;
        let mut below = area.clone();
        if !self.title.is_empty() {
            chart::draw_title(&self.title, &(0..width), area)?;
            below = area.split_vertically(units(TITLE_HEIGHT)).1;
        }
        let (columns, rows) = self.arrangement();
        // A last row with fewer panels is divided among them, so that no place stays empty.
        for (panels, row) in self.panels.chunks(columns).zip(below.split_evenly((rows, 1))) {
            let areas = row.split_evenly((1, panels.len()));
            panels.iter().zip(areas).try_for_each(|((_, plot), area)| chart::draw(plot, &area))?;
        }
        Ok(())
    }
}

/// Returns the metric of a column of the history: `val_loss` belongs to `loss` if that exists.
fn metric_of<'a>(name: &'a str, history: &History) -> &'a str {
    name.strip_prefix("val_").filter(|metric| history.get(metric).is_some()).unwrap_or(name)
}

/// Returns the label of a metric.
fn label(metric: &str) -> String {
    match metric {
        "r2_score" => "R²".to_owned(),
        "auc" => "AUC".to_owned(),
        "f1_score" => "F1 score".to_owned(),
        _ => metric.replace('_', " "),
    }
}

/// Returns the points of steps: each value holds from the end of the epoch before to the end of its own.
fn steps(values: &[f64]) -> (Vec<usize>, Vec<f64>) {
    let ends = |(index, &value): (usize, &f64)| [(index.max(1), value), (index + 1, value)];
    values.iter().enumerate().flat_map(ends).unzip()
}

fn panel(metric: &str, history: &History) -> Plot {
    let validation = format!("val_{metric}");
    let series = [(metric, "training"), (&validation, "validation")];
    let mut plot = Plot::new("").x_label("epoch").y_label(label(metric));
    let mut all = Vec::new();
    for (values, name) in series.into_iter().filter_map(|(column, name)| Some((history.get(column)?, name))) {
        // The axis names the metric; a legend is needed for two curves only.
        let name = if history.get(&validation).is_some() { name } else { "" };
        plot = if metric == "learning_rate" {
            let (x, y) = steps(values);
            plot.line(name, x, y)
        } else {
            plot.line(name, 1..=values.len(), values)
        };
        all.extend_from_slice(values);
    }
    if let Some(epoch) = history.restored_epoch().filter(|&epoch| epoch >= history.initial_epoch()) {
        let epoch = epoch - history.initial_epoch() + 1;
        plot.marked_x = Some((epoch as f64, "restored weights".to_owned()));
    }
    let (min, max) = all.iter().fold((f64::INFINITY, 0.0), |(min, max), &value| (value.min(min), value.max(max)));
    if min > 0.0 && max / min >= MIN_LOG_RATIO { plot.log_y() } else { plot }
}
