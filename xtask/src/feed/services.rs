//! The demonstration's services: what each is, how much it is called, by whom, and how fast it answers. All names are
//! invented.

use super::arrivals::{Load, Profile};

/// What a service does, which decides the fields its calls have.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// Tokens from the Azure code trace.
    Code,
    /// Tokens from the Mooncake conversation trace.
    Chat,
    /// Input tokens only, from the Azure code trace.
    Vectors,
    /// Generation time, no tokens.
    Image,
    /// As [`Kind::Image`], and made in a queue: no latency.
    Video,
}

/// A version of a commercial service.
pub struct Version {
    pub name: &'static str,
    pub model: &'static str,
    /// Share of the calls on the first and on the last day, as weights.
    pub share: (f64, f64),
    /// Time to first token and per token against the service's own.
    pub slowness: f64,
}

/// One service.
pub struct Service {
    pub name: &'static str,
    pub display_name: Option<&'static str>,
    pub kind: Kind,
    /// The model of a service of one's own; commercial services name it by version.
    pub model: &'static str,
    /// Empty for services of one's own.
    pub versions: &'static [Version],
    /// Calls expected over the fifteen days, without bursts.
    pub calls: usize,
    pub load: Load,
    /// Share of calls that stream.
    pub stream: f64,
    /// Median time to first token without the prompt, in ms; for images and videos the median generation time.
    pub first_ms: f64,
    /// Time added for each thousand input tokens that the cache does not hold, in ms.
    pub prompt_ms: f64,
    /// Median interval between output tokens, in ms.
    pub token_ms: f64,
    /// Share of failed calls in ordinary times.
    pub failing: f64,
    /// Keys (indices of [`KEYS`]) and their weights.
    pub keys: &'static [(usize, f64)],
    pub regions: &'static [(&'static str, f64)],
    /// Durations are recorded in steps of this many microseconds.
    pub step_us: f64,
    /// The gateway writes `tpot_ms`; otherwise it follows from latency, time to first token and tokens.
    pub writes_tpot: bool,
    /// The gateway writes `total_tokens`.
    pub writes_total: bool,
    /// The gateway writes `queue_ms`.
    pub writes_queue: bool,
    pub batch: f64,
    pub reasoning: bool,
    pub audio: bool,
    /// Replicas of a service of one's own.
    pub replicas: usize,
    pub tiers: &'static [(&'static str, f64)],
}

/// Keys by name, each with the addresses its calls come from. The last entry means calls of a provider's own
/// console, which carry no key.
pub const KEYS: [(&str, &[&str]); 11] = [
    ("key-web-prod", &["192.0.2.11", "192.0.2.12", "192.0.2.13"]),
    ("key-mobile-prod", &["192.0.2.11, 198.51.100.4", "192.0.2.13, 198.51.100.4", "2001:db8:10::7"]),
    ("key-ide-plugin", &["203.0.113.21", "203.0.113.22", "203.0.113.35", "203.0.113.48", "203.0.113.60", "2001:db8:20::15"]),
    ("key-ci-runner", &["198.51.100.80", "198.51.100.81"]),
    ("key-backoffice", &["192.0.2.40, 10.20.0.5", "-"]),
    ("key-search-index", &["198.51.100.17"]),
    ("key-nightly-batch", &["198.51.100.90"]),
    ("key-data-lab", &["203.0.113.101", "203.0.113.102"]),
    ("key-partner-north", &["203.0.113.180, 198.51.100.9, 10.0.4.2", "203.0.113.181, 198.51.100.9"]),
    ("key-load-test", &["198.51.100.200"]),
    ("", &["192.0.2.200", "-"]),
];
/// The key whose test runs into the rate limit.
pub const LOAD_TEST: usize = 9;

const NORTH: &[(&str, f64)] = &[("north-1", 1.0)];
const TWO: &[(&str, f64)] = &[("north-1", 0.7), ("east-2", 0.3)];
const THREE: &[(&str, f64)] = &[("north-1", 0.5), ("east-2", 0.32), ("south-1", 0.18)];
const TIERS: &[(&str, f64)] = &[("standard", 0.82), ("priority", 0.18)];

/// What most services have in common.
pub const OWN: Service = Service {
    name: "",
    display_name: None,
    kind: Kind::Chat,
    model: "",
    versions: &[],
    calls: 0,
    load: Load { profile: Profile::Office, weekend: 0.3, from_day: 0 },
    stream: 0.0,
    first_ms: 200.0,
    prompt_ms: 40.0,
    token_ms: 20.0,
    failing: 0.01,
    keys: &[],
    regions: NORTH,
    step_us: 100.0,
    writes_tpot: false,
    writes_total: false,
    writes_queue: false,
    batch: 0.0,
    reasoning: false,
    audio: false,
    replicas: 0,
    tiers: &[],
};

