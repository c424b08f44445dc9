//! Grid of colored cells, for confusion matrices and heat maps.

use plotters::element::{PathElement, Rectangle, Text};
use plotters::style::text_anchor::{HPos, Pos, VPos};
use plotters::style::{Color, FontTransform, RGBColor};
use plotters_backend::DrawingBackend;

use super::axis::Axis;
use super::chart::{self, Area, DrawResult, FRAME, TEXT, UNITS, WHITE, text_style, units};
use super::colors;
use super::lettering::Lettering;

/// Font size of names and labels, in pixels.
pub(super) const FONT_SIZE: f64 = 15.0;

const MARGIN: u32 = 16;
const BAR_WIDTH: u32 = 18;
const BAR_STEPS: i32 = 128;

/// Cells in rows and columns, with row names on the left and column names below.
pub(super) struct Grid {
    pub(super) title: String,
    pub(super) x_label: String,
    pub(super) y_label: String,
    /// Names of rows and their positions, in cells.
    pub(super) row_names: Vec<(f64, String)>,
    /// Names of columns and their positions, in cells.
    pub(super) column_names: Vec<(f64, String)>,
    /// Width and height of a cell, in pixels.
    pub(super) cell: (u32, u32),
    /// Colors of the cells, row by row.
    pub(super) fills: Vec<Vec<RGBColor>>,
    /// Texts of the cells, row by row, and their font size.
    pub(super) texts: Option<(Vec<Vec<String>>, f64)>,
    pub(super) bar: Option<Bar>,
}

/// Color scale.
pub(super) struct Bar {
    pub(super) axis: Axis,
    pub(super) color: fn(f64) -> RGBColor,
}

/// Returns the width of the widest text, in pixels. The viewer of an SVG may use a wider font.
pub(super) fn max_width<'a>(texts: impl IntoIterator<Item = &'a String>, size: f64, lettering: &Lettering) -> u32 {
    let ems = texts.into_iter().map(|text| lettering.width(text)).fold(0.0, f32::max);
    (f64::from(ems) * size * 1.1).ceil() as u32
}

/// Space around the cells, in pixels.
struct Margins {
    left: u32,
    right: u32,
    top: u32,
    bottom: u32,
    /// Part of `left` for row names.
    row_names: u32,
    /// Part of `bottom` for column names.
    column_names: u32,
    /// `true` if column names are rotated.
    rotated: bool,
}

impl Grid {
    pub(super) fn size(&self) -> (u32, u32) {
        let margins = self.margins(&Lettering::new());
        let (width, height) = self.inner_size();
        (margins.left + width + margins.right, margins.top + height + margins.bottom)
    }

    /// Returns the size of all cells together.
    fn inner_size(&self) -> (u32, u32) {
        let columns = self.fills.first().map_or(0, Vec::len) as u32;
        (columns * self.cell.0, self.fills.len() as u32 * self.cell.1)
    }

    fn margins(&self, lettering: &Lettering) -> Margins {
        let (rotated, column_names) = self.column_name_height(lettering);
        let row_names = max_width(self.row_names.iter().map(|name| &name.1), FONT_SIZE, lettering) + 10;
        let label_height = |text: &String| if text.is_empty() { 0 } else { 30 };
        let left = MARGIN + label_height(&self.y_label) + row_names;
        let bottom = MARGIN + label_height(&self.x_label) + column_names;
        let bar_width =
            |bar: &Bar| 24 + BAR_WIDTH + 8 + max_width(&bar.axis.labels().collect::<Vec<_>>(), FONT_SIZE, lettering);
        let right = MARGIN + self.bar.as_ref().map_or(8, bar_width);
        let top = if self.title.is_empty() { 20 } else { 52 };
        // Titles and labels are centered at the cells, even if they are longer.
        let (width, height) = self.inner_size();
        let overhang = |length: u32, inside: u32| (length + 2 * MARGIN).saturating_sub(inside).div_ceil(2);
        let horizontal_text =
            max_width([&self.title], 19.0, lettering).max(max_width([&self.x_label], 16.0, lettering));
        let horizontal = overhang(horizontal_text, width);
        let vertical = overhang(max_width([&self.y_label], 16.0, lettering), height);
        Margins {
            left: left.max(horizontal),
            right: right.max(horizontal),
            top: top.max(vertical),
            bottom: bottom.max(vertical),
            row_names,
            column_names,
            rotated,
        }
    }

    /// Returns whether column names are rotated because they do not fit side by side, and the height they need.
    fn column_name_height(&self, lettering: &Lettering) -> (bool, u32) {
        let width = max_width(self.column_names.iter().map(|name| &name.1), FONT_SIZE, lettering);
        let distances = self.column_names.windows(2).map(|pair| pair[1].0 - pair[0].0);
        let min_distance = distances.fold(self.fills.first().map_or(0, Vec::len) as f64, f64::min);
        let rotated = f64::from(width) + 6.0 > min_distance * f64::from(self.cell.0);
        (rotated, if rotated { width + 8 } else { 24 })
    }

