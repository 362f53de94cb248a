//! Exports of the page: the export dialog, single tables and charts as files or on the clipboard.

mod choices;
mod dialog;
mod host_export;
mod menu;
mod piece;
mod report;
pub mod save;
mod writer_handle;

pub use writer_handle::WriterHandle;

pub use host_export::{ExportEvent, HostExport, export_for_host};
pub use menu::{ChartMenu, TableMenu};

use super::state::{App, Wish};
use crate::export::View;
use crate::i18n::Lang;
use crate::model::Range;
use crate::series::Zone;
use leptos::prelude::*;

/// Fulfils wishes; the dialog is its view.
#[component]
pub fn Exports() -> impl IntoView {
    let app = App::get();
    let (open, saving) = (RwSignal::new(false), RwSignal::new(false));
    Effect::new(move |_| {
        match app.wish.get() {
            Some(Wish::Dialog) => open.set(true),
            Some(Wish::Report) => saving.set(true),
            Some(Wish::Piece(what, how)) => piece::take(app, what, how),
            Some(Wish::Map(_)) | None => return,
        }
        app.wish.set(None);
    });
    view! {
        <dialog::ExportDialog open=open/>
        <report::ReportDialog open=saving/>
    }
}

/// What a view of the core needs, held by the page.
struct Sight {
    lang: Lang,
    zone: Zone,
    range: Range,
}

impl Sight {
    fn of(app: App) -> Self {
        Self { lang: app.lang.get_untracked(), zone: app.zone.get_untracked(), range: app.range.get_untracked() }
    }

    fn view(&self) -> View<'_> {
        View { lang: self.lang, zone: &self.zone, range: self.range }
    }
}
