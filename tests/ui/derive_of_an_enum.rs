use mlp::*;

#[derive(Parameters)]
#[repr(C)]
pub enum Scale {
    Factor(f32),
}

fn main() {
    println!("{}", Scale::COUNT);
}
