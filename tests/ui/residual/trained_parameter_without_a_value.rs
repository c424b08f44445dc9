use mlp::prelude::*;

residual! {
    struct Decay { #[trainable] rate: f64 }
    (t) -> u { u.t + rate * u }
}

fn main() {
    let term: Term<_, f64> = Term::uniform(Decay, [(0.0, 1.0)], 100);
    println!("{term:?}");
}
