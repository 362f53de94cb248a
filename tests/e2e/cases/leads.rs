//! Data leads to what it counts: failed calls, codes, keys and addresses are links to the page with that choice.

use crate::look::{eventually, parameter, says, tiles_show};
use crate::oracle::{Call, pinned, range, totals, within};
use callscope_e2e::browser::Result;
use callscope_e2e::case::{Case, Context, ensure};
use callscope_e2e::cases;
use serde_json::json;

pub const CASES: &[Case] = cases![figures_lead_to_their_calls];

const SERVICE: &str = "harbour-chat";

fn count(that: impl Fn(&Call) -> bool) -> Result<usize> {
    Ok(within(range("3d"))?.filter(|call| call.service == SERVICE && call.failed() && that(call)).count())
}

/// Occurrences of the code that is looked into.
fn occurrences(cx: &Context, wanted: usize) -> Result {
    eventually("occurrences", &Some(wanted.to_string()), || Ok(cx.texts(".facts dd")?.first().cloned()))
}

fn figures_lead_to_their_calls(cx: &mut Context) -> Result {
    cx.visit(&pinned(""))?;
    tiles_show(cx, totals(within(range("3d"))?))?;
    // A count of failed calls: the Failed Calls of its service.
    let press = "const rows = [...document.querySelectorAll('table.services tbody tr')];
        const link = rows.find(r => r.innerText.includes('Harbour Chat'))?.querySelector('a.to');
        link?.click(); return !!link";
    ensure(cx.script(press, json!([]))? == true, || "the count of failed calls is no link".to_owned())?;
    eventually("the page", &Some("failed".to_owned()), || parameter(cx, "page"))?;
    eventually("the service", &Some(SERVICE.to_owned()), || parameter(cx, "service"))?;
    says(cx, &format!("All failed {}", count(|_| true)?))?;
    // A code: its calls, without a jump to the head of the page, and nothing is left out by it.
    cx.resize(1440, 500, 1.0)?;
    let place = cx.script("scrollTo(0, 160); return scrollY", json!([]))?;
    cx.press("link", "429")?;
    eventually("the code in the address", &Some("429".to_owned()), || parameter(cx, "failed.status"))?;
    occurrences(cx, count(|call| call.status == 429)?)?;
    ensure(cx.script("return scrollY", json!([]))? == place, || "the page jumped".to_owned())?;
    let steps = cx.script("return history.length", json!([]))?;
    // A key of the panel: its calls alone, in one step that goes back.
    cx.script("document.querySelector('.inspect .split a.to').click()", json!([]))?;
    eventually("the key in the address", &true, || Ok(parameter(cx, "key")?.is_some()))?;
    let key = parameter(cx, "key")?.unwrap_or_default();
    let of_key = count(|call| call.status == 429 && call.key == key)?;
    ensure(of_key > 0, || format!("no call of the key {key:?}"))?;
    occurrences(cx, of_key)?;
    let more = cx.script("return history.length - arguments[0]", json!([steps]))?;
    ensure(more == 1, || format!("{more} steps in the history"))?;
    ensure(cx.all(".inspect .split a.to")?.is_empty(), || "the key that is chosen leads to itself".to_owned())?;
    // An address of the list.
    cx.wait_js("addresses", "document.querySelector('.vrow a.to')?.innerText.length > 6")?;
    cx.script("[...document.querySelectorAll('.vrow .mono a.to')][0].click()", json!([]))?;
    eventually("the address in the address", &true, || Ok(parameter(cx, "ip")?.is_some()))?;
    let ip = parameter(cx, "ip")?.unwrap_or_default();
    let of_both = count(|call| call.status == 429 && call.key == key && call.ip == ip)?;
    ensure(of_both > 0, || format!("no call of the key {key:?} from {ip:?}"))?;
    occurrences(cx, of_both)?;
    // The rate in the head leads from Monitoring to the failed calls.
    cx.visit(&pinned(&format!("&page=details&service={SERVICE}")))?;
    cx.click(&cx.css(".pagehead__meta a.rate-text")?)?;
    eventually("the page", &Some("failed".to_owned()), || parameter(cx, "page"))
}
