use std::ops::Range;

use plotters::chart::{ChartBuilder, ChartContext};
use plotters::coord::Shift;
use plotters::coord::cartesian::Cartesian2d;
use plotters::drawing::{DrawingArea, DrawingAreaErrorKind};
use plotters::element::{Circle, PathElement, Text};
use plotters::style::text_anchor::{HPos, Pos, VPos};
use plotters::style::{Color, IntoTextStyle, RGBColor, TextStyle};
use plotters_backend::DrawingBackend;

use super::axis::Axis;
use super::lettering::Lettering;
use super::thinning::thin;
use super::{Mark, Plot, SIZE, Series, colors, legend};

/// Parts of a pixel: plotters places everything at whole numbers, and pixels are too coarse for smooth curves.
pub(super) const UNITS: u32 = 8;

/// Plotters' font sizes are this times the em.
pub(super) const EM: f64 = 1.24;

pub(super) const WHITE: RGBColor = RGBColor(255, 255, 255);
pub(super) const TEXT: RGBColor = RGBColor(38, 38, 38);
pub(super) const FRAME: RGBColor = RGBColor(120, 120, 120);
pub(super) const GRID: RGBColor = RGBColor(222, 222, 222);
const FAINT_GRID: RGBColor = RGBColor(242, 242, 242);

pub(super) type Area<B> = DrawingArea<B, Shift>;
pub(super) type Drawn<B> = Result<(), DrawingAreaErrorKind<<B as DrawingBackend>::ErrorType>>;
pub(super) type Chart<'a, B> = ChartContext<'a, B, Cartesian2d<Axis, Axis>>;

pub(super) const fn units(pixels: u32) -> i32 {
    (pixels * UNITS) as i32
}

pub(super) fn text_style(pixels: f64, color: &RGBColor) -> TextStyle<'static> {
    ("sans-serif", pixels * EM * f64::from(UNITS)).with_color(color).into_text_style(&(1, 1))
}

/// Of the series of this index.
pub(super) fn color(series: &Series, index: usize) -> RGBColor {
    if series.mark == Mark::Guide { FRAME } else { colors::of_class(index) }
}

/// The width of a series' curve, in units. Thousands of points, as of a loss that jumps about, want a thin one.
pub(super) fn line_width(series: &Series) -> u32 {
    if series.x.len() > 2 * SIZE.0 as usize { UNITS * 5 / 4 } else { UNITS * 7 / 4 }
}

/// Draws a checked plot.
pub(super) fn draw<B: DrawingBackend>(plot: &Plot, area: &Area<B>) -> Drawn<B> {
    let (width, height) = area.dim_in_pixel();
    let ticks = |size: u32, each: u32| ((size / UNITS / each) as usize).max(8);
    let (x, y) = axes(plot, ticks(width, 120), ticks(height, 75));
    let lettering = Lettering::new();
    let mut chart = frame(plot, (&x, &y), &lettering, 24, area)?;
    draw_axes(plot, &mut chart)?;
    for (index, series) in plot.series.iter().enumerate() {
        draw_series(series, color(series, index), &chart)?;
    }
    let inside = inside(&chart, area);
    draw_title(&plot.title, &inside.0, area)?;
    let place = |px: f64, py: f64| (x.position(px), y.position(py));
    legend::draw(&plot.series, place, &lettering, area, inside)
}

/// What is shown across and upwards, with so many values named at most.
fn axes(plot: &Plot, across: usize, upwards: usize) -> (Axis, Axis) {
    let xs = || plot.series.iter().flat_map(|series| series.x.iter().copied());
    let ys = || plot.series.iter().flat_map(|series| series.y.iter().copied());
    if plot.equal_axes {
        let both = Axis::linear(xs().chain(ys()), 0.04, across);
        return (both.clone(), both);
    }
    let whole = xs().all(|x| x.fract() == 0.0);
    let x = if whole { Axis::whole(xs(), 0.02, across) } else { Axis::linear(xs(), 0.02, across) };
    let y = if plot.log_y { Axis::logarithmic(ys(), 0.04, upwards) } else { Axis::linear(ys(), 0.06, upwards) };
    (x, y)
}

