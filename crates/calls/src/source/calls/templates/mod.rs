//! Error messages grouped by template: those that differ in numbers, ids, addresses, times, quoted or a few other words are one group.
//!
//! Messages are masked ([`mask`]); masked messages are then clustered as Drain does (He et al., 2017), by a tree of fixed depth: the number of
//! words, then the first words. Drain takes messages as they come; here all are there, so a word is a branch where several messages share it, and
//! messages are compared in the order of their texts. Groups therefore depend on which messages a store holds, not on their order or number, and
//! are the same for each selection of it. Messages of different HTTP statuses are never compared: there, a word that differs says what went wrong.

mod mask;

use crate::ask::ErrorText;
use crate::base::sort::sort_indices_by;
use crate::model::limits::{TEMPLATE_COMPARED_MAX, TEMPLATE_MESSAGES_MAX, TEMPLATE_WORDS_MIN};
use crate::store::{Dict, RowSelection, Store};
use mask::{REST, Slot, WORD, mask, next_placeholder};

/// First words by which masked messages are parted.
const DEPTH: usize = 2;
/// A word of a cluster that differs.
const ANY: u32 = u32::MAX;

/// The groups of a store's error pairs (own code, message).
#[derive(Debug, Default)]
pub struct Templates {
    /// Group of each pair.
    of_pair: Vec<u32>,
    /// Own code and template of each group, joined.
    groups: Dict,
    /// A pair of each group: it has the group's own code.
    samples: Vec<u32>,
    /// Statuses, own codes and masked messages, joined; the group of each.
    masked: Dict,
    of_masked: Vec<u32>,
}

/// The pairs that were chosen.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Chosen<'a> {
    Nothing,
    /// All of an own code.
    Own(&'a str),
    Pair(u32),
    Group(u32),
}

/// Messages that are the same once masked.
#[derive(Debug)]
struct MessageGroup {
    /// The first of them, by which values are compared.
    sample: u32,
    /// Where its values are, and whether another message has another value there.
    slots: Vec<(Slot, bool)>,
}

impl Templates {
    /// Groups all pairs of a store.
    pub fn of(store: &Store) -> Self {
        let pairs = store.error_pairs();
        let statuses = statuses(store);
        let mut masked = Dict::default();
        let mut alike: Vec<MessageGroup> = Vec::new();
        let mut of_pair = Vec::with_capacity(pairs);
        let (mut text, mut slots, mut key) = (String::new(), Vec::new(), String::new());
        for pair in 0..pairs as u32 {
            let (own, message) = store.error_pair(pair);
            if pair as usize >= TEMPLATE_MESSAGES_MAX {
                text.clear();
                text.push_str(REST);
                slots.clear();
            } else {
                mask(message, &mut text, &mut slots);
            }
            join_masked(statuses[pair as usize], own, &text, &mut key);
            let code = masked.intern(&key);
            match alike.get_mut(code as usize) {
                Some(known) => {
                    let first = store.error_pair(known.sample).1;
                    for (slot, (at, varies)) in slots.iter().zip(&mut known.slots) {
                        *varies |= value(message, *slot) != value(first, *at);
                    }
                }
                None => alike.push(MessageGroup { sample: pair, slots: slots.iter().map(|&slot| (slot, false)).collect() }),
            }
            of_pair.push(code);
        }
        let clusters = Clusters::of(&masked, &alike, &statuses, store).found;
        let mut of_masked = vec![0; masked.len()];
        let (mut groups, mut samples) = (Dict::default(), Vec::with_capacity(clusters.len()));
        for cluster in &clusters {
            let sample = alike[cluster[0] as usize].sample;
            join(store.error_pair(sample).0, &template(cluster, &masked, &alike, store), &mut key);
            let group = groups.intern(&key);
            if group as usize == samples.len() {
                samples.push(sample);
            }
            cluster.iter().for_each(|&code| of_masked[code as usize] = group);
        }
        of_pair.iter_mut().for_each(|code| *code = of_masked[*code as usize]);
        Self { of_pair, groups, samples, masked, of_masked }
    }

    /// The group of a pair.
    pub fn of_pair(&self, pair: u32) -> u32 {
        self.of_pair[pair as usize]
    }

