//! Text rendering with the built-in font.

use ab_glyph::{Font, FontRef, OutlineCurve};
use ab_glyph_rasterizer::{Point, Rasterizer};

/// Height of a lowercase x, in ems. SVG: `ex`.
const X_HEIGHT: f32 = 0.536;

/// Text renderer with Noto Sans.
pub(super) struct Lettering {
    font: FontRef<'static>,
    units_per_em: f32,
}

impl Lettering {
    /// Distance from the center of lowercase letters to their baseline, in ems.
    pub(super) const HALF_X_HEIGHT: f32 = X_HEIGHT / 2.0;

    pub(super) fn new() -> Self {
        let font = FontRef::try_from_slice(ttf_noto_sans::REGULAR).expect("the built-in font is valid");
        let units_per_em = font.units_per_em().unwrap_or(2048.0);
        Self { font, units_per_em }
    }

    /// Returns the width of a text, in ems.
    pub(super) fn width(&self, text: &str) -> f32 {
        self.layout(text).last().map_or(0.0, |(_, end)| end)
    }

    /// Draws a text whose baseline starts at the origin. `to_pixels` maps ems, with y upward, to pixels.
    pub(super) fn draw(&self, text: &str, to_pixels: impl Fn(f32, f32) -> Point, rasterizer: &mut Rasterizer) {
        for (glyph, end) in self.layout(text) {
            let start = end - self.font.h_advance_unscaled(glyph) / self.units_per_em;
            let at = |p: ab_glyph::Point| to_pixels(start + p.x / self.units_per_em, p.y / self.units_per_em);
            for curve in self.font.outline(glyph).into_iter().flat_map(|outline| outline.curves) {
                match curve {
                    OutlineCurve::Line(a, b) => rasterizer.draw_line(at(a), at(b)),
                    OutlineCurve::Quad(a, b, c) => rasterizer.draw_quad(at(a), at(b), at(c)),
                    OutlineCurve::Cubic(a, b, c, d) => rasterizer.draw_cubic(at(a), at(b), at(c), at(d)),
                }
            }
        }
    }

    /// Returns the glyphs and the positions of their ends.
    fn layout(&self, text: &str) -> impl Iterator<Item = (ab_glyph::GlyphId, f32)> {
        let mut previous = None;
        let mut end = 0.0;
        text.chars().map(move |character| {
            let glyph = self.font.glyph_id(character);
            let kern = previous.map_or(0.0, |previous| self.font.kern_unscaled(previous, glyph));
            end += (kern + self.font.h_advance_unscaled(glyph)) / self.units_per_em;
            previous = Some(glyph);
            (glyph, end)
        })
    }
}
