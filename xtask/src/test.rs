//! `cargo xtask test`: every suite, the quick ones first, and one line at the end that adds them up.

use std::io::{BufRead, BufReader, Write};
use std::process::{Command, ExitCode, Stdio};
use std::time::Instant;

use anyhow::{Context, Result, bail};

use crate::build::{self, BuildMode};
use crate::command::{cargo, show};
use crate::probe::{self, Probe};
use crate::serve::Server;
use crate::{browser, python, root, tools};

/// One entry of the list of suites.
struct Suite {
    name: &'static str,
    run: fn(BuildMode) -> Result<Counts>,
}

/// The suites that are run only by their names. `native-gpu` needs a Vulkan driver (Mesa's lavapipe will do), and as long to build as
/// all the rest of the native tests; what it tests, the browser tests test in a browser. `firefox` needs Firefox.
const BY_NAME: [&str; 2] = ["native-gpu", "firefox"];

const SUITES: [Suite; 18] = [
    Suite { name: "format", run: |_| check(cargo().args(["fmt", "--all", "--check"])) },
    Suite {
        name: "architecture",
        run: |_| counted(cargo().args(["test", "--quiet", "--package", "xtask", "--test", "architecture"])),
    },
    Suite { name: "xtask", run: |_| counted(cargo().args(["test", "--quiet", "--package", "xtask", "--bins"])) },
    Suite { name: "kernels", run: |_| counted(cargo().args(["test", "--quiet", "--package", "inkling-simd"])) },
    Suite {
        name: "page",
        run: |_| counted(cargo().args(["test", "--lib", "--no-default-features", "--features", "app"])),
    },
    Suite { name: "native", run: |_| counted(cargo().args(["test", "--features", "cli,probe"])) },
    Suite { name: "python", run: |_| counted(&mut python::read_packages()?) },
    Suite { name: BY_NAME[0], run: |_| counted(cargo().args(["test", "--features", "cli,gpu,probe", "gpu"])) },
    Suite { name: "clippy-native", run: |_| clippy(&["--workspace", "--all-targets", "--features", "probe"]) },
    Suite { name: "clippy-page", run: |_| clippy(&wasm("app", "app")) },
    Suite { name: "clippy-cpu", run: |_| clippy(&wasm("cpu", "engine_cpu")) },
    Suite { name: "clippy-gpu", run: |_| clippy(&wasm("gpu", "engine_gpu")) },
    Suite { name: "clippy-probe-cpu", run: |_| clippy(&wasm("cpu,probe", "probe_cpu")) },
    Suite { name: "clippy-probe-gpu", run: |_| clippy(&wasm("gpu,probe", "probe_gpu")) },
    Suite { name: "bench", run: |_| bench_units() },
    Suite { name: "build", run: |mode| build::build(mode).map(|_| Counts { passed: 1, ..Counts::default() }) },
    Suite { name: "browser", run: browser_tests },
    Suite { name: BY_NAME[1], run: firefox_tests },
];