    /// Own code and template of a group.
    pub fn group<'a>(&'a self, group: u32, store: &'a Store) -> (&'a str, &'a str) {
        let own = store.error_pair(self.samples[group as usize]).0;
        (own, message_of(self.groups.get(group), own))
    }

    /// What a choice means: a template; else the one message of just this text; else, where the data have changed since, the group of messages
    /// like it.
    pub fn chosen<'a>(&self, choice: &'a ErrorText, store: &Store) -> Chosen<'a> {
        let own = choice.error_code.as_str();
        let Some(text) = choice.text.as_deref() else { return Chosen::Own(own) };
        let (mut masked, mut key) = (String::new(), String::new());
        join(own, text, &mut key);
        if let Some(group) = self.groups.find(&key) {
            return Chosen::Group(group);
        }
        if let Some(pair) = (0..store.error_pairs() as u32).find(|&pair| store.error_pair(pair) == (own, text)) {
            return if choice.alike { Chosen::Group(self.of_pair(pair)) } else { Chosen::Pair(pair) };
        }
        mask(text, &mut masked, &mut Vec::new());
        let found = store.statuses().0.iter().find_map(|&status| {
            join_masked(status, own, &masked, &mut key);
            self.masked.find(&key)
        });
        found.map_or(Chosen::Nothing, |code| Chosen::Group(self.of_masked[code as usize]))
    }

    /// Whether a pair is among the chosen ones.
    pub fn has(&self, chosen: Chosen<'_>, pair: u32, store: &Store) -> bool {
        match chosen {
            Chosen::Nothing => false,
            Chosen::Own(own) => store.error_pair(pair).0 == own,
            Chosen::Pair(one) => pair == one,
            Chosen::Group(group) => self.of_pair(pair) == group,
        }
    }

    /// Memory held, about.
    pub fn bytes(&self) -> usize {
        (self.of_pair.len() + self.samples.len() + self.of_masked.len()) * 4 + self.masked.bytes() + self.groups.bytes()
    }
}

/// An own code and a text as one key. Own codes may hold the character between, so they are taken off by their length.
fn join(own: &str, text: &str, key: &mut String) {
    key.clear();
    key.push_str(own);
    key.push('\0');
    key.push_str(text);
}

/// Digits of a status in front of a key.
const STATUS_LEN: usize = 3;

/// A status, an own code and a masked message as one key.
fn join_masked(status: u16, own: &str, text: &str, key: &mut String) {
    key.clear();
    for tens in [100, 10, 1] {
        key.push(char::from(b'0' + (status / tens % 10) as u8));
    }
    key.push_str(own);
    key.push('\0');
    key.push_str(text);
}

/// The masked message of such a key.
fn masked_of<'a>(key: &'a str, own: &str) -> &'a str {
    message_of(key.get(STATUS_LEN..).unwrap_or_default(), own)
}

/// The status of each pair's calls; the lowest where they have several.
fn statuses(store: &Store) -> Vec<u16> {
    /// Rows looked at in one go.
    const PIECE: usize = 2048;
    let (by_code, column) = store.statuses();
    let mut lowest = vec![u16::MAX; store.error_pairs()];
    let (mut pairs, mut codes) = (Vec::new(), Vec::new());
    for from in (0..store.len()).step_by(PIECE) {
        let rows = RowSelection::Run(from..store.len().min(from + PIECE));
        store.error_codes().read(&rows, &mut pairs);
        column.read(&rows, &mut codes);
        for (&pair, &code) in pairs.iter().zip(&codes) {
            let lowest = &mut lowest[pair as usize];
            *lowest = (*lowest).min(by_code[code as usize]);
        }
    }
    lowest
}

fn message_of<'a>(key: &'a str, own: &str) -> &'a str {
    key.get(own.len() + 1..).unwrap_or_default()
}

fn value(message: &str, (from, to): Slot) -> &str {
    mask::part(message, usize::from(from), usize::from(to))
}

/// Placeholders in a word.
fn placeholders(mut word: &str) -> usize {
    let mut count = 0;
    while let Some((_, _, after)) = next_placeholder(word) {
        (word, count) = (after, count + 1);
    }
    count
}

/// A masked message that is taken apart: the words that follow, how many placeholders there were before, its values.
struct Member<'a> {
    words: core::str::Split<'a, char>,
    before: usize,
    alike: &'a MessageGroup,
}

/// The template of masked messages: what is the same in all of their messages stays as it is.
fn template(cluster: &[u32], masked: &Dict, alike: &[MessageGroup], store: &Store) -> String {
    let mut members: Vec<Member<'_>> = Vec::with_capacity(cluster.len());
    for &code in cluster {
        let alike = &alike[code as usize];
        let own = store.error_pair(alike.sample).0;
        members.push(Member { words: masked_of(masked.get(code), own).split(' '), before: 0, alike });
    }
    let mut out = String::new();
    let mut is_first = true;
    let mut row: Vec<&str> = Vec::with_capacity(members.len());
    loop {
        row.clear();
        row.extend(members.iter_mut().filter_map(|member| member.words.next()));
        let Some(&first) = row.first() else { return out };
        if !is_first {
            out.push(' ');
        }
        is_first = false;
        if row.iter().all(|word| *word == first) {
            push_word(first, &members, store, &mut out);
        } else {
            out.push_str(WORD);
        }
        members.iter_mut().zip(&row).for_each(|(member, word)| member.before += placeholders(word));
    }
}

