//! What the page, and another worker, tell the reader.

use super::request::Rebase;
use super::source::Member;
use serde::{Deserialize, Serialize};

/// A message that only the reader takes, within [`super::ToEngine::Role`]. What travels beside its bytes is said here, by its place behind them.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub enum ToReader {
    /// The text of the deployment's configuration in force; empty where it could not be read. The first message to each reader.
    Configuration(String),
    /// Read sources into one data set; what was loaded before stays until they have been read to their end with at least one call.
    /// Beside: the files, in the order of their members.
    Open(Open),
    /// Beside: the port of a channel.
    Connect(Channel),
}

/// What is to be read.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Open {
    pub load: u32,
    /// What the page calls it.
    pub name: String,
    pub members: Vec<Member>,
    pub rebase: Option<Rebase>,
    /// The importer that a user chose for all of it, by its name; `None`: recognised by content.
    pub read_as: Option<String>,
    /// Calls that several members hold count once.
    pub once: bool,
}

/// What a channel is for. Each has its own messages, so that the usual ones do not grow.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Channel {
    /// The page reads slices of files that the worker cannot read.
    Files,
    /// [`super::poll::ToPoller`] and [`super::poll::PollReport`]. A newer channel replaces an older one.
    Poll,
    /// [`super::record::ToRecords`] and [`super::record::RecordAnswer`]. A newer channel replaces an older one.
    Records,
    /// Keeps the data set in the browser under this name. The worker answers [`super::keep::KeepAnswer`] until it is done.
    /// `bare`: without what calls said in words ([`super::DataSet::without_log`]): where a deployment keeps them from the page, nothing of them is stored.
    Keep { name: String, bare: bool },
    /// [`super::preview::Ask`] and [`super::preview::Answer`].
    Preview,
    /// Pieces of a large file, read for another reader.
    ParseHelp,
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::wire::{Access, LoadBundled, MemberSource, ToEngine, decode, encode};

    fn messages() -> Vec<ToEngine<ToReader>> {
        let url = MemberSource::Url { name: "f".into(), url: "https://x/f".into(), live: true, access: Access::new("omit") };
        let members = vec![(url, Some("litellm".to_owned())), (MemberSource::File { name: "a".into() }, None)];
        let open = Open { load: 7, name: "both".into(), members, rebase: None, read_as: None, once: true };
        let keep = Channel::Keep { name: "n".into(), bare: true };
        let channels = [Channel::Files, Channel::Poll, Channel::Records, keep, Channel::Preview, Channel::ParseHelp];
        let of_role = [ToReader::Configuration("{}".into()), ToReader::Open(open)];
        of_role
            .into_iter()
            .chain(channels.map(ToReader::Connect))
            .map(ToEngine::Role)
            .chain([ToEngine::CancelLoad { load: 3 }])
            .collect()
    }

    #[test]
    fn messages_come_as_they_were_sent() {
        for message in messages() {
            let bytes = encode(&message).unwrap_or_default();
            assert_eq!(decode::<ToEngine<ToReader>>(&bytes), Ok(message));
        }
    }

    #[test]
    fn a_message_that_was_cut_or_changed_is_another_or_none_and_never_a_panic() {
        for message in messages() {
            let bytes = encode(&message).unwrap_or_default();
            for end in 0..bytes.len() {
                assert!(decode::<ToEngine<ToReader>>(&bytes[..end]).is_err(), "{message:?} cut at {end}");
            }
            for at in 0..bytes.len() {
                for value in [0x7f, 0x80, 0xff] {
                    let mut other = bytes.clone();
                    other[at] = value;
                    // Whatever it says, it is decoded or refused.
                    let _ = decode::<ToEngine<ToReader>>(&other);
                    let _ = decode::<ToEngine<LoadBundled>>(&other);
                }
            }
        }
        assert!(decode::<ToEngine<ToReader>>(&[]).is_err());
        let role = encode(&ToEngine::Role(ToReader::Configuration(String::new()))).unwrap_or_default();
        let beat = encode(&ToEngine::<ToReader>::Beat).unwrap_or_default();
        assert!(decode::<ToEngine<ToReader>>(&[beat[0] + 1, 0]).is_err(), "a beat is the last kind");
        assert!(decode::<ToEngine<ToReader>>(&[role[0], 3]).is_err(), "a reader has three kinds");
    }
}
