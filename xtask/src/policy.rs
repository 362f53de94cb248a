//! The Content-Security-Policy of the site and the files by which servers send it: what `config.json` names is allowed, nothing else.
//!
//! The meta tag holds for the page alone. A worker has the policy that its own script was sent with, so it is the header that confines
//! the requests for feeds: with the tag alone a user may connect any feed, with a header those that it names (docs/deployment.md).

use crate::Result;
use crate::sh;
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD as BASE64;
use serde_json::Value;
use sha2::{Digest, Sha256};
use std::path::Path;

/// What the policy takes from the configuration.
#[derive(Debug, Default, PartialEq)]
pub struct Policy {
    /// Origins of feeds elsewhere.
    feeds: Vec<String>,
    /// Origins of pages that may hold this one in a frame.
    parents: Vec<String>,
    /// People may connect feeds at any address.
    other_feeds: bool,
}

/// The stylesheet of saved reports, which is in them: a report that is looked at before it is saved inherits the page's policy.
pub const REPORT_STYLE: &str = include_str!("../../crates/export/src/export/report/style.css");

/// Files below this name are kept for good: their names or queries change with their content.
const IMMUTABLE: &str = "public, max-age=31536000, immutable";

/// What a policy allows an inline script or stylesheet by.
pub fn hash(text: &str) -> String {
    format!("'sha256-{}'", BASE64.encode(Sha256::digest(text)))
}

impl Policy {
    /// Of a configuration's text.
    ///
    /// # Errors
    /// Where it is no JSON object: a site is not built with a configuration that says nothing.
    pub fn of(config: &str) -> Result<Self> {
        let config: Value = serde_json::from_str(config).map_err(|e| format!("config.json: {e}"))?;
        if !config.is_object() {
            return Err("config.json is no JSON object".into());
        }
        let texts = |list: &Value, key: Option<&str>| {
            let of = |item: &Value| key.map_or(item, |key| &item[key]).as_str().map(str::to_owned);
            list.as_array().into_iter().flatten().filter_map(of).collect::<Vec<_>>()
        };
        let mut feeds: Vec<String> = texts(&config["feeds"], Some("url")).iter().filter_map(|url| origin(url)).collect();
        feeds.sort_unstable();
        feeds.dedup();
        let parents = texts(&config["parents"], None).into_iter().filter(|parent| origin(parent).as_ref() == Some(parent));
        Ok(Self { feeds, parents: parents.collect(), other_feeds: config["other_feeds"] == true })
    }

    /// What a meta tag can say: all but who may frame the page.
    pub fn meta(&self) -> String {
        let mut connect = vec!["'self'"];
        connect.extend(self.feeds.iter().map(String::as_str));
        if self.other_feeds {
            connect.extend(["https:", "http:"]);
        }
        [
            "default-src 'self'",
            "script-src 'self' 'wasm-unsafe-eval'",
            &format!("style-src 'self' {}", hash(REPORT_STYLE)),
            "img-src 'self' data: blob:",
            &format!("connect-src {}", connect.join(" ")),
            "worker-src 'self'",
            "object-src 'none'",
            "frame-src 'none'",
            "base-uri 'none'",
            "form-action 'none'",
            "require-trusted-types-for 'script'",
            "trusted-types default",
        ]
        .join("; ")
    }

    /// The whole policy, for a header.
    pub fn header(&self) -> String {
        let mut parents = vec!["'self'"];
        parents.extend(self.parents.iter().map(String::as_str));
        format!("{}; frame-ancestors {}", self.meta(), parents.join(" "))
    }

    /// What is sent with every file besides the policy.
    fn others(&self) -> [(&'static str, &'static str); 3] {
        [
            ("X-Content-Type-Options", "nosniff"),
            ("Referrer-Policy", "no-referrer"),
            ("Permissions-Policy", "camera=(), geolocation=(), microphone=(), payment=(), usb=()"),
        ]
    }

    fn all(&self) -> Vec<(&'static str, String)> {
        let mut all = vec![("Content-Security-Policy", self.header())];
        all.extend(self.others().map(|(name, value)| (name, value.to_owned())));
        all
    }

