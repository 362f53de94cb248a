//! Twelve hours of a live feed at speed, with a clock and a server of its own: `cargo test --release --test native poll::hours -- --nocapture` prints
//! the figures of docs/feed.md.

use super::console::{Came, Console};
use super::site::{File, Mood};
use callscope::engine::load::Loader;
use callscope::engine::merge::Change;
use callscope::poll::{Outcome, PollSchedule};

const SECOND_MS: i64 = 1000;
const HOUR_MS: i64 = 3600 * SECOND_MS;
const HOURS: i64 = 12;
/// Without optimisation every second poll and fewer calls do.
const REFRESH_S: u32 = if cfg!(debug_assertions) { 30 } else { 15 };
/// Milliseconds between two calls.
const GAP_MS: i64 = if cfg!(debug_assertions) { 4_000 } else { 500 };

/// Numbers that look like chance and are the same each time (Knuth's MMIX).
struct Dice(u64);

impl Dice {
    fn roll(&mut self) -> f64 {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (self.0 >> 40) as f64 / (1_u64 << 24) as f64
    }
}

fn line(i: i64, at_ms: i64) -> String {
    let status = if i % 40 == 7 { 503 } else { 200 };
    format!(
        "{{\"time\":{at_ms},\"service\":\"service-{}\",\"status\":{status},\"api_key\":\"key-{}\",\"ip\":\"192.0.2.{}\",\"stream\":true,\
         \"input_tokens\":{},\"output_tokens\":{},\"ttft_ms\":{}.25,\"latency_ms\":{}.5,\"request_id\":\"{:016x}\"}}\n",
        i % 12,
        i % 30,
        i % 200,
        100 + i * 7919 % 3000,
        10 + i * 104_729 % 800,
        40 + i * 31 % 400,
        900 + i * 17 % 9000,
        i.wrapping_mul(0x9e37_79b9_7f4a_7c15_u64 as i64),
    )
}

/// Memory of this process, in MiB; `None` where the system does not tell.
fn resident_mib() -> Option<f64> {
    let status = std::fs::read_to_string("/proc/self/status").ok()?;
    let line = status.lines().find(|line| line.starts_with("VmRSS:"))?;
    line.split_whitespace().nth(1)?.parse::<f64>().ok().map(|kib| kib / 1024.0)
}

fn told(hour: i64, polls: u64, calls: u64, memory: u64) {
    let resident = resident_mib().map_or_else(String::new, |mib| format!("{mib:.1}"));
    println!(
        "| {hour} | {polls} | {calls} | {:.2} | {:.1} | {resident} |",
        memory as f64 / (1 << 20) as f64,
        memory as f64 / calls as f64
    );
}

const HEAD: &str = "| hour | requests | calls | columns, MiB | bytes a call | process, MiB |\n|---|---|---|---|---|---|";

