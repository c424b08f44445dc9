//! A step length that satisfies the strong Wolfe conditions: the loss falls enough, and its slope nearly vanishes.
//!
//! Source: Nocedal and Wright, "Numerical Optimization", 2006, section 3.5.

/// The loss at a step length, and its derivative by the length.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Point {
    pub(super) at: f64,
    pub(super) loss: f64,
    pub(super) slope: f64,
}

/// The loss along a direction.
pub(super) trait Line {
    /// Evaluates a length. A loss that is not finite is never taken for lower than another.
    fn evaluate(&mut self, at: f64) -> Point;
    /// The point evaluated last is the lowest so far.
    fn keep(&mut self);
}

/// How much of what the first slope promises the loss is to fall.
const DECREASE: f64 = 1e-4;
/// How much of the first slope may be left.
const SLOPE: f64 = 0.9;
/// As many points are tried at most.
const MOST_EVALUATIONS: usize = 25;
/// After so many points, it is enough that the loss does not fall steeply any more: at a kink, as a relu makes them, no
/// slope vanishes. Source: Lewis and Overton, "Nonsmooth optimization via quasi-Newton methods", 2013.
const PATIENCE: usize = 14;

/// The point that was kept last. `None` if none is lower than the start, whose slope is negative.
pub(super) fn search(start: Point, first: f64, line: &mut impl Line) -> Option<Point> {
    let (mut before, mut low, mut high) = (start, start, None::<Point>);
    let mut at = first;
    for evaluation in 0..MOST_EVALUATIONS {
        let patient = evaluation < PATIENCE;
        let trial = line.evaluate(at);
        // A NaN is not enough of a fall.
        let falls = trial.loss < start.loss && trial.loss <= start.loss + DECREASE * trial.at * start.slope;
        if falls && (trial.loss < low.loss || !patient) {
            line.keep();
            let toward_high = high.map_or(1.0, |high| high.at - low.at);
            if trial.slope * toward_high >= 0.0 {
                high = Some(low);
            }
            (before, low) = (low, trial);
        } else {
            high = Some(trial);
        }
        let is_flat = low.slope.abs() <= SLOPE * start.slope.abs();
        if low.at > 0.0 && (is_flat || !patient && low.slope > 0.0) {
            break;
        }
        at = high.map_or_else(|| beyond(before, low), |high| between(low, high));
        if at == low.at {
            break;
        }
    }
    (low.at > 0.0).then_some(low)
}

/// Further along, where the loss still falls.
fn beyond(before: Point, low: Point) -> f64 {
    let (least, most) = (low.at + 0.01 * (low.at - before.at), 10.0 * low.at);
    lowest_of_cubic(before, low).filter(|at| *at >= least).map_or(most, |at| at.min(most))
}

/// Inside a bracket, a tenth of it or more away from its ends.
fn between(low: Point, high: Point) -> f64 {
    let width = high.at - low.at;
    if !high.loss.is_finite() {
        return low.at + 0.1 * width;
    }
    let share = lowest_of_cubic(low, high).map_or(0.5, |at| (at - low.at) / width);
    low.at + share.clamp(0.1, 0.9) * width
}

/// Where the cubic through two points, with their slopes, is lowest.
fn lowest_of_cubic(a: Point, b: Point) -> Option<f64> {
    let mean = a.slope + b.slope - 3.0 * (a.loss - b.loss) / (a.at - b.at);
    let root = (mean * mean - a.slope * b.slope).sqrt().copysign(b.at - a.at);
    let at = b.at - (b.at - a.at) * (b.slope + root - mean) / (b.slope - a.slope + 2.0 * root);
    at.is_finite().then_some(at)
}

#[cfg(test)]
mod tests {
    use super::*;

    struct Function<F> {
        function: F,
        evaluations: usize,
        last: Option<Point>,
        kept: Option<Point>,
    }

    impl<F: Fn(f64) -> (f64, f64)> Line for Function<F> {
        fn evaluate(&mut self, at: f64) -> Point {
            self.evaluations += 1;
            let (loss, slope) = (self.function)(at);
            self.last = Some(Point { at, loss, slope });
            Point { at, loss, slope }
        }
        fn keep(&mut self) {
            self.kept = self.last;
        }
    }

    fn search_from(first: f64, function: impl Fn(f64) -> (f64, f64)) -> (Point, Option<Point>, usize) {
        let (loss, slope) = function(0.0);
        let start = Point { at: 0.0, loss, slope };
        let mut line = Function { function, evaluations: 0, last: None, kept: None };
        let found = search(start, first, &mut line);
        assert_eq!(found, line.kept, "what is found was kept");
        (start, found, line.evaluations)
    }

    /// Functions of Moré and Thuente, "Line search algorithms with guaranteed sufficient decrease", 1994, and two more,
    /// from steps far too short and far too long.
    #[test]
    fn strong_wolfe_conditions_hold() {
        let functions: [fn(f64) -> (f64, f64); 4] = [
            |a| (-a / (a * a + 2.0), (a * a - 2.0) / (a * a + 2.0).powi(2)),
            |a| {
                let b = a + 0.004;
                (b.powi(5) - 2.0 * b.powi(4), 5.0 * b.powi(4) - 8.0 * b.powi(3))
            },
            |a| ((a - 3.0).powi(2), 2.0 * (a - 3.0)),
            // Infinite from 1 on.
            |a| match a {
                ..1.0 => (-a - (1.0 - a).ln() * 0.1, -1.0 + 0.1 / (1.0 - a)),
                _ => (f64::INFINITY, f64::NAN),
            },
        ];
        for (number, function) in functions.into_iter().enumerate() {
            for first in [1e-3, 1e-1, 1.0, 1e1, 1e3] {
                let (start, found, evaluations) = search_from(first, function);
                let found = found.unwrap_or_else(|| panic!("function {number} from {first}"));
                assert!(found.loss <= start.loss + DECREASE * found.at * start.slope, "{number}, {first}: {found:?}");
                assert!(found.slope.abs() <= SLOPE * start.slope.abs(), "{number}, {first}: {found:?}");
                assert!(evaluations <= PATIENCE, "function {number} from {first}: {evaluations} evaluations");
            }
        }
    }

    /// A kink has no slope that vanishes, but a lowest point, which is approached.
    #[test]
    fn a_kink_is_approached() {
        let (_, found, _) = search_from(1.0, |a| if a < 0.3 { (-a, -1.0) } else { (2.0 * a - 0.9, 2.0) });
        assert!((found.expect("lower").at - 0.3).abs() < 0.01, "{found:?}");
    }

    #[test]
    fn nothing_lower_is_no_step() {
        assert_eq!(search_from(1.0, |a| (a, -1.0)).1, None);
        assert_eq!(search_from(1.0, |a| if a == 0.0 { (0.0, -1.0) } else { (f64::NAN, f64::NAN) }).1, None);
    }
}
