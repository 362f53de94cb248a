//! Bytes as they lie on disk to text: gzip, zip with several files, UTF-16, told by their first bytes. Streams: what is held is bounded.
//!
//! Without the feature `formats` only gzip is known, which is all that our own feed comes in.

use super::layer::Layer;
pub use super::layer::{Damage, Piece};
#[cfg(feature = "full")]
use super::zip::Zip;

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
    #[cfg(feature = "full")]
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
    #[cfg(feature = "full")]
    pub fn is_plain(&self) -> bool {
        matches!(&self.packing, Packing::Text(layer) if layer.is_plain())
    }

    fn run(&mut self, bytes: &[u8], out: &mut dyn FnMut(Piece<'_>)) {
        let result = match &mut self.packing {
            Packing::Text(layer) => layer.push(bytes, &mut |text| out(Piece::Text(text))),
            #[cfg(feature = "full")]
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
            #[cfg(feature = "full")]
            Packing::Zip(zip) => zip.finish(out).err(),
            Packing::Broken(damage) => Some(*damage),
            Packing::Unknown(_) => None,
        }
    }
}

fn tell(bytes: &[u8]) -> Packing {
    #[cfg(feature = "full")]
    if Zip::begins(bytes) {
        return Packing::Zip(Box::default());
    }
    let _ = bytes;
    Packing::Text(Layer::default())
}
