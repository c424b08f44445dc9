//! Check of the names of options, with a message that lists those that exist.

use crate::layers::Module;

/// Options of a layer whose names are checked. Implemented for checks that hold.
pub trait CheckedOptions<const ARE_KNOWN: bool> {
    /// Options of the layer.
    type Options: Default;
}

impl<L: Module> CheckedOptions<true> for L {
    type Options = L::Options;
}

/// Returns `true` if a layer has an option of this name.
///
/// # Panics
/// If the layer lists its options and this one is not among them, or if it has no options.
#[must_use]
#[track_caller]
pub const fn has_option<L: Module>(name: &str) -> bool {
    let mut index = 0;
    while index < L::OPTIONS.len() {
        if is_same(L::OPTIONS[index], name) {
            return true;
        }
        index += 1;
    }
    let has_options = !L::OPTIONS.is_empty();
    if !has_options && size_of::<L::Options>() > 0 {
        return true;
    }
    let message = Message::new().add("`").add(L::KIND).add("` has no option `").add(name);
    let message = if has_options {
        message.add("`: its options are ").add_list(L::OPTIONS)
    } else {
        message.add("`: it has no options")
    };
    panic!("{}", message.text())
}

const fn is_same(a: &str, b: &str) -> bool {
    let (a, b) = (a.as_bytes(), b.as_bytes());
    let mut index = 0;
    while index < a.len() && index < b.len() && a[index] == b[index] {
        index += 1;
    }
    index == a.len() && index == b.len()
}

/// Text under construction in a constant.
pub(crate) struct Message {
    bytes: [u8; 1024],
    length: usize,
}

impl Message {
    pub(crate) const fn new() -> Self {
        Self { bytes: [0; 1024], length: 0 }
    }

    /// Adds a text, or nothing if there is no room for all of it.
    pub(crate) const fn add(mut self, text: &str) -> Self {
        let text = text.as_bytes();
        if self.length + text.len() > self.bytes.len() {
            return self;
        }
        let mut index = 0;
        while index < text.len() {
            self.bytes[self.length + index] = text[index];
            index += 1;
        }
        self.length += text.len();
        self
    }

    const fn add_list(mut self, names: &[&str]) -> Self {
        let mut index = 0;
        while index < names.len() {
            self = self.add(if index == 0 { "`" } else { "`, `" }).add(names[index]);
            index += 1;
        }
        self.add("`")
    }

    pub(crate) const fn text(&self) -> &str {
        match core::str::from_utf8(self.bytes.split_at(self.length).0) {
            Ok(text) => text,
            Err(_) => "unknown option",
        }
    }
}

#[cfg(test)]
mod tests {
    use super::has_option;
    use crate::layers::{Dense, PRelu};

    #[test]
    fn listed_options_are_known() {
        assert!(has_option::<Dense<1, 2>>("init"));
    }

    #[test]
    #[should_panic(expected = "`PRelu` has no option `alpha`: it has no options")]
    fn a_layer_without_options_is_recognized() {
        let _ = has_option::<PRelu<1>>("alpha");
    }

    #[test]
    #[should_panic(expected = "`Dense` has no option `bias`: its options are `init`, `bias_init`, `l1`")]
    fn the_message_lists_the_options() {
        let _ = has_option::<Dense<1, 2>>("bias");
    }
}
