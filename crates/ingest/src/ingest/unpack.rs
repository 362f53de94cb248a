//! Bytes as they lie on disk to text: gzip, zip with several files, UTF-16, recognised by their first bytes. Streams: memory is bounded.
//!
//! The engine of the first view knows gzip alone, which is all that our own feed comes in.

use super::layer::Layer;
pub use super::layer::{Damage, Piece};
use super::zip::Zip;
use crate::base::build::Full;

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
    Zip(Box<Zip>, Full),
    Broken(Damage),
}

impl Default for Unpacker {
    fn default() -> Self {
        Self { packing: Packing::Unknown(Vec::new()) }
    }
}

/// Bytes by which the compression is recognised.
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
    pub fn is_plain(&self) -> bool {
        matches!(&self.packing, Packing::Text(layer) if layer.is_plain())
    }

    fn run(&mut self, bytes: &[u8], out: &mut dyn FnMut(Piece<'_>)) {
        let result = match &mut self.packing {
            Packing::Text(layer) => layer.push(bytes, &mut |text| out(Piece::Text(text))),
            Packing::Zip(zip, _) => zip.push(bytes, out),
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
            Packing::Zip(zip, _) => zip.finish(out).err(),
            Packing::Broken(damage) => Some(*damage),
            Packing::Unknown(_) => None,
        }
    }
}

fn tell(bytes: &[u8]) -> Packing {
    match Full::here() {
        Some(full) if Zip::begins(bytes) => Packing::Zip(Box::default(), full),
        _ => Packing::Text(Layer::default()),
    }
}
