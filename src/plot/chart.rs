//! Charts: axes, grid, title and series.

use std::ops::Range;

use plotters::chart::{ChartBuilder, ChartContext};
use plotters::coord::Shift;
use plotters::coord::cartesian::Cartesian2d;
use plotters::drawing::{DrawingArea, DrawingAreaErrorKind};
use plotters::element::{Circle, PathElement, Polygon, Text};
use plotters::style::text_anchor::{HPos, Pos, VPos};
use plotters::style::{Color, IntoTextStyle, RGBAColor, RGBColor, TextStyle};
use plotters_backend::DrawingBackend;

use super::axis::Axis;
use super::lettering::Lettering;
use super::thinning::thin;
use super::{Mark, Plot, SIZE, Series, legend};

/// Drawing units per pixel. Plotters has integer coordinates, and whole pixels are too coarse for smooth curves.
pub(super) const UNITS: u32 = 8;

/// Font size of plotters per em.
pub(super) const EM: f64 = 1.24;

pub(super) const WHITE: RGBColor = RGBColor(255, 255, 255);
pub(super) const TEXT: RGBColor = RGBColor(38, 38, 38);
pub(super) const FRAME: RGBColor = RGBColor(120, 120, 120);
pub(super) const GRID: RGBColor = RGBColor(222, 222, 222);
const FAINT_GRID: RGBColor = RGBColor(242, 242, 242);

pub(super) type Area<B> = DrawingArea<B, Shift>;
pub(super) type DrawResult<B> = Result<(), DrawingAreaErrorKind<<B as DrawingBackend>::ErrorType>>;
pub(super) type Chart<'a, B> = ChartContext<'a, B, Cartesian2d<Axis, Axis>>;

/// Converts pixels to drawing units.
pub(super) const fn units(pixels: u32) -> i32 {
    (pixels * UNITS) as i32
}

pub(super) fn text_style(pixels: f64, color: &RGBColor) -> TextStyle<'static> {
    ("sans-serif", pixels * EM * f64::from(UNITS)).with_color(color).into_text_style(&(1, 1))
}

/// Returns the line width of a series, in drawing units. Curves of thousands of points, such as a noisy loss, are
/// thinner.
pub(super) fn line_width(series: &Series) -> u32 {
    if series.x.len() > 2 * SIZE.0 as usize { UNITS * 5 / 4 } else { UNITS * 7 / 4 }
}

/// Draws a checked plot.
pub(super) fn draw<B: DrawingBackend>(plot: &Plot, area: &Area<B>) -> DrawResult<B> {
    let (width, height) = area.dim_in_pixel();
    let max_ticks = |size: u32, pixels_per_tick: u32| ((size / UNITS / pixels_per_tick) as usize).max(8);
    let (x, y) = axes(plot, max_ticks(width, 120), max_ticks(height, 75));
    let lettering = Lettering::new();
    // A long legend would hide curves, and stands next to the chart.
    let outside = legend::is_long(plot);
    let right = 24 + if outside { legend::width(plot, &lettering) as u32 / UNITS + 8 } else { 0 };
    let mut chart = frame(plot, (&x, &y), &lettering, right, area)?;
    draw_axes(plot, &mut chart)?;
    draw_mark(plot, &y, &chart)?;
    let (bands, others): (Vec<_>, Vec<_>) =
        (0..plot.series.len()).partition(|&index| plot.series[index].mark == Mark::Band);
    // The widest band, which comes last, is below the others.
    for index in bands.into_iter().rev().chain(others) {
        draw_series(&plot.series[index], plot.color(index), &chart)?;
    }
    let inside = inside(&chart, area);
    draw_title(&plot.title, &inside.0, area)?;
    let position = |point: (f64, f64)| (x.position(point.0), y.position(point.1));
    legend::draw(plot, position, &lettering, area, (inside, outside))
}

/// Returns the horizontal and the vertical axis.
fn axes(plot: &Plot, max_x_ticks: usize, max_y_ticks: usize) -> (Axis, Axis) {
    let xs = || plot.series.iter().flat_map(|series| series.x.iter().copied());
    let ys = || plot.series.iter().flat_map(|series| series.y.iter().copied());
    if plot.equal_axes {
        let both = Axis::linear(xs().chain(ys()), 0.04, max_x_ticks);
        return (both.clone(), both);
    }
    let integers = xs().all(|x| x.fract() == 0.0);
    let x = if integers { Axis::integer(xs(), 0.02, max_x_ticks) } else { Axis::linear(xs(), 0.02, max_x_ticks) };
    let y = if plot.log_y { Axis::logarithmic(ys(), 0.04, max_y_ticks) } else { Axis::linear(ys(), 0.06, max_y_ticks) };
    (x, y)
}

