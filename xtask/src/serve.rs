//! A small server of static files, for `cargo xtask run` and for the tests.

use std::fs::File;
use std::io::ErrorKind;
use std::net::{Ipv4Addr, TcpListener};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::thread;

use anyhow::{Result, anyhow, bail};
use tiny_http::{Header, Method, Request, Response, StatusCode};

/// Serves a folder until the program ends.
pub fn serve_forever(folder: &Path, port: u16) -> Result<()> {
    let server = Server::start(folder, port, "/")?;
    println!("\nInkling is at {} (Ctrl-C ends)", server.url());
    loop {
        thread::park();
    }
}

/// Takes a port, for this machine alone: nothing here was made to face a network.
fn bind(port: u16) -> Result<TcpListener> {
    TcpListener::bind((Ipv4Addr::LOCALHOST, port)).map_err(|error| match error.kind() {
        ErrorKind::AddrInUse => anyhow!("port {port} is taken by another program; choose another with `--port N`"),
        _ => anyhow!("cannot serve on port {port}: {error}"),
    })
}

/// Fails if a port cannot be had, so that nobody hears of it only after a long build.
pub fn check_port(port: u16) -> Result<()> {
    bind(port).map(drop)
}

/// A server that runs in the background until the program ends.
pub struct Server {
    port: u16,
    prefix: String,
}

impl Server {
    /// Serves `folder` under the path `prefix`, which begins and ends with a slash; port 0 takes a free one.
    pub fn start(folder: &Path, port: u16, prefix: &str) -> Result<Self> {
        Self::serve(vec![(prefix.to_owned(), folder.to_owned())], port, Isolation::None)
    }

    /// Serves folders under paths of their own, from one origin that is isolated from all others: browsers grant it a clock of 5 µs
    /// instead of 100 µs. Where paths overlap, the first one counts.
    pub fn start_isolated(folders: Vec<(String, PathBuf)>, port: u16) -> Result<Self> {
        Self::serve(folders, port, Isolation::Isolated)
    }

    fn serve(folders: Vec<(String, PathBuf)>, port: u16, isolation: Isolation) -> Result<Self> {
        let listening = tiny_http::Server::from_listener(bind(port)?, None)
            .map_err(|error| anyhow!("cannot serve on port {port}: {error}"))?;
        let Some(address) = listening.server_addr().to_ip() else { bail!("the server has no port") };
        let listening = Arc::new(listening);
        let prefix = folders.last().map_or_else(|| "/".to_owned(), |(prefix, _)| prefix.clone());
        for _ in 0..4 {
            let (listening, folders) = (listening.clone(), folders.clone());
            thread::spawn(move || {
                while let Ok(request) = listening.recv() {
                    answer(request, &folders, isolation);
                }
            });
        }
        Ok(Self { port: address.port(), prefix })
    }

    /// The address of the folder, or of the last one.
    pub fn url(&self) -> String {
        format!("http://localhost:{}{}", self.port, self.prefix)
    }
}

/// Whether a server's pages share their process with pages of other origins.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Isolation {
    None,
    Isolated,
}

fn answer(request: Request, folders: &[(String, PathBuf)], isolation: Isolation) {
    let file = folders
        .iter()
        .find_map(|(prefix, folder)| locate(request.url(), folder, prefix))
        .and_then(|path| Some((File::open(&path).ok()?, path)));
    // A client that went away before it was answered is no fault.
    let _ = match (request.method(), file) {
        (Method::Get | Method::Head, Some((file, path))) => {
            let mut response = Response::from_file(file)
                // Whole, so that its length is said and progress can be shown.
                .with_chunked_threshold(usize::MAX)
                .with_header(header("Content-Type", mime(&path)))
                // The browser asks each time, so a rebuilt page is never mixed with an old worker.
                .with_header(header("Cache-Control", "no-cache"));
            if isolation == Isolation::Isolated {
                response.add_header(header("Cross-Origin-Opener-Policy", "same-origin"));
                response.add_header(header("Cross-Origin-Embedder-Policy", "require-corp"));
            }
            request.respond(response)
        }
        (Method::Get | Method::Head, None) => {
            request.respond(Response::from_string("Not found\n").with_status_code(StatusCode(404)))
        }
        _ => request.respond(Response::from_string("Only GET and HEAD\n").with_status_code(StatusCode(405))),
    };
}

/// The file that an address means, if it lies in the folder.
fn locate(url: &str, folder: &Path, prefix: &str) -> Option<PathBuf> {
    let path = url.split(['?', '#']).next()?.strip_prefix(prefix)?;
    // No file of ours has a name that needs escaping, so a `%` cannot smuggle in what is refused here.
    if path.split('/').any(|part| part.starts_with('.') || part.contains(['\\', '%', ':'])) {
        return None;
    }
    let path = if path.is_empty() || path.ends_with('/') { format!("{path}index.html") } else { path.to_owned() };
    let path = folder.join(path.trim_start_matches('/'));
    path.is_file().then_some(path)
}

fn header(name: &str, value: &str) -> Header {
    Header::from_bytes(name, value).expect("the headers of this file are ASCII")
}

fn mime(path: &Path) -> &'static str {
    match path.extension().and_then(|extension| extension.to_str()) {
        Some("html") => "text/html; charset=utf-8",
        Some("js" | "mjs") => "text/javascript; charset=utf-8",
        Some("css") => "text/css; charset=utf-8",
        Some("json" | "webmanifest") => "application/json",
        Some("wasm") => "application/wasm",
        Some("svg") => "image/svg+xml",
        Some("png") => "image/png",
        Some("jpg" | "jpeg") => "image/jpeg",
        Some("ico") => "image/x-icon",
        Some("md" | "txt") => "text/plain; charset=utf-8",
        _ => "application/octet-stream",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_files_of_the_folder_are_served() {
        let folder = Path::new(env!("CARGO_MANIFEST_DIR"));
        let serves = |url| locate(url, folder, "/inkling/").is_some();
        assert!(serves("/inkling/Cargo.toml"));
        assert!(serves("/inkling/src/main.rs?engine=cpu"));
        assert!(!serves("/Cargo.toml"));
        assert!(!serves("/inkling/../Cargo.toml"));
        assert!(!serves("/inkling/%2e%2e/Cargo.toml"));
        assert!(!serves("/inkling//etc/passwd"));
        assert!(!serves("/inkling/nothing"));
    }
}
