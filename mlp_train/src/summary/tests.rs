//! Tables compared with those of Keras. `tests/goldens/keras_screen.py` records them.

use super::*;

fn variable(count: usize, role: Role) -> NamedVariable {
    NamedVariable { name: "parameters".into(), shape: vec![count], role }
}

fn row(name: &str, kind: &str, output_shape: &str, variables: &[(usize, Role)]) -> Row {
    Row {
        name: name.into(),
        kind: kind.into(),
        output_shape: output_shape.into(),
        variables: variables.iter().map(|&(count, role)| variable(count, role)).collect(),
        layers: Vec::new(),
        connected_to: None,
    }
}

fn check(model_name: &str, rows: Vec<Row>, screen: Screen, expected: &str) {
    let summary = Summary { model_name: model_name.into(), rows, scalar_bytes: 4, screen };
    assert_eq!(format!("{summary}\n"), expected);
}

#[test]
fn a_chain_is_printed_as_by_keras() {
    let rows = vec![
        row("dense_1", "Dense", "(None, 10)", &[(20, Role::Trained)]),
        row("dense_2", "Dense", "(None, 10)", &[(110, Role::Trained)]),
        row("dense_3", "Dense", "(None, 1)", &[(11, Role::Trained)]),
    ];
    check("sequential", rows.clone(), Screen::Keras2, include_str!("../../tests/goldens/sequential.txt"));
    check("sequential", rows, Screen::Keras3, include_str!("../../tests/goldens/sequential_3.txt"));
}

#[test]
fn long_names_are_wrapped() {
    let variables = [(4938268, Role::Trained), (2469134, Role::Kept)];
    let rows = vec![
        row("a_name_longer_than_its_column_by_far", "BatchNormalization", "(None, 1234567)", &variables),
        row("größe_und_länge_αβγδεζ", "Dense", "(None, 1)", &[(12345678901, Role::Trained)]),
    ];
    check("sequential", rows, Screen::Keras2, include_str!("../../tests/goldens/long_names.txt"));
    let variables = [(24690, Role::Trained), (24690, Role::Kept)];
    let rows = vec![
        row("a_name_longer_than_its_column_by_far", "BatchNormalization", "(None, 12345)", &variables),
        row("größe_und_länge_αβγδεζ", "Dense", "(None, 1)", &[(12346, Role::Trained)]),
    ];
    check("sequential", rows, Screen::Keras3, include_str!("../../tests/goldens/long_names_3.txt"));
}

#[test]
fn a_graph_is_printed_as_by_keras() {
    let rows = [
        ("input_1", "InputLayer", "[(None, 1)]", 0, &[][..]),
        ("dense_1", "Dense", "(None, 10)", 20, &["input_1"]),
        ("dense_2", "Dense", "(None, 10)", 110, &["dense_1"]),
        ("add", "Add", "(None, 10)", 0, &["dense_1", "dense_2"]),
        ("dense_3", "Dense", "(None, 1)", 11, &["add"]),
    ]
    .map(|(name, kind, output_shape, count, inputs)| Row {
        connected_to: Some(inputs.iter().map(|input| format!("{input}[0][0]")).collect()),
        ..row(name, kind, output_shape, &[(count, Role::Trained)])
    });
    check("model", rows.clone().into(), Screen::Keras2, include_str!("../../tests/goldens/functional.txt"));
    check("model", rows.into(), Screen::Keras3, include_str!("../../tests/goldens/functional_3.txt"));
}
