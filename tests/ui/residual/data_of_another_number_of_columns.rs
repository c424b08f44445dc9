use mlp::prelude::*;

residual! {
    struct Measured;
    (x, t; value, flux) -> u { value: u - value, flux: u.x - flux }
}

fn main() {
    let term: Term<_, f64> = Term::with_data(Measured, &[[0.5, 0.5]], &[[1.0]]).expect("finite data");
    println!("{term:?}");
}
