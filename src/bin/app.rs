//! The page.

fn main() {
    callscope::ui::start();
}
