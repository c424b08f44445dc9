use std::path::Path;

use mlp_core::training::History;
use plotters_backend::DrawingBackend;

use super::chart::{self, Area, Drawn, units};
use super::file::{self, Picture};
use super::{Plot, PlotError};

/// A scale is logarithmic from this ratio of the largest to the smallest value on.
const WIDE: f64 = 30.0;

/// The loss and the metrics of a training over its epochs, each also on the validation data if there are any.
///
/// An axis is logarithmic where values are positive and differ widely.
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
    /// The metric of each panel, and its chart.
    panels: Vec<(String, Plot)>,
}

impl Curves {
    /// A panel for each metric, in the order of the history.
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

    /// Leaves out all metrics but these, and orders them so: `only(["loss"])`. A name that was not recorded is ignored.
    #[must_use]
    pub fn only<'a>(mut self, metrics: impl IntoIterator<Item = &'a str>) -> Self {
        let chosen = metrics.into_iter().filter_map(|metric| self.panels.iter().find(|panel| panel.0 == metric));
        self.panels = chosen.cloned().collect();
        self
    }

    /// Writes the picture: PNG or SVG, by the extension. Missing directories are made.
    pub fn save(&self, path: impl AsRef<Path>) -> Result<(), PlotError> {
        file::save(self, path.as_ref())
    }

    /// Columns and rows of panels.
    fn arrangement(&self) -> (usize, usize) {
        let columns = self.panels.len().clamp(1, 2);
        (columns, self.panels.len().div_ceil(columns).max(1))
    }
}

impl Picture for Curves {
    fn size(&self) -> (u32, u32) {
        let title = if self.title.is_empty() { 0 } else { TITLE };
        let (columns, rows) = self.arrangement();
        let height = if columns == 1 { 600 - title } else { 440 };
        (1200, title + height * rows as u32)
    }

    fn check(&self) -> Result<(), PlotError> {
        if self.panels.is_empty() {
            return Err(PlotError::NoNumbers { title: self.title.clone() });
        }
        self.panels.iter().try_for_each(|(_, plot)| plot.check())
    }

    fn draw<B: DrawingBackend>(&self, area: &Area<B>) -> Drawn<B> {
        let width = area.dim_in_pixel().0 as i32;
        let mut below = area.clone();
        if !self.title.is_empty() {
            chart::draw_title(&self.title, &(0..width), area)?;
            below = area.split_vertically(units(TITLE)).1;
        }
        let (columns, rows) = self.arrangement();
        let places = below.split_evenly((rows, columns));
        self.panels.iter().zip(places).try_for_each(|((_, plot), place)| chart::draw(plot, &place))
    }
}

const TITLE: u32 = 40;

/// What a column of a history measures: `val_loss` is the loss, if there is a loss.
fn metric_of<'a>(name: &'a str, history: &History) -> &'a str {
    name.strip_prefix("val_").filter(|metric| history.get(metric).is_some()).unwrap_or(name)
}

fn panel(metric: &str, history: &History) -> Plot {
    let validation = format!("val_{metric}");
    let series = [(metric, "training"), (&validation, "validation")];
    let mut plot = Plot::new("").x_label("epoch").y_label(metric.replace('_', " "));
    let mut all = Vec::new();
    for (values, name) in series.into_iter().filter_map(|(column, name)| Some((history.get(column)?, name))) {
        // Alone, its name is at the axis.
        let name = if history.get(&validation).is_some() { name } else { "" };
        plot = plot.line(name, 1..=values.len(), values);
        all.extend_from_slice(values);
    }
    let (low, high) = all.iter().fold((f64::INFINITY, 0.0), |(low, high), &value| (value.min(low), value.max(high)));
    if low > 0.0 && high / low >= WIDE { plot.log_y() } else { plot }
}
