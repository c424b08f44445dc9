//! Command line.

use protocol::{WORKLOADS, Workload, workload};

const USAGE: &str = "\
usage: cargo run --release -- [WORKLOAD…] [OPTION…]

  WORKLOAD        W1 W2 W3 W4 W5 (training), I1 I2 I3 I3b (inference), E1 E2 E3 E1d E2d E3d (equations), M1 (32
                  networks); default: all
  --quick         three short blocks instead of seven; shows that everything works
  --blocks N      number of blocks
  --peers A,B     a selection of mlp burn candle dfdx jax torch torch-compile keras-fit keras-batch onnxruntime
                  jax-automatic jax-streams jax-vmap
  --python PATH   the Python interpreter of the Python peers; may be repeated
  --core N        the core to pin all processes to; default: the last one
  --no-build      don't build; use the peers of the last build
  --json          one JSON object per line, instead of the table";

/// Arguments of the command line.
pub struct Arguments {
    pub workloads: Vec<&'static Workload>,
    pub peers: Vec<String>,
    pub pythons: Vec<String>,
    pub core: Option<usize>,
    pub blocks: usize,
    /// Minimum duration of a block.
    pub block_milliseconds: usize,
    pub build: bool,
    pub json: bool,
}

impl Arguments {
    /// # Errors
    /// Returns the mistake and the usage text.
    pub fn parse() -> Result<Self, String> {
        let mut arguments = Self {
            workloads: Vec::new(),
            peers: Vec::new(),
            pythons: Vec::new(),
            core: None,
            blocks: 7,
            block_milliseconds: 150,
            build: true,
            json: false,
        };
        let mut words = std::env::args().skip(1);
        while let Some(word) = words.next() {
            arguments.take(&word, &mut words)?;
        }
        if arguments.workloads.is_empty() {
            arguments.workloads = WORKLOADS.iter().collect();
        }
        if arguments.pythons.is_empty() {
            arguments.pythons.push("python3".into());
        }
        Ok(arguments)
    }

    fn take(&mut self, word: &str, words: &mut impl Iterator<Item = String>) -> Result<(), String> {
        let mut value = || words.next().ok_or_else(|| format!("`{word}` expects a value\n\n{USAGE}"));
        let number =
            |value: String| value.parse::<usize>().map_err(|_| format!("`{value}` is not a number\n\n{USAGE}"));
        match word {
            "--no-build" => self.build = false,
            "--json" => self.json = true,
            "--quick" => (self.blocks, self.block_milliseconds) = (3, 30),
            "--blocks" => self.blocks = number(value()?)?.max(1),
            "--core" => self.core = Some(number(value()?)?),
            "--python" => self.pythons.push(value()?),
            "--peers" => self.peers.extend(value()?.split(',').map(str::to_owned)),
            "--help" | "-h" => return Err(USAGE.into()),
            name => {
                self.workloads.push(workload(name).ok_or_else(|| format!("unknown workload `{name}`\n\n{USAGE}"))?);
            }
        }
        Ok(())
    }
}
