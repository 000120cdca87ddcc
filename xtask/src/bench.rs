//! `cargo xtask bench`: the figures that are measured in Chromium, by Playwright's runner. Some are of the page, on the folder that
//! is deployed; those against its peers are of the layers, through the probe.

use std::path::Path;

use anyhow::Result;

use crate::build::{self, BuildMode};
use crate::command::run;
use crate::probe::{self, Probe};
use crate::serve::Server;
use crate::{browser, root, target};

/// The row of the peers, as one names it: it needs no page, and no row of the page needs it.
const PEERS: &str = "peers";

/// Runs the rows whose names contain one of `names`, or all.
pub fn bench(names: &[String], mode: BuildMode) -> Result<()> {
    let (peers, others): (Vec<&String>, Vec<&String>) = names.iter().partition(|name| PEERS.contains(name.as_str()));
    let chrome = browser::chrome()?;
    let tests = root().join("tests");
    browser::npm_ci(&tests)?;
    browser::npm_ci(&tests.join("bench"))?;
    if names.is_empty() || !others.is_empty() {
        page(&others, mode, &tests, &chrome)?;
    }
    if names.is_empty() || !peers.is_empty() {
        against_peers(mode, &tests, &chrome)?;
    }
    Ok(())
}

fn page(names: &[&String], mode: BuildMode, tests: &Path, chrome: &Path) -> Result<()> {
    let folder = build::build(mode)?;
    let server = Server::start(&folder, 0, "/")?;
    let runtime = Server::start(&tests.join("bench"), 0, "/")?;
    let mut playwright = playwright("bench/digits.spec.ts", tests, chrome);
    playwright
        .args(["bench/summary.spec.ts", "bench/learning.spec.ts", "bench/first-seconds.spec.ts"])
        .env("INKLING_URL", server.url())
        .env("INKLING_DIST", &folder)
        .env("INKLING_BENCH_URL", runtime.url())
        .env("INKLING_BENCH_OUT", target().join("bench/digits.json"))
        .env("INKLING_SUMMARY_OUT", target().join("bench/summary.json"))
        .env("INKLING_LEARNING_OUT", target().join("bench/learning.json"))
        .env("INKLING_FIRST_SECONDS_OUT", target().join("bench/first-seconds.json"));
    if !names.is_empty() {
        playwright.arg("--grep").arg(names.iter().map(|name| name.as_str()).collect::<Vec<_>>().join("|"));
    }
    run(&mut playwright)
}

fn against_peers(mode: BuildMode, tests: &Path, chrome: &Path) -> Result<()> {
    probe::build(Probe::Cpu, mode)?;
    let probes = probe::build(Probe::Gpu, mode)?;
    let kernels = Server::start(&probes, 0, "/")?;
    run(playwright("bench/kernels.spec.ts", tests, chrome).env("INKLING_PROBE_URL", kernels.url()))?;
    let folders = vec![("/probe/".to_owned(), probes), ("/".to_owned(), tests.join("bench"))];
    let server = Server::start_isolated(folders, 0)?;
    run(playwright("bench/peers.spec.ts", tests, chrome)
        .env("INKLING_BENCH_URL", server.url())
        .env("INKLING_BENCH_OUT", target().join("bench/peers.json")))
}

fn playwright(file: &str, tests: &Path, chrome: &Path) -> std::process::Command {
    let mut playwright = browser::playwright(tests, "bench/playwright.config.ts");
    playwright.arg(file).env("CHROME", chrome);
    playwright
}
