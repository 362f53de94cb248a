//! What is kept in the browser, by several tabs at once and with files that are damaged: one set for each name, every damage is reported, and nothing is
//! removed without the user's choice.

use crate::look::{eventually, footer, press_part, says, shown};
use crate::room::in_reader;
use crate::sets::{begin, choose, file, keep, open_sets, stored};
use callscope_e2e::browser::Result;
use callscope_e2e::case::{Case, Context, ensure};
use callscope_e2e::cases;
use serde_json::{Value, json};

pub const CASES: &[Case] = cases![
    fresh two_tabs_that_keep_one_name_leave_one_set,
    fresh damaged_files_are_named_and_stay,
];

fn tab(cx: &Context) -> Result<Value> {
    cx.session().call("GET", "/window", None)
}

fn go_to(cx: &Context, tab: &Value) -> Result {
    cx.session().call("POST", "/window", Some(&json!({ "handle": tab }))).map(drop)
}

/// Opens a file of so many calls, and the dialog of data sets.
fn ready_to_keep(cx: &Context, name: &str, count: usize) -> Result {
    let path = file(cx, name, count, 1)?;
    begin(cx)?;
    choose(cx, &[&path])?;
    eventually("the calls of the file", &(count as u64), || Ok(footer(cx)?.0))?;
    open_sets(cx)
}

fn two_tabs_that_keep_one_name_leave_one_set(cx: &mut Context) -> Result {
    cx.session().without_keeping()?;
    // Each reader is busy with its first bytes for two seconds: both write at the same time.
    in_reader(
        cx,
        "const { write } = FileSystemSyncAccessHandle.prototype; let first = true;
        FileSystemSyncAccessHandle.prototype.write = function (...all) {
            if (first) { first = false; const end = performance.now() + 2000; while (performance.now() < end); }
            return write.apply(this, all);
        }",
    )?;
    ready_to_keep(cx, "first.json", 90)?;
    let first = tab(cx)?;
    cx.open_in_new_tab(&cx.server.url())?;
    cx.wait_whole()?;
    ready_to_keep(cx, "second.json", 40)?;
    let second = tab(cx)?;
    go_to(cx, &first)?;
    keep(cx, "may")?;
    go_to(cx, &second)?;
    keep(cx, "may")?;
    says(cx, "may is saved.")?;
    go_to(cx, &first)?;
    says(cx, "may is saved.")?;
    eventually("files stored", &1, || Ok(stored(cx)?.len()))?;
    // Both told the truth: the one that came second replaced the other.
    cx.visit("?lang=en&tz=UTC&range=14d&source=kept:may")?;
    eventually("the calls of the tab that kept last", &40, || Ok(footer(cx)?.0))
}

/// Changes the file that is kept: `how` gets its handle, and its bytes.
fn damage(cx: &Context, how: &str) -> Result {
    let script = format!(
        "const folder = await (await navigator.storage.getDirectory()).getDirectoryHandle('kept');
        for await (const handle of folder.values()) {{
            const bytes = new Uint8Array(await (await handle.getFile()).arrayBuffer());
            const out = await handle.createWritable(); await out.write((bytes => {how})(bytes)); await out.close();
        }}
        return 'done';"
    );
    let done = cx.script_async(&script)?;
    ensure(done == "done", || done.to_string())
}

fn damaged_files_are_named_and_stay(cx: &mut Context) -> Result {
    cx.session().without_keeping()?;
    // What is wrong with the file, what the list says of it, and what its address does.
    const DAMAGES: [(&str, &str, &str); 5] = [
        ("bytes.slice(0, 300)", "only its first 300 B are there", "cut short at byte 300"),
        ("bytes.slice(0, 10)", "Damaged: only its first 10 B are there", "cut short at byte 10"),
        ("new Uint8Array()", "Damaged: only its first 0 B are there", "cut short at byte 0"),
        ("(bytes[2] ^= 1, bytes)", "Damaged at its beginning", "not a kept data set"),
        ("(bytes[30] ^= 1, bytes)", "Damaged at its beginning", "damaged before byte"),
    ];
    for (how, listed, told) in DAMAGES {
        ready_to_keep(cx, "may.json", 90)?;
        keep(cx, "calls of May / 5")?;
        says(cx, "calls of May / 5 is saved.")?;
        damage(cx, how)?;
        cx.visit("?lang=en&tz=UTC&range=14d&source=kept:calls%20of%20May%20/%205")?;
        says(cx, "The saved data set calls of May / 5 can no longer be read.")?;
        says(cx, told)?;
        begin(cx)?;
        open_sets(cx)?;
        says(cx, listed)?;
        ensure(cx.texts("#d-sets .sets b")? == ["calls of May / 5"], || format!("{how}: {:?}", cx.texts("#d-sets .sets b")))?;
        ensure(!shown(cx, "#d-sets .sets [aria-label^='Open']")?, || format!("{how}: it can be opened"))?;
        ensure(stored(cx)?.len() == 1, || format!("{how}: it was removed, and nobody chose to"))?;
        press_part(cx, "button", "Delete calls of May / 5")?;
        says(cx, "Nothing is saved.")?;
    }
    // Keeping under its name replaces a damaged one.
    ready_to_keep(cx, "may.json", 90)?;
    for _ in 0..2 {
        keep(cx, "may")?;
        says(cx, "may is saved.")?;
        damage(cx, "bytes.slice(0, 300)")?;
        ready_to_keep(cx, "june.json", 40)?;
    }
    ensure(stored(cx)?.len() == 1, || format!("the damaged one is there too: {:?}", stored(cx)))?;
    press_part(cx, "button", "Delete may")?;
    says(cx, "Nothing is saved.")?;
    // Sound in its beginning and size: what is wrong shows when it is read, and it stays.
    ready_to_keep(cx, "may.json", 90)?;
    keep(cx, "may")?;
    says(cx, "may is saved.")?;
    damage(cx, "(bytes[bytes.length - 40] ^= 1, bytes)")?;
    cx.visit("?lang=en&tz=UTC&range=14d&source=kept:may")?;
    says(cx, "The saved data set may can no longer be read.")?;
    ensure(stored(cx)?.len() == 1, || "it was removed, and nobody chose to".to_owned())
}
