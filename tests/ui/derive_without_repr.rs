use mlp::*;

#[derive(Parameters)]
pub struct Scale {
    factor: f32,
}

fn main() {
    println!("{}", Scale::COUNT);
}
