use std::io;
use std::path::Path;
use std::{fs, process};

use plotters::backend::SVGBackend;
use plotters::drawing::IntoDrawingArea;
use plotters_backend::DrawingBackend;

use super::canvas::Canvas;
use super::chart::{self, UNITS};
use super::{Plot, PlotError, SIZE};

/// What a picture is written as.
#[derive(Clone, Copy)]
pub(super) enum Format {
    Png,
    Svg,
}

impl Format {
    pub(super) fn of(path: &Path) -> Result<Self, PlotError> {
        match path.extension().and_then(|extension| extension.to_str()).map(str::to_lowercase).as_deref() {
            Some("png") => Ok(Self::Png),
            Some("svg") => Ok(Self::Svg),
            _ => Err(PlotError::Extension(path.into())),
        }
    }
}

/// The whole file.
pub(super) fn encode(plot: &Plot, format: Format) -> Result<Vec<u8>, PlotError> {
    match format {
        Format::Png => png(plot),
        Format::Svg => svg(plot),
    }
}

fn png(plot: &Plot) -> Result<Vec<u8>, PlotError> {
    let mut rgb = vec![255; (SIZE.0 * SIZE.1 * 3) as usize];
    draw(plot, Canvas::new(&mut rgb))?;
    let mut bytes = Vec::new();
    let mut encoder = png::Encoder::new(&mut bytes, SIZE.0, SIZE.1);
    encoder.set_color(png::ColorType::Rgb);
    let written = encoder.write_header().and_then(|mut writer| writer.write_image_data(&rgb));
    written.map_err(|error| PlotError::Drawing(error.to_string()))?;
    Ok(bytes)
}

fn svg(plot: &Plot) -> Result<Vec<u8>, PlotError> {
    let mut text = String::new();
    let (width, height) = (SIZE.0 * UNITS, SIZE.1 * UNITS);
    draw(plot, SVGBackend::with_string(&mut text, (width, height)))?;
    // Drawn in fractions of a pixel, shown in pixels.
    let drawn = format!("<svg width=\"{width}\" height=\"{height}\"");
    let shown = format!("<svg width=\"{}\" height=\"{}\" stroke-linejoin=\"round\"", SIZE.0, SIZE.1);
    Ok(text.replacen(&drawn, &shown, 1).into_bytes())
}

fn draw(plot: &Plot, backend: impl DrawingBackend) -> Result<(), PlotError> {
    chart::draw(plot, &backend.into_drawing_area()).map_err(|error| PlotError::Drawing(error.to_string()))
}

/// Writes next to the file and renames, so that nobody sees half a picture.
pub(super) fn write(path: &Path, bytes: &[u8]) -> io::Result<()> {
    if let Some(directory) = path.parent() {
        fs::create_dir_all(directory)?;
    }
    let name = path.file_name().unwrap_or_default().to_string_lossy();
    let unfinished = path.with_file_name(format!(".{name}.{}.unfinished", process::id()));
    let written = fs::write(&unfinished, bytes).and_then(|()| fs::rename(&unfinished, path));
    if written.is_err() {
        // The first error is the one to tell; that nothing could be removed either follows from it.
        let _ = fs::remove_file(&unfinished);
    }
    written
}
