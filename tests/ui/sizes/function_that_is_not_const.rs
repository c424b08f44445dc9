use mlp::prelude::*;

fn main() {
    let _ = sequential![Dense(width() => 10), Dense(10 => 1)];
    }
    fn width() -> usize { 3
}
