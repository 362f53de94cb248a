//! `cargo xtask package`: the site as a zip with checksums, to unpack on a static host. The same site makes the same bytes.

use crate::Result;
use crate::build;
use crate::offline;
use crate::page;
use crate::setup;
use crate::sh;
use sha2::{Digest, Sha256};
use std::fmt::Write as _;
use std::io::{Cursor, Write as _};
use std::path::{Path, PathBuf};
use zip::write::SimpleFileOptions;
use zip::{CompressionMethod, DateTime, ZipWriter};

/// `sha256sum --check` reads it.
const SUMS: &str = "SHA256SUMS";
/// Files of the repository that go along, and what they are called there.
const ALONG: [(&str, &str); 2] = [("LICENSE", "LICENSE"), ("docs/deployment.md", "DEPLOYMENT.md")];

pub fn run(args: &[String]) -> Result {
    if !sh::flag(args, "--built") {
        setup::for_build()?;
        build::build(false)?;
    }
    let name = format!("callscope-{}", version()?);
    let folder = sh::root().join("target/package");
    let site = folder.join("site");
    let _ = std::fs::remove_dir_all(&site);
    copy(&build::dist(), &site)?;
    if let Some(config) = sh::option(args, "--config") {
        page::configure(&site, &sh::read(Path::new(config))?)?;
        offline::write(&site)?;
    }
    for (from, to) in ALONG {
        sh::write(&site.join(to), sh::read(&sh::root().join(from))?)?;
    }
    let packed = pack(&files(&site)?, &name)?;
    let file = folder.join(format!("{name}.zip"));
    sh::write(&file, &packed)?;
    sh::write(&folder.join(format!("{name}.zip.sha256")), sum(&packed, &format!("{name}.zip")))?;
    println!("{} ({} bytes)\nsha256 {}", file.display(), packed.len(), hex(&packed));
    Ok(())
}

/// The product's version, from its manifest.
fn version() -> Result<String> {
    let manifest = sh::read(&sh::root().join("Cargo.toml"))?;
    let version = manifest.lines().find_map(|line| line.strip_prefix("version = \"")?.strip_suffix('"'));
    version.map(str::to_owned).ok_or_else(|| "Cargo.toml has no version".into())
}

fn copy(from: &Path, to: &Path) -> Result {
    for file in sh::all_files(from)? {
        let name = file.strip_prefix(from).unwrap_or(&file);
        // What the build notes for itself is not the site's.
        if name != Path::new(build::STAMP) {
            sh::write(&to.join(name), std::fs::read(&file)?)?;
        }
    }
    Ok(())
}

/// Every file by its name below the folder, in the order of the names.
fn files(folder: &Path) -> Result<Vec<(String, Vec<u8>)>> {
    let read = |path: &PathBuf| -> Result<(String, Vec<u8>)> {
        let name = path.strip_prefix(folder).unwrap_or(path).to_string_lossy().replace('\\', "/");
        Ok((name, std::fs::read(path)?))
    };
    sh::all_files(folder)?.iter().map(read).collect()
}

/// A zip of these files and the list of their checksums, in a folder of this name. No clock, no permissions of this machine: equal files, equal bytes.
fn pack(files: &[(String, Vec<u8>)], name: &str) -> Result<Vec<u8>> {
    let sums: String = files.iter().map(|(file, bytes)| sum(bytes, file)).collect();
    let options = SimpleFileOptions::default()
        .compression_method(CompressionMethod::Deflated)
        .compression_level(Some(9))
        .last_modified_time(DateTime::default())
        .unix_permissions(0o644);
    let mut zip = ZipWriter::new(Cursor::new(Vec::new()));
    let all = files.iter().map(|(file, bytes)| (file.as_str(), bytes.as_slice())).chain([(SUMS, sums.as_bytes())]);
    for (file, bytes) in all {
        zip.start_file(format!("{name}/{file}"), options)?;
        zip.write_all(bytes)?;
    }
    Ok(zip.finish()?.into_inner())
}

/// A line of the list.
fn sum(bytes: &[u8], name: &str) -> String {
    format!("{}  {name}\n", hex(bytes))
}

fn hex(bytes: &[u8]) -> String {
    Sha256::digest(bytes).iter().fold(String::new(), |mut text, byte| {
        // Writing to a text cannot fail.
        let _ = write!(text, "{byte:02x}");
        text
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::io::Read as _;

    #[test]
    fn equal_files_make_equal_bytes_and_right_sums() {
        let files = vec![("a/b.txt".to_owned(), b"hello".to_vec()), ("index.html".to_owned(), vec![b'x'; 5000])];
        let packed = pack(&files, "site-1").unwrap();
        std::thread::sleep(std::time::Duration::from_millis(5));
        assert_eq!(packed, pack(&files, "site-1").unwrap());
        let mut zip = zip::ZipArchive::new(Cursor::new(packed)).unwrap();
        let names: Vec<String> = zip.file_names().map(|name| name.unwrap().into_owned()).collect();
        assert_eq!(names, ["site-1/a/b.txt", "site-1/index.html", "site-1/SHA256SUMS"]);
        let mut sums = String::new();
        zip.by_name("site-1/SHA256SUMS").unwrap().read_to_string(&mut sums).unwrap();
        assert!(sums.starts_with("2cf24dba5fb0a30e26e83b2ac5b9e29e1b161e5c1fa7425e73043362938b9824  a/b.txt\n"), "{sums}");
    }
}
