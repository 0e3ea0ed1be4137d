//! Requests to IAM, ImageX and Edit that the reference put on the wire: the core puts the same there,
//! but for the blanks in its JSON, and reads the same out of the answers.

use base64::{Engine, prelude::BASE64_STANDARD};
use bytes::Bytes;
use http::{HeaderMap, Method, Request, Response};
use serde_json::{Value, json};
use yunmei_core::{
    Chunk, Driver, Endpoint, Flow, Nonce, Payload, Retry, Stamp, Step,
    vcloud::{
        Actions, Content, ContentBuilder, Dialect, Parameters, Region, Scheme, Scope,
        edit::{Edit, EditId, EditStatus, EditTask},
        iam::Iam,
        imagex::{ImageX, NewImage, ServiceId, UpdateKind},
        sign::{BodyDigest, Claim, Received},
    },
};

use crate::{FILE, input};

/// A conversation of the reference.
struct Case(&'static Value);

impl Case {
    fn of(name: &str) -> Case {
        let mut cases = FILE["wire"].as_array().expect("a list").iter();
        Case(cases.find(|case| case["name"] == name).expect("a case"))
    }

    fn client(&self) -> &'static Value {
        &self.0["client"]
    }

    fn endpoint(&self) -> Endpoint {
        let scheme = input::text(self.client(), "scheme");
        let host = input::text(self.client(), "host");
        Endpoint::parse(&format!("{scheme}://{host}")).expect("an endpoint")
    }

    fn iam(&self) -> Iam {
        Iam::new(Dialect::TtvCloud, Region::default(), self.keys())
            .expect("a handle")
            .at(self.endpoint())
    }

    fn edit(&self) -> Edit {
        Edit::new(Dialect::TtvCloud, Region::default(), self.keys())
            .expect("a handle")
            .at(self.endpoint())
    }

    fn imagex(&self) -> ImageX {
        ImageX::new(Dialect::TtvCloud, Region::default(), self.keys())
            .expect("a handle")
            .at(self.endpoint())
            .uploads_over(Scheme::Http)
    }

    fn keys(&self) -> yunmei_core::vcloud::Credentials {
        input::credentials(self.client())
    }

    /// Plays the flow against the recorded answers, and compares what it sends.
    fn play<F: Flow>(&self, flow: F) -> F::Output {
        let stamp = Stamp::new(input::now(self.client()), Nonce::from_bytes([7; 32]));
        let mut steps = self.0["steps"].as_array().expect("steps").iter();
        let mut driver = Driver::new(flow, Retry::never());
        loop {
            match driver.poll(&stamp) {
                Step::Send(request) => {
                    let step = steps.next().expect("no more requests than recorded");
                    self.compare(&request, &step["request"]);
                    driver.handle(Ok(answer(&step["response"])));
                }
                Step::Sleep(_) => {}
                Step::Done(result) => {
                    assert!(steps.next().is_none(), "not all was sent");
                    return result.unwrap_or_else(|error| panic!("{}: {error}", self.0["name"]));
                }
            }
        }
    }

    fn compare(&self, ours: &Request<Payload>, theirs: &Value) {
        let line = format!("{} {} HTTP/1.1", ours.method(), ours.uri());
        let scheme_and_host = |line: &str| line.replacen(&format!("http://{}", host(ours)), "", 1);
        assert_eq!(scheme_and_host(&line), input::text(theirs, "request_line"));
        assert_eq!(ours.uri().scheme_str(), Some("http"));
        assert_eq!(recorded(theirs, "Host").as_deref(), Some(host(ours)));
        let whole_body = self.compare_body(ours, theirs);
        for name in ["Accept", "Content-Type", "Content-CRC32", "X-Amz-Date"] {
            let to_upload_host = theirs["headers"].to_string().contains("Content-CRC32");
            if !(to_upload_host && name == "Accept") {
                assert_eq!(header(ours, name), recorded(theirs, name), "{name}");
            }
        }
        match whole_body {
            true => {
                for name in ["Authorization", "X-Amz-Content-Sha256"] {
                    assert_eq!(header(ours, name), recorded(theirs, name), "{name}");
                }
            }
            // Our JSON has no blanks.
            false => self.verify(ours),
        }
    }

    /// Whether it is the same to the last byte, not only as JSON.
    fn compare_body(&self, ours: &Request<Payload>, theirs: &Value) -> bool {
        match ours.body().chunks() {
            [] => {
                assert_eq!(input::text(theirs, "body"), "");
                true
            }
            [Chunk::Source { source, range }] => {
                assert_eq!(range.clone(), 0..self.image(*source).len() as u64);
                assert_eq!(*self.image(*source), body(theirs));
                true
            }
            [Chunk::Inline(bytes)] => {
                let ours: Value = serde_json::from_slice(bytes).expect("JSON");
                let theirs: Value = serde_json::from_slice(&body(theirs)).expect("JSON");
                assert_eq!(ours, theirs);
                false
            }
            other => panic!("{other:?}"),
        }
    }

    fn image(&self, source: usize) -> Vec<u8> {
        let image = &self.0["call"]["images_base64"][source];
        let image = image.as_str().expect("a picture");
        BASE64_STANDARD.decode(image).expect("base64")
    }

    fn verify(&self, ours: &Request<Payload>) {
        let query = ours.uri().query().expect("a query");
        let query = Parameters::decode(query).expect("parameters");
        let [Chunk::Inline(body)] = ours.body().chunks() else {
            panic!("no JSON")
        };
        let mut headers: HeaderMap = ours.headers().clone();
        headers.insert("host", host(ours).parse().expect("a header"));
        let keys = self.keys();
        let verified = Claim::read(&headers, &query).and_then(|claim| {
            claim.verify(
                keys.secret_key(),
                &Received {
                    method: &Method::POST,
                    path: "/",
                    query: &query,
                    headers: &headers,
                    body: BodyDigest::of(body),
                },
            )
        });
        assert_eq!(verified, Ok(()));
    }
}

