//! Counters for Prometheus.

use std::time::Duration;

use prometheus::{
    HistogramOpts, HistogramVec, IntCounter, IntCounterVec, IntGauge, Opts, Registry, TextEncoder,
};

/// What is counted. No label has a value from outside.
pub(super) struct Metrics {
    registry: Registry,
    requests: IntCounterVec,
    decisions: IntCounterVec,
    seconds: HistogramVec,
    /// Connections that are open.
    pub(super) connections: IntGauge,
    /// Audit lines that could not be written.
    pub(super) audit_lost: IntCounter,
}

/// From 50 microseconds to a second.
const BUCKETS: [f64; 9] = [
    0.000_05, 0.000_1, 0.000_25, 0.000_5, 0.001, 0.005, 0.025, 0.1, 1.0,
];

impl Metrics {
    pub(super) fn new() -> Metrics {
        Metrics::registered().expect("names that differ, and no wrong label")
    }

    fn registered() -> prometheus::Result<Metrics> {
        let counters = |name, help, labels: &[&str]| {
            let name = format!("yunmei_auth_{name}");
            IntCounterVec::new(Opts::new(name, help), labels)
        };
        let took = HistogramOpts::new("yunmei_auth_request_seconds", "How long answers took");
        let metrics = Metrics {
            registry: Registry::new(),
            requests: counters("requests_total", "Requests", &["route", "status"])?,
            decisions: counters(
                "decisions_total",
                "Signatures that were asked for, and what came of it",
                &["route", "decision"],
            )?,
            seconds: HistogramVec::new(took.buckets(BUCKETS.to_vec()), &["route"])?,
            connections: IntGauge::new("yunmei_auth_connections", "Connections that are open")?,
            audit_lost: IntCounter::new(
                "yunmei_auth_audit_lost_total",
                "Audit lines that could not be written",
            )?,
        };
        let registry = &metrics.registry;
        registry.register(Box::new(metrics.requests.clone()))?;
        registry.register(Box::new(metrics.decisions.clone()))?;
        registry.register(Box::new(metrics.seconds.clone()))?;
        registry.register(Box::new(metrics.connections.clone()))?;
        registry.register(Box::new(metrics.audit_lost.clone()))?;
        Ok(metrics)
    }

    /// Counts an answer.
    pub(super) fn answered(&self, route: &str, status: http::StatusCode, took: Duration) {
        let requests = self.requests.with_label_values(&[route, status.as_str()]);
        requests.inc();
        let seconds = self.seconds.with_label_values(&[route]);
        seconds.observe(took.as_secs_f64());
    }

    /// Counts a decision: `allowed`, or why not.
    pub(super) fn decided(&self, route: &str, decision: &str) {
        self.decisions.with_label_values(&[route, decision]).inc();
    }

    /// All of it, as Prometheus reads it.
    pub(super) fn text(&self) -> String {
        let families = self.registry.gather();
        let text = TextEncoder::new().encode_to_string(&families);
        text.unwrap_or_default()
    }
}
