//! Heat map of a matrix.

use std::path::Path;

use plotters_backend::DrawingBackend;

use super::axis::{Axis, with_minus};
use super::chart::{Area, DrawResult};
use super::file::{self, Picture};
use super::grid::{Bar, FONT_SIZE, Grid, max_width};
use super::lettering::Lettering;
use super::{PlotError, ToRows, colors};

/// Maximum number of rows and columns of cells. Larger matrices are averaged.
const MAX_CELLS: usize = 160;
/// Maximum number of rows and columns with values in the cells.
const MAX_CELLS_WITH_VALUES: usize = 40;
/// Smallest font size of values, in pixels.
const SMALL_FONT_SIZE: f64 = 11.0;

/// Matrix as colors, with a color scale.
///
/// Values of both signs are blue (negative) and orange (positive), and zero is white. Values of one sign are darker the
/// larger their magnitude.
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
    x_range: Option<Ends>,
    y_range: Option<Ends>,
    values: bool,
    rows: Vec<Vec<f64>>,
}

/// Coordinates of the first and the last column or row.
type Ends = (f64, f64);

impl HeatMap {
    /// Creates a heat map with a cell for each value, the first row at the top.
    pub fn new(title: impl Into<String>, matrix: &(impl ToRows + ?Sized)) -> Self {
        Self {
            title: title.into(),
            x_label: String::new(),
            y_label: String::new(),
            row_names: None,
            column_names: None,
            x_range: None,
            y_range: None,
            values: false,
            rows: matrix.to_rows(),
        }
    }

    /// Sets the label of the columns.
    #[must_use]
    pub fn x_label(self, label: impl Into<String>) -> Self {
        Self { x_label: label.into(), ..self }
    }

    /// Sets the label of the rows.
    #[must_use]
    pub fn y_label(self, label: impl Into<String>) -> Self {
        Self { y_label: label.into(), ..self }
    }

    /// Sets the names of the rows. Defaults to their indices.
    #[must_use]
    pub fn row_names<N: Into<String>>(self, names: impl IntoIterator<Item = N>) -> Self {
        Self { row_names: Some(names.into_iter().map(Into::into).collect()), ..self }
    }

    /// Sets the names of the columns. Defaults to their indices.
    #[must_use]
    pub fn column_names<N: Into<String>>(self, names: impl IntoIterator<Item = N>) -> Self {
        Self { column_names: Some(names.into_iter().map(Into::into).collect()), ..self }
    }

    /// Sets the coordinates of the first and the last column, for a function on a grid of points. Names come first.
    ///
    /// ```
    /// # use mlp::plot::HeatMap;
    /// # let energies = [[1.0, 0.5, 1.0], [0.5, 0.0, 0.5]];
    /// // The first row is the upper edge, y = 2.
    /// let map = HeatMap::new("Energy", &energies).x_label("x").y_label("y").x_range(-1.0, 1.0).y_range(2.0, 0.0);
    /// ```
    #[must_use]
    pub fn x_range(self, first: f64, last: f64) -> Self {
        Self { x_range: Some((first, last)), ..self }
    }

    /// Sets the coordinates of the first row, at the top, and the last one. Names come first.
    #[must_use]
    pub fn y_range(self, first: f64, last: f64) -> Self {
        Self { y_range: Some((first, last)), ..self }
    }

    /// Prints the values in the cells, with two decimals. Ignored if there are more than 40 rows or columns.
    #[must_use]
    pub fn values(self) -> Self {
        Self { values: true, ..self }
    }

    /// Saves the plot as PNG or SVG, by the extension of `path`. Missing folders are created.
    ///
    /// # Errors
    /// Returns an error if the matrix is empty or has values that are not finite, the number of names is wrong, the ends of
    /// a range are equal or not finite, or the file cannot be written.
    pub fn save(&self, path: impl AsRef<Path>) -> Result<(), PlotError> {
        file::save(self, path.as_ref())
    }