const fn load(profile: Profile, weekend: f64) -> Load {
    Load { profile, weekend, from_day: 0 }
}

const fn version(name: &'static str, model: &'static str, share: (f64, f64), slowness: f64) -> Version {
    Version { name, model, share, slowness }
}

/// The service that fails altogether for an hour.
pub const OUTAGE_SERVICE: &str = "code-complete";
/// The service a load test runs into the rate limit of.
pub const BURST_SERVICE: &str = "harbour-chat";
/// The service of which one version becomes slow, and one whose gateway has a bad half hour.
pub const REGRESSION: (&str, &str) = ("aster-chat", "3.2");
pub const GATEWAY_SERVICE: &str = "birch-coder";
/// The service whose first job of a day starts at midnight.
pub const MIDNIGHT_SERVICE: &str = "nightly-digest";

/// All services.
pub fn services() -> Vec<Service> {
    let mut all = own();
    all.extend(commercial());
    all
}

fn own() -> Vec<Service> {
    vec![
        Service {
            name: OUTAGE_SERVICE,
            display_name: Some("Code Complete"),
            kind: Kind::Code,
            model: "fern-coder-14b",
            calls: 12_400,
            load: load(Profile::Office, 0.22),
            stream: 0.86,
            first_ms: 118.0,
            prompt_ms: 36.0,
            token_ms: 11.0,
            failing: 0.007,
            keys: &[(2, 0.86), (3, 0.11), (7, 0.03)],
            regions: TWO,
            replicas: 4,
            writes_queue: true,
            ..OWN
        },
        Service {
            name: BURST_SERVICE,
            display_name: Some("Harbour Chat"),
            model: "larch-70b",
            calls: 8_600,
            load: load(Profile::Evening, 1.12),
            stream: 0.97,
            first_ms: 240.0,
            prompt_ms: 48.0,
            token_ms: 24.0,
            failing: 0.009,
            keys: &[(0, 0.56), (1, 0.41), (9, 0.01), (10, 0.02)],
            regions: THREE,
            step_us: 1.0,
            writes_tpot: true,
            writes_queue: true,
            replicas: 3,
            ..OWN
        },
        Service {
            name: "ticket-triage",
            display_name: Some("Ticket Triage"),
            kind: Kind::Code,
            model: "larch-8b",
            calls: 4_300,
            first_ms: 90.0,
            prompt_ms: 22.0,
            token_ms: 9.0,
            failing: 0.004,
            keys: &[(4, 0.94), (10, 0.06)],
            step_us: 1000.0,
            ..OWN
        },
        Service {
            name: "doc-embed",
            display_name: Some("Document Embedding"),
            kind: Kind::Vectors,
            model: "moss-embed-1",
            calls: 6_100,
            load: load(Profile::Global, 0.85),
            first_ms: 21.0,
            prompt_ms: 14.0,
            failing: 0.003,
            keys: &[(5, 0.78), (7, 0.15), (0, 0.07)],
            batch: 0.35,
            ..OWN
        },
        Service {
            name: "passage-rerank",
            display_name: Some("Passage Rerank"),
            kind: Kind::Vectors,
            model: "moss-rerank-1",
            calls: 3_400,
            load: load(Profile::Global, 0.8),
            first_ms: 34.0,
            prompt_ms: 11.0,
            failing: 0.005,
            keys: &[(5, 0.7), (0, 0.3)],
            ..OWN
        },
        Service {
            name: MIDNIGHT_SERVICE,
            display_name: Some("Nightly Digest"),
            model: "larch-70b",
            calls: 1_900,
            load: load(Profile::Night, 0.9),
            first_ms: 420.0,
            prompt_ms: 60.0,
            token_ms: 31.0,
            failing: 0.02,
            keys: &[(6, 1.0)],
            batch: 0.96,
            step_us: 1000.0,
            ..OWN
        },
        Service {
            name: "meeting-notes",
            display_name: Some("Meeting Notes"),
            model: "wren-audio-2",
            calls: 760,
            load: load(Profile::Office, 0.08),
            stream: 0.5,
            first_ms: 610.0,
            prompt_ms: 70.0,
            token_ms: 19.0,
            failing: 0.016,
            keys: &[(4, 0.8), (1, 0.2)],
            audio: true,
            ..OWN
        },
        Service {
            name: "poster-studio",
            display_name: Some("Poster Studio"),
            kind: Kind::Image,
            model: "quill-image-3",
            calls: 480,
            load: load(Profile::Office, 0.5),
            first_ms: 6_400.0,
            failing: 0.021,
            keys: &[(0, 0.7), (10, 0.3)],
            ..OWN
        },
    ]
}

