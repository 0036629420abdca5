//! A page of Markdown as plain text for a terminal of 80 columns.
//!
//! It reads what the pages of `docs/` and the plan's reference are made of: headings, paragraphs, lists, tables, code.

use super::wrap::wrap;
use super::{inline, table};

/// How wide a page is.
const WIDTH: usize = 80;

/// How far text stands in from its heading.
const INDENT: usize = 4;

/// One piece of a page.
enum Block {
    Heading(usize, String),
    Paragraph(String),
    Item { mark: String, text: String },
    Code(Vec<String>),
    Table(Vec<Vec<String>>),
}

/// Returns a page as plain text.
pub fn page(markdown: &str) -> String {
    let mut page = String::new();
    let mut was_item = false;
    for block in blocks(markdown) {
        let is_item = matches!(block, Block::Item { .. });
        let is_next_item = was_item && is_item;
        if !page.is_empty() && !is_next_item {
            page.push('\n');
        }
        for line in lines(&block) {
            page.push_str(line.trim_end());
            page.push('\n');
        }
        was_item = is_item;
    }
    page
}

fn lines(block: &Block) -> Vec<String> {
    let indented = |indent: usize, lines: Vec<String>| -> Vec<String> {
        lines.into_iter().map(|line| format!("{:indent$}{line}", "")).collect()
    };
    match block {
        Block::Heading(1, text) => wrap(&inline::cell(text).to_uppercase(), WIDTH),
        Block::Heading(2, text) => wrap(&inline::cell(text), WIDTH),
        Block::Heading(_, text) => indented(INDENT / 2, wrap(&inline::cell(text), WIDTH - INDENT / 2)),
        Block::Paragraph(text) => indented(INDENT, wrap(&inline::text(text), WIDTH - INDENT)),
        Block::Item { mark, text } => {
            let inner = INDENT + mark.chars().count() + 1;
            let mut lines = indented(inner, wrap(&inline::text(text), WIDTH - inner));
            if let Some(first) = lines.first_mut() {
                *first = format!("{:INDENT$}{mark} {}", "", first.trim_start());
            }
            lines
        }
        Block::Code(code) => indented(INDENT + 2, code.clone()),
        Block::Table(rows) => {
            let plain: Vec<Vec<String>> =
                rows.iter().map(|row| row.iter().map(|cell| inline::cell(cell)).collect()).collect();
            indented(INDENT, table::lines(&plain, WIDTH - INDENT))
        }
    }
}

/// Takes a page apart.
fn blocks(markdown: &str) -> Vec<Block> {
    let mut blocks: Vec<Block> = Vec::new();
    let mut lines = markdown.lines();
    // Whether the next line goes on with the last block.
    let mut is_open = false;
    while let Some(line) = lines.next() {
        if line.starts_with("```") {
            blocks.push(Block::Code(lines.by_ref().take_while(|l| !l.starts_with("```")).map(str::to_owned).collect()));
            is_open = false;
            continue;
        }
        if line.trim().is_empty() || line.starts_with("<!--") {
            is_open = false;
            continue;
        }
        let block = block(line);
        match (blocks.last_mut().filter(|_| is_open), block) {
            (Some(Block::Table(rows)), Block::Table(row)) => rows.extend(row.into_iter().filter(|row| !is_rule(row))),
            (Some(Block::Paragraph(text) | Block::Item { text, .. }), Block::Paragraph(more)) => {
                text.push(' ');
                text.push_str(&more);
            }
            (_, block) => blocks.push(block),
        }
        is_open = true;
    }
    blocks
}

/// Reads one line as the beginning of a block.
fn block(line: &str) -> Block {
    let text = line.trim();
    if let Some(title) = line.strip_prefix('#') {
        let level = 1 + title.chars().take_while(|c| *c == '#').count();
        return Block::Heading(level, title.trim_start_matches(['#', ' ']).to_owned());
    }
    if line.starts_with('|') {
        return Block::Table(vec![cells(text)]);
    }
    if let Some(item) = line.strip_prefix("- ") {
        return Block::Item { mark: "-".to_owned(), text: item.to_owned() };
    }
    match line.split_once(". ") {
        Some((number, item)) if !number.is_empty() && number.chars().all(|c| c.is_ascii_digit()) => {
            Block::Item { mark: format!("{number}."), text: item.to_owned() }
        }
        Some(_) | None => Block::Paragraph(text.to_owned()),
    }
}

/// Returns the cells of a table's row; a bar behind a backslash is a letter.
fn cells(row: &str) -> Vec<String> {
    let row = row.strip_prefix('|').unwrap_or(row);
    let row = row.strip_suffix('|').unwrap_or(row).replace("\\|", "\u{0}");
    row.split('|').map(|cell| cell.trim().replace('\u{0}', "|")).collect()
}

fn is_rule(row: &[String]) -> bool {
    row.iter().all(|cell| !cell.is_empty() && cell.chars().all(|c| matches!(c, '-' | ':')))
}