    fn grid(&self) -> Grid {
        let rows = self.rows.len();
        let columns = self.rows.first().map_or(0, Vec::len);
        let shown = shrink(&self.rows);
        let shown_columns = shown.first().map_or(0, Vec::len);
        let texts = self.texts(&shown);
        let text_width = max_width(texts.iter().flatten().flatten(), SMALL_FONT_SIZE, &Lettering::new());
        let min_width = text_width + if self.values { 6 } else { 0 };
        let cell = cell_size(shown.len(), shown_columns, min_width);
        let large_fits = cell.0 >= min_width * FONT_SIZE as u32 / SMALL_FONT_SIZE as u32;
        let font_size = if large_fits { FONT_SIZE } else { SMALL_FONT_SIZE };
        let bar = bar(&shown, shown.len() as u32 * cell.1);
        let fill = |&value: &f64| (bar.color)(bar.axis.position(value));
        Grid {
            title: self.title.clone(),
            x_label: self.x_label.clone(),
            y_label: self.y_label.clone(),
            row_names: labels(self.row_names.as_ref(), self.y_range, rows, (shown.len(), cell.1), 20),
            column_names: labels(self.column_names.as_ref(), self.x_range, columns, (shown_columns, cell.0), 48),
            cell,
            fills: shown.iter().map(|row| row.iter().map(fill).collect()).collect(),
            texts: texts.map(|texts| (texts, font_size)),
            bar: Some(bar),
        }
    }

    fn texts(&self, shown: &[Vec<f64>]) -> Option<Vec<Vec<String>>> {
        let columns = self.rows.first().map_or(0, Vec::len);
        let fits = self.rows.len().max(columns) <= MAX_CELLS_WITH_VALUES;
        (self.values && fits)
            .then(|| shown.iter().map(|row| row.iter().map(|&value| format_value(value)).collect()).collect())
    }
}

impl Picture for HeatMap {
    fn size(&self) -> (u32, u32) {
        self.grid().size()
    }

    fn check(&self) -> Result<(), PlotError> {
        let columns = self.rows.first().map_or(0, Vec::len);
        if columns == 0 {
            return Err(PlotError::NoValues { title: self.title.clone() });
        }
        super::check_rows(&self.rows, columns)?;
        let named = [("rows", &self.row_names, self.rows.len()), ("columns", &self.column_names, columns)];
        for (role, names, expected) in named {
            if let Some(names) = names.as_ref().filter(|names| names.len() != expected) {
                return Err(PlotError::Names { role, expected, names: names.len() });
            }
        }
        for (axis, range) in [("x", self.x_range), ("y", self.y_range)] {
            if let Some((first, last)) = range.filter(|(first, last)| first == last || !(last - first).is_finite()) {
                return Err(PlotError::Range { axis, first, last });
            }
        }
        Ok(())
    }

    fn draw<B: DrawingBackend>(&self, area: &Area<B>) -> DrawResult<B> {
        self.grid().draw(area)
    }
}

fn format_value(value: f64) -> String {
    with_minus(&if value.abs() < 1e5 { format!("{value:.2}") } else { format!("{value:.1e}") })
}

/// Returns the color scale, centered at zero if there are values of both signs.
fn bar(rows: &[Vec<f64>], height: u32) -> Bar {
    let max_ticks = (height as usize / 24).clamp(2, 10);
    let values = rows.iter().flatten();
    let (min, max) =
        values.fold((f64::INFINITY, f64::NEG_INFINITY), |(min, max), value| (value.min(min), value.max(max)));
    if min < 0.0 && max > 0.0 {
        let reach = max.max(-min);
        return Bar { axis: Axis::linear([-reach, reach].into_iter(), 0.0, max_ticks), color: colors::diverging };
    }
    let color = if min < 0.0 { |position: f64| colors::sequential(1.0 - position) } else { colors::sequential };
    Bar { axis: Axis::linear([min, max].into_iter(), 0.0, max_ticks), color }
}

/// Minimum width and height of all cells together, which leaves space for the labels of the color scale.
const MIN_SIZE: u32 = 72;

/// Returns the width and height of a cell: as large as fits on a screen, and with an aspect ratio of at most 3 if
/// possible.
fn cell_size(rows: usize, columns: usize, min_width: u32) -> (u32, u32) {
    let fitting = |available: u32, count: usize| (available / count.max(1) as u32).clamp(3, 64);
    let min_size = |count: usize| MIN_SIZE.div_ceil(count.max(1) as u32);
    let width = fitting(880, columns);
    let height = fitting(520, rows);
    (
        width.min(3 * height).max(min_width).max(min_size(columns)),
        height.min(3 * width).max(min_width.min(24)).max(min_size(rows)),
    )
}

