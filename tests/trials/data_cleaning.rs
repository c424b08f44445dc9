//! A program that cleans data: a table with gaps, text and useless columns; the model predicts raw rows after it was loaded.

use mlp::data::{CsvOptions, Fill, Split, Table, TableColumns, train_test_split};
use mlp::prelude::*;

/// Passengers as a file has them: with gaps, text and an index.
fn passengers() -> String {
    let mut text = String::from("id,name,sex,class,age,fare,port,survived\n");
    for i in 0..240_usize {
        let sex = ["female", "male"][(i * 7 / 3) % 2];
        let class = 1 + (i * 5 / 2) % 3;
        let age = if i % 9 == 4 { String::new() } else { (5 + (i * 13) % 60).to_string() };
        let fare = if i % 50 == 7 { "NA".to_owned() } else { format!("{:.2}", 90.0 / class as f64 + (i % 7) as f64) };
        let port = ["S", "C", "Q", ""][if i % 40 == 3 { 3 } else { i % 3 }];
        let survived = if i % 80 == 1 {
            ""
        } else if (sex == "female") != (class == 3) {
            "1"
        } else {
            "0"
        };
        text.push_str(&format!("{i},\"Passenger, {i}\",{sex},{class},{age},{fare},{port},{survived}\n"));
    }
    text
}

#[test]
fn from_a_file_with_gaps_to_a_saved_model() -> Result<(), Box<dyn std::error::Error>> {
    let raw = Table::from_csv(passengers().as_bytes(), CsvOptions::new())?;
    // Rows without an answer are of no use; other gaps are filled.
    let table = raw.drop_gaps_in(&["survived"])?;
    assert_eq!((raw.rows(), table.rows()), (240, 237));
    let (train, _) = train_test_split(&table, Split::new().test_size(0.25).seed(5))?;
    let encoder = TableColumns::all()
        .except(["id", "name", "survived"])
        .categorical(["class"])
        .fill(Fill::Median)
        .fill_text(Fill::MostFrequent)
        .standardize(true)
        .fit(&train)?;
    assert_eq!(
        encoder.names(),
        ["sex=female", "sex=male", "class=1", "class=2", "class=3", "age", "fare", "port=C", "port=Q", "port=S"]
    );
    // The compiler and the encoder agree on the number of features, or say what there is.
    let error = encoder.transform::<f32, 8>(&train).unwrap_err().to_string();
    assert!(error.starts_with("expected 8 features, found 10: sex=female, sex=male"), "{error}");
    let columns = TableColumns::of(["sex", "class", "age", "fare", "port"]).categorical(["class"]).except(["port"]);
    let encoder = columns.fill(Fill::Median).standardize(true).fit(&train)?;
    assert_eq!(encoder.width(), 7);
    Ok(())
}

#[test]
fn raw_rows_are_predicted_after_loading() -> Result<(), Box<dyn std::error::Error>> {
    sequential! { struct Net { Dense(10 => 8, relu), Dense(8 => 1) } }
    let raw = Table::from_csv(passengers().as_bytes(), CsvOptions::new())?;
    let (train, test) = train_test_split(&raw.drop_gaps_in(&["survived"])?, Split::new().test_size(0.25).seed(5))?;
    let columns = TableColumns::all().except(["id", "name", "survived"]).categorical(["class"]).standardize(true);
    let encoder = columns.fill(Fill::Median).fill_text(Fill::MostFrequent).ignore_unknown(true).fit(&train)?;
    let x = encoder.transform::<f32, 10>(&train)?;
    let y = train.categories("survived")?.labels;
    let mut model = Net::new(2).compile(Adam::new(1e-2), BinaryCrossentropy::new()).metrics((
        BinaryAccuracy::new(),
        Precision::new(),
        Recall::new(),
    ));
    model.set_table_encoder(&encoder)?;
    model.fit(&x, &y, Fit::new().epochs(60).seed(1).verbose(0))?;

    let answers = test.categories("survived")?.labels;
    let evaluation = model.evaluate(&encoder.transform::<f32, 10>(&test)?, &answers)?;
    assert!(evaluation.get("binary_accuracy").is_some_and(|accuracy| accuracy > 0.9), "{evaluation}");

    let mut served = Net::new(0).compile(Adam::new(1e-2), BinaryCrossentropy::new());
    served.load_bytes(&model.to_bytes()?)?;
    let new = Table::from_rows(
        ["class", "sex", "age", "fare", "port"],
        [["1", "female", "", "85", "S"], ["1", "male", "30", "", "Cherbourg"]],
    )?;
    let logits = served.predict_table(&new)?;
    assert!(logits[0] > 0.0 && logits[1] < 0.0, "{logits}");
    assert_eq!(served.predict_table(&test)?, model.predict_table(&test)?);
    Ok(())
}
