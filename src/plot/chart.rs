use plotters::chart::{ChartBuilder, ChartContext};
use plotters::coord::Shift;
use plotters::coord::cartesian::Cartesian2d;
use plotters::drawing::{DrawingArea, DrawingAreaErrorKind};
use plotters::element::{Circle, PathElement, Text};
use plotters::style::text_anchor::{HPos, Pos, VPos};
use plotters::style::{Color, IntoTextStyle, RGBColor, TextStyle};
use plotters_backend::DrawingBackend;

use super::axis::Axis;
use super::legend;
use super::lettering::Lettering;
use super::thinning::thin;
use super::{Mark, Plot, SIZE, Series};

/// Parts of a pixel: plotters places everything at whole numbers, and pixels are too coarse for smooth curves.
pub(super) const UNITS: u32 = 8;

/// Plotters' font sizes are this times the em.
pub(super) const EM: f64 = 1.24;

/// Okabe and Ito's colours (jfly.uni-koeln.de/color), the most different ones first.
const COLORS: [RGBColor; 7] = [
    RGBColor(0, 114, 178),
    RGBColor(213, 94, 0),
    RGBColor(0, 158, 115),
    RGBColor(204, 121, 167),
    RGBColor(230, 159, 0),
    RGBColor(86, 180, 233),
    RGBColor(0, 0, 0),
];

pub(super) const TEXT: RGBColor = RGBColor(38, 38, 38);
const FRAME: RGBColor = RGBColor(120, 120, 120);
pub(super) const GRID: RGBColor = RGBColor(222, 222, 222);
const FAINT_GRID: RGBColor = RGBColor(242, 242, 242);

pub(super) type Area<B> = DrawingArea<B, Shift>;
pub(super) type Drawn<B> = Result<(), DrawingAreaErrorKind<<B as DrawingBackend>::ErrorType>>;
type Chart<'a, B> = ChartContext<'a, B, Cartesian2d<Axis, Axis>>;

pub(super) const fn units(pixels: u32) -> i32 {
    (pixels * UNITS) as i32
}

pub(super) fn text_style(pixels: f64, color: &RGBColor) -> TextStyle<'static> {
    ("sans-serif", pixels * EM * f64::from(UNITS)).with_color(color).into_text_style(&(1, 1))
}

pub(super) fn color(index: usize) -> RGBColor {
    COLORS[index % COLORS.len()]
}

/// The width of a series' curve, in units. Thousands of points, as of a loss that jumps about, want a thin one.
pub(super) fn line_width(series: &Series) -> u32 {
    if series.x.len() > 2 * SIZE.0 as usize { UNITS * 5 / 4 } else { UNITS * 7 / 4 }
}

/// Draws a checked plot.
pub(super) fn draw<B: DrawingBackend>(plot: &Plot, area: &Area<B>) -> Drawn<B> {
    area.fill(&RGBColor(255, 255, 255))?;
    let x = Axis::linear(plot.series.iter().flat_map(|series| series.x.iter().copied()), 0.02, 10);
    let heights = plot.series.iter().flat_map(|series| series.y.iter().copied());
    let y = if plot.log_y { Axis::logarithmic(heights, 0.04, 8) } else { Axis::linear(heights, 0.06, 8) };

    let lettering = Lettering::new();
    let widest = y.labels().map(|label| lettering.width(&label)).fold(0.0, f32::max);
    let left = (widest * 15.0) as u32 + 16 + if plot.y_label.is_empty() { 0 } else { 28 };
    let bottom = if plot.x_label.is_empty() { 30 } else { 58 };
    let top = if plot.title.is_empty() { 20 } else { 52 };
    let mut chart = ChartBuilder::on(area)
        .margin_left(units(12))
        .margin_right(units(24))
        .margin_bottom(units(12))
        .margin_top(units(top))
        .x_label_area_size(units(bottom))
        .y_label_area_size(units(left))
        .build_cartesian_2d(x.clone(), y.clone())?;
    draw_axes(plot, &mut chart)?;
    for (index, series) in plot.series.iter().enumerate() {
        draw_series(series, color(index), &chart)?;
    }

    let (columns, rows) = chart.plotting_area().get_pixel_range();
    let title = text_style(19.0, &TEXT).pos(Pos::new(HPos::Center, VPos::Center));
    area.draw(&Text::new(plot.title.as_str(), ((columns.start + columns.end) / 2, units(28)), title))?;
    let place = |px: f64, py: f64| (x.position(px), y.position(py));
    legend::draw(&plot.series, place, &lettering, area, (columns, rows))?;
    area.present()
}

fn draw_axes<B: DrawingBackend>(plot: &Plot, chart: &mut Chart<'_, B>) -> Drawn<B> {
    let mut mesh = chart.configure_mesh();
    mesh.axis_style(FRAME.stroke_width(UNITS))
        .bold_line_style(GRID.stroke_width(UNITS))
        .light_line_style(FAINT_GRID.stroke_width(UNITS))
        .set_all_tick_mark_size(units(4))
        .label_style(text_style(15.0, &TEXT))
        .axis_desc_style(text_style(16.0, &TEXT));
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
        _ => points.iter().try_for_each(|&point| area.draw(&Circle::new(point, units(3), color.mix(0.7).filled()))),
    }
}
