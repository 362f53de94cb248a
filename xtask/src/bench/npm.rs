//! Libraries of npm that benchmarks run beside the console, installed among the project's own tools, each in one version.

use crate::Result;
use crate::sh;
use serde_json::Value;
use std::path::PathBuf;

/// A package and its version.
pub type Library = (&'static str, &'static str);

/// The `node_modules` folder with these libraries in it.
///
/// # Errors
/// Where npm is missing, or cannot install them.
pub fn install(libraries: &[Library]) -> Result<PathBuf> {
    let folder = sh::tools_dir().join("bench");
    let there = |(package, version): &Library| {
        let manifest = std::fs::read_to_string(folder.join("node_modules").join(package).join("package.json"));
        let manifest: Option<Value> = manifest.ok().and_then(|text| serde_json::from_str(&text).ok());
        manifest.is_some_and(|manifest| manifest["version"] == *version)
    };
    // npm removes what it was not told of: each is installed beside those that are there.
    for (package, version) in libraries.iter().filter(|library| !there(library)) {
        let mut npm = sh::command("npm");
        npm.args(["install", "--save", "--no-audit", "--no-fund", "--ignore-scripts", "--prefix"]).arg(&folder);
        sh::run(npm.arg(format!("{package}@{version}")))?;
    }
    Ok(folder.join("node_modules"))
}
