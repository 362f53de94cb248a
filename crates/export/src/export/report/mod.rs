//! Saved reports: what the page shows as one HTML file that opens anywhere. It is static markup with pictures drawn by the page's own
//! [`crate::scene`]; its policy lets nothing run and nothing be fetched. What may name a user or a secret is replaced ([`mask`]) unless
//! the user lets it out.
//!
//! The figures are those of the replies that the page shows, passed on with what a user switched on it.

mod calls;
mod details;
mod failed;
mod head;
mod html;
mod mask;

pub use mask::{Field, Met};

use super::axis::Axis;
use crate::base::sorted::Set;
use crate::i18n::report::Report as Words;
use crate::i18n::{Lang, Message};
use crate::model::window::ListSort;
use crate::model::{Column, Filter, Line, Metric, Precision, Range, RangeChoice};
use crate::series::Zone;
use crate::wire::{Buckets, CallsReply, Costs, DataSet, DetailsReply, FailedReply, ListReply};
use html::{Own, Text};
use mask::Mask;
use serde::{Deserialize, Serialize};
use std::fmt::Write as _;

/// The stylesheet of every report: one text, so that a policy can name it by [`STYLE_HASH`].
pub const STYLE: &str = include_str!("style.css");
/// What a Content-Security-Policy allows [`STYLE`] by; the site's own policy has it as well, since a preview inherits it.
pub const STYLE_HASH: &str = "sha256-RxX+BOzTVhF69G+/HXemYQ0jzRFxbaAA8xzVn6Ypkbg=";
/// Calls behind a code that a report lists at most.
pub const LIST_ROWS: u32 = 200;

/// What is to be saved.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Wanted {
    /// What the console is called.
    pub console: String,
    pub lang: Lang,
    /// Covers the range with a day to spare.
    pub zone: Zone,
    pub choice: RangeChoice,
    pub range: Range,
    /// The range as the page says it, with what its now is.
    pub range_words: String,
    pub precision: Precision,
    pub filter: Filter,
    pub now_ms: i64,
    pub made_at_ms: i64,
    /// What the page calls the data set.
    pub data_name: String,
    pub data: DataSet,
    /// Address of the view.
    pub link: String,
    /// What the user wrote for its readers.
    pub note: String,
    /// Fields that go out as they are.
    pub open: Set<Field>,
    /// False: error messages and request ids are kept out altogether.
    pub log: bool,
    /// What the calls shown cost, where the deployment has a price sheet.
    pub costs: Option<Costs>,
    pub shown: Shown,
}

/// A page with what a user chose on it.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub enum Shown {
    Calls {
        reply: CallsReply,
        search: String,
        /// `None`: by name.
        sort: Option<Column>,
        descending: bool,
        columns: Vec<Column>,
        /// Services whose versions are open ([`crate::wire::is_open`]).
        unfolded: Set<String>,
    },
    Details {
        title: String,
        reply: DetailsReply,
        /// In the page's order; metrics that the service does not have are passed over.
        charts: Vec<ChartChoice>,
    },
    Failed {
        title: String,
        reply: FailedReply,
        /// The code looked into, and the message that its calls are narrowed to.
        status: Option<u16>,
        message: Option<(String, String)>,
        /// Classes (4, 5) that are closed.
        closed: Set<u8>,
        list: Option<List>,
    },
}

/// How a chart is shown.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct ChartChoice {
    pub metric: Metric,
    pub off: Set<Line>,
    pub logarithmic: bool,
    pub max_scales: bool,
    /// As a table in the plot's place.
    pub table: bool,
}

/// The first calls behind the code that is looked into.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct List {
    pub reply: ListReply,
    pub sort: ListSort,
    pub descending: bool,
}

/// A report.
#[derive(Clone, Debug, PartialEq)]
pub struct Written {
    pub html: String,
    /// What in it may name a user or a secret, as far as there is any.
    pub met: Vec<Met>,
}

