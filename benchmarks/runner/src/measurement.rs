//! Measures a workload: one block of each peer in turn, so that a change of the machine's speed affects all of them.

use protocol::Workload;

use crate::arguments::Arguments;
use crate::machine::Machine;
use crate::peers::Peers;
use crate::process::Process;

/// Results of one peer.
pub struct Measurement {
    pub peer: &'static str,
    pub outcome: Result<Timing, String>,
}

pub struct Timing {
    /// Microseconds per step of each block, sorted.
    pub blocks: Vec<f64>,
    pub check: f64,
    pub steps: usize,
    pub version: String,
}

impl Timing {
    pub fn median(&self) -> f64 {
        let middle = self.blocks.len() / 2;
        if self.blocks.len() % 2 == 1 {
            self.blocks[middle]
        } else {
            (self.blocks[middle - 1] + self.blocks[middle]) / 2.0
        }
    }
}

impl Measurement {
    /// Measures one workload.
    pub fn take(workload: &Workload, peers: &mut Peers, machine: &Machine, arguments: &Arguments) -> Vec<Self> {
        let start = |peer: &crate::peers::Peer| {
            if let Some(reason) = &peer.absent {
                return Err(reason.clone());
            }
            eprintln!("{}: {} warms up", workload.name, peer.name);
            let start = |command: &Vec<String>| {
                Process::start(command, workload.name, machine.core, arguments.block_milliseconds)
            };
            first_success(peers.commands(peer).iter().map(start))
        };
        let mut processes: Vec<_> = peers.of(workload).map(|peer| (peer.name, start(peer), Vec::new())).collect();
        eprintln!("{}: {} blocks of each in turn", workload.name, arguments.blocks);
        for _ in 0..arguments.blocks {
            for (_, process, blocks) in &mut processes {
                let block = process.as_mut().map(Process::block);
                match block {
                    Ok(Ok(micros)) => blocks.push(micros),
                    Ok(Err(reason)) => *process = Err(reason),
                    Err(_) => {}
                }
            }
        }
        processes.into_iter().map(|(peer, process, blocks)| Self::new(peer, process, blocks)).collect()
    }

    fn new(peer: &'static str, process: Result<Process, String>, mut blocks: Vec<f64>) -> Self {
        blocks.sort_by(f64::total_cmp);
        let timing = |process: Process| Timing {
            blocks,
            check: process.check,
            steps: process.steps,
            version: process.version.clone(),
        };
        Self { peer, outcome: process.map(timing) }
    }
}

/// Returns the first process that starts, or the first reason why none does.
fn first_success(tries: impl Iterator<Item = Result<Process, String>>) -> Result<Process, String> {
    let mut first = None;
    for attempt in tries {
        match attempt {
            Ok(process) => return Ok(process),
            Err(reason) => first = first.or(Some(reason)),
        }
    }
    Err(first.unwrap_or_else(|| "has no command".into()))
}
