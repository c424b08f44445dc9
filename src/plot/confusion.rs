//! Confusion matrix.

use std::path::Path;

use plotters_backend::DrawingBackend;

use super::chart::{Area, DrawResult};
use super::file::{self, Picture};
use super::grid::{FONT_SIZE, Grid, max_width};
use super::lettering::Lettering;
use super::{Coordinate, PlotError, ToRows, colors};

/// Maximum number of classes that can be drawn.
const MAX_CLASSES: usize = 100;

/// Confusion matrix: a row for each true class, a column for each predicted class. scikit-learn:
/// `ConfusionMatrixDisplay`.
///
/// ```
/// use mlp::plot::Confusion;
///
/// # fn main() -> Result<(), mlp::plot::PlotError> {
/// # let directory = std::env::temp_dir().join(format!("mlp-doc-confusion-{}", std::process::id()));
/// let counts = [[50, 0], [3, 47]];
/// Confusion::new("Mails", &counts).classes(["good", "spam"]).save(directory.join("mails.png"))?;
///
/// let (truth, predicted) = ([0, 1, 1, 0, 1], [0, 1, 0, 0, 1]);
/// Confusion::from_predictions("Mails", &truth, &predicted).normalized().save(directory.join("shares.svg"))?;
/// # std::fs::remove_dir_all(directory).unwrap();
/// # Ok(())
/// # }
/// ```
#[derive(Clone, Debug)]
pub struct Confusion {
    title: String,
    names: Option<Vec<String>>,
    normalized: bool,
    source: Source,
}

#[derive(Clone, Debug)]
enum Source {
    Counts(Vec<Vec<f64>>),
    Predictions { truth: Vec<f64>, predicted: Vec<f64> },
}

impl Confusion {
    /// Creates a confusion matrix from counts, with a row for each true class.
    pub fn new(title: impl Into<String>, counts: &(impl ToRows + ?Sized)) -> Self {
        Self { title: title.into(), names: None, normalized: false, source: Source::Counts(counts.to_rows()) }
    }

    /// Counts true and predicted classes, which are indices from 0.
    pub fn from_predictions<T: Coordinate, P: Coordinate>(
        title: impl Into<String>,
        truth: impl IntoIterator<Item = T>,
        predicted: impl IntoIterator<Item = P>,
    ) -> Self {
        let truth = truth.into_iter().map(Coordinate::value).collect();
        let predicted = predicted.into_iter().map(Coordinate::value).collect();
        Self { title: title.into(), names: None, normalized: false, source: Source::Predictions { truth, predicted } }
    }

    /// Sets the names of the classes, in the order of their indices. Defaults to the indices.
    #[must_use]
    pub fn classes<N: Into<String>>(self, names: impl IntoIterator<Item = N>) -> Self {
        Self { names: Some(names.into_iter().map(Into::into).collect()), ..self }
    }

    /// Shows fractions of each true class instead of counts. The diagonal is the recall of each class.
    #[must_use]
    pub fn normalized(self) -> Self {
        Self { normalized: true, ..self }
    }

    /// Saves the plot as PNG or SVG, by the extension of `path`. Missing folders are created.
    ///
    /// # Errors
    /// Returns an error if the counts or classes are invalid, the number of names is wrong, or the file cannot be
    /// written.
    pub fn save(&self, path: impl AsRef<Path>) -> Result<(), PlotError> {
        file::save(self, path.as_ref())
    }

    /// Returns the checked counts.
    fn counts(&self) -> Result<Vec<Vec<f64>>, PlotError> {
        let rows = match &self.source {
            Source::Counts(rows) => rows.clone(),
            Source::Predictions { truth, predicted } => count(truth, predicted, self.names.as_ref().map(Vec::len))?,
        };
        check(&rows, &self.title)?;
        match &self.names {
            Some(names) if names.len() != rows.len() => {
                Err(PlotError::Names { role: "classes", expected: rows.len(), names: names.len() })
            }
            _ => Ok(rows),
        }
    }

