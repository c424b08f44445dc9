use plotters::style::RGBColor;

/// Okabe and Ito's colors (jfly.uni-koeln.de/color), the most different ones first.
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

/// From little to much: ever darker, so that a color-blind eye and a gray print show the same.
const SEQUENTIAL: [[f64; 3]; 5] =
    [[246.0, 249.0, 253.0], [158.0, 202.0, 228.0], [46.0, 134.0, 190.0], [0.0, 76.0, 138.0], [0.0, 34.0, 76.0]];

/// From negative to positive, light where it is nothing. Blue and orange no one confuses.
const DIVERGING: [[f64; 3]; 5] =
    [[0.0, 58.0, 112.0], [86.0, 160.0, 206.0], [247.0, 247.0, 247.0], [232.0, 160.0, 84.0], [140.0, 66.0, 0.0]];

/// How many colors there are for series and classes.
pub(super) const DIFFERENT: usize = CLASSES.len() + 4;

/// Of the series or the class of this index. After all colors come darker ones.
pub(super) fn of_class(index: usize) -> RGBColor {
    let index = index % DIFFERENT;
    let RGBColor(red, green, blue) = CLASSES[index % CLASSES.len()];
    let part = if index < CLASSES.len() { 1.0 } else { 0.55 };
    let [red, green, blue] = [red, green, blue].map(|full| (f64::from(full) * part) as u8);
    RGBColor(red, green, blue)
}

/// Of a part of the whole, from 0 to 1.
pub(super) fn sequential(position: f64) -> RGBColor {
    between(&SEQUENTIAL, position)
}

/// From the lowest at 0 through nothing at 0.5 to the highest at 1.
pub(super) fn diverging(position: f64) -> RGBColor {
    between(&DIVERGING, position)
}

fn between(anchors: &[[f64; 3]; 5], position: f64) -> RGBColor {
    let place = position.clamp(0.0, 1.0) * 4.0;
    let lower = (place as usize).min(3);
    let part = place - lower as f64;
    let [red, green, blue] =
        [0, 1, 2].map(|i| (anchors[lower][i] + (anchors[lower + 1][i] - anchors[lower][i]) * part).round() as u8);
    RGBColor(red, green, blue)
}

/// Whether white letters are easier to read on it than dark ones.
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
    fn classes_differ() {
        let colors: Vec<_> = (0..DIFFERENT).map(of_class).map(|RGBColor(r, g, b)| [r, g, b].map(i32::from)).collect();
        for (index, one) in colors.iter().enumerate() {
            let distance = |other: &[i32; 3]| (0..3).map(|i| (one[i] - other[i]).pow(2)).sum::<i32>();
            assert!(colors[index + 1..].iter().all(|other| distance(other) > 40 * 40), "{index}");
        }
    }

    #[test]
    fn more_is_darker() {
        let scale: Vec<_> = (0..=100).map(|i| luminance(sequential(f64::from(i) / 100.0))).collect();
        assert!(scale.is_sorted_by(|a, b| a > b), "{scale:?}");
        let scale: Vec<_> = (0..=50).map(|i| luminance(diverging(0.5 + f64::from(i) / 100.0))).collect();
        assert!(scale.is_sorted_by(|a, b| a > b), "{scale:?}");
        assert_eq!(sequential(-1.0), sequential(0.0));
        assert_eq!(diverging(7.0), diverging(1.0));
    }
}
