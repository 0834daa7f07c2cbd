//! A fitted network as a spec: the family's own text, and one more member.
//!
//! The member's repeats and pixels are written out as they are. Its width is a multiplier, because
//! blocks may use channels that no stage names.

use std::fmt::Write;

use crate::error::{Diagnostic, Error};
use crate::families::family::{Family, Request, Scaled};
use crate::families::spec;

/// The text of a spec with the fitted network as a member, and the member's name.
/// Fails where the text cannot say it, which is found out by reading and counting it.
pub fn spec_text(
    family: &Family,
    request: &Request,
    fitted: &Scaled,
) -> Result<(String, String), Error> {
    let names = (1..).map(|number| if number == 1 { "fit".into() } else { format!("fit{number}") });
    let is_free = |name: &String| family.member(name).is_none();
    let name: String = names.into_iter().find(is_free).unwrap_or_default();
    let added = member(&name, family, request, fitted);
    let written = format!("{}\n\n{added}", family.spec.text().trim_end());
    let read = spec::parse(&family.name, &family.name, &written);
    let counted = read.ok().and_then(|family| {
        let request = Request { member: Some(family.member(&name)?), ..Request::BASELINE };
        Some(family.network(&request).ok()?.network)
    });
    let network = &fitted.network;
    match counted {
        Some(counted) if counted.cost() == network.cost() && counted.input() == network.input() => {
            Ok((written, name))
        }
        _ => {
            let message =
                format!("the spec of {} cannot say this network as a member", family.name);
            let problem = Diagnostic::new(message).help("`--format json` writes its dimensions");
            let is_library = request.member.is_some_and(|member| member.library().is_some());
            let own = format!(
                "a library's network is no model for one: name a member of {}",
                family.name
            );
            Err(if is_library { problem.help(own) } else { problem }.into())
        }
    }
}

/// The table of the member, in TOML.
fn member(name: &str, family: &Family, request: &Request, fitted: &Scaled) -> String {
    let network = &fitted.network;
    let mut text = format!("[member.{name}]\n");
    if let Some(like) = request.member {
        let _ = writeln!(text, "like = {:?}", like.name);
    }
    let _ = writeln!(text, "width = {:?}", fitted.scale.width);
    let _ = writeln!(text, "resolution = [{}, {}]", network.input().height, network.input().width);
    if let Some(classes) = request.classes {
        let _ = writeln!(text, "classes = {classes}");
    }
    let stages = request.member.map_or(&family.stages, |member| &member.stages);
    for stage in network.stages() {
        let repeats = stages.iter().any(|spec| spec.name == stage.name && spec.depth.is_some());
        if repeats {
            let _ = writeln!(text, "stage.{:?}.depth = {}", stage.name, stage.repeats);
        }
    }
    text
}
