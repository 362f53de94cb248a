//! nginx, which one browser test starts with the header file that is shipped.

use super::apt;
use crate::sh;
use std::path::Path;

/// Where Debian puts it, off the path of all but root.
const ELSEWHERE: [&str; 2] = ["/usr/sbin/nginx", "/usr/local/sbin/nginx"];

/// Does nothing where it is there. Where it cannot be had the test is left out and says so: no other needs it.
pub fn ensure() {
    if sh::which("nginx").is_some() || ELSEWHERE.iter().any(|file| Path::new(file).is_file()) {
        return;
    }
    eprintln!("nginx: is not here. One browser test serves the site with it; about 2 MB, some seconds.");
    if let Err(error) = apt::install(&["nginx-light"]) {
        eprintln!("  nginx could not be installed: {error}. THE TEST WITH NGINX WILL BE LEFT OUT.");
    }
}
