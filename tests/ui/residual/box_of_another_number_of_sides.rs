use mlp::prelude::*;

residual! {
    struct Heat;
    (x, t) -> u { u.t - u.xx }
}

fn main() {
    let inside: Term<_, f64> = Term::uniform(Heat, [(0.0, 1.0)], 100);
    println!("{inside:?}");
}
