use std::fmt;

use mlp_core::kernels::Update as _;

use super::NormalMatrix;
use super::cholesky::Cholesky;
use super::damping::{Region, Solver, Undamped, scaled_norm};

/// A sum of squares as a function of the unknowns.
pub(crate) trait SquaredFunction {
    /// Returns `Σ r²`.
    fn loss(&mut self, x: &[f64]) -> f64;
    /// Adds the residuals and their derivatives to the normal equations.
    fn linearize(&mut self, x: &[f64], equations: &mut NormalMatrix);
}

/// Choice of the step by the normal equations.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) enum Method {
    /// The step inside a trust region, whose first radius is this multiple of `‖D x‖`.
    TrustRegion(f64),
    /// The undamped step, halved until the loss falls.
    GaussNewton,
    /// The step with this damping, in units of `D`, by the share `½ᵏ` with the least loss.
    NaturalGradient(f64),
}

/// Options of the minimization.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct Settings {
    pub(crate) method: Method,
    /// Relative reduction of the loss below which it has converged.
    pub(crate) loss_tolerance: f64,
    /// Length of a step, relative to that of `x`, below which it has converged.
    pub(crate) step_tolerance: f64,
    /// Cosine between the residuals and a column of the Jacobian below which it has converged.
    pub(crate) gradient_tolerance: f64,
    /// Precision of the unknowns.
    pub(crate) epsilon: f64,
}

/// Reason why no further iteration reduces the loss.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum StopReason {
    /// The loss is zero.
    ZeroLoss,
    /// The reduction of the loss, actual and predicted, is below its tolerance. MINPACK: `ftol`.
    Loss,
    /// The steps are below their tolerance. MINPACK: `xtol`.
    Step,
    /// The residuals are orthogonal to the columns of the Jacobian, within the tolerance. MINPACK: `gtol`.
    Gradient,
    /// No step reduces the loss in the precision of the parameters.
    Precision,
    /// The normal equations are singular or not finite.
    Singular,
}

impl StopReason {
    pub(crate) const fn description(self) -> &'static str {
        match self {
            Self::ZeroLoss => "the loss is zero",
            Self::Loss => "the reduction of the loss is below the tolerance",
            Self::Step => "the steps are below the tolerance",
            Self::Gradient => "the gradient is below the tolerance",
            Self::Precision => "no step reduces the loss in the precision of the parameters",
            Self::Singular => "the normal equations are singular or not finite",
        }
    }
}

impl fmt::Display for StopReason {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.description())
    }
}

/// Share of the predicted reduction from which a step is accepted.
const ACCEPTED: f64 = 1e-4;
/// Max number of steps that are tried in one iteration.
const MAX_STEPS: usize = 60;

/// State and memory of a minimization.
pub(crate) struct Minimizer {
    /// Damping of the last step, which the next one tries first.
    pub(crate) damping: f64,
    /// Radius of the trust region; NaN before the first iteration.
    pub(crate) radius: f64,
    /// The diagonal of `D`, which never shrinks.
    pub(crate) scaling: Vec<f64>,
    pub(crate) stop: Option<StopReason>,
    /// Number of evaluations of the loss at trial points.
    pub(crate) evaluations: usize,
    matrix: NormalMatrix,
    cholesky: Cholesky,
    undamped: Undamped,
    gradient: Vec<f64>,
    step: Vec<f64>,
    work: Vec<f64>,
    trial: Vec<f64>,
}

impl Minimizer {
    pub(crate) fn new(unknowns: usize) -> Self {
        let zeros = || vec![0.0; unknowns];
        Self {
            damping: 0.0,
            radius: f64::NAN,
            scaling: zeros(),
            stop: None,
            evaluations: 0,
            matrix: NormalMatrix::new(unknowns),
            cholesky: Cholesky::new(unknowns),
            undamped: Undamped::Unknown,
            gradient: zeros(),
            step: zeros(),
            work: zeros(),
            trial: zeros(),
        }
    }

    /// Makes one iteration: steps are tried until one reduces the loss. Leaves `x` unchanged if none does.
    ///
    /// Source: `lmder` of MINPACK.
    pub(crate) fn iterate(&mut self, x: &mut [f64], function: &mut dyn SquaredFunction, settings: &Settings) {
        self.stop = None;
        self.undamped = Undamped::Unknown;
        self.matrix.clear();
        function.linearize(x, &mut self.matrix);
        let loss = self.matrix.sum_of_squares();
        self.gradient.iter_mut().enumerate().for_each(|(unknown, value)| *value = self.matrix.gradient(unknown));
        if loss == 0.0 {
            return self.stop = Some(StopReason::ZeroLoss);
        }
        if !loss.is_finite() || !self.gradient.iter().all(|value| value.is_finite()) {
            return self.stop = Some(StopReason::Singular);
        }
        let cosine = self.rescale(loss.sqrt());
        if cosine <= settings.gradient_tolerance {
            return self.stop = Some(StopReason::Gradient);
        }
        match settings.method {
            Method::TrustRegion(factor) => self.trust_region(x, loss, function, settings, factor),
            Method::GaussNewton => self.gauss_newton(x, loss, function, settings),
            Method::NaturalGradient(damping) => self.natural_gradient(x, loss, function, settings, damping),
        }
    }

