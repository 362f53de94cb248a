//! The engine worker.

fn main() {
    callscope::web::worker::serve();
}
