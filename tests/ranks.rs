//! Training on several ranks has the bits of one process on the whole data. The ranks are threads here; `.ci/ranks` runs
//! processes with MPI.

use std::sync::{Arc, Barrier, Mutex};

use mlp::prelude::*;
use mlp::training::{Communicator, MetricList, RankError};

/// Ranks as threads of this process.
struct LocalRank {
    rank: usize,
    shared: Arc<Shared>,
}

/// Messages of all ranks, and the places where they wait for each other.
struct Shared {
    messages: Vec<Mutex<(Vec<u8>, Vec<usize>)>>,
    barrier: Barrier,
}

impl LocalRank {
    /// Calls `run` on each of `size` ranks, and returns the results in the order of the ranks.
    fn run<R: Send>(size: usize, run: impl Fn(&LocalRank) -> R + Sync) -> Vec<R> {
        let shared =
            Arc::new(Shared { messages: (0..size).map(|_| Mutex::default()).collect(), barrier: Barrier::new(size) });
        std::thread::scope(|scope| {
            let spawn = |rank| {
                let rank = LocalRank { rank, shared: Arc::clone(&shared) };
                let run = &run;
                scope.spawn(move || run(&rank))
            };
            let ranks: Vec<_> = (0..size).map(spawn).collect();
            ranks.into_iter().map(|rank| rank.join().expect("no rank panics")).collect()
        })
    }

    /// Sends a message, and calls `read` with the messages of all ranks.
    fn exchange(&self, message: &[u8], counts: &[usize], mut read: impl FnMut(usize, &[u8], &[usize])) {
        *self.shared.messages[self.rank].lock().expect("no rank panics") = (message.to_vec(), counts.to_vec());
        self.shared.barrier.wait();
        for (rank, message) in self.shared.messages.iter().enumerate() {
            let message = message.lock().expect("no rank panics");
            read(rank, &message.0, &message.1);
        }
        self.shared.barrier.wait();
    }
}

impl Communicator for LocalRank {
    fn rank(&self) -> usize {
        self.rank
    }
    fn size(&self) -> usize {
        self.shared.messages.len()
    }
    fn all_gather(&self, send: &[u8], receive: &mut [u8], counts: &[usize]) {
        let mut start = 0;
        self.exchange(send, &[], |rank, message, _| {
            assert_eq!(message.len(), counts[rank], "message of rank {rank}");
            receive[start..start + message.len()].copy_from_slice(message);
            start += message.len();
        });
        assert_eq!(start, receive.len());
    }
    fn all_to_all(&self, send: &[u8], sent: &[usize], receive: &mut [u8], received: &[usize]) {
        let mut start = 0;
        self.exchange(send, sent, |rank, message, sent| {
            let first: usize = sent[..self.rank].iter().sum();
            let part = &message[first..first + sent[self.rank]];
            assert_eq!(part.len(), received[rank], "message of rank {rank}");
            receive[start..start + part.len()].copy_from_slice(part);
            start += part.len();
        });
        assert_eq!(start, receive.len());
    }
}

sequential! {
    struct Narrow { Dense(4 => 32, tanh), Dense(32 => 16, tanh, l2 = 1e-4), Dense(16 => 2) }
    struct Noisy { Dense(4 => 32, relu), Dropout(32, rate = 0.3), Dense(32 => 2) }
    struct Normalized { Dense(4 => 32), BatchNormalization(32), Dense(32 => 2) }
    /// Larger than the messages that travel whole.
    struct Wide { Dense(4 => 200, relu), Dense(200 => 150, relu), Dense(150 => 2) }
    struct Exact: f64 { Dense(4 => 32, tanh), Dense(32 => 2) }
}

/// Rows `first..end` of the data.
struct Samples<T> {
    x: Vec<[T; 4]>,
    y: Vec<[T; 2]>,
    weights: Vec<f64>,
}