    /// Enlarges the scaling to the norms of the columns of the Jacobian. Returns the max cosine between the residuals, of
    /// this norm, and a column.
    fn rescale(&mut self, norm: f64) -> f64 {
        let is_first = self.radius.is_nan();
        let mut cosine = 0.0_f64;
        for (unknown, (scaling, gradient)) in self.scaling.iter_mut().zip(&self.gradient).enumerate() {
            let column = self.matrix.column(unknown)[0].sqrt();
            if column > 0.0 {
                cosine = cosine.max((gradient / (column * norm)).abs());
            }
            let first = if column > 0.0 { column } else { 1.0 };
            *scaling = if is_first { first } else { scaling.max(column) };
        }
        cosine
    }

    fn trust_region(
        &mut self,
        x: &mut [f64],
        loss: f64,
        function: &mut dyn SquaredFunction,
        settings: &Settings,
        factor: f64,
    ) {
        let is_first = self.radius.is_nan();
        if is_first {
            let norm = scaled_norm(x, &self.scaling);
            self.radius = if norm > 0.0 { factor * norm } else { factor };
        }
        for attempt in 0..MAX_STEPS {
            let Some(model) = self.propose() else {
                self.stop = Some(StopReason::Singular);
                return;
            };
            if is_first && attempt == 0 {
                self.radius = self.radius.min(model.length);
            }
            let trial_loss = self.evaluate(x, 1.0, function);
            let change = Change::new(loss, trial_loss, &model, self.damping);
            self.resize(&change, &model);
            let is_accepted = change.ratio >= ACCEPTED;
            if is_accepted {
                x.copy_from_slice(&self.trial);
            }
            self.stop = self.check(&change, scaled_norm(x, &self.scaling), settings);
            if is_accepted || self.stop.is_some() {
                return;
            }
        }
        self.stop = Some(StopReason::Precision);
    }

    /// Sets the step, the damping and the work vector. Returns what the linear model predicts.
    fn propose(&mut self) -> Option<Model> {
        let region =
            Region { matrix: &self.matrix, gradient: &self.gradient, scaling: &self.scaling, radius: self.radius };
        let mut solver = Solver {
            undamped: &mut self.undamped,
            cholesky: &mut self.cholesky,
            step: &mut self.step,
            work: &mut self.work,
        };
        self.damping = region.step(self.damping, &mut solver)?;
        let length = region.length(&self.step);
        Some(Model { length, along_gradient: f64::dot(&self.step, &self.gradient) })
    }

    /// Returns the loss at `x − share · step`, and infinity if it is not finite.
    fn evaluate(&mut self, x: &[f64], share: f64, function: &mut dyn SquaredFunction) -> f64 {
        let points = x.iter().zip(&self.step).map(|(x, step)| x - share * step);
        self.trial.iter_mut().zip(points).for_each(|(trial, point)| *trial = point);
        self.evaluations += 1;
        let loss = function.loss(&self.trial);
        if loss.is_finite() { loss } else { f64::INFINITY }
    }

    /// Changes the radius by the share of the predicted reduction that a step has reached.
    fn resize(&mut self, change: &Change, model: &Model) {
        if change.ratio > 0.25 {
            if self.damping == 0.0 || change.ratio >= 0.75 {
                self.radius = 2.0 * model.length;
                self.damping *= 0.5;
            }
            return;
        }
        let mut factor = if change.actual >= 0.0 {
            0.5
        } else {
            0.5 * change.derivative / (change.derivative + 0.5 * change.actual)
        };
        // False for NaN.
        if !(change.growth < 10.0 && factor >= 0.1) {
            factor = 0.1;
        }
        self.radius = factor * self.radius.min(10.0 * model.length);
        self.damping /= factor;
    }

    fn check(&self, change: &Change, norm: f64, settings: &Settings) -> Option<StopReason> {
        let reduces_less = |tolerance: f64| {
            change.actual.abs() <= tolerance && change.predicted <= tolerance && 0.5 * change.ratio <= 1.0
        };
        if reduces_less(settings.loss_tolerance) {
            Some(StopReason::Loss)
        } else if self.radius <= settings.step_tolerance * norm {
            Some(StopReason::Step)
        } else if reduces_less(f64::EPSILON) || self.radius <= settings.epsilon * norm {
            Some(StopReason::Precision)
        } else {
            None
        }
    }

