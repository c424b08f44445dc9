use mlp::*;

#[derive(Parameters)]
#[repr(C)]
#[parameters(scaler = f32)]
pub struct Scale {
    factor: f32,
}

fn main() {
    println!("{}", Scale::COUNT);
}
