//! `cargo xtask serve`: build, serve `dist/` on this machine, open a browser.

use crate::Result;
use crate::build;
use crate::setup;
use crate::sh;
use callscope_e2e::server::Server;
use std::process::{Command, Stdio};

/// The first port tried; where it is taken, the next ones are.
const PORT: u16 = 8017;
const PORTS_TRIED: u16 = 20;

pub fn run(args: &[String]) -> Result {
    let host = sh::option(args, "--host").unwrap_or("127.0.0.1");
    let open = !sh::flag(args, "--no-open");
    let asked: Option<u16> = match sh::option(args, "--port") {
        Some(text) => Some(text.parse().map_err(|_| format!("--port {text} is no port number"))?),
        None => None,
    };
    let built = sh::flag(args, "--built");
    if !built {
        setup::for_build()?;
    }
    if sh::flag(args, "--watch") {
        return build::watch(host, asked.unwrap_or(PORT), open);
    }
    if !built {
        build::build(false)?;
    }
    let server = start(host, asked)?;
    let url = server.url();
    println!("Callscope is at {url} (end with Ctrl+C)");
    if open {
        open_browser(&url);
    }
    server.wait();
    Ok(())
}

fn start(host: &str, asked: Option<u16>) -> Result<Server> {
    let ports = match asked {
        Some(port) => port..=port,
        None => PORT..=PORT + PORTS_TRIED,
    };
    let mut last = None;
    for port in ports {
        match Server::start(&build::dist(), "/", host, port) {
            Ok(server) => return Ok(server),
            Err(error) => last = Some(format!("cannot listen on {host}:{port}: {error}")),
        }
    }
    Err(last.unwrap_or_default().into())
}

/// Best effort: a machine without a desktop has the address in the terminal.
fn open_browser(url: &str) {
    let opener: &[&str] = match std::env::consts::OS {
        "macos" => &["open"],
        "windows" => &["cmd", "/C", "start", ""],
        _ if std::env::var_os("DISPLAY").is_none() && std::env::var_os("WAYLAND_DISPLAY").is_none() => return,
        _ => &["xdg-open"],
    };
    let mut command = Command::new(opener[0]);
    command.args(&opener[1..]).arg(url).stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null());
    if command.spawn().is_err() {
        println!("No browser could be opened from here; open the address yourself.");
    }
}
