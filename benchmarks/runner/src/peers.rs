//! The peers: how each is built and started.

use std::env;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use protocol::Workload;

use crate::arguments::Arguments;

/// Name of this library, the denominator of the ratios.
pub const US: &str = "mlp";

/// Ways in which JAX differentiates a network twice; the fastest one counts.
const AUTOMATIC: &str = "gradients|hessian|forward|jet";

/// A peer, a column of the table.
pub struct Peer {
    pub name: &'static str,
    kind: Kind,
    trains: Trains,
    /// Reason why the peer cannot run.
    pub absent: Option<String>,
}

/// Workloads that a peer runs.
#[derive(Clone, Copy, PartialEq)]
enum Trains {
    OnTargets,
    OnEquations,
    /// Several networks at once.
    OnMembers,
    OnAll,
}

enum Kind {
    /// Package `peer-…` of this workspace.
    Rust,
    /// Script of `peers/python`, and its variant.
    Python { script: &'static str, variant: &'static str },
}

pub struct Peers {
    pub all: Vec<Peer>,
    pythons: Vec<String>,
}

impl Peers {
    /// Returns the requested peers, or all of them, and builds them.
    pub fn build(arguments: &Arguments) -> Self {
        let python = |name, script, variant| {
            let kind = Kind::Python { script, variant };
            Peer { name, kind, trains: Trains::OnTargets, absent: None }
        };
        let rust = |name| Peer { name, kind: Kind::Rust, trains: Trains::OnTargets, absent: None };
        let mut all = vec![
            Peer { trains: Trains::OnAll, ..rust(US) },
            rust("burn"),
            rust("candle"),
            rust("dfdx"),
            python("jax", "peer_jax.py", "rows|columns|rows-unrolled|columns-unrolled"),
            python("torch", "peer_torch.py", "eager"),
            python("torch-compile", "peer_torch.py", "compiled"),
            python("keras-fit", "peer_keras.py", "fit"),
            python("keras-batch", "peer_keras.py", "batch"),
            python("onnxruntime", "peer_onnxruntime.py", ""),
            Peer { trains: Trains::OnEquations, ..python("jax-automatic", "peer_jax_equations.py", AUTOMATIC) },
            Peer { trains: Trains::OnEquations, ..python("jax-streams", "peer_jax_equations.py", "streams|stacked") },
            Peer {
                trains: Trains::OnMembers,
                ..python("jax-vmap", "peer_jax_ensemble.py", "rows|columns|rows-unrolled|columns-unrolled")
            },
        ];
        all.retain(|peer| arguments.peers.is_empty() || arguments.peers.iter().any(|name| name == peer.name));
        for peer in all.iter_mut().filter(|peer| matches!(peer.kind, Kind::Rust)) {
            peer.absent = if arguments.build { build(peer.name) } else { find(peer.name) }.err();
        }
        Self { all, pythons: arguments.pythons.clone() }
    }

    /// Returns the peers that run a workload.
    pub fn of(&self, workload: &Workload) -> impl Iterator<Item = &Peer> {
        let kind = match workload {
            Workload { equation: Some(_), .. } => Trains::OnEquations,
            Workload { members: 2.., .. } => Trains::OnMembers,
            _ => Trains::OnTargets,
        };
        self.all.iter().filter(move |peer| [kind, Trains::OnAll].contains(&peer.trains))
    }

    /// Returns the commands that may start the peer, to be tried in turn.
    pub fn commands(&self, peer: &Peer) -> Vec<Vec<String>> {
        match peer.kind {
            Kind::Rust => vec![vec![executable(peer.name).display().to_string()]],
            Kind::Python { script, variant } => {
                let script = root().join("peers/python").join(script).display().to_string();
                let command = |python: &String| vec![python.clone(), script.clone(), variant.to_owned()];
                self.pythons.iter().map(command).collect()
            }
        }
    }
}

/// Builds one peer alone, so that its build errors do not affect the others.
fn build(name: &str) -> Result<(), String> {
    let cargo = env::var("CARGO").unwrap_or_else(|_| "cargo".into());
    eprintln!("building {name}");
    let mut command = Command::new(cargo);
    command.args(["build", "--release", "--quiet", "--package", &format!("peer-{name}")]).current_dir(root());
    // Use the runner's own target directory.
    command.arg("--target-dir").arg(target()).stdout(Stdio::null());
    match command.status() {
        Ok(status) if status.success() => Ok(()),
        _ => Err("does not build".into()),
    }
}

/// Finds an executable of an earlier build.
fn find(name: &str) -> Result<(), String> {
    if executable(name).exists() { Ok(()) } else { Err("is not built".into()) }
}

fn executable(name: &str) -> PathBuf {
    target().join("release").join(format!("peer-{name}{}", env::consts::EXE_SUFFIX))
}

/// Returns `target`, the directory of `target/release/runner`.
fn target() -> PathBuf {
    let runner = env::current_exe().expect("the runner is a file");
    runner.ancestors().nth(2).expect("cargo built it in target/release").to_owned()
}

/// Returns the workspace's root.
fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR")).parent().expect("a member of the workspace")
}
