use std::path::Path;

use plotters_backend::DrawingBackend;

use super::chart::{Area, Drawn};
use super::file::{self, Picture};
use super::grid::{Grid, LETTERS, widest};
use super::lettering::Lettering;
use super::{Coordinate, PlotError, Table, colors};

/// More classes are no picture.
const MOST: usize = 100;

/// How often which class was taken for which: a row for each true class and a column for each predicted one.
/// scikit-learn's `ConfusionMatrixDisplay`.
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
    counts: Counts,
}

#[derive(Clone, Debug)]
enum Counts {
    Given(Vec<Vec<f64>>),
    Predictions { truth: Vec<f64>, predicted: Vec<f64> },
}

impl Confusion {
    /// Of counts that are known, a row for each true class.
    pub fn new(title: impl Into<String>, counts: &(impl Table + ?Sized)) -> Self {
        Self { title: title.into(), names: None, normalized: false, counts: Counts::Given(counts.rows()) }
    }

    /// Counts the classes of samples, which are numbered from 0.
    pub fn from_predictions<T: Coordinate, P: Coordinate>(
        title: impl Into<String>,
        truth: impl IntoIterator<Item = T>,
        predicted: impl IntoIterator<Item = P>,
    ) -> Self {
        let truth = truth.into_iter().map(Coordinate::value).collect();
        let predicted = predicted.into_iter().map(Coordinate::value).collect();
        Self { title: title.into(), names: None, normalized: false, counts: Counts::Predictions { truth, predicted } }
    }

    /// Names the classes, in their order. Without names they are numbered from 0.
    #[must_use]
    pub fn classes<N: Into<String>>(self, names: impl IntoIterator<Item = N>) -> Self {
        Self { names: Some(names.into_iter().map(Into::into).collect()), ..self }
    }

    /// Shows shares of each true class in place of counts: what is on the diagonal is the class's recall.
    #[must_use]
    pub fn normalized(self) -> Self {
        Self { normalized: true, ..self }
    }

    /// Writes the picture: PNG or SVG, by the extension. Missing directories are made.
    pub fn save(&self, path: impl AsRef<Path>) -> Result<(), PlotError> {
        file::save(self, path.as_ref())
    }

    /// A square of counts.
    fn counted(&self) -> Result<Vec<Vec<f64>>, PlotError> {
        let rows = match &self.counts {
            Counts::Given(rows) => rows.clone(),
            Counts::Predictions { truth, predicted } => count(truth, predicted, self.names.as_ref().map(Vec::len))?,
        };
        check(&rows, &self.title)?;
        match &self.names {
            Some(names) if names.len() != rows.len() => {
                Err(PlotError::Names { role: "classes", names: names.len(), needed: rows.len() })
            }
            _ => Ok(rows),
        }
    }

    fn grid(&self) -> Grid {
        let rows = self.counted().unwrap_or_default();
        let total = |row: &[f64]| row.iter().sum::<f64>();
        let most = rows.iter().flatten().copied().fold(1.0, f64::max);
        let shade = |row: &[f64], count: f64| count / if self.normalized { total(row).max(1.0) } else { most };
        let written = |row: &[f64], count: f64| match self.normalized {
            // Of a class without samples there are no shares.
            true if total(row) == 0.0 => "–".into(),
            true => format!("{:.2}", count / total(row)),
            false if count < 1e7 => format!("{count}"),
            false => format!("{count:.1e}"),
        };
        let each = |of: &dyn Fn(&[f64], f64) -> String| -> Vec<Vec<String>> {
            rows.iter().map(|row| row.iter().map(|&count| of(row, count)).collect()).collect()
        };
        let texts = each(&written);
        let fills = rows.iter().map(|row| row.iter().map(|&count| colors::sequential(shade(row, count))).collect());
        let (cell, letters) = cell_size(&texts);
        let names = self.names.clone().unwrap_or_else(|| (0..rows.len()).map(|class| class.to_string()).collect());
        let named: Vec<_> = names.into_iter().enumerate().map(|(class, name)| (class as f64 + 0.5, name)).collect();
        Grid {
            title: self.title.clone(),
            x_label: "predicted".into(),
            y_label: "true".into(),
            row_names: named.clone(),
            column_names: named,
            cell: (cell, cell),
            fills: fills.collect(),
            texts: Some((texts, letters)),
            bar: None,
        }
    }
}

impl Picture for Confusion {
    fn size(&self) -> (u32, u32) {
        self.grid().size()
    }

    fn check(&self) -> Result<(), PlotError> {
        self.counted().map(|_| ())
    }

    fn draw<B: DrawingBackend>(&self, area: &Area<B>) -> Drawn<B> {
        self.grid().draw(area)
    }
}

/// As large as fits a screen, but so that the numbers can be read.
fn cell_size(texts: &[Vec<String>]) -> (u32, f64) {
    let lettering = Lettering::new();
    let wanted = (560 / texts.len().max(1) as u32).clamp(22, 96);
    let width = |letters| widest(texts.iter().flatten(), letters, &lettering) + 6;
    let letters = [LETTERS, 13.0, 11.0].into_iter().find(|&letters| width(letters) <= wanted).unwrap_or(11.0);
    (wanted.max(width(letters)), letters)
}

/// Among at least so many classes as there are names.
fn count(truth: &[f64], predicted: &[f64], names: Option<usize>) -> Result<Vec<Vec<f64>>, PlotError> {
    if truth.len() != predicted.len() {
        return Err(PlotError::Predictions { truth: truth.len(), predicted: predicted.len() });
    }
    let (truth, predicted) = (super::classes(truth, "true")?, super::classes(predicted, "predicted")?);
    let largest = truth.iter().chain(&predicted).max().map_or(0, |&class| class.saturating_add(1));
    let classes = largest.max(if truth.is_empty() { 0 } else { names.unwrap_or(0) });
    if classes > MOST {
        return Err(PlotError::TooManyClasses { classes, most: MOST });
    }
    let mut counts = vec![vec![0.0; classes]; classes];
    truth.iter().zip(&predicted).for_each(|(&truth, &predicted)| counts[truth][predicted] += 1.0);
    Ok(counts)
}

fn check(rows: &[Vec<f64>], title: &str) -> Result<(), PlotError> {
    if rows.is_empty() {
        return Err(PlotError::NoNumbers { title: title.into() });
    }
    if rows.len() > MOST {
        return Err(PlotError::TooManyClasses { classes: rows.len(), most: MOST });
    }
    for (row, counts) in rows.iter().enumerate() {
        if counts.len() != rows.len() {
            return Err(PlotError::Columns { row, found: counts.len(), needed: rows.len() });
        }
        let is_count = |count: f64| count.is_finite() && count >= 0.0 && count.fract() == 0.0;
        if let Some(column) = counts.iter().position(|&count| !is_count(count)) {
            return Err(PlotError::Number { row, column, value: counts[column], needed: "a count" });
        }
    }
    Ok(())
}
