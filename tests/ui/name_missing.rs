use mlp::*;

sequential! {
    pub struct {
        Dense(1 => 10, relu),
        Dense(10 => 1),
    }
}

fn main() {}
