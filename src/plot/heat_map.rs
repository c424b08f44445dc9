use std::path::Path;

use plotters_backend::DrawingBackend;

use super::axis::Axis;
use super::chart::{Area, Drawn};
use super::file::{self, Picture};
use super::grid::{Bar, Grid, LETTERS, widest};
use super::lettering::Lettering;
use super::{PlotError, Table, colors};

/// As many rows and columns are shown at most. Of a larger matrix, the means of neighbors.
const MOST: usize = 160;

/// A matrix in colors, with a scale beside it. Numbers of both signs are blue and orange, and white is zero; those of
/// one sign are the darker the larger they are.
///
/// ```
/// use mlp::plot::HeatMap;
/// # use mlp::prelude::*;
///
/// # fn main() -> Result<(), mlp::plot::PlotError> {
/// # let directory = std::env::temp_dir().join(format!("mlp-doc-heat-{}", std::process::id()));
/// let network = sequential![Dense(4 => 10, tanh), Dense(10 => 1)];
/// let weights = HeatMap::new("Weights", &network.dense_1.weights).x_label("input").y_label("unit");
/// # let weights = HeatMap::new("Weights", &[[1.0, -2.0], [0.5, 0.0]]);
/// weights.save(directory.join("weights.png"))?;
/// # std::fs::remove_dir_all(directory).unwrap();
/// # Ok(())
/// # }
/// ```
#[derive(Clone, Debug)]
pub struct HeatMap {
    title: String,
    x_label: String,
    y_label: String,
    row_names: Option<Vec<String>>,
    column_names: Option<Vec<String>>,
    values: bool,
    rows: Vec<Vec<f64>>,
}

impl HeatMap {
    /// A cell for each number, the first row on top.
    pub fn new(title: impl Into<String>, numbers: &(impl Table + ?Sized)) -> Self {
        Self {
            title: title.into(),
            x_label: String::new(),
            y_label: String::new(),
            row_names: None,
            column_names: None,
            values: false,
            rows: numbers.rows(),
        }
    }

    /// What the columns are.
    #[must_use]
    pub fn x_label(self, label: impl Into<String>) -> Self {
        Self { x_label: label.into(), ..self }
    }

    /// What the rows are.
    #[must_use]
    pub fn y_label(self, label: impl Into<String>) -> Self {
        Self { y_label: label.into(), ..self }
    }

    /// Names the rows. Without names they are numbered from 0.
    #[must_use]
    pub fn row_names<N: Into<String>>(self, names: impl IntoIterator<Item = N>) -> Self {
        Self { row_names: Some(names.into_iter().map(Into::into).collect()), ..self }
    }

    /// Names the columns.
    #[must_use]
    pub fn column_names<N: Into<String>>(self, names: impl IntoIterator<Item = N>) -> Self {
        Self { column_names: Some(names.into_iter().map(Into::into).collect()), ..self }
    }

    /// Writes the numbers into the cells, to two decimals. They need room: a matrix of more than 40 rows or columns is
    /// shown without.
    #[must_use]
    pub fn values(self) -> Self {
        Self { values: true, ..self }
    }

    /// Writes the picture: PNG or SVG, by the extension. Missing directories are made.
    pub fn save(&self, path: impl AsRef<Path>) -> Result<(), PlotError> {
        file::save(self, path.as_ref())
    }

    fn grid(&self) -> Grid {
        let (rows, columns) = (self.rows.len(), self.rows.first().map_or(0, Vec::len));
        let shown = shrink(&self.rows);
        let texts = (self.values && rows.max(columns) <= 40).then(|| {
            shown.iter().map(|row| row.iter().map(|value| written(*value)).collect()).collect::<Vec<Vec<_>>>()
        });
        let least = texts.iter().flatten().flatten();
        let least = widest(least, 11.0, &Lettering::new()) + if self.values { 6 } else { 0 };
        let cell = cell_size(shown.len(), shown.first().map_or(0, Vec::len), least);
        let bar = scale(&shown, shown.len() as u32 * cell.1);
        let fill = |&value: &f64| (bar.color)(bar.axis.position(value));
        Grid {
            title: self.title.clone(),
            x_label: self.x_label.clone(),
            y_label: self.y_label.clone(),
            row_names: names(self.row_names.as_ref(), rows, (shown.len(), cell.1), 20),
            column_names: names(self.column_names.as_ref(), columns, (shown.first().map_or(0, Vec::len), cell.0), 48),
            cell,
            fills: shown.iter().map(|row| row.iter().map(fill).collect()).collect(),
            texts: texts.map(|texts| (texts, if cell.0 >= least * LETTERS as u32 / 11 { LETTERS } else { 11.0 })),
            bar: Some(bar),
        }
    }
}

impl Picture for HeatMap {
    fn size(&self) -> (u32, u32) {
        self.grid().size()
    }

