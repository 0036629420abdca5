//! What an environment file says of a name.

use tminus_core::dotenv::{DotenvEntry, DotenvValue, DoubtfulValue, look_up};

fn entry(name: &str, value: &str, line: usize) -> DotenvEntry {
    DotenvEntry { name: name.to_owned(), value: value.to_owned(), line }
}

fn looked_up(value: &str) -> DotenvValue {
    look_up(&[entry("HOST", "db.bayit.io", 1), entry("A", value, 2)], "A")
}

#[test]
fn a_value_that_somebody_chose_is_a_value() {
    for value in [
        "https://api.bayitplus.com",
        "1",
        "0",
        "false",
        "none",
        "hunter2",
        "a",
        "mongodb://u:p@db.bayit.io/x",
        "mongodb://${HOST}/x",
        "sk_live_51Hx9",
        "pa$$w0rd",
        "pa$WORD1",
        "[\"a\"]",
        "${X:-5}",
        "x",
        "xx",
        "postgres://user:pass@localhost/db",
        "info",
        "abc-123",
        "test",
        "op://vault/item/field",
        "{\"a\":1}",
        "yourself.io",
        "contact@bayitplus.com",
        "ExampleCorp Ltd",
        "hello world",
        "100%",
        "@handle",
        "#channel",
        "_x_",
        "0000",
        "NA",
        "hidden",
        "sample",
        "s3cr3t*",
        "production",
        "https://examples.bayitplus.com",
        "[a,b]",
        "*",
        ".",
        "-",
    ] {
        assert_eq!(looked_up(value), DotenvValue::Set, "{value}");
    }
}

#[test]
fn a_placeholder_is_no_value() {
    for value in [
        "changeme",
        "CHANGE_ME",
        "<your-key>",
        "TODO",
        "null",
        "undefined",
        "${NOBODY_SETS_THIS}",
        "$NOBODY",
        "''",
        "\"\"",
        "  ",
        "",
        "xxx",
        "XXXXXXXX",
        "your-api-key-here",
        "your_secret",
        "https://example.com",
        "user@example.com",
        "sk-xxxxxxxx",
        "sk-...",
        "pk_live_…",
        "ghp_***",
        "sk_test_xxx",
        "AKIAIOSFODNN7EXAMPLE",
        "...",
        "***",
        "{{SECRET}}",
        "replace-me",
        "REPLACE",
        "$(cat key)",
        "`cat key`",
        "\u{200b}",
        "a1\0",
        "\\",
        "__KEY__",
        "%KEY%",
        "@KEY@",
        "${{ secrets.KEY }}",
        "<%= key %>",
        "AKIAXXXXXXXXXXXXXXXX",
        "00000000-0000-0000-0000-000000000000",
        "<KEY>",
        "None",
        "put-your-key-here",
        "insert-token",
        "change this",
        "mongodb://${USER}:x@h/db",
        "${A}",
        "https://your-domain.com",
        "example-key",
        "[your key]",
        "TBD",
        "N/A",
        "\" \"",
        "https://api.example.com/v1",
        "placeholder",
        "todo-set-me",
        "sk_test_changeme",
        "dummy",
        "${X:-}",
        "${HOSTX}",
    ] {
        assert_ne!(looked_up(value), DotenvValue::Set, "{value}");
    }
}

/// A mode may be called `none`, `-` is standard output to many programs, and a password may hold `$NAME`: only `${NAME}` is
/// never written by chance.
#[test]
fn what_is_left_of_a_tool_is_no_value_and_a_short_word_is_one() {
    for value in ["<<<", ">>>>>>>", "===", "ENC[AES256_GCM,data:x8s=,type:str]", "$ANSIBLE_VAULT;1.1;AES256"] {
        assert!(matches!(looked_up(value), DotenvValue::Doubtful(DoubtfulValue { line: 2, .. })), "{value}");
    }
    for value in ["-", "none", "a$NOT_SET", "*", ".", "=", "ENC(x8s=)", "encoding"] {
        assert_eq!(looked_up(value), DotenvValue::Set, "{value}");
    }
}

#[test]
fn an_address_that_is_kept_for_examples_is_a_value_and_lint_says_so() {
    for value in ["noreply@example.org", "App <no-reply@mail.example.com>", "alerts+prod@example.net"] {
        assert!(matches!(looked_up(value), DotenvValue::Reserved(_)), "{value}");
    }
    for value in ["user@example.com", "your-name@example.org", "changeme@example.org", "john.doe@example.com"] {
        assert!(matches!(looked_up(value), DotenvValue::Doubtful(_)), "{value}");
    }
    for value in ["noreply@example.bayit.io", "noreply@myexample.org"] {
        assert_eq!(looked_up(value), DotenvValue::Set, "{value}");
    }
}

#[test]
fn two_values_are_none_and_the_same_one_twice_is_one() {
    let twice = |a, b| look_up(&[entry("A", a, 1), entry("A", b, 4)], "A");
    assert_eq!(twice("1", "1"), DotenvValue::Set);
    let why = "it has another value in line 1: keep one of them".to_owned();
    assert_eq!(twice("1", "2"), DotenvValue::Doubtful(DoubtfulValue { name: "A".to_owned(), line: 4, why }));
    assert_eq!(look_up(&[], "A"), DotenvValue::Missing);
    assert_eq!(looked_up(" "), DotenvValue::Empty);
}
