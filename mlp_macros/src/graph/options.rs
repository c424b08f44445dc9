//! Checks of options. The compiler reports unknown options; this module recognizes the names of other libraries.

use syn::Expr;
use syn::ext::IdentExt as _;

use super::description::LayerDescription;
use crate::ast::{Setting, text};
use crate::errors::Errors;

/// Names of sizes in other libraries.
const SIZES: [&str; 9] = [
    "units",
    "input_dim",
    "input_shape",
    "input_size",
    "output_size",
    "hidden_size",
    "in_features",
    "out_features",
    "num_features",
];

/// Checks the options of a layer.
pub(super) fn check(layer: LayerDescription, errors: &mut Errors) {
    let Some(arguments) = &layer.call.arguments else { return };
    for (i, setting) in arguments.settings.iter().enumerate() {
        if let Some(message) = message(setting, layer) {
            errors.add(&setting.name, message);
        } else if arguments.settings[..i].iter().any(|earlier| earlier.name == setting.name) {
            errors.add(&setting.name, format_args!("duplicate option `{}`: remove one of them", setting.name));
        }
    }
}

fn message(setting: &Setting, layer: LayerDescription) -> Option<String> {
    let name = setting.name.unraw().to_string();
    let kind = layer.call.kind();
    if name == "activation" {
        return Some(format!("expected the activation without a name, after the sizes: `{kind}(1 => 10, relu)`"));
    }
    if let Some(initializer) = without_arguments(setting).filter(|_| name.ends_with("init")) {
        return Some(format!("expected an initializer without parentheses: `{name} = {initializer}`"));
    }
    SIZES
        .contains(&name.as_str())
        .then(|| format!("expected the sizes without names, before the options: `{kind}(inputs => outputs)`"))
}

/// Returns the name of a function that is called without arguments.
fn without_arguments(setting: &Setting) -> Option<String> {
    match &setting.value {
        Expr::Call(call) if call.args.is_empty() => Some(text(&call.func)),
        _ => None,
    }
}
