use std::ops::Range;
use std::path::Path;

use mlp_core::Scalar;
use plotters::element::{Circle, Rectangle, Text};
use plotters::style::text_anchor::{HPos, Pos, VPos};
use plotters::style::{Color, RGBColor};
use plotters_backend::DrawingBackend;

use super::axis::Axis;
use super::chart::{self, Area, Drawn, FRAME, TEXT, UNITS, WHITE, text_style, units};
use super::file::{self, Picture};
use super::grid::{LETTERS, widest};
use super::lettering::Lettering;
use super::{Coordinate, Plot, PlotError, Table, colors};

/// How many places the classifier is asked about.
const COLUMNS: usize = 400;
const ROWS: usize = 280;
/// As many as can be told apart.
const MOST: usize = colors::DIFFERENT;
/// How much of a class's color its region has.
const TINT: f64 = 0.3;

/// What a classifier of points in the plane says everywhere, and the points. scikit-learn's `DecisionBoundaryDisplay`.
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
    /// What the classifier says, row by row from below.
    regions: Vec<usize>,
}

impl DecisionRegions {
    /// Points have a row each and two columns, and classes are numbered from 0. `classify` gives the class at `[x, y]`.
    pub fn new<T: Scalar, C: Coordinate>(
        title: impl Into<String>,
        points: &(impl Table + ?Sized),
        classes: impl IntoIterator<Item = C>,
        mut classify: impl FnMut([T; 2]) -> usize,
    ) -> Self {
        let classes = classes.into_iter().map(Coordinate::value).collect();
        let plot = Plot::new(title).x_label("x").y_label("y");
        let mut picture = Self { plot, names: None, points: points.rows(), classes, regions: Vec::new() };
        // Without good points there is no place to ask about.
        if picture.check_points().is_ok() {
            let (x, y) = picture.axes();
            let middle = |index: usize, count: usize| (index as f64 + 0.5) / count as f64;
            let places = (0..ROWS).flat_map(|row| (0..COLUMNS).map(move |column| (column, row)));
            picture.regions = places
                .map(|(column, row)| [x.value(middle(column, COLUMNS)), y.value(middle(row, ROWS))])
                .map(|point| classify(point.map(T::from_f64)))
                .collect();
        }
        picture
    }

    /// Names the classes, in their order. Without names they are numbered from 0.
    #[must_use]
    pub fn classes<N: Into<String>>(self, names: impl IntoIterator<Item = N>) -> Self {
        Self { names: Some(names.into_iter().map(Into::into).collect()), ..self }
    }

    /// What the horizontal axis shows.
    #[must_use]
    pub fn x_label(self, label: impl Into<String>) -> Self {
        Self { plot: self.plot.x_label(label), ..self }
    }

    /// What the vertical axis shows.
    #[must_use]
    pub fn y_label(self, label: impl Into<String>) -> Self {
        Self { plot: self.plot.y_label(label), ..self }
    }

    /// Writes the picture: PNG or SVG, by the extension. Missing directories are made.
    pub fn save(&self, path: impl AsRef<Path>) -> Result<(), PlotError> {
        file::save(self, path.as_ref())
    }

