//! Names that the fields of a call go by, and units that names tell.

use crate::ingest::formats::clock::Unit;

/// Names of each field, plain: lower case, letters and digits only. Better ones first.
pub const NAMES: &[(&str, &[&str])] = &[
    (
        "time",
        &[
            "time",
            "timestamp",
            "starttime",
            "startedat",
            "requesttime",
            "requeststarttime",
            "requestedat",
            "createdat",
            "created",
            "ts",
            "date",
            "datetime",
            "eventtime",
            "receivedat",
            "arrivedat",
            "arrivaltime",
            "arrivaltimestamp",
            "arrival",
            "submittedat",
            "submittime",
            "sentat",
            "starttimestamp",
            "logtime",
            "loggedat",
            "occurredat",
            "when",
            "at",
        ],
    ),
    (
        "service",
        &[
            "service",
            "servicename",
            "modelgroup",
            "deployment",
            "endpoint",
            "app",
            "application",
            "model",
            "modelname",
            "modelid",
        ],
    ),
    ("model", &["model", "modelname", "modelid", "responsemodel", "engine"]),
    ("version", &["version", "serviceversion", "modelversion"]),
    (
        "status",
        &[
            "status",
            "statuscode",
            "httpstatus",
            "responsestatus",
            "responsecode",
            "resultsignature",
            "httpcode",
            "code",
            "success",
            "ok",
            "state",
            "outcome",
            "result",
        ],
    ),
    ("error_code", &["errorcode", "errortype", "error", "exceptiontype"]),
    ("error_message", &["errormessage", "errormsg", "exception", "statusmessage"]),
    ("api_key", &["apikey", "apikeyid", "keyalias", "keyname", "key", "user", "userid", "username", "client", "consumer"]),
    ("ip", &["ip", "clientip", "remoteaddr", "remoteip", "sourceip", "ipaddress", "clientaddress"]),
    ("http_x_forwarded_for", &["httpxforwardedfor", "xforwardedfor"]),
    ("stream", &["stream", "streaming", "isstream", "streamed"]),
    (
        "input_tokens",
        &[
            "inputtokens",
            "prompttokens",
            "prefilltokens",
            "tokensin",
            "requesttokens",
            "contexttokens",
            "inputlength",
            "inputlen",
            "promptlength",
            "promptlen",
            "tokensprompt",
            "input",
            "prompt",
            "in",
        ],
    ),
    (
        "output_tokens",
        &[
            "outputtokens",
            "completiontokens",
            "decodetokens",
            "generationtokens",
            "tokensout",
            "responsetokens",
            "generatedtokens",
            "outputlength",
            "outputlen",
            "tokensgenerated",
            "output",
            "completion",
            "out",
        ],
    ),
    ("cached_tokens", &["cachedtokens", "cachereadinputtokens", "cachedinputtokens", "cachereadtokens"]),
    ("reasoning_tokens", &["reasoningtokens", "thinkingtokens", "reasoningoutputtokens"]),
    ("total_tokens", &["totaltokens", "tokens"]),
    (
        "latency_ms",
        &[
            "latency",
            "duration",
            "elapsed",
            "responsetime",
            "requestduration",
            "totaltime",
            "elapsedtime",
            "e2elatency",
            "totallatency",
            "totalduration",
            "delay",
            "took",
        ],
    ),
    ("ttft_ms", &["ttft", "timetofirsttoken", "firsttokenlatency", "firsttokentime", "firsttoken", "timetofirstbyte"]),
    ("tpot_ms", &["tpot", "timeperoutputtoken", "itl", "intertokenlatency", "meanitl"]),
    ("queue_ms", &["queue", "queuetime", "queuelatency", "waittime"]),
    ("region", &["region", "location", "zone"]),
    ("workspace", &["workspace", "project", "projectid", "team", "teamid", "tenant", "tenantid", "environment", "namespace"]),
    ("service_tier", &["servicetier", "tier"]),
    ("replica", &["replica", "host", "hostname", "node", "instance", "pod", "backend", "upstream", "provider"]),
    ("request_id", &["requestid", "id", "traceid", "callid", "correlationid", "responseid"]),
    ("cost", &["cost", "spend", "totalcost", "price", "costusd"]),
];

