//! Losses of logits and probabilities, predicted classes, and the direction of metrics.

use mlp::activations::hard_sigmoid;
use mlp::losses::Loss;
use mlp::prelude::*;

sequential! { struct Softmax { Dense(2 => 4, relu), Dense(4 => 3, softmax) } }
sequential! { struct Layer { Dense(2 => 3), Activation(3, softmax) } }
sequential! { struct Nested { Dense(2 => 2, tanh), inner: Softmax } }
sequential! { struct Logits { Dense(2 => 4, relu), Dense(4 => 3) } }
sequential! { struct Gate { Dense(2 => 1, sigmoid) } }
sequential! { struct HardGate { Dense(2 => 1, hard_sigmoid) } }
sequential! { struct Logit { Dense(2 => 1) } }
functional! {
    struct Heads {
        let x = Input(2);
        let gate = Dense(2 => 1, sigmoid)(x);
        let class = Dense(2 => 3)(x);
        let squashed = Dense(3 => 3, softmax)(class);
        Model(x => (squashed, gate, class))
    }
}

const X: [[f32; 2]; 3] = [[0.0, 1.0], [1.0, 0.0], [1.0, 1.0]];
const CLASSES: [[f32; 1]; 3] = [[0.0], [1.0], [2.0]];
const ONE_HOT: [[f32; 3]; 3] = [[1.0, 0.0, 0.0], [0.0, 1.0, 0.0], [0.0, 0.0, 1.0]];
const BINARY: [[f32; 1]; 3] = [[0.0], [1.0], [1.0]];

fn fit(epochs: usize) -> Fit {
    Fit::new().epochs(epochs).verbose(Verbose::Silent)
}

fn error<N, L, const OUT: usize, const TARGETS: usize>(loss: L, y: &[[f32; TARGETS]; 3]) -> Option<TrainingError>
where
    N: Network<Scalar = f32, Input = Features<2>, Output = Features<OUT>>,
    L: Loss<f32, Features<OUT>, Targets = Features<TARGETS>>,
{
    let mut model = N::new(0).compile(Adam::default(), loss);
    let fitted = model.fit(&X, y, fit(1)).err();
    assert_eq!(model.train_on_batch(&X, y).err(), fitted);
    fitted
}

#[test]
fn probabilities_are_not_logits() {
    let rejected = [
        ("softmax", error::<Softmax, _, 3, 3>(CategoricalCrossentropy::new(), &ONE_HOT)),
        ("softmax", error::<Layer, _, 3, 1>(SparseCategoricalCrossentropy::new(), &CLASSES)),
        ("softmax", error::<Nested, _, 3, 1>(SparseCategoricalCrossentropy::new(), &CLASSES)),
        ("sigmoid", error::<Gate, _, 1, 1>(BinaryCrossentropy::new(), &BINARY)),
        ("hard_sigmoid", error::<HardGate, _, 1, 1>(BinaryFocalCrossentropy::new(), &BINARY)),
    ];
    for (activation, error) in rejected {
        let error = error.expect("probabilities");
        assert!(matches!(error, TrainingError::NotLogits { activation: found, .. } if found == activation), "{error}");
        assert!(error.to_string().contains("use `.from_logits(false)` of the loss"), "{error}");
    }
    let accepted = [
        error::<Softmax, _, 3, 3>(CategoricalCrossentropy::new().from_logits(false), &ONE_HOT),
        error::<Softmax, _, 3, 3>(MeanSquaredError, &ONE_HOT),
        error::<Logits, _, 3, 3>(CategoricalCrossentropy::new(), &ONE_HOT),
        error::<Gate, _, 1, 1>(BinaryCrossentropy::new().from_logits(false), &BINARY),
        error::<Logit, _, 1, 1>(BinaryCrossentropy::new(), &BINARY),
    ];
    assert!(accepted.iter().all(Option::is_none), "{accepted:?}");
}

