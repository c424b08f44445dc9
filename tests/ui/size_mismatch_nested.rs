use mlp::*;

sequential! {
    pub struct Encoder {
        Dense(4 => 2, relu),
    }
}

sequential! {
    pub struct Before {
        Dense(1 => 3, relu),
        Encoder,
    }

    pub struct After {
        Encoder,
        Dense(3 => 1),
    }

    pub struct Twice {
        Encoder,
        Encoder,
    }
}

fn main() {
    println!("{:?}", Before::new(0).as_slice());
    println!("{:?}", After::new(0).as_slice());
}
