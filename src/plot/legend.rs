//! Legend of a chart.

use std::ops::Range;

use plotters::element::{Circle, PathElement, Rectangle, Text};
use plotters::style::text_anchor::{HPos, Pos, VPos};
use plotters::style::{Color, RGBAColor, RGBColor};
use plotters_backend::DrawingBackend;

use super::chart::{Area, DrawResult, FRAME, GRID, TEXT, UNITS, line_width, text_style, units};
use super::lettering::Lettering;
use super::{Mark, Plot, Series};

const FONT_SIZE: u32 = 15;
const LINE_HEIGHT: i32 = units(24);
const PADDING: i32 = units(10);
const SAMPLE: i32 = units(28);
const GAP: i32 = units(8);

/// Number of names from which a legend stands next to the chart.
const MAX_INSIDE: usize = 6;

/// Returns the names in the legend, with the series; `None` is the marked position.
fn entries(plot: &Plot) -> Vec<(&str, Option<(usize, &Series)>)> {
    let named = plot.series.iter().enumerate().filter(|(_, series)| !series.name.is_empty());
    let mark = plot.marked_x.iter().map(|(_, label)| (label.as_str(), None));
    named.map(|(index, series)| (series.name.as_str(), Some((index, series)))).chain(mark).collect()
}

/// Returns whether the legend is so long that it stands next to the chart.
pub(super) fn is_long(plot: &Plot) -> bool {
    entries(plot).len() > MAX_INSIDE
}

/// Returns the width of the legend in drawing units.
pub(super) fn width(plot: &Plot, lettering: &Lettering) -> i32 {
    let widest = entries(plot).into_iter().map(|(name, _)| lettering.width(name)).fold(0.0, f32::max);
    // The viewer of an SVG may use a wider font.
    let text_width = (widest * 1.1 * units(FONT_SIZE) as f32) as i32;
    2 * PADDING + SAMPLE + GAP + text_width
}

/// Draws the legend: next to the chart if it is `outside`, or else in the corner of the chart where it hides the fewest points.
///
/// `position` maps a point to its position in the chart, from 0 to 1, with y upward.
pub(super) fn draw<B: DrawingBackend>(
    plot: &Plot,
    position: impl Fn((f64, f64)) -> (f64, f64),
    lettering: &Lettering,
    area: &Area<B>,
    ((columns, rows), outside): ((Range<i32>, Range<i32>), bool),
) -> DrawResult<B> {
    let entries = entries(plot);
    if entries.is_empty() {
        return Ok(());
    }
    let width = width(plot, lettering);
    let height = 2 * PADDING + LINE_HEIGHT * (entries.len() as i32 - 1) + units(12);
    let (x, y) = if outside {
        (columns.end + GAP, rows.start)
    } else {
        let fraction = |size: i32, range: &Range<i32>| f64::from(size + 2 * GAP) / f64::from(range.end - range.start);
        let sizes = (fraction(width, &columns), fraction(height, &rows));
        let (right, top) = emptiest_corner(&plot.series, position, sizes.0, sizes.1);
        let x = if right { columns.end - GAP - width } else { columns.start + GAP };
        (x, if top { rows.start + GAP } else { rows.end - GAP - height })
    };
    if !outside {
        area.draw(&Rectangle::new([(x, y), (x + width, y + height)], RGBColor(255, 255, 255).mix(0.85).filled()))?;
        let frame = [(x, y), (x + width, y), (x + width, y + height), (x, y + height), (x, y)];
        area.draw(&PathElement::new(frame, GRID.stroke_width(UNITS)))?;
    }
    for (line, (name, series)) in entries.into_iter().enumerate() {
        let middle = y + PADDING + units(6) + LINE_HEIGHT * line as i32;
        match series {
            Some((index, series)) => draw_sample(series, plot.color(index), (x + PADDING, middle), area)?,
            None => {
                let (x, half) = (x + PADDING + SAMPLE / 2, units(8));
                let line = [(x, middle - half), (x, middle + half)];
                area.draw(&PathElement::new(line, FRAME.stroke_width(UNITS)))?;
            }
        }
        let style = text_style(f64::from(FONT_SIZE), &TEXT).pos(Pos::new(HPos::Left, VPos::Center));
        area.draw(&Text::new(name, (x + PADDING + SAMPLE + GAP, middle), style))?;
    }
    Ok(())
}

fn draw_sample<B: DrawingBackend>(
    series: &Series,
    color: RGBAColor,
    (x, y): (i32, i32),
    area: &Area<B>,
) -> DrawResult<B> {
    match series.mark {
        // The color of a short, thin line is hard to see.
        Mark::Line => {
            let width = line_width(series).max(units(2) as u32);
            area.draw(&PathElement::new([(x, y), (x + SAMPLE, y)], color.stroke_width(width)))
        }
        Mark::Guide => area.draw(&PathElement::new([(x, y), (x + SAMPLE, y)], color.stroke_width(UNITS))),
        Mark::Dots => area.draw(&Circle::new((x + SAMPLE / 2, y), units(3), color.filled())),
        Mark::Band => area.draw(&Rectangle::new([(x, y - units(6)), (x + SAMPLE, y + units(6))], color.filled())),
    }
}

/// Returns whether the corner with the fewest points is on the right, and whether it is at the top. The upper right
/// corner is preferred.
fn emptiest_corner(
    series: &[Series],
    position: impl Fn((f64, f64)) -> (f64, f64),
    width: f64,
    height: f64,
) -> (bool, bool) {
    let mut hidden = [0usize; 4];
    let corners = [(true, true), (false, true), (true, false), (false, false)];
    for series in series {
        for (&x, &y) in series.x.iter().zip(&series.y) {
            let (x, y) = position((x, y));
            for (hidden, (right, top)) in hidden.iter_mut().zip(corners) {
                let inside_x = if right { x > 1.0 - width } else { x < width };
                let inside_y = if top { y > 1.0 - height } else { y < height };
                *hidden += usize::from(inside_x && inside_y);
            }
        }
    }
    let best = (0..4).min_by_key(|&corner| hidden[corner]).unwrap_or(0);
    corners[best]
}

#[cfg(test)]
mod tests {
    use super::*;

    fn corner(points: &[(f64, f64)]) -> (bool, bool) {
        let (x, y) = points.iter().copied().unzip();
        emptiest_corner(&[Series { name: String::new(), x, y, mark: Mark::Line }], |point| point, 0.3, 0.2)
    }

    #[test]
    fn the_emptiest_corner_is_chosen() {
        assert_eq!(corner(&[(0.5, 0.5)]), (true, true));
        assert_eq!(corner(&[(0.9, 0.9)]), (false, true));
        assert_eq!(corner(&[(0.9, 0.9), (0.1, 0.9)]), (true, false));
        assert_eq!(corner(&[(0.9, 0.9), (0.1, 0.9), (0.9, 0.1)]), (false, false));
    }
}
