//! One text as it is packed, and what unpacking gives: text, the files of an archive, damage.

use super::gunzip::{Gunzip, MAGIC};
use super::transcode::Transcoder;
use crate::base::build::FULL;
use crate::model::Problem;

/// What comes out.
#[derive(Debug, PartialEq, Eq)]
pub enum Piece<'b> {
    /// A file of an archive begins. What comes before the first such piece is the source itself.
    Begin(&'b str),
    /// UTF-8 text, cut anywhere (what is not UTF-8 in the source is passed on as it is).
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

/// One text, gzipped or not.
#[derive(Debug, Default)]
pub struct Layer {
    /// The first bytes, until there are enough to tell.
    held: Vec<u8>,
    told: bool,
    gunzip: Option<Box<Gunzip>>,
    transcoder: Transcoder,
}

impl Layer {
    /// Whether it hands bytes on as they are.
    pub fn is_plain(&self) -> bool {
        self.told && self.gunzip.is_none() && self.transcoder.is_through()
    }

    /// Takes the next bytes.
    ///
    /// # Errors
    /// Where the packed bytes are broken; what was passed on before remains valid.
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
        if held.starts_with(&MAGIC) {
            if !FULL {
                // The engine of the first view gets text alone: the browser unpacks the bundled feeds.
                return Err(Damage { problem: Problem::GzipBroken, packed_byte: 0 });
            }
            self.gunzip = Some(Box::default());
        }
        self.run(&held, out)
    }

    fn run(&mut self, bytes: &[u8], out: &mut dyn FnMut(&[u8])) -> Result<(), Damage> {
        let transcoder = &mut self.transcoder;
        let out = &mut |text: &[u8]| if FULL { transcoder.push(text, out) } else { out(text) };
        match &mut self.gunzip {
            Some(gunzip) if FULL => {
                gunzip.push(bytes, out).map_err(|e| Damage { problem: e.problem, packed_byte: e.packed_byte })
            }
            _ => {
                out(bytes);
                Ok(())
            }
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
        if FULL {
            self.transcoder.finish(out);
        }
        match &self.gunzip {
            Some(gunzip) if FULL => gunzip.finish().map_err(|e| Damage { problem: e.problem, packed_byte: e.packed_byte }),
            _ => Ok(()),
        }
    }
}
