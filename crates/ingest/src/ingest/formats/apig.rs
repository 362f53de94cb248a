//! Huawei Cloud API Gateway (APIG) access log: values separated by spaces, without a header
//! (support.huaweicloud.com, APIG, log fields).
//!
//! `time_local` is when the answer was complete: the call began `request_time` before. Older editions lack `scheme`, or write it
//! before the host: what follows is found by the protocol (`HTTP/1.1`). The log knows no tokens.

use super::clock::{Form, Unit};
use super::records::Records;
use super::row::{Outcome, Row, Wrong, millis};
use super::sure;
use crate::ingest::importer::{FieldMapping, Format, Reads, map};
use crate::model::Call;

/// See [`super::FORMATS`].
pub const FORMAT: Format = Format {
    name: "huawei-apig",
    title: "Huawei Cloud APIG access log",
    confidence: |seen| sure(is_line(&seen.sniff.line), 90, "address, ids, time in brackets and request of an APIG access log"),
    reads: Reads::Calls(|_| Records::lines(&NAMES, read)),
    mapping: MAPPING,
};

const MAPPING: &[FieldMapping] = &[
    map("time", "time_local - request_time", "s"),
    map("service", "host and path of router_uri", ""),
    map("status", "status", ""),
    map("error_code", "upstream_status, where it differs", ""),
    map("api_key", "app_id, else user_id", ""),
    map("ip", "http_x_forwarded_for, else remote_addr", ""),
    map("region", "region_id", ""),
    map("replica", "upstream_addr", ""),
    map("request_id", "request_id", ""),
    map("latency_ms", "request_time", "s"),
];

/// Cells up to the method have fixed places; those behind the protocol count from there.
const REMOTE: usize = 0;
const REQUEST_ID: usize = 1;
const API_ID: usize = 2;
const USER: usize = 3;
const APP: usize = 4;
const TIME: usize = 5;
const SECONDS: usize = 6;
const METHOD: usize = 7;
const BEHIND_METHOD: usize = 8;

/// Names of the cells in the edition with `scheme`.
const NAMES: [&str; 26] = [
    "remote_addr",
    "request_id",
    "api_id",
    "user_id",
    "app_id",
    "time_local",
    "request_time",
    "request_method",
    "scheme",
    "host",
    "router_uri",
    "server_protocol",
    "status",
    "bytes_sent",
    "request_length",
    "http_user_agent",
    "http_x_forwarded_for",
    "upstream_addr",
    "upstream_uri",
    "upstream_status",
    "upstream_connect_time",
    "upstream_header_time",
    "upstream_response_time",
    "region_id",
    "all_upstream_response_time",
    "rest",
];

fn is_line(line: &str) -> bool {
    let Some((before, rest)) = line.split_once(" [") else { return false };
    let Some((time, after)) = rest.split_once("] ") else { return false };
    let mut behind = after.split(' ');
    let seconds = behind.next().is_some_and(|n| n.parse::<f64>().is_ok());
    let method = behind.next().is_some_and(|m| m.len() >= 3 && m.bytes().all(|b| b.is_ascii_uppercase()));
    before.split(' ').count() == 5
        && time.len() == 26
        && time.as_bytes()[2] == b'/'
        && seconds
        && method
        && after.contains(" HTTP/")
}

fn read<'r>(row: &Row<'r>) -> Result<Outcome<'r>, Wrong> {
    let latency_us = row.micros(SECONDS, Unit::S)?;
    let logged = row.instant_needed(TIME, Form::Any)?;
    let Some(protocol) = (BEHIND_METHOD..NAMES.len()).find(|&n| row.word(n).is_some_and(|text| text.starts_with("HTTP/"))) else {
        return row.missing(METHOD);
    };
    let behind = |n: usize| protocol + n;
    let status = row.status(behind(1))?.map_or_else(|| row.missing(behind(1)), Ok)?;
    let path = row.text(protocol - 1)?.unwrap_or("").split('?').next().unwrap_or("");
    // Where scheme and host are one value, the host is behind the slashes.
    let host = if protocol >= BEHIND_METHOD + 2 { row.text(protocol - 2)?.unwrap_or("") } else { "" };
    let host = host.split_once("://").map_or(host, |(_, host)| host);
    let service = row.own(format!("{host}{path}"));
    let upstream = row.text(behind(8))?.filter(|code| status >= 400 && code.parse() != Ok(status));
    Ok(Outcome::Call(Call {
        time_ms: millis(logged - latency_us.unwrap_or(0) as i64 * 1000),
        service: if service.is_empty() { row.text(API_ID)?.map_or_else(|| row.missing(API_ID), Ok)? } else { service },
        status,
        error_code: upstream,
        api_key: row.first(&[APP, USER])?,
        ip: match row.address(behind(5))? {
            Some(ip) => Some(ip),
            None => row.address(REMOTE)?,
        },
        region: row.text(behind(12))?,
        replica: row.text(behind(6))?,
        request_id: row.text(REQUEST_ID)?,
        latency_us,
        ..Call::default()
    }))
}
