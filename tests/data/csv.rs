//! Tables of the real pandas, and the messages for damaged ones.

use std::fs;
use std::path::{Path, PathBuf};

use mlp::data::{Batch, CsvOptions, FileError, Table, to_csv, write_csv};

fn path(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/data").join(name)
}

fn table(text: impl AsRef<[u8]>) -> Result<Table, FileError> {
    Table::from_csv(text.as_ref(), CsvOptions::new())
}

fn message<V: std::fmt::Debug>(result: Result<V, FileError>) -> String {
    result.unwrap_err().to_string()
}

#[test]
fn files_of_pandas_are_read() {
    let semicolons = CsvOptions::new().delimiter(b';');
    for table in [Table::read_csv(path("pandas.csv")), Table::read_csv_with(path("pandas_excel.csv"), semicolons)] {
        let table = table.expect("a table");
        assert_eq!(table.names(), ["sepal length", "petal width", "name, or \"class\"", "größe"]);
        let x = table.columns::<f64, 3>(["größe", "sepal length", "petal width"]).expect("numbers");
        let expected: [[f64; 3]; 4] =
            [[1e-300, 5.1, 2.0], [f64::MAX, 7.0, 14.0], [-0.0, 6.3, -25.0], [123456789.123, 0.1 + 0.2, 0.0]];
        assert_eq!(x, mlp::data::rows::<_, 3>(&expected).unwrap());
        assert!(x[(2, 0)].is_sign_negative());
        let species = table.categories("name, or \"class\"").expect("classes");
        assert_eq!(species.names, ["setosa", "versicolor", "virginica, broad"]);
        assert_eq!(species.labels, [0, 1, 2, 0]);
        assert_eq!(species.targets::<f32>().as_slice(), [0.0, 1.0, 2.0, 0.0]);
        // One value overflows single precision.
        let error = message(table.columns::<f32, 1>(["größe"]));
        assert!(
            error.ends_with("line 3, column \"größe\": expected a finite number, found \"1.7976931348623157e+308\"")
        );
    }
    let options = CsvOptions::new().header(false);
    let table = Table::read_csv_with(path("pandas_no_header.csv"), options).expect("a table");
    assert_eq!((table.names(), table.rows()), (&["0".to_owned(), "1".to_owned()][..], 4));
    assert_eq!(table.columns::<f32, 1>(["1"]).expect("numbers").as_slice(), [2.0, 14.0, -25.0, 0.0]);
}

#[test]
fn written_tables_are_read_again() {
    let names = ["x, or \"y\"", "größe", "line\nfeed"];
    let x = Batch::<f64, 3>::from_fn(9, |row, column| (row as f64 + 0.1).powi(40 * column as i32 - 40));
    let file = Path::new(env!("CARGO_TARGET_TMPDIR")).join(format!("{}-x.csv", std::process::id()));
    write_csv(&file, &names, &x).expect("written");
    let table = Table::read_csv(&file).expect("read");
    assert_eq!(table.columns::<f64, 3>(names).expect("numbers"), x);
    fs::remove_file(&file).expect("written before");

    let mut text = Vec::new();
    to_csv(&mut text, &["a", "b", "c"], &nalgebra::RowVector3::new(1e30f32, 1.0, -0.1)).expect("written");
    assert_eq!(String::from_utf8(text).expect("text"), "a,b,c\n1e30,1.0,-0.1\n");
    let error = message(to_csv(Vec::new(), &["a", "b"], &x));
    assert_eq!(error, "expected 3 column names, found 2");
    assert_eq!(message(to_csv(Vec::new(), &["a", "b", "a"], &x)), "columns 1 and 3 have the same name \"a\"");
}

#[test]
fn spaces_quotes_and_empty_lines_are_accepted() {
    let table = table("\u{feff} a , b\r\n\r\n 1 ,\t2\r\n\n\"3\",\" 4 \"\n \"x\" ,0").expect("a table");
    assert_eq!(table.names(), ["a", "b"]);
    assert_eq!(table.columns::<f32, 1>(["b"]).expect("numbers").as_slice(), [2.0, 4.0, 0.0]);
    assert_eq!(
        message(table.columns::<f32, 1>(["a"])),
        "line 6, column \"a\": expected a finite number, found \"\\\"x\\\"\""
    );
}

