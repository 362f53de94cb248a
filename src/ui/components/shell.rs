//! The frame around every page: app bar, notices, the page or the state it is in, dialogs, drop target, toast.

use super::connect::ConnectDialog;
use super::dialogs::Dialogs;
use super::failure::FailureDialog;
use super::file_inputs::{DropOver, FileInput, take_pasted};
use super::gate::Gate;
use super::import_report::ImportReportDialog;
use super::rejected::RejectedDialog;
use super::sets::SetsDialog;
use super::toast::Toast;
use crate::i18n::common::Common;
use crate::ui::deployment::left;
use crate::ui::lazy::{Chunk, chunk_view};
use crate::ui::state::{App, Wish};
use leptos::prelude::*;

/// The frame. Its children are the page, built once calls are loaded.
#[component]
pub fn Frame(children: ChildrenFn) -> impl IntoView {
    let app = App::get();
    // Not each change of the view builds the bar anew: the button that has the focus would be gone.
    let has_bar = Memo::new(move |_| !app.view.with(|v| v.embed));
    let closed = || RwSignal::new(false);
    provide_context(Dialogs { connect: closed(), rejected: closed(), failure: closed(), taken: closed(), sets: closed() });
    view! {
        <a class="skip" href="#main">{move || app.t(Common::SkipToContent)}</a>
        {move || has_bar.get().then(|| chunk_view(Chunk::AppBar))}
        {chunk_view(Chunk::Notices)}
        {chunk_view(Chunk::Site)}
        {left("heard").is_object().then(|| chunk_view(Chunk::Embed))}
        <main class="page" id="main" tabindex="-1">
            <Gate>{children()}</Gate>
        </main>
        {chunk_view(Chunk::Overlays)}
    }
}

/// What lies over the page: dialogs, ways in for files, the toast.
#[component]
pub fn Overlays() -> impl IntoView {
    let app = App::get();
    take_pasted(app);
    // Fetched with the first wish, and kept.
    let wished = |map: bool| {
        let fits = move |wish: &Wish| matches!(wish, Wish::Map(_)) == map;
        Memo::new(move |before: Option<&bool>| before == Some(&true) || app.wish.with(|w| w.as_ref().is_some_and(fits)))
    };
    let (export, map) = (wished(false), wished(true));
    view! {
        <ConnectDialog/>
        <RejectedDialog/>
        <FailureDialog/>
        <ImportReportDialog/>
        <SetsDialog/>
        <FileInput/>
        <DropOver/>
        <Toast/>
        {move || export.get().then(|| chunk_view(Chunk::Export))}
        {move || map.get().then(|| chunk_view(Chunk::Mapping))}
    }
}
