//! Saving of plots as PNG or SVG.

use std::fs;
use std::io::{self, Write as _};
use std::path::Path;

use mlp_data::atomic_write;
use plotters::backend::SVGBackend;
use plotters::drawing::IntoDrawingArea;
use plotters_backend::DrawingBackend;

use super::PlotError;
use super::canvas::Canvas;
use super::chart::{Area, DrawResult, UNITS, WHITE};

/// Format of an image file.
#[derive(Clone, Copy)]
enum Format {
    Png,
    Svg,
}

impl Format {
    fn from_extension(path: &Path) -> Result<Self, PlotError> {
        match path.extension().and_then(|extension| extension.to_str()).map(str::to_lowercase).as_deref() {
            Some("png") => Ok(Self::Png),
            Some("svg") => Ok(Self::Svg),
            _ => Err(PlotError::Extension(path.into())),
        }
    }
}

/// Plot that can be saved.
pub(super) trait Picture {
    /// Returns the width and height in pixels. Called after [`check`](Self::check).
    fn size(&self) -> (u32, u32);
    /// Checks that the plot can be drawn.
    fn check(&self) -> Result<(), PlotError>;
    /// Draws on a white background.
    fn draw<B: DrawingBackend>(&self, area: &Area<B>) -> DrawResult<B>;
}

/// Writes a plot to a file, atomically (temporary file, then rename).
pub(super) fn save(picture: &impl Picture, path: &Path) -> Result<(), PlotError> {
    let format = Format::from_extension(path)?;
    picture.check()?;
    let bytes = match format {
        Format::Png => png(picture),
        Format::Svg => svg(picture),
    }?;
    write(path, &bytes).map_err(|source| PlotError::Write { path: path.into(), source })
}

fn png(picture: &impl Picture) -> Result<Vec<u8>, PlotError> {
    let (width, height) = picture.size();
    let mut rgb = vec![255; width as usize * height as usize * 3];
    draw(picture, Canvas::new(&mut rgb, (width, height)))?;
    let mut bytes = Vec::new();
    let mut encoder = png::Encoder::new(&mut bytes, width, height);
    encoder.set_color(png::ColorType::Rgb);
    let written = encoder.write_header().and_then(|mut writer| writer.write_image_data(&rgb));
    written.map_err(|error| PlotError::Drawing(error.to_string()))?;
    Ok(bytes)
}

fn svg(picture: &impl Picture) -> Result<Vec<u8>, PlotError> {
    let mut text = String::new();
    let (width, height) = picture.size();
    let width_in_units = width * UNITS;
    let height_in_units = height * UNITS;
    draw(picture, SVGBackend::with_string(&mut text, (width_in_units, height_in_units)))?;
    // The view box stays in units; the size of the image is in pixels.
    let in_units = format!("<svg width=\"{width_in_units}\" height=\"{height_in_units}\"");
    let in_pixels = format!("<svg width=\"{width}\" height=\"{height}\" stroke-linejoin=\"round\"");
    Ok(text.replacen(&in_units, &in_pixels, 1).into_bytes())
}

fn draw(picture: &impl Picture, backend: impl DrawingBackend) -> Result<(), PlotError> {
    let area = backend.into_drawing_area();
    let result = area.fill(&WHITE).and_then(|()| picture.draw(&area)).and_then(|()| area.present());
    result.map_err(|error| PlotError::Drawing(error.to_string()))
}

fn write(path: &Path, bytes: &[u8]) -> io::Result<()> {
    if let Some(folder) = path.parent() {
        fs::create_dir_all(folder)?;
    }
    atomic_write(path, |file| file.write_all(bytes))
}
