//! Which dialogs of the frame are open.

use leptos::prelude::*;

/// Which dialogs of the frame are open; from the context that the frame provides.
#[derive(Clone, Copy)]
pub struct Dialogs {
    pub connect: RwSignal<bool>,
    pub rejected: RwSignal<bool>,
    pub failure: RwSignal<bool>,
    pub taken: RwSignal<bool>,
    pub sets: RwSignal<bool>,
}

impl Dialogs {
    pub fn get() -> Self {
        expect_context::<Self>()
    }
}
