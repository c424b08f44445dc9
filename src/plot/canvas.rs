//! Antialiased pixel canvas, as a backend of plotters.

use std::convert::Infallible;

use ab_glyph_rasterizer::{Point, Rasterizer, point};
use plotters_backend::text_anchor::{HPos, VPos};
use plotters_backend::{
    BackendColor, BackendCoord, BackendStyle, BackendTextStyle, DrawingBackend, DrawingErrorKind, FontTransform,
};

use super::chart::{EM, UNITS};
use super::lettering::Lettering;

type DrawResult = Result<(), DrawingErrorKind<Infallible>>;

/// RGB image with subpixel coordinates.
pub(super) struct Canvas<'a> {
    lettering: Lettering,
    rgb: &'a mut [u8],
    size: (u32, u32),
}

impl<'a> Canvas<'a> {
    /// Creates a canvas on the red, green and blue bytes of each pixel, row by row.
    pub(super) fn new(rgb: &'a mut [u8], size: (u32, u32)) -> Self {
        Self { lettering: Lettering::new(), rgb, size }
    }

    /// Blends a color into a pixel. `coverage` is the fraction of the pixel that the shape covers.
    fn blend(&mut self, x: i32, y: i32, color: BackendColor, coverage: f32) {
        if x < 0 || y < 0 || x >= self.size.0 as i32 || y >= self.size.1 as i32 {
            return;
        }
        let start = (y as usize * self.size.0 as usize + x as usize) * 3;
        let alpha = coverage * color.alpha as f32;
        let (red, green, blue) = color.rgb;
        for (under, over) in self.rgb[start..start + 3].iter_mut().zip([red, green, blue]) {
            *under = (f32::from(*under) + (f32::from(over) - f32::from(*under)) * alpha).round() as u8;
        }
    }

    /// Fills the shape that `outline` draws between two corners.
    fn fill(
        &mut self,
        low: Point,
        high: Point,
        color: BackendColor,
        outline: impl FnOnce(&Lettering, Point, &mut Rasterizer),
    ) {
        let corner = point(low.x.floor(), low.y.floor());
        let width = (high.x - corner.x).ceil().max(1.0);
        let height = (high.y - corner.y).ceil().max(1.0);
        let mut rasterizer = Rasterizer::new(width as usize + 1, height as usize + 1);
        outline(&self.lettering, corner, &mut rasterizer);
        rasterizer.for_each_pixel_2d(|x, y, coverage| {
            if coverage > 0.0 {
                self.blend(corner.x as i32 + x as i32, corner.y as i32 + y as i32, color, coverage);
            }
        });
    }

    /// Draws a path with round joints. `radius` is half the line width. Translucent paths are not darker where they
    /// cross themselves.
    fn stroke(&mut self, path: &[Point], radius: f32, color: BackendColor) {
        let Some((low, high)) = corners(path) else { return };
        let reach = radius + 1.0;
        let left = (low.x - reach).floor() as i32;
        let top = (low.y - reach).floor() as i32;
        let width = ((high.x + reach).ceil() as i32 - left) as usize;
        let height = ((high.y + reach).ceil() as i32 - top) as usize;
        let mut coverage = vec![0f32; width * height];
        let segments = path.windows(2).map(|pair| (pair[0], pair[1]));
        let alone = (path.len() == 1).then(|| (path[0], path[0]));
        for (from, to) in segments.chain(alone) {
            let Some((low, high)) = corners(&[from, to]) else { continue };
            for y in (low.y - reach).floor() as i32..(high.y + reach).ceil() as i32 {
                for x in (low.x - reach).floor() as i32..(high.x + reach).ceil() as i32 {
                    let pixel = point(x as f32 + 0.5, y as f32 + 0.5);
                    let covered = (radius + 0.5 - distance(pixel, from, to)).clamp(0.0, (2.0 * radius).min(1.0));
                    let cell = &mut coverage[(y - top) as usize * width + (x - left) as usize];
                    *cell = cell.max(covered);
                }
            }
        }
        for (index, &covered) in coverage.iter().enumerate().filter(|(_, covered)| **covered > 0.0) {
            self.blend(left + (index % width) as i32, top + (index / width) as i32, color, covered);
        }
    }
}

