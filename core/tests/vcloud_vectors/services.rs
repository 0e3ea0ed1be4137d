//! IAM, ImageX and Edit: the recorded conversations.

use serde_json::json;
use yunmei_core::vcloud::{
    Actions, Dialect, Parameters, Region, Scope,
    edit::{EditId, EditStatus, EditTask},
    imagex::{NewImage, ServiceId, UpdateKind},
};

use crate::{input, recordings::Recording};

crate::recorded! {
    users_are_listed_as_the_reference_does_it: "list_users" => |recording| {
        let users = recording.play(recording.iam().list_users().limit(5).offset(0));
        let users = users.expect("users");
        assert_eq!((users.total, users.users.len()), (Some(1), 1));
        let user = &users.users[0];
        assert_eq!(user.name, "example");
        assert_eq!(user.trn, "trn:iam::2100000001:user/example");
        assert_eq!(user.created, "20200102T030405Z");
        assert_eq!(user.email_verified, Some(false));
    };

    a_user_is_created_as_the_reference_does_it: "create_user" => |recording| {
        let user = recording.play(recording.iam().create_user("example2")).expect("a user");
        assert_eq!((&*user.name, &*user.status), ("example2", "active"));
    };

    two_pictures_are_uploaded_as_the_reference_does_it: "imagex_upload_two" => |recording| {
        let key = |source: usize| recording.call()["keys"][source].as_str().expect("a key");
        let images = [0, 1].map(|at| NewImage::new(recording.content(at)).key(key(at)));
        let uploaded = recording.play(recording.imagex().upload(&service(), images));
        let committed = uploaded.expect("pictures");
        assert!(committed.is_complete());
        let returned = recording.returned();
        for (at, image) in committed.images.iter().enumerate() {
            assert_eq!(image.uri, returned["Results"][at]["Uri"]);
            assert_eq!(image.status, Some(2000));
            let (meta, returned) = (&committed.metas[at], &returned["PluginResult"][at]);
            assert_eq!(meta.md5, returned["ImageMd5"]);
            assert_eq!(meta.size, returned["ImageSize"].as_u64());
            assert_eq!((meta.width, meta.frames), (Some(1), Some(1)));
        }
        assert_eq!((committed.images.len(), committed.metas.len()), (2, 2));
    };

    addresses_of_pictures_are_blocked: "imagex_update_image_urls" => |recording| {
        let urls = ["http://img.example.com/a.png"];
        let update = recording.imagex().update(&service(), UpdateKind::Disable, urls);
        assert_eq!(recording.play(update).expect("addresses"), urls);
    };

    pictures_are_deleted: "imagex_delete_images" => |recording| {
        let delete = recording.imagex().delete(&service(), [URI]);
        assert_eq!(recording.play(delete).expect("names"), [URI]);
    };

    a_picture_is_looked_at: "imagex_get_image_info" => |recording| {
        let preview = recording.play(recording.imagex().preview(&service(), URI));
        let preview = preview.expect("a picture");
        assert_eq!((&*preview.uri, &*preview.format), (URI, "png"));
        assert_eq!((preview.size, preview.height), (Some(67), Some(1)));
    };

    a_task_is_submitted: "edit_submit_async" => |recording| {
        let task = EditTask::new(json!({
            "Upload": {"Uploader": "example-space", "VideoName": "v"},
            "Output": {"Fps": 25, "Height": 720, "Quality": "medium", "Width": 1280},
            "Segments": [{"BackGround": "0xFFFFFFFF", "Duration": 3, "Elements": [], "Volume": 1}],
            "GlobalElements": [],
        }));
        let task = (task.priority(0)).callback("http://callback.example.com/", "a");
        let id = recording.play(recording.edit().submit(task)).expect("an id");
        assert_eq!(id.as_str(), "req-example-0001");
    };

    a_task_is_asked_for: "edit_get_result" => |recording| {
        let id = EditId::new("req-example-0001").expect("an id");
        let results = recording.play(recording.edit().results([id.clone()])).expect("results");
        assert_eq!(results.len(), 1);
        assert_eq!((&results[0].id, &results[0].status), (&id, &EditStatus::Done));
        assert_eq!(results[0].output_vid, "v0200exampleexampleexampleexample2");
    };
}

const URI: &str = "tos-cn-i-svcexample/object-0001";

fn service() -> ServiceId {
    ServiceId::new("svcexample").expect("an id")
}

#[test]
fn an_action_that_is_called_by_name_is_the_same_request() {
    let recording = Recording::named("wire/create_user");
    let service = input::text(recording.client(), "service").parse();
    let service = service.expect("a service");
    let scope = Scope::new(Dialect::TtvCloud, service, Region::default());
    let iam = Actions::new(scope.expect("a scope"), recording.keys()).at(recording.endpoint());
    let parameters = Parameters::new().with("UserName", "example2");
    let call = iam.call("CreateUser", "2018-01-01").parameters(&parameters);
    let answer = recording.play(call).expect("an answer");
    assert_eq!(answer.result, recording.returned()["Result"]);
    let id = &recording.returned()["ResponseMetadata"]["RequestId"];
    assert_eq!(answer.request_id.as_deref(), id.as_str());
}
