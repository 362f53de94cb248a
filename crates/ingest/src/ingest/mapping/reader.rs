//! The importer that a mapping drives.

use super::{Cached, From, Mapping};
use crate::ingest::formats::clock::{Unit, Wall};
use crate::ingest::formats::records::Reader;
use crate::ingest::formats::row::{Outcome, Row, Value, Wrong, millis};
use crate::ingest::formats::status;
use crate::model::limits::TEXT_BYTES_MAX;
use crate::model::{Call, Media, NO_STATUS, Problem, ServiceType};

/// Records for which a condition of the mapping does not hold.
const LEFT_OUT: &str = "records that the mapping leaves out";

/// A mapping with its columns numbered. Times of a beginning and an end may replace a duration.
#[derive(Debug)]
pub struct CompiledMapping {
    mapping: Mapping,
    columns: Vec<(String, From)>,
}

impl CompiledMapping {
    pub fn of(mapping: &Mapping) -> Self {
        let columns = mapping.fields.iter().map(|(field, from)| (field.clone(), from.clone())).collect();
        Self { mapping: mapping.clone(), columns }
    }

    /// Paths of the columns, in their order.
    pub fn names(&self) -> Vec<String> {
        // A column without a path must not take another's place: no source has this name.
        let field = |(field, from): &(String, From)| match &*from.path {
            "" => format!("\u{0}{field}"),
            path => path.to_owned(),
        };
        let conditions = self.mapping.conditions.iter().map(|condition| condition.path.clone());
        self.columns.iter().map(field).chain(conditions).collect()
    }

    /// Whether calls are made of a record. Columns of conditions follow those of the fields.
    fn holds(&self, row: &Row<'_>) -> bool {
        (self.columns.len()..).zip(&self.mapping.conditions).all(|(column, condition)| {
            let value = match row.value(column) {
                Value::Bool(yes) => {
                    if yes {
                        "true"
                    } else {
                        "false"
                    }
                }
                _ => row.word(column).unwrap_or(""),
            };
            condition.is.as_ref().is_none_or(|wanted| value == wanted.trim())
                && condition.is_not.as_ref().is_none_or(|other| value != other.trim())
        })
    }

    fn find(&self, field: &str) -> Option<(usize, &From)> {
        self.columns.iter().position(|(name, _)| name == field).map(|n| (n, &self.columns[n].1))
    }

    fn text<'r>(&self, row: &Row<'r>, field: &str) -> Result<Option<&'r str>, Wrong> {
        let Some((column, from)) = self.find(field) else { return Ok(None) };
        let fixed = || (!from.fixed.is_empty() && from.fixed.len() <= TEXT_BYTES_MAX).then(|| row.own(from.fixed.clone()));
        Ok(row.text(column)?.or_else(fixed))
    }

    fn tokens(&self, row: &Row<'_>, field: &str) -> Result<Option<u64>, Wrong> {
        match self.find(field) {
            None => Ok(None),
            Some((column, from)) if from.thousands => row.kilo_tokens(column),
            Some((column, _)) => row.tokens(column),
        }
    }

    fn micros(&self, row: &Row<'_>, field: &str, unit: Unit) -> Result<Option<u64>, Wrong> {
        let Some((column, from)) = self.find(field) else { return Ok(None) };
        row.micros(column, from.unit.unwrap_or(unit))
    }

    fn flag(&self, row: &Row<'_>, field: &str) -> Option<bool> {
        let (column, from) = self.find(field)?;
        row.flag(column).or_else(|| from.fixed.parse().ok())
    }

    fn status(&self, row: &Row<'_>) -> Result<u16, Wrong> {
        let meaning = &self.mapping.status;
        let Some((column, from)) = self.find("status") else {
            if self.find("error_code").is_none() && self.find("error_message").is_none() {
                return Ok(NO_STATUS);
            }
            let message = self.find("error_message").and_then(|(column, _)| row.word(column));
            let failed = message.is_some() || self.find("error_code").is_some_and(|(column, _)| row.has(column));
            let known = message.and_then(status::in_words);
            return Ok(if failed { known.unwrap_or(meaning.failed) } else { meaning.absent });
        };
        let flag = match row.value(column) {
            Value::Bool(yes) => Some(yes.to_string()),
            _ => None,
        };
        let word = flag.as_deref().or_else(|| row.word(column)).or(Some(from.fixed.as_str()).filter(|f| !f.is_empty()));
        let Some(word) = word else { return Ok(meaning.absent) };
        // "200.0" is what tables make of a number.
        let number = word.parse::<f64>().ok().filter(|n| n.fract() == 0.0 && (100.0..=599.0).contains(n));
        if let Some(number) = number {
            return Ok(number as u16);
        }
        let ok = meaning.ok.iter().any(|ok| ok.eq_ignore_ascii_case(word));
        if !ok && word.parse::<f64>().is_ok() {
            return Err(Wrong { column, problem: Problem::OutOfRange });
        }
        Ok(if ok { 200 } else { status::in_words(word).unwrap_or(meaning.failed) })
    }
}

