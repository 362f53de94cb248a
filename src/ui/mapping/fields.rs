//! The fields of a call, each with the field of the source that it is read from, its unit, and samples.

use super::editor::Editor;
use crate::i18n::mapping::Mappings;
use crate::i18n::{Message, fill};
use crate::model::mapping::{FIELDS, Form, From, SampledField, Unit};
use crate::ui::state::App;
use leptos::prelude::*;

/// Fields that most sources have; the others are shown where they are mapped, or on request.
const USUAL: [&str; 12] = [
    "time",
    "service",
    "status",
    "version",
    "model",
    "api_key",
    "stream",
    "input_tokens",
    "output_tokens",
    "cached_tokens",
    "latency_ms",
    "ttft_ms",
];
/// In place of a path: a fixed value. No path has this form.
const FIXED: &str = "|";
/// Samples shown of a field.
const SAMPLES: usize = 3;

/// What a field's numbers may be in.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Measure {
    Time,
    /// The unit where none is named.
    Duration(Unit),
    Tokens,
    None,
}

fn measure(field: &str) -> Measure {
    match field {
        "time" => Measure::Time,
        "generation_s" => Measure::Duration(Unit::S),
        _ if field.ends_with("_ms") => Measure::Duration(Unit::Ms),
        _ if field.ends_with("_tokens") => Measure::Tokens,
        _ => Measure::None,
    }
}

/// The table.
#[component]
pub fn Fields(editor: Editor) -> impl IntoView {
    let app = editor.app;
    let all = RwSignal::new(false);
    // What was shown stays, so that nothing moves under the hand.
    let shown = Memo::new(move |before: Option<&Vec<&'static str>>| {
        let is = |field: &&'static str| {
            all.get()
                || USUAL.contains(field)
                || editor.draft.with(|m| m.fields.contains_key(*field))
                || before.is_some_and(|before| before.contains(field))
        };
        FIELDS.into_iter().filter(is).collect::<Vec<_>>()
    });
    let found = Memo::new(move |_| editor.report.with(|l| l.as_ref().map(|l| l.fields.clone()).unwrap_or_default()));
    let rows = move || shown.get().into_iter().map(|field| view! { <Row editor field found/> }).collect_view();
    view! {
        <div class="taken__fields maps__fields">
            <table>
                <thead>
                    <tr>
                        <th scope="col">{move || app.t(Mappings::Field)}</th>
                        <th scope="col">{move || app.t(Mappings::From)}</th>
                        <th scope="col">{move || app.t(Mappings::Unit)}</th>
                        <th scope="col">{move || app.t(Mappings::Sample)}</th>
                    </tr>
                </thead>
                <tbody>{rows}</tbody>
            </table>
        </div>
        <label class="check" hidden=move || !all.get() && shown.with(Vec::len) == FIELDS.len()>
            <input
                type="checkbox"
                prop:checked=move || all.get()
                disabled=move || all.get()
                on:change:target=move |event| all.set(event.target().checked())
            />
            <span>{move || app.t(Mappings::AllFields)}</span>
        </label>
    }
}

#[component]
fn Row(editor: Editor, field: &'static str, found: Memo<Vec<SampledField>>) -> impl IntoView {
    let app = editor.app;
    let from = Memo::new(move |_| editor.draft.with(|m| m.fields.get(field).cloned()));
    let source = Memo::new(move |_| match from.get() {
        None => String::new(),
        Some(from) if from.path.is_empty() => FIXED.to_owned(),
        Some(from) => from.path,
    });
    let label = move |words: Mappings| move || fill(app.t(words), &[("field", field)]);
    let choose = move |event| {
        let value = event_target_value(&event);
        editor.edit(|mapping| {
            if value.is_empty() {
                mapping.fields.remove(field);
                return;
            }
            let from = mapping.fields.entry(field.to_owned()).or_default();
            from.path = if value == FIXED { String::new() } else { value };
        });
    };
    let option = move |value: String, text: String| {
        let own = value.clone();
        view! { <option value=value prop:selected=move || source.with(|s| *s == own)>{text}</option> }
    };
    let options = move || {
        let mut paths = found.with(|found| found.iter().map(|f| f.path.clone()).collect::<Vec<_>>());
        // A mapping may name what this beginning does not have, or several names of one field.
        let own = source.get();
        if !own.is_empty() && own != FIXED && !paths.contains(&own) {
            paths.push(own);
        }
        paths.into_iter().map(|path| option(path.clone(), path)).collect_view()
    };
    let samples = move || {
        source.with(|path| {
            found.with(|found| {
                let sampled = found.iter().find(|f| f.path == *path)?;
                Some(sampled.values.iter().take(SAMPLES).cloned().collect::<Vec<_>>().join(" · "))
            })
        })
    };
    view! {
        <tr>
            <th scope="row">{field}</th>
            <td>
                <div class="field">
                    <select aria-label=label(Mappings::FromOf) on:change=choose>
                        {move || option(String::new(), app.t(Mappings::NotThere).to_owned())}
                        {options}
                        {move || option(FIXED.to_owned(), app.t(Mappings::Fixed).to_owned())}
                    </select>
                    {move || {
                        source
                            .with(|s| s == FIXED)
                            .then(|| {
                                view! {
                                    <input
                                        type="text"
                                        aria-label=label(Mappings::FixedValue)
                                        prop:value=move || from.with(|f| f.as_ref().map(|f| f.fixed.clone()))
                                        on:change=move |event| {
                                            let value = event_target_value(&event);
                                            editor.edit(|m| m.fields.entry(field.to_owned()).or_default().fixed = value);
                                        }
                                    />
                                }
                            })
                    }}
                </div>
            </td>
            <td>
                <UnitOf editor field from/>
            </td>
            <td class="maps__samples">{samples}</td>
        </tr>
    }
}

