//! Programs that only start another one are taken off, and scripts within a call are read.

use super::parser;
use super::programs::judges;
use super::tree::{InnerKind, InnerScript, ShellCall, ShellNode};
use crate::plan::SHELLS;

/// Looks through `env`, `timeout`, `poetry run` and the like, and reads what `sh -c`, `ssh` or `trap` are given.
pub(super) fn look_through(call: &mut ShellCall, depth: usize) {
    loop {
        let skip = starter(&call.words);
        if skip == 0 || skip >= call.words.len() {
            break;
        }
        call.ends_shell |= call.words[0] == "exec";
        call.through.push(call.words.drain(..skip).collect());
        call.parts.drain(..skip);
    }
    call.inner = inner(call, depth).map(Box::new);
}

/// Options of programs that start others, where a value follows as a word of its own.
const WITH_VALUE: [(&str, &[&str]); 11] = [
    ("flock", &["-w", "--timeout", "--wait", "-E", "--conflict-exit-code"]),
    ("timeout", &["-s", "-k", "--signal", "--kill-after"]),
    ("sudo", &["-u", "-g", "-h", "-p", "-C", "-D", "--user", "--group"]),
    ("nice", &["-n"]),
    ("ionice", &["-c", "-n"]),
    ("env", &["-u", "-C", "--unset", "--chdir"]),
    ("stdbuf", &["-o", "-e", "-i"]),
    ("daemonize", &["-p", "-o", "-e", "-u", "-c", "-l", "-E"]),
    ("systemd-run", &["-p", "-u", "-H", "-M", "--unit", "--property"]),
    ("screen", &["-S", "-c", "-t", "-h"]),
    ("tmux", &["-s", "-n", "-c", "-t", "-x", "-y", "-e"]),
];

/// Returns how many words only start another program.
fn starter(words: &[String]) -> usize {
    let second = words.get(1).map_or("", String::as_str);
    let Some(program) = words.first().map(|word| base(word)) else { return 0 };
    match program {
        "timeout" | "gtimeout" => match options("timeout", words) {
            at if at < words.len() => at + 1,
            at => at,
        },
        "env" => {
            let at = options("env", words);
            at + words[at.min(words.len())..].iter().take_while(|w| w.contains('=') && !w.starts_with('-')).count()
        }
        // Its lock comes before the program; behind `-c` stands a text, and a number alone is a file that is open.
        "flock" => match options("flock", words) + 1 {
            at if words.get(at).is_some_and(|word| matches!(word.as_str(), "-c" | "--command")) => 0,
            at => at,
        },
        "setsid" if detached(words).is_some() => 0,
        "sudo" | "doas" | "nice" | "ionice" | "stdbuf" | "nohup" | "setsid" | "time" | "exec" | "xcrun" | "builtin"
        | "chronic" | "unbuffer" | "caffeinate" | "npx" | "pnpx" | "bunx" | "xvfb-run" => options(program, words),
        "command" | "busybox" | "toybox" if !second.starts_with('-') => 1,
        "poetry" | "pipenv" | "uv" | "pdm" | "rye" | "hatch" | "conda" if second == "run" => 2,
        "bundle" | "pnpm" | "npm" | "mise" | "asdf" | "composer" if second == "exec" => {
            2 + usize::from(words.get(2).is_some_and(|w| w == "--"))
        }
        "python" | "python3" | "py" if second == "-m" => 2,
        _ => 0,
    }
}

/// Returns where the words begin that a program starts in the background: it ends before they do, and with 0.
fn detached(words: &[String]) -> Option<usize> {
    let program = base(words.first()?);
    let begin = options(program, words);
    let own = words.get(1..begin)?;
    let has = |all: &[&str]| own.iter().any(|word| all.contains(&word.as_str()));
    let is_detached = match program {
        "setsid" => has(&["-f", "--fork"]) && !has(&["-w", "--wait"]),
        "daemonize" | "daemon" => true,
        "systemd-run" => !has(&["--wait", "--scope", "-P", "--pipe", "-t", "--pty"]),
        "screen" => has(&["-dm", "-d"]),
        "tmux" => return tmux(words),
        "docker" | "podman" | "docker-compose" => return in_container(words),
        _ => false,
    };
    (is_detached && begin < words.len()).then_some(begin)
}

/// `tmux new-session -d pytest`.
fn tmux(words: &[String]) -> Option<usize> {
    let at = words.iter().position(|word| matches!(word.as_str(), "new" | "new-session" | "new-window" | "neww"))?;
    let begin = at + options("tmux", &words[at..]);
    (words.get(at..begin)?.iter().any(|word| word == "-d") && begin < words.len()).then_some(begin)
}

