//! The Failed Calls tab in a report: failed calls over time, codes with their messages, and the code that is looked into.

use super::html::{Own, Text, bar, picture, square};
use super::mask::Field;
use super::{List, Page};
use crate::base::num;
use crate::base::sorted::Set;
use crate::export::axis::Axis;
use crate::export::chart::{class_token, code_token, layers};
use crate::i18n::charts::Charts;
use crate::i18n::export::Export;
use crate::i18n::failed::{self as failed_words, FailedWords};
use crate::i18n::pages::{self, Pages};
use crate::i18n::report::Report as Words;
use crate::i18n::{charts, fill, time};
use crate::model::Exactness;
use crate::scene::{self, Point};
use crate::wire::{CallRow, ErrorClass, ErrorCode, ErrorMessage, FailedReply, Head, Inspect, percent_share, share};
use std::fmt::Write as _;

/// Sizes of the bars over time and of the small ones in a row, in CSS pixels.
const STRIP: Point = (1120.0, 170.0);
const MINI: Point = (112.0, 22.0);
/// Keys listed; the rest are one row.
const KEYS_MAX: usize = 6;

/// See [`super::Shown::Failed`].
pub(super) struct Failed<'a> {
    pub reply: &'a FailedReply,
    pub status: Option<u16>,
    pub message: Option<&'a (String, String)>,
    pub closed: &'a Set<u8>,
    pub list: Option<&'a List>,
}

