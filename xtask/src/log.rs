//! Steps whose programs say much: all of it goes to a file, little of it to the screen.

use crate::Result;
use crate::sh;
use std::collections::VecDeque;
use std::fs::File;
use std::io::{BufRead, BufReader, Read, Write};
use std::path::PathBuf;
use std::process::{Command, Stdio};
use std::sync::mpsc::{RecvTimeoutError, Sender, channel};
use std::time::{Duration, Instant};

/// The first sign of life of a long step; each next one takes twice as long.
const FIRST_SIGN: Duration = Duration::from_secs(30);
/// What is shown of the log where a step fails, lines.
const TAIL: usize = 60;

/// Runs a command as the step `name`. Lines that `shown` takes are printed; all lines go to `target/log/NAME.log`, whose end is printed where the command
/// fails. Returns the lines that were printed.
pub fn run(name: &str, command: &mut Command, shown: fn(&str) -> bool) -> Result<Vec<String>> {
    let file = file(name);
    sh::write(&file, "")?;
    let mut log = File::create(&file).map_err(|e| format!("{}: {e}", file.display()))?;
    let line = sh::shown(command);
    println!("  $ {line}");
    let started = Instant::now();
    // A program with a prompt would wait for an answer, while its question is not visible.
    let mut child = command
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .map_err(|e| format!("cannot run `{line}`: {e}"))?;
    let (say, said) = channel();
    if let Some(out) = child.stdout.take() {
        listen(out, say.clone());
    }
    if let Some(out) = child.stderr.take() {
        listen(out, say.clone());
    }
    drop(say);
    let (mut printed, mut tail, mut sign) = (Vec::new(), VecDeque::new(), FIRST_SIGN);
    loop {
        match said.recv_timeout(Duration::from_secs(1)) {
            Ok(text) => {
                writeln!(log, "{text}").map_err(|e| format!("{}: {e}", file.display()))?;
                if shown(&text) {
                    println!("{text}");
                    printed.push(text.clone());
                    sign = sign.max(started.elapsed() + FIRST_SIGN);
                }
                tail.push_back(text);
                if tail.len() > TAIL {
                    tail.pop_front();
                }
            }
            Err(RecvTimeoutError::Timeout) => {}
            Err(RecvTimeoutError::Disconnected) => break,
        }
        if started.elapsed() >= sign {
            println!("    {:.0} s: {}", sign.as_secs_f32(), tail.back().map_or("", |text| text.trim()));
            sign *= 2;
        }
    }
    let status = child.wait().map_err(|e| format!("`{line}`: {e}"))?;
    if status.success() {
        return Ok(printed);
    }
    tail.iter().for_each(|text| eprintln!("    {text}"));
    Err(format!("`{line}` failed ({status}); all that it said is in {}", file.display()).into())
}

/// The same with nothing printed but signs of life.
pub fn quietly(name: &str, command: &mut Command) -> Result {
    run(name, command, |_| false).map(drop)
}

fn file(name: &str) -> PathBuf {
    sh::target_dir().join("log").join(format!("{name}.log"))
}

/// Hands on what comes, line by line, whatever its bytes are.
fn listen(out: impl Read + Send + 'static, say: Sender<String>) {
    std::thread::spawn(move || {
        let mut out = BufReader::new(out);
        let mut line = Vec::new();
        // A pipe that breaks has ended.
        while out.read_until(b'\n', &mut line).is_ok_and(|count| count > 0) {
            let text = String::from_utf8_lossy(&line).trim_end().to_owned();
            line.clear();
            if say.send(text).is_err() {
                return;
            }
        }
    });
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_are_shown_as_asked_and_kept_all() {
        let mut command = Command::new("sh");
        command.args(["-c", "echo one; echo two >&2; echo three"]);
        assert_eq!(run("test-log-lines", &mut command, |text| text.starts_with('t')).unwrap().len(), 2);
        let all = sh::read(&file("test-log-lines")).unwrap();
        assert_eq!(all.lines().count(), 3, "{all}");
        assert!(
            quietly("test-log-fails", Command::new("sh").args(["-c", "exit 3"]))
                .unwrap_err()
                .to_string()
                .contains("test-log-fails.log")
        );
    }
}