fn samples<T: mlp::Scalar>(rows: std::ops::Range<usize>) -> Samples<T> {
    let value = |row: usize, column: usize| T::from_f64((row as f64 * 0.37 + column as f64 * 1.3).sin());
    Samples {
        x: rows.clone().map(|row| std::array::from_fn(|column| value(row, column))).collect(),
        y: rows.clone().map(|row| std::array::from_fn(|column| value(row, column + 7))).collect(),
        weights: rows.map(|row| 0.5 + (row % 7) as f64).collect(),
    }
}

/// Returns the rows of a rank: parts of different sizes, none of them a multiple of a leaf.
fn shard(samples: usize, rank: usize, ranks: usize) -> std::ops::Range<usize> {
    let start = |rank: usize| samples * rank * (rank + 1) / (ranks * (ranks + 1));
    start(rank)..start(rank + 1)
}

const SAMPLES: usize = 3001;

/// Arguments of `fit` for a test.
#[derive(Clone, Copy)]
struct Arguments {
    batch_size: usize,
    weighted: bool,
    shuffle: bool,
}

/// Trains on the rows of a rank, or on all without ranks, and returns history, evaluation and weights as text.
fn train<N>(rank: Option<&LocalRank>, arguments: Arguments) -> String
where
    N: Network<Input = Features<4>, Output = Features<2>>,
    MeanSquaredError: Loss<N::Scalar, Features<2>, Targets = Features<2>>,
    Vec<[N::Scalar; 4]>: Data<N::Scalar, Features<4>>,
    Vec<[N::Scalar; 2]>: Data<N::Scalar, Features<2>>,
    (MeanAbsoluteError, R2Score): MetricList<N::Scalar, Features<2>, Features<2>>,
{
    let rows = rank.map_or(0..SAMPLES, |rank| shard(SAMPLES, rank.rank(), rank.size()));
    let validated = rank.map_or(0..700, |rank| shard(700, rank.rank(), rank.size()));
    let (data, validation) = (samples::<N::Scalar>(rows), samples::<N::Scalar>(validated));
    let mut model = N::new(1).compile(Adam::default(), MeanSquaredError).metrics((MeanAbsoluteError, R2Score));
    let fit = Fit::new().epochs(3).batch_size(arguments.batch_size).seed(5).shuffle(arguments.shuffle);
    let fit = if arguments.weighted { fit.sample_weight(&*data.weights) } else { fit };
    let fit = fit.validation_data(&validation.x, &validation.y).verbose(Verbose::Silent);
    let stop = |status: &mut Status| {
        if status.epoch() == 1 {
            status.stop();
        }
    };
    let fit = fit.on_epoch_end(stop);
    let (history, evaluation) = match rank {
        None => {
            (model.fit(&data.x, &data.y, fit).map_err(|error| error.to_string()), model.evaluate(&data.x, &data.y).ok())
        }
        Some(rank) => {
            let history = model.on_ranks(rank).fit(&data.x, &data.y, fit).map_err(|error| error.to_string());
            (history, model.on_ranks(rank).evaluate(&data.x, &data.y).ok())
        }
    };
    let history = history.expect("finite data");
    format!("{:?} {:?} {evaluation:?} {:?}", history.loss(), history.get("val_r2_score"), model.as_slice())
}

/// Compares one process with 1 to 5 ranks, of which all have the same result.
fn check<N>(arguments: Arguments)
where
    N: Network<Input = Features<4>, Output = Features<2>>,
    MeanSquaredError: Loss<N::Scalar, Features<2>, Targets = Features<2>>,
    Vec<[N::Scalar; 4]>: Data<N::Scalar, Features<4>>,
    Vec<[N::Scalar; 2]>: Data<N::Scalar, Features<2>>,
    (MeanAbsoluteError, R2Score): MetricList<N::Scalar, Features<2>, Features<2>>,
{
    let alone = train::<N>(None, arguments);
    for size in 1..=5 {
        for (rank, result) in LocalRank::run(size, |rank| train::<N>(Some(rank), arguments)).into_iter().enumerate() {
            assert!(result == alone, "rank {rank} of {size}:\n{result:.200}\nalone:\n{alone:.200}");
        }
    }
}