    fn grid(&self) -> Grid {
        let rows = self.counts().unwrap_or_default();
        let max = rows.iter().flatten().copied().fold(1.0, f64::max);
        let fill =
            |count: f64, total: f64| colors::sequential(count / if self.normalized { total.max(1.0) } else { max });
        let fills = map_counts(&rows, fill);
        let texts = map_counts(&rows, |count, total| self.text(count, total));
        let (cell, font_size) = cell_size(&texts);
        let names = self.names.clone().unwrap_or_else(|| (0..rows.len()).map(|class| class.to_string()).collect());
        let names: Vec<_> = names.into_iter().enumerate().map(|(class, name)| (class as f64 + 0.5, name)).collect();
        Grid {
            title: self.title.clone(),
            x_label: "predicted".into(),
            y_label: "true".into(),
            row_names: names.clone(),
            column_names: names,
            cell: (cell, cell),
            fills,
            texts: Some((texts, font_size)),
            bar: None,
        }
    }

    /// Returns the text of a cell. `total` is the sum of its row.
    fn text(&self, count: f64, total: f64) -> String {
        if self.normalized {
            // Fractions of a class without samples are undefined.
            return if total == 0.0 { "–".into() } else { format!("{:.2}", count / total) };
        }
        if count < 1e7 { format!("{count}") } else { format!("{count:.1e}") }
    }
}

impl Picture for Confusion {
    fn size(&self) -> (u32, u32) {
        self.grid().size()
    }

    fn check(&self) -> Result<(), PlotError> {
        self.counts().map(|_| ())
    }

    fn draw<B: DrawingBackend>(&self, area: &Area<B>) -> DrawResult<B> {
        self.grid().draw(area)
    }
}

/// Maps each count and the sum of its row.
fn map_counts<R>(rows: &[Vec<f64>], map: impl Fn(f64, f64) -> R) -> Vec<Vec<R>> {
    let map_row = |row: &Vec<f64>| {
        let total = row.iter().sum::<f64>();
        row.iter().map(|&count| map(count, total)).collect()
    };
    rows.iter().map(map_row).collect()
}

/// Returns the size of a cell and the font size: as large as fits on a screen, but large enough to be readable.
fn cell_size(texts: &[Vec<String>]) -> (u32, f64) {
    let lettering = Lettering::new();
    let fitting = (560 / texts.len().max(1) as u32).clamp(22, 96);
    let width = |font_size| max_width(texts.iter().flatten(), font_size, &lettering) + 6;
    let font_size = [FONT_SIZE, 13.0, 11.0].into_iter().find(|&size| width(size) <= fitting).unwrap_or(11.0);
    (fitting.max(width(font_size)), font_size)
}

/// Counts true and predicted classes. There are at least as many classes as names.
fn count(truth: &[f64], predicted: &[f64], names: Option<usize>) -> Result<Vec<Vec<f64>>, PlotError> {
    if truth.len() != predicted.len() {
        return Err(PlotError::Predictions { truth: truth.len(), predicted: predicted.len() });
    }
    let truth = super::classes(truth, "true")?;
    let predicted = super::classes(predicted, "predicted")?;
    let found = truth.iter().chain(&predicted).max().map_or(0, |&class| class.saturating_add(1));
    let classes = found.max(if truth.is_empty() { 0 } else { names.unwrap_or(0) });
    if classes > MAX_CLASSES {
        return Err(PlotError::TooManyClasses { classes, max: MAX_CLASSES });
    }
    let mut counts = vec![vec![0.0; classes]; classes];
    truth.iter().zip(&predicted).for_each(|(&truth, &predicted)| counts[truth][predicted] += 1.0);
    Ok(counts)
}

fn check(rows: &[Vec<f64>], title: &str) -> Result<(), PlotError> {
    if rows.is_empty() {
        return Err(PlotError::NoValues { title: title.into() });
    }
    if rows.len() > MAX_CLASSES {
        return Err(PlotError::TooManyClasses { classes: rows.len(), max: MAX_CLASSES });
    }
    for (row, counts) in rows.iter().enumerate() {
        if counts.len() != rows.len() {
            return Err(PlotError::Columns { row, expected: rows.len(), found: counts.len() });
        }
        let is_count = |count: f64| count.is_finite() && count >= 0.0 && count.fract() == 0.0;
        if let Some(column) = counts.iter().position(|&count| !is_count(count)) {
            return Err(PlotError::Value { row, column, value: counts[column], expected: "a count" });
        }
    }
    Ok(())
}
