//! The two names in a program that say what it is loaded by, and what a library is known as. Reads nothing else of it.
//!
//! Linux's ELF with 64 bits, little-endian: elf(5).

const INTERPRETER: u32 = 3;
const DYNAMIC: u32 = 2;
const LOAD: u32 = 1;
const STRINGS: u64 = 5;
const SONAME: u64 = 14;

/// A file of the right kind.
pub(super) struct Elf<'a> {
    bytes: &'a [u8],
}

/// A part of the file that is loaded or read.
struct Segment {
    kind: u32,
    offset: u64,
    address: u64,
    size: u64,
}

impl<'a> Elf<'a> {
    /// Reads a file; `None` when it is of another kind.
    pub(super) fn read(bytes: &'a [u8]) -> Option<Self> {
        let is_right = bytes.starts_with(b"\x7fELF") && bytes.get(4..6) == Some(&[2, 1]);
        is_right.then_some(Self { bytes })
    }

    /// Returns the path of the loader; `None` when the program needs none.
    pub(super) fn interpreter(&self) -> Option<&'a str> {
        let segment = self.segments().find(|segment| segment.kind == INTERPRETER)?;
        self.text(segment.offset)
    }

    /// Returns the name that programs ask for a library by.
    pub(super) fn soname(&self) -> Option<&'a str> {
        let dynamic = self.segments().find(|segment| segment.kind == DYNAMIC)?;
        let entry = |at: u64| Some((self.number(at)?, self.number(at + 8)?));
        let entries = || (0..dynamic.size / 16).map_while(|index| entry(dynamic.offset + index * 16));
        let value = |tag: u64| entries().take_while(|entry| entry.0 != 0).find(|entry| entry.0 == tag).map(|e| e.1);
        let strings = self.place_of(value(STRINGS)?)?;
        self.text(strings.checked_add(value(SONAME)?)?)
    }

    fn segments(&self) -> impl Iterator<Item = Segment> {
        let first = self.number(0x20).unwrap_or(0);
        let (size, count) = (self.short(0x36).unwrap_or(0), self.short(0x38).unwrap_or(0));
        (0..count).map_while(move |index| {
            let at = first.checked_add(u64::from(index) * u64::from(size))?;
            let kind = u32::from_le_bytes(self.piece(at)?);
            let (offset, address, size) = (self.number(at + 8)?, self.number(at + 16)?, self.number(at + 32)?);
            Some(Segment { kind, offset, address, size })
        })
    }

    /// Returns where in the file the byte of an address is.
    fn place_of(&self, address: u64) -> Option<u64> {
        let loaded = |segment: &Segment| segment.kind == LOAD && address.wrapping_sub(segment.address) < segment.size;
        let segment = self.segments().find(loaded)?;
        (address - segment.address).checked_add(segment.offset)
    }

    fn text(&self, at: u64) -> Option<&'a str> {
        let rest = self.bytes.get(usize::try_from(at).ok()?..)?;
        let end = rest.iter().take(4096).position(|byte| *byte == 0)?;
        std::str::from_utf8(&rest[..end]).ok()
    }

    fn number(&self, at: u64) -> Option<u64> {
        self.piece(at).map(u64::from_le_bytes)
    }

    fn short(&self, at: u64) -> Option<u16> {
        self.piece(at).map(u16::from_le_bytes)
    }

    fn piece<const N: usize>(&self, at: u64) -> Option<[u8; N]> {
        let at = usize::try_from(at).ok()?;
        self.bytes.get(at..at.checked_add(N)?)?.try_into().ok()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_no_program_or_is_cut_off_has_no_names() {
        assert!(Elf::read(b"#!/bin/sh").is_none());
        let own = std::fs::read("/proc/self/exe").unwrap();
        for end in [6, 0x20, 0x38, 0x40, 0x80, 0x200] {
            let cut = Elf::read(&own[..end]).unwrap();
            assert_eq!((cut.interpreter(), cut.soname()), (None, None), "{end}");
        }
    }

    #[test]
    fn this_program_is_loaded_by_a_loader_that_is_there() {
        let own = std::fs::read("/proc/self/exe").unwrap();
        let Some(loader) = Elf::read(&own).unwrap().interpreter() else { return };
        let library = std::fs::read(loader).unwrap();
        let name = std::path::Path::new(loader).file_name().unwrap().to_str();
        assert_eq!(Elf::read(&library).unwrap().soname(), name);
    }
}
