//! A small server of static files, for `cargo xtask run` and for the tests.

use std::fs::File;
use std::io::{ErrorKind, Write};
use std::net::{Ipv4Addr, TcpListener};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicU8, Ordering};
use std::thread;
use std::time::{SystemTime, UNIX_EPOCH};

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
        Self::serve(vec![(prefix.to_owned(), folder.to_owned())], port, CrossOriginIsolation::None, None)
    }

    /// Serves `folder` while one worker of it is still built.
    pub fn start_before(folder: &Path, port: u16, pending: Arc<PendingFiles>) -> Result<Self> {
        Self::serve(vec![("/".to_owned(), folder.to_owned())], port, CrossOriginIsolation::None, Some(pending))
    }

    /// Serves folders under paths of their own, from one origin that is isolated from all others: browsers grant it a clock of 5 µs
    /// instead of 100 µs. Where paths overlap, the first one counts.
    pub fn start_isolated(folders: Vec<(String, PathBuf)>, port: u16) -> Result<Self> {
        Self::serve(folders, port, CrossOriginIsolation::Isolated, None)
    }

    fn serve(
        folders: Vec<(String, PathBuf)>,
        port: u16,
        isolation: CrossOriginIsolation,
        pending: Option<Arc<PendingFiles>>,
    ) -> Result<Self> {
        let listening = tiny_http::Server::from_listener(bind(port)?, None)
            .map_err(|error| anyhow!("cannot serve on port {port}: {error}"))?;
        let Some(address) = listening.server_addr().to_ip() else { bail!("the server has no port") };
        let listening = Arc::new(listening);
        let prefix = folders.last().map_or_else(|| "/".to_owned(), |(prefix, _)| prefix.clone());
        for _ in 0..4 {
            let (listening, folders, pending) = (listening.clone(), folders.clone(), pending.clone());
            thread::spawn(move || {
                while let Ok(request) = listening.recv() {
                    match pending.as_deref().and_then(|pending| pending.reply_to(request.url())) {
                        Some(reply) => reply.send(request),
                        None => answer(request, &folders, isolation),
                    }
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
enum CrossOriginIsolation {
    None,
    Isolated,
}

/// The files of a worker that is still built while the page is already in use. A script takes the place of its loader, and asks until
/// the files are there (`pending_engine.js`). Files of an earlier build are not served: the page would refuse them.
pub struct PendingFiles {
    binary: &'static str,
    state: AtomicU8,
}

const BUILDING: u8 = 0;
const READY: u8 = 1;
const FAILED: u8 = 2;

/// The script that takes the place of the loader.
const PLACEHOLDER: &str = include_str!("pending_engine.js");

/// What is answered in place of a file.
#[derive(Debug, PartialEq, Eq)]
enum PendingReply {
    Placeholder,
    NotYet,
    Never,
}

impl PendingFiles {
    /// Files whose names begin with `binary`, to be built.
    pub fn new(binary: &'static str) -> Self {
        Self { binary, state: AtomicU8::new(BUILDING) }
    }

    /// They are built.
    pub fn ready(&self) {
        self.state.store(READY, Ordering::Release);
    }

    /// They could not be built.
    pub fn failed(&self) {
        self.state.store(FAILED, Ordering::Release);
    }

    /// What to answer in place of a file; nothing if it is another's or built.
    fn reply_to(&self, url: &str) -> Option<PendingReply> {
        let file = url.split(['?', '#']).next()?.trim_start_matches('/');
        if !file.starts_with(self.binary) {
            return None;
        }
        match self.state.load(Ordering::Acquire) {
            READY => None,
            // The placeholder is what tells the page.
            _ if file.ends_with("_loader.js") => Some(PendingReply::Placeholder),
            FAILED => Some(PendingReply::Never),
            _ => Some(PendingReply::NotYet),
        }
    }
}

impl PendingReply {
    fn send(self, request: Request) {
        let (status, text) = match self {
            Self::Placeholder => (200, PLACEHOLDER),
            // Not an error: browsers write those to the console.
            Self::NotYet => (202, ""),
            Self::Never => (410, ""),
        };
        let response = Response::from_string(text)
            .with_status_code(StatusCode(status))
            .with_header(header("Content-Type", "text/javascript; charset=utf-8"))
            .with_header(header("Cache-Control", "no-store"));
        // A client that went away before it was answered is no fault.
        let _ = request.respond(response);
    }
}

fn answer(request: Request, folders: &[(String, PathBuf)], isolation: CrossOriginIsolation) {
    let file = folders
        .iter()
        .find_map(|(prefix, folder)| locate(request.url(), folder, prefix))
        .and_then(|path| Sent::open(&path, &accepted(&request)));
    // A client that went away before it was answered is no fault.
    let _ = match (request.method(), file) {
        (Method::Get | Method::Head, Some(sent)) => {
            let mut headers = vec![
                header("Content-Type", sent.mime),
                // The browser asks each time, so a rebuilt page is never mixed with an old worker.
                header("Cache-Control", "no-cache"),
                header("ETag", &sent.tag),
                header("Vary", "Accept-Encoding"),
                header("X-Content-Type-Options", "nosniff"),
                // Pages of other origins may use the service, its engine and the models.
                header("Access-Control-Allow-Origin", "*"),
                header("Cross-Origin-Resource-Policy", "cross-origin"),
            ];
            if isolation == CrossOriginIsolation::Isolated {
                headers.push(header("Cross-Origin-Opener-Policy", "same-origin"));
                headers.push(header("Cross-Origin-Embedder-Policy", "require-corp"));
            }
            headers.extend(sent.encoding.map(|encoding| header("Content-Encoding", encoding)));
            sent.send(request, &headers)
        }
        (Method::Get | Method::Head, None) => {
            request.respond(Response::from_string("Not found\n").with_status_code(StatusCode(404)))
        }
        _ => request.respond(Response::from_string("Only GET and HEAD\n").with_status_code(StatusCode(405))),
    };
}

/// A file as it is sent.
struct Sent {
    file: File,
    mime: &'static str,
    /// How it is compressed.
    encoding: Option<&'static str>,
    /// Changes with the file.
    tag: String,
}

impl Sent {
    /// The file, or the copy of it that saves most and that the browser accepts.
    fn open(path: &Path, accepted: &str) -> Option<Self> {
        for (encoding, suffix) in [("br", "br"), ("gzip", "gz")] {
            let mut copy = path.as_os_str().to_owned();
            copy.push(format!(".{suffix}"));
            // A copy of an older file would be another's content.
            if accepts(accepted, encoding)
                && let Some(sent) = Self::open_as(Path::new(&copy), path, Some(encoding))
                && modified(path) <= modified(Path::new(&copy))
            {
                return Some(sent);
            }
        }
        Self::open_as(path, path, None)
    }

    fn open_as(file: &Path, path: &Path, encoding: Option<&'static str>) -> Option<Self> {
        let opened = File::open(file).ok()?;
        let since = modified(file).and_then(|at| at.duration_since(UNIX_EPOCH).ok()).unwrap_or_default();
        let size = opened.metadata().ok()?.len();
        let tag = format!("\"{:x}-{size:x}{}\"", since.as_nanos(), encoding.unwrap_or_default());
        Some(Self { file: opened, mime: mime(path), encoding, tag })
    }

    /// Sends the file, whole, so that its length is said and progress can be shown; nothing where the browser has it.
    ///
    /// The browser is asked to close the connection: tiny_http can leave a connection without a thread while others are kept open, and
    /// a page that asks for six files at once then waits for ever.
    fn send(mut self, request: Request, headers: &[Header]) -> std::io::Result<()> {
        let known = self.is_known_to(&request);
        let wanted = !known && *request.method() == Method::Get;
        let mut head = String::from(if known { "HTTP/1.1 304 Not Modified\r\n" } else { "HTTP/1.1 200 OK\r\n" });
        headers.iter().for_each(|header| head += &format!("{}: {}\r\n", header.field, header.value));
        if !known {
            head += &format!("Content-Length: {}\r\n", self.file.metadata()?.len());
        }
        head += "Connection: close\r\n\r\n";
        let mut writer = request.into_writer();
        writer.write_all(head.as_bytes())?;
        if wanted {
            std::io::copy(&mut self.file, &mut writer)?;
        }
        writer.flush()
    }

    /// Whether the browser has this very content, and asks only whether it is still right.
    fn is_known_to(&self, request: &Request) -> bool {
        let known = value_of(request, "If-None-Match");
        known.split(',').any(|tag| tag.trim().trim_start_matches("W/") == self.tag)
    }
}

fn modified(path: &Path) -> Option<SystemTime> {
    path.metadata().and_then(|about| about.modified()).ok()
}

/// What a request says under a header; nothing where it lacks it.
fn value_of(request: &Request, name: &'static str) -> String {
    let found = request.headers().iter().find(|header| header.field.equiv(name));
    found.map(|header| header.value.as_str().to_owned()).unwrap_or_default()
}

fn accepted(request: &Request) -> String {
    value_of(request, "Accept-Encoding")
}

/// Whether `Accept-Encoding` has an encoding, with a weight other than zero.
fn accepts(header: &str, encoding: &str) -> bool {
    header.split(',').any(|entry| {
        let mut parts = entry.split(';').map(str::trim);
        parts.next() == Some(encoding) && !parts.any(|weight| matches!(weight, "q=0" | "q=0.0"))
    })
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
        Some("ts") => "text/plain; charset=utf-8",
        Some("js" | "mjs") => "text/javascript; charset=utf-8",
        Some("css") => "text/css; charset=utf-8",
        Some("json" | "map") => "application/json",
        Some("webmanifest") => "application/manifest+json",
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

    #[test]
    fn a_compressed_copy_is_sent_to_who_takes_it() {
        let folder = crate::target().join(format!("xtask/serve-test-{}", std::process::id()));
        let file = folder.join("app.js");
        for (name, text) in [("app.js", "long"), ("app.js.br", "b"), ("app.js.gz", "g"), ("plain.js", "p")] {
            crate::build::write(&folder.join(name), text.as_bytes()).unwrap();
        }
        let encoding = |path: &Path, accepted| Sent::open(path, accepted).unwrap().encoding;
        assert_eq!(encoding(&file, "gzip, deflate, br"), Some("br"));
        assert_eq!(encoding(&file, "gzip;q=0.5, br;q=0"), Some("gzip"));
        assert_eq!(encoding(&file, ""), None);
        assert_eq!(encoding(&folder.join("plain.js"), "br"), None);
        assert!(Sent::open(&folder.join("nothing.js"), "br").is_none());
        let tags = ["br", "gzip", ""].map(|accepted| Sent::open(&file, accepted).unwrap().tag);
        assert!(tags[0] != tags[1] && tags[1] != tags[2]);
        assert_eq!(Sent::open(&file, "").unwrap().mime, "text/javascript; charset=utf-8");
        std::fs::remove_dir_all(&folder).unwrap();
    }

    #[test]
    fn files_of_a_worker_wait_until_it_is_built() {
        let pending = PendingFiles::new("engine_gpu");
        assert_eq!(pending.reply_to("/engine_gpu_loader.js"), Some(PendingReply::Placeholder));
        assert_eq!(pending.reply_to("/engine_gpu.js?1"), Some(PendingReply::NotYet));
        assert_eq!(pending.reply_to("/engine_cpu_loader.js"), None);
        assert_eq!(pending.reply_to("/"), None);
        pending.failed();
        assert_eq!(pending.reply_to("/engine_gpu_loader.js"), Some(PendingReply::Placeholder));
        assert_eq!(pending.reply_to("/engine_gpu.js"), Some(PendingReply::Never));
        pending.ready();
        assert_eq!(pending.reply_to("/engine_gpu_loader.js"), None);
        assert_eq!(pending.reply_to("/engine_gpu_bg.wasm"), None);
    }
}