impl Page<'_> {
    pub(super) fn failed(&mut self, failed: &Failed<'_>) {
        let reply = failed.reply;
        if self.without_calls(&reply.head, &reply.service) {
            return;
        }
        if reply.total == 0 {
            let (title, why) = failed_words::no_failures(self.wanted.lang, &reply.head.figures, reply.absent.as_ref());
            let _ = writeln!(self.out, "<h2>{}</h2>", Text(title));
            return self.paragraph("note", &why);
        }
        self.paragraph("note", self.t(FailedWords::PercentageNote));
        let axis = self.axis(&reply.buckets, &[]);
        let status = failed.status.filter(|status| reply.code(*status).is_some());
        self.strip(failed, &axis, status);
        self.codes(failed);
        if let Some(status) = status
            && let Some(inspect) = reply.inspect.as_ref().filter(|inspect| inspect.status == status)
        {
            self.inspect(failed, inspect);
        }
    }

    /// Says why a service's page shows nothing, where it does.
    pub(super) fn without_calls(&mut self, head: &Head, service: &str) -> bool {
        if !head.known {
            let said = fill(self.t(Pages::UnknownService), &[("name", service)]);
            self.paragraph("note", &said);
        } else if head.figures.has_no_calls() {
            self.paragraph("note", self.t(Pages::NoCallsAtAll));
        }
        !head.known || head.figures.has_no_calls()
    }

    /// What is looked into, in few words: `429`, `429: Rate limit reached for…`.
    fn looked_into(&mut self, failed: &Failed<'_>, status: u16) -> String {
        let said = failed.message.map(|(code, message)| match message.as_str() {
            message if message.is_empty() || !self.wanted.log => self.mask.say(Field::OwnCode, code),
            message => self.mask.say(Field::Message, &failed_words::template_text(self.wanted.lang, message)),
        });
        failed_words::looked_into(status, said.as_deref().unwrap_or_default())
    }

    fn strip(&mut self, failed: &Failed<'_>, axis: &Axis, status: Option<u16>) {
        let reply = failed.reply;
        let precision = self.wanted.precision;
        let title = self.t(pages::by_precision(
            precision,
            [FailedWords::FailedPerMinute, FailedWords::FailedPerHour, FailedWords::FailedPerDay],
        ));
        let layers = layers(reply, status);
        let marks = axis.marks(scene::time_width(STRIP.0));
        let strip = scene::strip(STRIP, axis.count(), &layers, axis.buckets.last_unfinished, &marks);
        let _ = writeln!(self.out, "<section class=\"box\" aria-labelledby=\"strip\"><h2 id=\"strip\">{}</h2>", Text(title));
        let label = fill(self.t(Charts::Strip), &[("n", &reply.exactness.mark(num::whole(reply.total)))]);
        let _ = write!(self.out, "<div class=\"scroll\" tabindex=\"0\" role=\"group\" aria-labelledby=\"strip\">");
        picture("strip", STRIP, &strip.shapes, &label, &mut self.out);
        self.out.push_str("</div>\n");
        // The layers in their order: the code looked into, then the rest of each class.
        let mut names: Vec<String> =
            status.iter().map(|s| fill(self.t(FailedWords::KeySelected), &[("code", &s.to_string())])).collect();
        names.extend(reply.classes.iter().map(|class| {
            let inside = status.is_some_and(|s| s / 100 == u16::from(class.class));
            let name = format!("{}xx", class.class);
            if inside { fill(self.t(FailedWords::KeyOther), &[("class", &name)]) } else { name }
        }));
        self.out.push_str("<ul class=\"key\">");
        let selected = status.map(|status| self.looked_into(failed, status));
        let selected = selected.map(|name| fill(self.t(FailedWords::KeySelected), &[("code", &name)]));
        let told = selected.iter().chain(names.iter().skip(usize::from(status.is_some())));
        for (layer, name) in layers.iter().zip(told).filter(|(layer, _)| layer.values.iter().any(|v| *v > 0.0)) {
            let _ = write!(self.out, "<li>{}{}</li>", square(layer.ink.token, layer.ink.alpha), Own(name));
        }
        if axis.buckets.last_unfinished {
            let _ = write!(self.out, "<li>{}</li>", Text(self.t(FailedWords::LastUnfinished)));
        }
        self.out.push_str("</ul>\n");
        let texts = |values: &[f64]| (0..axis.count()).map(|i| num::fixed(values.get(i).copied().unwrap_or(0.0), 0)).collect();
        let columns: Vec<(String, Vec<String>)> =
            layers.iter().zip(names).map(|(layer, name)| (name, texts(&layer.values))).collect();
        let rhythm = charts::rhythm(self.wanted.lang, axis.precision());
        let values =
            [("title", title), ("unit", self.t(FailedWords::Times)), ("rhythm", rhythm), ("zone", &*self.wanted.zone.name)];
        let caption = fill(self.t(Words::NumbersCaption), &values);
        self.numbers(title, &caption, axis, &columns, false);
        self.out.push_str("</section>\n");
    }

    fn codes(&mut self, failed: &Failed<'_>) {
        let reply = failed.reply;
        let log = self.wanted.log;
        let hour = self.t(pages::by_precision(self.wanted.precision, [Pages::PerMinute, Pages::PerHour, Pages::PerDay]));
        let _ = write!(
            self.out,
            "<section class=\"box\" aria-labelledby=\"codes\"><h2 id=\"codes\">{}</h2>\n\
             <div class=\"scroll\" tabindex=\"0\" role=\"group\" aria-labelledby=\"codes\"><table class=\"codes\"><caption>{}</caption>\n\
             <thead><tr><th scope=\"col\">{}</th><th scope=\"col\" aria-sort=\"descending\">{}</th><th scope=\"col\">{}<span class=\"unit\">%</span></th><th scope=\"col\">{}</th><th scope=\"col\" class=\"l\">{}</th></tr></thead>\n<tbody>\n",
            Text(self.t(FailedWords::ErrorCodes)),
            Text(self.t(FailedWords::CodesCaption)),
            Text(self.t(FailedWords::ErrorCode)),
            Text(self.t(FailedWords::Occurrences)),
            Text(self.t(FailedWords::Percentage)),
            Text(hour),
            Text(if log { self.t(FailedWords::ErrorMessage) } else { self.t(Export::OwnCode) }),
        );
        for class in &reply.classes {
            self.class(class);
            if failed.closed.contains(&class.class) {
                continue;
            }
            for code in &class.codes {
                let token = code_token(reply, code.status);
                let on = failed.status == Some(code.status);
                self.code(code, token, on && failed.message.is_none());
                if code.has_several() {
                    let own_code = code.own_code().is_some();
                    for message in &code.messages {
                        let chosen = on
                            && failed.message.is_some_and(|(own, text)| *own == message.error_code && *text == message.message);
                        self.message(code.status, message, token, chosen, own_code);
                    }
                    if let Some((more, _)) = code.beyond() {
                        let said = fill(self.t(FailedWords::TemplatesBeyond), &[("n", &num::whole(more))]);
                        let _ = writeln!(
                            self.out,
                            "<tr class=\"sub\"><th></th><td></td><td></td><td></td><td class=\"msg\">{}</td></tr>",
                            Text(&said)
                        );
                    }
                }
            }
        }
        let _ = writeln!(
            self.out,
            "</tbody>\n<tfoot><tr><th scope=\"row\">{}</th><td>{}</td><td>{}</td><td></td><td></td></tr></tfoot></table></div></section>",
            Text(self.t(FailedWords::AllFailed)),
            reply.exactness.mark(num::whole(reply.total)),
            percent(100.0, Exactness::Exact, "--ink-3"),
        );
        let templates = log && self.mask.is_open(Field::Message);
        if templates && reply.classes.iter().flat_map(|class| &class.codes).any(|code| code.texts > code.templates) {
            self.paragraph("note", self.t(Words::TemplateNote));
        }
    }

    fn class(&mut self, class: &ErrorClass) {
        let token = class_token(class.class.into());
        let _ = writeln!(
            self.out,
            "<tr class=\"grp\"><th scope=\"row\">{}xx</th><td>{}</td><td>{}</td><td>{}</td><td class=\"msg\">{}</td></tr>",
            class.class,
            class.exactness.mark(num::whole(class.count)),
            percent(class.percent, class.exactness, token),
            mini(&class.spark, token),
            Text(&failed_words::codes(self.wanted.lang, class.codes.len())),
        );
    }

    fn code(&mut self, code: &ErrorCode, token: &str, on: bool) {
        let said = self.code_message(code);
        let _ = writeln!(
            self.out,
            "<tr{}><th scope=\"row\"><span class=\"in\">{}{}</span></th><td>{}</td><td>{}</td><td>{}</td><td class=\"msg\">{said}</td></tr>",
            if on { " class=\"on\" aria-current=\"true\"" } else { "" },
            square(token, 1.0),
            code.status,
            code.exactness.mark(num::whole(code.count)),
            percent(code.percent, code.exactness, token),
            mini(&code.spark, token),
        );
    }

    /// `rate_limit_exceeded: Rate limit reached…`, or how many messages follow.
    fn code_message(&mut self, code: &ErrorCode) -> String {
        let own = code.own_code().map(|own| format!("<b>{}</b>", Own(&self.mask.say(Field::OwnCode, own))));
        let said = match code.messages.as_slice() {
            [_] if !self.wanted.log => return own.unwrap_or_else(|| "-".to_owned()),
            several if !self.wanted.log => return Text(&failed_words::codes(self.wanted.lang, several.len())).to_string(),
            [] => Text(self.t(FailedWords::NoMessage)).to_string(),
            [one] if !code.has_several() => return self.worded(own, &one.message),
            _ => Text(&failed_words::messages(self.wanted.lang, code.templates, code.texts)).to_string(),
        };
        own.map_or_else(|| said.clone(), |own| format!("{own}{}{said}", self.t(Pages::Comma)))
    }

    fn worded(&mut self, own: Option<String>, message: &str) -> String {
        let text = match message {
            "" => Text(self.t(FailedWords::NoMessage)).to_string(),
            message => {
                let message = failed_words::template_text(self.wanted.lang, message);
                Own(&self.mask.say(Field::Message, &message)).to_string()
            }
        };
        own.map_or_else(|| text.clone(), |own| format!("{own}: {text}"))
    }

    fn message(&mut self, status: u16, message: &ErrorMessage, token: &str, on: bool, one_code: bool) {
        let alone = one_code && self.wanted.log;
        let own = (!alone && !message.error_code.is_empty())
            .then(|| format!("<b>{}</b>", Own(&self.mask.say(Field::OwnCode, &message.error_code))));
        let said = if self.wanted.log { self.worded(own, &message.message) } else { own.unwrap_or_else(|| "-".to_owned()) };
        let _ = writeln!(
            self.out,
            "<tr class=\"sub{}\"{}><th scope=\"row\"><span class=\"sr\">{}</span></th><td>{}</td><td>{}</td><td></td><td class=\"msg\">{said}</td></tr>",
            if on { " on" } else { "" },
            if on { " aria-current=\"true\"" } else { "" },
            status,
            message.exactness.mark(num::whole(message.count)),
            percent(message.percent, message.exactness, token),
        );
    }

    fn inspect(&mut self, failed: &Failed<'_>, inspect: &Inspect) {
        let (reply, wanted) = (failed.reply, self.wanted);
        let name = self.looked_into(failed, inspect.status);
        let own = reply.code(inspect.status).and_then(ErrorCode::own_code).filter(|_| failed.message.is_none());
        let own = own.map(|own| format!(" <span class=\"mono\">{}</span>", Own(&self.mask.say(Field::OwnCode, own))));
        let token = code_token(reply, inspect.status);
        let _ = write!(
            self.out,
            "<section class=\"box\" aria-labelledby=\"inspect\"><h2 id=\"inspect\"><span class=\"in\">{}{}{}</span></h2>\n<dl class=\"facts\">",
            square(token, 1.0),
            Own(&name),
            own.unwrap_or_default(),
        );
        let peak = inspect.peak.and_then(|p| reply.buckets.start_of(p));
        let peak = peak.map_or_else(|| "-".to_owned(), |at| time::bucket(wanted.lang, &wanted.zone, wanted.precision, at));
        let (n, m) = (num::whole(inspect.keys_affected.into()), num::whole(inspect.keys_all.into()));
        let keys = fill(self.t(FailedWords::KeysOf), &[("n", &n), ("m", &m)]);
        let keys = if inspect.keys_unknown { "-".to_owned() } else { keys };
        let facts = [
            (FailedWords::Occurrences, inspect.exactness.mark(num::whole(inspect.count))),
            (FailedWords::OfAllFailed, inspect.exactness.mark(format!("{} %", num::fixed(inspect.percent, 3)))),
            (pages::by_precision(wanted.precision, [FailedWords::PeakMinute, FailedWords::PeakHour, FailedWords::PeakDay]), peak),
            (FailedWords::KeysAffected, keys),
        ];
        for (term, value) in facts {
            let _ = write!(self.out, "<div><dt>{}</dt><dd>{}</dd></div>", Text(self.t(term)), Text(&value));
        }
        self.out.push_str("</dl>\n");
        self.keys(inspect, token);
        if let Some((code, message)) = failed.message.filter(|_| wanted.log) {
            let text = match (code.as_str(), message.as_str()) {
                ("", "") => self.t(FailedWords::NoMessage).to_owned(),
                (code, "") => self.mask.say(Field::OwnCode, code),
                (_, message) => self.mask.say(Field::Message, &failed_words::template_text(self.wanted.lang, message)),
            };
            let said = fill(self.t(FailedWords::OnlyMessage), &[("message", &text)]);
            self.paragraph("note", &said);
        }
        if let Some(list) = failed.list.filter(|list| !list.reply.rows.is_empty()) {
            self.list(list, inspect.status);
        }
        self.out.push_str("</section>\n");
    }

    fn keys(&mut self, inspect: &Inspect, token: &str) {
        let (listed, others) = inspect.keys_listed(KEYS_MAX);
        let _ = writeln!(self.out, "<table><caption>{}</caption><tbody>", Text(self.t(FailedWords::ByKey)));
        let mut rows: Vec<(String, u64, &str)> = Vec::new();
        for (i, (key, calls)) in listed.iter().enumerate() {
            let name = if key.is_empty() { self.t(FailedWords::NoKey).to_owned() } else { self.mask.say(Field::ApiKey, key) };
            rows.push((name, *calls, if i == 0 { token } else { "--bar" }));
        }
        if let Some((n, calls)) = others {
            rows.push((fill(self.t(FailedWords::OtherKeys), &[("n", &num::whole(n))]), calls, "--bar"));
        }
        for (name, calls, token) in rows {
            let part = share(calls, inspect.count);
            let _ = writeln!(
                self.out,
                "<tr><th scope=\"row\">{}</th><td><span class=\"in\">{}<span>{} %</span></span></td><td>{}</td></tr>",
                Own(&name),
                bar(part, token),
                num::fixed(part * 100.0, 1),
                num::whole(calls),
            );
        }
        self.out.push_str("</tbody></table>\n");
    }

    fn list(&mut self, list: &List, status: u16) {
        let wanted = self.wanted;
        let rows = &list.reply.rows;
        let versions = rows.iter().any(|row| !row.version.is_empty());
        let caption = fill(self.t(Words::ListCaption), &[("code", &status.to_string())]);
        let of = fill(self.t(Words::ListOf), &[("a", &num::whole(rows.len() as u64)), ("n", &num::whole(list.reply.total))]);
        let _ = write!(
            self.out,
            "<div class=\"scroll\" tabindex=\"0\" role=\"group\" aria-label=\"{0}\"><table class=\"num calls\"><caption>{0}: {1}</caption>\n<thead><tr>",
            Text(&caption),
            Text(&of)
        );
        let mut columns = vec![
            (FailedWords::ColumnTime, true),
            (FailedWords::ColumnKey, true),
            (FailedWords::ColumnIp, true),
            (FailedWords::ColumnLatency, false),
        ];
        columns.extend(wanted.log.then_some((FailedWords::ColumnRequest, true)));
        columns.extend(versions.then_some((FailedWords::ColumnVersion, true)));
        for (words, left) in columns {
            let unit = if words == FailedWords::ColumnLatency { "<span class=\"unit\">ms</span>" } else { "" };
            let _ = write!(
                self.out,
                "<th scope=\"col\"{}>{}{unit}</th>",
                if left { " class=\"l\"" } else { "" },
                Text(self.t(words))
            );
        }
        self.out.push_str("</tr></thead>\n<tbody>\n");
        for row in rows {
            self.call(row, versions);
        }
        self.out.push_str("</tbody></table></div>\n");
    }

    fn call(&mut self, call: &CallRow, versions: bool) {
        let wanted = self.wanted;
        let or_dash = |text: String| if text.is_empty() { "-".to_owned() } else { Own(&text).to_string() };
        let when =
            format!("{} {}", time::date(wanted.lang, &wanted.zone, call.time_ms), time::clock_exact(&wanted.zone, call.time_ms));
        let _ = write!(self.out, "<tr><th scope=\"row\" class=\"mono\">{}</th>", Text(&when));
        let key = or_dash(self.mask.say(Field::ApiKey, &call.api_key));
        let ip = or_dash(self.mask.say(Field::Ip, &call.ip));
        let latency = call.latency_ms.map_or_else(|| "-".to_owned(), |ms| num::fixed(ms, 3));
        let _ = write!(self.out, "<td class=\"l\">{key}</td><td class=\"l mono\">{ip}</td><td>{latency}</td>");
        if wanted.log {
            let id = or_dash(self.mask.say(Field::RequestId, &call.request_id));
            let _ = write!(self.out, "<td class=\"l mono\">{id}</td>");
        }
        if versions {
            let _ = write!(self.out, "<td class=\"l\">{}</td>", or_dash(call.version.clone()));
        }
        self.out.push_str("</tr>\n");
    }
}

fn percent(value: f64, exactness: Exactness, token: &str) -> String {
    format!("<span class=\"in\">{}<span>{}</span></span>", bar(percent_share(value), token), exactness.mark(num::fixed(value, 3)))
}

/// Values over time as small bars; the figures are beside them.
fn mini(values: &[f64], token: &str) -> String {
    let (width, height) = MINI;
    let mut out = format!(
        "<svg class=\"mini\" viewBox=\"0 0 {width} {height}\" aria-hidden=\"true\"><path d=\"M0 {0}H{width}\" stroke=\"var(--axis)\"/>",
        height - 0.5
    );
    for ((x, y), (w, h)) in scene::mini(values, width, height) {
        let _ = write!(out, "<rect x=\"{x:.2}\" y=\"{y:.2}\" width=\"{w:.2}\" height=\"{h:.2}\" fill=\"var({token})\"/>");
    }
    out.push_str("</svg>");
    out
}
