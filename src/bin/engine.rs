//! The engine worker of the first view.

fn main() {
    callscope::web::worker::serve::<callscope::web::worker::Bundled>();
}