/// The activations of a graph belong to its outputs, whatever the order of its layers.
#[test]
fn outputs_of_a_graph() {
    fn error(
        losses: impl mlp::LossList<
            f32,
            (Features<3>, Features<1>, Features<3>),
            Targets = (Features<3>, Features<1>, Features<3>),
        >,
    ) -> Option<String> {
        let mut model = Heads::new(0).compile(Adam::default(), losses);
        model.fit(&X, &(ONE_HOT, BINARY, ONE_HOT), fit(1)).err().map(|error| error.to_string())
    }
    let of_probabilities = CategoricalCrossentropy::new().from_logits(false);
    let gate = BinaryCrossentropy::new().from_logits(false);
    assert_eq!(error((of_probabilities, gate, CategoricalCrossentropy::new())), None);
    let message = error((CategoricalCrossentropy::new(), gate, CategoricalCrossentropy::new())).expect("a softmax");
    assert!(message.starts_with("the output \"squashed\" ends in softmax"), "{message}");
    let message = error((of_probabilities, BinaryCrossentropy::new(), of_probabilities)).expect("a sigmoid");
    assert!(message.starts_with("the output \"gate\" ends in sigmoid"), "{message}");
}

#[test]
fn probabilities_and_classes_are_predicted() {
    let mut model = Logits::new(1).compile(Adam::new(0.05), SparseCategoricalCrossentropy::new());
    model.fit(&X, &CLASSES, fit(300)).unwrap();
    let (logits, probabilities) = (model.predict(&X).unwrap(), model.predict_proba(&X).unwrap());
    assert_eq!(model.predict_classes(&X).unwrap(), [0, 1, 2]);
    for row in 0..3 {
        let total: f32 = logits.row(row).iter().map(|logit| logit.exp()).sum();
        for class in 0..3 {
            assert!((probabilities[(row, class)] - logits[(row, class)].exp() / total).abs() < 1e-5);
        }
    }
    let probabilities = model.into_network().compile(Adam::default(), MeanSquaredError).predict_proba(&X).unwrap();
    assert_eq!(probabilities, logits, "of other losses, the outputs themselves");

    let quantiles = Logits::new(0).compile(Adam::default(), Quantiles::new([0.1, 0.5, 0.9]));
    assert_eq!(quantiles.predict_proba(&X).unwrap(), quantiles.predict(&X).unwrap());

    let mut model = Logit::new(1).compile(Adam::new(0.05), BinaryCrossentropy::new());
    model.fit(&X, &BINARY, fit(400)).unwrap();
    let (logits, probabilities) = (model.predict(&X).unwrap(), model.predict_proba(&X).unwrap());
    for row in 0..3 {
        assert!((probabilities[row] - 1.0 / (1.0 + (-logits[row]).exp())).abs() < 1e-6);
    }
    assert_eq!(model.predict_classes(&X).unwrap(), [0, 1, 1]);
}

/// Extreme logits overflow nowhere.
#[test]
fn probabilities_of_extreme_logits() {
    let mut network = Logits::new(1);
    network.dense_2.weights.fill(0.0);
    network.dense_2.bias.copy_from_slice(&[3e38, -3e38, 0.0]);
    let model = network.compile(Adam::default(), SparseCategoricalCrossentropy::new());
    assert_eq!(model.predict_proba(&X).unwrap().row(0), nalgebra::RowVector3::new(1.0, 0.0, 0.0));
    for (bias, expected) in [(3e38, 1.0), (-3e38, 0.0)] {
        let mut network = Logit::new(1);
        network.dense_1.bias[0] = bias;
        let model = network.compile(Adam::default(), BinaryCrossentropy::new());
        assert_eq!(model.predict_proba(&X).unwrap()[0], expected);
    }
}

/// The mean of the outputs, whose direction only its author knows.
struct MeanOutput(Option<MonitorMode>);

impl<T: Scalar, const N: usize, Targets: mlp::layers::Shape> Metric<T, Features<N>, Targets> for MeanOutput {
    type State = mlp::metrics::Mean;

    fn name(&self) -> &'static str {
        "kappa"
    }
    fn mode(&self) -> Option<MonitorMode> {
        self.0
    }
    fn init(&self) -> Self::State {
        Self::State::default()
    }
    fn update(&self, state: &mut Self::State, input: mlp::losses::MetricInput<'_, T>) {
        let sum: f64 = input.predictions.feature(0).iter().map(|&value| Scalar::to_f64(value)).sum();
        state.add(sum, input);
    }
    fn result(&self, state: &Self::State) -> f64 {
        state.result()
    }
}

/// Returns the number of epochs until a stop, of a network whose output grows.
fn epochs(metric: MeanOutput, stopping: EarlyStopping) -> Result<usize, TrainingError> {
    let mut model = Logit::new(1).compile(Sgd::new(0.1), MeanSquaredError).metrics(metric);
    model.fit(&X, &[[9.0_f32]; 3], fit(20).callback(stopping)).map(|history| history.loss().len())
}

