//! Finding a command-line tool of a fitting version, and the ways to install one.

use crate::Result;
use crate::log;
use crate::sh;
use std::path::Path;
use std::process::Command;
use std::sync::OnceLock;

/// A command-line tool that the build runs.
pub struct Tool {
    pub name: &'static str,
    /// One line that a user reads while waiting for it.
    pub why: &'static str,
    /// The version that is installed.
    pub wanted: String,
    /// Whether a version that was found (first argument) will do for `wanted` (second).
    pub fits: fn(&str, &str) -> bool,
    /// Tried in this order.
    pub ways: Vec<Way>,
}

/// A way to install a tool into the project's own tools.
pub enum Way {
    /// A GitHub release: the address of a `.tar.gz` that holds the program somewhere.
    Release(String),
    /// `cargo binstall`, where it is there: the crate's name.
    Binstall(&'static str),
    /// The npm package that carries the program.
    Npm(&'static str),
    /// `cargo install` of the wanted version: further arguments, and about how long it compiles on two cores.
    Cargo { arguments: Vec<&'static str>, minutes: u32 },
    /// `cargo install` of the newest version.
    CargoLatest { name: &'static str, minutes: u32 },
}

impl Tool {
    /// Does nothing where the tool is there in a version that fits; installs it otherwise.
    pub fn ensure(&self) -> Result {
        let found = self.found();
        if found.as_deref().is_some_and(|version| (self.fits)(version, &self.wanted)) {
            return Ok(());
        }
        let state = match &found {
            Some(version) => format!("is here as {version}, wanted is {}", self.wanted),
            None => "is not here".to_owned(),
        };
        eprintln!("{}: {state}. It {}.", self.name, self.why);
        for way in &self.ways {
            if let Err(reason) = way.install(self) {
                eprintln!("  {}: {reason}", way.label());
                continue;
            }
            match self.found() {
                Some(version) if (self.fits)(&version, &self.wanted) => {
                    eprintln!("  {} {version} is in {}", self.name, sh::tools_dir().display());
                    return Ok(());
                }
                other => eprintln!("  {}: installed, but `{} --version` says {other:?}", way.label(), self.name),
            }
        }
        Err(format!(
            "{} {} could not be installed. Install it yourself so that it is on PATH, then try again.",
            self.name, self.wanted
        )
        .into())
    }

    fn found(&self) -> Option<String> {
        let path = sh::which(self.name)?;
        version_in(&sh::output(Command::new(path).arg("--version"))?)
    }
}

impl Way {
    fn label(&self) -> &'static str {
        match self {
            Way::Release(_) => "GitHub release",
            Way::Binstall(_) => "cargo binstall",
            Way::Npm(_) => "npm",
            Way::Cargo { .. } | Way::CargoLatest { .. } => "cargo install",
        }
    }

    fn install(&self, tool: &Tool) -> Result {
        let log = |command: &mut Command| log::quietly(&format!("setup-{}", tool.name), command);
        match self {
            Way::Release(url) => release(url, tool.name),
            Way::Binstall(name) => {
                need("cargo-binstall")?;
                github()?;
                log(sh::cargo()
                    .args(["binstall", "--no-confirm", "--disable-strategies", "compile", "--root"])
                    .arg(sh::tools_dir())
                    .arg(format!("{name}@{}", tool.wanted)))
            }
            Way::Npm(package) => {
                need("npm")?;
                eprintln!("  takes about a minute");
                log(sh::command("npm")
                    .args(["install", "--no-save", "--no-audit", "--no-fund", "--prefix"])
                    .arg(sh::tools_dir())
                    .arg(format!("{package}@{}", tool.wanted)))
            }
            Way::Cargo { arguments, minutes } => {
                eprintln!("  compiles it, about {minutes} minutes on two cores");
                log(cargo_install().args(["--version", &tool.wanted]).args(arguments))
            }
            Way::CargoLatest { name, minutes } => {
                eprintln!("  compiles it, about {minutes} minutes on two cores");
                log(cargo_install().args(["--locked", name]))
            }
        }
    }
}

fn cargo_install() -> Command {
    let mut command = sh::cargo();
    // A target directory of its own: what the tools leave behind is not the project's, and survives a retry.
    command.arg("install").arg("--root").arg(sh::tools_dir());
    command.env("CARGO_TARGET_DIR", sh::tools_dir().join("build"));
    // The tools run for seconds: compiling them fast matters more than what they gain by the last optimisation.
    command.env("CARGO_PROFILE_RELEASE_LTO", "off").env("CARGO_PROFILE_RELEASE_CODEGEN_UNITS", "16");
    command.env("CARGO_PROFILE_RELEASE_OPT_LEVEL", "1");
    command
}

fn need(program: &str) -> Result {
    sh::which(program).map(|_| ()).ok_or_else(|| format!("{program} is not on PATH").into())
}

/// Whether GitHub answers, asked once and within a few seconds: behind some walls it never does.
fn github() -> Result {
    static ANSWERS: OnceLock<bool> = OnceLock::new();
    let answers = *ANSWERS.get_or_init(|| {
        let mut curl = sh::command("curl");
        curl.args(["--silent", "--head", "--output", "/dev/null", "--connect-timeout", "3", "--max-time", "6"]);
        sh::output(curl.arg("https://github.com")).is_some()
    });
    if answers { Ok(()) } else { Err("github.com cannot be reached from here".into()) }
}

fn release(url: &str, program: &str) -> Result {
    if cfg!(windows) {
        return Err("no prebuilt archive is used on Windows".into());
    }
    need("curl")?;
    need("tar")?;
    github()?;
    let folder = sh::tools_dir().join(format!("download-{program}"));
    let archive = folder.join("archive.tar.gz");
    std::fs::create_dir_all(&folder)?;
    let unpacked = fetch(url, &archive)
        .and_then(|()| sh::run(sh::command("tar").arg("-xzf").arg(&archive).arg("-C").arg(&folder)))
        .and_then(|()| place(&folder, program));
    // The archive is of no use once the program is in its place, or could not be put there.
    let _ = std::fs::remove_dir_all(&folder);
    unpacked
}

fn fetch(url: &str, to: &Path) -> Result {
    let mut curl = sh::command("curl");
    curl.args(["--fail", "--silent", "--show-error", "--location", "--connect-timeout", "4", "--max-time", "180"]);
    sh::run(curl.arg("--output").arg(to).arg(url))
}

fn place(folder: &Path, program: &str) -> Result {
    let found = sh::files(folder, &[""])?;
    let file = found
        .iter()
        .find(|path| path.file_name().is_some_and(|name| name == program))
        .ok_or_else(|| format!("the archive holds no `{program}`"))?;
    let bin = sh::tools_dir().join("bin");
    std::fs::create_dir_all(&bin)?;
    std::fs::copy(file, bin.join(program))?;
    // wasm-opt may be linked against a library that is beside it.
    for library in sh::files(folder, &["so", "dylib"])? {
        let lib = sh::tools_dir().join("lib");
        std::fs::create_dir_all(&lib)?;
        std::fs::copy(&library, lib.join(library.file_name().unwrap_or_default()))?;
    }
    Ok(())
}

/// The first version number in what a program says of itself: `trunk 0.21.14` or `wasm-opt version 132 (version_132)`.
pub fn version_in(text: &str) -> Option<String> {
    let word = text.split_whitespace().find(|word| word.starts_with(|c: char| c.is_ascii_digit()))?;
    let end = word.find(|c: char| !c.is_ascii_digit() && c != '.').unwrap_or(word.len());
    Some(word[..end].to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn versions_are_found_in_what_programs_say() {
        assert_eq!(version_in("trunk 0.21.14\n").as_deref(), Some("0.21.14"));
        assert_eq!(version_in("wasm-opt version 132 (version_132)").as_deref(), Some("132"));
        assert_eq!(version_in("wasm-opt 116").as_deref(), Some("116"));
        assert_eq!(version_in("ChromeDriver 130.0.6723.58 (a1b2)").as_deref(), Some("130.0.6723.58"));
        assert_eq!(version_in("no number"), None);
    }
}
