use std::path::PathBuf;

use clap::Args;
use serde_json::json;
use yunmei_core::vcloud::{Call, Parameters, Service};

use super::{Account, read_value, versions};
use crate::{exit::Failure, output::plain_json, session::Session};

/// Call any action by its name, and print its result as JSON.
///
/// It is a GET; with --json-body, --form or --empty-form, a POST. With --json (of every command) the line holds
/// the id of the request as well. An action whose name says that it only looks (Get, List, Query,
/// Describe, Preview) is sent again if its answer is lost; others only with --repeat.
///
/// Such as: yunmei vcloud call iam ListUsers -p Limit=5
#[derive(Args, Debug)]
#[command(disable_version_flag = true)]
pub(crate) struct CallCommand {
    /// vod, ImageX, iam, edit or sts
    #[arg(value_name = "SERVICE", value_parser = parse_service)]
    service: Service,
    /// The name of the action, such as GetPlayInfo
    #[arg(value_name = "ACTION")]
    action: String,
    /// The version of the action [default: that of the actions in the vendor's clients]
    #[arg(long, value_name = "DATE")]
    version: Option<String>,
    /// A parameter; may be repeated, also with the same name
    #[arg(long = "parameter", short = 'p', value_name = "NAME=VALUE", value_parser = parse_pair)]
    parameters: Vec<(String, String)>,
    /// Send the JSON in this file, or on standard input for -; makes it a POST
    #[arg(long, value_name = "FILE")]
    json_body: Option<PathBuf>,
    /// Send this as a member of a form; may be repeated; makes it a POST
    #[arg(long, value_name = "NAME=VALUE", value_parser = parse_pair, conflicts_with = "json_body")]
    form: Vec<(String, String)>,
    /// Send an empty form; makes it a POST
    #[arg(long, conflicts_with_all = ["form", "json_body"])]
    empty_form: bool,
    /// Send it again if the answer is lost: where doing it twice does no harm
    #[arg(long)]
    repeat: bool,
}

pub(super) async fn run(session: &Session, command: CallCommand) -> Result<(), Failure> {
    let account = session.vcloud()?;
    let call = command.call(&account)?;
    let name = &command.action;
    if !command.may_repeat() {
        session.if_interrupted(format!("{name} may have been carried out"));
    }
    let answer = account.run(name, call).await?;
    session.output.line(
        &plain_json(&format!("{:#}", answer.result)),
        &json!({ "request_id": answer.request_id, "result": answer.result }),
    )
}

impl CallCommand {
    fn call(&self, account: &Account<'_>) -> Result<Call, Failure> {
        let known = versions::of(account.dialect(), self.service, &self.action);
        let version = self.version.clone().or(known.map(str::to_owned));
        let version = version.ok_or_else(|| {
            Failure::Usage(format!(
                "the version of {} is not known here: give it by --version, such as {}",
                self.action,
                versions::example(account.dialect())
            ))
        })?;
        let actions = account.actions(self.service)?;
        let mut call = actions
            .call(self.action.clone(), version)
            .parameters(&parameters(&self.parameters));
        if let Some(path) = &self.json_body {
            call = call.json(read_value(path)?);
        }
        if self.empty_form || !self.form.is_empty() {
            call = call.form(parameters(&self.form));
        }
        Ok(match self.may_repeat() {
            true => call.may_repeat(),
            false => call,
        })
    }

    fn may_repeat(&self) -> bool {
        self.repeat || versions::only_looks(&self.action)
    }
}

fn parameters(pairs: &[(String, String)]) -> Parameters {
    (pairs.iter().cloned()).fold(Parameters::new(), |all, (name, value)| {
        all.with_repeated(name, value)
    })
}

fn parse_service(name: &str) -> Result<Service, String> {
    let problem = || "must be vod, ImageX, iam, edit or sts".to_owned();
    name.parse().map_err(|_| problem())
}

/// A name and its value.
pub(crate) fn parse_pair(text: &str) -> Result<(String, String), String> {
    match text.split_once('=') {
        Some((name, value)) if !name.is_empty() => Ok((name.to_owned(), value.to_owned())),
        _ => Err("write it like NAME=VALUE".to_owned()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_parameter_is_split_at_the_first_equals_sign() {
        let pair = |name: &str, value: &str| Ok((name.to_owned(), value.to_owned()));
        assert_eq!(parse_pair("a=b=c"), pair("a", "b=c"));
        assert_eq!(parse_pair("a="), pair("a", ""));
        for bad in ["", "a", "=b"] {
            assert!(parse_pair(bad).is_err(), "{bad}");
        }
    }
}
