//! The worker that writes files.

fn main() {
    callscope::web::writer::serve();
}
