//! A specimen of each rule, put together here so that no scanner finds one in this file, and its near miss.

use super::super::rules::SecretRule;
use super::*;
use std::collections::BTreeSet;

/// Returns made-up letters of an alphabet, the same each time.
fn made_up(alphabet: &str, length: usize) -> String {
    let letters: Vec<char> = alphabet.chars().collect();
    let mut state = 0x9e37_79b9_7f4a_7c15_u64;
    let mut next = || {
        state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        letters[(state >> 33) as usize % letters.len()]
    };
    (0..length).map(|_| next()).collect()
}

fn hex(length: usize) -> String {
    made_up("0123456789abcdef", length)
}

fn upper(length: usize) -> String {
    made_up("ABCDEFGHIJKLMNOPQRSTUVWXYZ234567", length)
}

fn letters(length: usize) -> String {
    made_up("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789", length)
}

fn joined(parts: &[&str]) -> String {
    parts.concat()
}

/// Each rule with what it finds and what it does not.
fn specimens() -> Vec<(&'static str, String, String)> {
    let l = letters;
    vec![
        ("aws-access-key", joined(&["AK", "IA", &upper(16)]), joined(&["AK", "IA", &upper(15)])),
        (
            "aws-secret-key",
            joined(&["aws_sec", "ret_access_key = ", &l(40)]),
            joined(&["aws_sec", "ret_access_key = ", &l(12)]),
        ),
        ("google-api-key", joined(&["AI", "za", &l(35)]), joined(&["AI", "za", &l(34)])),
        ("google-oauth", joined(&["GOC", "SPX-", &l(28)]), joined(&["GOC", "SPX-", &l(12)])),
        ("azure-storage-key", joined(&["AccountK", "ey=", &l(86), "=="]), joined(&["AccountK", "ey=", &l(86)])),
        (
            "azure-shared-access-key",
            joined(&["SharedAccessK", "ey=", &l(43), "="]),
            joined(&["SharedAccessK", "ey=", "changeme"]),
        ),
        (
            "azure-sas-token",
            joined(&["?sv=2024-01-01&s", "ig=", &l(43), "%3D"]),
            joined(&["?sv=2024-01-01&s", "ig=", &l(9)]),
        ),
        ("azure-client-secret", joined(&["x ", "abc8", "Q~", &l(34)]), joined(&["x ", "abc8", "Q~", &l(20)])),
        ("digitalocean-token", joined(&["dop", "_v1_", &hex(64)]), joined(&["dop", "_v1_", &hex(63)])),
        ("databricks-token", joined(&["da", "pi", &hex(32)]), joined(&["da", "pi", &hex(31)])),
        ("heroku-key", joined(&["HR", "KU-", &l(60)]), joined(&["HR", "KU-", &l(20)])),
        ("github-token", joined(&["gh", "p_", &l(36)]), joined(&["gh", "p_", &l(20)])),
        ("github-fine-grained-token", joined(&["github", "_pat_", &l(82)]), joined(&["github", "_pat_", &l(12)])),
        ("gitlab-token", joined(&["gl", "pat-", &l(20)]), joined(&["gl", "pat-", &l(12)])),
        ("npm-token", joined(&["np", "m_", &l(36)]), joined(&["np", "m_", &l(35)])),
        (
            "npmrc-token",
            joined(&["//r.example.com/:_auth", "Token=", &l(20)]),
            joined(&["//r.example.com/:_auth", "Token=${NPM}"]),
        ),
        ("pypi-token", joined(&["pypi", "-AgE", &l(80)]), joined(&["pypi", "-AgE", &l(20)])),
        ("rubygems-key", joined(&["ruby", "gems_", &hex(48)]), joined(&["ruby", "gems_", &hex(40)])),
        ("docker-hub-token", joined(&["dckr", "_pat_", &l(27)]), joined(&["dckr", "_pat_", &l(20)])),
        ("sentry-token", joined(&["sntr", "ys_", &l(60)]), joined(&["sntr", "ys_", &l(20)])),
        ("vault-token", joined(&["hv", "s.", &l(24)]), joined(&["hv", "s.", &l(20)])),
        ("terraform-token", joined(&[&l(14), ".atlas", "v1.", &l(64)]), joined(&[&l(14), ".atlas", "v1.", &l(20)])),
        ("grafana-token", joined(&["gl", "sa_", &l(32), "_", &hex(8)]), joined(&["gl", "sa_", &l(32)])),
        ("new-relic-key", joined(&["NR", "AK-", &upper(27)]), joined(&["NR", "AK-", &upper(20)])),
        ("pulumi-token", joined(&["pu", "l-", &hex(40)]), joined(&["pu", "l-", &hex(30)])),
        (
            "launchdarkly-key",
            joined(&["sd", "k-", &hex(8), "-", &hex(4), "-4", &hex(3), "-a", &hex(3), "-", &hex(12)]),
            joined(&["sd", "k-", &hex(8), "-", &hex(4)]),
        ),
        ("slack-token", joined(&["xo", "xb-", "12345-", &l(24)]), joined(&["xo", "xb-", &l(8)])),
        ("slack-app-token", joined(&["xa", "pp-1-A0-12-", &hex(64)]), joined(&["xa", "pp-1-A0-12-", &hex(8)])),
        (
            "slack-webhook",
            joined(&["https://hooks.sl", "ack.com/services/T0/B0/", &l(24)]),
            joined(&["https://hooks.sl", "ack.com/services/T0"]),
        ),
        (
            "discord-webhook",
            joined(&["https://discord.com/api/web", "hooks/", "123456789123456789/", &l(68)]),
            joined(&["https://discord.com/api/web", "hooks/", "123456789123456789/", &l(8)]),
        ),
        (
            "telegram-bot-token",
            joined(&["bot 123987456", ":A", "A", &l(33)]),
            joined(&["bot 123987456", ":A", "A", &l(20)]),
        ),
        ("sendgrid-key", joined(&["S", "G.", &l(22), ".", &l(43)]), joined(&["S", "G.", &l(22), ".", &l(20)])),
        ("twilio-key", joined(&["twi", "lio: ", &hex(32)]), joined(&["twi", "lio: ", &hex(30)])),
        ("mailgun-key", joined(&["ke", "y-", &hex(32)]), joined(&["ke", "y-", &hex(31)])),
        ("stripe-key", joined(&["sk", "_live_", &l(24)]), joined(&["pk", "_live_", &l(24)])),
        ("stripe-webhook-secret", joined(&["wh", "sec_", &l(32)]), joined(&["wh", "sec_", &l(20)])),
        ("shopify-token", joined(&["shp", "at_", &hex(32)]), joined(&["shp", "at_", &hex(31)])),
        ("elevenlabs-key", joined(&["s", "k_", &hex(48)]), joined(&["ta", "sk_", &hex(48)])),
        ("openai-key", joined(&["sk", "-proj-", &l(60)]), joined(&["sk", "-proj-", &l(20)])),
        (
            "openai-legacy-key",
            joined(&["sk", "-", &l(20), "T3Blb", "kFJ", &l(20)]),
            joined(&["sk", "-", &l(20), "T3Blb", "kFJ"]),
        ),
        ("anthropic-key", joined(&["sk", "-ant-", &l(90)]), joined(&["sk", "-ant-", &l(20)])),
        (
            "hugging-face-token",
            joined(&["h", "f_", &made_up("abcdefghijklmnopqrstuvwxyz", 34)]),
            joined(&["h", "f_", &l(10)]),
        ),
        (
            "private-key",
            joined(&["-----BEG", "IN RSA PRIVATE K", "EY-----\n", &l(64), "\n-----E", "ND"]),
            joined(&["-----BEG", "IN PUBLIC K", "EY-----\n", &l(64), "\n-----E", "ND"]),
        ),
        ("putty-key", joined(&["Private-L", "ines: 14"]), joined(&["Private-L", "ines: 0"])),
        ("age-key", joined(&["AGE-SEC", "RET-KEY-1", &upper(58)]), joined(&["AGE-SEC", "RET-KEY-1", &upper(20)])),
        (
            "json-web-token",
            joined(&["e", "yJ", &l(20), ".e", "yJ", &l(40), ".", &l(43)]),
            joined(&["e", "yJ", &l(20), ".e", "yJ", &l(40)]),
        ),
        (
            "connection-string",
            joined(&["mongodb+srv:/", "/app:", &l(12), "@db.example.com/app"]),
            joined(&["mongodb+srv:/", "/app:${PASSWORD}@db.example.com/app"]),
        ),
        (
            "address-password",
            joined(&["https:/", "/dana:", &l(12), "@host/x"]),
            joined(&["https:/", "/host:8080/users/@me"]),
        ),
        ("address-token", joined(&["https:/", "/", &l(40), "@host/x.git"]), joined(&["https:/", "/dana@host/x.git"])),
        ("named-secret", joined(&["API_K", "EY=", &l(24)]), joined(&["API_K", "EY=changeme"])),
    ]
}