    /// Writes the header files into a site.
    pub fn write(&self, site: &Path) -> Result {
        let folder = site.join("headers");
        sh::write(&folder.join("nginx.conf"), self.nginx())?;
        sh::write(&folder.join("apache.conf"), self.apache())?;
        sh::write(&folder.join("bucket.json"), self.bucket())?;
        // Netlify and Cloudflare Pages look for it at the top.
        let names: Vec<String> = sh::all_files(site)?
            .iter()
            .filter_map(|file| Some(file.strip_prefix(site).ok()?.to_str()?.replace('\\', "/")))
            .collect();
        sh::write(&site.join("_headers"), self.netlify(&names))
    }

    /// Directives for the `location` that serves the site.
    fn nginx(&self) -> String {
        let add = |name: &str, value: &str| format!("add_header {name} \"{value}\" always;\n");
        let all: String = self.all().iter().map(|(name, value)| add(name, value)).collect();
        format!(
            "# Include this in the location that serves the site: docs/deployment.md. It holds for no other location, and a location that\n\
             # adds headers of its own inherits none of these.\n\
             {all}add_header Cache-Control $callscope_cache always;\n\
             # Sent on, a changed file is taken at once; files whose address changes with their content are kept.\n\
             set $callscope_cache \"no-cache\";\n\
             if ($request_uri ~ \"(-[0-9a-f]{{12,16}}[^/]*|[?]b=[0-9a-f]+)$\") {{\n    set $callscope_cache \"{IMMUTABLE}\";\n}}\n\
             types {{\n    text/html html;\n    text/css css;\n    text/javascript js;\n    application/wasm wasm;\n    \
             application/json json;\n    application/manifest+json webmanifest;\n    image/svg+xml svg;\n    image/png png;\n    application/gzip gz;\n}}\n\
             gzip on;\ngzip_vary on;\ngzip_types text/css text/javascript application/wasm application/json application/manifest+json image/svg+xml;\n"
        )
    }

    /// Directives for the `<Directory>` of the site, or its `.htaccess`.
    fn apache(&self) -> String {
        let set = |name: &str, value: &str| format!("Header always set {name} \"{value}\"\n");
        let all: String = self.all().iter().map(|(name, value)| set(name, value)).collect();
        format!(
            "# For the <Directory> of the site, or as its .htaccess; wants mod_headers.\n\
             {all}AddType application/wasm .wasm\nAddType text/javascript .js\nAddType application/manifest+json .webmanifest\n\
             Header set Cache-Control \"no-cache\"\n\
             <If \"%{{THE_REQUEST}} =~ m#(-[0-9a-f]{{12,16}}[^/ ]*|[?]b=[0-9a-f]+) HTTP#\">\n    Header set Cache-Control \"{IMMUTABLE}\"\n</If>\n"
        )
    }

    /// `_headers`, as Netlify and Cloudflare Pages read it, for files of these names. They join the values of all rules that match, so that no two
    /// rules for caches may; and they see no queries, so that only names that change with their content are kept for good.
    fn netlify(&self, names: &[String]) -> String {
        let all: String = self.all().iter().map(|(name, value)| format!("  {name}: {value}\n")).collect();
        let rule = |name: &String| match hashed(name) {
            Some(beginning) => format!("/{beginning}*\n  Cache-Control: {IMMUTABLE}\n"),
            None => format!("/{name}\n  Cache-Control: no-cache\n"),
        };
        let mut rules: Vec<String> =
            names.iter().filter(|name| !name.starts_with("headers/") && *name != "_headers").map(rule).collect();
        rules.push("/\n  Cache-Control: no-cache\n".to_owned());
        rules.sort_unstable();
        rules.dedup();
        format!("/*\n{all}{}", rules.concat())
    }

    /// A response headers policy for a CDN in front of a bucket (the shape is CloudFront's; others take name and value likewise).
    fn bucket(&self) -> String {
        let items: Vec<Value> = self
            .all()
            .into_iter()
            .map(|(name, value)| serde_json::json!({ "Header": name, "Value": value, "Override": true }))
            .collect();
        let policy = serde_json::json!({
            "Name": "callscope",
            "Comment": "Headers of a Callscope site",
            "CustomHeadersConfig": { "Quantity": items.len(), "Items": items },
        });
        format!("{policy:#}\n")
    }
}

