//! What `--help` and the manual pages show beside the arguments: the commands in groups, and examples.

use std::fmt::Write;

use clap::{Command, CommandFactory};

use super::Cli;

/// The commands by what one wants to do.
const GROUPS: [(&str, &[&str]); 5] = [
    ("Count a network", &["count", "time", "explain", "list", "audit"]),
    ("Scale a family", &["scale", "fit", "check", "sweep"]),
    ("Measure accuracy", &["search", "compare", "design", "study", "train", "law"]),
    ("Draw and write", &["plot", "export"]),
    ("Set up", &["completions", "man"]),
];

/// Examples of each command: a line, and what it does.
const EXAMPLES: [(&str, &[Example]); 20] = [
    (
        "phiscale",
        &[
            ("phiscale count efficientnet:b0", "params, MACs, FLOPs and activations"),
            ("phiscale check efficientnet", "does the cost double with each step of φ?"),
            ("phiscale fit efficientnet --max-macs 300M", "the largest within a budget"),
            ("phiscale plot efficientnet resnet -o chart.svg", "accuracy against cost"),
        ],
    ),
    (
        "list",
        &[
            ("phiscale list", "all bundled families"),
            ("phiscale list resnet", "a family's members, with counts and accuracies"),
            ("phiscale list torchvision", "a library's networks"),
            ("phiscale list --conventions", "what each counting tool counts"),
            ("phiscale list --blocks mbconv", "a block that specs can use"),
        ],
    ),
    (
        "count",
        &[
            ("phiscale count efficientnet:b0", "a member of a bundled family"),
            ("phiscale count resnet50", "by its usual name"),
            ("phiscale count resnet18 resnet50 --sort macs --units M,G", "several in one table"),
            ("phiscale count model.onnx --per layer", "a file, layer by layer"),
            ("phiscale count efficientnet --phi 2.5", "a family at a scale"),
            ("phiscale count mine.toml --format json", "a spec, for a program"),
        ],
    ),
    (
        "explain",
        &[
            ("phiscale explain resnet:50", "what each counting tool reports"),
            ("phiscale explain resnet:50 --between thop fvcore", "why two differ"),
            ("phiscale explain resnet:50 --given 4.13G", "which of them gives a number"),
        ],
    ),
    (
        "scale",
        &[
            ("phiscale scale efficientnet", "the published members"),
            ("phiscale scale efficientnet --phi 0..=7", "by φ"),
            ("phiscale scale resnet:50 --phi 0..=3 --strategy d,w,dWr", "by strategy"),
            ("phiscale scale resnet:50 --depth 2 --width 1.5", "by given multipliers"),
        ],
    ),
    (
        "sweep",
        &[
            ("phiscale sweep efficientnet --depth 1..=3:0.1 --width 1,2", "a row for each network"),
            ("phiscale sweep resnet:50 --width 1..=2:0.1 --max-macs 8G -o s.csv", "in a budget"),
            ("phiscale sweep efficientnet --phi 0..=2:0.1 --front params,macs", "the best of them"),
            ("phiscale sweep efficientnet --depth 1..=9:0.1 --random 5", "some, drawn at random"),
        ],
    ),
    (
        "fit",
        &[
            ("phiscale fit efficientnet --max-macs 300M --max-params 5M", "within two budgets"),
            ("phiscale fit efficientnet --max-memory 24MiB --batch 8", "in memory, for a batch"),
            ("phiscale fit efficientnet --max-macs 1G --write-spec mine.toml", "as a spec"),
        ],
    ),
    (
        "check",
        &[
            ("phiscale check efficientnet --phi 0..=7", "the rule of 2^φ, step by step"),
            ("phiscale check model.onnx --max-macs 400M", "a network against a budget"),
            ("phiscale check mine.toml --save counts.json", "saves counts"),
            ("phiscale check mine.toml --baseline counts.json", "fails where they changed"),
        ],
    ),
    (
        "time",
        &[
            ("phiscale time efficientnet:b0 --device rtx4090 --batch 256", "on a bundled device"),
            ("phiscale time model.onnx --device l4 --per layer", "a file, layer by layer"),
            ("phiscale time resnet50 --device rtx3090 --batch 128 --training", "a training step"),
        ],
    ),
    ("audit", &[("phiscale audit efficientnet", "published figures against counts")]),
    (
        "search",
        &[
            ("phiscale search efficientnet --dry-run", "the candidates"),
            ("phiscale search mine.toml --evaluator ./train.sh", "measured by your command"),
            ("phiscale search mine.toml --measurements accuracies.csv", "measured before"),
            (
                "phiscale search mine.toml --evaluator ./train.sh --executor slurm --detach",
                "on a cluster",
            ),
            ("phiscale search status search-mine", "how far its jobs are"),
        ],
    ),
    (
        "compare",
        &[
            ("phiscale compare efficientnet --dry-run", "the networks to measure"),
            ("phiscale compare mine.toml --evaluator ./train.sh", "measured by your command"),
        ],
    ),
    (
        "study",
        &[
            ("phiscale study --dry-run", "every training of a study of the proxy"),
            ("phiscale study mine.toml --evaluator ./train.sh", "measured by your command"),
            (
                "phiscale study proxy --beside proxy_plain --evaluator ./train.sh",
                "beside another family",
            ),
            (
                "phiscale study --space proxy --evaluator ./train.sh",
                "of the best baseline of a search space",
            ),
        ],
    ),
    (
        "design",
        &[
            ("phiscale design --dry-run", "the default space, and what would be trained first"),
            ("phiscale design mnasnet --evaluator ./train.sh", "measured by your command"),
            ("phiscale design mnasnet --constraint hard --dry-run", "at most so many MACs"),
            ("phiscale design table --whole --evaluator ./train.sh", "all of a small space"),
        ],
    ),
    ("train", &[("phiscale train proxy", "the built-in trainer, on a small set of images")]),
    (
        "law",
        &[
            ("phiscale law efficientnet", "what B8, and φ = 8 and 9, will reach"),
            ("phiscale law regnet --accuracy torchvision --macs 100G", "of one source, at a cost"),
            ("phiscale law efficientnet --hold-out 2", "how far off that would have been"),
            ("phiscale law runs.csv", "your own measurements"),
        ],
    ),
    (
        "plot",
        &[
            ("phiscale plot efficientnet resnet -o chart.svg", "accuracy against MACs"),
            ("phiscale plot efficientnet resnet --x params -o chart.png", "against params"),
            ("phiscale plot efficientnet --x phi -o growth.svg", "cost growth against 2^φ"),
            ("phiscale plot efficientnet:b0 model.onnx --stages -o stages.svg", "cost by stage"),
            (
                "phiscale plot efficientnet resnet --size 3.3x2.4in -o figure.pdf",
                "one column of a paper",
            ),
            ("phiscale plot chart.toml -o chart.svg", "a chart file, with your points"),
        ],
    ),
    (
        "export",
        &[
            ("phiscale export efficientnet:b0 --to pytorch -o net.py", "a module for training"),
            (
                "phiscale export mine.toml --phi 0.5 --to pytorch -o net.py",
                "a spec of yours, scaled",
            ),
            ("phiscale export efficientnet --width 1.5 --to toml -o wide.toml", "as a spec"),
        ],
    ),
    (
        "completions",
        &[
            ("source <(phiscale completions bash)", "in ~/.bashrc"),
            ("source <(phiscale completions zsh)", "in ~/.zshrc"),
            ("phiscale completions fish | source", "in ~/.config/fish/config.fish"),
        ],
    ),
    (
        "man",
        &[
            ("phiscale man | man -l -", "the page of phiscale"),
            ("phiscale man count | man -l -", "the page of a command"),
            ("phiscale man --folder ~/.local/share/man/man1", "all pages, for `man phiscale`"),
        ],
    ),
];

