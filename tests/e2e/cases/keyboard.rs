//! Everything by the keyboard alone: each action is reached with Tab, shows where the focus is, and does what it says.

use crate::look::{eventually, parameter, says};
use crate::oracle::{pinned, range, totals, within};
use callscope_e2e::browser::{Browser, Options, Result};
use callscope_e2e::case::{Case, Context, ensure};
use callscope_e2e::page::{Page, key};
use serde_json::json;

pub const CASES: &[Case] = &[
    Case { name: "keyboard::every_action_is_reached_by_tab", run: every_action_is_reached, options: Options::default },
    Case { name: "keyboard::the_calls_page_is_worked_by_keys", run: the_calls_page, options: Options::default },
    Case { name: "keyboard::a_services_pages_are_worked_by_keys", run: a_services_pages, options: Options::default },
    Case { name: "keyboard::dialogs_are_worked_by_keys", run: dialogs, options: Options::default },
    Case { name: "keyboard::all_holds_at_twice_the_size", run: twice_the_size, options: zoomed },
    Case { name: "keyboard::little_moves_where_that_is_wished", run: little_moves, options: calm },
];

/// More stops than any page has.
const STOPS_MAX: usize = 200;

/// A window of 1440 x 900 at 200 %: half the CSS pixels, each twice as large.
fn zoomed() -> Options {
    Options { width: 720, height: 450, scale: 2.0, ..Options::default() }
}

fn calm() -> Options {
    Options { reduced_motion: true, ..Options::default() }
}

/// What has the focus: its name, whether its style or that of its container shows it, whether it is in sight, and whether it is the
/// first of its kind on the page. Counts the stops in the page, so that what was never one can be told.
const STOP: &str = "const e = document.activeElement;
    if (!e || e === document.body) return null;
    const named = (e.getAttribute('aria-labelledby') || '').split(' ').map(id => document.getElementById(id)?.innerText ?? '').join(' ').trim();
    const name = (e.getAttribute('aria-label') || (named && `${e.getAttribute('role') ?? ''} of ${named}`.slice(0, 30)) || [...(e.labels || [])].map(l => l.innerText).join(' ') || e.innerText || e.title || e.placeholder || e.id || e.tagName);
    const holders = [e, ...(e.labels || []), e.parentElement, e.parentElement?.parentElement].filter(Boolean);
    const looks = () => holders.map(h => { const s = getComputedStyle(h);
        return [s.outlineStyle, s.outlineWidth, s.outlineColor, s.boxShadow, s.borderColor, s.backgroundColor, s.textDecorationLine].join(); }).join('|');
    const focused = looks();
    e.blur(); const blurred = looks(); e.focus({ preventScroll: true });
    let { left, top: up, right, bottom } = e.getBoundingClientRect();
    for (let p = e.parentElement; p; p = p.parentElement) if (getComputedStyle(p).overflow !== 'visible') {
        const c = p.getBoundingClientRect();
        if (p !== document.body) [left, up, right, bottom] = [Math.max(left, c.left), Math.max(up, c.top), Math.min(right, c.right), Math.min(bottom, c.bottom)];
    }
    [left, up, right, bottom] = [Math.max(left, 0), Math.max(up, 0), Math.min(right, innerWidth), Math.min(bottom, innerHeight)];
    const inside = right > left && bottom > up;
    const top = inside && document.elementFromPoint((left + right) / 2, (up + bottom) / 2);
    const sight = inside && !!top && (e.contains(top) || top.contains(e) || holders.some(h => h !== document.body && h.contains(top)));
    (window.stops ??= new Set()).add(e);
    const kind = [e, e.parentElement].map(h => `${h?.tagName}.${h?.className}`).join();
    const first = !(window.kinds ??= new Set()).has(kind);
    kinds.add(kind); window.stop = e;
    return [name.replace(/\\s+/g, ' ').trim(), focused !== blurred, sight, stops.size, first]";

struct Stop {
    name: String,
    count: u64,
}