/// The beginning of a name up to its hash of 12 to 16 hexadecimal digits, as Trunk writes it.
fn hashed(name: &str) -> Option<&str> {
    let (before, behind) = name.split_once('-')?;
    let digits = behind.bytes().take_while(u8::is_ascii_hexdigit).count();
    (12..=16).contains(&digits).then(|| &name[..before.len() + 1 + digits])
}

/// The origin of an absolute web address, as a policy names it; `None` for an address of the site itself, or none at all.
fn origin(address: &str) -> Option<String> {
    let (scheme, rest) = address.split_once("://")?;
    let host = rest.split(['/', '?', '#']).next()?.to_ascii_lowercase();
    let plain = !host.is_empty() && host.bytes().all(|b| b.is_ascii_alphanumeric() || matches!(b, b'.' | b'-' | b':'));
    (plain && matches!(scheme, "http" | "https")).then(|| format!("{scheme}://{host}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    const CONFIG: &str = r#"{"feeds": [{"name": "a", "url": "feeds/a.json"}, {"name": "b", "url": "https://Gateway.example.com/b?x=1"},
        {"name": "c", "url": "https://gateway.example.com/c"}, {"name": "d", "url": "http://10.0.0.1:8080/d"}, {"name": "e", "url": "https://a;script-src *"}],
        "parents": ["https://portal.example.com", "https://portal.example.com/path", "'none'"]}"#;

    fn directive<'a>(policy: &'a str, name: &str) -> &'a str {
        policy.split("; ").find_map(|d| d.strip_prefix(name)).unwrap_or_else(|| panic!("no {name} in {policy}")).trim()
    }

    #[test]
    fn feeds_and_parents_are_allowed_and_nothing_else() {
        let policy = Policy::of(CONFIG).unwrap();
        let header = policy.header();
        assert_eq!(directive(&header, "connect-src"), "'self' http://10.0.0.1:8080 https://gateway.example.com");
        assert_eq!(directive(&header, "frame-ancestors"), "'self' https://portal.example.com");
        assert_eq!(directive(&header, "script-src"), "'self' 'wasm-unsafe-eval'");
        assert!(!header.contains("unsafe-inline") && !header.contains("'unsafe-eval'"), "{header}");
        // A meta tag must not have it: browsers ignore it there, and warn.
        assert!(!policy.meta().contains("frame-ancestors"));
        assert_eq!(directive(&Policy::of("{}").unwrap().header(), "connect-src"), "'self'");
        let open = Policy::of(r#"{"other_feeds": true}"#).unwrap();
        assert_eq!(directive(&open.header(), "connect-src"), "'self' https: http:");
        assert!(Policy::of("[]").is_err() && Policy::of("{").is_err());
    }

    #[test]
    fn every_header_file_has_the_whole_policy() {
        let policy = Policy::of(CONFIG).unwrap();
        for file in [policy.nginx(), policy.apache(), policy.netlify(&[]), policy.bucket()] {
            assert!(file.contains(&policy.header()), "{file}");
            assert!(file.contains("nosniff"), "{file}");
        }
    }

    #[test]
    fn files_are_kept_for_good_where_their_names_change_with_them() {
        let names = [
            "app-e1654719b3549606.js",
            "app-e1654719b3549606_bg.wasm",
            "app-e1654719b3549606-chunk_8.wasm",
            "boot.js",
            "icon-192.png",
            "feeds/demo.json.gz",
            "headers/nginx.conf",
        ];
        let file = Policy::of("{}").unwrap().netlify(&names.map(str::to_owned));
        let rules: Vec<(&str, &str)> = file.split("\n/").filter_map(|rule| rule.split_once("\n  Cache-Control: ")).collect();
        let rules: Vec<(&str, &str)> =
            rules.into_iter().map(|(path, value)| (path.trim_start_matches('/'), value.trim())).collect();
        let wanted = [
            ("", "no-cache"),
            ("app-e1654719b3549606*", IMMUTABLE),
            ("boot.js", "no-cache"),
            ("feeds/demo.json.gz", "no-cache"),
            ("icon-192.png", "no-cache"),
        ];
        assert_eq!(rules, wanted);
    }
}
