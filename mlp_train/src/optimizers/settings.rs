use mlp_core::optimizers::{Clip, LearningRate, Optimizer, OptimizerConfig};

/// Settings of an optimizer when a training was compiled, which checkpoints compare. Callbacks change the learning rate
/// later.
#[derive(Debug)]
pub(crate) struct OptimizerSettings {
    config: OptimizerConfig,
    options: Vec<(&'static str, f64)>,
}

/// Receives an option and its value.
type Visit<'a> = dyn FnMut(&'static str, f64) + 'a;

impl OptimizerSettings {
    pub(crate) fn new<O: Optimizer>(optimizer: &O) -> Self {
        Self::collect(optimizer.config(), &|each| optimizer.settings(each))
    }

    /// Returns a configuration and the options that a function passes to its argument. Not generic, so that programs don't
    /// compile it.
    fn collect(config: &OptimizerConfig, settings: &dyn Fn(&mut Visit<'_>)) -> Self {
        let mut options = Vec::new();
        settings(&mut |option, value| options.push((option, value)));
        Self { config: config.clone(), options }
    }

    /// Name of the learning rate among the entries.
    pub(crate) const LEARNING_RATE: &'static str = "learning_rate";

    /// Returns names and values, as text.
    pub(crate) fn entries(&self) -> Vec<(String, String)> {
        let config = &self.config;
        let clip = match config.clip {
            None => "none".to_owned(),
            Some(Clip::Norm(limit)) => format!("clipnorm {limit:?}"),
            Some(Clip::Value(limit)) => format!("clipvalue {limit:?}"),
            Some(Clip::GlobalNorm(limit)) => format!("global_clipnorm {limit:?}"),
        };
        let steps = |steps: u64| steps.to_string();
        let settings = [
            (Self::LEARNING_RATE, describe(&config.learning_rate)),
            ("clip", clip),
            ("weight_decay", number(config.weight_decay.unwrap_or(f64::NAN))),
            ("ema_momentum", number(config.ema_momentum.unwrap_or(f64::NAN))),
            ("ema_overwrite_frequency", config.ema_overwrite_frequency.map_or_else(|| number(f64::NAN), steps)),
            ("gradient_accumulation_steps", steps(config.gradient_accumulation_steps.max(1))),
        ];
        let options = self.options.iter().map(|&(option, value)| (option, number(value)));
        settings.into_iter().chain(options).map(|(name, value)| (name.to_owned(), value)).collect()
    }
}

/// Returns a number as text; NaN is "none".
pub(crate) fn number(value: f64) -> String {
    if value.is_nan() { "none".to_owned() } else { format!("{value:?}") }
}

/// Returns a learning rate as text. Of a schedule these are averages, with fewer digits than in which platforms differ.
fn describe(learning_rate: &LearningRate) -> String {
    /// Number of first steps that count, and of the sparse ones after them.
    const DENSE: u64 = 1 << 14;
    const SPARSE: i32 = 100;
    let sparse = (1..=SPARSE).map(|power| (DENSE as f64 * 1.1f64.powi(power)) as u64);
    let (mut sum, mut weighted, mut momentum) = (0.0, 0.0, 0.0);
    let first = learning_rate.at(0);
    let mut is_constant = true;
    for (index, step) in (0..DENSE).chain(sparse).enumerate() {
        let rate = learning_rate.at(step);
        let position = index as f64 / DENSE as f64;
        is_constant &= rate == first;
        sum += rate;
        weighted += rate * position;
        momentum += learning_rate.momentum(step).unwrap_or(0.0) * (1.0 + position);
    }
    if is_constant && momentum == 0.0 {
        return number(first);
    }
    let average = |sum: f64| format!("{:.6e}", sum / DENSE as f64);
    format!("schedule {}, {}, {}", average(sum), average(weighted), average(momentum))
}
