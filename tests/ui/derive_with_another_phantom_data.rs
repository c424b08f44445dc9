use mlp::*;

#[derive(Parameters)]
#[repr(C)]
pub struct Scale {
    factor: f32,
    marker: PhantomData,
}

pub struct PhantomData(u64);

fn main() {
    println!("{}", Scale::COUNT);
}
