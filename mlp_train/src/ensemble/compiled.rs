use core::ops::{Index, IndexMut};

use mlp_core::losses::LossList;
use mlp_core::optimizers::Optimizer;
use mlp_core::{Augmented, DataError};

use super::prediction::{EnsemblePrediction, predict};
use super::{Ensemble, EnsembleError};
use crate::batch::Workers;
use crate::batch_shape::BatchShape;
use crate::callbacks::Callback;
use crate::dataset::Data;
use crate::error::TrainingError;
use crate::fit::{Evaluation, Fit, ValidationData};
use crate::network::{Compiled, Network};
use crate::parallel::{Queue, on_workers, workers};
use crate::report::{History, MetricList};
use crate::residuals::{Residuals, Terms};

/// `K` compiled networks, as [`Ensemble::compile`] returns them.
///
/// Each member is trained by the code of a single network, so it has the bits of the same network trained alone, on any number
/// of threads. An index borrows a member, a [`Compiled`] network: `ensemble[3].predict(&x)`.
///
/// # Memory
/// Each member has its weights, its gradient and the state of its optimizer. The buffers of a step, which are larger for small
/// networks, exist once per thread.
pub struct CompiledEnsemble<N: Network, O: Optimizer, L, M, const K: usize> {
    members: Vec<Compiled<N, O, L, M>>,
    /// Buffers of each thread between two calls.
    buffers: Vec<Option<Workers<N>>>,
}

impl<N: Network, O: Optimizer, L, M, const K: usize> CompiledEnsemble<N, O, L, M, K> {
    /// Keeps the buffers of one member, and frees those of the others as they are compiled.
    pub(super) fn new(members: impl Iterator<Item = Compiled<N, O, L, M>>) -> Self {
        let mut buffers = None;
        let without_buffers = |mut member: Compiled<N, O, L, M>| {
            buffers = member.learner.scratch.slot().take();
            member
        };
        Self { members: members.map(without_buffers).collect(), buffers: vec![buffers] }
    }

    /// Returns the members.
    pub fn members(&self) -> &[Compiled<N, O, L, M>] {
        &self.members
    }

    /// Returns the members, to change their weights or their optimizers.
    pub fn members_mut(&mut self) -> &mut [Compiled<N, O, L, M>] {
        &mut self.members
    }

    /// Returns the networks, and drops the training state.
    pub fn into_ensemble(self) -> Ensemble<N, K> {
        Ensemble { members: self.members.into_iter().map(Compiled::into_network).collect() }
    }

    /// Calls `train` with the index and the model of every member, and returns the results in their order. Members run on several
    /// threads with the feature `threads`.
    ///
    /// It serves trainings other than [`fit`](Self::fit), such as `|member, model| model.solve(…)` on equations.
    pub fn train<R: Send>(&mut self, train: impl Fn(usize, &mut Compiled<N, O, L, M>) -> R + Sync) -> Vec<R>
    where
        Compiled<N, O, L, M>: Send,
    {
        let mut results: Vec<Option<R>> = Vec::new();
        results.resize_with(K, || None);
        self.for_each(&mut results, |member, model, result| *result = Some(train(member, model)));
        results.into_iter().flatten().collect()
    }

    /// Calls `run` with every member and the place of its result. It allocates nothing after the first call.
    fn for_each<R: Send>(&mut self, results: &mut [R], run: impl Fn(usize, &mut Compiled<N, O, L, M>, &mut R) + Sync)
    where
        Compiled<N, O, L, M>: Send,
    {
        let workers = workers(K);
        if self.buffers.len() < workers {
            self.buffers.resize_with(workers, || None);
        }
        let queue = Queue::new(self.members.iter_mut().zip(results).enumerate());
        on_workers(&mut self.buffers[..workers], |worker, buffers| {
            while let Some((member, (model, result))) = queue.next_of(worker) {
                core::mem::swap(model.learner.scratch.slot(), buffers);
                run(member, model, result);
                core::mem::swap(model.learner.scratch.slot(), buffers);
            }
        });
    }
}

