//! Decision regions of a classifier.

use std::ops::Range;
use std::path::Path;

use mlp_core::Scalar;
use plotters::element::{Circle, Rectangle, Text};
use plotters::style::text_anchor::{HPos, Pos, VPos};
use plotters::style::{Color, RGBColor};
use plotters_backend::DrawingBackend;

use super::axis::Axis;
use super::chart::{self, Area, DrawResult, FRAME, TEXT, UNITS, WHITE, text_style, units};
use super::file::{self, Picture};
use super::grid::{FONT_SIZE, max_width};
use super::lettering::Lettering;
use super::{Coordinate, Plot, PlotError, ToRows, colors};

/// Number of positions at which the classifier is evaluated.
const COLUMNS: usize = 400;
const ROWS: usize = 280;
/// Maximum number of classes: the number of distinct colors.
const MAX_CLASSES: usize = colors::DISTINCT;
/// Opacity of a class's color in its region.
const TINT: f64 = 0.3;

/// Decision regions of a classifier of points in the plane, and the points. scikit-learn: `DecisionBoundaryDisplay`.
///
/// ```
/// use mlp::plot::DecisionRegions;
/// use mlp::prelude::*;
///
/// # fn main() -> Result<(), mlp::plot::PlotError> {
/// # let directory = std::env::temp_dir().join(format!("mlp-doc-regions-{}", std::process::id()));
/// let points = [[0.0_f32, 0.0], [1.0, 0.0], [0.0, 1.0], [1.0, 1.0]];
/// let classes = [0, 1, 1, 0];
/// let network = sequential![Dense(2 => 8, tanh), Dense(8 => 1, sigmoid)];
/// DecisionRegions::new("Exclusive or", &points, &classes, |point| usize::from(network.predict_one(point)[0] > 0.5))
///     .classes(["same", "different"])
///     .save(directory.join("regions.png"))?;
/// # std::fs::remove_dir_all(directory).unwrap();
/// # Ok(())
/// # }
/// ```
#[derive(Clone, Debug)]
pub struct DecisionRegions {
    plot: Plot,
    names: Option<Vec<String>>,
    points: Vec<Vec<f64>>,
    classes: Vec<f64>,
    /// Classes that the classifier returns, row by row from the bottom.
    regions: Vec<usize>,
}

impl DecisionRegions {
    /// Creates a plot from rows of two coordinates, class indices, and a classifier that returns the class at `[x, y]`.
    pub fn new<T: Scalar, C: Coordinate>(
        title: impl Into<String>,
        points: &(impl ToRows + ?Sized),
        classes: impl IntoIterator<Item = C>,
        mut classify: impl FnMut([T; 2]) -> usize,
    ) -> Self {
        let classes = classes.into_iter().map(Coordinate::value).collect();
        let plot = Plot::new(title).x_label("x").y_label("y");
        let mut picture = Self { plot, names: None, points: points.to_rows(), classes, regions: Vec::new() };
        // Invalid points have no axes. `save` reports them.
        if picture.check_points().is_ok() {
            let (x, y) = picture.axes();
            let center = |index: usize, count: usize| (index as f64 + 0.5) / count as f64;
            let cells = (0..ROWS).flat_map(|row| (0..COLUMNS).map(move |column| (column, row)));
            picture.regions = cells
                .map(|(column, row)| [x.value(center(column, COLUMNS)), y.value(center(row, ROWS))])
                .map(|point| classify(point.map(T::from_f64)))
                .collect();
        }
        picture
    }

    /// Sets the names of the classes, in the order of their indices. Defaults to `class 0`, `class 1`, ….
    #[must_use]
    pub fn classes<N: Into<String>>(self, names: impl IntoIterator<Item = N>) -> Self {
        Self { names: Some(names.into_iter().map(Into::into).collect()), ..self }
    }

    /// Sets the label of the horizontal axis. Defaults to `x`.
    #[must_use]
    pub fn x_label(self, label: impl Into<String>) -> Self {
        Self { plot: self.plot.x_label(label), ..self }
    }

    /// Sets the label of the vertical axis. Defaults to `y`.
    #[must_use]
    pub fn y_label(self, label: impl Into<String>) -> Self {
        Self { plot: self.plot.y_label(label), ..self }
    }

    /// Saves the plot as PNG or SVG, by the extension of `path`. Missing folders are created.
    ///
    /// # Errors
    /// Returns an error if the points or classes are invalid, there are too few names, or the file cannot be written.
    pub fn save(&self, path: impl AsRef<Path>) -> Result<(), PlotError> {
        file::save(self, path.as_ref())
    }

    fn axes(&self) -> (Axis, Axis) {
        let axis =
            |column: usize, max_ticks| Axis::linear(self.points.iter().map(|point| point[column]), 0.06, max_ticks);
        (axis(0, 8), axis(1, 7))
    }

    fn check_points(&self) -> Result<(), PlotError> {
        if self.points.is_empty() {
            return Err(PlotError::NoPoints { name: self.plot.title.clone() });
        }
        super::check_rows(&self.points, 2)?;
        if self.points.len() != self.classes.len() {
            return Err(PlotError::PointsAndClasses { points: self.points.len(), classes: self.classes.len() });
        }
        super::classes(&self.classes, "true").map(|_| ())
    }

