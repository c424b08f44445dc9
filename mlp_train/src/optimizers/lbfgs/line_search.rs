//! Line search for the strong Wolfe conditions: the loss falls enough, and its derivative nearly vanishes.
//!
//! ```text
//! L(a) ≤ L(0) + c₁ a L′(0)      sufficient decrease, c₁ = DECREASE
//! |L′(a)| ≤ c₂ |L′(0)|          curvature, c₂ = CURVATURE
//! ```
//!
//! Source: Nocedal and Wright, "Numerical Optimization", 2006, section 3.5.

/// Loss at a step length, and its derivative by the length.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Point {
    pub(super) at: f64,
    pub(super) loss: f64,
    pub(super) derivative: f64,
}

/// Loss along a direction.
pub(super) trait Line {
    /// Evaluates a step length. A loss that is not finite is never accepted.
    fn evaluate(&mut self, at: f64) -> Point;
    /// Keeps the point evaluated last, the lowest so far.
    fn keep(&mut self);
}

/// `c₁`, the share of the decrease predicted by the first derivative that is sufficient.
const DECREASE: f64 = 1e-4;
/// `c₂`, the share of the first derivative that may remain.
const CURVATURE: f64 = 0.9;
/// Max number of evaluations.
const MAX_EVALUATIONS: usize = 25;
/// Number of evaluations after which a bracketed minimum is accepted: at a kink, such as that of a relu, no derivative
/// vanishes. Source: Lewis and Overton, "Nonsmooth optimization via quasi-Newton methods", 2013.
const PATIENCE: usize = 14;

/// Returns the point kept last, or `None` if none is lower than the start, whose derivative is negative.
pub(super) fn search(start: Point, first: f64, line: &mut impl Line) -> Option<Point> {
    let mut before = start;
    let mut low = start;
    let mut high = None::<Point>;
    let mut at = first;
    for evaluation in 0..MAX_EVALUATIONS {
        let patient = evaluation < PATIENCE;
        let trial = line.evaluate(at);
        // False for NaN.
        let falls = trial.loss < start.loss && trial.loss <= start.loss + DECREASE * trial.at * start.derivative;
        if falls && (trial.loss < low.loss || !patient) {
            line.keep();
            let toward_high = high.map_or(1.0, |high| high.at - low.at);
            if trial.derivative * toward_high >= 0.0 {
                high = Some(low);
            }
            (before, low) = (low, trial);
        } else {
            high = Some(trial);
        }
        let is_flat = low.derivative.abs() <= CURVATURE * start.derivative.abs();
        if low.at > 0.0 && (is_flat || !patient && low.derivative > 0.0) {
            break;
        }
        at = high.map_or_else(|| beyond(before, low), |high| between(low, high));
        if at == low.at {
            break;
        }
    }
    (low.at > 0.0).then_some(low)
}

/// Returns a longer step length, where the loss still falls.
fn beyond(before: Point, low: Point) -> f64 {
    let min = low.at + 0.01 * (low.at - before.at);
    let max = 10.0 * low.at;
    minimum_of_cubic(before, low).filter(|at| *at >= min).map_or(max, |at| at.min(max))
}

/// Returns a step length inside a bracket, at least a tenth of its width away from its ends.
fn between(low: Point, high: Point) -> f64 {
    let width = high.at - low.at;
    if !high.loss.is_finite() {
        return low.at + 0.1 * width;
    }
    let share = minimum_of_cubic(low, high).map_or(0.5, |at| (at - low.at) / width);
    low.at + share.clamp(0.1, 0.9) * width
}

/// Returns the minimum of the cubic through two points with their derivatives.
fn minimum_of_cubic(a: Point, b: Point) -> Option<f64> {
    let mean = a.derivative + b.derivative - 3.0 * (a.loss - b.loss) / (a.at - b.at);
    let root = (mean * mean - a.derivative * b.derivative).sqrt().copysign(b.at - a.at);
    let at = b.at - (b.at - a.at) * (b.derivative + root - mean) / (b.derivative - a.derivative + 2.0 * root);
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
            let (loss, derivative) = (self.function)(at);
            self.last = Some(Point { at, loss, derivative });
            Point { at, loss, derivative }
        }
        fn keep(&mut self) {
            self.kept = self.last;
        }
    }

    fn search_from(first: f64, function: impl Fn(f64) -> (f64, f64)) -> (Point, Option<Point>, usize) {
        let (loss, derivative) = function(0.0);
        let start = Point { at: 0.0, loss, derivative };
        let mut line = Function { function, evaluations: 0, last: None, kept: None };
        let found = search(start, first, &mut line);
        assert_eq!(found, line.kept, "the found point is the kept one");
        (start, found, line.evaluations)
    }

    /// Functions of Moré and Thuente, "Line search algorithms with guaranteed sufficient decrease", 1994, and two others,
    /// with first steps far too short and far too long.
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
                assert!(
                    found.loss <= start.loss + DECREASE * found.at * start.derivative,
                    "{number}, {first}: {found:?}"
                );
                assert!(found.derivative.abs() <= CURVATURE * start.derivative.abs(), "{number}, {first}: {found:?}");
                assert!(evaluations <= PATIENCE, "function {number} from {first}: {evaluations} evaluations");
            }
        }
    }

    /// At a kink no derivative vanishes, but the search approaches its minimum.
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
