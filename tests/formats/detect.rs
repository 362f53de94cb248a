//! A format is recognised by the first 4 KB, and a plain file of something else is never taken for calls.

use super::support::{fixtures, format_of};
use callscope::ingest::importer::{DETECT_BYTES, Unrecognised};
use callscope::ingest::registry::{claims, detect};
use callscope::model::NotCalls;

/// How sure each format is of a text, the surest last; refused ones included.
fn sure(bytes: &[u8]) -> Vec<(u8, &'static str)> {
    let mut all = Vec::new();
    claims(bytes, &mut |claim| all.push((claim.confidence.percent, claim.format.name)));
    all.sort_unstable();
    all
}

#[test]
fn every_fixture_and_its_first_bytes_are_told() {
    for (name, bytes) in fixtures() {
        let want = format_of(&name);
        for cut in [usize::MAX, DETECT_BYTES, 2048] {
            let sure = sure(&bytes[..bytes.len().min(cut)]);
            assert_eq!(sure.last().map(|s| s.1), Some(want), "{name} cut to {cut}: {sure:?}");
            // No two are equally sure, or the order of a list would decide.
            assert!(sure.len() == 1 || sure[sure.len() - 1].0 > sure[sure.len() - 2].0, "{name}: {sure:?}");
        }
    }
}

