//! A figure as a JSON object on a line of its own.

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
        Ok(figures) => format!(
            "{head},\"us_per_step\":{:.6},\"blocks\":[{}],\"steps_per_block\":{},\"check\":{:.6},\"version\":{}}}",
            figures.median(),
            figures.blocks.iter().map(|block| format!("{block:.6}")).collect::<Vec<_>>().join(","),
            figures.steps,
            figures.check,
            string(&figures.version),
        ),
        Err(reason) => format!("{head},\"absent\":{}}}", string(reason)),
    }
}

/// Quoted; what the peers say has no control characters that matter.
fn string(text: &str) -> String {
    let escaped: String = text.chars().filter(|c| !c.is_control()).flat_map(escape).collect();
    format!("\"{escaped}\"")
}

fn escape(c: char) -> impl Iterator<Item = char> {
    matches!(c, '"' | '\\').then_some('\\').into_iter().chain([c])
}
