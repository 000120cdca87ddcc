//! `_headers`, which Netlify and Cloudflare Pages read. Other hosts: `docs/serving.md`.

use std::path::Path;

use anyhow::{Context, Result};

use super::{SERVICE_WORKER, is_hashed, read};

/// The file that hosts read.
pub const FILE: &str = "_headers";

const FOREVER: &str = "public, max-age=31536000, immutable";
const ASK_EACH_TIME: &str = "no-cache";

/// The page of a folder.
pub fn read_page(folder: &Path) -> Result<String> {
    read(folder, "index.html")
}

/// The policy that the page states in a `<meta>` tag.
fn policy(page: &str) -> Result<&str> {
    let tag = "http-equiv=\"Content-Security-Policy\" content=\"";
    let (_, rest) = page.split_once(tag).context("the page states no Content-Security-Policy")?;
    Ok(rest.split_once('"').context("the tag of the policy has no end")?.0)
}

/// The rules. Where several match a file, both hosts send the values of all: so no two name the same header of one file.
pub fn netlify(page: &str, names: &[String]) -> Result<String> {
    let policy = policy(page)?;
    let mut rules = String::from("# Written by `cargo xtask dist`.\n");
    let mut rule = |path: &str, headers: &[(&str, &str)]| {
        rules += &format!("{path}\n");
        headers.iter().for_each(|(name, value)| rules += &format!("  {name}: {value}\n"));
    };
    rule("/*", &[("X-Content-Type-Options", "nosniff")]);
    for path in ["/", "/index.html"] {
        rule(path, &[("Content-Security-Policy", policy), ("Cache-Control", ASK_EACH_TIME)]);
    }
    rule(&format!("/{SERVICE_WORKER}"), &[("Cache-Control", ASK_EACH_TIME)]);
    // For pages of other origins: the service, with the engine and the models that it loads.
    let shared = |cache| {
        [
            ("Access-Control-Allow-Origin", "*"),
            ("Cross-Origin-Resource-Policy", "cross-origin"),
            ("Cache-Control", cache),
        ]
    };
    for folder in ["/inkling-service/*", "/models/*"] {
        rule(folder, &shared(ASK_EACH_TIME));
    }
    for name in names.iter().filter(|name| !name.contains('/') && *name != "index.html") {
        let path = format!("/{name}");
        match name {
            _ if is_hashed(name) => rule(&path, &[("Cache-Control", FOREVER)]),
            _ if name.starts_with("engine_") => rule(&path, &shared(ASK_EACH_TIME)),
            _ if name.ends_with(".webmanifest") => {
                rule(&path, &[("Content-Type", "application/manifest+json"), ("Cache-Control", ASK_EACH_TIME)]);
            }
            _ => rule(&path, &[("Cache-Control", ASK_EACH_TIME)]),
        }
    }
    Ok(rules)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_policy_is_the_one_that_the_page_states() {
        let page = include_str!("../../../www/index.html");
        let policy = policy(page).unwrap();
        assert!(policy.starts_with("default-src 'none'; ") && policy.ends_with("; form-action 'none'"));
        assert!(super::policy("<html></html>").is_err());
    }

    #[test]
    fn no_file_gets_a_header_twice() {
        let page = "<meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'\">";
        let names =
            ["app-40c62426429318b9.js", "engine_cpu.js", "index.html", "manifest.webmanifest", "models/a/model.json"];
        let rules = netlify(page, &names.map(str::to_owned)).unwrap();
        let paths: Vec<&str> = rules.lines().filter(|line| line.starts_with('/')).collect();
        let mut once = paths.clone();
        once.sort();
        once.dedup();
        assert_eq!(once.len(), paths.len());
        assert!(rules.contains("/engine_cpu.js\n  Access-Control-Allow-Origin: *\n"));
        assert!(!rules.contains("model.json"), "its folder has a rule");
    }
}