impl DrawingBackend for Canvas<'_> {
    type ErrorType = Infallible;

    fn get_size(&self) -> (u32, u32) {
        (self.size.0 * UNITS, self.size.1 * UNITS)
    }

    fn ensure_prepared(&mut self) -> DrawResult {
        Ok(())
    }

    fn present(&mut self) -> DrawResult {
        Ok(())
    }

    fn draw_pixel(&mut self, (x, y): BackendCoord, color: BackendColor) -> DrawResult {
        self.fill_polygon([(x, y), (x + 1, y), (x + 1, y + 1), (x, y + 1)], &color)
    }

    fn draw_line<S: BackendStyle>(&mut self, from: BackendCoord, to: BackendCoord, style: &S) -> DrawResult {
        self.draw_path([from, to], style)
    }

    fn draw_rect<S: BackendStyle>(
        &mut self,
        low: BackendCoord,
        high: BackendCoord,
        style: &S,
        fill: bool,
    ) -> DrawResult {
        let around = [low, (high.0, low.1), high, (low.0, high.1), low];
        let units = UNITS as i32;
        if fill && [low.0, low.1, high.0, high.1].iter().all(|coordinate| coordinate % units == 0) {
            // Whole pixels, such as the thousands of cells of a heat map.
            let pixels =
                (low.1 / units..high.1 / units).flat_map(|y| (low.0 / units..high.0 / units).map(move |x| (x, y)));
            pixels.for_each(|(x, y)| self.blend(x, y, style.color(), 1.0));
            return Ok(());
        }
        if fill { self.fill_polygon(around, style) } else { self.draw_path(around, style) }
    }

    fn draw_path<S: BackendStyle, I: IntoIterator<Item = BackendCoord>>(&mut self, path: I, style: &S) -> DrawResult {
        let mut path: Vec<_> = path.into_iter().map(pixels).collect();
        align_to_pixels(&mut path);
        self.stroke(&path, style.stroke_width() as f32 / UNITS as f32 / 2.0, style.color());
        Ok(())
    }

    fn draw_circle<S: BackendStyle>(&mut self, center: BackendCoord, radius: u32, style: &S, fill: bool) -> DrawResult {
        let center = pixels(center);
        let radius = radius as f32 / UNITS as f32;
        if fill {
            self.stroke(&[center], radius, style.color());
            return Ok(());
        }
        let around = (0..=64).map(|part| (part as f32 / 64.0 * core::f32::consts::TAU).sin_cos());
        let around: Vec<_> = around.map(|(sin, cos)| point(center.x + radius * cos, center.y + radius * sin)).collect();
        self.stroke(&around, style.stroke_width() as f32 / UNITS as f32 / 2.0, style.color());
        Ok(())
    }

    fn fill_polygon<S: BackendStyle, I: IntoIterator<Item = BackendCoord>>(
        &mut self,
        corner: I,
        style: &S,
    ) -> DrawResult {
        let polygon: Vec<_> = corner.into_iter().map(pixels).collect();
        let Some((low, high)) = corners(&polygon) else { return Ok(()) };
        self.fill(low, high, style.color(), |_, origin, rasterizer| {
            let next = polygon.iter().cycle().skip(1);
            polygon.iter().zip(next).for_each(|(&a, &b)| rasterizer.draw_line(a - origin, b - origin));
        });
        Ok(())
    }

    // Positions relative to the anchor as in plotters' SVG, so that both formats look alike.
    fn draw_text<S: BackendTextStyle>(&mut self, text: &str, style: &S, at: BackendCoord) -> DrawResult {
        let em = (style.size() / EM) as f32 / UNITS as f32;
        let width = self.lettering.width(text);
        let right = match style.anchor().h_pos {
            HPos::Left => 0.0,
            HPos::Center => -width / 2.0,
            HPos::Right => -width,
        };
        let down = match style.anchor().v_pos {
            VPos::Top => 0.76,
            VPos::Center => Lettering::HALF_X_HEIGHT,
            VPos::Bottom => -Lettering::HALF_X_HEIGHT,
        };
        let (cos, sin) = match style.transform() {
            FontTransform::None => (em, 0.0),
            FontTransform::Rotate90 => (0.0, em),
            FontTransform::Rotate180 => (-em, 0.0),
            FontTransform::Rotate270 => (0.0, -em),
        };
        let at = pixels(at);
        let to_pixels = |x: f32, y: f32| {
            let x = x + right;
            let y = down - y;
            point(at.x + x * cos - y * sin, at.y + x * sin + y * cos)
        };
        // Bounds of all glyphs, in ems.
        let Some((low, high)) = corners(&[to_pixels(-0.3, 1.3), to_pixels(width + 0.3, -0.5)]) else { return Ok(()) };
        self.fill(low, high, style.color(), |lettering, origin, rasterizer| {
            lettering.draw(text, |x, y| to_pixels(x, y) - origin, rasterizer);
        });
        Ok(())
    }
}

/// Converts drawing units to pixels.
fn pixels((x, y): BackendCoord) -> Point {
    point(x as f32 / UNITS as f32, y as f32 / UNITS as f32)
}

/// Moves grid lines and frames to pixel centers, so that they are sharp.
fn align_to_pixels(path: &mut [Point]) {
    let straight = path.windows(2).all(|pair| pair[0].x == pair[1].x || pair[0].y == pair[1].y);
    if straight && path.len() <= 5 {
        path.iter_mut().for_each(|p| *p = point(p.x.floor() + 0.5, p.y.floor() + 0.5));
    }
}

/// Returns the corners of the bounding box.
fn corners(points: &[Point]) -> Option<(Point, Point)> {
    let first = *points.first()?;
    Some(points.iter().fold((first, first), |(low, high), p| {
        (point(low.x.min(p.x), low.y.min(p.y)), point(high.x.max(p.x), high.y.max(p.y)))
    }))
}

