//! What this build is for. Code asks the constant, so that every build compiles, lints and tests all of it; what follows a false constant is
//! not linked.

#[cfg(feature = "full")]
const PROOF: Option<Proof> = Some(());
#[cfg(not(feature = "full"))]
const PROOF: Option<Proof> = None;
#[cfg(feature = "full")]
type Proof = ();
#[cfg(not(feature = "full"))]
type Proof = core::convert::Infallible;

/// False in the engine of the first view: it reads the bundled feeds, which are small and of our own format, and is fetched before anything shows.
/// It goes without other formats, precomputation, packed columns and whatever else makes large sources fast.
pub const FULL: bool = PROOF.is_some();

/// Something that full builds alone have. A variant that holds it cannot be made elsewhere, so nothing behind it is linked.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Full(Proof);

impl Full {
    /// `None` where [`FULL`] is false.
    pub const fn here() -> Option<Self> {
        match PROOF {
            Some(proof) => Some(Self(proof)),
            None => None,
        }
    }
}
