//! The table of sizes of what is deployed.

use std::fs;
use std::path::Path;

use anyhow::{Context, Result};

use crate::build::files;
use crate::publish::{brotli, is_compressed_copy};

/// Bytes as they are and as a server sends them, compressed.
#[derive(Clone, Copy, Default)]
struct FileSize {
    raw: u64,
    brotli: u64,
}

/// When a visitor's browser fetches a file.
#[derive(Clone, Copy, PartialEq, Eq)]
enum LoadPhase {
    /// Before the first answer of the CPU engine.
    FirstAnswer,
    /// For the WebGPU engine, behind it.
    WebGpu,
    /// When asked for: other models, model cards.
    Later,
}

const FIRST_ANSWER_LIMIT: u64 = 1_200_000;
const WEBGPU_LIMIT: u64 = 1_600_000;

/// Prints what each file of the folder weighs, and the totals that have limits.
pub fn print_sizes(folder: &Path) -> Result<()> {
    let mut totals = [
        (LoadPhase::FirstAnswer, FileSize::default()),
        (LoadPhase::WebGpu, FileSize::default()),
        (LoadPhase::Later, FileSize::default()),
    ];
    println!("\n{:<44} {:>12} {:>12}", "file", "raw", "brotli");
    for (heading, when) in [
        ("first answer, CPU engine", LoadPhase::FirstAnswer),
        ("WebGPU engine", LoadPhase::WebGpu),
        ("when asked for", LoadPhase::Later),
    ] {
        println!("-- {heading}");
        for file in files(folder)? {
            let name = file.strip_prefix(folder).unwrap_or(&file).to_string_lossy().into_owned();
            if is_compressed_copy(&name) || name == "_headers" || when_fetched(&name) != when {
                continue;
            }
            let size = measure(&file)?;
            let (_, total) = totals.iter_mut().find(|(of, _)| *of == when).expect("every phase has a total");
            total.raw += size.raw;
            total.brotli += size.brotli;
            println!("{name:<44} {:>12} {:>12}", grouped(size.raw), grouped(size.brotli));
        }
    }
    println!();
    for (when, total) in totals {
        let (name, limit) = match when {
            LoadPhase::FirstAnswer => ("first answer, CPU engine", Some(FIRST_ANSWER_LIMIT)),
            LoadPhase::WebGpu => ("WebGPU engine", Some(WEBGPU_LIMIT)),
            LoadPhase::Later => ("when asked for", None),
        };
        let verdict = match limit {
            Some(limit) if total.brotli <= limit => format!("  within {}", grouped(limit)),
            Some(limit) => format!("  OVER {}", grouped(limit)),
            None => String::new(),
        };
        println!("{name:<44} {:>12} {:>12}{verdict}", grouped(total.raw), grouped(total.brotli));
    }
    Ok(())
}

/// What the first answer does not wait for, models aside.
const LATER: [&str; 6] =
    ["samples/texts.json", "inkling-service/", "examples/", "icons/", "service-worker.js", "manifest.webmanifest"];

fn when_fetched(name: &str) -> LoadPhase {
    let first_package = name == "models/catalogue.json" || name.starts_with("models/digits/digits/");
    if name.starts_with("engine_gpu") {
        LoadPhase::WebGpu
    } else if name.ends_with(".md")
        || LATER.iter().any(|later| name.starts_with(later))
        || (name.starts_with("models/") && !first_package)
    {
        LoadPhase::Later
    } else {
        LoadPhase::FirstAnswer
    }
}

fn measure(file: &Path) -> Result<FileSize> {
    let bytes = fs::read(file).with_context(|| format!("cannot read {}", file.display()))?;
    Ok(FileSize { raw: bytes.len() as u64, brotli: brotli(&bytes)?.len() as u64 })
}

/// `1234567` as `1,234,567`.
fn grouped(number: u64) -> String {
    let digits = number.to_string();
    let first = (digits.len() - 1) % 3 + 1;
    let rest = digits.as_bytes()[first..].chunks(3).map(|chunk| String::from_utf8_lossy(chunk).into_owned());
    std::iter::once(digits[..first].to_owned()).chain(rest).collect::<Vec<_>>().join(",")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_grouped() {
        assert_eq!([0, 999, 1000, 1_234_567].map(grouped), ["0", "999", "1,000", "1,234,567"]);
    }

    #[test]
    fn files_are_counted_where_they_are_fetched() {
        assert!(when_fetched("app-1234_bg.wasm") == LoadPhase::FirstAnswer);
        assert!(when_fetched("models/digits/digits/weights.safetensors") == LoadPhase::FirstAnswer);
        assert!(when_fetched("models/digits/seed-cnn/weights.safetensors") == LoadPhase::Later);
        assert!(when_fetched("models/digits/digits/README.md") == LoadPhase::Later);
        assert!(when_fetched("samples/digits.json") == LoadPhase::FirstAnswer);
        assert!(when_fetched("samples/texts.json") == LoadPhase::Later);
        assert!(when_fetched("inkling-service/index.js") == LoadPhase::Later);
        assert!(when_fetched("service-worker.js") == LoadPhase::Later);
        assert!(when_fetched("start-e364e466019a81de.js") == LoadPhase::FirstAnswer);
        assert!(when_fetched("engine_gpu_bg.wasm") == LoadPhase::WebGpu);
    }
}