fn found(rules: &SecretRules, text: &str) -> Vec<(String, usize)> {
    let matches = SecretScanner::new(rules).find(text.as_bytes());
    matches.into_iter().map(|found| (rules.id(found.rule).to_owned(), found.line)).collect()
}

#[test]
fn every_rule_finds_its_specimen_and_not_the_near_miss() {
    let rules = SecretRules::new(&[]).unwrap();
    let mut seen = BTreeSet::new();
    for (rule, specimen, miss) in specimens() {
        let around = |text: &str| format!("one\nvalue \"{text}\" end\n");
        assert_eq!(found(&rules, &around(&specimen)).first(), Some(&(rule.to_owned(), 2)), "{rule}: {specimen}");
        assert_eq!(found(&rules, &around(&miss)), [], "{rule}: {miss}");
        seen.insert(rule);
    }
    let all: BTreeSet<&str> = rules.ids().collect();
    assert_eq!(seen, all, "each rule has a specimen");
}

#[test]
fn every_own_expression_is_one() {
    let rules = SecretRules::new(&[]).unwrap();
    for (id, test) in rules.ids().zip(&rules.tests) {
        if let RuleTest::Expression(expression) = test {
            assert!(expression.get().is_some(), "{id}");
        }
    }
}

#[test]
fn other_connection_strings_with_a_password_are_found_and_defaults_of_this_machine_are_not() {
    let rules = SecretRules::new(&[]).unwrap();
    let password = ["hunter2", "hunter2"].concat();
    for scheme in ["mongodb", "postgres", "postgresql", "mysql", "redis", "rediss", "amqp", "amqps"] {
        let address = format!("{scheme}://app:{password}@db.internal:5432/app");
        assert_eq!(found(&rules, &address), [("connection-string".to_owned(), 1)], "{scheme}");
    }
    assert_eq!(found(&rules, &format!("redis://:{password}@cache:6379")).len(), 1, "without a user");
    assert_eq!(found(&rules, "postgres://postgres:postgres@localhost:5432/test"), []);
    assert_eq!(found(&rules, "postgres://app:password@db/app"), []);
}

