//! Debian's packages: what only the system can bring.

use crate::Result;
use crate::log;
use crate::sh;
use std::process::Command;
use std::sync::Once;

/// Installs packages by `apt-get`, as root or with a `sudo` that asks nothing.
///
/// # Errors
/// Where there is no such way, or the packages cannot be had.
pub fn install(packages: &[&str]) -> Result {
    let prefix = prefix().ok_or("apt-get cannot be used here without asking")?;
    let apt = |arguments: &[&str]| {
        let mut words = prefix.clone();
        words.extend(["apt-get", "-o", "Acquire::Retries=2"]);
        words.extend(arguments);
        let name = format!("setup-apt-{}", arguments[0]);
        log::quietly(&name, sh::command(words[0]).args(&words[1..]).env("DEBIAN_FRONTEND", "noninteractive"))
    };
    // Once for all packages. A stale index of one source is no reason to stop: what matters is whether the packages can be had.
    static UPDATED: Once = Once::new();
    UPDATED.call_once(|| {
        if let Err(error) = apt(&["update"]) {
            eprintln!("  {error}");
        }
    });
    let mut install = vec!["install", "--yes", "--no-install-recommends"];
    install.extend(packages);
    apt(&install)
}

/// The words before `apt-get`, or `None` where it cannot be used without asking a user.
fn prefix() -> Option<Vec<&'static str>> {
    sh::which("apt-get")?;
    let root = sh::output(Command::new("id").arg("-u")).is_some_and(|id| id.trim() == "0");
    if root {
        return Some(vec![]);
    }
    sh::output(Command::new("sudo").args(["-n", "true"])).map(|_| vec!["sudo", "-n"])
}