fn host(request: &Request<Payload>) -> &str {
    request.uri().authority().expect("a host").as_str()
}

fn header(request: &Request<Payload>, name: &str) -> Option<String> {
    let value = request.headers().get(name)?;
    Some(value.to_str().expect("a text").to_owned())
}

fn recorded(request: &Value, name: &str) -> Option<String> {
    let mut headers = request["headers"].as_array().expect("headers").iter();
    let found = headers.find(|pair| pair[0] == name)?;
    Some(found[1].as_str().expect("a text").to_owned())
}

fn body(recorded: &Value) -> Vec<u8> {
    match recorded["body_base64"].as_str() {
        Some(body) => BASE64_STANDARD.decode(body).expect("base64"),
        None => input::text(recorded, "body").as_bytes().to_owned(),
    }
}

fn answer(recorded: &Value) -> Response<Bytes> {
    let status = recorded["status"].as_u64().expect("a status");
    Response::builder()
        .status(u16::try_from(status).expect("a status"))
        .body(Bytes::from(recorded["body"].to_string()))
        .expect("a response")
}

#[test]
fn users_are_listed_as_the_reference_does_it() {
    let case = Case::of("wire/list_users");
    let users = case.play(case.iam().list_users().limit(5).offset(0));
    assert_eq!((users.total, users.users.len()), (Some(1), 1));
    let user = &users.users[0];
    assert_eq!(user.name, "example");
    assert_eq!(user.trn, "trn:iam::2100000001:user/example");
    assert_eq!(user.created, "20200102T030405Z");
    assert_eq!(user.email_verified, Some(false));
}

#[test]
fn a_user_is_created_as_the_reference_does_it() {
    let case = Case::of("wire/create_user");
    let user = case.play(case.iam().create_user("example2"));
    assert_eq!((&*user.name, &*user.status), ("example2", "active"));
}

#[test]
fn an_action_that_is_called_by_name_is_the_same_request() {
    let case = Case::of("wire/create_user");
    let service = input::text(case.client(), "service").parse();
    let scope = Scope::new(
        Dialect::TtvCloud,
        service.expect("a service"),
        Region::default(),
    );
    let iam = Actions::new(scope.expect("a scope"), case.keys()).at(case.endpoint());
    let parameters = Parameters::new().with("UserName", "example2");
    let call = iam.call("CreateUser", "2018-01-01").parameters(&parameters);
    let answer = case.play(call);
    assert_eq!(answer.result, case.0["returned"]["Result"]);
    let id = &case.0["returned"]["ResponseMetadata"]["RequestId"];
    assert_eq!(answer.request_id.as_deref(), id.as_str());
}