/// Presses Tab: what has the focus then; `None` where it has left the page.
fn tab(page: &Page) -> Result<Option<Stop>> {
    page.keys(&key::TAB.to_string())?;
    if page.session().kind() == Browser::Webkit {
        // It scrolls to what has the focus with the next frame.
        page.settle()?;
    }
    let told = page.script(STOP, json!([]))?;
    let Some(name) = told[0].as_str() else {
        page.session().come_back()?;
        return Ok(None);
    };
    ensure(told[1] == true, || format!("nothing shows that {name:?} has the focus"))?;
    ensure(told[2] == true, || format!("{name:?} has the focus and is out of sight"))?;
    // A style may be there and nothing of it be seen: what holds it may cut it off. WebKit's pictures come a paint late now and then.
    if told[4] == true && page.session().kind() != Browser::Webkit {
        let with = page.screenshot()?;
        page.script("stop.blur()", json!([]))?;
        let without = page.screenshot()?;
        page.script("stop.focus({ preventScroll: true })", json!([]))?;
        ensure(with != without, || format!("{name:?} looks the same with and without the focus"))?;
    }
    Ok(Some(Stop { name: name.to_owned(), count: told[3].as_u64().unwrap_or_default() }))
}

/// Presses Tab until what has the focus has a name that holds `part`.
fn tab_to(page: &Page, part: &str) -> Result {
    let mut seen = Vec::new();
    for _ in 0..STOPS_MAX {
        match tab(page)? {
            Some(stop) if stop.name.contains(part) => return Ok(()),
            Some(stop) => seen.push(stop.name),
            None => {}
        }
    }
    ensure(false, || format!("Tab never comes to {part:?}, but to {seen:?}"))
}

fn press(page: &Page, part: &str, key: char) -> Result {
    tab_to(page, part)?;
    page.keys(&key.to_string())
}

/// Tabs through the page once. Whatever a pointer may press must have been a stop, or belong to one.
fn all_are_reached(page: &Page, what: &str) -> Result {
    const MISSED: &str = "const of = 'a[href],button,input,select,textarea,summary,[tabindex]';
        const shown = e => e.checkVisibility({ visibilityProperty: true, opacityProperty: true }) && e.getClientRects().length > 0;
        const told = e => e.outerHTML.slice(0, 140);
        const stops = [...(window.stops ?? [])];
        // Arrow keys go through a row of buttons from its one stop.
        const row = e => e.closest('[role=toolbar]');
        const controls = [...document.querySelectorAll(of)].filter(e => shown(e) && !e.disabled && e.tabIndex >= 0)
            .filter(e => !(e.type === 'radio' && stops.some(s => s.name === e.name)) && !stops.includes(e));
        const pressed = [...document.body.querySelectorAll('*')].filter(e => shown(e) && getComputedStyle(e).cursor === 'pointer')
            .filter(e => !e.closest('label') && !stops.some(s => s.contains(e) || e.contains(s) || (row(e) && row(e) === row(s))));
        return [controls.map(told), pressed.map(told)]";
    page.script("window.stops = new Set(); document.activeElement?.blur(); scrollTo(0, 0)", json!([]))?;
    let mut count = 0;
    for _ in 0..STOPS_MAX {
        match tab(page)? {
            // Around: what has the focus had it before.
            Some(stop) if stop.count == count => break,
            Some(stop) => count = stop.count,
            None if count > 0 => break,
            None => {}
        }
    }
    let missed = page.script(MISSED, json!([]))?;
    ensure(count > 10, || format!("{what}: only {count} stops"))?;
    ensure(missed == json!([[], []]), || format!("{what}: Tab does not come to {missed:#}"))
}

fn open(cx: &Context, rest: &str, there: &str) -> Result {
    cx.visit(&pinned(rest))?;
    cx.css(there)?;
    cx.quiet(std::time::Duration::from_millis(400))
}

const CALLS: (&str, &str) = ("&open=aster-chat", ".tile__value[title]");
const DETAILS: (&str, &str) = ("&page=details&service=aster-chat", ".chart__plot[role=slider]");
const FAILED: (&str, &str) = ("&page=failed&service=harbour-chat", "tr.grp");

fn every_action_is_reached(cx: &mut Context) -> Result {
    for (rest, there) in [CALLS, DETAILS, FAILED] {
        open(cx, rest, there)?;
        all_are_reached(cx, rest)?;
    }
    Ok(())
}