    /// Makes an undamped step, halved until the loss falls by a share of what the linear model predicts.
    fn gauss_newton(&mut self, x: &mut [f64], loss: f64, function: &mut dyn SquaredFunction, settings: &Settings) {
        // Any radius but NaN, so that the scaling is kept.
        self.radius = f64::INFINITY;
        if !self.cholesky.factorize(&self.matrix, 0.0, &self.scaling) || !self.cholesky.has_full_rank() {
            self.stop = Some(StopReason::Singular);
            return;
        }
        self.step.copy_from_slice(&self.gradient);
        self.cholesky.solve_lower(&mut self.step);
        self.cholesky.solve_upper(&mut self.step);
        let predicted = f64::dot(&self.step, &self.gradient);
        let norm = scaled_norm(x, &self.scaling);
        let mut share = 1.0;
        while share * scaled_norm(&self.step, &self.scaling) > settings.epsilon * norm {
            let trial_loss = self.evaluate(x, share, function);
            if trial_loss <= loss - ACCEPTED * share * predicted && trial_loss < loss {
                x.copy_from_slice(&self.trial);
                let reduction = 1.0 - trial_loss / loss;
                if reduction <= settings.loss_tolerance && predicted <= settings.loss_tolerance * loss {
                    self.stop = Some(StopReason::Loss);
                } else if share * scaled_norm(&self.step, &self.scaling) <= settings.step_tolerance * norm {
                    self.stop = Some(StopReason::Step);
                }
                return;
            }
            share *= 0.5;
        }
        self.stop = Some(StopReason::Precision);
    }
}

/// Number of shares of a step that the natural gradient tries: 1, ½, …, 2⁻³⁰.
const SHARES: usize = 31;
/// Max damping of the natural gradient, in units of `D`.
const MAX_DAMPING: f64 = 1.0;

impl Minimizer {
    /// Makes a step whose length is that of the least loss on a geometric grid.
    fn natural_gradient(
        &mut self,
        x: &mut [f64],
        loss: f64,
        function: &mut dyn SquaredFunction,
        settings: &Settings,
        damping: f64,
    ) {
        self.radius = f64::INFINITY;
        self.damping = damping;
        // Rounding may leave a matrix of low rank with negative pivots.
        while !self.cholesky.factorize(&self.matrix, self.damping, &self.scaling) {
            self.damping = 10.0 * self.damping.max(f64::EPSILON);
            if self.damping > MAX_DAMPING {
                return self.stop = Some(StopReason::Singular);
            }
        }
        self.step.copy_from_slice(&self.gradient);
        self.cholesky.solve_lower(&mut self.step);
        self.cholesky.solve_upper(&mut self.step);
        let (mut best, mut least) = (0.0, loss);
        for share in (0..SHARES).map(|power| 0.5_f64.powi(power as i32)) {
            let trial_loss = self.evaluate(x, share, function);
            if trial_loss < least {
                (best, least) = (share, trial_loss);
            }
        }
        if best == 0.0 {
            return self.stop = Some(StopReason::Precision);
        }
        x.iter_mut().zip(&self.step).for_each(|(x, step)| *x -= best * step);
        let (length, norm) = (best * scaled_norm(&self.step, &self.scaling), scaled_norm(x, &self.scaling));
        if 1.0 - least / loss <= settings.loss_tolerance {
            self.stop = Some(StopReason::Loss);
        } else if length <= settings.step_tolerance * norm {
            self.stop = Some(StopReason::Step);
        }
    }
}

/// Prediction of the linear model for a step.
struct Model {
    /// `‖D p‖`
    length: f64,
    /// `pᵀ Jᵀr = ‖J p‖² + μ ‖D p‖²`
    along_gradient: f64,
}

/// Change of the loss by a step, relative to the loss.
struct Change {
    actual: f64,
    predicted: f64,
    /// Half of the derivative of the loss along the step.
    derivative: f64,
    /// Actual share of the predicted reduction.
    ratio: f64,
    /// Norm of the residuals after the step, relative to that before it.
    growth: f64,
}

impl Change {
    fn new(loss: f64, trial: f64, model: &Model, damping: f64) -> Self {
        let growth = (trial / loss).sqrt();
        let actual = if growth < 10.0 { 1.0 - growth * growth } else { -1.0 };
        let predicted = (model.along_gradient + damping * model.length * model.length) / loss;
        let ratio = if predicted == 0.0 { 0.0 } else { actual / predicted };
        Self { actual, predicted, derivative: -model.along_gradient / loss, ratio, growth }
    }
}