#[test]
fn twelve_hours_of_a_growing_file_count_every_call_once() {
    let start = super::START_MS;
    let (mut file, mut console, mut dice) = (File::default(), Console::new(4096), Dice(7));
    let (mut now, mut written, mut hour) = (start, 0_i64, 0);
    let mut schedule: Option<PollSchedule> = None;
    let mut half = String::new();
    let mut a_call = Vec::new();
    println!("{HEAD}");
    let (mut failures, mut changed) = (0, 0);
    while now < start + HOURS * HOUR_MS {
        now = schedule.as_ref().and_then(PollSchedule::next_ms).unwrap_or(now + SECOND_MS);
        // The writer has written until now, and mostly is within a line.
        file.text.extend_from_slice(half.as_bytes());
        half.clear();
        while start + written * GAP_MS < now {
            file.text.extend_from_slice(line(written, start + written * GAP_MS).as_bytes());
            written += 1;
        }
        let next = line(written, start + written * GAP_MS);
        let cut = (dice.roll() * next.len() as f64) as usize;
        file.text.extend_from_slice(&next.as_bytes()[..cut]);
        half = next[cut..].to_owned();
        written += 1;
        let mood = match dice.roll() {
            r if r < 0.02 => Mood { status: Some(500), ..Mood::default() },
            r if r < 0.03 => Mood { status: Some(429), ..Mood::default() },
            r if r < 0.06 => Mood { breaks: Some(dice.roll()), ..Mood::default() },
            r if r < 0.07 => Mood { whole: true, ..Mood::default() },
            _ => Mood::default(),
        };
        let came = console.poll(&mut file, mood);
        let outcome = match came {
            Came::Changed | Came::Unchanged => Outcome::Current,
            _ => Outcome::Failed { retry_after_ms: (came == Came::Status(429)).then_some(40_000) },
        };
        failures += u32::from(outcome != Outcome::Current);
        changed += u32::from(came == Came::Changed);
        schedule.get_or_insert_with(|| PollSchedule::new(Some(REFRESH_S), now)).done(outcome, now, dice.roll());
        if let (true, Some(set)) = ((now - start) / HOUR_MS > hour, &console.set) {
            hour = (now - start) / HOUR_MS;
            a_call.push(set.memory_bytes as f64 / set.calls as f64);
            told(hour, file.asked, set.calls, set.memory_bytes);
        }
    }
    // The writer ends its last line.
    file.text.extend_from_slice(half.as_bytes());
    assert_eq!(console.poll(&mut file, Mood::default()), Came::Changed);
    let set = console.set.as_ref().expect("it was read");
    assert_eq!((set.calls, set.rejected.count, set.bytes), (written as u64, 0, file.text.len() as u64));
    assert!(file.asked > 1200 && failures > 50 && changed > 1000, "{} requests, {failures} failures", file.asked);
    // Memory follows the calls that are held, and nothing else: no more a call after twelve hours than after one.
    let (first, last) = (a_call[0], a_call[a_call.len() - 1]);
    assert!(last <= first * 1.02, "{first:.1} bytes a call became {last:.1}");
    // Nearly all that was sent was new: the overlap, and the few answers that were whole.
    let share = file.bytes_sent as f64 / file.text.len() as f64;
    println!("{} requests, {failures} failed; sent {share:.2} times the file of {} bytes", file.asked, file.text.len());
}

#[test]
fn twelve_hours_of_a_rolling_window_stay_level_in_memory() {
    const WINDOW: i64 = 3;
    const PART_MS: i64 = HOUR_MS / 4;
    let start = super::START_MS;
    let mut console = Console::new(4096);
    let text = |part: i64| -> String {
        let of = |i: i64| line(part * (PART_MS / GAP_MS) + i, start + part * PART_MS + i * GAP_MS);
        (0..PART_MS / GAP_MS).map(of).collect()
    };
    println!("{HEAD}");
    console.begin_parts(0, text(0).as_bytes());
    let (in_window, mut memory) = (WINDOW * HOUR_MS / PART_MS, Vec::new());
    for part in 1..HOURS * HOUR_MS / PART_MS {
        let mut loader = Loader::new(format!("{part}.ndjson"), true, None);
        loader.push(text(part).as_bytes()).expect("it is sound");
        let mut changes = vec![(part as u32, Change::Anew(loader.piece().expect("it has calls")))];
        if part >= in_window {
            changes.push(((part - in_window) as u32, Change::Gone));
        }
        console.put(changes);
        let set = console.set.as_ref().expect("it is shown");
        let parts = (part + 1).min(in_window);
        assert_eq!(set.calls as i64, parts * PART_MS / GAP_MS);
        assert_eq!(set.oldest_ms, start + (part + 1 - parts) * PART_MS);
        if (part + 1) * PART_MS % HOUR_MS == 0 {
            told((part + 1) * PART_MS / HOUR_MS, part as u64 + 1, set.calls, set.memory_bytes);
            memory.push(set.memory_bytes);
        }
    }
    // Level from the hour on in which the window is full, dictionaries included.
    let full = &memory[WINDOW as usize..];
    let (least, most) = (full.iter().min().copied().unwrap_or(0), full.iter().max().copied().unwrap_or(0));
    assert!(most as f64 <= least as f64 * 1.02, "{least} to {most} bytes");
}
