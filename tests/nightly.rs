//! What a nightly run tests beyond the usual: `TMINUS_NIGHTLY=1`.

use proptest::test_runner::Config;

/// How many times as many random cases a nightly run tries.
const MORE: u32 = 20;

/// Says whether what is long by nature is tested too: each fact by real processes, both Composes everywhere.
pub fn is_nightly() -> bool {
    std::env::var_os("TMINUS_NIGHTLY").is_some()
}

/// Returns how a property is tried: with so many random cases, more in a nightly run, or as many as PROPTEST_CASES says.
pub fn cases(usual: u32) -> Config {
    let asked = std::env::var("PROPTEST_CASES").ok().and_then(|cases| cases.parse().ok());
    let cases = asked.unwrap_or(if is_nightly() { usual * MORE } else { usual });
    Config { cases, failure_persistence: None, ..Config::default() }
}
