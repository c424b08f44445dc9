use mlp_core::layers::InvalidValue;
use mlp_core::layers::Module;
use mlp_core::optimizers::{Checkpoint, Optimizer, OptimizerConfig, Squares, StateReader, StateWriter, Step};
use mlp_core::{Memory, OptionValue as _, Real as _};

use crate::heap::BoxedParameters as _;
use crate::least_squares::{Method, Minimizer, NormalMatrix, Settings, SquaredFunction, StopReason, Unknowns};

/// Optimizer that [`LevenbergMarquardt`](super::LevenbergMarquardt), [`GaussNewton`](super::GaussNewton) and
/// [`EnergyNaturalGradient`](super::EnergyNaturalGradient) configure.
///
/// `compile` creates it, because its loss must be a sum of squares.
#[derive(Clone, Debug)]
pub struct DampedGaussNewton {
    config: OptimizerConfig,
    pub(super) settings: Settings,
    max_parameters: usize,
}

impl DampedGaussNewton {
    pub(super) fn new(settings: Settings, max_parameters: usize) -> Self {
        Self { config: OptimizerConfig::new(1.0), settings, max_parameters }
    }
}

/// State of [`DampedGaussNewton`].
pub struct DampedGaussNewtonState<N> {
    /// The diagonal of `D`.
    scaling: Box<N>,
    radius: f64,
    damping: f64,
    evaluations: u64,
    stop: Option<StopReason>,
    end: Box<N>,
    memory: Option<Memories>,
}

/// Memory of a minimization, allocated in the first step.
struct Memories {
    unknowns: Unknowns,
    minimizer: Minimizer,
    x: Vec<f64>,
}

impl<N: Module> DampedGaussNewtonState<N> {
    /// Returns why the last step could not reduce the loss further, if that is so.
    pub fn stop_reason(&self) -> Option<StopReason> {
        self.stop
    }

    /// Returns the damping `μ` of the last step.
    pub fn damping(&self) -> f64 {
        self.damping
    }

    /// Returns the radius of the trust region, in which the linear model of the residuals holds; NaN before the first step.
    pub fn radius(&self) -> f64 {
        self.radius
    }

    /// Returns the number of trial steps so far: accepted and rejected ones.
    pub fn evaluations(&self) -> u64 {
        self.evaluations
    }

    fn iterate(&mut self, settings: &Settings, network: &mut N, squares: &mut dyn Squares<N>) {
        let memory = match &mut self.memory {
            Some(memory) if memory.unknowns.ranges() == squares.ranges() => memory,
            memory => memory.insert(Memories::new(squares.ranges())),
        };
        let Memories { unknowns, minimizer, x } = memory;
        unknowns.gather(self.scaling.as_slice(), &mut minimizer.scaling);
        (minimizer.radius, minimizer.damping) = (self.radius, self.damping);
        unknowns.gather(network.as_slice(), x);
        let settings = Settings { epsilon: <N::Scalar as num_traits::Float>::epsilon().widen(), ..*settings };
        minimizer.iterate(x, &mut NetworkFunction { network, squares, unknowns }, &settings);
        unknowns.scatter(x, network.as_mut_slice());
        unknowns.scatter(&minimizer.scaling, self.scaling.as_mut_slice());
        (self.radius, self.damping, self.stop) = (minimizer.radius, minimizer.damping, minimizer.stop);
        self.evaluations += std::mem::take(&mut minimizer.evaluations) as u64;
    }
}

impl Memories {
    fn new(ranges: &[std::ops::Range<usize>]) -> Self {
        let unknowns = Unknowns::new(ranges.to_vec());
        Self { minimizer: Minimizer::new(unknowns.len()), x: vec![0.0; unknowns.len()], unknowns }
    }
}

/// The loss of a network as a function of its unknowns.
struct NetworkFunction<'a, N> {
    network: &'a mut N,
    squares: &'a mut dyn Squares<N>,
    unknowns: &'a Unknowns,
}

impl<N: Module> SquaredFunction for NetworkFunction<'_, N> {
    fn loss(&mut self, x: &[f64]) -> f64 {
        self.unknowns.scatter(x, self.network.as_mut_slice());
        self.squares.loss(self.network)
    }

    fn linearize(&mut self, x: &[f64], equations: &mut NormalMatrix) {
        self.unknowns.scatter(x, self.network.as_mut_slice());
        self.squares.linearize(self.network, equations);
    }
}

impl<N: Module> Checkpoint<N> for DampedGaussNewtonState<N> {
    // A step sets the other values before it reads them.
    fn write(&self, writer: &mut dyn StateWriter<N>) {
        writer.number("radius", self.radius);
        writer.number("damping", self.damping);
        writer.count("evaluations", self.evaluations);
        writer.values("scaling", &self.scaling);
    }

    fn read(&mut self, reader: &mut dyn StateReader<N>) {
        reader.number("radius", &mut self.radius);
        reader.number("damping", &mut self.damping);
        reader.count("evaluations", &mut self.evaluations);
        reader.values("scaling", &mut self.scaling);
    }
}

impl Optimizer for DampedGaussNewton {
    const NAME: &'static str = "DampedGaussNewton";
    type State<N: Module, M: Memory> = DampedGaussNewtonState<N>;

    const NEEDS_OBJECTIVE: bool = true;
    const NEEDS_SQUARES: bool = true;

    fn check(&self) -> Result<(), InvalidValue> {
        self.config.check()?;
        match self.settings.method {
            Method::TrustRegion(radius) => radius.check("radius")?,
            Method::NaturalGradient(damping) => damping.check("damping")?,
            Method::GaussNewton => {}
        }
        self.settings.loss_tolerance.check("loss_tolerance")?;
        self.settings.step_tolerance.check("step_tolerance")?;
        self.settings.gradient_tolerance.check("gradient_tolerance")
    }

    fn settings(&self, visit: &mut dyn FnMut(&'static str, f64)) {
        let (radius, damping) = match self.settings.method {
            Method::TrustRegion(radius) => (radius, f64::NAN),
            Method::GaussNewton => (f64::NAN, 0.0),
            Method::NaturalGradient(damping) => (f64::NAN, damping),
        };
        visit("radius", radius);
        visit("damping", damping);
        visit("loss_tolerance", self.settings.loss_tolerance);
        visit("step_tolerance", self.settings.step_tolerance);
        visit("gradient_tolerance", self.settings.gradient_tolerance);
    }

    fn config(&self) -> &OptimizerConfig {
        &self.config
    }
    fn config_mut(&mut self) -> &mut OptimizerConfig {
        &mut self.config
    }

    fn init<N: Module, M: Memory>(&self) -> DampedGaussNewtonState<N> {
        DampedGaussNewtonState {
            scaling: N::zeroed(),
            radius: f64::NAN,
            damping: 0.0,
            evaluations: 0,
            stop: None,
            end: N::zeroed(),
            memory: None,
        }
    }

    fn update<N: Module, M: Memory>(&self, mut step: Step<'_, N>, state: &mut DampedGaussNewtonState<N>) {
        let Some(squares) = step.squares.take() else { return };
        state.iterate(&self.settings, step.network, squares);
        // The layers' own update, once, for the constraints of the weights.
        state.end.as_mut_slice().copy_from_slice(step.network.as_slice());
        step.each([&mut *state.end], |parameters, _, [end]| parameters.copy_from_slice(end));
    }

    fn max_parameters(&self) -> usize {
        self.max_parameters
    }

    fn stop_reason<N: Module, M: Memory>(&self, state: &DampedGaussNewtonState<N>) -> Option<&'static str> {
        state.stop.map(StopReason::description)
    }
}
