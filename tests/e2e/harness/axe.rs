//! axe-core in the page: the accessibility rules that a machine can check.

use crate::browser::{Error, Result};
use crate::page::Page;
use serde_json::Value;
use std::path::PathBuf;
use std::sync::OnceLock;

/// The file that `cargo xtask setup --tests` brings, below the folder of the project's tools.
pub const FILE: &str = "axe-core/node_modules/axe-core/axe.min.js";
/// Names that file where it is elsewhere.
pub const VARIABLE: &str = "CALLSCOPE_AXE";

/// WCAG 2.0 to 2.2, levels A and AA, and what axe calls best practice.
const RULES: &str = "{ type: 'tag', values: ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice'] }";
/// Those of them that depend on colours, which are all that a theme changes.
const OF_COLOURS: &str = "{ type: 'rule', values: ['color-contrast', 'link-in-text-block'] }";

fn file() -> PathBuf {
    if let Some(named) = std::env::var_os(VARIABLE) {
        return named.into();
    }
    let target = std::env::var_os("CARGO_TARGET_DIR").map_or_else(|| "target".into(), PathBuf::from);
    crate::case::root().join(target).join("tools").join(FILE)
}

/// What axe finds wrong within what a selector names first, as the page is now: the rule, and the element with what is wrong about it. By
/// colours alone where only the theme has changed.
///
/// # Errors
/// [`Error::LeftOut`] where axe-core is not installed; axe's own message.
pub fn faults(page: &Page, within: &str, colours_alone: bool) -> Result<Vec<String>> {
    static AXE: OnceLock<Option<String>> = OnceLock::new();
    let axe = AXE.get_or_init(|| std::fs::read_to_string(file()).ok());
    // As for nginx: what this machine cannot bring is said, and hinders no other case.
    let axe = axe.as_deref().ok_or(Error::LeftOut("axe-core is not installed"))?;
    let within = Value::from(within);
    let rules = if colours_alone { OF_COLOURS } else { RULES };
    let found = page.script_async(&format!(
        "{axe};
        const {{ violations }} = await window.axe.run(document.querySelector({within}), {{ runOnly: {rules}, resultTypes: ['violations'] }});
        return violations.flatMap(v => v.nodes.map(n => `${{v.id}}: ${{n.html.slice(0, 160)}} (${{n.target.join(' ')}}): ${{
            [...n.any, ...n.all, ...n.none].map(c => c.message).join('; ')}}`))"
    ))?;
    match found {
        Value::Array(all) => Ok(all.iter().map(|fault| fault.as_str().unwrap_or_default().to_owned()).collect()),
        other => Err(Error::Unexpected(format!("axe: {other}"))),
    }
}
