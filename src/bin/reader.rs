//! The worker that reads every format: used when something else than a bundled feed is opened.

fn main() {
    callscope::web::worker::serve::<callscope::web::reading::Reading>();
}