/// A choice of a unit: its key and word; keys identify, and are not shown.
fn choices(app: App, measure: Measure) -> Vec<(String, String)> {
    let words = |words: Mappings| words.text(app.lang.get()).to_owned();
    let form = |form: Mappings, unit: Unit| fill(form.text(app.lang.get()), &[("unit", unit.symbol())]);
    let every = |key: &'static str, word: Mappings| {
        Unit::ALL.map(|unit| (format!("{key}{}", unit.symbol()), form(word, unit))).into_iter()
    };
    match measure {
        Measure::Time => std::iter::once((String::new(), words(Mappings::FormAny)))
            .chain(every("epoch ", Mappings::FormEpoch))
            .chain(every("relative ", Mappings::FormRelative))
            .collect(),
        Measure::Duration(_) => Unit::ALL.map(|unit| (unit.symbol().to_owned(), unit.symbol().to_owned())).to_vec(),
        Measure::Tokens => vec![(String::new(), words(Mappings::Tokens)), ("1000".into(), words(Mappings::Thousands))],
        Measure::None => Vec::new(),
    }
}

/// The key of the choice that is made.
fn chosen(measure: Measure, form: Form, from: &From) -> String {
    match (measure, form) {
        (Measure::Time, Form::Epoch(unit)) => format!("epoch {}", unit.symbol()),
        (Measure::Time, Form::Relative(unit)) => format!("relative {}", unit.symbol()),
        (Measure::Duration(usual), _) => from.unit.unwrap_or(usual).symbol().to_owned(),
        (Measure::Tokens, _) if from.thousands => "1000".into(),
        _ => String::new(),
    }
}

fn unit_of(symbol: &str) -> Option<Unit> {
    Unit::ALL.into_iter().find(|unit| unit.symbol() == symbol)
}

#[component]
fn UnitOf(editor: Editor, field: &'static str, from: Memo<Option<From>>) -> impl IntoView {
    let app = editor.app;
    let measure = measure(field);
    let mapped = Memo::new(move |_| from.with(|f| f.as_ref().is_some_and(|f| !f.path.is_empty())));
    let now = Memo::new(move |_| {
        let form = editor.draft.with(|m| m.time);
        from.with(|f| f.as_ref().map(|f| chosen(measure, form, f)).unwrap_or_default())
    });
    let choose = move |event| {
        let value = event_target_value(&event);
        editor.edit(|mapping| match measure {
            Measure::Time => {
                mapping.time = match value.split_once(' ') {
                    Some(("epoch", unit)) => Form::Epoch(unit_of(unit).unwrap_or_default()),
                    Some((_, unit)) => Form::Relative(unit_of(unit).unwrap_or_default()),
                    None => Form::Any,
                };
            }
            Measure::Duration(usual) => {
                if let Some(from) = mapping.fields.get_mut(field) {
                    from.unit = unit_of(&value).filter(|unit| *unit != usual);
                }
            }
            Measure::Tokens => {
                if let Some(from) = mapping.fields.get_mut(field) {
                    from.thousands = !value.is_empty();
                }
            }
            Measure::None => {}
        });
    };
    let options = move || {
        let option = |(key, word): (String, String)| {
            let own = key.clone();
            view! { <option value=key prop:selected=move || now.with(|n| *n == own)>{word}</option> }
        };
        choices(app, measure).into_iter().map(option).collect_view()
    };
    move || {
        (measure != Measure::None && mapped.get()).then(|| {
            view! {
                <div class="field">
                    <select aria-label=move || fill(app.t(Mappings::UnitOf), &[("field", field)]) on:change=choose>
                        {options}
                    </select>
                </div>
            }
        })
    }
}
