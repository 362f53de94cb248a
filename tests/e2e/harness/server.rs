//! A small static server: right MIME types, gzip, no way out of the folder, an optional path to live below.

use crate::http::Http;
pub use crate::http::Request;
use flate2::Crc;
use std::collections::HashMap;
use std::io;
use std::path::{Component, Path, PathBuf};
use std::sync::{Arc, LazyLock, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, SystemTime};

/// What a route answers. Everything a feed's server may do wrong can be said here.
#[derive(Clone)]
pub struct Reply {
    pub status: u16,
    pub headers: Vec<(String, String)>,
    pub body: Vec<u8>,
    /// Bytes per piece and the pause before each piece, for a slow line.
    pub slow: Option<(usize, Duration)>,
    /// The connection breaks after so many bytes of the body, whose length was said to be more.
    pub breaks: Option<usize>,
}

impl Reply {
    /// Status 200 with this type and body.
    pub fn ok(content_type: &str, body: impl Into<Vec<u8>>) -> Self {
        let headers = vec![("Content-Type".to_owned(), content_type.to_owned())];
        Self { status: 200, headers, body: body.into(), slow: None, breaks: None }
    }

    /// A status with a short text.
    pub fn status(status: u16) -> Self {
        Self { status, ..Self::ok("text/plain; charset=utf-8", format!("status {status}\n")) }
    }

    /// The same reply with one more header.
    pub fn header(mut self, name: &str, value: &str) -> Self {
        self.headers.push((name.to_owned(), value.to_owned()));
        self
    }

    /// The same reply, of which only so many bytes arrive.
    pub fn broken_after(mut self, bytes: usize) -> Self {
        self.breaks = Some(bytes);
        self
    }

    /// The same reply, sent in pieces of `bytes` with a pause before each.
    pub fn slowly(mut self, bytes: usize, pause: Duration) -> Self {
        self.slow = Some((bytes, pause));
        self
    }
}

/// One request that was answered, for the measurements.
#[derive(Clone, Debug)]
pub struct Served {
    /// Path and query as asked.
    pub url: String,
    pub status: u16,
    /// Bytes of the body as sent, after compression.
    pub body_bytes: usize,
    /// What the browser sent along: names in lower case, values.
    pub headers: Vec<(String, String)>,
}

type Route = Arc<dyn Fn(&Request) -> Reply + Send + Sync>;

/// A compressed file and when the file had changed last.
type Packed = (SystemTime, Arc<Vec<u8>>);

struct Site {
    folder: PathBuf,
    /// Ends and begins with a slash.
    mount: String,
    routes: Mutex<HashMap<String, Route>>,
    log: Mutex<Vec<Served>>,
    /// Sent with every file, as a server that was told to would.
    with_files: Mutex<Vec<(String, String)>>,
}

/// A running server; it ends when this value is dropped.
pub struct Server {
    site: Arc<Site>,
    http: Http,
    host: String,
}

impl Server {
    /// Serves `folder` at `http://host:port/mount/`. Port 0 takes a free one.
    ///
    /// # Errors
    /// When the port is taken or the address is none of this machine's.
    pub fn start(folder: &Path, mount: &str, host: &str, port: u16) -> io::Result<Self> {
        let mount = mount.trim_matches('/');
        let site = Arc::new(Site {
            folder: folder.to_path_buf(),
            mount: if mount.is_empty() { "/".to_owned() } else { format!("/{mount}/") },
            routes: Mutex::default(),
            log: Mutex::default(),
            with_files: Mutex::default(),
        });
        let http = {
            let site = site.clone();
            Http::listen(host, port, move |request| site.answer(request))?
        };
        Ok(Self { site, http, host: host.to_owned() })
    }

    /// The address of the site, with its mount path and a closing slash.
    pub fn url(&self) -> String {
        let host = match self.host.as_str() {
            "0.0.0.0" | "::" => "localhost",
            host => host,
        };
        format!("http://{host}:{}{}", self.http.port(), self.site.mount)
    }

    /// Answers `path` (from the root of the server, `/feeds/broken.json`) with what `reply` makes of the full path and query.
    pub fn route(&self, path: &str, reply: impl Fn(&str) -> Reply + Send + Sync + 'static) {
        self.route_asked(path, move |request| reply(&request.url));
    }

    /// The same of the whole request, headers included.
    pub fn route_asked(&self, path: &str, reply: impl Fn(&Request) -> Reply + Send + Sync + 'static) {
        lock(&self.site.routes).insert(path.to_owned(), Arc::new(reply));
    }

    /// Answers `path` as if it had never been made up.
    pub fn end_route(&self, path: &str) {
        lock(&self.site.routes).remove(path);
    }

    /// Has all connections share a line of so many bytes a second; 0: as fast as the machine.
    pub fn narrow(&self, bytes_per_s: u64) {
        self.http.narrow(bytes_per_s);
    }

