//! Tables with gaps and text: drops, fills, one-hot codes, and the same for new rows.

use mlp::data::{CsvOptions, Fill, Split, StandardScaler, Table, TableColumns, TableEncoder, train_test_split};
use mlp::prelude::*;
use nalgebra::Matrix4x2;

const PASSENGERS: &str =
    "name,class,age,port,survived\nAda,1,20,S,1\nBea,3,,C,0\nCai,3,50,,0\nDan,1,NA,S,1\nEve,2,26,S,1\n";

fn table() -> Table {
    Table::from_csv(PASSENGERS.as_bytes(), CsvOptions::new()).unwrap()
}

fn columns() -> TableColumns {
    TableColumns::all().except(["name", "survived"])
}

fn message<T>(result: Result<T, mlp::data::FileError>) -> String {
    result.err().expect("an error").to_string()
}

#[test]
fn rows_with_gaps_are_dropped() {
    let table = table();
    assert_eq!(table.drop_gaps().rows(), 2);
    let with_ports = table.drop_gaps_in(&["port"]).unwrap();
    assert_eq!(with_ports.labels("name", &["Ada", "Bea", "Dan", "Eve"].map(String::from)).unwrap(), [0, 1, 2, 3]);
    assert!(message(table.drop_gaps_in(&["prt"])).ends_with("did you mean \"port\"?"));
    // Lines of the file stay known.
    let error = message(table.drop_gaps_in(&["port"]).unwrap().columns::<f32, 1>(["age"]));
    assert_eq!(error, "line 3, column \"age\": empty field");
}

#[test]
fn gaps_are_filled() {
    let age = |fill: Fill| TableColumns::of(["age"]).fill(fill).fit(&table()).unwrap().transform::<f64, 1>(&table());
    let mean = (20.0 + 50.0 + 26.0) / 3.0;
    assert_eq!(age(Fill::Mean).unwrap().as_slice(), [20.0, mean, 50.0, mean, 26.0]);
    assert_eq!(age(Fill::Median).unwrap()[1], 26.0);
    assert_eq!(age(Fill::MostFrequent).unwrap()[1], 20.0);
    assert_eq!(age(Fill::Number(-1.0)).unwrap()[3], -1.0);
    let even = Table::from_rows(["a"], [["1"], ["2"], ["4"], ["8"], [""], ["8"], ["null"], ["2"]]).unwrap();
    let filled = |fill: Fill| TableColumns::all().fill(fill).fit(&even).unwrap().transform::<f64, 1>(&even).unwrap()[4];
    assert_eq!(filled(Fill::Median), 3.0);
    assert_eq!(filled(Fill::MostFrequent), 2.0);
    let port = |fill: Fill| TableColumns::of(["port"]).fill_text(fill).fit(&table()).unwrap();
    assert_eq!(port(Fill::MostFrequent).names(), ["port=C", "port=S"]);
    assert_eq!(
        port(Fill::MostFrequent).transform::<f32, 2>(&table()).unwrap().row(2),
        nalgebra::RowVector2::new(0.0, 1.0)
    );
    let other = port(Fill::Category("unknown".into()));
    assert_eq!(other.names(), ["port=C", "port=S", "port=unknown"]);
    assert_eq!(other.transform::<f32, 3>(&table()).unwrap().row(2), nalgebra::RowVector3::new(0.0, 0.0, 1.0));
}

#[test]
fn mistakes_are_named() {
    assert_eq!(message(columns().fit(&table())), "line 3, column \"age\": empty field");
    let filled = columns().fill(Fill::Mean);
    assert_eq!(message(filled.fit(&table())), "line 4, column \"port\": empty field");
    assert_eq!(
        message(filled.clone().fill_text(Fill::Mean).fit(&table())),
        "column \"port\" has text, which Mean cannot fill"
    );
    let only_gaps = Table::from_rows(["a", "b"], [["", "1"], ["", "2"]]).unwrap();
    assert!(message(TableColumns::all().fill(Fill::Mean).fit(&only_gaps)).starts_with("column \"a\" has gaps only"));
    assert!(TableColumns::all().except(["a"]).fit(&only_gaps).is_ok());
    assert!(message(columns().except(["agee"]).fit(&table())).ends_with("did you mean \"age\"?"));
    let encoder = filled.fill_text(Fill::MostFrequent).fit(&table()).unwrap();
    assert_eq!(
        message(encoder.transform::<f32, 3>(&table())),
        "expected 3 features, found 4: class, age, port=C, port=S"
    );
    let new = Table::from_rows(["class", "age", "port"], [["1", "3", "Q"]]).unwrap();
    assert_eq!(
        message(encoder.transform::<f32, 4>(&new)),
        "line 1, column \"port\": unknown class \"Q\"; did you mean \"C\"?"
    );
    let ignoring = columns().fill(Fill::Mean).fill_text(Fill::MostFrequent).ignore_unknown(true).fit(&table()).unwrap();
    assert_eq!(ignoring.transform::<f32, 4>(&new).unwrap().as_slice(), [1.0, 3.0, 0.0, 0.0]);
    assert!(
        message(table().columns_except::<f32, 2>(&["name"])).starts_with("expected 2 features, found 4: class, age")
    );
    assert!(
        message(Table::from_rows(["a", "b"], [vec!["1", "2"], vec!["3"]]))
            .starts_with("line 2: expected 2 fields, found 1")
    );
}

