//! What holds of every source of numbers, be it real or a double.

use tminus_core::ports::{FailureKind, MetricFound, MetricSource, SampleAge};

/// Queries of which it is known what they find.
pub struct KnownQueries {
    pub number: (&'static str, f64),
    pub nothing: &'static str,
    pub several: (&'static str, usize),
    pub not_a_number: &'static str,
    pub no_number: &'static str,
    pub refused: &'static str,
}

/// Asks for everything that a source can find.
pub async fn contract(source: &dyn MetricSource, known: &KnownQueries) {
    let found = async |query| source.ask(query).await.unwrap().found;
    assert_eq!(found(known.number.0).await, MetricFound::Number(known.number.1));
    assert_eq!(found(known.nothing).await, MetricFound::NoSeries, "nothing is not zero");
    assert_eq!(found(known.several.0).await, MetricFound::Series(known.several.1));
    let not_a_number = found(known.not_a_number).await;
    assert!(matches!(not_a_number, MetricFound::Number(number) if number.is_nan()), "{not_a_number:?}");
    let no_number = found(known.no_number).await;
    assert!(matches!(no_number, MetricFound::Other(_)), "{no_number:?}");
    let refused = source.ask(known.refused).await.unwrap_err();
    assert_eq!(refused.kind, FailureKind::Rejected, "{refused:?}");
    assert!(!refused.causes.is_empty(), "it says why: {refused:?}");
    assert_eq!(source.newest(known.number.0).await.unwrap(), SampleAge::Unknown, "it looks back over nothing");
}
