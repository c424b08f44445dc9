use mlp::prelude::*;

fn main() -> Result<(), TrainingError> {
    let model = sequential![Dense(1 => 1)];
    let evaluation = model.evaluate(&[1.0_f32], &[1.0_f32])?;
    println!("{} {evaluation}", evaluation.loss);
    Ok(())
}