/// Names that tell kinds of records apart, and the words by which one of those is a call of a model.
pub const KINDS: &[&str] =
    &["runtype", "type", "kind", "recordtype", "eventtype", "event", "observationtype", "spantype", "entrytype"];
pub const CALLS: &[&str] = &["llm", "generation", "chat", "completion", "chatcompletion", "inference", "llmcall", "modelcall"];

/// Names of a number of calls: a record that has one is a sum over them.
pub const COUNTS: &[&str] = &[
    "nummodelrequests",
    "modelrequests",
    "requests",
    "requestcount",
    "totalrequests",
    "totalrequestcount",
    "apirequests",
    "calls",
    "callcount",
    "totalcalls",
    "invocations",
    "invocationcount",
];

/// Endings of a duration's name that tell its unit.
const UNITS: &[(&str, Unit)] = &[
    ("milliseconds", Unit::Ms),
    ("millis", Unit::Ms),
    ("microseconds", Unit::Us),
    ("micros", Unit::Us),
    ("nanoseconds", Unit::Ns),
    ("nanos", Unit::Ns),
    ("seconds", Unit::S),
    ("secs", Unit::S),
    ("sec", Unit::S),
    ("ms", Unit::Ms),
    ("us", Unit::Us),
    ("ns", Unit::Ns),
    ("s", Unit::S),
];

/// A unit by its name.
pub fn unit(name: &str) -> Option<Unit> {
    let name = plain(name);
    UNITS.iter().find(|(known, _)| *known == name).map(|&(_, unit)| unit)
}

/// Letters and digits in lower case.
pub fn plain(name: &str) -> String {
    name.chars().filter(char::is_ascii_alphanumeric).map(|c| c.to_ascii_lowercase()).collect()
}

/// The plain name of a number without the words that say that it is one: `num_prefill_tokens`, `prompt_token_count`.
pub fn counted(name: &str) -> String {
    let bare = ["numberof", "num", "n"].iter().find_map(|start| name.strip_prefix(start).filter(|rest| rest.len() > 4));
    match bare.unwrap_or(name).strip_suffix("count") {
        Some("token" | "tokens") => "tokens".to_owned(),
        Some(rest) if rest.ends_with("token") => format!("{rest}s"),
        Some(rest) if rest.ends_with("tokens") => rest.to_owned(),
        _ => bare.unwrap_or(name).to_owned(),
    }
}

/// The segment of a path that names it, and how deep that lies: of `{"latency": {"value": 5}}` the object's. A unit in the place of
/// `value` is considered as well.
pub fn naming(path: &str) -> (&str, usize, Option<Unit>) {
    let mut segments: Vec<&str> = path.split('.').collect();
    let last = segments.last().copied().unwrap_or(path);
    let of_value = matches!(plain(last).as_str(), "value" | "val" | "amount");
    let of_unit = unit(last);
    if segments.len() > 1 && (of_value || of_unit.is_some()) {
        segments.pop();
    }
    let name = segments.last().copied().unwrap_or(path);
    (name, segments.len() - 1, of_unit.filter(|_| name != last))
}

/// A name without its unit, and the unit: `duration_ms`, `durationMs`, `Duration (ms)`, `duration_milliseconds`. Short ones must be set off.
pub fn with_unit(name: &str) -> (String, Option<Unit>) {
    let whole = plain(name);
    let mut words = name.split(|c: char| !c.is_ascii_alphanumeric()).filter(|word| !word.is_empty());
    let behind = words.next_back().filter(|_| words.next().is_some()).map(str::to_ascii_lowercase);
    for (ending, unit) in UNITS {
        let apart = behind.as_deref() == Some(ending);
        let long = ending.len() > 3 && whole.ends_with(ending);
        let camel = format!("{}{}", ending[..1].to_ascii_uppercase(), &ending[1..]);
        let humped = name.strip_suffix(camel.as_str()).is_some_and(|rest| rest.ends_with(|c: char| c.is_ascii_lowercase()));
        if (apart || long || humped) && whole.len() > ending.len() {
            return (whole[..whole.len() - ending.len()].to_owned(), Some(*unit));
        }
    }
    (whole, None)
}