/// `docker run -d app pytest`: where a program begins that finds out whether all is well.
fn in_container(words: &[String]) -> Option<usize> {
    let begin = (1..words.len()).find(|at| !words[*at].starts_with('-') && judges(&words[*at..]))?;
    let is_detached = |word: &String| word == "--detach" || word == "-d" || word == "-dit" || word == "-td";
    words[..begin].iter().any(is_detached).then_some(begin)
}

/// Returns where the words after a program's own options begin; their end where an option waits for its value.
fn options(program: &str, words: &[String]) -> usize {
    let values = WITH_VALUE.iter().find(|(name, _)| *name == program).map_or(&[] as &[&str], |(_, all)| all);
    let mut at = 1;
    while let Some(word) = words.get(at).filter(|w| w.starts_with('-')) {
        at += if values.contains(&word.as_str()) { 2 } else { 1 };
    }
    at.min(words.len())
}

fn base(word: &str) -> &str {
    word.rsplit('/').next().unwrap_or(word)
}

/// Says whether a program is a shell.
pub(in crate::lint) fn is_shell(word: &str) -> bool {
    SHELLS.contains(&base(word))
}

fn inner(call: &ShellCall, depth: usize) -> Option<InnerScript> {
    let words = &call.words;
    let program = call.program();
    let plain =
        |text: &str, kind| InnerScript { node: parser::parse(text, depth + 1), stops: false, pipefail: false, kind };
    if let Some(at) = detached(words) {
        let started =
            ShellCall { words: words[at..].to_vec(), parts: call.parts[at..].to_vec(), ..ShellCall::default() };
        return Some(InnerScript {
            node: ShellNode::Call(started),
            stops: false,
            pipefail: false,
            kind: InnerKind::Hidden,
        });
    }
    match program {
        "eval" => Some(plain(&words[1..].join(" "), InnerKind::Same)),
        "trap" if words.len() > 2 => {
            let on = |names: [&str; 2]| words[2..].iter().any(|w| names.contains(&w.as_str()));
            let kind = on(["EXIT", "0"]).then_some(InnerKind::Trap);
            kind.or(on(["ERR", "ZERR"]).then_some(InnerKind::FailureTrap)).map(|kind| plain(&words[1], kind))
        }
        "ssh" => remote(call).map(|text| plain(&text, InnerKind::Elsewhere)),
        "script" => {
            let kind = if call.has_letter('e') || call.has("--return") { InnerKind::Shell } else { InnerKind::Hidden };
            after_option(words, 'c').map(|text| plain(&text, kind))
        }
        "su" | "runuser" | "flock" | "vagrant" => {
            after_option(words, 'c').map(|text| plain(&text, InnerKind::Elsewhere))
        }
        "nix-shell" => {
            let at = words.iter().position(|w| w == "--run" || w == "--command")?;
            words.get(at + 1).map(|text| plain(text, InnerKind::Shell))
        }
        _ if is_shell(program) => shell_text(words, call.here.as_deref(), depth, InnerKind::Shell),
        "docker" | "podman" | "nerdctl" | "docker-compose" | "podman-compose" | "kubectl" | "oc" | "lxc" | "heroku"
        | "fly" | "flyctl" | "gcloud" | "xargs" | "parallel" | "find" | "nsenter" | "chroot" | "unshare" | "nix" => {
            let at = words.iter().skip(1).position(|w| is_shell(w))? + 1;
            let kind = match program {
                "find" => InnerKind::Hidden,
                "xargs" | "parallel" | "nix" => InnerKind::Shell,
                _ => InnerKind::Elsewhere,
            };
            shell_text(&words[at..], call.here.as_deref(), depth, kind)
        }
        _ => None,
    }
}

/// Returns the text behind an option that takes one: `-c TEXT`, `-qec TEXT`.
fn after_option(words: &[String], letter: char) -> Option<String> {
    let at = words.iter().skip(1).position(|w| w.starts_with('-') && !w.starts_with("--") && w.ends_with(letter))? + 1;
    words.get(at + 1).cloned()
}

/// Returns what `ssh` runs on the other machine.
fn remote(call: &ShellCall) -> Option<String> {
    let mut rest = call.arguments().iter();
    while let Some(word) = rest.next() {
        match word.strip_prefix('-') {
            Some(letters) if letters.len() == 1 && "BbcDEeFIiJLlmOopQRSWw".contains(letters) => {
                rest.next();
            }
            Some(_) => {}
            // the host; what follows is the script
            None => {
                let text = rest.cloned().collect::<Vec<_>>().join(" ");
                return if text.is_empty() { call.here.clone() } else { Some(text) };
            }
        }
    }
    None
}

