//! Where the figures come from.

use std::fs;
use std::process::Command;

/// The processor, and how to stay on one of its cores.
pub struct Machine {
    pub processor: String,
    /// The core that everything is pinned to, if `taskset` is there.
    pub core: Option<usize>,
}

impl Machine {
    pub fn look(wanted: Option<usize>) -> Self {
        let core = wanted.or_else(last_allowed_core);
        Self {
            processor: line_of("/proc/cpuinfo", "model name").unwrap_or_else(|| "an unknown processor".into()),
            core: core.filter(|&core| can_pin(core)),
        }
    }
}

fn can_pin(core: usize) -> bool {
    let pinned = Command::new("taskset").args(["-c", &core.to_string(), "true"]).output();
    pinned.is_ok_and(|output| output.status.success())
}

/// The end of `0-3,6`.
fn last_allowed_core() -> Option<usize> {
    let list = line_of("/proc/self/status", "Cpus_allowed_list")?;
    list.rsplit([',', '-']).next()?.trim().parse().ok()
}

/// The value behind `key:` in a file of the system.
fn line_of(path: &str, key: &str) -> Option<String> {
    let text = fs::read_to_string(path).ok()?;
    let line = text.lines().find(|line| line.starts_with(key))?;
    Some(line.split_once(':')?.1.trim().to_owned())
}
