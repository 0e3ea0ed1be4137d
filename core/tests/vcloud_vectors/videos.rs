//! Video on demand: the recorded conversations.

use serde_json::Map;
use yunmei_core::{
    Error,
    error::ServiceErrorKind,
    vcloud::vod::{CommitFunction, FileType, MediaFormat, PublishStatus},
};

use crate::input;

const VID: &str = "v0200exampleexampleexampleexample1";

crate::recorded! {
    a_video_is_uploaded_as_the_reference_does_it: "upload_video" => |recording| {
        let call = recording.call();
        let space = input::text(call, "space_name");
        let upload = (recording.vod())
            .upload_video(space, FileType::Video, recording.content(0))
            .function(CommitFunction::GetMeta)
            .function(CommitFunction::Snapshot { seconds: 2.3 })
            .callback_args(input::text(call, "callback_args"));
        let uploaded = recording.play(upload).expect("a video");
        assert_eq!(uploaded.vid(), Some(VID));
        assert_eq!(uploaded.store_uri, "tos-cn-v-000000/example-object-0001");
        assert_eq!(uploaded.committed.callback_args, "my callback args");
        let result = &uploaded.committed.results[0];
        assert_eq!(result.poster_uri, "tos-cn-p-000000/example-snapshot-0001");
        let meta = result.video.as_ref().expect("properties");
        assert_eq!((meta.width, meta.height), (Some(1280), Some(720)));
        assert_eq!((meta.duration, meta.size), (Some(12.345), Some(1_905_024)));
        assert_eq!(meta.md5, "00112233445566778899aabbccddeeff");
    };

    a_poster_is_uploaded_as_the_reference_does_it: "upload_poster" => |recording| {
        let call = recording.call();
        let upload = recording.vod().upload_poster(
            input::text(call, "space_name"),
            input::text(call, "vid"),
            recording.content(0),
        );
        let uri = recording.play(upload).expect("a poster");
        assert_eq!(Some(uri.as_str()), recording.returned().as_str());
    };

    /// The reference does not wait between its attempts, whatever the answer was (section 14,
    /// defect 14).
    an_upload_host_in_trouble_is_tried_three_times_with_pauses: "upload_video_put_retry" =>
        |recording| {
            let space = input::text(recording.call(), "space_name");
            let upload = (recording.vod())
                .upload_video(space, FileType::Video, recording.content(0));
            let (uploaded, pauses) = recording.play_with_pauses(upload);
            assert_eq!(uploaded.expect("a video").vid(), Some(VID));
            assert_eq!(pauses, 2);
        };

    the_service_is_told_to_fetch_videos: "upload_media_by_url" => |recording| {
        let urls = [
            "http://media.example.com/a b.mp4?x=1&y=2",
            "http://media.example.com/影.mp4",
        ];
        let upload = (recording.vod()).upload_by_url("example-space", MediaFormat::Mp4, urls);
        assert!(recording.play(upload).is_ok());
    };

    a_transcoding_is_begun: "start_transcode" => |recording| {
        let start = recording.vod().start_transcode(VID, "template-example");
        let begun = recording.play(start.input(Map::new())).expect("begun");
        assert_eq!(begun.run_id, "run-example-0001");
    };

    a_video_is_published: "set_video_publish_status" => |recording| {
        let status = PublishStatus::Published;
        let publish = recording.vod().set_publish_status("示例空间", VID, status);
        assert!(recording.play(publish).is_ok());
    };

    a_video_is_looked_up_to_be_played: "get_play_info" => |recording| {
        let video = recording.play(recording.vod().play_info(VID)).expect("a video");
        assert_eq!((video.vid.as_str(), video.status), (VID, Some(10)));
        assert_eq!((video.duration, video.total), (Some(12.34), Some(1)));
        assert_eq!(video.poster_url, "http://p1.example.com/cover.jpg");
        let stream = &video.streams[0];
        assert_eq!((stream.bitrate, stream.size), (Some(1_234_567), Some(1_905_024)));
        assert_eq!((stream.definition.as_str(), stream.codec.as_str()), ("720p", "h264"));
        assert_eq!((stream.encrypted, stream.preload_size), (Some(false), Some(327_680)));
        let main = stream.main_url.as_ref().expect("an address");
        assert_eq!(main.expose(), "http://v1.example.com/example/video.mp4?a=1&b=2");
    };

    /// The reference throws the body of a refusal away (section 14, defect 6).
    a_refusal_keeps_what_the_service_said: "get_play_info_403" => |recording| {
        let error = recording.play(recording.vod().play_info(VID)).expect_err("refused");
        assert!(matches!(error, Error::Service(_)));
        assert_eq!(error.kind(), Some(ServiceErrorKind::Denied));
        let refusal = error.service().expect("a refusal");
        assert_eq!((refusal.code(), refusal.symbol()), (100_013, "AccessDenied"));
        let id = &recording.answered(0)["ResponseMetadata"]["RequestId"];
        assert_eq!(refusal.request_id(), id.as_str());
    };

    a_video_is_looked_up_as_it_was_uploaded: "get_origin_video_play_info" => |recording| {
        let look = recording.vod().origin_play_info(VID).https();
        let video = recording.play(look).expect("a video");
        assert_eq!((video.codec.as_str(), video.size), ("h264", Some(1_905_024)));
        let main = video.main_url.expect("an address");
        assert_eq!(main.expose(), "https://v1.example.com/o.mp4");
    };

    weights_are_asked_for: "get_domain_weights" => |recording| {
        let weights = recording.play(recording.vod().domain_weights("example-space"));
        let weights = weights.expect("weights");
        let pairs: Vec<_> = weights.iter().collect();
        assert_eq!(pairs, [("p1.example.com", 10), ("p3.example.com", 5)]);
    };
}
