//! A chart depends on the specs alone, not on the machine or the user who draws it.

// A test ends where something is not as it should be.
#![allow(clippy::expect_used)]

use std::fs;
use std::process::Command;

#[test]
fn two_processes_in_different_places_draw_the_same_bytes() {
    let folder = tempfile::tempdir().expect("a folder");
    let drawn = |name: &str, settings: &[(&str, &str)]| {
        let path = folder.path().join(name);
        let output = Command::new(env!("CARGO_BIN_EXE_phiscale"))
            .args(["plot", "efficientnet", "resnet", "--scale", "1", "-o"])
            .arg(&path)
            .env_clear()
            .envs(settings.iter().copied())
            .output()
            .expect("phiscale runs");
        assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
        fs::read(&path).expect("a chart")
    };
    let elsewhere =
        [("LC_ALL", "tr_TR.UTF-8"), ("LANG", "de_DE"), ("TZ", "Asia/Tokyo"), ("HOME", "/nowhere")];
    for kind in ["svg", "pdf", "png"] {
        let [one, other] = ["one", "other"].map(|name| format!("{name}.{kind}"));
        assert!(drawn(&one, &[]) == drawn(&other, &elsewhere), "{kind}");
    }
}
