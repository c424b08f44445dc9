//! Results as JSON objects, one per line.

use protocol::Workload;

use crate::machine::Machine;
use crate::measurement::Measurement;

pub fn line(workload: &Workload, measurement: &Measurement, machine: &Machine) -> String {
    let head = format!(
        "{{\"workload\":{},\"peer\":{},\"processor\":{}",
        string(workload.name),
        string(measurement.peer),
        string(&machine.processor)
    );
    match &measurement.outcome {
        Ok(timing) => format!(
            "{head},\"us_per_step\":{:.6},\"blocks\":[{}],\"steps_per_block\":{},\"check\":{:.6},\"version\":{}}}",
            timing.median(),
            timing.blocks.iter().map(|block| format!("{block:.6}")).collect::<Vec<_>>().join(","),
            timing.steps,
            timing.check,
            string(&timing.version),
        ),
        Err(reason) => format!("{head},\"absent\":{}}}", string(reason)),
    }
}

/// Returns a quoted string. Control characters are not escaped; peers print none.
fn string(text: &str) -> String {
    let escaped: String = text.chars().filter(|c| !c.is_control()).flat_map(escape).collect();
    format!("\"{escaped}\"")
}

fn escape(c: char) -> impl Iterator<Item = char> {
    matches!(c, '"' | '\\').then_some('\\').into_iter().chain([c])
}