impl<N, O, L, M, const K: usize> CompiledEnsemble<N, O, L, M, K>
where
    N: Network,
    O: Optimizer,
    L: LossList<N::Scalar, N::Output>,
    M: MetricList<N::Scalar, N::Output, L::Targets>,
    Compiled<N, O, L, M>: Send,
{
    /// Trains every member on inputs `x` and targets `y`, and returns their histories. `arguments` returns those of a member's
    /// [`fit`](Compiled::fit): its seed, its [bootstrap](Fit::bootstrap), its callbacks, its validation data.
    ///
    /// Member `i` is trained from its first to its last epoch by one call of `fit`, and has the same bits as after that call alone.
    /// Nothing is printed, unless the arguments set [`verbose`](Fit::verbose).
    ///
    /// ```
    /// # use mlp_core::layers::{Features, Module};
    /// # use mlp_core::losses::MeanSquaredError;
    /// # use mlp_core::optimizers::Adam;
    /// # use mlp_train::{CompiledEnsemble, EarlyStopping, EnsembleError, Fit, Network};
    /// # type Model<N> = CompiledEnsemble<N, Adam, MeanSquaredError, (), 8>;
    /// # fn train<N>(ensemble: &mut Model<N>, x: &[[f32; 1]], y: &[[f32; 1]]) -> Result<(), EnsembleError>
    /// # where
    /// #     N: Network<Scalar = f32, Input = Features<1>, Output = Features<1>> + Send,
    /// # {
    /// let histories = ensemble.fit(x, y, |member| {
    ///     let seed = member as u64;
    ///     let stop = EarlyStopping::new("val_loss").patience(10);
    ///     Fit::new().epochs(100).seed(seed).bootstrap(seed).validation_split(0.1).callback(stop)
    /// })?;
    /// # let _ = histories;
    /// # Ok(())
    /// # }
    /// ```
    ///
    /// # Errors
    /// If the training of a member ends with an error, those of [`Compiled::fit`]. The other members are trained to their end.
    pub fn fit<X, Y, V, C>(
        &mut self,
        x: &X,
        y: &Y,
        arguments: impl Fn(usize) -> Fit<V, C> + Sync,
    ) -> Result<Vec<History>, EnsembleError>
    where
        X: Data<N::Scalar, N::Input> + Sync + ?Sized,
        Y: Data<N::Scalar, L::Targets> + Sync + ?Sized,
        V: ValidationData<N::Scalar, N::Input, L::Targets>,
        C: Callback<N>,
    {
        let results = self.train(|member, model| model.fit(x, y, arguments(member).silent_by_default()));
        if results.iter().all(Result::is_ok) {
            return Ok(results.into_iter().flatten().collect());
        }
        let mut error = EnsembleError { failures: Vec::new(), histories: Vec::new() };
        for (member, result) in results.into_iter().enumerate() {
            error.histories.push(result.map_err(|failure| error.failures.push((member, failure))).ok());
        }
        Err(error)
    }

    /// Makes one step of every member on all samples of `x`, and returns their mean losses before the step. See
    /// [`Compiled::train_on_batch`].
    ///
    /// It allocates nothing after the first call.
    ///
    /// # Errors
    /// If the step of a member fails, as for [`fit`](Self::fit). The other members make their steps.
    pub fn train_on_batch<X, Y>(&mut self, x: &X, y: &Y) -> Result<[f64; K], EnsembleError>
    where
        X: Data<N::Scalar, N::Input> + Sync + ?Sized,
        Y: Data<N::Scalar, L::Targets> + Sync + ?Sized,
    {
        let mut results: [Result<f64, TrainingError>; K] = [const { Ok(f64::NAN) }; K];
        self.for_each(&mut results, |_, model, result| *result = model.train_on_batch(x, y));
        if results.iter().all(Result::is_ok) {
            return Ok(results.map(|loss| loss.unwrap_or(f64::NAN)));
        }
        let failures = results.into_iter().enumerate().filter_map(|(member, result)| Some((member, result.err()?)));
        Err(EnsembleError { failures: failures.collect(), histories: vec![None; K] })
    }

    /// Returns the loss and the metrics of each member on inputs `x` and targets `y`. See [`Compiled::evaluate`].
    ///
    /// # Errors
    /// If the data is invalid.
    pub fn evaluate<X, Y>(&mut self, x: &X, y: &Y) -> Result<Vec<Evaluation>, DataError>
    where
        X: Data<N::Scalar, N::Input> + Sync + ?Sized,
        Y: Data<N::Scalar, L::Targets> + Sync + ?Sized,
    {
        self.train(|_, model| model.evaluate(x, y)).into_iter().collect()
    }
}

impl<N: Network, O: Optimizer, L, M, const K: usize> CompiledEnsemble<N, O, L, M, K> {
    /// Returns the predictions of all members for all samples of `x`. See [`Ensemble::predict`].
    ///
    /// # Errors
    /// If `x` has no rows, or a value is NaN or infinite.
    pub fn predict<X>(&self, x: &X) -> Result<EnsemblePrediction<N>, DataError>
    where
        N: Sync,
        N::Output: BatchShape,
        X: Data<N::Scalar, N::Input> + Sync + ?Sized,
    {
        predict(self.members.iter().map(|member| &**member), x)
    }
}

impl<N, O, R, const K: usize> CompiledEnsemble<Augmented<N>, O, Residuals<R, N::Scalar>, (), K>
where
    N: Network<Output: BatchShape>,
    O: Optimizer,
    R: Terms<N>,
{
    /// Returns the solutions of all members at the points of `x`. See [`Compiled::solution`].
    ///
    /// # Errors
    /// If `x` has no rows, or a value is NaN or infinite.
    pub fn solution<X>(&self, x: &X) -> Result<EnsemblePrediction<N>, DataError>
    where
        X: Data<N::Scalar, N::Input> + ?Sized,
    {
        let solutions = self.members.iter().map(|member| member.solution(x));
        Ok(EnsemblePrediction::new(solutions.collect::<Result<_, _>>()?, x.samples()))
    }
}

impl<N: Network, O: Optimizer, L, M, const K: usize> Index<usize> for CompiledEnsemble<N, O, L, M, K> {
    type Output = Compiled<N, O, L, M>;

    /// Returns a member.
    ///
    /// # Panics
    /// If `member` is not below `K`.
    fn index(&self, member: usize) -> &Self::Output {
        &self.members[member]
    }
}

impl<N: Network, O: Optimizer, L, M, const K: usize> IndexMut<usize> for CompiledEnsemble<N, O, L, M, K> {
    fn index_mut(&mut self, member: usize) -> &mut Self::Output {
        &mut self.members[member]
    }
}
