/// What can be asked of the server.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(super) enum Route {
    /// As the article has it.
    Article,
    Cos,
    Image,
    VodUpload,
    VodPlay,
    Sts2,
    PhotoToken,
    /// What the upload page works with.
    PageSettings,
    OpenApi,
    Health,
    Metrics,
    Page,
    Style,
    Script,
    Icon,
}

impl Route {
    pub(super) const ALL: [Route; 15] = [
        Route::Article,
        Route::Cos,
        Route::Image,
        Route::VodUpload,
        Route::VodPlay,
        Route::Sts2,
        Route::PhotoToken,
        Route::PageSettings,
        Route::OpenApi,
        Route::Health,
        Route::Metrics,
        Route::Page,
        Route::Style,
        Route::Script,
        Route::Icon,
    ];

    /// The one at this path.
    pub(super) fn at(path: &str) -> Option<Route> {
        Route::ALL.into_iter().find(|route| route.path() == path)
    }

    pub(super) fn path(self) -> &'static str {
        match self {
            Route::Article => "/v1/qc_cos/config",
            Route::Cos => "/v1/sign/cos",
            Route::Image => "/v1/sign/image",
            Route::VodUpload => "/v1/sign/vod-upload",
            Route::VodPlay => "/v1/sign/vod-play",
            Route::Sts2 => "/v1/sign/sts2",
            Route::PhotoToken => "/v1/sign/photo-token",
            Route::PageSettings => "/v1/page",
            Route::OpenApi => "/openapi.json",
            Route::Health => "/healthz",
            Route::Metrics => "/metrics",
            Route::Page => "/",
            Route::Style => "/style.css",
            Route::Script => "/page.js",
            Route::Icon => "/icon.svg",
        }
    }

    /// Whether a signature is asked for.
    pub(super) fn signs(self) -> bool {
        self.path().starts_with("/v1/") && self != Route::PageSettings
    }

    /// The parameters that its query may have.
    pub(super) fn parameters(self) -> &'static [&'static str] {
        match self {
            Route::Article => &["cos_path"],
            Route::Cos | Route::Image => {
                &["operation", "path", "bucket", "size", "type", "lifetime"]
            }
            Route::VodUpload => &["space", "file_type", "size", "lifetime"],
            Route::VodPlay => &["video_id", "lifetime"],
            Route::Sts2 => &[
                "service",
                "operation",
                "space",
                "service_id",
                "path",
                "video_id",
                "size",
                "type",
                "lifetime",
            ],
            Route::PhotoToken => &["size", "type"],
            _ => &[],
        }
    }
}
