//! Words that the prose of this repository avoids, and the words to write instead.
//!
//! A pattern is a phrase: words apart by spaces, alternatives apart by `|`. A `*` at the end of a word matches any
//! ending, `#` matches a figure such as `12`, and a backtick matches inline code. Patterns ignore case and hyphens, and
//! match across line breaks, but not across punctuation.

/// A phrase to avoid.
pub struct Rule {
    /// Pattern of the phrase.
    pub pattern: &'static str,
    /// Patterns of longer phrases in which the words are right.
    pub except: &'static [&'static str],
    /// Words to write instead.
    pub write: &'static str,
}

const fn rule(pattern: &'static str, write: &'static str) -> Rule {
    Rule { pattern, except: &[], write }
}

impl Rule {
    const fn except(mut self, except: &'static [&'static str]) -> Self {
        self.except = except;
        self
    }
}

/// The right-hand column of the glossary.
pub const GLOSSARY: &[Rule] = &[
    rule("gives|gave", "returns, produces"),
    rule("is|are|was|were|be|been given", "is passed, expects"),
    rule("takes", "expects, takes as input").except(&[
        "takes as input|inputs|long",
        "takes place|part|effect|precedence|ownership|time|long|longer|about|less|more|#",
        "takes a|an|the argument|arguments|parameter|while|lock|minute|second|reference|closure|path",
        "takes `|no|two|three|one argument|arguments|parameter|parameters",
    ]),
    rule("behind", "after, next, following")
        .except(&["behind a|an|the|this|that|its feature|features|flag|flags", "behind a|an|the ` feature|flag"]),
    rule("before which", "previous, before"),
    rule("told|said|tells|says", "reported, printed, states"),
    rule("beside", "in addition to, next to"),
    rule("slope|slopes", "derivative, gradient, `dy`").except(&[
        "negative slope|slopes",
        "slope|slopes for|of negative",
        "slope|slopes of the|a line|negative",
    ]),
    rule("figure|figures", "metric, value").except(&["significant figures", "figure #"]),
    rule("every|each|one|no|these|those|same|all|such|its numbers|number", "value, element")
        .except(&["every|each|one|no|same|its number of", "all numbers of"]),
    rule("numbers that|which|in|are|lie", "values, elements")
        .except(&["random|complex|real|prime|whole|line|row|version|magic|point|normal numbers that|which|in|are|lie"]),
    rule("the least|most `|that|a|an|and|or", "minimum, maximum, at least, at most"),
    rule("least|most and|or most|least", "minimum and maximum"),
    rule("one's", "custom, user-defined"),
    rule("your own", "custom, user-defined"),
    rule("own|owns making", "custom, user-defined"),
    rule("go|goes|went|gone|going on", "resume, continue").except(&["going on here|there"]),
    rule("remember|remembers|remembered", "store, keep"),
    rule("optimizer's|optimizers'|its|their|same memory", "state, slots")
        .except(&["its|their|same memory layout|footprint|usage|use"]),
    rule("the|its|their past", "state, history"),
    rule("refuse|refuses|refused|refusing|refusal", "reject, invalid"),
    rule("bad", "invalid"),
    rule("all|every|no|each differences|difference", "mismatch"),
    rule("product|products of one", "single-sample inference, gemv"),
    rule("one sample prediction|predictions", "single-sample inference"),
    rule("turn|turns|turned|turning round|around|square", "transpose"),
    rule("by panels", "packed"),
    rule("hand|hands|handed|handing on", "epilogue, pass to the next layer"),
    rule("in|during|while prediction|predicting", "in inference").except(&["in prediction error|errors"]),
    rule("nobody|nobody's|somebody|somebody's|everybody|whoever|whyever|whomever", "name who or what is meant"),
    rule("make|makes|made|making small", "minimize"),
    rule("makes|made anew", "recreate, rebuild"),
    rule("as it stands|was", "unchanged"),
    rule("stops|stopped to", "stops …ing"),
];

/// British spellings, and the American ones.
pub const SPELLING: &[Rule] = &[
    rule("optimis*", "optimiz…"),
    rule("normalis*", "normaliz…"),
    rule("vectoris*", "vectoriz…"),
    rule("initialis*", "initializ…"),
    rule("regularis*", "regulariz…"),
    rule("generalis*", "generaliz…"),
    rule("serialis*|deserialis*", "serializ…"),
    rule("quantis*", "quantiz…"),
    rule("minimis*|maximis*", "minimiz…, maximiz…"),
    rule("summaris*", "summariz…"),
    rule("recognis*", "recogniz…"),
    rule("organise|organised|organises|organisation", "organiz…"),
    rule("standardis*", "standardiz…"),
    rule("linearis*", "lineariz…"),
    rule("synchronis*", "synchroniz…"),
    rule("parallelis*", "paralleliz…"),
    rule("specialise|specialised|specialises|specialisation", "specializ…"),
    rule("utilis*|categoris*|randomis*|penalis*|discretis*|factoris*|characteris*|emphasise*", "…iz…"),
    rule("analyse|analysed|analysing|analyser", "analyz…"),
    rule("colour*|favour*|behaviour*|neighbour*|honour*|flavour*|labour*", "…or"),
    rule("licence|licences|defence|offence", "…ense"),
    rule("centre|centres|centred|metre|metres|litre|litres", "center, meter, liter"),
    rule("labelled|labelling|modelled|modelling|cancelled|cancelling|travelled|signalled|totalled", "one l"),
    rule("grey*", "gray"),
    rule("catalogue*|programme|programmes", "catalog, program"),
    rule("practise*", "practice"),
    rule("artefact*", "artifact"),
    rule("learnt|spelt|misspelt|burnt|dreamt", "…ed"),
    rule("whilst", "while"),
    rule("towards|afterwards|backwards|forwards|upwards|downwards", "without the s"),
    rule("fulfil|fulfils|judgement", "fulfill, judgment"),
];

/// Words that open a subordinate clause: no documentation begins with one.
pub const OPENERS: &str = "\
    what how whether where which when of for as that who whose if than there";

/// Words in `s` that are no verb, so that no function's documentation begins with one.
pub const NOT_VERBS: &str = "\
    this these its is thus always sometimes perhaps unless plus minus less bias loss losses class classes \
    samples weights values features rows columns names bytes gradients metrics layers epochs parameters settings \
    options scores numbers ranges steps points inputs outputs variables tensors others lots previous mlp's \
    keras's";

/// Source text with a mistake in each kind of prose, and the words that the check must report.
pub const EXAMPLE: (&str, &[&str]) = (
    r#"
//! Whether the check works.

/// Number of colours.
///
/// ```
/// let told = 1; // more is told
/// ```
const A: &str = "the value is
    given twice";

/// The product, as it goes
/// on with `gives`, behind the `std` feature.
fn b<'a>(c: &'a str) {
    assert!(c == '"', "{gives}: at least one\n");
}

impl Iterator for D {
    /// The next one.
    fn next(&mut self) {}
}

/// The test's documentation.
#[test]
fn one_is_refused() {}
"#,
    &["whether", "colours", "told", "is given", "goes on", "the", "refused"],
);