#[test]
fn a_metric_states_in_which_direction_it_improves() {
    let stopping = || EarlyStopping::new("kappa").patience(2);
    assert_eq!(epochs(MeanOutput(Some(MonitorMode::Max)), stopping()), Ok(20));
    assert_eq!(epochs(MeanOutput(Some(MonitorMode::Min)), stopping()), Ok(3));
    assert_eq!(epochs(MeanOutput(None), stopping().mode(MonitorMode::Max)), Ok(20));
    // The user's own mode comes first.
    assert_eq!(epochs(MeanOutput(Some(MonitorMode::Max)), stopping().mode(MonitorMode::Min)), Ok(3));
    let error = epochs(MeanOutput(None), stopping()).unwrap_err().to_string();
    assert!(error.starts_with("EarlyStopping monitors `kappa`, which does not say whether larger values"), "{error}");
}

/// Cosine similarity is the negative of a loss, so that larger values are better.
#[test]
fn the_negative_of_a_loss_is_maximized() {
    let mut model = Logits::new(1).compile(Adam::new(0.02), MeanSquaredError).metrics(CosineSimilarity);
    let stopping = EarlyStopping::new("val_cosine_similarity").patience(3).restore_best_weights(true);
    let history = model.fit(&X, &ONE_HOT, fit(40).validation_data(&X, &ONE_HOT).callback(stopping)).unwrap();
    assert_eq!(history.loss().len(), 40);
}

/// Returns the metrics of a classifier whose loss has logits, and of the same one that ends in the activation.
fn metrics_of_both(epochs: usize) -> [Vec<(String, f64)>; 4] {
    let labels = [0_u8, 1, 2];
    let metrics =
        || (BinaryAccuracy::new(), Precision::new(), Recall::new(), F1Score::new().threshold(0.4), Auc::new());
    let several = || (Precision::new(), Recall::new().threshold(0.4), F1Score::new(), Auc::new());
    let mut logits = Logits::new(4).compile(Adam::new(0.05), SparseCategoricalCrossentropy::new()).metrics(several());
    let mut softmax = Softmax::new(4)
        .compile(Adam::new(0.05), SparseCategoricalCrossentropy::new().from_logits(false))
        .metrics(several());
    let mut logit = Logit::new(4).compile(Adam::new(0.05), BinaryCrossentropy::new()).metrics(metrics());
    let mut gate =
        Gate::new(4).compile(Adam::new(0.05), BinaryCrossentropy::new().from_logits(false)).metrics(metrics());
    logits.fit(&X, &labels, fit(epochs)).unwrap();
    logit.fit(&X, &BINARY, fit(epochs)).unwrap();
    softmax.as_mut_slice().copy_from_slice(logits.as_slice());
    gate.as_mut_slice().copy_from_slice(logit.as_slice());
    [
        logits.evaluate(&X, &labels).unwrap().metrics,
        softmax.evaluate(&X, &labels).unwrap().metrics,
        logit.evaluate(&X, &BINARY).unwrap().metrics,
        gate.evaluate(&X, &BINARY).unwrap().metrics,
    ]
}

#[test]
fn metrics_of_logits_are_those_of_their_probabilities() {
    for epochs in [1, 5, 40] {
        let [logits, softmax, logit, gate] = metrics_of_both(epochs);
        assert_eq!(logits, softmax);
        assert_eq!(logit, gate);
    }
    let [_, _, trained, _] = metrics_of_both(300);
    assert!(trained.iter().all(|(_, value)| *value > 0.99), "{trained:?}");
}

