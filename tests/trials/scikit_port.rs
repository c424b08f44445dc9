//! A port from scikit-learn: a table, a stratified split, a scaler, `MLPClassifier`, k folds, the report.

use mlp::data::{KFold, Samples, Split, StandardScaler, Table, cross_val_score, train_test_split};
use mlp::prelude::*;

const IRIS: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/examples/data/iris.csv");

sequential! { struct MlpClassifier { Dense(4 => 20, relu), Dense(20 => 3) } }

fn fit() -> Fit {
    Fit::new().epochs(60).batch_size(16).seed(0).verbose(false)
}

#[test]
fn split_scale_fit_report() -> Result<(), Box<dyn std::error::Error>> {
    let table = Table::read_csv(IRIS)?;
    let x = table.columns_except::<f32, 4>(&["species"])?;
    let species = table.categories("species")?;
    let split = Split::new().test_size(0.3).seed(1).stratify(&species.labels);
    let ((x_train, y_train), (x_test, y_test)) = train_test_split((&x, &species.labels), split)?;
    let (scaler, x_train) = StandardScaler::fit_transform(&x_train)?;
    let x_test = scaler.transform(&x_test);

    let mut model = MlpClassifier::new(0).compile(Adam::new(1e-2), SparseCategoricalCrossentropy::new()).metrics((
        SparseCategoricalAccuracy,
        F1Score::new(),
        Auc::new(),
    ));
    model.fit(&x_train, &y_train, fit())?;

    let evaluation = model.evaluate(&x_test, &y_test)?;
    let report = classification_report(&y_test, &model.predict_classes(&x_test)?).names(&species.names);
    assert!(report.accuracy() > 0.9, "{report}");
    // The metrics of `evaluate` and those of the report are equal.
    let close = |a: Option<f64>, b: f64| a.is_some_and(|a| (a - b).abs() < 1e-12);
    assert!(close(evaluation.get("sparse_categorical_accuracy"), report.accuracy()), "{evaluation}\n{report}");
    assert!(close(evaluation.get("f1_score"), report.macro_average().f1_score), "{evaluation}\n{report}");
    assert!(evaluation.get("auc").is_some_and(|auc| auc > 0.97), "{evaluation}");
    let counts = confusion_matrix(&model.predict(&x_test)?, &y_test);
    assert_eq!(counts.iter().flatten().sum::<usize>(), y_test.len());
    Ok(())
}

#[test]
fn scores_of_five_folds() -> Result<(), Box<dyn std::error::Error>> {
    let table = Table::read_csv(IRIS)?;
    let x = table.columns_except::<f32, 4>(&["species"])?;
    let y = table.categories("species")?.labels;
    let scores =
        cross_val_score((&x, &y), &KFold::new(5).shuffle(2).split_stratified(&y)?, |(x, y), (x_test, y_test)| {
            let (scaler, x) = StandardScaler::fit_transform(&x)?;
            let mut model = MlpClassifier::new(0)
                .compile(Adam::new(1e-2), SparseCategoricalCrossentropy::new())
                .metrics(SparseCategoricalAccuracy);
            model.fit(&x, &y, fit())?;
            let evaluation = model.evaluate(&scaler.transform(&x_test), &y_test)?;
            Ok::<_, TrainingError>(evaluation.get("sparse_categorical_accuracy").unwrap_or(f64::NAN))
        })?;
    assert_eq!(scores.len(), 5);
    assert!(scores.iter().sum::<f64>() / 5.0 > 0.9, "{scores:?}");
    assert_eq!((&x, &y).count()?, 150);
    Ok(())
}