#[test]
fn a_value_between_tags_or_three_quotes_is_found_too() {
    let rules = SecretRules::new(&[]).unwrap();
    let value = letters(24);
    for text in [
        joined(&["<pass", "word>", &value, "</password>"]),
        joined(&["secret_", "key = \"\"\"", &value, "\"\"\""]),
        joined(&["api_", "key = '''", &value, "'''"]),
    ] {
        assert_eq!(found(&rules, &text), [("named-secret".to_owned(), 1)], "{text}");
    }
    assert_eq!(found(&rules, "<password>changeme</password>"), []);
    assert_eq!(found(&rules, "<input type=\"password\">Forgotten it?</input>"), []);
}

#[test]
fn a_key_is_found_in_one_line_of_json_and_a_header_alone_is_none() {
    let rules = SecretRules::new(&[]).unwrap();
    let (begin, end) = (["-----BEG", "IN PRIVATE KEY-----"].concat(), ["-----E", "ND PRIVATE KEY-----"].concat());
    let json = format!("{{\"private_key\": \"{begin}\\n{}\\n{end}\\n\"}}", letters(64));
    assert_eq!(found(&rules, &json).first(), Some(&("private-key".to_owned(), 1)));
    assert_eq!(found(&rules, &format!("if text.contains(\"{begin}\") {{}}\n{end}")), []);
}

