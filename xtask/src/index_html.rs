//! `www/index.html` put together for development: what Trunk does for a release, without Trunk, which takes minutes to compile.
//!
//! `www/index.html` and `Trunk.toml` stay the only places that say what the page is made of: this module reads both.

use std::fs;
use std::ops::Range;
use std::path::Path;

use anyhow::{Context, Result, bail};

use crate::build::write;
use crate::root;
use crate::wasm::{Bindings, WasmBinary};

/// What marks a tag that is replaced.
const TAGS: [&str; 2] = ["<link data-trunk", "<script data-trunk"];

/// What a tag of `www/index.html` adds to the page.
#[derive(Debug, PartialEq)]
enum Asset {
    /// A style sheet in `www/`.
    Style(String),
    /// An icon in `www/`.
    Icon(String),
    /// A script in `www/`, and the attributes that say when it runs.
    Script { file: String, attributes: String },
    /// A file in `www/` that another tag names.
    File(String),
    /// A binary of this workspace: the page itself, or one of its workers.
    Binary(WasmBinary),
}

/// `www/index.html`, and what its tags add.
pub struct Index {
    html: String,
    assets: Vec<(Range<usize>, Asset)>,
}

impl Index {
    /// Reads `www/index.html`.
    pub fn read() -> Result<Self> {
        let path = root().join("www/index.html");
        let html = fs::read_to_string(&path).with_context(|| format!("cannot read {}", path.display()))?;
        Self::parse(html).with_context(|| format!("cannot read {}", path.display()))
    }

    fn parse(html: String) -> Result<Self> {
        let mut assets = Vec::new();
        let mut from = 0;
        while let Some(start) = TAGS.iter().filter_map(|tag| html[from..].find(tag)).min().map(|at| from + at) {
            let end = html[start..].find('>').map(|at| start + at + 1).context("a tag has no end")?;
            assets.push((start..end, asset(&html[start..end])?));
            from = end;
        }
        Ok(Self { html, assets })
    }

    /// The binaries, in the order in which they stand: the page and its workers.
    pub fn binaries(&self) -> impl Iterator<Item = &WasmBinary> {
        self.assets.iter().filter_map(|(_, asset)| match asset {
            Asset::Binary(binary) => Some(binary),
            Asset::Style(_) | Asset::Icon(_) | Asset::Script { .. } | Asset::File(_) => None,
        })
    }

    /// The binaries that run in workers.
    pub fn workers(&self) -> impl Iterator<Item = &WasmBinary> {
        self.binaries().filter(|binary| binary.bindings == Bindings::WorkerScript)
    }

    /// Writes `index.html` and the files beside it, binaries aside, into a folder.
    pub fn write_to(&self, folder: &Path) -> Result<()> {
        let trunk = root().join("Trunk.toml");
        let settings = fs::read_to_string(&trunk).with_context(|| format!("cannot read {}", trunk.display()))?;
        let names =
            names_of_the_page(&settings).with_context(|| format!("{} has no pattern_script", trunk.display()))?;
        write(&folder.join("index.html"), self.render(names)?.as_bytes())?;
        for (_, asset) in &self.assets {
            if let Asset::Style(file) | Asset::Icon(file) | Asset::Script { file, .. } | Asset::File(file) = asset {
                let from = root().join("www").join(file);
                let bytes = fs::read(&from).with_context(|| format!("cannot read {}", from.display()))?;
                write(&folder.join(file_name(file)), &bytes)?;
            }
        }
        Ok(())
    }