/// Writes a report.
pub fn write(wanted: &Wanted) -> Written {
    let mut page = Page { wanted, mask: Mask::new(wanted.lang, wanted.open.clone()), out: String::with_capacity(1 << 16) };
    page.write();
    Written { html: page.out, met: page.mask.into_met() }
}

/// A report under way.
struct Page<'a> {
    wanted: &'a Wanted,
    mask: Mask,
    out: String,
}

impl Page<'_> {
    fn t(&self, message: impl Message) -> &'static str {
        message.text(self.wanted.lang)
    }

    fn write(&mut self) {
        let wanted = self.wanted;
        let title = self.title();
        let _ = write!(
            self.out,
            "<!doctype html>\n<html lang=\"{}\">\n<head>\n<meta charset=\"utf-8\">\n\
             <meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; style-src '{STYLE_HASH}'; base-uri 'none'; form-action 'none'\">\n\
             <meta name=\"viewport\" content=\"width=device-width,initial-scale=1\">\n<meta name=\"referrer\" content=\"no-referrer\">\n\
             <meta name=\"color-scheme\" content=\"light dark\">\n<title>{} · {}</title>\n<style>{STYLE}</style>\n</head>\n<body>\n",
            wanted.lang.tag(),
            Text(&title),
            Text(&wanted.console),
        );
        // The body first: what it replaces is listed in the head.
        let head_at = self.out.len();
        match &wanted.shown {
            Shown::Calls { reply, search, sort, descending, columns, unfolded } => {
                self.calls(&calls::Calls { reply, search, sort: *sort, descending: *descending, columns, unfolded });
            }
            Shown::Details { reply, charts, .. } => self.details(reply, charts),
            Shown::Failed { reply, status, message, closed, list, .. } => {
                self.failed(&failed::Failed { reply, status: *status, message: message.as_ref(), closed, list: list.as_ref() });
            }
        }
        let body = self.out.split_off(head_at);
        self.head(&title);
        let _ = write!(
            self.out,
            "<main>\n{body}</main>\n<footer><p>{}</p></footer>\n</body>\n</html>\n",
            Text(self.t(Words::Static))
        );
    }

    fn axis(&self, buckets: &Buckets, calls: &[u64]) -> Axis {
        Axis { buckets: buckets.clone(), calls: calls.to_vec(), zone: self.wanted.zone.clone(), lang: self.wanted.lang }
    }

    /// A table of numbers over time, newest first, closed unless it is in a plot's place. `columns`: names and texts, one for each bucket.
    fn numbers(&mut self, title: &str, caption: &str, axis: &Axis, columns: &[(String, Vec<String>)], opened: bool) {
        let summary = crate::i18n::fill(self.t(Words::NumbersOf), &[("title", title)]);
        let _ = write!(
            self.out,
            "<details{}><summary>{}</summary>\n<div class=\"scroll\" tabindex=\"0\" role=\"group\" aria-label=\"{}\">\
             <table class=\"num\"><caption>{}</caption>\n<thead><tr><th scope=\"col\">{}</th>",
            if opened { " open" } else { "" },
            Text(&summary),
            Text(&summary),
            Text(caption),
            Text(self.t(crate::i18n::charts::Charts::Time)),
        );
        for (name, _) in columns {
            let _ = write!(self.out, "<th scope=\"col\">{}</th>", Text(name));
        }
        self.out.push_str("</tr></thead>\n<tbody>\n");
        for bucket in (0..axis.count()).rev() {
            let _ = write!(self.out, "<tr><th scope=\"row\">{}</th>", Text(&axis.row_name(bucket)));
            for (_, values) in columns {
                let _ = write!(self.out, "<td>{}</td>", Text(values.get(bucket).map_or("-", String::as_str)));
            }
            self.out.push_str("</tr>\n");
        }
        self.out.push_str("</tbody></table></div></details>\n");
    }

    fn paragraph(&mut self, class: &str, text: &str) {
        let _ = writeln!(self.out, "<p class=\"{class}\">{}</p>", Own(text));
    }
}

#[cfg(test)]
mod tests;
