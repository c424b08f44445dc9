//! A peer's process: the runner's side of the protocol that the crate `protocol` documents.

use std::io::{BufRead, BufReader, Write};
use std::process::{Child, ChildStdin, ChildStdout, Command, Stdio};

/// Variables that limit libraries to one thread.
const ONE_THREAD: [&str; 5] =
    ["OMP_NUM_THREADS", "MKL_NUM_THREADS", "OPENBLAS_NUM_THREADS", "RAYON_NUM_THREADS", "NUMEXPR_NUM_THREADS"];

/// A warm process that waits for `block`.
pub struct Process {
    child: Child,
    orders: Option<ChildStdin>,
    answers: BufReader<ChildStdout>,
    pub check: f64,
    pub steps: usize,
    pub version: String,
}

impl Process {
    /// Starts `command` with the workload's name and waits until it is ready.
    ///
    /// # Errors
    /// Returns the reason why there will be no results.
    pub fn start(
        command: &[String],
        workload: &str,
        core: Option<usize>,
        block_milliseconds: usize,
    ) -> Result<Self, String> {
        let mut words: Vec<String> =
            core.map_or(Vec::new(), |core| vec!["taskset".into(), "-c".into(), core.to_string()]);
        words.extend_from_slice(command);
        // A script expects `python script.py W1 variant`.
        let variant = (command.len() > 2).then(|| words.pop()).flatten();
        words.push(workload.into());
        words.extend(variant);
        let mut child = Command::new(&words[0])
            .args(&words[1..])
            .envs(ONE_THREAD.map(|name| (name, "1")))
            .env("BLOCK_MILLISECONDS", block_milliseconds.to_string())
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()
            .map_err(|error| format!("`{}` does not start: {error}", words[0]))?;
        let orders = child.stdin.take();
        let answers = BufReader::new(child.stdout.take().expect("piped"));
        let mut process = Self { child, orders, answers, check: f64::NAN, steps: 0, version: String::new() };
        let greeting = process.answer()?;
        process.greet(&greeting).map(|()| process)
    }

    /// Runs one block and returns the microseconds per step.
    ///
    /// # Errors
    /// Returns an error if the process ended or prints anything else.
    pub fn block(&mut self) -> Result<f64, String> {
        let orders = self.orders.as_mut().expect("open until it is dropped");
        orders.write_all(b"block\n").and_then(|()| orders.flush()).map_err(|error| error.to_string())?;
        let answer = self.answer()?;
        answer.parse().map_err(|_| format!("unexpected answer `{answer}`"))
    }

    fn greet(&mut self, greeting: &str) -> Result<(), String> {
        if let Some(reason) = greeting.strip_prefix("no ") {
            return Err(reason.to_owned());
        }
        let mut words = greeting.splitn(4, ' ');
        let mut word = || words.next().ok_or_else(|| format!("unexpected answer `{greeting}`"));
        if word()? != "ready" {
            return Err(format!("unexpected answer `{greeting}`"));
        }
        self.check = word()?.parse().map_err(|_| format!("unexpected answer `{greeting}`"))?;
        self.steps = word()?.parse().map_err(|_| format!("unexpected answer `{greeting}`"))?;
        self.version = word()?.to_owned();
        Ok(())
    }

    fn answer(&mut self) -> Result<String, String> {
        let mut line = String::new();
        match self.answers.read_line(&mut line) {
            Ok(0) => Err("ended without an answer: run it by hand to see why".into()),
            Ok(_) => Ok(line.trim_end().to_owned()),
            Err(error) => Err(error.to_string()),
        }
    }
}

impl Drop for Process {
    fn drop(&mut self) {
        // Closing its input ends the process.
        self.orders = None;
        let _ = self.child.wait();
    }
}
