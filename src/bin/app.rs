//! The page.

fn main() {
    inkling::app::run();
}