    pub(super) fn draw<B: DrawingBackend>(&self, area: &Area<B>) -> DrawResult<B> {
        let margins = self.margins(&Lettering::new());
        let (width, height) = self.inner_size();
        let left = units(margins.left);
        let top = units(margins.top);
        let right = left + units(width);
        let bottom = top + units(height);
        self.draw_cells((left, top), area)?;
        draw_frame((left, top), (right, bottom), area)?;
        self.draw_row_names((left, top), area)?;
        self.draw_column_names((left, bottom), margins.rotated, area)?;
        chart::draw_title(&self.title, &(left..right), area)?;
        let style = text_style(16.0, &TEXT).pos(Pos::new(HPos::Center, VPos::Center));
        let x_label = ((left + right) / 2, bottom + units(margins.column_names + 18));
        area.draw(&Text::new(self.x_label.as_str(), x_label, style.clone()))?;
        let rotated = style.transform(FontTransform::Rotate270);
        let y_label = (left - units(margins.row_names + 18), (top + bottom) / 2);
        area.draw(&Text::new(self.y_label.as_str(), y_label, rotated))?;
        match &self.bar {
            Some(bar) => bar.draw(right + units(24), (top, bottom), area),
            None => Ok(()),
        }
    }

    fn draw_cells<B: DrawingBackend>(&self, (left, top): (i32, i32), area: &Area<B>) -> DrawResult<B> {
        let width = units(self.cell.0);
        let height = units(self.cell.1);
        for (row, fills) in self.fills.iter().enumerate() {
            for (column, &fill) in fills.iter().enumerate() {
                let x = left + column as i32 * width;
                let y = top + row as i32 * height;
                area.draw(&Rectangle::new([(x, y), (x + width, y + height)], fill.filled()))?;
                let Some((texts, size)) = &self.texts else { continue };
                let color = if colors::is_dark(fill) { WHITE } else { TEXT };
                let style = text_style(*size, &color).pos(Pos::new(HPos::Center, VPos::Center));
                area.draw(&Text::new(texts[row][column].as_str(), (x + width / 2, y + height / 2), style))?;
            }
        }
        Ok(())
    }

    fn draw_row_names<B: DrawingBackend>(&self, (left, top): (i32, i32), area: &Area<B>) -> DrawResult<B> {
        let style = text_style(FONT_SIZE, &TEXT).pos(Pos::new(HPos::Right, VPos::Center));
        for (position, name) in &self.row_names {
            let y = top + cells_to_units(*position, self.cell.1);
            area.draw(&Text::new(name.as_str(), (left - units(8), y), style.clone()))?;
        }
        Ok(())
    }

    fn draw_column_names<B: DrawingBackend>(
        &self,
        (left, bottom): (i32, i32),
        rotated: bool,
        area: &Area<B>,
    ) -> DrawResult<B> {
        let style = text_style(FONT_SIZE, &TEXT);
        let (style, distance) = if rotated {
            let style = style.pos(Pos::new(HPos::Right, VPos::Center));
            (style.transform(FontTransform::Rotate270), units(8))
        } else {
            (style.pos(Pos::new(HPos::Center, VPos::Center)), units(14))
        };
        for (position, name) in &self.column_names {
            let x = left + cells_to_units(*position, self.cell.0);
            area.draw(&Text::new(name.as_str(), (x, bottom + distance), style.clone()))?;
        }
        Ok(())
    }
}

/// Converts a position in cells of `size` pixels to drawing units.
fn cells_to_units(position: f64, size: u32) -> i32 {
    (position * f64::from(units(size))).round() as i32
}

impl Bar {
    fn draw<B: DrawingBackend>(&self, left: i32, (top, bottom): (i32, i32), area: &Area<B>) -> DrawResult<B> {
        let right = left + units(BAR_WIDTH);
        // Edges on whole pixels, so that no seams show.
        let edge = |step: i32| {
            let pixels = f64::from(bottom - top) / f64::from(UNITS) * f64::from(step) / f64::from(BAR_STEPS);
            bottom - units(pixels.round() as u32)
        };
        for step in 0..BAR_STEPS {
            let color = (self.color)((f64::from(step) + 0.5) / f64::from(BAR_STEPS));
            if edge(step) > edge(step + 1) {
                area.draw(&Rectangle::new([(left, edge(step + 1)), (right, edge(step))], color.filled()))?;
            }
        }
        draw_frame((left, top), (right, bottom), area)?;
        let style = text_style(FONT_SIZE, &TEXT).pos(Pos::new(HPos::Left, VPos::Center));
        for (position, label) in self.axis.labeled_ticks() {
            let y = bottom - (position * f64::from(bottom - top)).round() as i32;
            area.draw(&PathElement::new([(right, y), (right + units(4), y)], FRAME.stroke_width(UNITS)))?;
            area.draw(&Text::new(label, (right + units(8), y), style.clone()))?;
        }
        Ok(())
    }
}

fn draw_frame<B: DrawingBackend>(low: (i32, i32), high: (i32, i32), area: &Area<B>) -> DrawResult<B> {
    let path = [low, (high.0, low.1), high, (low.0, high.1), low];
    area.draw(&PathElement::new(path, FRAME.stroke_width(UNITS)))
}
