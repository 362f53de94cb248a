//! Programs of Debian's without which some tests are left out: looked for, and installed where they can be.

use super::apt;
use crate::sh;
use std::path::Path;

/// A program that a part of the tests needs.
struct Program {
    name: &'static str,
    package: &'static str,
    /// What it is for, how much it is and how long it takes.
    why: &'static str,
    without: &'static str,
}

const PROGRAMS: &[Program] = &[
    Program {
        name: "nginx",
        package: "nginx-light",
        why: "One browser test serves the site with it; about 2 MB, some seconds",
        without: "THE TEST WITH NGINX WILL BE LEFT OUT",
    },
    Program {
        name: "valgrind",
        package: "valgrind",
        why: "The part `work` counts instructions with it; about 90 MB, some seconds",
        without: "THE PART `work` WILL BE LEFT OUT",
    },
];
/// Where Debian puts some, off the path of all but root.
const ELSEWHERE: [&str; 2] = ["/usr/sbin", "/usr/local/sbin"];

/// Does nothing where they are there. Where one cannot be had what needs it is left out and says so.
pub fn ensure() {
    for Program { name, package, why, without } in PROGRAMS {
        if sh::which(name).is_some() || ELSEWHERE.iter().any(|folder| Path::new(folder).join(name).is_file()) {
            continue;
        }
        eprintln!("{name}: is not here. {why}.");
        if let Err(error) = apt::install(&[package]) {
            eprintln!("  {name} could not be installed: {error}. {without}.");
        }
    }
}
