//! What the handles of all services have in common.

/// A handle over a [`Caller`](super::caller::Caller): how to make one, and what it is made of.
macro_rules! handle {
    ($handle:ident, $service:ident) => {
        impl $handle {
            /// The service in this region, called with these keys, over https.
            ///
            /// # Errors
            ///
            /// [`InputError::NoSuchRegion`](crate::error::InputError::NoSuchRegion) if it is not
            /// there.
            pub fn new(
                dialect: $crate::vcloud::Dialect,
                region: $crate::vcloud::Region,
                credentials: $crate::vcloud::Credentials,
            ) -> Result<$handle, $crate::error::InputError> {
                let service = $crate::vcloud::Service::$service;
                let scope = $crate::vcloud::Scope::new(dialect, service, region)?;
                let caller = $crate::vcloud::caller::Caller::new(scope, credentials);
                Ok($handle { caller })
            }
        }

        $crate::vcloud::handle::settings!($handle);
    };
}

/// The part that does not depend on which service it is.
macro_rules! settings {
    ($handle:ident) => {
        impl $handle {
            /// Sends every request to this endpoint instead, which may be one of plain http.
            pub fn at(mut self, endpoint: $crate::Endpoint) -> $handle {
                self.caller = self.caller.at(endpoint);
                self
            }

            /// Sends these headers along with every request.
            pub fn with_headers(mut self, headers: $crate::vcloud::CustomHeaders) -> $handle {
                self.caller = self.caller.with_headers(headers);
                self
            }

            /// Whom requests are sent to.
            pub fn endpoint(&self) -> &$crate::Endpoint {
                self.caller.endpoint()
            }

            /// What signs the requests, for signatures that are handed out.
            pub fn signer(&self) -> &$crate::vcloud::sign::Signer {
                self.caller.signer()
            }

            /// Calls an action by its name, also one that has no method here.
            pub fn call(
                &self,
                action: impl Into<std::borrow::Cow<'static, str>>,
                version: impl Into<std::borrow::Cow<'static, str>>,
            ) -> $crate::vcloud::Call {
                $crate::vcloud::Call::new(self.caller.clone(), action.into(), version.into())
            }
        }

        impl std::fmt::Debug for $handle {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                f.debug_tuple(stringify!($handle))
                    .field(&self.caller)
                    .finish()
            }
        }
    };
}

pub(super) use handle;
pub(super) use settings;
