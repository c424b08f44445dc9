//! The sizes that the macro itself can see.

use crate::ast::Network;
use crate::errors::Errors;

pub(super) fn check(network: &Network, errors: &mut Errors) {}