#[test]
fn an_encoder_in_text_is_the_same() {
    let odd = Table::from_rows(["a,\"b", "c"], [["x, y", "1.1"], ["\n", "0.3"], ["", ""]]).unwrap();
    let columns = TableColumns::all().fill(Fill::Mean).fill_text(Fill::MostFrequent).standardize(true);
    for encoder in [
        columns.fit(&odd).unwrap(),
        columns.ignore_unknown(true).categorical(["c"]).fill_column("c", Fill::Category("q".into())).fit(&odd).unwrap(),
    ] {
        assert_eq!(TableEncoder::from_text(&encoder.to_text()).unwrap(), encoder);
    }
    for damaged in ["number,a,1,2", "text,a,7,strict,b", "number,a,,0,0", "what,a,,0,1"] {
        assert_eq!(message(TableEncoder::from_text(damaged)), "the encoder of the table is damaged", "{damaged}");
    }
}

#[test]
fn standardized_columns_are_those_of_the_scaler() {
    let table = Table::from_rows(["a", "b"], [["1", "5"], ["3", "5"], ["8", "5"], ["0", "5"]]).unwrap();
    let x = TableColumns::all().standardize(true).fit(&table).unwrap().transform::<f64, 2>(&table).unwrap();
    let raw = table.columns_except::<f64, 2>(&[]).unwrap();
    assert_eq!(x, StandardScaler::fit_transform(&raw).unwrap().1);
    assert_eq!(raw, Matrix4x2::new(1.0, 5.0, 3.0, 5.0, 8.0, 5.0, 0.0, 5.0));
}

#[test]
fn the_preparation_is_saved_with_the_model() {
    let (train, test) = train_test_split(&table(), Split::new().test_rows(1).seed(1)).unwrap();
    assert_eq!((train.rows(), test.rows()), (4, 1));
    let columns = columns().fill(Fill::Median).fill_text(Fill::MostFrequent).ignore_unknown(true).standardize(true);
    let encoder = columns.categorical(["class"]).fit(&table()).unwrap();
    let network =
        || sequential![Dense(6 => 4, tanh), Dense(4 => 1)].compile(Adam::default(), BinaryCrossentropy::new());
    let mut model = network();
    let x = encoder.transform::<f32, 6>(&table()).unwrap();
    let y = table().categories("survived").unwrap().labels;
    assert!(
        message(
            model
                .table_encoder()
                .map_err(|error| mlp::data::FileErrorKind::Other(error.to_string()).into())
                .map(|_| ())
        )
        .starts_with("the model has no encoder")
    );
    model.set_table_encoder(&encoder).unwrap();
    model.fit(&x, &y, Fit::new().epochs(2).verbose(0)).unwrap();
    let expected = model.predict(&x).unwrap();
    assert_eq!(model.predict_table(&table()).unwrap(), expected);

    let mut loaded = network();
    loaded.load_bytes(&model.to_bytes().unwrap()).unwrap();
    assert_eq!(loaded.table_encoder().unwrap(), encoder);
    // Raw rows in another order of columns, without the columns that were left out.
    let raw = Table::from_rows(["port", "age", "class"], [["S", "20", "1"], ["C", "", "3"]]).unwrap();
    assert_eq!(loaded.predict_table(&raw).unwrap(), expected.rows(0, 2));
    let narrow = TableColumns::of(["age"]).fill(Fill::Mean).fit(&table()).unwrap();
    assert_eq!(message(loaded.set_table_encoder(&narrow)), "expected 6 features, found 1: age");
}
