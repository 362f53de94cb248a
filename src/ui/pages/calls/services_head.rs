//! The head of the services table: title, search, expand and collapse, columns, ways out.

use super::state::CallsState;
use crate::base::num;
use crate::i18n::calls::CallsWords;
use crate::i18n::export::Export;
use crate::i18n::pages::Pages;
use crate::i18n::{fill, metrics};
use crate::model::Column;
use crate::ui::components::{Glyph, Icon, Popover};
use crate::ui::export::TableMenu;
use crate::ui::pages::parts::head::ExportButton;
use crate::ui::state::{App, What};
use crate::wire::{self, ALL_OPEN, CallsReply};
use leptos::prelude::*;

/// Title, search, expand and collapse, columns.
#[component]
pub fn Head(known: Memo<Vec<Column>>) -> impl IntoView {
    let app = App::get();
    let (own, reply) = (app.own::<CallsState>(), app.reply::<CallsReply>());
    let openable = Memo::new(move |_| reply.with(|c| c.as_ref().is_some_and(|c| c.rows.iter().any(|r| !r.versions.is_empty()))));
    let all_open = Memo::new(move |_| {
        own.with(|own| {
            reply.with(|c| {
                c.as_ref()
                    .is_some_and(|c| c.rows.iter().filter(|r| !r.versions.is_empty()).all(|r| wire::is_open(&own.open, &r.name)))
            })
        })
    });
    let count = move || {
        reply.with(|c| {
            let c = c.as_ref()?;
            let all = num::whole(c.rows.len() as u64);
            let found = own.with(|own| (!own.search.trim().is_empty()).then(|| c.found(&own.search)));
            Some(match found {
                Some(n) => fill(app.t(CallsWords::ColumnsShown), &[("n", &num::whole(n as u64)), ("m", &all)]),
                None => all,
            })
        })
    };
    let expand = move |_| {
        let open = !all_open.get_untracked();
        app.replace_own(|own: &mut CallsState| {
            own.open.clear();
            if open {
                own.open.insert(ALL_OPEN.into());
            }
        });
    };
    view! {
        <div class="panel__head">
            <h2 id="h-services">
                {move || app.t(Pages::Services)} " "
                <span class="count">{count}</span>
            </h2>
            <span class="grow"></span>
            <label class="search">
                <Icon of=Glyph::Search/>
                <span class="sr">{move || app.t(CallsWords::FindService)}</span>
                <input
                    type="search"
                    placeholder=move || app.t(CallsWords::FindService)
                    prop:value=move || own.with(|own| own.search.clone())
                    on:input:target=move |event| app.replace_own(|own: &mut CallsState| own.search = event.target().value())
                />
            </label>
            <Show when=move || openable.get()>
                <button class="btn btn--bare hide-s" type="button" on:click=expand>
                    {move || app.t(if all_open.get() { CallsWords::CollapseAll } else { CallsWords::ExpandAll })}
                </button>
            </Show>
            <button class="btn btn--bare hide-s" type="button" popovertarget="p-cols">
                <Icon of=Glyph::Cols/>
                {move || app.t(CallsWords::Columns)}
            </button>
            <Popover id="p-cols">
                <ColumnChoice known/>
            </Popover>
            <TableMenu id="p-take" what=What::Services label=Signal::derive(move || app.t(Export::TakeServices).to_owned())/>
            <ExportButton/>
        </div>
    }
}

/// Check boxes that hide and show columns; the name always stays.
#[component]
fn ColumnChoice(known: Memo<Vec<Column>>) -> impl IntoView {
    let app = App::get();
    let own = app.own::<CallsState>();
    let shown = move |c: Column| own.with(|own| !own.hidden_columns.contains(c.key()));
    let toggle = move |c: Column| {
        app.replace_own(|own: &mut CallsState| {
            if !own.hidden_columns.remove(c.key()) {
                own.hidden_columns.insert(c.key());
            }
        });
    };
    let count = move || {
        let (n, m) = known.with(|known| (known.iter().filter(|c| shown(**c)).count(), known.len()));
        fill(app.t(CallsWords::ColumnsShown), &[("n", &n.to_string()), ("m", &m.to_string())])
    };
    view! {
        <div class="pop__list" role="group" aria-label=move || app.t(CallsWords::Columns)>
            {move || known
                .get()
                .into_iter()
                .map(|c| {
                    view! {
                        <label class="opt-row">
                            <input type="checkbox" prop:checked=move || shown(c) on:change=move |_| toggle(c)/>
                            <span class="nm">{move || metrics::column(app.lang.get(), c)}</span>
                            <span class="n">{move || metrics::column_unit(app.lang.get(), c)}</span>
                        </label>
                    }
                })
                .collect_view()}
        </div>
        <div class="pop__foot">
            <span>{count}</span>
            <span class="grow"></span>
            <button type="button" on:click=move |_| app.replace_own(|own: &mut CallsState| own.hidden_columns.clear())>{move || app.t(CallsWords::AllColumns)}</button>
        </div>
    }
}
