use mlp::data::Table;
use mlp::prelude::*;

fn main() {
    let table = Table::read_csv("houses.csv").unwrap();
    println!("{:?}", sequential![Dense(2 => 1)].predict(&table));
}