    /// Returns the number of classes of the points and the regions.
    fn class_count(&self) -> usize {
        let of_points = self.classes.iter().map(|&class| class as usize);
        of_points.chain(self.regions.iter().copied()).max().map_or(0, |class| class.saturating_add(1))
    }

    fn legend(&self) -> Vec<String> {
        let default = || (0..self.class_count()).map(|class| format!("class {class}")).collect();
        self.names.clone().unwrap_or_else(default)
    }

    fn draw_regions<B: DrawingBackend>(&self, inside: &(Range<i32>, Range<i32>), area: &Area<B>) -> DrawResult<B> {
        // Edges on whole pixels, so that no seams show.
        let edge = |range: &Range<i32>, index: usize, count: usize| {
            let size = f64::from(range.end - range.start) / f64::from(UNITS);
            units((size * index as f64 / count as f64).round() as u32)
        };
        for (row, classes) in self.regions.chunks(COLUMNS).enumerate() {
            let top = inside.1.end - edge(&inside.1, row + 1, ROWS);
            let bottom = inside.1.end - edge(&inside.1, row, ROWS);
            let mut column = 0;
            for run in classes.chunk_by(|a, b| a == b) {
                let left = inside.0.start + edge(&inside.0, column, COLUMNS);
                let right = inside.0.start + edge(&inside.0, column + run.len(), COLUMNS);
                let corners = [(left, top), (right, bottom)];
                area.draw(&Rectangle::new(corners, tint(colors::of_class(run[0])).filled()))?;
                column += run.len();
            }
        }
        Ok(())
    }

    fn draw_points<B: DrawingBackend>(&self, position: impl Fn(&[f64]) -> (i32, i32), area: &Area<B>) -> DrawResult<B> {
        let radius = if self.points.len() > 1000 { UNITS * 5 / 2 } else { UNITS * 4 };
        for (point, &class) in self.points.iter().zip(&self.classes) {
            draw_point(position(point), radius, colors::of_class(class as usize), area)?;
        }
        Ok(())
    }
}

impl Picture for DecisionRegions {
    fn size(&self) -> (u32, u32) {
        (860 + legend_width(&self.legend()), 640)
    }

    fn check(&self) -> Result<(), PlotError> {
        self.check_points()?;
        let expected = self.class_count();
        if expected > MAX_CLASSES {
            return Err(PlotError::TooManyClasses { classes: expected, max: MAX_CLASSES });
        }
        match &self.names {
            Some(names) if names.len() < expected => {
                Err(PlotError::Names { role: "classes", expected, names: names.len() })
            }
            Some(names) if names.len() > MAX_CLASSES => {
                Err(PlotError::TooManyClasses { classes: names.len(), max: MAX_CLASSES })
            }
            _ => Ok(()),
        }
    }

    fn draw<B: DrawingBackend>(&self, area: &Area<B>) -> DrawResult<B> {
        let (x, y) = self.axes();
        let legend = self.legend();
        let right = legend_width(&legend);
        let mut chart = chart::frame(&self.plot, (&x, &y), &Lettering::new(), right, area)?;
        let inside = chart::inside(&chart, area);
        self.draw_regions(&inside, area)?;
        chart::draw_axes_without_grid(&self.plot, &mut chart)?;
        let scale = |range: &Range<i32>, position: f64| (position * f64::from(range.end - range.start)).round() as i32;
        let position = |point: &[f64]| {
            let right = scale(&inside.0, x.position(point[0]));
            let up = scale(&inside.1, y.position(point[1]));
            (inside.0.start + right, inside.1.end - up)
        };
        self.draw_points(position, area)?;
        chart::draw_title(&self.plot.title, &inside.0, area)?;
        draw_legend(&legend, (inside.0.end + units(20), inside.1.start), area)
    }
}

fn legend_width(names: &[String]) -> u32 {
    20 + 24 + 10 + max_width(names, FONT_SIZE, &Lettering::new()) + 16
}

/// Draws the legend next to the chart, where it hides no points.
fn draw_legend<B: DrawingBackend>(names: &[String], (left, top): (i32, i32), area: &Area<B>) -> DrawResult<B> {
    let style = text_style(FONT_SIZE, &TEXT).pos(Pos::new(HPos::Left, VPos::Center));
    for (class, name) in names.iter().enumerate() {
        let y = top + units(12) + units(26) * class as i32;
        let color = colors::of_class(class);
        let patch = [(left, y - units(9)), (left + units(24), y + units(9))];
        area.draw(&Rectangle::new(patch, tint(color).filled()))?;
        area.draw(&Rectangle::new(patch, FRAME.mix(0.4).stroke_width(UNITS)))?;
        draw_point((left + units(12), y), UNITS * 4, color, area)?;
        area.draw(&Text::new(name.as_str(), (left + units(34), y), style.clone()))?;
    }
    Ok(())
}

/// Draws a dot with a white rim, which separates it from its region and from other dots.
fn draw_point<B: DrawingBackend>(center: (i32, i32), radius: u32, color: RGBColor, area: &Area<B>) -> DrawResult<B> {
    area.draw(&Circle::new(center, (radius + UNITS) as i32, WHITE.filled()))?;
    area.draw(&Circle::new(center, radius as i32, color.filled()))
}

fn tint(RGBColor(red, green, blue): RGBColor) -> RGBColor {
    let [red, green, blue] =
        [red, green, blue].map(|channel| (255.0 - (255.0 - f64::from(channel)) * TINT).round() as u8);
    RGBColor(red, green, blue)
}