    /// The path of the site, with a slash at both ends.
    pub fn mount(&self) -> &str {
        &self.site.mount
    }

    /// Sends these headers with every file from now on.
    pub fn send_with_files(&self, headers: Vec<(String, String)>) {
        *lock(&self.site.with_files) = headers;
    }

    /// What was served since the last call, in the order of the answers.
    pub fn take_log(&self) -> Vec<Served> {
        std::mem::take(&mut lock(&self.site.log))
    }

    /// Waits until the process ends.
    pub fn wait(self) {
        self.http.wait();
    }
}

/// A panic in another thread leaves these maps whole: each change is a single insert.
fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

impl Site {
    fn answer(&self, request: &Request) -> Reply {
        let url = &request.url;
        let below = below_host(url);
        let path = below.split(['?', '#']).next().unwrap_or_default();
        let route = lock(&self.routes).get(path).cloned();
        let reply = match (route, request.method.as_str()) {
            (Some(route), _) => route(request),
            (None, "GET" | "HEAD") => self.file(path, below, request),
            (None, _) => Reply::status(405).header("Allow", "GET, HEAD"),
        };
        let headers = request.headers.clone();
        lock(&self.log).push(Served { url: url.clone(), status: reply.status, body_bytes: reply.body.len(), headers });
        reply
    }

    fn file(&self, path: &str, url: &str, request: &Request) -> Reply {
        let Some(below) = path.strip_prefix(&self.mount) else {
            let bare = self.mount.trim_end_matches('/');
            return if path == bare { redirect(&self.mount) } else { Reply::status(404) };
        };
        let Some(mut file) = resolve(&self.folder, below) else {
            return Reply::status(404);
        };
        if file.is_dir() {
            file.push("index.html");
        }
        let Ok(body) = std::fs::read(&file) else {
            return Reply::status(404);
        };
        let content_type = mime(&file);
        let mut reply = Reply::ok(content_type, body);
        let lasts = if is_immutable(url) { "public, max-age=31536000, immutable" } else { "no-cache" };
        reply = reply.header("Cache-Control", lasts);
        reply.headers.extend(lock(&self.with_files).iter().cloned());
        if is_text(content_type) {
            reply = reply.header("Vary", "Accept-Encoding");
            if accepts_gzip(request) {
                reply.body = Self::pack(&file, &reply.body).to_vec();
                reply = reply.header("Content-Encoding", "gzip");
            }
        }
        reply
    }

    /// The file compressed, kept for all servers of this process until the file changes.
    fn pack(file: &Path, body: &[u8]) -> Arc<Vec<u8>> {
        static PACKED: LazyLock<Mutex<HashMap<PathBuf, Packed>>> = LazyLock::new(Mutex::default);
        let changed = std::fs::metadata(file).and_then(|m| m.modified()).unwrap_or(SystemTime::UNIX_EPOCH);
        if let Some((when, packed)) = lock(&PACKED).get(file)
            && *when == changed
        {
            return packed.clone();
        }
        let packed = Arc::new(gzip(body));
        lock(&PACKED).insert(file.to_path_buf(), (changed, packed.clone()));
        packed
    }
}

/// `body` as gzip, at the level that static hosts use. `miniz_oxide` packs as zlib does, within a quarter of a percent; `flate2` may be
/// linked with another packer, whose level 6 is a percent and more larger.
pub fn gzip(body: &[u8]) -> Vec<u8> {
    const LEVEL: u8 = 6;
    // RFC 1952: magic, deflate, no flags, no time, no extra flags, an unknown system.
    let mut packed = vec![0x1f, 0x8b, 8, 0, 0, 0, 0, 0, 0, 255];
    packed.extend(miniz_oxide::deflate::compress_to_vec(body, LEVEL));
    let mut crc = Crc::new();
    crc.update(body);
    packed.extend(crc.sum().to_le_bytes());
    packed.extend(crc.amount().to_le_bytes());
    packed
}

/// Path and query of the request: a browser that takes this server for its proxy asks by whole addresses.
fn below_host(url: &str) -> &str {
    match url.split_once("://") {
        Some((_, rest)) if !url.starts_with('/') => rest.find('/').map_or("/", |at| &rest[at..]),
        _ => url,
    }
}

fn redirect(to: &str) -> Reply {
    Reply::status(301).header("Location", to)
}

/// The file that `below` (percent-encoded) names inside `folder`; `None` for every path that would leave it.
fn resolve(folder: &Path, below: &str) -> Option<PathBuf> {
    let decoded = percent_decode(below)?;
    if decoded.contains(['\\', '\0']) {
        return None;
    }
    let relative = Path::new(&decoded);
    relative.components().all(|part| matches!(part, Component::Normal(_))).then(|| folder.join(relative))
}