    fn axes(&self) -> (Axis, Axis) {
        let axis = |column: usize, ticks| Axis::linear(self.points.iter().map(|point| point[column]), 0.06, ticks);
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

    /// How many classes the points and the classifier know.
    fn count(&self) -> usize {
        let given = self.classes.iter().map(|&class| class as usize);
        given.chain(self.regions.iter().copied()).max().map_or(0, |class| class.saturating_add(1))
    }

    fn legend(&self) -> Vec<String> {
        self.names.clone().unwrap_or_else(|| (0..self.count()).map(|class| format!("class {class}")).collect())
    }

    fn draw_regions<B: DrawingBackend>(&self, inside: &(Range<i32>, Range<i32>), area: &Area<B>) -> Drawn<B> {
        // On whole pixels, so that no seams show.
        let pixel = |range: &Range<i32>, index: usize, count: usize| {
            let size = f64::from(range.end - range.start) / f64::from(UNITS);
            units((size * index as f64 / count as f64).round() as u32)
        };
        for (row, classes) in self.regions.chunks(COLUMNS).enumerate() {
            let (top, bottom) = (pixel(&inside.1, row + 1, ROWS), pixel(&inside.1, row, ROWS));
            let mut column = 0;
            for run in classes.chunk_by(|a, b| a == b) {
                let (left, right) = (pixel(&inside.0, column, COLUMNS), pixel(&inside.0, column + run.len(), COLUMNS));
                let corners =
                    [(inside.0.start + left, inside.1.end - top), (inside.0.start + right, inside.1.end - bottom)];
                area.draw(&Rectangle::new(corners, tint(colors::of_class(run[0])).filled()))?;
                column += run.len();
            }
        }
        Ok(())
    }

    fn draw_points<B: DrawingBackend>(&self, place: impl Fn(&[f64]) -> (i32, i32), area: &Area<B>) -> Drawn<B> {
        let radius = if self.points.len() > 1000 { UNITS * 5 / 2 } else { UNITS * 4 };
        for (point, &class) in self.points.iter().zip(&self.classes) {
            draw_point(place(point), radius, colors::of_class(class as usize), area)?;
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
        let needed = self.count();
        if needed > MOST {
            return Err(PlotError::TooManyClasses { classes: needed, most: MOST });
        }
        match &self.names {
            Some(names) if names.len() < needed => {
                Err(PlotError::Names { role: "classes", names: names.len(), needed })
            }
            Some(names) if names.len() > MOST => Err(PlotError::TooManyClasses { classes: names.len(), most: MOST }),
            _ => Ok(()),
        }
    }

    fn draw<B: DrawingBackend>(&self, area: &Area<B>) -> Drawn<B> {
        let (x, y) = self.axes();
        let legend = self.legend();
        let right = legend_width(&legend);
        let mut chart = chart::frame(&self.plot, (&x, &y), &Lettering::new(), right, area)?;
        let inside = chart::inside(&chart, area);
        self.draw_regions(&inside, area)?;
        chart::draw_axes_alone(&self.plot, &mut chart)?;
        let at = |range: &Range<i32>, position: f64| (position * f64::from(range.end - range.start)).round() as i32;
        let place = |point: &[f64]| {
            (inside.0.start + at(&inside.0, x.position(point[0])), inside.1.end - at(&inside.1, y.position(point[1])))
        };
        self.draw_points(place, area)?;
        chart::draw_title(&self.plot.title, &inside.0, area)?;
        draw_legend(&legend, (inside.0.end + units(20), inside.1.start), area)
    }
}

fn legend_width(names: &[String]) -> u32 {
    20 + 24 + 10 + widest(names, LETTERS, &Lettering::new()) + 16
}

/// Beside the chart, where it hides no point.
fn draw_legend<B: DrawingBackend>(names: &[String], (left, top): (i32, i32), area: &Area<B>) -> Drawn<B> {
    let style = text_style(LETTERS, &TEXT).pos(Pos::new(HPos::Left, VPos::Center));
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

/// With a white rim, which sets it off from its own region and from others.
fn draw_point<B: DrawingBackend>(at: (i32, i32), radius: u32, color: RGBColor, area: &Area<B>) -> Drawn<B> {
    area.draw(&Circle::new(at, (radius + UNITS) as i32, WHITE.filled()))?;
    area.draw(&Circle::new(at, radius as i32, color.filled()))
}

fn tint(RGBColor(red, green, blue): RGBColor) -> RGBColor {
    let [red, green, blue] = [red, green, blue].map(|part| (255.0 - (255.0 - f64::from(part)) * TINT).round() as u8);
    RGBColor(red, green, blue)
}
