use ab_glyph::{Font, FontRef, OutlineCurve};
use ab_glyph_rasterizer::{Point, Rasterizer};

/// The height of a letter like x, in ems. SVG's `ex`.
const X_HEIGHT: f32 = 0.536;

/// Draws text with the font that is built in, Noto Sans.
pub(super) struct Lettering {
    font: FontRef<'static>,
    units_per_em: f32,
}

impl Lettering {
    pub(super) fn new() -> Self {
        let font = FontRef::try_from_slice(ttf_noto_sans::REGULAR).expect("the font is built in");
        let units_per_em = font.units_per_em().unwrap_or(2048.0);
        Self { font, units_per_em }
    }

    /// The width of a text, in ems.
    pub(super) fn width(&self, text: &str) -> f32 {
        self.layout(text).last().map_or(0.0, |(_, end)| end)
    }

    /// How far below the middle of small letters their baseline is, in ems.
    pub(super) const HALF_X: f32 = X_HEIGHT / 2.0;

    /// Draws a text whose baseline begins at the origin. `place` takes ems, upwards, to pixels.
    pub(super) fn draw(&self, text: &str, place: impl Fn(f32, f32) -> Point, rasterizer: &mut Rasterizer) {
        for (glyph, end) in self.layout(text) {
            let start = end - self.font.h_advance_unscaled(glyph) / self.units_per_em;
            let at = |p: ab_glyph::Point| place(start + p.x / self.units_per_em, p.y / self.units_per_em);
            for curve in self.font.outline(glyph).into_iter().flat_map(|outline| outline.curves) {
                match curve {
                    OutlineCurve::Line(a, b) => rasterizer.draw_line(at(a), at(b)),
                    OutlineCurve::Quad(a, b, c) => rasterizer.draw_quad(at(a), at(b), at(c)),
                    OutlineCurve::Cubic(a, b, c, d) => rasterizer.draw_cubic(at(a), at(b), at(c), at(d)),
                }
            }
        }
    }

    /// Each glyph, and where it ends.
    fn layout(&self, text: &str) -> impl Iterator<Item = (ab_glyph::GlyphId, f32)> {
        let mut before = None;
        let mut end = 0.0;
        text.chars().map(move |letter| {
            let glyph = self.font.glyph_id(letter);
            let kern = before.map_or(0.0, |before| self.font.kern_unscaled(before, glyph));
            end += (kern + self.font.h_advance_unscaled(glyph)) / self.units_per_em;
            before = Some(glyph);
            (glyph, end)
        })
    }
}
