//! Bytes as they lie on disk to text: gzip, zip with several files, UTF-16, told by their first bytes. Streams: what is held is bounded.
//!
//! Without the feature `formats` only gzip is known, which is all that our own feed comes in.

use super::gunzip::{Gunzip, MAGIC};
#[cfg(feature = "formats")]
use super::transcode::Transcoder;
#[cfg(feature = "formats")]
use super::zip::Zip;
use crate::model::Problem;

/// What comes out.
#[derive(Debug, PartialEq, Eq)]
pub enum Piece<'b> {
    /// A file of an archive begins. What comes before the first such piece is the source itself.
    Begin(&'b str),
    /// UTF-8 text, cut anywhere (what is not UTF-8 in the source is handed on as it is).
    Text(&'b [u8]),
    /// The file of the archive ends; what was wrong with it, where something was.
    End(Option<Damage>),
}

/// What is wrong with the packed bytes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{problem:?} at packed byte {packed_byte}")]
pub struct Damage {
    pub problem: Problem,
    /// Place in the bytes as they came.
    pub packed_byte: u64,
}

/// Takes bytes, gives pieces. After damage nothing more comes out.
#[derive(Debug)]
pub struct Unpacker {
    packing: Packing,
}

#[derive(Debug)]
enum Packing {
    /// Fewer bytes than it takes to tell.
    Unknown(Vec<u8>),
    Text(Layer),
    #[cfg(feature = "formats")]
    Zip(Box<Zip>),
    Broken(Damage),
}

impl Default for Unpacker {
    fn default() -> Self {
        Self { packing: Packing::Unknown(Vec::new()) }
    }
}

/// Bytes by which the packing is told.
const TELL_BYTES: usize = 4;

impl Unpacker {
    /// Takes the next bytes.
    pub fn push(&mut self, bytes: &[u8], out: &mut dyn FnMut(Piece<'_>)) {
        if let Packing::Unknown(held) = &mut self.packing {
            held.extend_from_slice(bytes);
            if held.len() < TELL_BYTES {
                return;
            }
            let held = core::mem::take(held);
            self.packing = tell(&held);
            self.run(&held, out);
        } else {
            self.run(bytes, out);
        }
    }

    /// Whether it hands bytes on as they are.
    #[cfg(feature = "formats")]
    pub fn is_plain(&self) -> bool {
        matches!(&self.packing, Packing::Text(layer) if layer.told && layer.gunzip.is_none() && layer.transcoder.is_through())
    }

    fn run(&mut self, bytes: &[u8], out: &mut dyn FnMut(Piece<'_>)) {
        let result = match &mut self.packing {
            Packing::Text(layer) => layer.push(bytes, &mut |text| out(Piece::Text(text))),
            #[cfg(feature = "formats")]
            Packing::Zip(zip) => zip.push(bytes, out),
            Packing::Unknown(_) | Packing::Broken(_) => Ok(()),
        };
        if let Err(damage) = result {
            self.packing = Packing::Broken(damage);
        }
    }

    /// Ends the source.
    pub fn finish(&mut self, out: &mut dyn FnMut(Piece<'_>)) -> Option<Damage> {
        if let Packing::Unknown(held) = &mut self.packing {
            let held = core::mem::take(held);
            self.packing = Packing::Text(Layer::default());
            self.run(&held, out);
        }
        match &mut self.packing {
            Packing::Text(layer) => layer.finish(&mut |text| out(Piece::Text(text))).err(),
            #[cfg(feature = "formats")]
            Packing::Zip(zip) => zip.finish(out).err(),
            Packing::Broken(damage) => Some(*damage),
            Packing::Unknown(_) => None,
        }
    }
}

fn tell(bytes: &[u8]) -> Packing {
    #[cfg(feature = "formats")]
    if Zip::begins(bytes) {
        return Packing::Zip(Box::default());
    }
    let _ = bytes;
    Packing::Text(Layer::default())
}

/// One text, gzipped or not.
#[derive(Debug, Default)]
pub struct Layer {
    /// The first bytes, until there are enough to tell.
    held: Vec<u8>,
    told: bool,
    gunzip: Option<Box<Gunzip>>,
    #[cfg(feature = "formats")]
    transcoder: Transcoder,
}

impl Layer {
    /// Takes the next bytes.
    ///
    /// # Errors
    /// Where the packed bytes are broken; what was handed on before stands.
    pub fn push(&mut self, bytes: &[u8], out: &mut dyn FnMut(&[u8])) -> Result<(), Damage> {
        if self.told {
            return self.run(bytes, out);
        }
        self.held.extend_from_slice(bytes);
        if self.held.len() < MAGIC.len() {
            return Ok(());
        }
        self.tell(out)
    }

    fn tell(&mut self, out: &mut dyn FnMut(&[u8])) -> Result<(), Damage> {
        let held = core::mem::take(&mut self.held);
        self.told = true;
        self.gunzip = held.starts_with(&MAGIC).then(Box::default);
        self.run(&held, out)
    }

    fn run(&mut self, bytes: &[u8], out: &mut dyn FnMut(&[u8])) -> Result<(), Damage> {
        #[cfg(feature = "formats")]
        let transcoder = &mut self.transcoder;
        #[cfg(feature = "formats")]
        let out = &mut |text: &[u8]| transcoder.push(text, out);
        match &mut self.gunzip {
            None => {
                out(bytes);
                Ok(())
            }
            Some(gunzip) => gunzip.push(bytes, out).map_err(|e| Damage { problem: e.problem, packed_byte: e.packed_byte }),
        }
    }

    /// Ends the text.
    ///
    /// # Errors
    /// Where a packed text is unfinished.
    pub fn finish(&mut self, out: &mut dyn FnMut(&[u8])) -> Result<(), Damage> {
        if !self.told {
            self.tell(out)?;
        }
        #[cfg(feature = "formats")]
        self.transcoder.finish(out);
        match &self.gunzip {
            None => Ok(()),
            Some(gunzip) => gunzip.finish().map_err(|e| Damage { problem: e.problem, packed_byte: e.packed_byte }),
        }
    }
}