fn the_calls_page(cx: &mut Context) -> Result {
    open(cx, "", CALLS.1)?;
    // A row of presets is one stop: arrow keys, Home and End go through it, around its ends too.
    tab_to(cx, "3 days")?;
    cx.keys(&format!("{}{}", key::END, key::RIGHT))?;
    eventually("what has the focus", &json!("Today"), || cx.script("return document.activeElement.innerText", json!([])))?;
    ensure(tab(cx)?.is_some_and(|stop| stop.name.contains("Service type")), || "a row of presets has several stops".to_owned())?;
    // The button that had the focus last is the row's stop.
    tab_to(cx, "Today")?;
    cx.keys(&format!("{}{}", key::RIGHT.to_string().repeat(4), key::ENTER))?;
    crate::look::tiles_show(cx, totals(within(range("14d"))?))?;
    tab_to(cx, "Find service")?;
    cx.keys("harbour")?;
    eventually("the service found", &1, || Ok(cx.all("table.services tbody tr")?.len()))?;
    press(cx, "Failed Calls", key::ENTER)?;
    eventually("the sorting", &Some("failed.down".to_owned()), || parameter(cx, "calls.sort"))?;
    // Back to the top: on from the end of the page.
    press(cx, "Dark theme", ' ')?;
    eventually("the theme", &json!("dark"), || cx.script("return document.documentElement.dataset.theme", json!([])))?;
    let has_focus = "return document.activeElement.getAttribute('aria-label')";
    ensure(cx.script(has_focus, json!([]))? == "Dark theme", || "the focus is lost with the press".to_owned())?;
    tab_to(cx, "EN")?;
    cx.keys(&format!("{}{}", key::RIGHT, key::ENTER))?;
    says(cx, "总调用次数")?;
    cx.keys(&format!("{}{}", key::LEFT, key::ENTER))?;
    says(cx, "Total Calls")?;
    press(cx, "Columns", key::ENTER)?;
    cx.css("#p-cols:popover-open")?;
    press(cx, "Input Tokens", ' ')?;
    eventually("the column hidden", &Some("input-tokens".to_owned()), || parameter(cx, "calls.hide"))?;
    cx.keys(&key::ESCAPE.to_string())?;
    press(cx, "View Monitoring Details of Harbour Chat", key::ENTER)?;
    eventually("the page", &Some("details".to_owned()), || parameter(cx, "page"))?;
    cx.css(DETAILS.1)?;
    // The pressed link was removed with its page, so the new page gets the focus.
    eventually("the focus", &json!("main"), || cx.script("return document.activeElement.id", json!([])))
}