/// A chart of these axes, with room for what stands around it and so much on the right.
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

/// Where the chart's inside is within its area.
pub(super) fn inside<B: DrawingBackend>(chart: &Chart<'_, B>, area: &Area<B>) -> (Range<i32>, Range<i32>) {
    let (columns, rows) = chart.plotting_area().get_pixel_range();
    let (left, top) = area.get_base_pixel();
    (columns.start - left..columns.end - left, rows.start - top..rows.end - top)
}

/// In the middle above these columns, as far as the area allows. What is too long is written smaller.
pub(super) fn draw_title<B: DrawingBackend>(title: &str, columns: &Range<i32>, area: &Area<B>) -> Drawn<B> {
    let room = area.dim_in_pixel().0 / UNITS;
    let letters = fitting(19.0, title, room);
    let half = units(width(title, letters).min(room) / 2);
    let middle = ((columns.start + columns.end) / 2).min(units(room) - half).max(half);
    let style = text_style(letters, &TEXT).pos(Pos::new(HPos::Center, VPos::Center));
    area.draw(&Text::new(title, (middle, units(28)), style))
}

/// The width of a text with some room around it, in pixels. The reader of an SVG may have a wider font.
fn width(text: &str, letters: f64) -> u32 {
    (f64::from(Lettering::new().width(text)) * letters * 1.1).ceil() as u32 + 16
}

/// The size of letters, smaller than wanted where a text would have no room.
fn fitting(wanted: f64, text: &str, room: u32) -> f64 {
    wanted * (f64::from(room) / f64::from(width(text, wanted))).min(1.0)
}

pub(super) fn draw_axes<B: DrawingBackend>(plot: &Plot, chart: &mut Chart<'_, B>) -> Drawn<B> {
    draw_mesh(plot, chart, false)
}

/// Without the grid behind the data.
pub(super) fn draw_axes_alone<B: DrawingBackend>(plot: &Plot, chart: &mut Chart<'_, B>) -> Drawn<B> {
    draw_mesh(plot, chart, true)
}

fn draw_mesh<B: DrawingBackend>(plot: &Plot, chart: &mut Chart<'_, B>, alone: bool) -> Drawn<B> {
    let (across, upwards) = chart.plotting_area().dim_in_pixel();
    // The ends of an axis are no limit for its label, the picture's are.
    let label = |text: &str, length: u32| fitting(16.0, text, length / UNITS + 60);
    let letters = label(&plot.x_label, across).min(label(&plot.y_label, upwards));
    let mut mesh = chart.configure_mesh();
    mesh.axis_style(FRAME.stroke_width(UNITS))
        .bold_line_style(GRID.stroke_width(UNITS))
        .light_line_style(FAINT_GRID.stroke_width(UNITS))
        .set_all_tick_mark_size(units(4))
        .label_style(text_style(15.0, &TEXT))
        .axis_desc_style(text_style(letters, &TEXT));
    if alone {
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

fn draw_series<B: DrawingBackend>(series: &Series, color: RGBColor, chart: &Chart<'_, B>) -> Drawn<B> {
    let points: Vec<_> = series.x.iter().copied().zip(series.y.iter().copied()).collect();
    let area = chart.plotting_area();
    match series.mark {
        Mark::Line if points.len() > 1 => {
            let curve = thin(&points, SIZE.0 as usize);
            area.draw(&PathElement::new(curve, color.stroke_width(line_width(series))))
        }
        Mark::Guide => area.draw(&PathElement::new(points, color.stroke_width(UNITS))),
        _ => points.iter().try_for_each(|&point| area.draw(&Circle::new(point, units(3), color.mix(0.7).filled()))),
    }
}