fn percent_decode(text: &str) -> Option<String> {
    let mut bytes = Vec::with_capacity(text.len());
    let mut rest = text.bytes();
    while let Some(byte) = rest.next() {
        if byte != b'%' {
            bytes.push(byte);
            continue;
        }
        let digits = [rest.next()?, rest.next()?];
        bytes.push(u8::from_str_radix(std::str::from_utf8(&digits).ok()?, 16).ok()?);
    }
    String::from_utf8(bytes).ok()
}

/// Files that a new build never changes: Trunk's hashed names, and the worker's files with their build id.
fn is_immutable(url: &str) -> bool {
    let (path, query) = url.split_once('?').unwrap_or((url, ""));
    let name = path.rsplit('/').next().unwrap_or_default();
    let hashed =
        name.split(['-', '.', '_']).any(|part| (12..=16).contains(&part.len()) && part.bytes().all(|b| b.is_ascii_hexdigit()));
    hashed || query.starts_with("b=")
}

fn is_text(content_type: &str) -> bool {
    content_type.starts_with("text/") || ["application/wasm", "application/json", "image/svg+xml"].contains(&content_type)
}

fn mime(file: &Path) -> &'static str {
    match file.extension().and_then(|e| e.to_str()).unwrap_or_default() {
        "html" => "text/html; charset=utf-8",
        "js" => "text/javascript; charset=utf-8",
        "css" => "text/css; charset=utf-8",
        "wasm" => "application/wasm",
        "json" => "application/json",
        "csv" => "text/csv; charset=utf-8",
        "txt" | "md" | "ndjson" => "text/plain; charset=utf-8",
        "gz" => "application/gzip",
        "svg" => "image/svg+xml",
        "png" => "image/png",
        "ico" => "image/x-icon",
        "webmanifest" => "application/manifest+json",
        _ => "application/octet-stream",
    }
}

fn accepts_gzip(request: &Request) -> bool {
    request.header("accept-encoding").is_some_and(|value| value.contains("gzip"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_path_leaves_the_folder() {
        let folder = Path::new("/site");
        assert_eq!(resolve(folder, "a/b.js"), Some(PathBuf::from("/site/a/b.js")));
        assert_eq!(resolve(folder, "%61.js"), Some(PathBuf::from("/site/a.js")));
        for out in ["../secret", "a/../../secret", "%2e%2e/secret", "/etc/passwd", "..%5csecret", "a%00", "%zz", "%2"] {
            assert_eq!(resolve(folder, out), None, "{out}");
        }
    }

    #[test]
    fn a_whole_address_is_one_of_this_server() {
        assert_eq!(below_host("http://127.0.0.1:80/a?b=c"), "/a?b=c");
        assert_eq!(below_host("http://elsewhere.invalid"), "/");
        assert_eq!(
            below_host("/?source=url:http://elsewhere.invalid/feed.json"),
            "/?source=url:http://elsewhere.invalid/feed.json"
        );
    }

    #[test]
    fn only_names_that_change_with_their_content_are_kept_by_the_browser() {
        assert!(is_immutable("/p/app-ea630353b2483060_bg.wasm"));
        assert!(is_immutable("/p/callscope-ea630353b2483060.css"));
        assert!(is_immutable("/p/engine_bg.wasm?b=0123"));
        assert!(!is_immutable("/p/index.html"));
        assert!(!is_immutable("/p/theme.js"));
        assert!(!is_immutable("/p/?v=1&b=2"));
    }

    #[test]
    fn a_folder_is_served_below_its_mount_path() {
        let folder = std::env::temp_dir().join(format!("callscope-server-{}", std::process::id()));
        std::fs::create_dir_all(&folder).unwrap();
        std::fs::write(folder.join("index.html"), "<p>hello</p>").unwrap();
        std::fs::write(folder.join("feed.gz"), vec![7; 100_000]).unwrap();
        let server = Server::start(&folder, "some/portal", "127.0.0.1", 0).unwrap();
        server.route("/fixture", |_| Reply::status(503));
        let url = server.url();
        assert!(url.ends_with("/some/portal/"), "{url}");
        let get = |address: &str| ureq::get(address).call();
        let mut page = get(&url).unwrap();
        assert_eq!(page.headers()["content-type"], "text/html; charset=utf-8");
        assert_eq!(page.body_mut().read_to_string().unwrap(), "<p>hello</p>");
        assert_eq!(get(&format!("{url}feed.gz")).unwrap().headers()["content-length"], "100000");
        let origin = url.trim_end_matches("some/portal/");
        assert!(matches!(get(origin), Err(ureq::Error::StatusCode(404))));
        assert!(matches!(get(&format!("{origin}fixture")), Err(ureq::Error::StatusCode(503))));
        let log = server.take_log();
        assert_eq!(log.iter().map(|s| s.status).collect::<Vec<_>>(), [200, 200, 404, 503]);
        std::fs::remove_dir_all(&folder).unwrap();
    }
}