/// Writes a word that masked messages share, with the values of its placeholders that they share as well.
fn push_word(word: &str, members: &[Member<'_>], store: &Store, out: &mut String) {
    let shared = |place: usize| -> Option<&str> {
        let of = |member: &Member<'_>| {
            let (at, varies) = member.alike.slots.get(member.before + place)?;
            (!varies).then(|| value(store.error_pair(member.alike.sample).1, *at))
        };
        let first = of(&members[0])?;
        // The rest of a long message has no value of its own.
        (!first.is_empty() && members.iter().all(|member| of(member) == Some(first))).then_some(first)
    };
    let (mut rest, mut place) = (word, 0);
    while let Some((before, placeholder, after)) = next_placeholder(rest) {
        out.push_str(before);
        out.push_str(shared(place).unwrap_or(placeholder));
        (rest, place) = (after, place + 1);
    }
    out.push_str(rest);
}

/// Masked messages in groups.
struct Clusters<'a> {
    masked: &'a Dict,
    /// Status and own code of each masked message.
    own: Vec<(u16, &'a str)>,
    /// The words of each, by their codes.
    words: Vec<u32>,
    /// Where those of each begin.
    begins: Vec<usize>,
    found: Vec<Vec<u32>>,
}

impl<'a> Clusters<'a> {
    fn of(masked: &'a Dict, alike: &[MessageGroup], statuses: &[u16], store: &'a Store) -> Self {
        let own = alike.iter().map(|alike| (statuses[alike.sample as usize], store.error_pair(alike.sample).0)).collect();
        let mut this = Self { masked, own, words: Vec::new(), begins: vec![0], found: Vec::new() };
        let mut known = Dict::default();
        for code in 0..masked.len() as u32 {
            let message = masked_of(masked.get(code), this.own[code as usize].1);
            this.words.extend(message.split(' ').map(|word| known.intern(word)));
            this.begins.push(this.words.len());
        }
        let mut all: Vec<u32> = (0..masked.len() as u32).collect();
        let length_and_own = |code: u32| (this.words_of(code).len(), this.own[code as usize]);
        sort_indices_by(&mut all, &mut |a, b| length_and_own(a).cmp(&length_and_own(b)));
        let parts: Vec<Vec<u32>> = all.chunk_by(|&a, &b| length_and_own(a) == length_and_own(b)).map(<[u32]>::to_vec).collect();
        for part in parts {
            this.by_word(part, 0);
        }
        this
    }

    fn words_of(&self, code: u32) -> &[u32] {
        &self.words[self.begins[code as usize]..self.begins[code as usize + 1]]
    }

    /// Parts masked messages by the words at a place that several share, and goes on with the next.
    fn by_word(&mut self, mut part: Vec<u32>, place: usize) {
        if place == DEPTH || part.len() < TEMPLATE_WORDS_MIN {
            return self.compare(part);
        }
        let word = |code: u32| self.words_of(code).get(place).copied();
        sort_indices_by(&mut part, &mut |a, b| word(a).cmp(&word(b)));
        let mut parts: Vec<Vec<u32>> = Vec::new();
        let mut rare: Vec<u32> = Vec::new();
        for same in part.chunk_by(|&a, &b| word(a) == word(b)) {
            if same.len() < TEMPLATE_WORDS_MIN {
                rare.extend(same);
            } else {
                parts.push(same.to_vec());
            }
        }
        parts.push(rare);
        for part in parts {
            self.by_word(part, place + 1);
        }
    }

    /// Puts each masked message to the cluster that it has most words in common with, at least half of them.
    fn compare(&mut self, mut part: Vec<u32>) {
        if part.len() < TEMPLATE_WORDS_MIN {
            return self.found.extend(part.into_iter().map(|code| vec![code]));
        }
        sort_indices_by(&mut part, &mut |a, b| self.masked.get(a).cmp(self.masked.get(b)));
        let mut clusters: Vec<(Vec<u32>, Vec<u32>)> = Vec::new();
        let mut alone: Vec<u32> = Vec::new();
        for code in part {
            let words = self.words_of(code);
            let alike = |cluster: &[u32]| cluster.iter().zip(words).filter(|(a, b)| a == b).count();
            let mut best: Option<(usize, usize)> = None;
            for (at, cluster) in clusters.iter().enumerate() {
                let alike = alike(&cluster.0);
                if alike * 2 >= words.len() && best.is_none_or(|(most, _)| alike > most) {
                    best = Some((alike, at));
                }
            }
            match best {
                Some((_, at)) => {
                    let (shared, members) = &mut clusters[at];
                    shared.iter_mut().zip(words).filter(|(a, b)| a != b).for_each(|(a, _)| *a = ANY);
                    members.push(code);
                }
                None if clusters.len() < TEMPLATE_COMPARED_MAX => clusters.push((words.to_vec(), vec![code])),
                None => alone.push(code),
            }
        }
        for (_, members) in clusters {
            if members.len() < TEMPLATE_WORDS_MIN {
                alone.extend(members);
            } else {
                self.found.push(members);
            }
        }
        self.found.extend(alone.into_iter().map(|code| vec![code]));
    }
}

#[cfg(test)]
mod tests;