#[test]
fn any_number_of_ranks_has_the_bits_of_one_process() {
    for batch_size in [64, 1300, SAMPLES] {
        for (weighted, shuffle) in [(false, true), (true, true), (true, false)] {
            check::<Narrow>(Arguments { batch_size, weighted, shuffle });
        }
    }
}

#[test]
fn every_kind_of_network_has_the_same_bits() {
    let arguments = Arguments { batch_size: 1300, weighted: false, shuffle: true };
    check::<Noisy>(arguments);
    check::<Noisy>(Arguments { batch_size: 64, ..arguments });
    check::<Normalized>(arguments);
    check::<Wide>(arguments);
    check::<Exact>(arguments);
}

#[test]
fn optimizers_that_evaluate_the_loss_have_the_same_bits() {
    fn train<O: Optimizer>(mut model: Compiled<Exact, O, MeanSquaredError>, rank: Option<&LocalRank>) -> String {
        let data = samples::<f64>(rank.map_or(0..1500, |rank| shard(1500, rank.rank(), rank.size())));
        let fit = Fit::new().epochs(3).batch_size(1500).verbose(Verbose::Silent);
        let history = match rank {
            None => model.fit(&data.x, &data.y, fit),
            Some(rank) => model.on_ranks(rank).fit(&data.x, &data.y, fit),
        };
        format!("{:?} {:?}", history.expect("finite data").loss(), model.as_slice())
    }
    let lbfgs = || Exact::new(1).compile(Lbfgs::new(4), MeanSquaredError);
    let squares = || Exact::new(1).compile(LevenbergMarquardt::new(), MeanSquaredError);
    for size in [1, 3] {
        let results = LocalRank::run(size, |rank| train(lbfgs(), Some(rank)));
        assert!(results.iter().all(|result| *result == train(lbfgs(), None)));
        let results = LocalRank::run(size, |rank| train(squares(), Some(rank)));
        assert!(results.iter().all(|result| *result == train(squares(), None)));
    }
}

/// A stream of batches, whose rows are on all ranks.
#[test]
fn a_stream_has_the_same_bits() {
    let train = |rank: Option<&LocalRank>| {
        let mut model = Narrow::new(1).compile(Adam::default(), MeanSquaredError).metrics(MeanAbsoluteError);
        let batches = (0..4).map(|batch| {
            let rows = rank.map_or(0..900, |rank| shard(900, rank.rank(), rank.size()));
            let data = samples::<f32>(rows.start + 900 * batch..rows.end + 900 * batch);
            Ok::<_, std::convert::Infallible>((data.x, data.y))
        });
        let evaluation = match rank {
            None => model.partial_fit(batches),
            Some(rank) => model.on_ranks(rank).partial_fit(batches),
        };
        format!("{:?} {:?}", evaluation.expect("finite data"), model.as_slice())
    };
    let alone = train(None);
    for size in 1..=4 {
        assert!(LocalRank::run(size, |rank| train(Some(rank))).iter().all(|result| *result == alone), "{size} ranks");
    }
}

/// Trains with an error on one of three ranks, and returns the errors of all.
fn errors(change: impl Fn(usize, &mut Samples<f32>, Fit) -> Fit + Sync) -> Vec<RankError> {
    LocalRank::run(3, |rank| {
        let mut data = samples::<f32>(shard(900, rank.rank(), 3));
        let fit = change(rank.rank(), &mut data, Fit::new().verbose(Verbose::Silent));
        let mut model = Narrow::new(1).compile(Sgd::default(), MeanSquaredError);
        match model.on_ranks(rank).fit(&data.x, &data.y, fit) {
            Err(mlp::training::TrainingError::Rank(error)) => error,
            Err(mlp::training::TrainingError::Data(error)) => {
                RankError::Failed { rank: rank.rank(), message: error.to_string() }
            }
            other => panic!("rank {}: {:?}", rank.rank(), other.map(|history| history.loss().to_vec())),
        }
    })
}

