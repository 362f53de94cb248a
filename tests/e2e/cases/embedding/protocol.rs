//! Every message that goes to and fro in a case is one of the schema that the site ships.

use super::{failed, leave};
use boon::{Compiler, SchemaIndex, Schemas};
use callscope_e2e::browser::{Error, Result};
use callscope_e2e::case::{ensure, root};
use callscope_e2e::page::Page;
use callscope_e2e::server::{Reply, Server};
use serde_json::json;

const HELPER: &str = "public/embed.js";
/// Where the helper hands a message over.
const POSTS: &str = "    this.window()?.postMessage(whole,";

/// Has a host's page note what its helper says, in `sent`; bytes are there as a word.
pub fn record(server: &Server) -> Result {
    let helper = std::fs::read_to_string(root().join(HELPER)).map_err(failed)?;
    ensure(helper.matches(POSTS).count() == 1, || format!("{HELPER} has not one {POSTS:?}"))?;
    let noted = "    (window.sent ??= []).push({ ...whole, ...(whole.data && { data: 'bytes' }) });\n";
    let helper = helper.replace(POSTS, &format!("{noted}{POSTS}"));
    server.route(&format!("/{HELPER}"), move |_| Reply::ok("text/javascript", helper.clone()));
    Ok(())
}

/// The schemas of what a host says and of what the console says.
fn schemas() -> Result<(Schemas, [SchemaIndex; 2])> {
    const PLACE: &str = "https://callscope.invalid/callscope-embed-1.schema.json";
    let text = std::fs::read_to_string(root().join("public/callscope-embed-1.schema.json")).map_err(failed)?;
    let schema = serde_json::from_str(&text).map_err(|e| Error::Unexpected(e.to_string()))?;
    let (mut schemas, mut compiler) = (Schemas::new(), Compiler::new());
    let wrong = |e: boon::CompileError| Error::Unexpected(format!("the schema of messages: {e:#}"));
    compiler.add_resource(PLACE, schema).map_err(wrong)?;
    let mut of = |direction: &str| compiler.compile(&format!("{PLACE}#/$defs/{direction}"), &mut schemas).map_err(wrong);
    let both = [of("host")?, of("console")?];
    Ok((schemas, both))
}

/// Every message that the host's page has sent by its helper, and every one that it received, is one of the schema.
pub fn is_kept(page: &Page) -> Result {
    leave(page)?;
    // Without what the page noted itself of a message: where it came from.
    let told = page.script(
        "return [window.sent ?? [], window.raw.map(({ at, origin, data, ...m }) => ({ ...m, ...(data !== undefined && { data: m.type === 'exported' ? 'bytes' : data }) }))]",
        json!([]),
    )?;
    let (schemas, both) = schemas()?;
    for (messages, index) in [&told[0], &told[1]].into_iter().zip(both) {
        let messages = messages.as_array().filter(|all| !all.is_empty());
        for message in messages.ok_or_else(|| Error::Unexpected("no messages were noted".to_owned()))? {
            schemas
                .validate(message, index)
                .map_err(|e| Error::Unexpected(format!("{message:.600} is none of the schema: {e:#}")))?;
        }
    }
    Ok(())
}
