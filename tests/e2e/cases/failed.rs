//! Failed Calls: classes, codes and the calls behind a code.

use crate::details::headline_counts;
use crate::look::{eventually, number, parameter, press_part, shown};
use crate::oracle::{Call, pinned, range, within};
use callscope_e2e::browser::Result;
use callscope_e2e::case::{Case, Context, ensure};
use callscope_e2e::cases;
use serde_json::json;

pub const CASES: &[Case] = cases![a_code_opens_down_to_its_last_call];

fn of_status(status: u64) -> Result<Vec<&'static Call>> {
    Ok(within(range("3d"))?.filter(|call| call.service == "harbour-chat" && call.status == status).collect())
}

fn a_code_opens_down_to_its_last_call(cx: &mut Context) -> Result {
    cx.visit(&pinned("&page=details&service=harbour-chat"))?;
    headline_counts(cx, range("3d"), |call| call.service == "harbour-chat")?;
    press_part(cx, "link", "Failed Calls")?;
    cx.css("tr.grp")?;
    let failed: Vec<_> = within(range("3d"))?.filter(|call| call.service == "harbour-chat" && call.failed()).collect();
    for class in [4, 5] {
        let count = failed.iter().filter(|call| call.status / 100 == class).count();
        let percent = format!("{:.3}", count as f64 / failed.len() as f64 * 100.0);
        let script = "return [...document.querySelectorAll('tr.grp')].filter(r => r.innerText.includes(arguments[0]))
            .map(r => [...r.querySelectorAll('td')].slice(0, 2).map(c => c.innerText.trim()).join(' '))[0] ?? null";
        let row = cx.script(script, json!([format!("{class}xx")]))?;
        let wanted = if count == 0 { json!(null) } else { json!(format!("{count} {percent}")) };
        ensure(row == wanted, || format!("{class}xx shows {row}, the file has {wanted}"))?;
    }
    // The class closes and opens.
    cx.press("button", "4xx")?;
    eventually("the code 429 shown", &0, || Ok(cx.find_all(None, "button", "429")?.len()))?;
    cx.press("button", "4xx")?;
    cx.press("button", "429")?;
    eventually("the code in the address", &Some("429".to_owned()), || parameter(cx, "status"))?;
    let calls = of_status(429)?;
    ensure(calls.len() > 100, || format!("{} calls with 429 prove little", calls.len()))?;
    let list = cx.find("grid", "Calls with code 429")?;
    let wanted = Some((calls.len() + 1).to_string());
    eventually("the rows of the list", &wanted, || cx.attribute(&list, "aria-rowcount"))?;
    row_shows(cx, 2, newest(&calls))?;
    cx.script("document.querySelector('.vlist').scrollTop = 1e9", json!([]))?;
    let end = format!("of {}, newest first", grouped(calls.len()));
    eventually("the foot of the list", &true, || {
        let text = cx.texts(".inspect__foot")?.concat();
        let last = text.split(['–', ' ']).nth(1).and_then(number);
        Ok(text.ends_with(&end) && last == Some(calls.len() as f64))
    })?;
    row_shows(cx, calls.len() + 1, calls.iter().min_by_key(|call| call.time_ms).copied())?;
    // Back goes to the codes without a list.
    cx.back()?;
    eventually("the list", &false, || shown(cx, ".vlist"))
}

fn newest<'a>(calls: &[&'a Call]) -> Option<&'a Call> {
    calls.iter().max_by_key(|call| call.time_ms).copied()
}

fn grouped(n: usize) -> String {
    if n < 1000 { n.to_string() } else { format!("{},{:03}", n / 1000, n % 1000) }
}

/// Waits until the row of this number shows the call's key and request.
fn row_shows(cx: &Context, index: usize, call: Option<&Call>) -> Result {
    let Some(call) = call else { return ensure(false, || "no call".to_owned()) };
    let at = call.time_ms.rem_euclid(86_400_000);
    let clock = format!("{:02}:{:02}:{:02}.{:03}", at / 3_600_000, at / 60_000 % 60, at / 1000 % 60, at % 1000);
    let wanted = vec![true; 3];
    eventually(&format!("row {index} shows {clock} {} {}", call.key, call.request_id), &wanted, || {
        let text = cx.texts(&format!(".vrow[aria-rowindex='{index}']"))?.concat();
        Ok([&clock, &call.key, &call.request_id].map(|part| text.contains(part.as_str())).to_vec())
    })
}
