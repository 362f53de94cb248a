//! A source that is no file and no feed: it answers late, in parts and in estimates, fails midway, and is cancelled
//! (`tests/trial/`). The worker that has it is served in the reader's place; it waits for what this server says of each question.

use crate::export::{press_ok, tick};
use crate::look::{eventually, part, press_part, rows, says};
use callscope_e2e::browser::{Error, Result};
use callscope_e2e::case::{Case, Context, ensure, root};
use callscope_e2e::cases;
use callscope_e2e::server::Reply;
use serde_json::json;
use std::sync::{Arc, Mutex, PoisonError};
use std::thread::sleep;
use std::time::{Duration, Instant};

pub const CASES: &[Case] = cases![
    charts_appear_as_they_are_answered,
    tiles_stand_before_the_services_table,
    estimates_are_shown_as_answers,
    what_came_stays_where_the_source_fails_midway,
    a_newer_view_cancels_the_older_one,
    a_file_is_refused_for_what_has_no_answer,
];

/// No question waits longer.
const WAIT: Duration = Duration::from_secs(20);

/// What becomes of questions whose address ends so: `None` while they wait.
type Rules = Vec<(&'static str, Option<(u16, &'static str)>)>;

/// The server behind the source.
struct Trial(Arc<Mutex<Rules>>);

impl Trial {
    /// Answers all other questions with `word`.
    fn serve(cx: &Context, word: &'static str, rules: Rules) -> Result<Self> {
        let file = |name: &str| {
            let path = root().join("target/trial").join(name);
            let hint = "`cargo xtask build --dev` makes it, or `cargo xtask trial` for the build in dist/";
            std::fs::read(&path).map_err(|e| Error::Unexpected(format!("{}: {e}; {hint}", path.display())))
        };
        let mount = cx.server.mount().to_owned();
        let loader =
            std::fs::read_to_string(root().join("dist/reader_loader.js")).map_err(|e| Error::Unexpected(e.to_string()))?;
        let loader = loader.replace("reader.js", "trial.js").replace("reader_bg.wasm", "trial_bg.wasm");
        for (name, kind, body) in [
            ("reader_loader.js", "text/javascript", loader.into_bytes()),
            ("trial.js", "text/javascript", file("trial.js")?),
            ("trial_bg.wasm", "application/wasm", file("trial_bg.wasm")?),
        ] {
            cx.server.route(&format!("{mount}{name}"), move |_| Reply::ok(kind, body.clone()));
        }
        let trial = Self(Arc::new(Mutex::new(rules)));
        let rules = trial.0.clone();
        cx.server.route("/trial/ask", move |url| {
            let begun = Instant::now();
            loop {
                let rule = lock(&rules).iter().find(|(of, _)| url.ends_with(of)).map_or(Some((200, word)), |(_, said)| *said);
                if let Some((status, body)) = rule {
                    return Reply { status, ..Reply::ok("text/plain", body) };
                }
                if begun.elapsed() > WAIT {
                    return Reply::status(504);
                }
                sleep(Duration::from_millis(20));
            }
        });
        cx.server.route("/trial/cancel", |_| Reply::ok("text/plain", ""));
        Ok(trial)
    }

    /// From now on.
    fn rule(&self, rules: Rules) {
        *lock(&self.0) = rules;
    }
}

fn lock(rules: &Mutex<Rules>) -> std::sync::MutexGuard<'_, Rules> {
    rules.lock().unwrap_or_else(PoisonError::into_inner)
}

fn open(cx: &Context, rest: &str) -> Result {
    cx.visit(&format!("?lang=en&tz=UTC&source=url:{}&{rest}", cx.address("/trial/source")))
}

/// The panes that have a chart, and those that say in its place why not.
fn panes(cx: &Context) -> Result<(Vec<String>, Vec<String>)> {
    const SCRIPT: &str = "const of = test => [...document.querySelectorAll('.sheet .chart')].filter(test).map(e => e.dataset.id);
        return [of(e => e.querySelector('.chart__sum')), of(e => !e.querySelector('.chart__sum'))];";
    let seen = cx.script(SCRIPT, json!([]))?;
    let names =
        |at: usize| seen[at].as_array().into_iter().flatten().filter_map(|name| name.as_str().map(str::to_owned)).collect();
    Ok((names(0), names(1)))
}

/// Waits until just these panes have no chart, out of all of them.
fn without_chart(cx: &Context, wanted: &[&str]) -> Result {
    let wanted: Vec<String> = wanted.iter().map(|&name| name.to_owned()).collect();
    eventually("panes without a chart", &(true, wanted), || {
        panes(cx).map(|(here, missing)| (here.len() + missing.len() > 8, missing))
    })
}

fn silent(cx: &Context) -> Result {
    eventually("notices", &0, || {
        Ok(cx.texts(".banner")?.iter().filter(|text| text.contains("Waiting for") || text.contains("No answer")).count())
    })
}

