use crate::optimizers::{OptimizerSettings, number};
use mlp_core::Scalar;
use mlp_core::layers::Shape;
use mlp_core::losses::LossList;

/// Settings of a training, which a checkpoint stores and compares.
#[derive(Clone, Copy)]
pub(crate) struct TrainingSettings<'a> {
    pub(crate) optimizer: &'a OptimizerSettings,
    /// Names and options of the losses; empty for a custom loop, and for equations.
    pub(crate) loss: &'a str,
    pub(crate) loss_weights: &'a [f64],
}

#[cfg_attr(not(feature = "safetensors"), expect(dead_code, reason = "only checkpoints read it"))]
impl TrainingSettings<'_> {
    /// Returns names and values, as text.
    pub(crate) fn entries(&self) -> Vec<(String, String)> {
        let mut entries = self.optimizer.entries();
        if !self.loss.is_empty() {
            entries.push(("loss".to_owned(), self.loss.to_owned()));
            entries.push(("loss_weights".to_owned(), format!("{:?}", self.loss_weights)));
        }
        entries
    }
}

/// Returns the losses as text: `huber(delta = 2.0), mean_squared_error`.
pub(crate) fn describe<T: Scalar, Outputs: Shape>(loss: &impl LossList<T, Outputs>) -> String {
    text(&|visit| loss.settings(visit))
}

/// Returns the weights of losses that count the same. Not generic, so that programs don't compile it.
#[inline(never)]
pub(crate) fn equal_weights(losses: usize) -> Vec<f64> {
    vec![1.0; losses]
}

/// Receives the name of a loss, or one of its options.
type Visit<'a> = dyn FnMut(&'static str, Option<(&'static str, f64)>) + 'a;

// Not generic, so that programs don't compile it.
fn text(settings: &dyn Fn(&mut Visit<'_>)) -> String {
    let mut losses: Vec<(&str, Vec<String>)> = Vec::new();
    settings(&mut |name, option| match (option, losses.last_mut()) {
        (Some((option, value)), Some((_, options))) => options.push(format!("{option} = {}", number(value))),
        _ => losses.push((name, Vec::new())),
    });
    let text = |(name, options): &(&str, Vec<String>)| {
        if options.is_empty() { (*name).to_owned() } else { format!("{name}({})", options.join(", ")) }
    };
    losses.iter().map(text).collect::<Vec<_>>().join(", ")
}