/// Runs the suites whose names contain one of `names`, or all.
pub fn test(names: &[String], list: bool, mode: BuildMode) -> Result<ExitCode> {
    if list {
        SUITES.iter().for_each(|suite| println!("{}", suite.name));
        return Ok(ExitCode::SUCCESS);
    }
    let wanted = |suite: &&Suite| match names {
        [] => !BY_NAME.contains(&suite.name),
        names => {
            let by_name = BY_NAME.contains(&suite.name);
            names.iter().any(|name| suite.name == name || (!by_name && suite.name.contains(name.as_str())))
        }
    };
    let suites: Vec<&Suite> = SUITES.iter().filter(wanted).collect();
    if suites.is_empty() {
        bail!("no suite has such a name; `cargo xtask test --list` names them");
    }
    tools::need_components()?;
    tools::need_wasm_target()?;

    let mut total = Counts::default();
    let mut lines = Vec::new();
    for suite in suites {
        eprintln!("\n── {} ──", suite.name);
        let started = Instant::now();
        let counts = (suite.run)(mode).unwrap_or_else(|error| {
            eprintln!("error: {error:#}");
            Counts { failed: 1, ..Counts::default() }
        });
        lines.push(format!("{:<16} {counts}, {} s", suite.name, started.elapsed().as_secs()));
        total.passed += counts.passed;
        total.failed += counts.failed;
        total.skipped += counts.skipped;
    }
    println!("\n{}\n\n{total}", lines.join("\n"));
    Ok(if total.failed == 0 && total.passed > 0 { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}

/// How many tests a suite ran.
#[derive(Default)]
struct Counts {
    passed: u32,
    failed: u32,
    skipped: u32,
}

impl std::fmt::Display for Counts {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{} passed, {} failed", self.passed, self.failed)?;
        if self.skipped > 0 {
            write!(f, ", {} skipped", self.skipped)?;
        }
        Ok(())
    }
}

/// The arguments that make cargo look at one binary as it is built for the browser.
fn wasm(feature: &'static str, binary: &'static str) -> [&'static str; 7] {
    ["--target", "wasm32-unknown-unknown", "--no-default-features", "--features", feature, "--bin", binary]
}

fn clippy(arguments: &[&str]) -> Result<Counts> {
    check(cargo().arg("clippy").args(arguments).args(["--", "-D", "warnings"]))
}

/// A program that passes or fails as a whole.
fn check(command: &mut Command) -> Result<Counts> {
    let passed = stream(command, |_| ())?;
    Ok(Counts { passed: passed.into(), failed: (!passed).into(), skipped: 0 })
}

/// A program whose closing lines say how many tests there were: cargo's or Playwright's.
fn counted(command: &mut Command) -> Result<Counts> {
    let mut counts = Counts::default();
    let passed = stream(command, |line| counts.read(line))?;
    // A suite that does not even build has no closing line.
    if !passed && counts.failed == 0 {
        counts.failed = 1;
    }
    Ok(counts)
}

impl Counts {
    /// Adds what a closing line says: `test result: ok. 3 passed; 0 failed; …` or, on lines of their own, `  3 passed (2.1s)`.
    fn read(&mut self, line: &str) {
        let parts: Vec<&str> = match line.strip_prefix("test result: ") {
            Some(rest) => rest.split(['.', ';']).collect(),
            None if line.starts_with("  ") => vec![line],
            None => return,
        };
        for part in parts {
            let mut words = part.split_whitespace();
            let (Some(Ok(count)), Some(what)) = (words.next().map(str::parse::<u32>), words.next()) else { continue };
            match what {
                "passed" => self.passed += count,
                "failed" | "flaky" | "interrupted" => self.failed += count,
                "ignored" | "skipped" | "did" => self.skipped += count,
                _ => {}
            }
        }
    }
}

/// Runs a program, shows what it prints as it comes, hands its lines of standard output over, and tells whether it succeeded.
fn stream(command: &mut Command, mut line: impl FnMut(&str)) -> Result<bool> {
    let shown = show(command);
    eprintln!("  $ {shown}");
    let mut child = command.stdout(Stdio::piped()).spawn().with_context(|| format!("cannot start `{shown}`"))?;
    let output = child.stdout.take().context("the program has no standard output")?;
    for text in BufReader::new(output).lines() {
        let text = text.with_context(|| format!("cannot read what `{shown}` prints"))?;
        println!("{text}");
        line(&text);
    }
    std::io::stdout().flush().context("cannot write to standard output")?;
    Ok(child.wait().with_context(|| format!("`{shown}` was lost"))?.success())
}

/// Playwright against the folder that would be deployed, under the root of a server and under a path, and against the probe.
fn browser_tests(mode: BuildMode) -> Result<Counts> {
    let chrome = browser::chrome()?;
    let tests = root().join("tests");
    browser::npm_ci(&tests)?;
    let folder = build::build(mode)?;
    let server = Server::start(&folder, 0, "/")?;
    let below = Server::start(&folder, 0, "/inkling/")?;
    probe::build(Probe::Cpu, mode)?;
    let probes = Server::start(&probe::build(Probe::Gpu, mode)?, 0, "/")?;
    counted(
        browser::playwright(&tests, "e2e/playwright.config.ts")
            .env("CHROME", chrome)
            .env("INKLING_URL", server.url())
            .env("INKLING_SUBPATH_URL", below.url())
            .env("INKLING_PROBE_URL", probes.url()),
    )
}

/// The specs that can be run in Firefox, on the CPU engine.
fn firefox_tests(mode: BuildMode) -> Result<Counts> {
    let firefox = browser::firefox()?;
    let tests = root().join("tests");
    browser::npm_ci(&tests)?;
    let folder = build::build(mode)?;
    let server = Server::start(&folder, 0, "/")?;
    let below = Server::start(&folder, 0, "/inkling/")?;
    counted(
        browser::playwright(&tests, "e2e/firefox.config.ts")
            .env("FIREFOX", firefox)
            .env("INKLING_URL", server.url())
            .env("INKLING_SUBPATH_URL", below.url()),
    )
}

/// What the benchmarks compute by themselves, without a browser.
fn bench_units() -> Result<Counts> {
    let tests = root().join("tests");
    browser::npm_ci(&tests)?;
    counted(browser::playwright(&tests, "bench/playwright.config.ts").arg("bench/peers/units.spec.ts"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn closing_lines_are_added_up() {
        let mut counts = Counts::default();
        for line in [
            "test result: FAILED. 3 passed; 1 failed; 2 ignored; 0 measured; 0 filtered out; finished in 0.00s",
            "  ✓  1 smoke.spec.ts:3:1 › 40 passed by (1s)",
            "  2 failed",
            "  1 skipped",
            "  10 passed (12.3s)",
        ] {
            counts.read(line);
        }
        assert_eq!(counts.to_string(), "13 passed, 3 failed, 3 skipped");
    }
}