#[test]
fn thresholds_of_logits_are_probabilities() {
    for threshold in [0.0, 1.0] {
        let metric = Precision::new().threshold(threshold);
        let mut model = Logit::new(0).compile(Adam::default(), BinaryCrossentropy::new()).metrics(metric);
        let error = model.fit(&X, &BINARY, fit(1)).unwrap_err().to_string();
        let expected = format!("`precision` has threshold = {threshold}, expected a probability between 0 and 1");
        assert!(error.starts_with(&expected), "{error}");
    }
    // Outputs that are no logits have other thresholds.
    let mut model = Logit::new(0).compile(Adam::default(), Hinge::new()).metrics(BinaryAccuracy::new().threshold(0.0));
    model.fit(&X, &BINARY, fit(1)).unwrap();
    // A crossentropy of probabilities as a metric of logits, and the reverse.
    let mut model = Logit::new(0)
        .compile(Adam::default(), BinaryCrossentropy::new())
        .metrics(BinaryCrossentropy::new().from_logits(false));
    let error = model.fit(&X, &BINARY, fit(1)).unwrap_err().to_string();
    let expected = "`binary_crossentropy` has from_logits = 0, expected 1 (`true`), because the loss expects logits";
    assert!(error.starts_with(expected), "{error}");
    let mut model = Gate::new(0)
        .compile(Adam::default(), BinaryCrossentropy::new().from_logits(false))
        .metrics(BinaryCrossentropy::new());
    let error = model.fit(&X, &BINARY, fit(1)).unwrap_err();
    assert!(matches!(error, TrainingError::NotLogits { loss: "binary_crossentropy", .. }), "{error}");
}

/// The first of equal outputs is the class. Labels that are no class are not counted.
#[test]
fn confusions_are_counted() {
    let outputs = nalgebra::OMatrix::<f32, nalgebra::Dyn, nalgebra::Const<3>>::from_row_slice(&[
        0.6, 0.3, 0.1, 0.1, 0.2, 0.7, 0.4, 0.4, 0.2, 0.2, 0.4, 0.4, 0.9, 0.1, 0.0, 0.1, 0.8, 0.1,
    ]);
    let counts = mlp::metrics::confusion_matrix(&outputs, &[0, 1, 1, 2, 3, -1]);
    assert_eq!(counts, [[1, 0, 0], [1, 0, 1], [0, 1, 0]]);
    let outputs = outputs.fixed_columns::<1>(0).clone_owned();
    assert_eq!(mlp::metrics::binary_confusion_matrix(&outputs, &[0, 1, 1, 0, 2, -1], 0.5), [[1, 1], [2, 0]]);
}

/// A probability equal to the threshold is negative, as in Keras.
#[test]
fn probabilities_above_the_threshold_are_positive() {
    let outputs = nalgebra::OMatrix::<f32, _, _>::from_rows(&[[0.5].into(), [0.75].into(), [0.25].into()]);
    assert_eq!(mlp::metrics::binary_confusion_matrix(&outputs, &[0, 1, 1], 0.5), [[1, 0], [1, 1]]);
    assert_eq!(mlp::metrics::binary_confusion_matrix(&outputs, &[0, 1, 1], 0.25), [[0, 1], [1, 1]]);
    let mut network = Logit::zeroed();
    network.dense_1.bias[0] = 0.5;
    let metrics = (BinaryAccuracy::new(), Precision::new(), Recall::new(), F1Score::new().threshold(0.5));
    let model = network.compile(Adam::default(), MeanSquaredError).metrics(metrics);
    let evaluation = model.evaluate(&X, &BINARY).unwrap();
    let values: Vec<f64> = evaluation.metrics.iter().map(|(_, value)| *value).collect();
    assert_eq!(values, [1.0 / 3.0, 0.0, 0.0, 0.0]);
}

#[test]
fn evaluations_by_name() {
    let model =
        Logit::new(0).compile(Adam::default(), BinaryCrossentropy::new()).metrics((Precision::new(), Recall::new()));
    let evaluation = model.evaluate(&X, &BINARY).unwrap();
    assert_eq!(evaluation.get("loss"), Some(evaluation.loss));
    assert_eq!(evaluation.get("recall"), Some(evaluation.metrics[1].1));
    assert_eq!(evaluation.get("recal"), None);
    assert!(evaluation.to_string().starts_with("loss: "), "{evaluation}");
    assert_eq!(model.verbose(0).evaluate(&X, &BINARY).unwrap(), evaluation);
    assert_eq!(model.verbose(false).predict(&X).unwrap(), model.predict(&X).unwrap());
    assert!(model.verbose(7).evaluate(&X, &BINARY).is_err());
    let text = format!("{model:?}");
    let expected = "Compiled { network: \"logit\", parameters: 3, optimizer: Adam(0.001), loss: BinaryCrossentropy, \
                    metrics: (Precision, Recall), epochs: 0, .. }";
    assert_eq!(text.to_lowercase(), expected.to_lowercase());
    assert!(model.to_string().ends_with("loss: BinaryCrossentropy, metrics: (Precision, Recall)"), "{model}");
}
