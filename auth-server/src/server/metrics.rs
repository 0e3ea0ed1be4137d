//! Counters for Prometheus.

use std::time::Duration;

use http::StatusCode;
use prometheus::{
    Histogram, HistogramOpts, HistogramVec, IntCounter, IntCounterVec, IntGauge, Opts, Registry,
    TextEncoder, core::Collector,
};

use super::route::Route;

/// What is counted. No label has a value from outside.
pub(super) struct Metrics {
    registry: Registry,
    requests: IntCounterVec,
    decisions: IntCounterVec,
    seconds: HistogramVec,
    /// For each route, what it usually counts: looking that up by name takes longer than counting.
    usual: Vec<Usual>,
    /// Connections that are open.
    pub(super) connections: IntGauge,
    /// Connections that were closed at once, because their address had too many.
    pub(super) connections_refused: IntCounter,
    /// Audit lines that could not be written.
    pub(super) audit_lost: IntCounter,
}

/// What routes that are none are called: never what a client wrote.
const OTHER: &str = "other";
/// From 50 microseconds to a second.
const BUCKETS: [f64; 9] = [
    0.000_05, 0.000_1, 0.000_25, 0.000_5, 0.001, 0.005, 0.025, 0.1, 1.0,
];

/// What a route counts when all is well.
struct Usual {
    answered: IntCounter,
    seconds: Histogram,
    allowed: Option<IntCounter>,
}

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
        let requests = counters("requests_total", "Requests", &["route", "status"])?;
        let decisions = counters(
            "decisions_total",
            "Signatures that were asked for, and what came of it",
            &["route", "decision"],
        )?;
        let seconds = HistogramVec::new(took.buckets(BUCKETS.to_vec()), &["route"])?;
        let usual = |route: Route| Usual {
            answered: requests.with_label_values(&[route.path(), "200"]),
            seconds: seconds.with_label_values(&[route.path()]),
            allowed: (route.signs())
                .then(|| decisions.with_label_values(&[route.path(), "allowed"])),
        };
        let metrics = Metrics {
            registry: Registry::new(),
            usual: Route::ALL.into_iter().map(usual).collect(),
            requests,
            decisions,
            seconds,
            connections: IntGauge::new("yunmei_auth_connections", "Connections that are open")?,
            connections_refused: IntCounter::new(
                "yunmei_auth_connections_refused_total",
                "Connections closed at once, because their address had too many",
            )?,
            audit_lost: IntCounter::new(
                "yunmei_auth_audit_lost_total",
                "Audit lines that could not be written",
            )?,
        };
        metrics.register()?;
        Ok(metrics)
    }

    fn register(&self) -> prometheus::Result<()> {
        let all: [Box<dyn Collector>; 6] = [
            Box::new(self.requests.clone()),
            Box::new(self.decisions.clone()),
            Box::new(self.seconds.clone()),
            Box::new(self.connections.clone()),
            Box::new(self.connections_refused.clone()),
            Box::new(self.audit_lost.clone()),
        ];
        all.into_iter()
            .try_for_each(|one| self.registry.register(one))
    }

    /// Counts an answer.
    pub(super) fn answered(&self, route: Option<Route>, status: StatusCode, took: Duration) {
        let took = took.as_secs_f64();
        let usual = route.map(|route| &self.usual[route as usize]);
        match usual {
            Some(usual) if status == StatusCode::OK => usual.answered.inc(),
            _ => {
                let labels = [route.map_or(OTHER, Route::path), status.as_str()];
                self.requests.with_label_values(&labels).inc();
            }
        }
        match usual {
            Some(usual) => usual.seconds.observe(took),
            None => self.seconds.with_label_values(&[OTHER]).observe(took),
        }
    }

    /// Counts a decision: `allowed`, or the code of why not.
    pub(super) fn decided(&self, route: Route, refusal: Option<&str>) {
        match (refusal, &self.usual[route as usize].allowed) {
            (None, Some(allowed)) => allowed.inc(),
            _ => {
                let labels = [route.path(), refusal.unwrap_or("allowed")];
                self.decisions.with_label_values(&labels).inc();
            }
        }
    }

    /// All of it, as Prometheus reads it.
    pub(super) fn text(&self) -> String {
        let families = self.registry.gather();
        let text = TextEncoder::new().encode_to_string(&families);
        text.unwrap_or_default()
    }
}
