//! Classification reports compared with those of scikit-learn, which `report.py` writes.

use mlp::prelude::classification_report;

#[test]
fn reports_are_printed_as_by_scikit_learn() {
    let golden: Vec<&str> = include_str!("report.txt").split("-----\n").skip(1).collect();
    let labels: Vec<u8> = (0..101).map(|i| (i * 7 % 4) as u8).collect();
    let predicted: Vec<usize> = labels
        .iter()
        .enumerate()
        .map(|(i, &label)| if i % 3 != 0 { usize::from(label) } else { (usize::from(label) + i % 5) % 4 })
        .collect();
    let report = classification_report(&labels, &predicted);
    assert_eq!(report.to_string(), golden[0]);
    let right = labels.iter().zip(&predicted).filter(|&(&label, &predicted)| usize::from(label) == predicted).count();
    assert_eq!(report.accuracy(), right as f64 / 101.0);
    assert_eq!(format!("{:.3}", report.names(["rose", "lily", "a very long flower", "iris"])), golden[1]);
    assert_eq!(classification_report(&[2, 2, 7, 7, 7, 40], &[2_i64, 7, 7, 7, 3, 40]).to_string(), golden[2]);
}
