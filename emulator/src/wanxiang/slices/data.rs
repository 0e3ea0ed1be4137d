//! The data request: one slice.

use serde_json::{Value, json};

use super::{finish, no_session, open_upload};
use crate::wanxiang::{
    Wanxiang,
    answer::Refusal,
    request::Fields,
    store::{SliceProblem, Stored},
    target::Target,
    upload::Analysis,
};

pub(super) async fn answer(
    wanxiang: &Wanxiang,
    target: &Target,
    mut fields: Fields,
    analysis: Analysis,
) -> Result<Value, Refusal> {
    let received = fields.take_content()?;
    let upload = open_upload(wanxiang, target, &fields)?;
    let Some(offset) = fields.number("offset")? else {
        return Err(Refusal::new(-5992, "no offset"));
    };
    let length = received.blob.length();
    let stored = upload.store(offset, received.blob);
    let stored = stored.map_err(|problem| match problem {
        SliceProblem::Closed => no_session(),
        SliceProblem::Offset => {
            let slice = upload.plan.slice_size;
            Refusal::new(
                -5992,
                format!("offset {offset} is that of no slice of {slice}"),
            )
        }
        SliceProblem::Length(expected) => {
            let problem = format!("the slice has {length} bytes instead of {expected}");
            Refusal::new(-5995, problem)
        }
        SliceProblem::Storage(problem) => problem.into(),
    })?;
    match stored {
        Stored::All(whole) => finish::answer(wanxiang, &upload, whole, analysis).await,
        // Section 6.2: the offset of this slice, not of the next one.
        Stored::Part => Ok(json!({"session": upload.plan.session, "offset": offset})),
    }
}
