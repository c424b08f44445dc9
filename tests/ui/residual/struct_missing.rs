use mlp::prelude::*;

residual! {
    Heat;
    (x, t) -> u { u.t - u.xx }
}

fn main() {}
