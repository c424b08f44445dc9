//! `init = he_normal`: the compiler knows which options there are, but not what users of other libraries mean.

use syn::ext::IdentExt as _;

use super::Described;
use crate::ast::Setting;
use crate::errors::Errors;

/// How other libraries name what is written as sizes here.
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

pub(super) fn check(layer: Described, errors: &mut Errors) {
    let Some(arguments) = &layer.call.arguments else { return };
    for (i, setting) in arguments.settings.iter().enumerate() {
        if let Some(message) = message(setting, layer) {
            errors.add(&setting.name, message);
        } else if arguments.settings[..i].iter().any(|earlier| earlier.name == setting.name) {
            errors.add(&setting.name, format_args!("`{}` is set twice", setting.name));
        }
    }
}

fn message(setting: &Setting, layer: Described) -> Option<String> {
    let (name, kind) = (setting.name.unraw().to_string(), layer.call.kind());
    if name == "activation" {
        return Some(format!("an activation follows the sizes and is not named: `{kind}(1 => 10, relu)`"));
    }
    SIZES.contains(&name.as_str()).then(|| format!("sizes come first and are not named: `{kind}(inputs => outputs)`"))
}
