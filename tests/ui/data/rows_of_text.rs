use mlp::prelude::*;

fn main() {
    let x = vec![vec!["0.5".to_owned(), "1.0".to_owned()]];
    println!("{:?}", sequential![Dense(2 => 1)].predict(&x));
}