/// Columns that align the groups of commands.
const LEAST_WIDTH: usize = 11;

type Example = (&'static str, &'static str);

/// Examples come before the arguments; the commands of the program in groups.
const COMMAND_TEMPLATE: &str =
    "{about-with-newline}\n{before-help}{usage-heading} {usage}\n\n{all-args}{after-help}";
const PROGRAM_TEMPLATE: &str =
    "{about-with-newline}\n{before-help}{usage-heading} {usage}\n\nOptions:\n{options}{after-help}";

/// The command line with its help.
#[must_use]
pub fn command() -> Command {
    let program = Cli::command().mut_subcommands(|command| {
        let examples = examples_text(command.get_name());
        command.help_template(COMMAND_TEMPLATE).before_help(examples)
    });
    let before = format!("{}\n{}", examples_text("phiscale"), groups_text(&program));
    program.help_template(PROGRAM_TEMPLATE).before_help(before)
}

/// The examples of a command; none for one without.
pub(super) fn examples(command: &str) -> &'static [Example] {
    EXAMPLES.iter().find(|(name, _)| *name == command).map_or(&[], |(_, examples)| examples)
}

fn examples_text(command: &str) -> String {
    table("Examples", examples(command).iter().map(|(line, what)| (*line, (*what).to_string())))
}

fn groups_text(program: &Command) -> String {
    let group = |(title, names): &(&str, &[&'static str])| {
        let known = names.iter().filter_map(|name| {
            let about = program.find_subcommand(name)?.get_about()?;
            Some((*name, about.to_string()))
        });
        table(title, known)
    };
    GROUPS.iter().map(group).collect::<Vec<_>>().join("\n")
}

/// Lines of two columns under a title.
fn table<'l>(title: &str, rows: impl Iterator<Item = (&'l str, String)>) -> String {
    let rows: Vec<_> = rows.collect();
    let width = rows.iter().map(|(left, _)| left.chars().count()).max().unwrap_or_default();
    let width = width.max(LEAST_WIDTH);
    let mut text = format!("{title}:\n");
    for (left, right) in rows {
        // Writing to a string cannot fail.
        let _ = writeln!(text, "  {left:width$}  {right}");
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_command_is_in_one_group_and_has_examples() {
        for subcommand in Cli::command().get_subcommands() {
            let name = subcommand.get_name();
            let groups = GROUPS.iter().filter(|(_, names)| names.contains(&name));
            assert_eq!(groups.count(), 1, "{name}");
            assert!(!examples(name).is_empty(), "{name}");
        }
    }
}
