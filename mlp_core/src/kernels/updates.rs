//! Updates of slices that are not the rule of an optimizer: averages, sums and copies.

use super::rule::{Update, rule};

rule! {
    // a ← a + w (x − a)
    Blend { weight }: |[average], value| [value.sub(average).mul_add(weight, average)]
}

rule! {
    // s ← s + w x
    AddScaled { weight }: |[sum], value| [value.mul_add(weight, sum)]
}

rule! {
    // y ← x
    CopyValues {}: |[_target], value| [value]
}

/// Moves an average toward new values: `a ← a + w (x − a)`.
pub fn blend<T: Update>(average: &mut [T], values: &[T], weight: f64) {
    T::apply(&Blend { weight }, [average], values);
}

/// Adds scaled values: `s ← s + w x`.
pub fn add_scaled<T: Update>(sum: &mut [T], values: &[T], weight: f64) {
    T::apply(&AddScaled { weight }, [sum], values);
}

/// Copies values, on several threads if there are many: `y ← x`.
pub fn copy_values<T: Update>(target: &mut [T], values: &[T]) {
    T::apply(&CopyValues {}, [target], values);
}