fn a_services_pages(cx: &mut Context) -> Result {
    open(cx, DETAILS.0, DETAILS.1)?;
    // A chart describes its points as a text, one by one.
    let at = "return [document.activeElement.getAttribute('aria-valuetext'), document.activeElement.closest('.chart')?.id]";
    for _ in 0..STOPS_MAX {
        tab(cx)?;
        if cx.script(at, json!([]))?[1] == "c-ttft" && cx.script(at, json!([]))?[0].is_string() {
            break;
        }
    }
    // The crosshair that keys have set ends with the focus.
    cx.keys(&key::HOME.to_string())?;
    cx.css("#c-calls .cur")?;
    tab(cx)?;
    eventually("the crosshair", &0, || Ok(cx.all(".cur")?.len()))?;
    cx.chord(&[key::SHIFT, key::TAB])?;
    cx.keys(&key::HOME.to_string())?;
    let first = cx.script(at, json!([]))?;
    cx.keys(&key::RIGHT.to_string())?;
    let second = cx.script(at, json!([]))?;
    ensure(second[0].as_str().is_some_and(|text| text.contains(':')) && first != second, || {
        format!("{first} and then {second}")
    })?;
    cx.keys(&key::ESCAPE.to_string())?;
    // From chart to chart, from the legend of one too.
    let chart = |wanted: &str| {
        let on = "return document.activeElement.matches('.chart__plot') ? document.activeElement.closest('.chart').id : ''";
        eventually("the chart", &json!(wanted), || cx.script(on, json!([])))
    };
    let before = cx.script("return document.querySelector('#c-ttft').previousElementSibling.id", json!([]))?;
    let before = before.as_str().unwrap_or_default();
    cx.keys("p")?;
    chart(before)?;
    cx.keys("n")?;
    chart("c-ttft")?;
    tab_to(cx, "P50")?;
    cx.keys("p")?;
    chart(before)?;
    cx.keys("n")?;
    press(cx, "P90", ' ')?;
    eventually("the line off", &true, || Ok(parameter(cx, "details.off")?.is_some_and(|off| off.ends_with(".p90"))))?;
    press(cx, "chart menu", key::ENTER)?;
    // The menu has the focus, and arrow keys go through it.
    let row = "return document.activeElement.innerText";
    eventually("the menu", &true, || {
        Ok(cx.script("return document.activeElement.matches('.menu > button')", json!([]))? == true)
    })?;
    for _ in 0..STOPS_MAX {
        if cx.script(row, json!([]))?.as_str().is_some_and(|row| row.contains("View as table")) {
            break;
        }
        cx.keys(&key::DOWN.to_string())?;
    }
    cx.keys(&key::ENTER.to_string())?;
    cx.css(".astable tbody tr")?;
    press(cx, "Failed Calls", key::ENTER)?;
    eventually("the page", &Some("failed".to_owned()), || parameter(cx, "page"))?;
    open(cx, "&page=failed&service=harbour-chat", "tr.grp")?;
    press(cx, "4xx", key::ENTER)?;
    eventually("the class closed", &0, || Ok(cx.find_all(None, "link", "429")?.len()))?;
    cx.keys(&key::ENTER.to_string())?;
    press(cx, "429", key::ENTER)?;
    eventually("the code", &Some("429".to_owned()), || parameter(cx, "failed.status"))?;
    cx.css(".vrow .mono")?;
    // The panel has the focus; Escape closes it from anywhere in it, and gives the focus back to the code.
    let at = |wanted: &str| {
        let matches = "return document.activeElement.matches(arguments[0])";
        eventually(wanted, &json!(true), || cx.script(matches, json!([wanted])))
    };
    at(".inspect")?;
    tab_to(cx, "Close")?;
    cx.keys(&key::ESCAPE.to_string())?;
    eventually("the panel", &0, || Ok(cx.all(".inspect")?.len()))?;
    at("a.code")?;
    ensure(parameter(cx, "failed.status")?.is_none(), || "the code stays in the address".to_owned())?;
    // What lies over the page is closed first; and the cross gives the focus back, too.
    cx.keys(&key::ENTER.to_string())?;
    at(".inspect")?;
    cx.css(".vrow .mono")?;
    cx.script("document.querySelector('button[popovertarget=p-zone]').click()", json!([]))?;
    cx.css("#p-zone:popover-open")?;
    cx.keys(&key::ESCAPE.to_string())?;
    eventually("popovers", &0, || Ok(cx.all(":popover-open")?.len()))?;
    cx.css(".inspect")?;
    cx.script("document.querySelector('.inspect__head .btn').focus()", json!([]))?;
    cx.keys(&key::ENTER.to_string())?;
    eventually("the panel", &0, || Ok(cx.all(".inspect")?.len()))?;
    at("a.code")
}

fn dialogs(cx: &mut Context) -> Result {
    open(cx, DETAILS.0, DETAILS.1)?;
    press(cx, "Export", key::ENTER)?;
    cx.css("#d-export[open] form")?;
    all_are_in(cx, "#d-export")?;
    press(cx, "Export", key::ENTER)?;
    let (name, bytes) = crate::export::downloaded(cx)?;
    ensure(name.ends_with(".xlsx") && bytes.starts_with(b"PK"), || format!("{name} is no workbook"))?;
    eventually("dialogs", &0, || Ok(cx.all("dialog[open]")?.len()))?;
    // The toast about the file covers a part of the page for some seconds.
    eventually("words about the file", &String::new(), || Ok(cx.texts(".toast")?.concat()))?;
    press(cx, "Data set:", key::ENTER)?;
    press(cx, "Connect a feed", key::ENTER)?;
    cx.css("#d-connect[open]")?;
    all_are_in(cx, "#d-connect")?;
    cx.keys(&key::ESCAPE.to_string())?;
    eventually("dialogs", &0, || Ok(cx.all("dialog[open]")?.len()))?;
    press(cx, "Data set:", key::ENTER)?;
    press(cx, "Data sets", key::ENTER)?;
    cx.css("#d-sets[open]")?;
    press(cx, "Close", key::ENTER)?;
    eventually("dialogs", &0, || Ok(cx.all("dialog[open]")?.len()))
}