/// Averages adjacent cells until there are at most `MAX_CELLS` rows and columns.
fn shrink(rows: &[Vec<f64>]) -> Vec<Vec<f64>> {
    let columns = rows.first().map_or(0, Vec::len);
    let rows_per_cell = rows.len().div_ceil(MAX_CELLS).max(1);
    let columns_per_cell = columns.div_ceil(MAX_CELLS).max(1);
    let mean = |rows: &[Vec<f64>], start: usize| {
        let end = (start + columns_per_cell).min(columns);
        let count = rows.len() * (end - start);
        rows.iter().map(|row| row[start..end].iter().sum::<f64>()).sum::<f64>() / count as f64
    };
    let shrink_rows = |rows| (0..columns).step_by(columns_per_cell).map(|start| mean(rows, start)).collect();
    rows.chunks(rows_per_cell).map(shrink_rows).collect()
}

/// Returns the names of rows or columns, or round coordinates within their range, and their positions in cells.
fn labels(
    custom: Option<&Vec<String>>,
    range: Option<Ends>,
    count: usize,
    (shown, cell): (usize, u32),
    space: u32,
) -> Vec<(f64, String)> {
    let Some((first, last)) = range.filter(|_| custom.is_none()) else {
        return names(custom, count, (shown, cell), space);
    };
    let max_ticks = shown as u32 * cell / space;
    let axis = Axis::linear([first, last].into_iter(), 0.0, max_ticks.clamp(1, 10) as usize);
    let cells_per_name = shown as f64 / count as f64;
    // The ends are the centers of the first and the last column.
    let place = |position: f64| {
        let position = if first < last { position } else { 1.0 - position };
        (position * (count - 1) as f64 + 0.5) * cells_per_name
    };
    axis.labeled_ticks().map(|(position, label)| (place(position), label)).collect()
}

/// Returns names of rows or columns and their positions in cells. If they do not fit, only every n-th name is returned.
fn names(
    custom: Option<&Vec<String>>,
    count: usize,
    (shown, cell): (usize, u32),
    space_of_index: u32,
) -> Vec<(f64, String)> {
    const STEPS: [u32; 12] = [1, 2, 5, 10, 20, 50, 100, 200, 500, 1000, 2000, 5000];
    // Long custom names of columns are rotated, so that each needs the height of a line only.
    let space = if custom.is_some() { 20.0 } else { f64::from(space_of_index) };
    let cells_per_name = shown as f64 / count.max(1) as f64;
    let min_step = space / (cells_per_name * f64::from(cell));
    let step = STEPS.into_iter().find(|&step| f64::from(step) >= min_step);
    let step = step.map_or(count.max(1), |step| step as usize);
    let name = |index: usize| custom.map_or_else(|| index.to_string(), |names| names[index].clone());
    (0..count).step_by(step).map(|index| ((index as f64 + 0.5) * cells_per_name, name(index))).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn large_matrices_are_averaged() {
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
    fn ranges_have_round_labels_at_their_columns() {
        // 81 columns from −1 to 1: column 40 is at 0.
        let found = labels(None, Some((-1.0, 1.0)), 81, (81, 3), 48);
        let texts: Vec<_> = found.iter().map(|(_, label)| label.as_str()).collect();
        assert_eq!(texts, ["−1.0", "−0.5", "0.0", "0.5", "1.0"]);
        assert_eq!(found.iter().map(|(place, _)| *place).collect::<Vec<_>>(), [0.5, 20.5, 40.5, 60.5, 80.5]);
        let descending = labels(None, Some((1.0, 0.0)), 3, (3, 64), 20);
        assert_eq!((&descending[0], descending[descending.len() - 1].0), (&(2.5, "0.0".into()), 0.5));
        let named = labels(Some(&vec!["a".into(), "b".into()]), Some((0.0, 1.0)), 2, (2, 64), 20);
        assert_eq!(named[1], (1.5, "b".into()));
    }

    #[test]
    fn names_are_skipped_if_they_do_not_fit() {
        let texts = |names: Vec<(f64, String)>| names.into_iter().map(|(_, name)| name).collect::<Vec<_>>();
        assert_eq!(texts(names(None, 3, (3, 64), 48)), ["0", "1", "2"]);
        assert_eq!(texts(names(None, 64, (64, 13), 48))[..3], ["0", "5", "10"]);
        assert_eq!(names(None, 784, (157, 5), 48)[1].0, (50.5) * 157.0 / 784.0);
        assert_eq!(texts(names(Some(&vec!["a".into(), "b".into()]), 2, (2, 24), 48)), ["a", "b"]);
    }
}
