//! HTTP/1.1 for the static server: a thread for each connection, so that no connection ever waits for another, however many a browser
//! opens ahead of need and keeps open.

use crate::server::Reply;
use std::collections::HashMap;
use std::io::{self, ErrorKind, Read, Write};
use std::net::{Shutdown, SocketAddr, TcpListener, TcpStream};
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::thread::JoinHandle;
use std::time::{Duration, Instant};

/// More headers or longer ones than any browser sends are refused.
const HEAD_BYTES: usize = 64 << 10;
const HEADERS: usize = 96;
/// A longer body of a request is refused: nothing here takes one, it is read only to find the next request.
const BODY_BYTES: usize = 1 << 20;

/// A request.
pub struct Request {
    pub method: String,
    /// Path and query as sent, or a whole address where a browser takes this server for its proxy.
    pub url: String,
    /// Names in lower case, values.
    pub headers: Vec<(String, String)>,
}

impl Request {
    /// The value of a header; `name` in lower case.
    pub fn header(&self, name: &str) -> Option<&str> {
        self.headers.iter().find(|(n, _)| n == name).map(|(_, value)| value.as_str())
    }
}

type Answer = dyn Fn(&Request) -> Reply + Send + Sync;

struct Shared {
    answer: Box<Answer>,
    stop: AtomicBool,
    line: Line,
    /// Those that are open now, by their number, to be closed with the server.
    open: Mutex<HashMap<u64, TcpStream>>,
}

/// Listens until it is dropped, which closes its connections.
pub struct Http {
    shared: Arc<Shared>,
    address: SocketAddr,
    accepting: Option<JoinHandle<()>>,
}

impl Http {
    /// Answers at this address with what `answer` makes of each request. Port 0 takes a free one.
    ///
    /// # Errors
    /// When the port is taken or the address is none of this machine's.
    pub fn listen(host: &str, port: u16, answer: impl Fn(&Request) -> Reply + Send + Sync + 'static) -> io::Result<Self> {
        let listener = TcpListener::bind((host, port))?;
        let address = listener.local_addr()?;
        let shared = Arc::new(Shared {
            answer: Box::new(answer),
            stop: AtomicBool::new(false),
            line: Line::default(),
            open: Mutex::default(),
        });
        let accepting = {
            let shared = shared.clone();
            std::thread::spawn(move || accept(&listener, &shared))
        };
        Ok(Self { shared, address, accepting: Some(accepting) })
    }

    /// Where it listens.
    pub fn port(&self) -> u16 {
        self.address.port()
    }

    /// All bodies together pass at no more than so many bytes a second from now on.
    pub fn narrow(&self, bytes_per_s: u64) {
        self.shared.line.bytes_per_s.store(bytes_per_s, Ordering::Relaxed);
    }

    /// Waits until the process ends.
    pub fn wait(mut self) {
        if let Some(accepting) = self.accepting.take() {
            // A panic there has said so itself.
            let _ = accepting.join();
        }
    }
}

/// A line that all connections share.
#[derive(Default)]
struct Line {
    /// 0: as fast as the machine.
    bytes_per_s: AtomicU64,
    /// When what was sent so far has passed.
    free_at: Mutex<Option<Instant>>,
}

impl Line {
    /// Bytes that are sent at once, so that connections take turns.
    const PIECE: usize = 4096;

    /// Waits until so many bytes have passed.
    fn pass(&self, bytes: usize) {
        let bytes_per_s = self.bytes_per_s.load(Ordering::Relaxed);
        if bytes_per_s == 0 {
            return;
        }
        let mut free_at = self.free_at.lock().unwrap_or_else(PoisonError::into_inner);
        let now = Instant::now();
        let passed = free_at.map_or(now, |at| at.max(now)) + Duration::from_secs_f64(bytes as f64 / bytes_per_s as f64);
        *free_at = Some(passed);
        drop(free_at);
        std::thread::sleep(passed - now);
    }
}

impl Drop for Http {
    fn drop(&mut self) {
        self.shared.stop.store(true, Ordering::Release);
        // Wakes the thread that accepts. Where this cannot connect, nothing can, and the thread may wait on.
        let _ = TcpStream::connect(("localhost", self.address.port())).or_else(|_| TcpStream::connect(self.address));
        for connection in self.shared.lock().values() {
            let _ = connection.shutdown(Shutdown::Both);
        }
    }
}