/// Reads the text that a shell is given with `-c`, or to read, and the options before it.
fn shell_text(words: &[String], here: Option<&str>, depth: usize, kind: InnerKind) -> Option<InnerScript> {
    let (mut stops, mut pipefail, mut text) = (false, false, None);
    let mut rest = words[1..].iter();
    let mut is_script = false;
    while let Some(word) = rest.next() {
        let Some(letters) = word.strip_prefix('-').filter(|l| !l.starts_with('-')) else {
            // a file is run, and it is not read here
            is_script |= !word.starts_with(['-', '+']);
            break;
        };
        if letters.contains('n') {
            // it is read and not run
            return None;
        }
        stops |= letters.contains('e');
        if letters.ends_with('o') {
            let name = rest.next().map_or("", String::as_str);
            pipefail |= name == "pipefail";
            stops |= name == "errexit";
        }
        if letters.contains('c') {
            // the text is the first word that is no option: `bash -c -e TEXT` is allowed
            let mut more = rest.by_ref().skip_while(|w| {
                stops |= w.starts_with('-') && w.contains('e');
                pipefail |= *w == "pipefail";
                w.starts_with('-') || *w == "pipefail" || *w == "errexit"
            });
            text = more.next().map(String::as_str);
            break;
        }
    }
    let text = text.or(here.filter(|_| !is_script))?;
    Some(InnerScript { node: parser::parse(text, depth + 1), stops, pipefail, kind })
}

/// Numbers the calls of a tree, and looks through each of them.
pub(super) fn number(node: &mut ShellNode, next: &mut usize, depth: usize) {
    match node {
        ShellNode::Call(call) => number_call(call, next, depth),
        ShellNode::Not(one) | ShellNode::Background(one) | ShellNode::Subshell(one) | ShellNode::Define(_, one) => {
            number(one, next, depth)
        }
        ShellNode::For(_, words, body) => {
            words.iter_mut().for_each(|word| number_word(word, next, depth));
            number(body, next, depth);
        }
        ShellNode::Pipe(all) => {
            feed(all);
            all.iter_mut().for_each(|one| number(one, next, depth));
        }
        ShellNode::List(all) => all.iter_mut().for_each(|one| number(one, next, depth)),
        ShellNode::And(a, b) | ShellNode::Or(a, b) | ShellNode::While(a, b) | ShellNode::Until(a, b) => {
            number(a, next, depth);
            number(b, next, depth);
        }
        ShellNode::If(arms, otherwise) => {
            for (test, then) in arms {
                number(test, next, depth);
                number(then, next, depth);
            }
            otherwise.iter_mut().for_each(|one| number(one, next, depth));
        }
        ShellNode::Case(word, arms) => {
            number_word(word, next, depth);
            arms.iter_mut().for_each(|(_, one)| number(one, next, depth));
        }
    }
}

/// `echo "pytest; true" | sh`: a shell is given a script to read.
fn feed(all: &mut [ShellNode]) {
    for at in 1..all.len() {
        let text = match &all[at - 1] {
            ShellNode::Call(call) if matches!(call.program(), "echo" | "printf") => {
                let words =
                    call.arguments().iter().skip_while(|word| matches!(word.as_str(), "-n" | "-e" | "-en" | "--"));
                words.cloned().collect::<Vec<_>>().join(" ").replace("\\n", "\n")
            }
            _ => continue,
        };
        if let ShellNode::Call(shell) = &mut all[at]
            && shell.here.is_none()
            && is_shell(shell.program())
        {
            shell.here = Some(text);
        }
    }
}

fn number_word(word: &mut super::tree::ShellWord, next: &mut usize, depth: usize) {
    for part in &mut word.parts {
        if let super::tree::WordPart::Run(node, _) = part {
            number(node, next, depth);
        }
    }
}

fn number_call(call: &mut ShellCall, next: &mut usize, depth: usize) {
    call.assigned.iter_mut().for_each(|(_, word)| number_word(word, next, depth));
    call.parts.iter_mut().for_each(|word| number_word(word, next, depth));
    call.id = *next;
    *next += 1;
    look_through(call, depth);
    if let Some(inner) = &mut call.inner {
        number(&mut inner.node, next, depth + 1);
    }
}
