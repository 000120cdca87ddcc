//! `cargo xtask bench`: the figures that are measured in Chromium, by Playwright's runner, on the folder that is deployed.

use anyhow::Result;

use crate::build::{self, Mode};
use crate::command::{command, run};
use crate::serve::Server;
use crate::{browser, root, target};

/// Runs the rows whose names contain one of `names`, or all.
pub fn bench(names: &[String], mode: Mode) -> Result<()> {
    let chrome = browser::chrome()?;
    let tests = root().join("tests");
    browser::npm_ci(&tests)?;
    browser::npm_ci(&tests.join("bench"))?;
    let folder = build::build(mode)?;
    let server = Server::start(&folder, 0, "/")?;
    let runtime = Server::start(&tests.join("bench"), 0, "/")?;
    let mut playwright = command("node");
    playwright
        .args(["node_modules/@playwright/test/cli.js", "test", "--config", "bench/playwright.config.ts"])
        .current_dir(&tests)
        .env("CHROME", chrome)
        .env("INKLING_URL", server.url())
        .env("INKLING_DIST", &folder)
        .env("INKLING_BENCH_URL", runtime.url())
        .env("INKLING_BENCH_OUT", target().join("bench/digits.json"));
    if !names.is_empty() {
        playwright.args(["--grep", &names.join("|")]);
    }
    run(&mut playwright)
}
