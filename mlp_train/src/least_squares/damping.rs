use super::NormalMatrix;
use super::cholesky::Cholesky;
use mlp_core::kernels::Update as _;

/// Share by which the length of a step may miss the radius.
const TOLERANCE: f64 = 0.1;
/// Max number of dampings that are tried for one step.
const MAX_TRIALS: usize = 10;
/// Max number of times that the damping is enlarged until a factorization exists.
const MAX_FAILURES: usize = 30;

/// A region in which the linear model of the residuals is trusted: `‖D p‖ ≤ radius`.
pub(super) struct Region<'a> {
    pub(super) matrix: &'a NormalMatrix,
    /// `Jᵀr`.
    pub(super) gradient: &'a [f64],
    /// The diagonal of `D`.
    pub(super) scaling: &'a [f64],
    pub(super) radius: f64,
}

/// The undamped step of a linear model, which the radius does not change.
#[derive(Clone, Copy, Debug)]
pub(super) enum Undamped {
    /// Not computed yet.
    Unknown,
    /// It does not exist.
    Singular,
    /// `‖D p‖`, and `‖L⁻¹ D² p / ‖D p‖‖²`.
    Solved { length: f64, curvature: f64 },
}

/// Memory of a step.
pub(super) struct Solver<'a> {
    pub(super) undamped: &'a mut Undamped,
    pub(super) cholesky: &'a mut Cholesky,
    /// The step `p`.
    pub(super) step: &'a mut [f64],
    pub(super) work: &'a mut [f64],
}

impl Region<'_> {
    /// Sets the step `p` that minimizes `‖J p − r‖` inside the region, up to a tolerance. Returns the damping `μ` of
    /// `(JᵀJ + μ D²) p = Jᵀr`, or `None` if no damping allows a factorization. `damping` is the first one to try.
    ///
    /// Source: `lmpar` of MINPACK. Newton's method finds a zero of `φ(μ) = ‖D p(μ)‖ − radius`, between bounds.
    pub(super) fn step(&self, damping: f64, solver: &mut Solver<'_>) -> Option<f64> {
        let (mut lower, mut length) = (0.0, f64::INFINITY);
        let is_new = matches!(solver.undamped, Undamped::Unknown);
        if is_new {
            *solver.undamped = self.solve_undamped(solver);
        }
        if let Undamped::Solved { length: undamped, curvature } = *solver.undamped {
            length = undamped;
            let excess = length - self.radius;
            if excess <= TOLERANCE * self.radius {
                return (is_new || self.solve(0.0, solver)).then_some(0.0);
            }
            lower = excess / self.radius / curvature;
        }
        let unscaled = self.gradient.iter().zip(self.scaling).map(|(g, d)| (g / d).powi(2)).sum::<f64>().sqrt();
        let mut upper = match unscaled / self.radius {
            0.0 => f64::MIN_POSITIVE / self.radius.min(0.1),
            upper => upper,
        };
        let mut damping = damping.max(lower).min(upper);
        if damping == 0.0 {
            damping = if length.is_finite() { unscaled / length } else { 1e-3 * upper };
        }
        self.search(damping, (lower, &mut upper), solver)
    }

    fn search(&self, mut damping: f64, (mut lower, upper): (f64, &mut f64), solver: &mut Solver<'_>) -> Option<f64> {
        let mut excess = f64::INFINITY;
        let mut failures = 0;
        for trial in 1.. {
            if damping == 0.0 {
                damping = f64::MIN_POSITIVE.max(1e-3 * *upper);
            }
            while !self.solve(damping, solver) {
                failures += 1;
                if failures > MAX_FAILURES || !damping.is_finite() {
                    return None;
                }
                lower = damping;
                damping = (10.0 * damping).max(f64::EPSILON * *upper);
            }
            let length = self.length(solver.step);
            let before = std::mem::replace(&mut excess, length - self.radius);
            let is_inside = lower == 0.0 && excess <= before && before < 0.0;
            if excess.abs() <= TOLERANCE * self.radius || is_inside || trial == MAX_TRIALS {
                break;
            }
            let correction = excess / self.radius / self.curvature(length, solver);
            if excess > 0.0 {
                lower = lower.max(damping);
            } else if excess < 0.0 {
                *upper = upper.min(damping);
            }
            damping = lower.max(damping + correction);
        }
        Some(damping)
    }

    /// Solves `(JᵀJ + μ D²) p = Jᵀr`. Returns `false` if there is no factorization or the step is not finite.
    fn solve(&self, damping: f64, solver: &mut Solver<'_>) -> bool {
        if !solver.cholesky.factorize(self.matrix, damping, self.scaling) {
            return false;
        }
        solver.step.copy_from_slice(self.gradient);
        solver.cholesky.solve_lower(solver.step);
        solver.cholesky.solve_upper(solver.step);
        solver.step.iter().all(|value| value.is_finite())
    }

    /// Returns `‖D p‖`.
    pub(super) fn length(&self, step: &[f64]) -> f64 {
        scaled_norm(step, self.scaling)
    }

    fn solve_undamped(&self, solver: &mut Solver<'_>) -> Undamped {
        if !self.solve(0.0, solver) || !solver.cholesky.has_full_rank() {
            return Undamped::Singular;
        }
        let length = self.length(solver.step);
        Undamped::Solved { length, curvature: self.curvature(length, solver) }
    }

    /// Returns `‖L⁻¹ D² p / ‖D p‖‖²`: the Newton correction of the damping is `(φ / radius)` divided by it.
    fn curvature(&self, length: f64, solver: &mut Solver<'_>) -> f64 {
        let scaled = self.scaling.iter().zip(&*solver.step).map(|(d, p)| d * (d * p / length));
        solver.work.iter_mut().zip(scaled).for_each(|(work, value)| *work = value);
        solver.cholesky.solve_lower(solver.work);
        f64::dot(solver.work, solver.work)
    }
}

/// Returns `‖D x‖`.
pub(super) fn scaled_norm(x: &[f64], scaling: &[f64]) -> f64 {
    x.iter().zip(scaling).map(|(x, d)| (x * d).powi(2)).sum::<f64>().sqrt()
}
