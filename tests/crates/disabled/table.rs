//! `csv`

use mlp::data::Table;

fn main() {
    let _ = Table::read_csv("data.csv");
}