#[test]
fn two_pictures_are_uploaded_as_the_reference_does_it() {
    let case = Case::of("wire/imagex_upload_two");
    let content = |source| -> Content {
        let mut content = ContentBuilder::new();
        content.update(&case.image(source));
        content.finish()
    };
    let key = |source: usize| case.0["call"]["keys"][source].as_str().expect("a key");
    let images = [0, 1].map(|source| NewImage::new(content(source)).key(key(source)));
    let committed = case.play(case.imagex().upload(&service(), images));
    let returned = &case.0["returned"];
    for (at, image) in committed.images.iter().enumerate() {
        assert_eq!(image.uri, returned["Results"][at]["Uri"]);
        assert_eq!(image.status, Some(2000));
        let (meta, returned) = (&committed.metas[at], &returned["PluginResult"][at]);
        assert_eq!(meta.md5, returned["ImageMd5"]);
        assert_eq!(meta.size, returned["ImageSize"].as_u64());
        assert_eq!((meta.width, meta.frames), (Some(1), Some(1)));
    }
    assert_eq!((committed.images.len(), committed.metas.len()), (2, 2));
}

#[test]
fn pictures_are_managed_as_the_reference_does_it() {
    let case = Case::of("wire/imagex_update_image_urls");
    let urls = ["http://img.example.com/a.png"];
    let update = (case.imagex()).update(&service(), UpdateKind::Disable, urls);
    assert_eq!(case.play(update), urls);

    let case = Case::of("wire/imagex_delete_images");
    let uris = ["tos-cn-i-svcexample/object-0001"];
    assert_eq!(case.play(case.imagex().delete(&service(), uris)), uris);

    let case = Case::of("wire/imagex_get_image_info");
    let preview = case.play(case.imagex().preview(&service(), uris[0]));
    assert_eq!((&*preview.uri, &*preview.format), (uris[0], "png"));
    assert_eq!((preview.size, preview.height), (Some(67), Some(1)));
}

#[test]
fn tasks_are_submitted_and_asked_for_as_the_reference_does_it() {
    let case = Case::of("wire/edit_submit_async");
    let task = EditTask::new(json!({
        "Upload": {"Uploader": "example-space", "VideoName": "v"},
        "Output": {"Fps": 25, "Height": 720, "Quality": "medium", "Width": 1280},
        "Segments": [{"BackGround": "0xFFFFFFFF", "Duration": 3, "Elements": [], "Volume": 1}],
        "GlobalElements": [],
    }));
    let task = (task.priority(0)).callback("http://callback.example.com/", "a");
    let id = case.play(case.edit().submit(task));
    assert_eq!(id.as_str(), "req-example-0001");

    let case = Case::of("wire/edit_get_result");
    let results = case.play(case.edit().results([id.clone()]));
    assert_eq!(results.len(), 1);
    assert_eq!(
        (&results[0].id, &results[0].status),
        (&id, &EditStatus::Done)
    );
    assert_eq!(results[0].output_vid, "v0200exampleexampleexampleexample2");
    assert_eq!(EditId::new("req-example-0001"), Ok(id));
}

#[test]
fn every_case_of_these_services_is_tested() {
    let tested = [
        "wire/list_users",
        "wire/create_user",
        "wire/imagex_upload_two",
        "wire/imagex_update_image_urls",
        "wire/imagex_delete_images",
        "wire/imagex_get_image_info",
        "wire/edit_submit_async",
        "wire/edit_get_result",
    ];
    let cases = FILE["wire"].as_array().expect("a list").iter();
    let ours = cases.filter(|case| case["client"]["service"] != "vod");
    let names: Vec<_> = ours.map(|case| case["name"].as_str()).collect();
    assert_eq!(names, tested.map(Some));
}

fn service() -> ServiceId {
    ServiceId::new("svcexample").expect("an id")
}
