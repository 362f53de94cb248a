//! The site where it is not served by our own server: nginx with the header file that is shipped, a file from a disk.

use crate::export::{sheet, text, workbook};
use crate::formats::{choose, write};
use crate::look::{eventually, footer, parameter, press_part, says, tiles};
use crate::policy::{severe, walk};
use crate::records::{close, record, said};
use calamine::Reader;
use callscope_e2e::browser::{Browser, Error, Options, Result};
use callscope_e2e::case::{Case, Context, ensure, root};
use callscope_e2e::cases;
use callscope_e2e::fixtures::NOW_MS;
use serde_json::json;
use std::net::TcpListener;
use std::path::PathBuf;
use std::process::{Child, Command, Stdio};

pub const CASES: &[Case] = cases![
    nginx_serves_it_below_a_path_with_the_shipped_headers,
    one_file_from_a_disk_does_all,
    one_file_from_a_disk_reads_files_where_workers_cannot,
    one_file_can_be_configured_and_shared
];

fn failed(e: std::io::Error) -> Error {
    Error::Unexpected(e.to_string())
}

/// A running nginx; it ends when this value is dropped.
struct Nginx(Child);

impl Drop for Nginx {
    fn drop(&mut self) {
        // Best effort: it may have ended already.
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

/// nginx on PATH, or where Debian puts it for root alone.
fn program() -> Option<PathBuf> {
    let path = std::env::var_os("PATH").unwrap_or_default();
    let folders = std::env::split_paths(&path).chain(["/usr/sbin".into(), "/usr/local/sbin".into()]);
    folders.map(|folder| folder.join("nginx")).find(|file| file.is_file())
}

fn start(cx: &Context, program: &PathBuf) -> Result<(Nginx, String)> {
    let port = TcpListener::bind(("127.0.0.1", 0)).and_then(|l| l.local_addr()).map_err(failed)?.port();
    let (folder, dist) = (cx.session().folder().join("nginx"), root().join("dist"));
    std::fs::create_dir_all(&folder).map_err(failed)?;
    let temporary: String = ["client_body", "proxy", "fastcgi", "uwsgi", "scgi"]
        .map(|kind| format!("{kind}_temp_path {}/{kind};\n", folder.display()))
        .concat();
    // The location is the one of docs/deployment.md.
    let text = format!(
        "daemon off;\nmaster_process off;\npid {0}/nginx.pid;\nerror_log {0}/error.log;\nevents {{}}\nhttp {{\naccess_log off;\n{temporary}\
         server {{\nlisten 127.0.0.1:{port};\nlocation /deep/console/ {{\nalias {1}/;\ninclude {1}/headers/nginx.conf;\n}}\n}}\n}}\n",
        folder.display(),
        dist.display()
    );
    let file = folder.join("nginx.conf");
    std::fs::write(&file, text).map_err(failed)?;
    let child = Command::new(program)
        .args(["-e", &folder.join("error.log").display().to_string(), "-c"])
        .arg(&file)
        .stdin(Stdio::null())
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .spawn()
        .map_err(failed)?;
    let nginx = Nginx(child);
    cx.page.wait("nginx", || Ok(std::net::TcpStream::connect(("127.0.0.1", port)).is_ok().then_some(())))?;
    Ok((nginx, format!("http://127.0.0.1:{port}/deep/console/")))
}

fn nginx_serves_it_below_a_path_with_the_shipped_headers(cx: &mut Context) -> Result {
    let Some(program) = program() else {
        println!("SKIPPED: there is no nginx on this machine; `cargo xtask setup --tests` installs it where it can");
        return Ok(());
    };
    let (_nginx, site) = start(cx, &program)?;
    // Errors in the console, violations of the policy among them, fail the case.
    walk(&cx.page, &site)?;
    cx.expect_console("headers/none");
    let script = "const of = async (name, headers) => { const a = await fetch(name); return headers.map(h => a.headers.get(h)) };
        const wasm = document.querySelector('link[rel=modulepreload]').href.replace(/[.]js$/, '_bg.wasm');
        return [await of('./', ['content-security-policy', 'cache-control', 'x-content-type-options']),
            await of(wasm, ['content-type', 'cache-control', 'content-encoding']), await of('config.json', ['cache-control', 'content-type']),
            await of('headers/none', ['content-security-policy']),
            await of(document.querySelector('script[src*=boot]').src, ['content-type', 'cache-control'])]";
    let sent = cx.script_async(script)?;
    let kept = "public, max-age=31536000, immutable";
    let policy = sent[0][0].as_str().unwrap_or_default();
    ensure(policy.contains("connect-src 'self';") && policy.contains("frame-ancestors 'self'"), || format!("{sent}"))?;
    ensure(sent[0][1] == "no-cache" && sent[0][2] == "nosniff", || format!("{sent}"))?;
    ensure(sent[1] == json!(["application/wasm", kept, "gzip"]), || format!("{sent}"))?;
    ensure(sent[2] == json!(["no-cache", "application/json"]), || format!("{sent}"))?;
    ensure(sent[4] == json!(["text/javascript", kept]), || format!("{sent}"))?;
    // A link into the site, in another browser.
    let other = cx.fresh_browser(&Options::default())?;
    other.open_console(&format!("{site}?lang=en&now={NOW_MS}&page=failed&service=harbour-chat&status=429"))?;
    other.css(".vrow")?;
    let errors = severe(&other)?;
    ensure(errors.is_empty(), || format!("{errors:?}"))
}

/// The address of the single file.
pub fn single_file() -> Result<String> {
    let file = root().join("target/package/callscope.html");
    ensure(file.is_file(), || format!("there is no {}: run `cargo xtask single-file` first", file.display()))?;
    Ok(format!("file://{}", file.display()))
}

fn one_file_from_a_disk_does_all(cx: &mut Context) -> Result {
    walk(&cx.page, &single_file()?)?;
    let asked = cx.script(
        "return performance.getEntriesByType('resource').map(e => e.name).filter(n => /^(http|file)/.test(n))",
        json!([]),
    )?;
    ensure(asked == json!([]), || format!("asked for {asked}"))
}

/// In WebKit no worker of a page from a disk can read a `Blob`, whatever its origin. With this, none can in any browser.
const NO_BLOBS_IN_WORKERS: &str = "const refuse = `{
    const why = () => new DOMException('The I/O read operation failed.', 'NotReadableError');
    Blob.prototype.arrayBuffer = Blob.prototype.text = () => Promise.reject(why());
    Blob.prototype.stream = () => new ReadableStream({ start: it => it.error(why()) });
}\n`;
globalThis.Blob = new Proxy(Blob, { construct: (made, [parts, options]) =>
    new made(options?.type === 'text/javascript' ? [refuse, ...parts] : parts ?? [], options) });";

fn one_file_from_a_disk_reads_files_where_workers_cannot(cx: &mut Context) -> Result {
    cx.cannot_be_in(Browser::Webkit, "its own workers cannot read files, as the case before this one shows")?;
    cx.session().before_each_page(NO_BLOBS_IN_WORKERS)?;
    let query = "lang=en&tz=UTC&page=failed&range=7d&source=file:said.ndjson&service=alpha-chat&status=429";
    cx.page.open_console(&format!("{}?lang=en", single_file()?))?;
    ensure(tiles(cx)?.calls > 0, || "the demonstration has no calls".to_owned())?;
    cx.page.open(&format!("{}?{query}", single_file()?))?;
    choose(cx, &[&write(cx, "said.ndjson", &said())?])?;
    cx.wait_js("rows", "document.querySelector('.vrow .mono')?.innerText.length > 8")?;
    // The reader, the reader again for a record, and the writer each read the file.
    let parts = record(cx, 2)?;
    ensure(parts.len() == 3 && parts[0].contains("Question "), || format!("the record is {parts:?}"))?;
    close(cx)?;
    press_part(cx, "button", "Export")?;
    let (_, mut book) = workbook(cx)?;
    let mut hashes = Vec::new();
    for name in book.sheet_names() {
        let rows = sheet(&mut book, &name)?;
        hashes.extend(rows.rows().filter(|row| text(row.first()) == "SHA-256").map(|row| text(row.get(1))));
    }
    ensure(matches!(&*hashes, [hash] if hash.len() == 64), || format!("the file's hash is {hashes:?}"))
}

fn one_file_can_be_configured_and_shared(cx: &mut Context) -> Result {
    let file = single_file()?;
    let text = std::fs::read_to_string(file.trim_start_matches("file://")).map_err(failed)?;
    let begin = "id=\"callscope-config\">";
    let at = text.find(begin).map(|at| at + begin.len()).unwrap_or_default();
    let end = at + text[at..].find("</script>").unwrap_or_default();
    let own = cx.session().folder().join("ours.html");
    let configuration = r#"{"title": "Ours \u003c3", "range": "7d", "theme": "dark"}"#;
    std::fs::write(&own, format!("{}{configuration}{}", &text[..at], &text[end..])).map_err(failed)?;
    cx.page.open_console(&format!("file://{}?lang=en", own.display()))?;
    eventually("the title", &"Calls · Ours <3".to_owned(), || cx.title())?;
    says(cx, "Previous 7 days")?;
    let seen = tiles(cx)?;
    cx.press("button", "14 days")?;
    eventually("the range in the address", &Some("14d".to_owned()), || parameter(cx, "range"))?;
    eventually("more calls", &true, || Ok(tiles(cx)?.calls > seen.calls))?;
    cx.reload()?;
    cx.page.wait_whole()?;
    eventually("the view after a reload", &true, || Ok(tiles(cx)?.calls > seen.calls && footer(cx)?.0 > 0))
}
