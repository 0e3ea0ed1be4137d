//! Badly behaved servers, and what a yunmei transport must make of them.
//!
//! The list is the same for every transport: [`suite!`] makes a test of each scenario in
//! [`scenarios`]. A transport under test implements [`Client`] in a few lines.
//!
//! ```text
//! struct Mine(my_transport::Client);
//!
//! impl yunmei_conformance::Client for Mine { /* … */ }
//!
//! yunmei_conformance::suite!(Mine);
//! ```

mod client;
mod probe;
pub mod scenarios;
mod server;

pub use client::{Client, Sink, Stream, Supply};
pub use probe::{Probe, ProbeDownload, Seen};
pub use server::{Head, Peer, Server};

/// Makes a test of each scenario, for the [`Client`] of this name.
#[macro_export]
macro_rules! suite {
    ($client:ty) => {
        $crate::suite! { @ $client;
            connecting: [
                a_refused_connection_sent_nothing
                a_name_that_does_not_exist_sent_nothing
                an_address_without_a_host_sends_nothing
                a_server_silent_in_tls_runs_into_the_connect_timeout
                an_exchange_timeout_while_connecting_sent_nothing
                a_plain_server_behind_https_sends_nothing
            ]
            certificates: [
                an_untrusted_certificate_sends_nothing
                a_certificate_that_the_platform_trusts_is_accepted
            ]
            answers: [
                a_reset_before_the_answer_leaves_the_outcome_open
                a_close_before_the_answer_leaves_the_outcome_open
                an_answer_cut_off_in_the_body_is_no_answer
                an_answer_cut_off_between_chunks_is_no_answer
                a_redirect_is_handed_over_whole_and_not_followed
                a_failure_status_is_handed_over_whole
                an_endless_answer_stops_at_the_limit
                an_answer_that_announces_too_much_is_not_read
                a_server_that_never_answers_runs_into_the_idle_timeout
                an_answer_that_stops_runs_into_the_idle_timeout
                a_slow_answer_that_keeps_moving_is_no_idle_one
                a_dripping_answer_runs_into_the_exchange_timeout
                what_is_not_http_is_no_answer
                a_head_that_never_ends_is_no_answer
                an_interim_answer_is_skipped
                an_answer_without_a_body_is_an_answer
                an_answer_may_end_with_the_connection
                a_chunked_answer_is_put_together
            ]
            bodies: [
                a_body_of_several_sources_arrives_as_it_is
                a_body_larger_than_all_buffers_arrives_as_it_is
                the_length_is_announced_and_nothing_is_chunked
                an_empty_body_announces_its_length
                headers_of_the_operation_are_kept
                an_early_refusal_is_delivered
                an_early_refusal_is_delivered_though_the_server_hangs_up
                a_server_that_stops_reading_runs_into_the_idle_timeout
                a_server_that_reads_slowly_but_steadily_is_no_idle_one
                progress_counts_each_byte_once
            ]
            sources: [
                a_source_that_shrinks_is_not_sent_to_the_end
                a_source_that_is_modified_is_not_sent_to_the_end
                an_unreadable_source_is_a_local_error
                a_reader_that_ends_early_is_a_local_error
                a_missing_source_sends_nothing
            ]
            parts: [
                a_large_file_goes_out_in_parts_with_progress
                an_upload_in_parts_that_broke_off_is_taken_up
            ]
            pooling: [
                two_requests_use_one_connection
                a_connection_that_was_closed_is_replaced
                a_connection_that_says_close_is_not_used_again
                an_old_server_gets_a_connection_for_each_request
                a_lost_answer_is_asked_for_again_if_that_is_safe
                a_lost_answer_is_not_asked_for_again_if_that_is_not_safe
            ]
            proxies: [
                a_proxy_is_asked_instead_of_the_host
                a_proxy_that_wants_a_password_gets_it
                a_proxy_that_refuses_is_not_the_service
                a_socks_proxy_is_asked_for_the_name
            ]
            downloads: [
                a_download_goes_to_the_writer
                a_download_that_breaks_off_is_taken_up
                a_download_of_another_version_is_not_taken_up
                a_server_that_ignores_ranges_repeats_nothing
                a_writer_that_fails_is_a_local_error
                a_refused_download_hands_the_answer_over
                an_endless_refusal_is_still_a_refusal
                a_large_download_has_no_limit
                an_empty_object_is_a_download
                progress_of_a_download_ends_at_its_length
            ]
        }
    };
    (@ $client:ty; $($module:ident: [ $($name:ident)* ])*) => {
        $($(
            #[test]
            fn $name() {
                $crate::scenarios::$module::$name::<$client>();
            }
        )*)*
    };
}