impl Shared {
    /// A panic in another thread leaves the map whole: each change is a single insert or removal.
    fn lock(&self) -> std::sync::MutexGuard<'_, HashMap<u64, TcpStream>> {
        self.open.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

fn accept(listener: &TcpListener, shared: &Arc<Shared>) {
    for number in 0.. {
        let accepted = listener.accept();
        if shared.stop.load(Ordering::Acquire) {
            return;
        }
        let Ok((connection, _)) = accepted else { continue };
        let Ok(second) = connection.try_clone() else { continue };
        shared.lock().insert(number, second);
        let shared = shared.clone();
        std::thread::spawn(move || {
            // A browser that goes away, even before the last byte, is no error of the server.
            let _ = converse(connection, &shared);
            if let Some(connection) = shared.lock().remove(&number) {
                let _ = connection.shutdown(Shutdown::Both);
            }
        });
    }
}

/// Request after request, as long as the other side keeps the connection.
fn converse(mut connection: TcpStream, shared: &Shared) -> io::Result<()> {
    connection.set_nodelay(true)?;
    let mut read = Vec::new();
    loop {
        let (request, body, last) = match head(&mut connection, &mut read) {
            Ok(Some(asked)) => asked,
            Ok(None) => return Ok(()),
            Err(error) if error.kind() == ErrorKind::InvalidData => {
                return send(&mut connection, &shared.line, Reply::status(400), true, true);
            }
            Err(error) => return Err(error),
        };
        skip(&mut connection, &mut read, body)?;
        let reply = (shared.answer)(&request);
        let last = last || reply.breaks.is_some();
        send(&mut connection, &shared.line, reply, request.method != "HEAD", last)?;
        if last {
            return Ok(());
        }
    }
}

/// The next request, how many bytes of a body follow it, and whether it is the last; nothing where the other side has closed.
fn head(connection: &mut TcpStream, read: &mut Vec<u8>) -> io::Result<Option<(Request, usize, bool)>> {
    let invalid = |why: &str| io::Error::new(ErrorKind::InvalidData, why);
    loop {
        let mut headers = [httparse::EMPTY_HEADER; HEADERS];
        let mut parsed = httparse::Request::new(&mut headers);
        if let httparse::Status::Complete(length) = parsed.parse(read).map_err(|e| invalid(&e.to_string()))? {
            let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).trim().to_owned();
            let request = Request {
                method: parsed.method.unwrap_or_default().to_owned(),
                url: parsed.path.unwrap_or_default().to_owned(),
                headers: parsed.headers.iter().map(|h| (h.name.to_ascii_lowercase(), text(h.value))).collect(),
            };
            let old = parsed.version == Some(0);
            let body = request.header("content-length").map_or(Ok(0), str::parse).map_err(|_| invalid("a length"))?;
            if body > BODY_BYTES || request.header("transfer-encoding").is_some() {
                return Err(invalid("a body that nothing here takes"));
            }
            let last = old || request.header("connection").is_some_and(|c| c.eq_ignore_ascii_case("close"));
            read.drain(..length);
            return Ok(Some((request, body, last)));
        }
        if read.len() > HEAD_BYTES {
            return Err(invalid("headers without end"));
        }
        if more(connection, read)? == 0 {
            return Ok(None);
        }
    }
}

/// Takes the body of a request away.
fn skip(connection: &mut TcpStream, read: &mut Vec<u8>, body: usize) -> io::Result<()> {
    while read.len() < body {
        if more(connection, read)? == 0 {
            return Err(ErrorKind::UnexpectedEof.into());
        }
    }
    read.drain(..body);
    Ok(())
}

fn more(connection: &mut TcpStream, read: &mut Vec<u8>) -> io::Result<usize> {
    let mut piece = [0; 4096];
    let count = connection.read(&mut piece)?;
    read.extend_from_slice(&piece[..count]);
    Ok(count)
}

/// Never chunked: like other static hosts, the length is said beforehand, and the page can show progress.
fn send(connection: &mut TcpStream, line: &Line, reply: Reply, with_body: bool, last: bool) -> io::Result<()> {
    let mut head = format!("HTTP/1.1 {} {}\r\n", reply.status, reason(reply.status));
    for (name, value) in &reply.headers {
        head.push_str(&format!("{name}: {value}\r\n"));
    }
    if reply.status != 304 {
        head.push_str(&format!("Content-Length: {}\r\n", reply.body.len()));
    }
    head.push_str(if last { "Connection: close\r\n\r\n" } else { "\r\n" });
    connection.write_all(head.as_bytes())?;
    if !with_body {
        return Ok(());
    }
    let body = &reply.body[..reply.breaks.unwrap_or(usize::MAX).min(reply.body.len())];
    match reply.slow {
        None => body.chunks(Line::PIECE).try_for_each(|piece| {
            line.pass(piece.len());
            connection.write_all(piece)
        }),
        Some((bytes, pause)) => body.chunks(bytes.max(1)).try_for_each(|piece| {
            std::thread::sleep(pause);
            connection.write_all(piece)
        }),
    }?;
    if reply.breaks.is_some() {
        // A browser drops what it has not passed on when the connection breaks.
        std::thread::sleep(BREAK_AFTER);
    }
    Ok(())
}