impl Reader for CompiledMapping {
    fn read<'r>(&self, row: &Row<'r>) -> Result<Outcome<'r>, Wrong> {
        if !self.holds(row) {
            return Ok(Outcome::Passed(LEFT_OUT));
        }
        let Some((time, _)) = self.find("time") else { return row.missing(0) };
        let Some((service_column, _)) = self.find("service") else { return row.missing(0) };
        let (input, cached) = (self.tokens(row, "input_tokens")?, self.tokens(row, "cached_tokens")?);
        let added = self.mapping.cached == Cached::AddedToInput;
        let kind = self.text(row, "service_type")?;
        let media = self.text(row, "media")?;
        let tpot = match self.find("tpot_ms") {
            None => None,
            Some((column, from)) => row.nanos(column, from.unit.unwrap_or(Unit::Ms))?,
        };
        let ttft_us = self.micros(row, "ttft_ms", Unit::Ms)?;
        let ip = match (self.find("http_x_forwarded_for"), self.find("ip")) {
            (Some((column, _)), _) if row.has(column) => row.address(column)?,
            (_, Some((column, _))) => row.address(column)?,
            _ => None,
        };
        Ok(Outcome::Call(Call {
            time_ms: millis(row.instant_needed(time, self.mapping.time)?),
            service: self.text(row, "service")?.map_or_else(|| row.missing(service_column), Ok)?,
            service_type: if kind == Some("commercial") { ServiceType::Commercial } else { ServiceType::My },
            version: self.text(row, "version")?,
            model: self.text(row, "model")?,
            api_key: self.text(row, "api_key")?,
            ip,
            status: self.status(row)?,
            error_code: self.text(row, "error_code")?,
            error_message: self.find("error_message").and_then(|(column, _)| row.message(column)),
            stream: self.flag(row, "stream").or(ttft_us.map(|_| true)),
            input_tokens: input.map(|input| input + if added { cached.unwrap_or(0) } else { 0 }),
            output_tokens: self.tokens(row, "output_tokens")?,
            cached_tokens: cached,
            reasoning_tokens: self.tokens(row, "reasoning_tokens")?,
            audio_input_tokens: self.tokens(row, "audio_input_tokens")?,
            audio_output_tokens: self.tokens(row, "audio_output_tokens")?,
            total_tokens: self.tokens(row, "total_tokens")?,
            latency_us: self.micros(row, "latency_ms", Unit::Ms)?,
            ttft_us,
            tpot_ns: tpot,
            queue_us: self.micros(row, "queue_ms", Unit::Ms)?,
            generation_us: self.micros(row, "generation_s", Unit::S)?,
            media: match media {
                Some("image") => Some(Media::Image),
                Some("video") => Some(Media::Video),
                _ => None,
            },
            labels: "",
            inference_type: self.text(row, "inference_type")?,
            region: self.text(row, "region")?,
            workspace: self.text(row, "workspace")?,
            service_tier: self.text(row, "service_tier")?,
            replica: self.text(row, "replica")?,
            request_id: self.text(row, "request_id")?,
            cost: match self.find("cost") {
                None => None,
                Some((column, _)) => row.amount(column)?,
            },
        }))
    }

    fn wall(&self) -> Wall<'_> {
        self.mapping.changes.as_ref().map_or(Wall::Minutes(self.mapping.zone_minutes), Wall::Zone)
    }
}
