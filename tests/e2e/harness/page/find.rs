//! Finds what a page shows by role and name, as assistive technology receives them.

use super::{Element, Page, string};
use crate::browser::{Browser, Result};
use serde_json::{Value, json};
use std::time::{Duration, Instant};

/// How seldom elements are looked at whose text and attributes do not tell the name that is looked for.
const WIDE: Duration = Duration::from_millis(500);

impl Page<'_> {
    /// The visible element of this role and accessible name, as assistive technology sees it, once it is there.
    pub fn find(&self, role: &str, name: &str) -> Result<Element> {
        self.find_in(None, role, name)
    }

    /// The same inside `scope`.
    pub fn find_in(&self, scope: Option<&Element>, role: &str, name: &str) -> Result<Element> {
        let mut wide = Instant::now() + WIDE;
        self.wait(&format!("a {role} named {name:?}"), || {
            let (likely, others) = self.candidates(scope, role, name)?;
            // Two commands for each element, of which the browser makes its tree for assistive technology: seldom for those that are unlikely.
            let others = if Instant::now() >= wide { others } else { Vec::new() };
            if !others.is_empty() {
                wide = Instant::now() + WIDE;
            }
            for element in likely.into_iter().chain(others) {
                if self.role(&element)? == role && self.name(&element)? == name {
                    return Ok(Some(element));
                }
            }
            Ok(None)
        })
    }

    /// The visible elements of this role whose accessible name holds `part`; none is no error.
    pub fn find_all(&self, scope: Option<&Element>, role: &str, part: &str) -> Result<Vec<Element>> {
        let (likely, others) = self.candidates(scope, role, part)?;
        let matching = |elements: Vec<Element>| -> Result<Vec<Element>> {
            let mut found = Vec::new();
            for element in elements {
                if self.role(&element)? == role && self.name(&element)?.contains(part) {
                    found.push(element);
                }
            }
            Ok(found)
        };
        let found = matching(likely)?;
        if found.is_empty() { matching(others) } else { Ok(found) }
    }

    /// What has the role by its tag or attribute: the elements whose name is likely to hold `name`, and those that may have another name than a look at
    /// attributes and text show.
    fn candidates(&self, scope: Option<&Element>, role: &str, name: &str) -> Result<(Vec<Element>, Vec<Element>)> {
        const SCRIPT: &str = r#"
            const [scope, role, name] = arguments;
            const tags = { button: 'button,summary,input[type=button],input[type=submit]', link: 'a[href]', checkbox: 'input[type=checkbox]',
                radio: 'input[type=radio]', textbox: 'input,textarea', searchbox: 'input[type=search]', combobox: 'select,input', option: 'option',
                heading: 'h1,h2,h3,h4,h5,h6', row: 'tr', cell: 'td', columnheader: 'th', rowheader: 'th', table: 'table', img: 'img,svg,canvas',
                dialog: 'dialog', region: 'section', navigation: 'nav', main: 'main', banner: 'header', list: 'ul,ol', listitem: 'li', group: 'fieldset,details' };
            const flat = text => (text || '').replace(/\s+/g, ' ').trim();
            const byId = id => flat(document.getElementById(id)?.textContent);
            const content = n => n.nodeType === 3 ? n.data : n.nodeType !== 1 || n.ariaHidden === 'true' ? ''
                : n.getAttribute('aria-label') || n.alt || [...n.childNodes].map(content).join(' ');
            const names = e => [e.getAttribute('aria-label'), (e.getAttribute('aria-labelledby') || '').split(/\s+/).map(byId).join(' '), e.textContent,
                [...(e.labels || [])].map(l => l.textContent).join(' '), e.title, e.placeholder, e.value, e.alt, [...e.childNodes].map(content).join(' '),
                [...e.querySelectorAll('[aria-label],img[alt]')].map(x => x.getAttribute('aria-label') || x.alt).join(' ')];
            const squeeze = text => flat(text).replace(/ /g, '');
            const wanted = squeeze(name);
            const all = [...(scope || document).querySelectorAll(`[role~="${role}"]` + (tags[role] ? ',' + tags[role] : ''))]
                .filter(e => e.checkVisibility({ visibilityProperty: true }));
            const likely = all.filter(e => !wanted || names(e).some(n => squeeze(String(n ?? '')).includes(wanted)));
            const others = all.filter(e => e.childElementCount > 0 && !likely.includes(e));
            return [likely.slice(0, 200), others.slice(0, 200)];
        "#;
        let scope = scope.map_or(Value::Null, Element::json);
        let found = self.script(SCRIPT, json!([scope, role, name]))?;
        let elements =
            |at: usize| found[at].as_array().map(|all| all.iter().filter_map(Element::from_json).collect()).unwrap_or_default();
        Ok((elements(0), elements(1)))
    }

    /// The role that assistive technology receives.
    pub fn role(&self, element: &Element) -> Result<String> {
        self.get(&format!("/element/{}/computedrole", element.0)).map(string)
    }

    /// The name that assistive technology receives. WebKit's driver gives none to cells and rows, and to a field all that is in it: there the name comes
    /// from the page's attributes.
    pub fn name(&self, element: &Element) -> Result<String> {
        const SCRIPT: &str = "const [e, told] = arguments; const flat = text => (text || '').replace(/\\s+/g, ' ').trim();
            const parts = x => x?.childNodes.length ? [...x.childNodes].map(parts).join(' ') : x?.textContent;
            const all = of => flat([...of].map(parts).join(' '));
            if (told && !e.matches('input, textarea, select')) return told;
            const by = (e.getAttribute('aria-labelledby') || '').split(/\\s+/).filter(Boolean).map(id => document.getElementById(id));
            return all(by) || flat(e.getAttribute('aria-label')) || all(e.labels ?? []) || flat(e.textContent) || flat(e.title) || flat(e.placeholder)";
        let told = self.get(&format!("/element/{}/computedlabel", element.0)).map(string)?;
        match self.session.kind() {
            Browser::Webkit => self.script(SCRIPT, json!([element.json(), told])).map(string),
            Browser::Chromium | Browser::Firefox => Ok(told),
        }
    }
}