/// Returns the distance from a point to a segment.
fn distance(p: Point, from: Point, to: Point) -> f32 {
    let along = to - from;
    let away = p - from;
    let length = along.x * along.x + along.y * along.y;
    let fraction = if length == 0.0 { 0.0 } else { ((away.x * along.x + away.y * along.y) / length).clamp(0.0, 1.0) };
    f32::hypot(away.x - fraction * along.x, away.y - fraction * along.y)
}

#[cfg(test)]
mod tests {
    use plotters::style::text_anchor::Pos;
    use plotters::style::{Color, IntoTextStyle, RGBColor, ShapeStyle};

    use super::super::SIZE;
    use super::*;

    const INK: RGBColor = RGBColor(0, 0, 0);

    /// Draws, and returns a function for the darkness of a pixel, from 0 to 255.
    fn drawn(draw: impl FnOnce(&mut Canvas<'_>) -> DrawResult) -> impl Fn(i32, i32) -> u8 {
        let mut rgb = vec![255; (SIZE.0 * SIZE.1 * 3) as usize];
        draw(&mut Canvas::new(&mut rgb, SIZE)).unwrap();
        move |x, y| 255 - rgb[(y * SIZE.0 as i32 + x) as usize * 3]
    }

    fn pen(alpha: f64, width: u32) -> ShapeStyle {
        Color::stroke_width(&INK.mix(alpha), width * UNITS)
    }

    fn at(x: i32, y: i32) -> BackendCoord {
        (x * UNITS as i32, y * UNITS as i32)
    }

    #[test]
    fn grid_lines_are_sharp() {
        let dark = drawn(|canvas| canvas.draw_line(at(10, 20), at(30, 20), &pen(1.0, 1)));
        assert_eq!([19, 20, 21].map(|y| dark(20, y)), [0, 255, 0]);
    }

    #[test]
    fn slanted_lines_have_the_given_width() {
        let dark = drawn(|canvas| canvas.draw_line(at(10, 10), at(110, 60), &pen(1.0, 2)));
        let ink: u32 = (0..80).map(|y| u32::from(dark(60, y))).sum();
        // A line with dy/dx = ½, cut vertically, is √5/2 times its width.
        assert!((f64::from(ink) / 255.0 - 5f64.sqrt()).abs() < 0.2, "{ink}");
    }

    #[test]
    fn crossings_are_not_darker() {
        let path = [at(10, 10), at(50, 51), at(50, 10), at(10, 51)];
        let dark = drawn(|canvas| canvas.draw_path(path, &pen(0.5, 4)));
        assert_eq!(dark(30, 30), dark(20, 20));
    }

    #[test]
    fn polygons_and_circles_are_filled() {
        let dark = drawn(|canvas| {
            canvas.draw_rect(at(10, 10), at(20, 20), &INK.filled(), true)?;
            canvas.draw_circle(at(50, 50), 5 * UNITS, &INK, true)
        });
        assert_eq!([9, 10, 19, 20].map(|x| dark(x, 15)), [0, 255, 255, 0]);
        let ink: u32 = (40..60).flat_map(|y| (40..60).map(move |x| (x, y))).map(|(x, y)| u32::from(dark(x, y))).sum();
        assert!((f64::from(ink) / 255.0 / 25.0 - core::f64::consts::PI).abs() < 0.03);
    }

    /// Returns the first and last column and row with ink around (300, 300).
    fn bounds(dark: impl Fn(i32, i32) -> u8) -> [i32; 4] {
        let inked: Vec<_> =
            (100..500).flat_map(|y| (100..500).map(move |x| (x, y))).filter(|&(x, y)| dark(x, y) > 99).collect();
        let (xs, ys) = (inked.iter().map(|p| p.0), inked.iter().map(|p| p.1));
        [xs.clone().min().unwrap(), xs.max().unwrap(), ys.clone().min().unwrap(), ys.max().unwrap()]
    }

    #[test]
    fn text_is_centered_and_rotated() {
        let style = ("sans-serif", 40.0 * EM * f64::from(UNITS)).with_color(INK).into_text_style(&(1, 1));
        let style = style.pos(Pos::new(HPos::Center, VPos::Center));
        let [left, right, top, bottom] = bounds(drawn(|canvas| canvas.draw_text("xxxx", &style, at(300, 300))));
        assert!((left + right + 1 - 600).abs() <= 2, "{left} to {right}");
        assert!((top + bottom + 1 - 600).abs() <= 2, "{top} to {bottom}");
        assert!((70..90).contains(&(right - left)) && (18..25).contains(&(bottom - top)));
        let rotated = style.transform(FontTransform::Rotate270);
        let dark = drawn(|canvas| canvas.draw_text("lx", &rotated, at(300, 300)));
        let [left, right, top, bottom] = bounds(&dark);
        // The text reads upward: the tall letter l is at the bottom.
        let ink = |y: i32| (left..=right).filter(|&x| dark(x, y) > 99).count();
        assert!((bottom - 8..bottom).any(|y| ink(y) > 25) && (top..top + 8).all(|y| ink(y) < 25));
    }
}