fn charts_appear_as_they_are_answered(cx: &mut Context) -> Result {
    let trial = Trial::serve(cx, "exact", vec![("series-Ttft", None), ("series-Latency", None)])?;
    open(cx, "page=details&service=alpha")?;
    without_chart(cx, &["ttft", "latency"])?;
    says(cx, "Waiting for: Time to First Token, Average Response Latency.")?;
    says(cx, "Waiting for an answer")?;
    trial.rule(vec![("series-Latency", None)]);
    without_chart(cx, &["latency"])?;
    says(cx, "Waiting for: Average Response Latency.")?;
    trial.rule(Vec::new());
    without_chart(cx, &[])?;
    silent(cx)
}

fn tiles_stand_before_the_services_table(cx: &mut Context) -> Result {
    let trial = Trial::serve(cx, "exact", vec![("table-11", None)])?;
    open(cx, "")?;
    cx.css(".tile__value[title]")?;
    says(cx, "Waiting for: Services.")?;
    ensure(rows(cx, "tfoot")?.iter().all(|row| row.figure(0) == 0.0), || "there is a table before its answer".to_owned())?;
    ensure(cx.texts(".blank")?.is_empty(), || "the page says that there are no calls".to_owned())?;
    trial.rule(Vec::new());
    eventually("services", &2, || Ok(rows(cx, "tbody")?.len()))?;
    silent(cx)
}

fn estimates_are_shown_as_answers(cx: &mut Context) -> Result {
    Trial::serve(cx, "estimated", Vec::new())?;
    open(cx, "page=details&service=alpha")?;
    without_chart(cx, &[])?;
    silent(cx)?;
    open(cx, "")?;
    eventually("services", &2, || Ok(rows(cx, "tbody")?.len()))
}

fn what_came_stays_where_the_source_fails_midway(cx: &mut Context) -> Result {
    cx.expect_console("503");
    let trial = Trial::serve(cx, "exact", vec![("series-Ttft", Some((503, "too busy"))), ("series-Latency", None)])?;
    open(cx, "page=details&service=alpha")?;
    says(cx, "No answer: too busy")?;
    without_chart(cx, &["ttft", "latency"])?;
    trial.rule(vec![("series-Ttft", Some((503, "too busy"))), ("series-Latency", Some((200, "give up")))]);
    says(cx, "No answer: the server has gone away")?;
    says(cx, "No answer: Time to First Token (too busy), Average Response Latency (the server has gone away).")?;
    without_chart(cx, &["ttft", "latency"])?;
    trial.rule(Vec::new());
    cx.click(&part(cx, "button", "Try again")?)?;
    without_chart(cx, &[])?;
    silent(cx)
}

fn a_newer_view_cancels_the_older_one(cx: &mut Context) -> Result {
    let trial = Trial::serve(cx, "exact", vec![("series-Ttft", None)])?;
    open(cx, "page=details&service=alpha")?;
    without_chart(cx, &["ttft"])?;
    cx.server.take_log();
    cx.press("button", "7 days")?;
    let heard = || cx.server.take_log().iter().any(|served| served.url.contains("/trial/cancel?run="));
    eventually("the cancelled question", &true, || Ok(heard()))?;
    trial.rule(Vec::new());
    without_chart(cx, &[])?;
    silent(cx)?;
    // So is the view of a page that is left.
    trial.rule(vec![("series-Ttft", None)]);
    cx.press("button", "14 days")?;
    says(cx, "Waiting for: Time to First Token.")?;
    cx.server.take_log();
    cx.click(&cx.css("a.crumb")?)?;
    eventually("the cancelled question", &true, || {
        Ok(cx.server.take_log().iter().any(|served| served.url.contains("/trial/cancel")))
    })?;
    trial.rule(Vec::new());
    eventually("services", &2, || Ok(rows(cx, "tbody")?.len()))
}

fn a_file_is_refused_for_what_has_no_answer(cx: &mut Context) -> Result {
    cx.expect_console("503");
    let trial = Trial::serve(cx, "exact", vec![("table-11", Some((503, "too busy"))), ("calls", Some((503, "too late")))])?;
    open(cx, "")?;
    says(cx, "No answer: Services (too busy).")?;
    press_part(cx, "button", "Download table")?;
    press_part(cx, "button", "Download CSV")?;
    says(cx, "No file was written: there is no answer for Services (too busy). Try again.")?;
    // The calls of a workbook are requested once the file is begun.
    trial.rule(vec![("calls", Some((503, "too late")))]);
    cx.click(&part(cx, "button", "Try again")?)?;
    eventually("services", &2, || Ok(rows(cx, "tbody")?.len()))?;
    press_part(cx, "button", "Export")?;
    tick(cx, "Include every call")?;
    press_ok(cx)?;
    says(cx, "No file was written: there is no answer for Calls (too late). Try again.")
}
