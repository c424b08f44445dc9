use std::io;
use std::path::Path;
use std::{fs, process};

use plotters::backend::SVGBackend;
use plotters::drawing::IntoDrawingArea;
use plotters_backend::DrawingBackend;

use super::PlotError;
use super::canvas::Canvas;
use super::chart::{Area, Drawn, UNITS, WHITE};

/// What a picture is written as.
#[derive(Clone, Copy)]
enum Format {
    Png,
    Svg,
}

impl Format {
    fn of(path: &Path) -> Result<Self, PlotError> {
        match path.extension().and_then(|extension| extension.to_str()).map(str::to_lowercase).as_deref() {
            Some("png") => Ok(Self::Png),
            Some("svg") => Ok(Self::Svg),
            _ => Err(PlotError::Extension(path.into())),
        }
    }
}

/// What can be saved.
pub(super) trait Picture {
    /// Width and height in pixels. Asked for after the check.
    fn size(&self) -> (u32, u32);
    /// Whether everything is there that is to be drawn.
    fn check(&self) -> Result<(), PlotError>;
    /// Draws on white.
    fn draw<B: DrawingBackend>(&self, area: &Area<B>) -> Drawn<B>;
}

/// Writes the file when the picture is whole.
pub(super) fn save(picture: &impl Picture, path: &Path) -> Result<(), PlotError> {
    let format = Format::of(path)?;
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
    let size = picture.size();
    let (width, height) = (size.0 * UNITS, size.1 * UNITS);
    draw(picture, SVGBackend::with_string(&mut text, (width, height)))?;
    // Drawn in fractions of a pixel, shown in pixels.
    let drawn = format!("<svg width=\"{width}\" height=\"{height}\"");
    let shown = format!("<svg width=\"{}\" height=\"{}\" stroke-linejoin=\"round\"", size.0, size.1);
    Ok(text.replacen(&drawn, &shown, 1).into_bytes())
}

fn draw(picture: &impl Picture, backend: impl DrawingBackend) -> Result<(), PlotError> {
    let area = backend.into_drawing_area();
    let drawn = area.fill(&WHITE).and_then(|()| picture.draw(&area)).and_then(|()| area.present());
    drawn.map_err(|error| PlotError::Drawing(error.to_string()))
}

/// Writes next to the file and renames, so that nobody sees half a picture.
fn write(path: &Path, bytes: &[u8]) -> io::Result<()> {
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
