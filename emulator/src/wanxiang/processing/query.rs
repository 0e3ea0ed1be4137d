//! What of a query is processing, and in which grammar it is.

use percent_encoding::percent_decode_str;

use super::{Processing, edit, parameters, unknown, unprocessable, view, words::Words};
use crate::wanxiang::answer::Refusal;

/// How the buckets of a generation write processing.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(in crate::wanxiang) enum Grammar {
    /// V2 enhanced: words between slashes.
    Words,
    /// V1 and V2.
    Parameters,
}

/// What a query asks for; none if it asks for no processing.
pub(in crate::wanxiang) fn asked(
    query: &str,
    grammar: Grammar,
) -> Result<Option<Processing>, Refusal> {
    let (mut texts, mut pairs) = (Vec::new(), Vec::new());
    for piece in query.split('&').filter(|piece| !piece.is_empty()) {
        match piece.split_once('=') {
            // The base64 in words may end with equals signs.
            Some((name, value)) if !name.contains('/') => {
                pairs.push((decoded(name), decoded(value)));
            }
            _ => texts.push(decoded(piece)),
        }
    }
    match grammar {
        Grammar::Words => of_words(&texts, &pairs),
        Grammar::Parameters => of_parameters(&texts, &pairs),
    }
}

fn of_words(texts: &[String], pairs: &[(String, String)]) -> Result<Option<Processing>, Refusal> {
    let mut names = pairs.iter().map(|(name, _)| name);
    if let Some(name) = names.find(|name| parameters::is_processing(name)) {
        return Err(unprocessable(format!(
            "{name} is processing of V1 and V2; this bucket of V2 enhanced has imageView2, \
             imageMogr2 and imageInfo"
        )));
    }
    let text = match texts {
        [] => return Ok(None),
        [text] => text,
        _ => return Err(unprocessable("the query asks for more than one processing")),
    };
    if text.contains('|') {
        let problem = "the emulator does not know this processing: several, with | between them";
        return Err(unprocessable(problem));
    }
    let mut words = Words::of(text);
    let recipe = match words.next().unwrap_or_default() {
        "imageView2" => view::read(&mut words)?,
        "imageMogr2" => edit::read(&mut words)?,
        "imageInfo" => {
            return match words.next() {
                None => Ok(Some(Processing::Info)),
                Some(_) => Err(unprocessable("imageInfo stands alone")),
            };
        }
        other => return Err(unknown(other)),
    };
    Ok(Some(Processing::Recipe(recipe)))
}

fn of_parameters(
    texts: &[String],
    pairs: &[(String, String)],
) -> Result<Option<Processing>, Refusal> {
    if let Some(text) = texts.first() {
        let head = Words::of(text).next().unwrap_or_default();
        return Err(match head {
            "imageView2" | "imageMogr2" | "imageInfo" => unprocessable(format!(
                "{head} is processing of V2 enhanced; this address is of V1 or V2, which have \
                 parameters"
            )),
            other => unknown(other),
        });
    }
    Ok(parameters::read(pairs)?.map(Processing::Recipe))
}

fn decoded(text: &str) -> String {
    percent_decode_str(text).decode_utf8_lossy().into_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn reason(query: &str, grammar: Grammar) -> String {
        let refusal = asked(query, grammar).expect_err("a refusal");
        assert_eq!(refusal.code, -441, "{query}");
        refusal.reason
    }

    #[test]
    fn words_are_found_beside_a_signature_and_however_they_are_escaped() {
        for query in [
            "imageView2/2/w/400/q/85!",
            "imageView2/2/w/400/q/85%21&sign=a%2Bb%3D",
            "sign=a/b+c==&imageView2/2/w/400/q/85!",
            "v=1&imageView2%2F2%2Fw%2F400/q/85!&",
        ] {
            let found = asked(query, Grammar::Words).expect("processing");
            assert!(matches!(found, Some(Processing::Recipe(_))), "{query}");
        }
        let info = asked("imageInfo&sign=x", Grammar::Words).expect("processing");
        assert_eq!(info, Some(Processing::Info));
        for nothing in ["", "&", "sign=x", "v=1&utm=%2F"] {
            for grammar in [Grammar::Words, Grammar::Parameters] {
                assert_eq!(asked(nothing, grammar).expect("nothing"), None, "{nothing}");
            }
        }
    }

    #[test]
    fn what_is_not_known_is_named_unless_it_may_be_a_secret() {
        for (query, word) in [
            ("exif", "exif"),
            ("imageAve", "imageAve"),
            ("watermark/2/text/5Zu-Cg==", "watermark"),
            ("watermark/1/image/aHR0cA==&sign=x", "watermark"),
            ("imageMogr2/scrop/100x100", "scrop"),
        ] {
            let expected = format!("the emulator does not know this processing: {word}");
            assert_eq!(reason(query, Grammar::Words), expected);
        }
        for query in [
            "AbCdEfGhIjKlMnOpQrStUv",
            "a+b",
            "imageView2/2/w/100/AbCdEf%2BGhIj",
        ] {
            let expected = "the emulator does not know this processing";
            assert_eq!(reason(query, Grammar::Words), expected);
        }
    }

    #[test]
    fn a_bucket_takes_the_grammar_of_its_generation() {
        assert!(reason("w=100", Grammar::Words).contains("V1 and V2"));
        assert!(reason("imageView2/2/w/100", Grammar::Parameters).contains("V2 enhanced"));
        assert!(reason("small", Grammar::Parameters).contains("does not know"));
        assert!(asked("w=100&sign=x", Grammar::Parameters).is_ok_and(|found| found.is_some()));
        let two = "imageInfo&imageView2/2/w/100";
        assert!(reason(two, Grammar::Words).contains("more than one"));
        assert!(reason("imageInfo/x", Grammar::Words).contains("alone"));
        let piped = "imageMogr2/thumbnail/!50p%7CimageInfo";
        assert!(reason(piped, Grammar::Words).contains("with | between"));
    }
}
