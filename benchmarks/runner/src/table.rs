//! The table of results: a row per workload, a column per peer.

use std::fmt::Write;

use crate::arguments::Arguments;
use crate::machine::Machine;
use crate::measurement::{Measurement, Timing};
use crate::peers::{Peers, US};

/// All results, workload by workload.
pub struct Table {
    rows: Vec<(&'static str, Vec<Measurement>)>,
}

impl Table {
    pub fn new() -> Self {
        Self { rows: Vec::new() }
    }

    pub fn add(&mut self, workload: &'static str, measurement: Measurement) {
        match self.rows.last_mut() {
            Some((name, measurements)) if *name == workload => measurements.push(measurement),
            _ => self.rows.push((workload, vec![measurement])),
        }
    }

    pub fn render(&self, peers: &Peers, machine: &Machine, arguments: &Arguments) -> String {
        let mut text = String::from("\n");
        let names = peers.all.iter().map(|peer| peer.name.to_owned());
        line(&mut text, "", names.chain(["mlp/best".to_owned()]));
        for (workload, measurements) in &self.rows {
            text.push('\n');
            let best = best(measurements);
            let ours = measurements.iter().find(|measurement| measurement.peer == US).and_then(timing);
            let cells = |cell: &dyn Fn(&Timing) -> String| -> Vec<String> {
                let of = |peer: &str| measurements.iter().find(|measurement| measurement.peer == peer).and_then(timing);
                peers.all.iter().map(|peer| of(peer.name).map_or("-".into(), cell)).collect()
            };
            let ratio = |to: &Timing| ours.map_or("-".into(), |ours| fraction(ours.median() / to.median()));
            let micros = cells(&|timing| micros(timing.median()));
            let (peer, ratio_to_best) = best.map_or(("-", "-".into()), |(peer, best)| (peer, ratio(best)));
            line(&mut text, &format!("{workload} µs per step"), micros.into_iter().chain([peer.to_owned()]));
            line(&mut text, "   mlp / peer", cells(&ratio).into_iter().chain([ratio_to_best]));
            line(&mut text, "   check", cells(&|timing| format!("{:.5}", timing.check)).into_iter());
        }
        self.notes(&mut text, peers, machine, arguments);
        text
    }

    fn notes(&self, text: &mut String, peers: &Peers, machine: &Machine, arguments: &Arguments) {
        let core = machine.core.map_or("not pinned to a core".into(), |core| format!("core {core}"));
        let processor = &machine.processor;
        let (blocks, milliseconds) = (arguments.blocks, arguments.block_milliseconds);
        let _ =
            writeln!(text, "\n{processor}, {core}; medians of {blocks} blocks of {milliseconds} ms, peers in turn.");
        let _ = writeln!(text, "check: the loss after 50 steps from the same weights, or the first output.\n");
        for peer in &peers.all {
            let mut said: Vec<(String, Vec<&str>)> = Vec::new();
            for (workload, measurements) in &self.rows {
                let Some(measurement) = measurements.iter().find(|measurement| measurement.peer == peer.name) else {
                    continue;
                };
                let words = match &measurement.outcome {
                    Ok(timing) => timing.version.clone(),
                    Err(reason) => format!("no result: {reason}"),
                };
                match said.iter_mut().find(|(known, _)| *known == words) {
                    Some((_, workloads)) => workloads.push(workload),
                    None => said.push((words, vec![workload])),
                }
            }
            for (words, workloads) in said {
                let _ = writeln!(text, "{:14} {words} [{}]", peer.name, workloads.join(" "));
            }
        }
    }
}

fn timing(measurement: &Measurement) -> Option<&Timing> {
    measurement.outcome.as_ref().ok()
}

/// Returns the fastest peer other than this library.
fn best(measurements: &[Measurement]) -> Option<(&'static str, &Timing)> {
    let others = measurements.iter().filter(|measurement| measurement.peer != US);
    let timing = others.filter_map(|measurement| Some((measurement.peer, timing(measurement)?)));
    timing.min_by(|(_, one), (_, other)| one.median().total_cmp(&other.median()))
}

fn micros(value: f64) -> String {
    match value {
        v if v < 1.0 => format!("{v:.4}"),
        v if v < 100.0 => format!("{v:.2}"),
        v => format!("{v:.0}"),
    }
}

fn line(text: &mut String, head: &str, cells: impl Iterator<Item = String>) {
    let _ = write!(text, "{head:14}");
    for cell in cells {
        let _ = write!(text, " {cell:>13}");
    }
    while text.ends_with(' ') {
        text.pop();
    }
    text.push('\n');
}

fn fraction(value: f64) -> String {
    if value < 0.01 { format!("{value:.5}") } else { format!("{value:.3}") }
}