    fn check(&self) -> Result<(), PlotError> {
        let columns = self.rows.first().map_or(0, Vec::len);
        if columns == 0 {
            return Err(PlotError::NoNumbers { title: self.title.clone() });
        }
        super::check_rows(&self.rows, columns)?;
        let named = [("rows", &self.row_names, self.rows.len()), ("columns", &self.column_names, columns)];
        for (role, names, needed) in named {
            if let Some(names) = names.as_ref().filter(|names| names.len() != needed) {
                return Err(PlotError::Names { role, names: names.len(), needed });
            }
        }
        Ok(())
    }

    fn draw<B: DrawingBackend>(&self, area: &Area<B>) -> Drawn<B> {
        self.grid().draw(area)
    }
}

fn written(value: f64) -> String {
    if value.abs() < 1e5 { format!("{value:.2}") } else { format!("{value:.1e}") }
}

/// Around zero if there are both signs.
fn scale(rows: &[Vec<f64>], height: u32) -> Bar {
    let ticks = (height as usize / 24).clamp(2, 10);
    let (low, high) =
        rows.iter().flatten().fold((f64::INFINITY, f64::NEG_INFINITY), |(low, high), v| (v.min(low), v.max(high)));
    if low < 0.0 && high > 0.0 {
        let reach = high.max(-low);
        return Bar { axis: Axis::linear([-reach, reach].into_iter(), 0.0, ticks), color: colors::diverging };
    }
    let color = if low < 0.0 { |position: f64| colors::sequential(1.0 - position) } else { colors::sequential };
    Bar { axis: Axis::linear([low, high].into_iter(), 0.0, ticks), color }
}

/// All of them together are no narrower. The scale has as much room for its names.
const LEAST: u32 = 72;

/// As large as fits a screen, and if possible no cell more than three times as long as it is wide.
fn cell_size(rows: usize, columns: usize, least: u32) -> (u32, u32) {
    let fitting = |room: u32, count: usize| (room / count.max(1) as u32).clamp(3, 64);
    let (width, height) = (fitting(880, columns), fitting(520, rows));
    let all = |count: usize| LEAST.div_ceil(count.max(1) as u32);
    (width.min(3 * height).max(least).max(all(columns)), height.min(3 * width).max(least.min(24)).max(all(rows)))
}

/// Means of as many neighbors as it takes to have few enough.
fn shrink(rows: &[Vec<f64>]) -> Vec<Vec<f64>> {
    let columns = rows.first().map_or(0, Vec::len);
    let (high, wide) = (rows.len().div_ceil(MOST).max(1), columns.div_ceil(MOST).max(1));
    let mean = |rows: &[Vec<f64>], start: usize| {
        let part = |row: &Vec<f64>| row[start..(start + wide).min(columns)].iter().sum::<f64>();
        let count = rows.len() * ((start + wide).min(columns) - start);
        rows.iter().map(part).sum::<f64>() / count as f64
    };
    rows.chunks(high).map(|rows| (0..columns).step_by(wide).map(|start| mean(rows, start)).collect()).collect()
}

/// Names of rows or columns, and where they stand: all, or as many as have room.
fn names(given: Option<&Vec<String>>, count: usize, (shown, cell): (usize, u32), room: u32) -> Vec<(f64, String)> {
    // Given names are written upwards where they are long, and so need no more room than a line.
    let room = if given.is_some() { 20.0 } else { f64::from(room) };
    let cells = shown as f64 / count.max(1) as f64;
    let least = room / (cells * f64::from(cell));
    let step =
        [1, 2, 5, 10, 20, 50, 100, 200, 500, 1000, 2000, 5000].into_iter().find(|&step| f64::from(step) >= least);
    let name = |index: usize| given.map_or_else(|| index.to_string(), |names| names[index].clone());
    let step = step.map_or(count.max(1), |step| step as usize);
    (0..count).step_by(step).map(|index| ((index as f64 + 0.5) * cells, name(index))).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn large_matrices_are_shown_by_means() {
        let rows: Vec<Vec<f64>> =
            (0..320).map(|row| (0..161).map(|column| f64::from(row + column)).collect()).collect();
        let shown = shrink(&rows);
        assert_eq!((shown.len(), shown[0].len()), (160, 81));
        assert_eq!(shown[0][..2], [1.0, 3.0]);
        // The last column has no neighbor.
        assert_eq!(shown[159][80], 318.5 + 160.0);
        assert_eq!(shrink(&rows[..2])[1].len(), 81);
    }

    #[test]
    fn as_many_names_as_have_room() {
        let texts = |names: Vec<(f64, String)>| names.into_iter().map(|(_, name)| name).collect::<Vec<_>>();
        assert_eq!(texts(names(None, 3, (3, 64), 48)), ["0", "1", "2"]);
        assert_eq!(texts(names(None, 64, (64, 13), 48))[..3], ["0", "5", "10"]);
        assert_eq!(names(None, 784, (157, 5), 48)[1].0, (50.5) * 157.0 / 784.0);
        assert_eq!(texts(names(Some(&vec!["a".into(), "b".into()]), 2, (2, 24), 48)), ["a", "b"]);
    }
}
