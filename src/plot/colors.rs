//! Color palettes.

use plotters::style::RGBColor;

/// Okabe and Ito's colors for color-blind readers (jfly.uni-koeln.de/color), the most distinct ones first.
const CLASSES: [RGBColor; 8] = [
    RGBColor(0, 114, 178),
    RGBColor(213, 94, 0),
    RGBColor(0, 158, 115),
    RGBColor(204, 121, 167),
    RGBColor(230, 159, 0),
    RGBColor(86, 180, 233),
    RGBColor(0, 0, 0),
    RGBColor(240, 228, 66),
];

/// Color map for values of one sign, from low to high. The luminance decreases steadily, so that it also works in
/// grayscale and for color-blind readers.
const SEQUENTIAL: [[f64; 3]; 5] =
    [[246.0, 249.0, 253.0], [158.0, 202.0, 228.0], [46.0, 134.0, 190.0], [0.0, 76.0, 138.0], [0.0, 34.0, 76.0]];

/// Color map for values of both signs, from negative (blue) through zero (light) to positive (orange). Color-blind
/// readers can distinguish blue and orange.
const DIVERGING: [[f64; 3]; 5] =
    [[0.0, 58.0, 112.0], [86.0, 160.0, 206.0], [247.0, 247.0, 247.0], [232.0, 160.0, 84.0], [140.0, 66.0, 0.0]];

/// Number of distinct colors for series and classes.
pub(super) const DISTINCT: usize = CLASSES.len() + 4;

/// Returns the color of a series or a class. The palette is followed by darker versions of its first colors.
pub(super) fn of_class(index: usize) -> RGBColor {
    let index = index % DISTINCT;
    let RGBColor(red, green, blue) = CLASSES[index % CLASSES.len()];
    let brightness = if index < CLASSES.len() { 1.0 } else { 0.55 };
    let [red, green, blue] = [red, green, blue].map(|channel| (f64::from(channel) * brightness) as u8);
    RGBColor(red, green, blue)
}

/// Returns a color of the sequential color map. `position` is from 0 (low) to 1 (high).
pub(super) fn sequential(position: f64) -> RGBColor {
    interpolate(&SEQUENTIAL, position)
}

/// Returns a color of the diverging color map. `position` is from 0 (lowest) through 0.5 (zero) to 1 (highest).
pub(super) fn diverging(position: f64) -> RGBColor {
    interpolate(&DIVERGING, position)
}

fn interpolate(anchors: &[[f64; 3]; 5], position: f64) -> RGBColor {
    let scaled = position.clamp(0.0, 1.0) * 4.0;
    let lower = (scaled as usize).min(3);
    let fraction = scaled - lower as f64;
    let [red, green, blue] =
        [0, 1, 2].map(|i| (anchors[lower][i] + (anchors[lower + 1][i] - anchors[lower][i]) * fraction).round() as u8);
    RGBColor(red, green, blue)
}

/// Returns whether white text is more readable on this color than dark text.
pub(super) fn is_dark(RGBColor(red, green, blue): RGBColor) -> bool {
    0.299 * f64::from(red) + 0.587 * f64::from(green) + 0.114 * f64::from(blue) < 140.0
}

#[cfg(test)]
mod tests {
    use super::*;

    fn luminance(RGBColor(red, green, blue): RGBColor) -> f64 {
        0.299 * f64::from(red) + 0.587 * f64::from(green) + 0.114 * f64::from(blue)
    }

    #[test]
    fn class_colors_are_distinct() {
        let colors: Vec<_> = (0..DISTINCT).map(of_class).map(|RGBColor(r, g, b)| [r, g, b].map(i32::from)).collect();
        for (index, color) in colors.iter().enumerate() {
            let distance = |other: &[i32; 3]| (0..3).map(|i| (color[i] - other[i]).pow(2)).sum::<i32>();
            assert!(colors[index + 1..].iter().all(|other| distance(other) > 40 * 40), "{index}");
        }
    }

    #[test]
    fn higher_values_are_darker() {
        let scale: Vec<_> = (0..=100).map(|i| luminance(sequential(f64::from(i) / 100.0))).collect();
        assert!(scale.is_sorted_by(|a, b| a > b), "{scale:?}");
        let scale: Vec<_> = (0..=50).map(|i| luminance(diverging(0.5 + f64::from(i) / 100.0))).collect();
        assert!(scale.is_sorted_by(|a, b| a > b), "{scale:?}");
        assert_eq!(sequential(-1.0), sequential(0.0));
        assert_eq!(diverging(7.0), diverging(1.0));
    }
}
