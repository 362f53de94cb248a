//! Writes random calls as JSON in every writing JSON allows: any order, white space, escapes, number forms; now and then a rule broken.

/// A writer with its own random numbers (xorshift).
pub struct Writer {
    state: u64,
    labels: bool,
}

impl Writer {
    pub fn new(seed: u64) -> Self {
        Self { state: seed | 1, labels: true }
    }

    /// Calls without labels, as there were before calls could have some.
    pub fn without_labels(self) -> Self {
        Self { labels: false, ..self }
    }

    fn next(&mut self) -> u64 {
        self.state ^= self.state << 13;
        self.state ^= self.state >> 7;
        self.state ^= self.state << 17;
        self.state >> 11
    }

    /// A number below `n`.
    pub fn below(&mut self, n: usize) -> usize {
        (self.next() % n as u64) as usize
    }

    fn one_in(&mut self, n: usize) -> bool {
        self.below(n) == 0
    }

    fn pick<T: Copy>(&mut self, of: &[T]) -> T {
        of[self.below(of.len())]
    }

    fn space(&mut self, single_line: bool) -> &'static str {
        if single_line { self.pick(&["", "", "", " ", "\t"]) } else { self.pick(&["", "", "", " ", "\n  ", "\r\n\t"]) }
    }

    /// A JSON string of a text, each character written in one of the ways that there are.
    fn quote(&mut self, text: &str) -> String {
        let mut out = String::from("\"");
        for c in text.chars() {
            let must = c == '"' || c == '\\' || c < ' ';
            if must || self.one_in(12) {
                match c {
                    '\n' if self.one_in(2) => out.push_str("\\n"),
                    '\t' if self.one_in(2) => out.push_str("\\t"),
                    '"' | '\\' | '/' if self.one_in(2) => out.extend(['\\', c]),
                    _ => {
                        let mut units = [0; 2];
                        for unit in c.encode_utf16(&mut units) {
                            let hex = if self.one_in(2) { format!("\\u{unit:04x}") } else { format!("\\u{unit:04X}") };
                            out.push_str(&hex);
                        }
                    }
                }
            } else {
                out.push(c);
            }
        }
        out.push('"');
        out
    }

    fn text(&mut self) -> String {
        let text: String = (0..self.below(14))
            .map(|_| self.pick(&['a', 'b', '-', ' ', '"', '\\', '/', '\n', '\t', 'é', '语', '😀', '\u{1}', '}', ']', ',']))
            .collect();
        self.quote(&text)
    }

    fn time(&mut self) -> String {
        let second = 1_600_000_000 + self.next() % 200_000_000;
        let ms = self.next() % 1000;
        match self.below(7) {
            0 => format!("{second}"),
            1 => format!("{second}{ms:03}"),
            2 => format!("{second}{ms:03}999"),
            3 => format!("{second}{ms:03}999999"),
            4 => format!("{second}.{ms:03}"),
            _ => {
                let (day, hour, minute, s) = (1 + self.below(28), self.below(24), self.below(60), self.below(60));
                let fraction = self.pick(&["", ".5", ".25", ".123456789"]);
                let zone = self.pick(&["Z", "z", "+00:00", "-11:30", "+14:00"]);
                let t = self.pick(&["T", "t", " "]);
                format!("\"2024-{:02}-{day:02}{t}{hour:02}:{minute:02}:{s:02}{fraction}{zone}\"", 1 + self.below(12))
            }
        }
    }

    fn count(&mut self) -> String {
        let n = self.pick(&[10, 1000, 100_000]);
        let n = self.below(n);
        self.pick(&[format!("{n}"), format!("{n}.0"), format!("{n}e0"), format!("{n}.00E+0")].each_ref()).clone()
    }

    fn duration(&mut self, decimals: usize) -> String {
        let whole = self.below(20_000);
        let digits = self.below(decimals + 1);
        if digits == 0 { format!("{whole}") } else { format!("{whole}.{:0digits$}", self.below(10_usize.pow(digits as u32))) }
    }

    fn address(&mut self) -> String {
        let list = self.pick(&["192.0.2.1", " 192.0.2.7 , 10.0.0.1", "-", "", "2001:db8::1,192.0.2.9", ",x", "- , 10.0.0.1"]);
        self.quote(list)
    }

    /// A call with `request_id` r and its number.
    pub fn call(&mut self, number: u64, single_line: bool) -> String {
        let mut members = vec![("request_id".to_owned(), self.quote(&format!("r{number}")))];
        let mut add = |key: &str, value: String| members.push((key.to_owned(), value));
        add("time", self.time());
        let service = self.pick(&["chat", "code", "图像", "<b>"]);
        add("service", self.quote(service));
        add("status", self.pick(&["200", "200.0", "429", "5e2", "503", "99", "\"200\"", "null"]).to_owned());
        for key in [
            "error_code",
            "error_message",
            "version",
            "model",
            "api_key",
            "inference_type",
            "region",
            "workspace",
            "service_tier",
            "replica",
        ] {
            if self.one_in(2) {
                add(key, self.text());
            }
        }
        for key in ["http_x_forwarded_for", "ip"] {
            if self.one_in(2) {
                add(key, self.address());
            }
        }
        for key in [
            "input_tokens",
            "output_tokens",
            "cached_tokens",
            "total_tokens",
            "reasoning_tokens",
            "audio_input_tokens",
            "audio_output_tokens",
        ] {
            if self.one_in(2) {
                add(key, self.count());
            }
        }
        for (key, decimals) in
            [("latency_ms", 3), ("ttft_ms", 3), ("queue_ms", 3), ("tpot_ms", 6), ("generation_s", 6), ("cost", 6)]
        {
            if self.one_in(2) {
                add(key, self.duration(decimals));
            }
        }
        if self.one_in(2) {
            add("stream", self.pick(&["true", "false"]).to_owned());
        }
        if self.one_in(4) {
            add("media", self.pick(&["\"image\"", "\"video\"", "\"im\\u0061ge\""]).to_owned());
        }
        if self.one_in(4) {
            add("service_type", self.pick(&["\"my\"", "\"commercial\""]).to_owned());
        }
        if self.one_in(3) {
            add("request", "{\"messages\":[{\"content\":\"} ] \\\"{\"}, [], {}, -1.5e-3, true, null]}".to_owned());
        }
        if self.one_in(3) {
            add("unknown", self.text());
        }
        if self.labels && self.one_in(2) {
            let mut labels = Vec::new();
            for name in ["team", "env", "语\"", "n"] {
                if self.one_in(2) {
                    let value = match self.below(5) {
                        0 => self.pick(&["true", "false", "null", "-1.5", "7", "\"\"", "1000", "[1]", "{}"]).to_owned(),
                        _ => {
                            let text = self.pick(&["search", "ads", "图", "a b", "\u{1F}"]);
                            self.quote(text)
                        }
                    };
                    labels.push(format!("{}{}:{value}", self.quote(name), self.space(single_line)));
                }
            }
            for i in (1..labels.len()).rev() {
                labels.swap(i, self.below(i + 1));
            }
            add("labels", format!("{{{}}}", labels.join(",")));
        }
        // A rule broken, or a field that is null.
        let at = self.below(members.len());
        if self.one_in(6) {
            members[at].1 =
                self.pick(&["null", "null", "-1", "0.5", "true", "[]", "{\"a\":[]}", "\"?\"", "1e15", "-0.0"]).to_owned();
        }
        for i in (1..members.len()).rev() {
            members.swap(i, self.below(i + 1));
        }
        let mut out = String::from("{");
        for (i, (key, value)) in members.iter().enumerate() {
            out += if i > 0 { "," } else { "" };
            out += self.space(single_line);
            out += &self.quote(key);
            out += self.space(single_line);
            out += ":";
            out += self.space(single_line);
            out += value;
            out += self.space(single_line);
        }
        out + "}"
    }
}