/// From the last byte of a body to the end of a connection that breaks.
const BREAK_AFTER: Duration = Duration::from_millis(300);

fn reason(status: u16) -> &'static str {
    match status {
        200 => "OK",
        206 => "Partial Content",
        301 => "Moved Permanently",
        304 => "Not Modified",
        400 => "Bad Request",
        401 => "Unauthorized",
        403 => "Forbidden",
        404 => "Not Found",
        405 => "Method Not Allowed",
        416 => "Range Not Satisfiable",
        429 => "Too Many Requests",
        500 => "Internal Server Error",
        503 => "Service Unavailable",
        _ => "Status",
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::io::{BufRead, BufReader};

    fn connect(http: &Http) -> BufReader<TcpStream> {
        let connection = TcpStream::connect(("127.0.0.1", http.port())).unwrap();
        connection.set_read_timeout(Some(Duration::from_secs(10))).unwrap();
        BufReader::new(connection)
    }

    /// Status line, headers and body of the next answer.
    fn answer(connection: &mut BufReader<TcpStream>) -> (String, Vec<String>, String) {
        let mut lines = Vec::new();
        loop {
            let mut line = String::new();
            connection.read_line(&mut line).unwrap();
            if line.trim().is_empty() {
                break;
            }
            lines.push(line.trim().to_owned());
        }
        let length = lines.iter().find_map(|l| l.strip_prefix("Content-Length: ")).map_or(0, |l| l.parse().unwrap());
        let mut body = vec![0; length];
        connection.read_exact(&mut body).unwrap();
        (lines.remove(0), lines, String::from_utf8(body).unwrap())
    }

    fn echo() -> Http {
        let reply = |asked: &Request| Reply::ok("text/plain", format!("{} {}", asked.method, asked.url));
        Http::listen("127.0.0.1", 0, reply).unwrap()
    }

    #[test]
    fn many_connections_at_once_are_all_answered_while_all_stay_open() {
        let http = echo();
        let mut all = Vec::new();
        for _ in 0..20 {
            let mut open: Vec<_> = (0..12).map(|_| connect(&http)).collect();
            for connection in &mut open {
                connection.get_mut().write_all(b"GET /a HTTP/1.1\r\nHost: a\r\n\r\n").unwrap();
            }
            for connection in &mut open {
                assert_eq!(answer(connection).2, "GET /a");
            }
            all.extend(open);
        }
    }

    #[test]
    fn a_connection_takes_one_request_after_another() {
        let http = echo();
        let mut connection = connect(&http);
        let asked = "GET /a HTTP/1.1\r\nHost: a\r\n\r\nPOST /b HTTP/1.1\r\nContent-Length: 5\r\n\r\nhelloGET /c HTTP/1.1\r\nConnection: close\r\n\r\n";
        for piece in asked.as_bytes().chunks(7) {
            connection.get_mut().write_all(piece).unwrap();
        }
        let bodies: Vec<_> = (0..3).map(|_| answer(&mut connection).2).collect();
        assert_eq!(bodies, ["GET /a", "POST /b", "GET /c"]);
        assert_eq!(connection.read(&mut [0]).unwrap(), 0);
    }

    #[test]
    fn connections_share_a_narrow_line() {
        let http = Http::listen("127.0.0.1", 0, |_: &Request| Reply::ok("text/plain", "x".repeat(20_000))).unwrap();
        http.narrow(100_000);
        let begun = Instant::now();
        let mut open = [connect(&http), connect(&http)];
        for connection in &mut open {
            connection.get_mut().write_all(b"GET /a HTTP/1.1\r\nHost: a\r\n\r\n").unwrap();
        }
        for connection in &mut open {
            assert_eq!(answer(connection).2.len(), 20_000);
        }
        assert!(begun.elapsed() >= Duration::from_millis(390), "{:?}", begun.elapsed());
    }

    #[test]
    fn what_is_no_request_is_refused() {
        let http = echo();
        for wrong in ["no request at all\r\n\r\n", "GET / HTTP/1.1\r\nContent-Length: many\r\n\r\n"] {
            let mut connection = connect(&http);
            connection.get_mut().write_all(wrong.as_bytes()).unwrap();
            assert_eq!(answer(&mut connection).0, "HTTP/1.1 400 Bad Request");
        }
    }

    #[test]
    fn a_server_that_ends_closes_its_connections() {
        let http = echo();
        let mut connection = connect(&http);
        connection.get_mut().write_all(b"GET /a HTTP/1.1\r\n\r\n").unwrap();
        assert_eq!(answer(&mut connection).2, "GET /a");
        drop(http);
        assert_eq!(connection.read(&mut [0]).unwrap_or(0), 0);
    }
}