/// Creates a chart with space for labels and title. `right` is the right margin in pixels.
pub(super) fn frame<'a, B: DrawingBackend>(
    plot: &Plot,
    (x, y): (&Axis, &Axis),
    lettering: &Lettering,
    right: u32,
    area: &'a Area<B>,
) -> Result<Chart<'a, B>, DrawingAreaErrorKind<B::ErrorType>> {
    let widest = y.labels().map(|label| lettering.width(&label)).fold(0.0, f32::max);
    let left = (widest * 15.0) as u32 + 16 + if plot.y_label.is_empty() { 0 } else { 28 };
    let bottom = if plot.x_label.is_empty() { 30 } else { 58 };
    let top = if plot.title.is_empty() { 20 } else { 52 };
    ChartBuilder::on(area)
        .margin_left(units(12))
        .margin_right(units(right))
        .margin_bottom(units(12))
        .margin_top(units(top))
        .x_label_area_size(units(bottom))
        .y_label_area_size(units(left))
        .build_cartesian_2d(x.clone(), y.clone())
}

/// Returns the columns and rows of the plotting area, relative to `area`.
pub(super) fn inside<B: DrawingBackend>(chart: &Chart<'_, B>, area: &Area<B>) -> (Range<i32>, Range<i32>) {
    let (columns, rows) = chart.plotting_area().get_pixel_range();
    let (left, top) = area.get_base_pixel();
    (columns.start - left..columns.end - left, rows.start - top..rows.end - top)
}

/// Draws a title, centered above these columns as far as the area allows. Long titles have a smaller font.
pub(super) fn draw_title<B: DrawingBackend>(title: &str, columns: &Range<i32>, area: &Area<B>) -> DrawResult<B> {
    let available = area.dim_in_pixel().0 / UNITS;
    let size = fitting_size(19.0, title, available);
    let half_width = units(width(title, size).min(available) / 2);
    let center = ((columns.start + columns.end) / 2).min(units(available) - half_width).max(half_width);
    let style = text_style(size, &TEXT).pos(Pos::new(HPos::Center, VPos::Center));
    area.draw(&Text::new(title, (center, units(28)), style))
}

/// Returns the width of a text with padding, in pixels. The viewer of an SVG may use a wider font.
fn width(text: &str, size: f64) -> u32 {
    (f64::from(Lettering::new().width(text)) * size * 1.1).ceil() as u32 + 16
}

/// Returns a font size of at most `max` with which a text fits.
fn fitting_size(max: f64, text: &str, available: u32) -> f64 {
    max * (f64::from(available) / f64::from(width(text, max))).min(1.0)
}

/// Draws the axes and the grid.
pub(super) fn draw_axes<B: DrawingBackend>(plot: &Plot, chart: &mut Chart<'_, B>) -> DrawResult<B> {
    draw_mesh(plot, chart, true)
}

/// Draws the axes without a grid.
pub(super) fn draw_axes_without_grid<B: DrawingBackend>(plot: &Plot, chart: &mut Chart<'_, B>) -> DrawResult<B> {
    draw_mesh(plot, chart, false)
}

fn draw_mesh<B: DrawingBackend>(plot: &Plot, chart: &mut Chart<'_, B>, grid: bool) -> DrawResult<B> {
    let (width, height) = chart.plotting_area().dim_in_pixel();
    // A label may be longer than its axis, but not than the image.
    let label_size = |text: &str, length: u32| fitting_size(16.0, text, length / UNITS + 60);
    let size = label_size(&plot.x_label, width).min(label_size(&plot.y_label, height));
    let mut mesh = chart.configure_mesh();
    mesh.axis_style(FRAME.stroke_width(UNITS))
        .bold_line_style(GRID.stroke_width(UNITS))
        .light_line_style(FAINT_GRID.stroke_width(UNITS))
        .set_all_tick_mark_size(units(4))
        .label_style(text_style(15.0, &TEXT))
        .axis_desc_style(text_style(size, &TEXT));
    if !grid {
        mesh.disable_mesh();
    }
    if !plot.x_label.is_empty() {
        mesh.x_desc(plot.x_label.as_str());
    }
    if !plot.y_label.is_empty() {
        mesh.y_desc(plot.y_label.as_str());
    }
    mesh.draw()
}

/// Draws the vertical line of a plot, below its curves.
fn draw_mark<B: DrawingBackend>(plot: &Plot, y: &Axis, chart: &Chart<'_, B>) -> DrawResult<B> {
    let Some(&(x, _)) = plot.marked_x.as_ref() else { return Ok(()) };
    let line = [(x, y.value(0.0)), (x, y.value(1.0))];
    chart.plotting_area().draw(&PathElement::new(line, FRAME.stroke_width(UNITS)))
}

fn draw_series<B: DrawingBackend>(series: &Series, color: RGBAColor, chart: &Chart<'_, B>) -> DrawResult<B> {
    let points: Vec<_> = series.x.iter().copied().zip(series.y.iter().copied()).collect();
    let area = chart.plotting_area();
    match series.mark {
        Mark::Line if points.len() > 1 => {
            let curve = thin(&points, SIZE.0 as usize);
            area.draw(&PathElement::new(curve, color.stroke_width(line_width(series))))
        }
        Mark::Band => area.draw(&Polygon::new(points, color.filled())),
        Mark::Guide => area.draw(&PathElement::new(points, color.stroke_width(UNITS))),
        _ => points.iter().try_for_each(|&point| area.draw(&Circle::new(point, units(3), color.filled()))),
    }
}
