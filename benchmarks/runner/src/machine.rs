//! The machine that runs the benchmark.

use std::fs;
use std::process::Command;

/// Processor, and the core to pin processes to.
pub struct Machine {
    pub processor: String,
    /// Core that all processes are pinned to, if `taskset` exists.
    pub core: Option<usize>,
}

impl Machine {
    pub fn look(wanted: Option<usize>) -> Self {
        let core = wanted.or_else(last_allowed_core);
        Self {
            processor: line_of("/proc/cpuinfo", "model name").unwrap_or_else(|| "unknown processor".into()),
            core: core.filter(|&core| can_pin(core)),
        }
    }
}

fn can_pin(core: usize) -> bool {
    let pinned = Command::new("taskset").args(["-c", &core.to_string(), "true"]).output();
    pinned.is_ok_and(|output| output.status.success())
}

/// Returns the last core of a list such as `0-3,6`.
fn last_allowed_core() -> Option<usize> {
    let list = line_of("/proc/self/status", "Cpus_allowed_list")?;
    list.rsplit([',', '-']).next()?.trim().parse().ok()
}

/// Returns the value of the line `key: value` in a system file.
fn line_of(path: &str, key: &str) -> Option<String> {
    let text = fs::read_to_string(path).ok()?;
    let line = text.lines().find(|line| line.starts_with(key))?;
    Some(line.split_once(':')?.1.trim().to_owned())
}