#[test]
fn errors_name_the_rank() {
    let not_finite = errors(|rank, data, fit| {
        if rank == 2 {
            data.x[5][1] = f32::NAN;
        }
        fit
    });
    assert!(not_finite.iter().all(|error| *error == not_finite[0]), "{not_finite:?}");
    assert!(not_finite[0].to_string().starts_with("rank 2: "), "{}", not_finite[0]);
    let empty = errors(|rank, data, fit| {
        if rank == 1 {
            *data = samples(0..0);
        }
        fit
    });
    assert_eq!(empty, vec![RankError::EmptyShard { rank: 1, ranks: 3 }; 3]);
    let small = errors(|_, _, fit| fit.batch_size(2));
    assert_eq!(small[1], RankError::SmallBatch { rank: 2, batch_size: 2, ranks: 3 });
    let other = errors(|rank, _, fit| fit.seed(if rank == 2 { 7 } else { 6 }));
    assert!(
        matches!(&other[0], RankError::Mismatch { rank: 2, what, .. } if what == "arguments of fit"),
        "{}",
        other[0]
    );
}

#[test]
fn another_network_is_an_error_of_the_rank() {
    fn error<N: Network<Scalar = f32, Input = Features<4>, Output = Features<2>>>(
        rank: &LocalRank,
        seed: u64,
    ) -> String {
        let data = samples::<f32>(0..100);
        let mut model = N::new(seed).compile(Sgd::default(), MeanSquaredError);
        let fit = Fit::new().verbose(Verbose::Silent);
        model.on_ranks(rank).fit(&data.x, &data.y, fit).expect_err("different networks").to_string()
    }
    let types =
        LocalRank::run(2, |rank| if rank.rank() == 1 { error::<Wide>(rank, 1) } else { error::<Narrow>(rank, 1) });
    assert!(types[0] == types[1] && types[0].starts_with("rank 1 has another network than rank 0"), "{}", types[0]);
    let seeds = LocalRank::run(2, |rank| error::<Narrow>(rank, rank.rank() as u64));
    assert!(seeds[0].starts_with("rank 1 has another hash of the weights than rank 0"), "{}", seeds[0]);
}

/// Callbacks run on rank 0. The others follow, also in an error.
#[test]
fn ranks_follow_the_callbacks_of_rank_0() {
    let results = LocalRank::run(3, |rank| {
        let data = samples::<f32>(shard(900, rank.rank(), 3));
        let mut model = Narrow::new(1).compile(Sgd::default(), MeanSquaredError);
        let mut calls = 0;
        let fit = Fit::new().epochs(4).verbose(Verbose::Silent).on_epoch_end(|status| {
            calls += 1;
            status.set_learning_rate(0.5 / calls as f64);
        });
        model.on_ranks(rank).fit(&data.x, &data.y, fit).expect("finite data");
        let rate = model.optimizer_state().learning_rate();
        let folder = CsvLogger::new("/");
        let fit = Fit::new().verbose(Verbose::Silent).callback(folder);
        let error = model.on_ranks(rank).fit(&data.x, &data.y, fit).expect_err("a folder is not a file").to_string();
        (calls, rate, error, model.as_slice().to_vec())
    });
    assert_eq!(
        results.iter().map(|result| (result.0, result.1)).collect::<Vec<_>>(),
        [(4, 0.125), (0, 0.125), (0, 0.125)]
    );
    assert!(results[1].2.contains(&results[0].2) && results[1].2.starts_with("rank 0: "), "{}", results[1].2);
    assert!(results.iter().all(|result| result.3 == results[0].3));
}