    /// The page. `names` is what says where its JavaScript and its wasm are.
    fn render(&self, names: &str) -> Result<String> {
        self.binaries().find(|binary| binary.bindings == Bindings::Module).context("it names no page")?;
        let mut page = String::new();
        let mut from = 0;
        for (range, asset) in &self.assets {
            page += &self.html[from..range.start];
            match asset {
                Asset::Style(file) => page += &format!(r#"<link rel="stylesheet" href="./{}">"#, file_name(file)),
                Asset::Icon(file) => page += &format!(r#"<link rel="icon" href="./{}">"#, file_name(file)),
                Asset::Script { file, attributes } => {
                    page += &format!(r#"<script src="./{}"{attributes}>"#, file_name(file));
                }
                Asset::Binary(binary) if binary.bindings == Bindings::Module => {
                    page += names
                        .replace("{base}", "./")
                        .replace("{wasm}", &format!("{}_bg.wasm", binary.name))
                        .replace("{js}", &format!("{}.js", binary.name))
                        .trim();
                }
                Asset::Binary(_) | Asset::File(_) => {}
            }
            from = range.end;
        }
        page += &self.html[from..];
        Ok(page)
    }
}

/// What stands in `www/index.html` for the length of the page's wasm, which `www/first-seconds.js` needs to say how much has come: what
/// a compressed response says of its own length is of no use for that.
const LENGTH: &str = r#"data-page-bytes="0""#;

/// Writes the length of the page's wasm, which lies in the folder already, into the folder's `index.html`.
pub fn write_length(folder: &Path) -> Result<()> {
    let wasm = fs::read_dir(folder)
        .with_context(|| format!("cannot list {}", folder.display()))?
        .filter_map(|entry| Some(entry.ok()?.path()))
        .find(|path| path.file_name().and_then(|name| name.to_str()).is_some_and(is_page))
        .with_context(|| format!("{} has no wasm of the page", folder.display()))?;
    let bytes = fs::metadata(&wasm).with_context(|| format!("cannot read {}", wasm.display()))?.len();
    let path = folder.join("index.html");
    let page = fs::read_to_string(&path).with_context(|| format!("cannot read {}", path.display()))?;
    write(&path, page.replacen(LENGTH, &format!(r#"data-page-bytes="{bytes}""#), 1).as_bytes())
}

/// Whether a file is the page's wasm, whose name has a checksum in it after a release build.
fn is_page(name: &str) -> bool {
    name.starts_with("app") && name.ends_with("_bg.wasm")
}

/// What a tag adds.
fn asset(tag: &str) -> Result<Asset> {
    let required =
        |name: &str| attribute(tag, name).with_context(|| format!("`{tag}` has no {name}")).map(str::to_owned);
    if tag.starts_with("<script") {
        let file = required("src")?;
        let rest = tag.trim_end_matches('>').trim_start_matches(TAGS[1]).replace(&format!(" src=\"{file}\""), "");
        return Ok(Asset::Script { file, attributes: rest });
    }
    match required("rel")?.as_str() {
        "css" => Ok(Asset::Style(required("href")?)),
        "icon" => Ok(Asset::Icon(required("href")?)),
        "copy-file" => Ok(Asset::File(required("href")?)),
        "rust" => Ok(Asset::Binary(WasmBinary {
            name: required("data-bin")?,
            features: required("data-cargo-features")?,
            bindings: match attribute(tag, "data-type") {
                Some("worker") => Bindings::WorkerScript,
                _ => Bindings::Module,
            },
        })),
        other => bail!("xtask does not know what to do with rel=\"{other}\""),
    }
}

/// The value of an attribute of a tag.
fn attribute<'a>(tag: &'a str, name: &str) -> Option<&'a str> {
    let start = format!(" {name}=\"");
    let value = &tag[tag.find(&start)? + start.len()..];
    Some(&value[..value.find('"')?])
}

/// What says where the page's JavaScript and wasm are, out of Trunk's settings.
fn names_of_the_page(settings: &str) -> Option<&str> {
    let (_, rest) = settings.split_once("pattern_script = \"\"\"")?;
    Some(rest.split_once("\"\"\"")?.0)
}

fn file_name(path: &str) -> &str {
    path.rsplit('/').next().unwrap_or(path)
}

#[cfg(test)]
mod tests {
    use super::*;

    const PAGE: &str = r#"<html><head>
<link data-trunk rel="icon" href="icons/a.svg">
<link data-trunk rel="css" href="style.css"><link data-trunk rel="copy-file" href="first.js">
<link data-trunk rel="rust" href="../Cargo.toml" data-bin="app"
      data-cargo-features="app">
<link data-trunk rel="rust" data-bin="engine_cpu" data-type="worker" data-cargo-features="cpu">
<script data-trunk src="start.js" type="module" async></script>
<link data-trunk rel="copy-file" href="a.webmanifest">
</head><body><p>Hello</p></body></html>"#;

    fn index(html: &str) -> Result<Index> {
        Index::parse(html.to_owned())
    }

    #[test]
    fn tags_are_replaced_by_what_they_add() {
        let page = index(PAGE).unwrap().render("\n<meta content=\"{base}{wasm} {base}{js}\">").unwrap();
        assert_eq!(
            page,
            "<html><head>\n<link rel=\"icon\" href=\"./a.svg\">\n<link rel=\"stylesheet\" href=\"./style.css\">\n\
             <meta content=\"./app_bg.wasm ./app.js\">\n\n\
             <script src=\"./start.js\" type=\"module\" async></script>\n\n\
             </head><body><p>Hello</p></body></html>"
        );
    }

    #[test]
    fn binaries_are_found_in_order() {
        let index = index(PAGE).unwrap();
        let binaries: Vec<_> = index.binaries().map(|binary| (binary.name.as_str(), binary.bindings)).collect();
        assert_eq!(binaries, [("app", Bindings::Module), ("engine_cpu", Bindings::WorkerScript)]);
    }

    #[test]
    fn what_is_not_known_is_an_error() {
        assert!(index(r#"<link data-trunk rel="sass" href="a.scss">"#).is_err());
        assert!(index(r#"<link data-trunk rel="css">"#).is_err());
        assert!(index(r#"<script data-trunk></script>"#).is_err());
        assert!(index("<link data-trunk").is_err());
    }

    #[test]
    fn the_page_of_this_repository_is_understood() {
        let index = Index::read().unwrap();
        let names: Vec<_> = index.binaries().map(|binary| binary.name.as_str()).collect();
        assert_eq!(names, ["app", "engine_cpu", "engine_gpu"]);
        let settings = fs::read_to_string(root().join("Trunk.toml")).unwrap();
        let page = index.render(names_of_the_page(&settings).unwrap()).unwrap();
        assert!(page.contains(r#"<meta name="inkling-wasm" content="./app_bg.wasm">"#));
        assert!(page.contains(r#"<meta name="inkling-script" content="./app.js">"#));
        assert!(page.contains(LENGTH) && is_page("app_bg.wasm") && is_page("app-1234_bg.wasm") && !is_page("app.js"));
        assert!(!page.contains("data-trunk"));
    }

    /// Its policy forbids them.
    #[test]
    fn the_page_has_no_script_and_no_style_of_its_own() {
        let page = fs::read_to_string(root().join("www/index.html")).unwrap();
        assert!(page.contains("http-equiv=\"Content-Security-Policy\""));
        assert!(!page.contains("<style") && !page.contains(" style=") && !page.contains("rel=\"inline\""));
        assert!(
            page.split("<script").skip(1).all(|rest| rest.split('>').next().is_some_and(|tag| tag.contains("src=")))
        );
        for file in crate::build::files(&root().join("src/app")).unwrap() {
            let source = fs::read_to_string(&file).unwrap();
            assert!(
                !source.contains(" style={") && !source.contains(" style=\""),
                "{}: see `use_css_variables`",
                file.display()
            );
        }
    }
}
