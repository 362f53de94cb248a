//! Answers of a real Prometheus, recorded and read again.

use super::prometheus::Request;
use serde_json::{Map, Value, json};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};

fn file() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/fixtures/prometheus/three_sources.json")
}

/// The recording: answers by their requests.
pub struct Recorded(Map<String, Value>);

impl Recorded {
    pub fn read() -> Self {
        let text = std::fs::read_to_string(file()).expect("the recording is there");
        Self(serde_json::from_str(&text).expect("the recording is JSON"))
    }

    pub fn get(&self, request: &Request) -> Value {
        self.0.get(&request.key()).cloned().unwrap_or_else(|| panic!("not recorded: {}", request.key()))
    }
}

/// A server with a history, on a port of its own, until it is dropped.
pub struct Running {
    child: Child,
    folder: PathBuf,
    answers: Map<String, Value>,
}

const ADDRESS: &str = "127.0.0.1:19790";

fn run(command: &mut Command) -> Vec<u8> {
    let output = command.stderr(Stdio::inherit()).output().expect("it starts");
    assert!(output.status.success(), "{command:?}");
    output.stdout
}

impl Running {
    pub fn start(openmetrics: &str) -> Self {
        let folder = std::env::temp_dir().join(format!("three-sources-prometheus-{}", std::process::id()));
        std::fs::create_dir_all(&folder).expect("a folder of its own");
        let (text, data) = (folder.join("history.om"), folder.join("data"));
        std::fs::write(&text, openmetrics).expect("room for the history");
        std::fs::write(folder.join("prometheus.yml"), "scrape_configs: []\n").expect("room");
        run(Command::new("promtool")
            .args(["tsdb", "create-blocks-from", "openmetrics"])
            .arg(&text)
            .arg(&data)
            .arg("--max-block-duration=24h"));
        let child = Command::new("prometheus")
            .arg(format!("--config.file={}", folder.join("prometheus.yml").display()))
            .arg(format!("--storage.tsdb.path={}", data.display()))
            .args(["--storage.tsdb.retention.time=100y", "--log.level=error", &format!("--web.listen-address={ADDRESS}")])
            .spawn()
            .expect("the server starts");
        let ready = format!("http://{ADDRESS}/-/ready");
        run(Command::new("curl").args(["-sf", "--retry", "60", "--retry-delay", "1", "--retry-all-errors", &ready]));
        Self { child, folder, answers: Map::new() }
    }

    pub fn get(&mut self, request: &Request) -> Value {
        let seconds = |ms: i64| format!("{}.{:03}", ms / 1000, ms % 1000);
        let fields = [
            ("query", request.query.clone()),
            ("start", seconds(request.start_ms)),
            ("end", seconds(request.end_ms)),
            ("step", seconds(request.step_ms)),
        ];
        let mut curl = Command::new("curl");
        curl.args(["-s", &format!("http://{ADDRESS}/api/v1/query_range")]);
        fields.iter().for_each(|(name, value)| {
            curl.args(["--data-urlencode", &format!("{name}={value}")]);
        });
        let answer: Value = serde_json::from_slice(&run(&mut curl))
            .unwrap_or_else(|fault| json!({ "status": "error", "error": fault.to_string() }));
        self.answers.insert(request.key(), answer.clone());
        answer
    }

    pub fn save(&self) {
        let lines: Vec<String> = self.answers.iter().map(|(key, answer)| format!("{}: {answer}", json!(key))).collect();
        std::fs::create_dir_all(file().parent().expect("a folder")).expect("room");
        std::fs::write(file(), format!("{{\n{}\n}}\n", lines.join(",\n"))).expect("room for the recording");
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
        let _ = std::fs::remove_dir_all(&self.folder);
    }
}