#[test]
fn damaged_tables_have_distinct_errors() {
    for (text, expected) in [
        ("", "the file is empty"),
        ("\n\r\n\n", "the file is empty"),
        ("a,b,a\n1,2,3", "columns 1 and 3 have the same name \"a\""),
        ("a,b\n1,2\n1,2,3\n", "line 3: expected 2 fields, found 3"),
        ("a,b\r\n1,2\r\n\r\n1\r\n", "line 4: expected 2 fields, found 1"),
        ("a,b\n\"1\n\n\",2\n3\n", "line 5: expected 2 fields, found 1"),
    ] {
        assert_eq!(message(table(text)), expected, "{text:?}");
    }
    assert_eq!(message(table(b"a,\xff\n1,2")), "line 1, column 2: invalid UTF-8");
    assert_eq!(message(table(b"a,b\n1,2\n\xff,2")), "line 3, column 1: invalid UTF-8");
}

#[test]
fn invalid_fields_are_named() {
    for (text, expected) in [
        ("x\nabc", "line 2, column \"x\": expected a finite number, found \"abc\""),
        ("x\n1\nnan", "line 3, column \"x\": expected a finite number, found \"nan\""),
        ("x\n1\n\n-inf", "line 4, column \"x\": expected a finite number, found \"-inf\""),
        ("x\n1e999", "line 2, column \"x\": expected a finite number, found \"1e999\""),
        ("x\n\"1\n2\"", "line 2, column \"x\": expected a finite number, found \"1\\n2\""),
        ("x,y\n1,2\n , 2", "line 3, column \"x\": empty field"),
        ("x\r\n1\r\n1,5", "line 3: expected 1 fields, found 2"),
        ("y\n1", "unknown column \"x\"; did you mean \"y\"?"),
        ("width,height\n1,2", "unknown column \"x\"; known names: \"width\", \"height\""),
    ] {
        assert_eq!(message(table(text).and_then(|table| table.columns::<f64, 1>(["x"]))), expected, "{text:?}");
    }
    let long = format!("x\n{}", "ä".repeat(100));
    let error = message(table(long).and_then(|table| table.columns::<f64, 1>(["x"])));
    assert_eq!(error, format!("line 2, column \"x\": expected a finite number, found \"{}…\"", "ä".repeat(40)));
    let error =
        message(Table::read_csv(path("pandas.csv")).and_then(|table| table.columns::<f64, 1>(["Sepal_Length"])));
    let file = path("pandas.csv").display().to_string();
    assert_eq!(error, format!("{file}: unknown column \"Sepal_Length\"; did you mean \"sepal length\"?"));
    assert!(message(Table::read_csv(path("nothing.csv"))).contains("nothing.csv: No such file"));
}

#[test]
fn classes_are_sorted_and_known_classes_are_found() {
    let numbers = table("y\n10\n9\n10\n-1").and_then(|table| table.categories("y")).expect("classes");
    assert_eq!((numbers.names, numbers.labels), (vec!["-1".into(), "9".into(), "10".into()], vec![2, 1, 2, 0]));
    let train = table("y\nsetosa\nversicolor").and_then(|table| table.categories("y")).expect("classes");
    let test = |text: &str| table(text).and_then(|table| table.labels("y", &train.names));
    assert_eq!(test("y\nversicolor").expect("known"), [1]);
    let unknown = "line 3, column \"y\": unknown class \"versicolr\"; did you mean \"versicolor\"?";
    assert_eq!(message(test("y\nsetosa\nversicolr")), unknown);
    assert_eq!(message(test("y,z\n,1")), "line 2, column \"y\": empty field");
}

#[test]
fn other_dialects_are_named() {
    let expected = "the header is one column, \"a;b\": for other delimiters than ',', use \
        `CsvOptions::new().delimiter(b';')`";
    assert_eq!(message(table("a;b\n1;2\n")), expected);
    assert!(message(table("a\tb\n1\t2\n")).ends_with("`CsvOptions::new().delimiter(b'\\t')`"));
    let semicolons = CsvOptions::new().delimiter(b';');
    assert!(message(Table::from_csv(&b"a,b\n1,2\n"[..], semicolons)).ends_with("`CsvOptions::new().delimiter(b',')`"));
    assert!(message(table("a,b\r1,2\r3,4\r")).starts_with("the lines end in carriage returns (CR)"));
    assert!(message(table("a\r1\r2")).starts_with("the lines end in carriage returns (CR)"));
    // A column of one name, of a quoted name with a comma, and lines that end in CR LF are tables.
    for text in ["a\n1\n", "\"a,b\"\n1\n", "a\r\n1\r\n", "a,b;c\r\n1,2\r\n"] {
        assert_eq!(table(text).map(|table| table.rows()).ok(), Some(1), "{text:?}");
    }
}
