//! A port from Keras: two inputs, two outputs, a custom activation by name, callbacks, class weights, save and load.

use mlp::prelude::*;

functional! {
    struct Shop {
        let price = Input(2);
        let history = Input(3);
        let left = Dense(2 => 8, relu)(price);
        let right = Dense(3 => 8, relu)(history);
        let joined = Concatenate()(left, right);
        let hidden = Dropout(16, rate = 0.05)(joined);
        let amount = Dense(16 => 1)(hidden);
        let bought = Dense(16 => 1)(hidden);
        Model((price, history) => (amount, bought))
    }
}

/// Prices, histories, amounts and decisions.
type Customers = (Vec<[f32; 2]>, Vec<[f32; 3]>, Vec<f32>, Vec<bool>);

/// Customers whose amount and decision follow from both inputs.
fn customers(count: usize) -> Customers {
    let wave = |i: usize, k: f32| (i as f32 * k).sin();
    let price: Vec<_> = (0..count).map(|i| [wave(i, 0.7), wave(i, 1.3)]).collect();
    let history: Vec<_> = (0..count).map(|i| [wave(i, 0.4), wave(i, 2.1), wave(i, 0.9)]).collect();
    let amount: Vec<f32> = price.iter().zip(&history).map(|(p, h)| p[0] - 0.5 * p[1] + h[2]).collect();
    let bought = amount.iter().map(|amount| *amount > 0.2).collect();
    (price, history, amount, bought)
}

#[test]
fn two_inputs_and_two_outputs() -> Result<(), Box<dyn std::error::Error>> {
    let (price, history, amount, bought) = customers(400);
    let mut model = Shop::new(1)
        .compile(Adam::new(CosineDecay::new(1e-2, 1500)), (MeanSquaredError, BinaryCrossentropy::new()))
        .metrics((MeanAbsoluteError, (BinaryAccuracy::new(), Auc::new())))
        .loss_weights([1.0, 0.5]);
    let mut stopping = EarlyStopping::new("val_loss").patience(15).restore_best_weights(true);
    let fit = Fit::new().epochs(100).batch_size(32).validation_split(0.2).seed(3).verbose(0).callback(&mut stopping);
    let trained = model.fit(&(&price, &history), &(&amount, &bought), fit)?;

    let val_loss = trained.get("val_loss").expect("there is a validation");
    assert!(val_loss.iter().copied().fold(f64::INFINITY, f64::min) < 0.25, "{val_loss:?}");
    let evaluation = model.evaluate(&(&price, &history), &(&amount, &bought))?;
    assert!(evaluation.get("bought_binary_accuracy").is_some_and(|accuracy| accuracy > 0.9), "{evaluation}");
    assert!(evaluation.get("bought_auc").is_some_and(|auc| auc > 0.95), "{evaluation}");

    // model.save("shop.mlp"); keras.models.load_model(…)
    let mut again =
        Shop::new(2).compile(Adam::new(CosineDecay::new(1e-2, 1500)), (MeanSquaredError, BinaryCrossentropy::new()));
    again = again.loss_weights([1.0, 0.5]);
    again.load_bytes(&model.to_bytes()?)?;
    assert_eq!(again.predict(&(&price, &history))?, model.predict(&(&price, &history))?);
    Ok(())
}

#[test]
fn a_classifier_of_integer_labels() -> Result<(), Box<dyn std::error::Error>> {
    // (x_train, y_train), … = keras.datasets…; y is uint8
    let x: Vec<[f32; 2]> =
        (0..150).map(|i| [(i % 3) as f32 + 0.1 * (i as f32).sin(), (i as f32 * 0.37).cos()]).collect();
    let y: Vec<u8> = (0..150).map(|i| (i % 3) as u8).collect();
    let network = sequential![Dense(2 => 16, relu), Dense(16 => 3)];
    let mut model =
        network.compile(Adam::new(1e-2), SparseCategoricalCrossentropy::new()).metrics(SparseCategoricalAccuracy);
    let fit = Fit::new().epochs(40).validation_data(&x, &y).class_weight(compute_class_weight(&y)).verbose(0);
    let history = model.fit(&x, &y, fit)?;
    assert_eq!(history.get("val_sparse_categorical_accuracy").and_then(|values| values.last()), Some(&1.0));
    // np.argmax(model.predict(x), axis=1)
    assert!(model.predict_classes(&x)?.iter().zip(&y).all(|(&found, &label)| found == usize::from(label)));
    let probabilities = model.predict_proba(&x)?;
    assert!(probabilities.row_iter().all(|row| (row.sum() - 1.0).abs() < 1e-5));
    Ok(())
}
