//! Runs mlp and its peers and prints one table. See `benchmarks/README.md`.

mod arguments;
mod json;
mod machine;
mod measurement;
mod peers;
mod process;
mod table;

use arguments::Arguments;
use machine::Machine;
use measurement::Measurement;
use peers::Peers;
use table::Table;

fn main() {
    let arguments = Arguments::parse().unwrap_or_else(|message| {
        eprintln!("{message}");
        std::process::exit(2)
    });
    let machine = Machine::look(arguments.core);
    let mut peers = Peers::build(&arguments);
    let mut table = Table::new();
    for workload in &arguments.workloads {
        let measurements = Measurement::take(workload, &mut peers, &machine, &arguments);
        for measurement in measurements {
            if arguments.json {
                println!("{}", json::line(workload, &measurement, &machine));
            }
            table.add(workload.name, measurement);
        }
    }
    if !arguments.json {
        print!("{}", table.render(&peers, &machine, &arguments));
    }
}
