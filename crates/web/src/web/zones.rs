//! IANA zones from the browser's `Intl`: no zone database is shipped.

use crate::base::civil;
use crate::model::is_instant;
use crate::model::range::DAY_MS;
use crate::series::{Zone, calendar};
use js_sys::{Array, Function, Intl, Object, Reflect};
use std::cell::RefCell;
use wasm_bindgen::{JsCast, JsValue};

thread_local! {
    static KNOWN: RefCell<Vec<Known>> = const { RefCell::new(Vec::new()) };
}

/// A zone already probed, and the span it covers.
struct Known {
    zone: Zone,
    from_ms: i64,
    to_ms: i64,
}

const SPARE_MS: i64 = 40 * DAY_MS;

/// The zone over a span; UTC where the browser does not know the name.
pub fn zone(name: &str, from_ms: i64, to_ms: i64) -> Zone {
    let found = KNOWN.with_borrow(|known| {
        known.iter().find(|k| k.zone.name == name && k.from_ms <= from_ms && to_ms <= k.to_ms).map(|k| k.zone.clone())
    });
    if let Some(zone) = found {
        return zone;
    }
    let Some(clock) = WallClock::new(name) else { return Zone::utc() };
    let (from_ms, to_ms) = (from_ms - SPARE_MS, to_ms + SPARE_MS);
    let zone = Zone::probe(name, from_ms, to_ms, |at| clock.offset_s(at));
    KNOWN.with_borrow_mut(|known| {
        if known.len() > 16 {
            known.remove(0);
        }
        known.push(Known { zone: zone.clone(), from_ms, to_ms });
    });
    zone
}

/// The zone about an instant, days before and after it: however far apart two instants are, what lies between them is not looked at.
pub fn around(name: &str, at_ms: i64) -> Zone {
    zone(name, at_ms - DAY_MS, at_ms + DAY_MS)
}

/// The instant of a wall-clock minute, see [`calendar::parse_minute`].
pub fn minute(name: &str, text: &str) -> Option<i64> {
    let as_utc = calendar::parse_minute(&Zone::utc(), text)?;
    // What no view can show needs no zone to be refused.
    if !is_instant(as_utc) {
        return Some(as_utc);
    }
    calendar::parse_minute(&around(name, as_utc), text)
}

/// Whether the browser knows a zone of this name.
pub fn is_known(name: &str) -> bool {
    WallClock::new(name).is_some()
}

/// The browser's own zone.
pub fn own() -> String {
    let options = Intl::DateTimeFormat::new(&Array::new(), &Object::new()).resolved_options();
    Reflect::get(&options, &JsValue::from_str("timeZone")).ok().and_then(|z| z.as_string()).unwrap_or_else(|| "UTC".into())
}

/// Every zone the browser lists, where it can.
pub fn all() -> Vec<String> {
    let list = Reflect::get(&js_sys::global(), &JsValue::from_str("Intl")).and_then(|intl| {
        let function: Function = Reflect::get(&intl, &JsValue::from_str("supportedValuesOf"))?.dyn_into()?;
        function.call1(&intl, &JsValue::from_str("timeZone"))
    });
    list.ok().map(|l| Array::from(&l).iter().filter_map(|z| z.as_string()).collect()).unwrap_or_default()
}

/// A zone's wall clock.
struct WallClock {
    format: Function,
}

impl WallClock {
    fn new(name: &str) -> Option<Self> {
        let options = Object::new();
        for (key, value) in [
            ("timeZone", name),
            ("hourCycle", "h23"),
            ("year", "numeric"),
            ("month", "2-digit"),
            ("day", "2-digit"),
            ("hour", "2-digit"),
            ("minute", "2-digit"),
            ("second", "2-digit"),
        ] {
            Reflect::set(&options, &JsValue::from_str(key), &JsValue::from_str(value)).ok()?;
        }
        // By reflection, since the typed constructor turns a RangeError (an unknown zone) into a panic.
        let intl = Reflect::get(&js_sys::global(), &JsValue::from_str("Intl")).ok()?;
        let constructor: Function = Reflect::get(&intl, &JsValue::from_str("DateTimeFormat")).ok()?.dyn_into().ok()?;
        let made = Reflect::construct(&constructor, &Array::of2(&JsValue::from_str("en-US"), &options)).ok()?;
        Some(Self { format: made.unchecked_into::<Intl::DateTimeFormat>().format() })
    }

    /// Seconds that the wall is ahead of UTC.
    fn offset_s(&self, at_ms: i64) -> i32 {
        let text = self.format.call1(&JsValue::UNDEFINED, &JsValue::from_f64(at_ms as f64)).ok().and_then(|t| t.as_string());
        let Some(text) = text else { return 0 };
        let mut parts =
            text.split(|c: char| !c.is_ascii_digit()).filter(|p| !p.is_empty()).map(|p| p.parse::<i64>().unwrap_or(0));
        let mut next = || parts.next().unwrap_or(0);
        let (month, day, year, hour, minute, second) = (next(), next(), next(), next(), next(), next());
        let Some(local) = civil::local_ms(year as i32, month as u32, day as u32, hour as u32, minute as u32) else { return 0 };
        ((local + second * 1000 - at_ms.div_euclid(1000) * 1000) / 1000) as i32
    }
}