#[test]
fn what_holds_no_calls_is_named() {
    let kind = |text: &str| match detect(text.as_bytes()) {
        Err(Unrecognised::NotCalls(kind)) => Some(kind),
        _ => None,
    };
    for (text, want) in [
        (
            r#"{"total_request_count":67188,"total_error_count":8002,"total_token":2482084.98,"total_prompt_token":1.0}"#,
            NotCalls::MaasStatistics,
        ),
        (
            r#"{"metrics":[{"namespace":"SYS.MaaS","metric_name":"ttft","dimensions":[],"unit":"ms","datapoints":[]}]}"#,
            NotCalls::CloudEye,
        ),
        (
            r#"[{"date":"2026-01-01","api_key":"k","model":"m","api_requests":5,"successful_requests":4,"failed_requests":1}]"#,
            NotCalls::DailySpend,
        ),
        (r#"{"statistics":[{"total_request_count":5,"total_token":9.5,"total_prompt_token":1.0}]}"#, NotCalls::MaasStatistics),
        (r#"{"status":"success","data":["a","b"]}"#, NotCalls::PrometheusList),
        (r#"{"status":"success","data":[{"__name__":"up","job":"a"}]}"#, NotCalls::PrometheusList),
        (r#"{"status":"success","data":{"up":[{"type":"gauge","help":"h","unit":""}]}}"#, NotCalls::PrometheusList),
        (r#"{"status":"success","data":{"resultType":"matrix","result":[]}}"#, NotCalls::PrometheusEmpty),
        (r#"{"status":"success","data":{"resultType":"scalar","result":[1774516500,"3"]}}"#, NotCalls::PrometheusAnswer),
        (
            r#"{"status":"success","data":{"resultType":"vector","result":[{"metric":{},"value":[1774516500,"3"]}]}}"#,
            NotCalls::PrometheusAnswer,
        ),
        (r#"{"status":"error","errorType":"bad_data","error":"parse error"}"#, NotCalls::PrometheusError),
        // What the server says of itself hides the counts behind the first 4 KB.
        (
            r#"{"tag":null,"backend":"sglang","max_concurrency":8,"sharegpt_output_len":null,"random_input_len":1024,"random_output_len":256,"#,
            NotCalls::SglangBench,
        ),
        (
            r#"{"object":"page","data":[{"object":"bucket","start_time":1,"end_time":2,"results":[{"object":"organization.costs.result","amount":{"value":1,"currency":"usd"}}]}]}"#,
            NotCalls::OpenAiUsage,
        ),
        (
            r#"{"object":"list","data":[{"aggregation_timestamp":1,"n_requests":7,"operation":"completion","n_context_tokens_total":90,"n_generated_tokens_total":12}]}"#,
            NotCalls::OpenAiUsage,
        ),
        ("start_time,end_time,num_model_requests,input_tokens\n1774483200,1774569600,470,141201\n", NotCalls::OpenAiUsage),
        (
            r#"{"data":[{"starting_at":"2026-03-26T00:00:00Z","ending_at":"2026-03-27T00:00:00Z","results":[{"amount":"12.5","currency":"USD"}]}]}"#,
            NotCalls::AnthropicUsage,
        ),
        (
            "usage_date_utc,model_version,api_key,usage_input_tokens_no_cache,usage_output_tokens\n2026-03-26,m,k,5,6\n",
            NotCalls::AnthropicUsage,
        ),
        (
            r#"{"count":4,"total":812,"minimum":0,"maximum":300,"average":203,"resourceId":"/SUBSCRIPTIONS/S","time":"2026-03-26T09:00:00Z","metricName":"ProcessedPromptTokens","timeGrain":"PT1M"}"#,
            NotCalls::AzureMetrics,
        ),
        (r#"{"date":"x","request_throughput":1.0,"mean_ttft_ms":3,"total_input_tokens":5}"#, NotCalls::BenchSummary),
        ("# HELP a b\n# TYPE a counter\na 1\n", NotCalls::PrometheusText),
    ] {
        assert_eq!(kind(text), Some(want), "{text}");
    }
}

/// Files of everyday that are JSON, lines of JSON, tables or logs, and no calls.
const OTHERS: &[(&str, &str)] = &[
    (
        "package.json",
        r#"{"name":"left-pad","version":"1.3.0","description":"pad","main":"index.js","scripts":{"test":"node test"},"dependencies":{"a":"^1"},"license":"MIT"}"#,
    ),
    (
        "package-lock.json",
        r#"{"name":"x","version":"1.0.0","lockfileVersion":3,"requires":true,"packages":{"":{"name":"x","version":"1.0.0"},"node_modules/a":{"version":"1.0.0","resolved":"https://r/a.tgz","integrity":"sha512-x"}}}"#,
    ),
    (
        "tsconfig.json",
        r#"{"compilerOptions":{"target":"es2020","module":"esnext","strict":true},"include":["src"],"exclude":["node_modules"]}"#,
    ),
    (
        "geojson",
        r#"{"type":"FeatureCollection","features":[{"type":"Feature","id":"x","properties":{"name":"a","time":5},"geometry":{"type":"Point","coordinates":[1.5,2.5]}}]}"#,
    ),
    (
        "chrome trace",
        r#"{"traceEvents":[{"name":"f","cat":"PERF","ph":"X","ts":829,"dur":100,"pid":22630,"tid":22630,"args":{}}],"displayTimeUnit":"ns","systemTraceEvents":"SystemTraceData","otherData":{"version":"My Application v1.0"}}"#,
    ),
    (
        "chrome trace array",
        r#"[{"name":"f","cat":"PERF","ph":"B","pid":1,"tid":2,"ts":829},{"name":"f","cat":"PERF","ph":"E","pid":1,"tid":2,"ts":833}]"#,
    ),
    (
        "npm audit",
        r#"{"auditReportVersion":2,"vulnerabilities":{"a":{"name":"a","severity":"high","isDirect":true,"via":[{"source":1,"name":"a","title":"t","url":"u","severity":"high","range":"<1"}],"effects":[],"range":"<1","nodes":[],"fixAvailable":true}},"metadata":{"vulnerabilities":{"total":1}}}"#,
    ),
    (
        "har",
        r#"{"log":{"version":"1.2","creator":{"name":"W","version":"1"},"pages":[],"entries":[{"startedDateTime":"2026-01-01T00:00:00.000Z","time":50,"request":{"method":"GET","url":"https://a/","httpVersion":"1.1","headers":[],"bodySize":-1},"response":{"status":200,"statusText":"OK","content":{"size":33}},"cache":{},"timings":{"send":1,"wait":20,"receive":29}}]}}"#,
    ),
    (
        "eslint",
        r#"[{"filePath":"/a.js","messages":[{"ruleId":"semi","severity":2,"message":"Missing","line":1,"column":2}],"errorCount":1,"warningCount":0}]"#,
    ),
    ("composer", r#"{"name":"a/b","type":"project","require":{"php":">=8"},"autoload":{"psr-4":{"A\\":"src/"}}}"#),
    (
        "notebook",
        r##"{"cells":[{"cell_type":"code","execution_count":1,"metadata":{},"outputs":[],"source":["1+1"]}],"metadata":{"kernelspec":{"name":"python3"}},"nbformat":4,"nbformat_minor":5}"##,
    ),
    (
        "openapi",
        r#"{"openapi":"3.0.0","info":{"title":"t","version":"1"},"paths":{"/a":{"get":{"responses":{"200":{"description":"ok"}}}}}}"#,
    ),
    ("chat request", r#"{"model":"gpt-4o","messages":[{"role":"user","content":"hi"}],"temperature":0.2,"stream":true}"#),
    (
        "training data",
        "{\"messages\":[{\"role\":\"user\",\"content\":\"hi\"},{\"role\":\"assistant\",\"content\":\"yo\"}]}\n{\"messages\":[{\"role\":\"user\",\"content\":\"a\"}]}\n",
    ),
    (
        "application log",
        "{\"level\":\"info\",\"ts\":1700000000.5,\"msg\":\"started\",\"port\":80}\n{\"level\":\"warn\",\"ts\":1700000001,\"msg\":\"slow\"}\n",
    ),
    (
        "docker log",
        "{\"log\":\"hello\\n\",\"stream\":\"stdout\",\"time\":\"2026-01-01T00:00:00Z\"}\n{\"log\":\"x\\n\",\"stream\":\"stderr\",\"time\":\"2026-01-01T00:00:01Z\"}\n",
    ),
    (
        "github events",
        r#"[{"id":"1","type":"PushEvent","actor":{"id":1,"login":"a"},"repo":{"id":2,"name":"a/b"},"payload":{"size":1},"public":true,"created_at":"2026-01-01T00:00:00Z"}]"#,
    ),
    (
        "cloudtrail",
        r#"{"Records":[{"eventVersion":"1.08","userIdentity":{"type":"IAMUser"},"eventTime":"2026-01-01T00:00:00Z","eventSource":"s3.amazonaws.com","eventName":"GetObject","requestID":"x","sourceIPAddress":"1.2.3.4"}]}"#,
    ),
    (
        "kubernetes",
        r#"{"apiVersion":"v1","kind":"Service","metadata":{"name":"a","namespace":"d"},"spec":{"ports":[{"port":80}]},"status":{"loadBalancer":{}}}"#,
    ),
    (
        "otel collector config",
        r#"{"receivers":{"otlp":{"protocols":{"grpc":{}}}},"service":{"pipelines":{"traces":{"receivers":["otlp"]}}}}"#,
    ),
    (
        "zipkin",
        r#"[{"traceId":"a","id":"b","kind":"CLIENT","name":"get","timestamp":1502787600000000,"duration":1000,"localEndpoint":{"serviceName":"x"}}]"#,
    ),
    (
        "vega",
        r#"{"$schema":"https://vega.github.io/schema/vega-lite/v5.json","data":{"url":"a.csv"},"mark":"bar","encoding":{"x":{"field":"a"}}}"#,
    ),
    ("error answer", r#"{"error":{"message":"Incorrect API key","type":"invalid_request_error","code":"invalid_api_key"}}"#),
    ("status page", r#"{"status":"ok","version":"1.2.3","uptime":12345,"checks":{"db":"ok"}}"#),
    ("sales table", "date,region,amount,currency\n2026-01-01,EU,12.50,EUR\n2026-01-02,US,9.99,USD\n"),
    ("people table", "id;name;email\n1;Ann;ann@example.test\n2;Bo;bo@example.test\n"),
    ("web server log", "192.0.2.1 - - [10/Oct/2026:13:55:36 -0700] \"GET /a HTTP/1.0\" 200 2326 \"-\" \"curl\"\n"),
    ("syslog", "Jan  1 00:00:01 host sshd[123]: Accepted publickey for a from 192.0.2.1 port 22\n"),
    ("markdown", "# Title\n\nSome text, with a comma.\n"),
    ("yaml", "apiVersion: v1\nkind: Pod\nmetadata:\n  name: x\n"),
    ("toml", "[package]\nname = \"x\"\nversion = \"1\"\n"),
    ("source", "fn main() { println!(\"{}\", 1); }\n"),
    ("sql", "INSERT INTO a (time, service, status) VALUES (1, 'x', 200);\n"),
    ("xml", "<?xml version=\"1.0\"?><calls><call/></calls>"),
];

#[test]
fn a_file_of_something_else_is_never_taken_for_calls() {
    for (name, text) in OTHERS {
        let claimed = |bytes: &[u8]| detect(bytes).ok().map(|d| (d.format.name, d.confidence.percent));
        assert_eq!(claimed(text.as_bytes()), None, "{name}");
        // Long ones are seen by their first 4 KB only, cut anywhere.
        let long = if text.starts_with(['{', '[']) && !text.contains('\n') {
            let spaced = text.replace(",\"", ",\n  \"");
            assert_eq!(claimed(spaced.as_bytes()), None, "{name} written out");
            let inner = format!("[{}]", vec![*text; 1 + 9000 / text.len()].join(",\n"));
            // A list of such objects is no list of calls either.
            assert_eq!(claimed(&inner.as_bytes()[..DETECT_BYTES]), None, "{name} in a list");
            vec![*text; 1 + 9000 / text.len()].join("\n")
        } else {
            text.repeat(1 + 9000 / text.len())
        };
        assert_eq!(claimed(&long.as_bytes()[..DETECT_BYTES]), None, "{name} repeated");
    }
}

#[test]
fn a_cut_beginning_of_something_else_is_never_surely_calls() {
    for (name, text) in OTHERS {
        for cut in 1..text.len() {
            if let Ok(detected) = detect(&text.as_bytes()[..cut]) {
                assert!(
                    detected.format.name == "callscope" && detected.confidence.percent <= 5,
                    "{name} cut at {cut}: {detected:?}"
                );
            }
        }
    }
}
