//! The page's module is linked with relocations: by them `cargo xtask build` splits it into parts that are fetched when they are first shown.

#[allow(clippy::disallowed_methods, reason = "a build script runs on the machine that builds, not in a browser")]
fn main() {
    println!("cargo::rerun-if-changed=build.rs");
    if std::env::var("CARGO_CFG_TARGET_FAMILY").as_deref() == Ok("wasm") && std::env::var_os("CARGO_FEATURE_UI").is_some() {
        println!("cargo::rustc-link-arg-bin=app=--emit-relocs");
    }
}
