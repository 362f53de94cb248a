//! The worker that reads every format: takes over where something else than a bundled feed is opened.

fn main() {
    callscope::web::worker::serve::<callscope::web::reading::Reading>();
}
