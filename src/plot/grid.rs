use plotters::element::{PathElement, Rectangle, Text};
use plotters::style::text_anchor::{HPos, Pos, VPos};
use plotters::style::{Color, FontTransform, RGBColor};
use plotters_backend::DrawingBackend;

use super::axis::Axis;
use super::chart::{self, Area, Drawn, FRAME, TEXT, UNITS, WHITE, text_style, units};
use super::colors;
use super::lettering::Lettering;

/// The size of names beside the cells, in pixels.
pub(super) const LETTERS: f64 = 15.0;

const MARGIN: u32 = 16;
const BAR: u32 = 18;
const BAR_STEPS: i32 = 128;

/// Cells in rows and columns, with names on the left and below.
pub(super) struct Grid {
    pub(super) title: String,
    pub(super) x_label: String,
    pub(super) y_label: String,
    /// Where the names of rows and columns stand, counted in cells, and how they are written.
    pub(super) row_names: Vec<(f64, String)>,
    pub(super) column_names: Vec<(f64, String)>,
    /// The width and height of a cell, in pixels.
    pub(super) cell: (u32, u32),
    /// The color of each cell, row by row.
    pub(super) fills: Vec<Vec<RGBColor>>,
    /// What is written into the cells, row by row, and how large.
    pub(super) texts: Option<(Vec<Vec<String>>, f64)>,
    /// What the colors mean.
    pub(super) bar: Option<Bar>,
}

/// A scale of colors.
pub(super) struct Bar {
    pub(super) axis: Axis,
    pub(super) color: fn(f64) -> RGBColor,
}

/// The widest of some texts, in pixels. SVG's reader may have a wider font.
pub(super) fn widest<'a>(texts: impl IntoIterator<Item = &'a String>, letters: f64, lettering: &Lettering) -> u32 {
    let ems = texts.into_iter().map(|text| lettering.width(text)).fold(0.0, f32::max);
    (f64::from(ems) * letters * 1.1).ceil() as u32
}

/// What surrounds the cells, in pixels.
struct Room {
    left: u32,
    right: u32,
    top: u32,
    bottom: u32,
    /// Of it, the names of rows on the left and of columns below.
    row_names: u32,
    column_names: u32,
    /// Whether names of columns are written upwards.
    upright: bool,
}

impl Grid {
    pub(super) fn size(&self) -> (u32, u32) {
        let room = self.room(&Lettering::new());
        let (width, height) = self.inside();
        (room.left + width + room.right, room.top + height + room.bottom)
    }

    /// The size of all cells together.
    fn inside(&self) -> (u32, u32) {
        let columns = self.fills.first().map_or(0, Vec::len) as u32;
        (columns * self.cell.0, self.fills.len() as u32 * self.cell.1)
    }

    fn room(&self, lettering: &Lettering) -> Room {
        let column_names = widest(self.column_names.iter().map(|name| &name.1), LETTERS, lettering);
        let apart = self.column_names.windows(2).map(|pair| pair[1].0 - pair[0].0);
        let apart = apart.fold(self.fills.first().map_or(0, Vec::len) as f64, f64::min);
        let upright = f64::from(column_names) + 6.0 > apart * f64::from(self.cell.0);
        let column_names = if upright { column_names + 8 } else { 24 };
        let label = |text: &String| if text.is_empty() { 0 } else { 30 };
        let row_names = widest(self.row_names.iter().map(|name| &name.1), LETTERS, lettering) + 10;
        let left = MARGIN + label(&self.y_label) + row_names;
        let bottom = MARGIN + label(&self.x_label) + column_names;
        let ticks = |bar: &Bar| 24 + BAR + 8 + widest(&bar.axis.labels().collect::<Vec<_>>(), LETTERS, lettering);
        let right = MARGIN + self.bar.as_ref().map_or(8, ticks);
        // What is longer than all cells stands in the middle of them all the same.
        let (width, height) = self.inside();
        let beyond = |length: u32, inside: u32| (length + 2 * MARGIN).saturating_sub(inside).div_ceil(2);
        let across = widest([&self.title], 19.0, lettering).max(widest([&self.x_label], 16.0, lettering));
        let (across, upwards) = (beyond(across, width), beyond(widest([&self.y_label], 16.0, lettering), height));
        let top = if self.title.is_empty() { 20 } else { 52 };
        Room {
            left: left.max(across),
            right: right.max(across),
            top: top.max(upwards),
            bottom: bottom.max(upwards),
            row_names,
            column_names,
            upright,
        }
    }