#[test]
fn the_line_is_that_of_the_value_and_each_value_is_told_once() {
    let rules = SecretRules::new(&[]).unwrap();
    let token = joined(&["gh", "p_", &letters(36)]);
    let text = format!("\n\nTOKEN={token}\nx\nTOKEN={token} {token}\n");
    let github = |line| ("github-token".to_owned(), line);
    assert_eq!(found(&rules, &text), [github(3), github(5), github(5)]);
}

#[test]
fn a_line_that_was_clean_stays_so_and_the_next_one_is_read() {
    let rules = SecretRules::new(&[]).unwrap();
    let mut scanner = SecretScanner::new(&rules);
    let clean = "token = get_token(1)\n".repeat(3);
    let dirty = format!("{clean}{}\n", joined(&["gh", "p_", &letters(36)]));
    assert_eq!(scanner.find(clean.as_bytes()), []);
    assert_eq!(scanner.find(dirty.as_bytes()).len(), 1);
}

#[test]
fn no_rule_brings_more_than_its_share_of_a_text_and_none_hides_another() {
    let rules = SecretRules::new(&[]).unwrap();
    let many = format!("{}\n", joined(&["gh", "p_", &letters(36)])).repeat(1_000);
    assert_eq!(found(&rules, &many).len(), MOST);
    let below = format!("{many}{}\n", joined(&["AK", "IA", &upper(16)]));
    assert_eq!(found(&rules, &below).last(), Some(&("aws-access-key".to_owned(), 1_001)));
}

#[test]
fn placeholders_in_front_hide_no_password_of_the_same_line() {
    let rules = SecretRules::new(&[]).unwrap();
    let address = |password: &str| joined(&["postgres:/", "/app:", password, "@db/app "]);
    let line = format!("{}{}", address("password").repeat(MOST), address(&letters(12)));
    assert_eq!(found(&rules, &line), [("connection-string".to_owned(), 1)]);
}

#[test]
fn a_line_that_was_passed_over_is_read_in_the_next_text() {
    let rules = SecretRules::new(&[]).unwrap();
    let mut scanner = SecretScanner::new(&rules);
    let last = joined(&["gh", "p_", &letters(36), "\n"]);
    let many: String = (0..MOST).map(|at| format!("{at} {last}")).collect();
    assert_eq!(scanner.find(format!("{many}{last}").as_bytes()).len(), MOST);
    assert_eq!(scanner.find(last.as_bytes()).len(), 1);
}

#[test]
fn a_rule_of_the_repository_finds_what_its_expression_says() {
    let rule = SecretRule {
        id: "bayit-key".to_owned(),
        expression: r"bayit_(?<secret>[0-9]{6})".to_owned(),
        keywords: vec!["BAYIT_".to_owned()],
    };
    let rules = SecretRules::new(std::slice::from_ref(&rule)).unwrap();
    assert_eq!(found(&rules, "x\nbayit_123456"), [("bayit-key".to_owned(), 2)]);
    assert_ne!(rules.hash(), SecretRules::new(&[]).unwrap().hash());
    let refused =
        |expression: &str| SecretRules::new(&[SecretRule { expression: expression.to_owned(), ..rule.clone() }]).err();
    assert!(refused("(").is_some() && refused("a*").is_some());
}