fn commercial() -> Vec<Service> {
    vec![
        Service {
            name: REGRESSION.0,
            display_name: Some("Aster Chat"),
            versions: const {
                &[
                    version("3.1", "aster-3.1", (0.7, 0.12), 1.15),
                    version("3.2", "aster-3.2", (0.25, 0.68), 1.0),
                    version("3.2-long", "aster-3.2-long", (0.05, 0.2), 1.6),
                ]
            },
            calls: 8_200,
            load: load(Profile::Global, 0.78),
            stream: 0.9,
            first_ms: 310.0,
            prompt_ms: 38.0,
            token_ms: 17.0,
            failing: 0.011,
            keys: &[(0, 0.37), (1, 0.22), (8, 0.27), (7, 0.09), (10, 0.05)],
            regions: THREE,
            step_us: 1.0,
            writes_tpot: true,
            writes_total: true,
            tiers: TIERS,
            ..OWN
        },
        Service {
            name: GATEWAY_SERVICE,
            display_name: Some("Birch Coder"),
            kind: Kind::Code,
            versions: const { &[version("2", "birch-2", (0.6, 0.25), 1.2), version("2.5", "birch-2.5", (0.4, 0.75), 1.0)] },
            calls: 6_800,
            load: load(Profile::Office, 0.35),
            stream: 0.93,
            first_ms: 205.0,
            prompt_ms: 30.0,
            token_ms: 13.0,
            keys: &[(2, 0.5), (3, 0.36), (8, 0.14)],
            regions: TWO,
            writes_total: true,
            tiers: TIERS,
            ..OWN
        },
        Service {
            name: "aster-reason",
            display_name: Some("Aster Reason"),
            versions: const { &[version("1.0", "aster-r1", (0.9, 0.3), 1.3), version("1.1", "aster-r1.1", (0.1, 0.7), 1.0)] },
            calls: 2_700,
            load: load(Profile::Global, 0.6),
            stream: 0.8,
            first_ms: 820.0,
            prompt_ms: 44.0,
            token_ms: 21.0,
            failing: 0.014,
            keys: &[(7, 0.42), (8, 0.36), (4, 0.16), (10, 0.06)],
            regions: TWO,
            writes_total: true,
            reasoning: true,
            ..OWN
        },
        Service {
            name: "flint-embed",
            display_name: Some("Flint Embedding"),
            kind: Kind::Vectors,
            versions: const { &[version("v2", "flint-embed-2", (1.0, 1.0), 1.0)] },
            calls: 2_500,
            load: load(Profile::Global, 0.9),
            first_ms: 46.0,
            prompt_ms: 5.0,
            failing: 0.004,
            keys: &[(5, 0.6), (8, 0.4)],
            batch: 0.2,
            ..OWN
        },
        Service {
            name: "cobalt-vision",
            display_name: Some("Cobalt Vision"),
            versions: const { &[version("1.4", "cobalt-1.4", (0.8, 0.35), 1.1), version("2.0", "cobalt-2.0", (0.2, 0.65), 1.0)] },
            calls: 1_650,
            load: load(Profile::Evening, 0.95),
            stream: 0.62,
            first_ms: 480.0,
            prompt_ms: 52.0,
            token_ms: 22.0,
            failing: 0.02,
            keys: &[(1, 0.6), (0, 0.4)],
            regions: TWO,
            ..OWN
        },
        Service {
            name: "dune-image",
            display_name: Some("Dune Image"),
            kind: Kind::Image,
            versions: const { &[version("xl-1", "dune-xl-1", (0.75, 0.4), 1.25), version("xl-2", "dune-xl-2", (0.25, 0.6), 1.0)] },
            calls: 640,
            load: load(Profile::Evening, 1.2),
            first_ms: 9_800.0,
            failing: 0.024,
            keys: &[(1, 0.7), (0, 0.2), (10, 0.1)],
            ..OWN
        },
        Service {
            name: "ember-video",
            display_name: Some("Ember Video"),
            kind: Kind::Video,
            versions: const { &[version("0.9", "ember-0.9", (1.0, 0.25), 1.4), version("1.0", "ember-1.0", (0.0, 0.75), 1.0)] },
            calls: 260,
            load: Load { profile: Profile::Evening, weekend: 1.1, from_day: 4 },
            first_ms: 74_000.0,
            failing: 0.04,
            keys: &[(0, 0.5), (8, 0.4), (10, 0.1)],
            step_us: 1000.0,
            ..OWN
        },
    ]
}