    pub(super) fn draw<B: DrawingBackend>(&self, area: &Area<B>) -> Drawn<B> {
        let room = self.room(&Lettering::new());
        let (width, height) = self.inside();
        let (left, top) = (units(room.left), units(room.top));
        let (right, bottom) = (left + units(width), top + units(height));
        self.draw_cells((left, top), area)?;
        draw_frame((left, top), (right, bottom), area)?;
        self.draw_names((left, bottom), &room, area)?;
        chart::draw_title(&self.title, &(left..right), area)?;
        let style = text_style(16.0, &TEXT).pos(Pos::new(HPos::Center, VPos::Center));
        let below = bottom + units(room.column_names + 18);
        area.draw(&Text::new(self.x_label.as_str(), ((left + right) / 2, below), style.clone()))?;
        let turned = style.transform(FontTransform::Rotate270);
        area.draw(&Text::new(self.y_label.as_str(), (left - units(room.row_names + 18), (top + bottom) / 2), turned))?;
        match &self.bar {
            Some(bar) => bar.draw(right + units(24), (top, bottom), area),
            None => Ok(()),
        }
    }

    fn draw_cells<B: DrawingBackend>(&self, (left, top): (i32, i32), area: &Area<B>) -> Drawn<B> {
        let (width, height) = (units(self.cell.0), units(self.cell.1));
        for (row, fills) in self.fills.iter().enumerate() {
            for (column, &fill) in fills.iter().enumerate() {
                let (x, y) = (left + column as i32 * width, top + row as i32 * height);
                area.draw(&Rectangle::new([(x, y), (x + width, y + height)], fill.filled()))?;
                let Some((texts, letters)) = &self.texts else { continue };
                let ink = if colors::is_dark(fill) { WHITE } else { TEXT };
                let style = text_style(*letters, &ink).pos(Pos::new(HPos::Center, VPos::Center));
                area.draw(&Text::new(texts[row][column].as_str(), (x + width / 2, y + height / 2), style))?;
            }
        }
        Ok(())
    }

    fn draw_names<B: DrawingBackend>(&self, (left, bottom): (i32, i32), room: &Room, area: &Area<B>) -> Drawn<B> {
        let style = text_style(LETTERS, &TEXT);
        let at = |place: f64, size: u32| (place * f64::from(units(size))).round() as i32;
        let beside = style.pos(Pos::new(HPos::Right, VPos::Center));
        for (place, name) in &self.row_names {
            let y = units(room.top) + at(*place, self.cell.1);
            area.draw(&Text::new(name.as_str(), (left - units(8), y), beside.clone()))?;
        }
        let (below, down) = if room.upright {
            (beside.transform(FontTransform::Rotate270), units(8))
        } else {
            (beside.pos(Pos::new(HPos::Center, VPos::Center)), units(14))
        };
        for (place, name) in &self.column_names {
            area.draw(&Text::new(name.as_str(), (left + at(*place, self.cell.0), bottom + down), below.clone()))?;
        }
        Ok(())
    }
}

impl Bar {
    fn draw<B: DrawingBackend>(&self, left: i32, (top, bottom): (i32, i32), area: &Area<B>) -> Drawn<B> {
        let right = left + units(BAR);
        // On whole pixels, so that no seams show.
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
        let style = text_style(LETTERS, &TEXT).pos(Pos::new(HPos::Left, VPos::Center));
        for (position, label) in self.axis.named() {
            let y = bottom - (position * f64::from(bottom - top)).round() as i32;
            area.draw(&PathElement::new([(right, y), (right + units(4), y)], FRAME.stroke_width(UNITS)))?;
            area.draw(&Text::new(label, (right + units(8), y), style.clone()))?;
        }
        Ok(())
    }
}

fn draw_frame<B: DrawingBackend>(low: (i32, i32), high: (i32, i32), area: &Area<B>) -> Drawn<B> {
    let around = [low, (high.0, low.1), high, (low.0, high.1), low];
    area.draw(&PathElement::new(around, FRAME.stroke_width(UNITS)))
}
