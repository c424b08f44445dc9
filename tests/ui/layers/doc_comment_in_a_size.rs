use mlp::prelude::*;

fn main() {
    let network = sequential![
        Dense(
            3 =>
                /// The hidden features.
                4,
            tanh,
        ),
        Dense(4 => 1),
    ];
    println!("{}", network.summary());
}
