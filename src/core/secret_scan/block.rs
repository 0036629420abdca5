//! How far a block of lines reaches that begins a key.

/// How much of a block is looked at, in bytes: the headers of a key, and its first line.
const MOST: usize = 1 << 10;

/// What ends a block.
const END: &[u8] = b"-----END";

/// Returns the block that begins at an offset.
pub(super) fn block_at(text: &[u8], start: usize) -> &[u8] {
    let block = &text[start..text.len().min(start + MOST)];
    let end = block.windows(END.len()).position(|part| part == END);
    &block[..end.unwrap_or(block.len())]
}