/// Tab stays within an open dialog, and comes to all that is in it.
fn all_are_in(cx: &Context, dialog: &str) -> Result {
    const MISSED: &str = "const dialog = document.querySelector(arguments[0]);
        return [...dialog.querySelectorAll('a[href],button,input,select,textarea')]
            .filter(e => e.checkVisibility({ visibilityProperty: true }) && !e.disabled && e.type !== 'radio' && !window.stops.has(e))
            .map(e => e.outerHTML.slice(0, 140))";
    cx.script("window.stops = new Set()", json!([]))?;
    for _ in 0..60 {
        tab(cx)?;
        let within = cx.script(
            "return document.activeElement === document.body || !!document.activeElement.closest(arguments[0])",
            json!([dialog]),
        )?;
        ensure(within == true, || format!("Tab leaves {dialog}, which is open"))?;
    }
    let missed = cx.script(MISSED, json!([dialog]))?;
    ensure(missed == json!([]), || format!("Tab does not come to {missed:#}"))
}

fn twice_the_size(cx: &mut Context) -> Result {
    for (rest, there) in [CALLS, DETAILS, FAILED] {
        open(cx, rest, there)?;
        ensure(!cx.overflows()?, || format!("{rest} scrolls sideways at 200 %"))?;
        all_are_reached(cx, rest)?;
    }
    open(cx, DETAILS.0, DETAILS.1)?;
    crate::look::press_part(cx, "button", "Export")?;
    cx.css("#d-export[open] form")?;
    all_are_in(cx, "#d-export")?;
    const FITS: &str = "const r = document.querySelector('#d-export').getBoundingClientRect();
        return r.left >= 0 && r.top >= 0 && r.right <= innerWidth && r.bottom <= innerHeight";
    ensure(cx.script(FITS, json!([]))? == true, || "the dialog is larger than the window".to_owned())
}

fn little_moves(cx: &mut Context) -> Result {
    const MOVING: &str = "const ms = text => Math.max(...text.split(',').map(t => parseFloat(t) * (t.trim().endsWith('ms') ? 1 : 1000)));
        const moves = e => { const s = getComputedStyle(e);
            return ms(s.transitionDuration) > 10 || (s.animationName !== 'none' && ms(s.animationDuration) > 10) || s.scrollBehavior === 'smooth'; };
        return [document.documentElement, ...document.body.querySelectorAll('*')].filter(moves).map(e => e.outerHTML.slice(0, 100))
            .concat(document.getAnimations().filter(a => a.effect.getComputedTiming().duration > 10).map(a => String(a.animationName)))";
    ensure(cx.script("return matchMedia('(prefers-reduced-motion: reduce)').matches", json!([]))? == true, || {
        "not wished".to_owned()
    })?;
    for (rest, there) in [CALLS, DETAILS, FAILED] {
        open(cx, rest, there)?;
        let moving = cx.script(MOVING, json!([]))?;
        ensure(moving == json!([]), || format!("{rest}: {moving:#}"))?;
    }
    crate::look::press_part(cx, "button", "Data set:")?;
    cx.press("button", "Connect a feed")?;
    cx.css("#d-connect[open]")?;
    let moving = cx.script(MOVING, json!([]))?;
    ensure(moving == json!([]), || format!("a dialog: {moving:#}"))?;
    // What shows that something goes on may not turn either.
    cx.page.open(&format!("{}?lang=en&source=url:{}", cx.server.url(), cx.address("/fixture/slow.json")))?;
    cx.css("progress")?;
    let moving = cx.script(MOVING, json!([]))?;
    ensure(moving == json!([]), || format!("a load: {moving:#}"))
}
