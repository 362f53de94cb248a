//! Dimensions a call can be filtered by (docs/spec.md, section 3).

use serde::{Deserialize, Serialize};

/// A dimension of calls. Each has a dictionary in the store whose code 0 is the empty string: absent.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
pub enum Dim {
    ServiceType,
    ApiKey,
    Ip,
    InferenceType,
    Model,
    Region,
    Workspace,
    ServiceTier,
    Replica,
    Version,
    Service,
}

impl Dim {
    /// Number of dimensions.
    pub const COUNT: usize = 11;

    /// All of them, by [`Dim::index`].
    pub const ALL: [Dim; Self::COUNT] = [
        Dim::ServiceType,
        Dim::ApiKey,
        Dim::Ip,
        Dim::InferenceType,
        Dim::Model,
        Dim::Region,
        Dim::Workspace,
        Dim::ServiceTier,
        Dim::Replica,
        Dim::Version,
        Dim::Service,
    ];

    /// Place among [`Dim::ALL`].
    pub const fn index(self) -> usize {
        self as usize
    }

    /// The dimension of a query-string word.
    pub fn from_key(key: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|d| d.key() == key)
    }

    /// Dimensions that a filter control offers, in the order shown. The first three always, the rest where a feed carries them.
    pub const FILTERS: [Dim; 9] = [
        Dim::ServiceType,
        Dim::ApiKey,
        Dim::Ip,
        Dim::InferenceType,
        Dim::Model,
        Dim::Region,
        Dim::Workspace,
        Dim::ServiceTier,
        Dim::Replica,
    ];

    /// Name in feeds and in the query string.
    pub const fn key(self) -> &'static str {
        match self {
            Dim::ServiceType => "type",
            Dim::ApiKey => "key",
            Dim::Ip => "ip",
            Dim::InferenceType => "inference",
            Dim::Model => "model",
            Dim::Region => "region",
            Dim::Workspace => "workspace",
            Dim::ServiceTier => "tier",
            Dim::Replica => "replica",
            Dim::Version => "version",
            Dim::Service => "service",
        }
    }
}
