//! Words that govern what stands beside them: without them the rest says something else.

use std::{collections::HashMap, sync::LazyLock};

/// What a governing word does to the rest of its sentence.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Governance {
    /// It denies: `not`, `never`, `without`, `fails to`.
    Negation,
    /// It narrows: `only`, `except`, `but`.
    Exclusion,
    /// It makes the rest depend on something: `if`, `unless`, `until`, `when`.
    Condition,
    /// It says what may, must or would be: `might`, `should`.
    Modality,
    /// It doubts: `alleged`, `possible`, `evidence`.
    Doubt,
    /// It says who says so: `said`, `according`, `claimed`.
    Attribution,
    /// It says how much, how far or whether still: `less`, `nearly`, `late`, `former`, `some`.
    Degree,
}

use Governance::{Attribution, Condition, Degree, Doubt, Exclusion, Modality, Negation};

const NEGATION: &str = "absence absent ain't avoid avoided avoids ban banned bans barely barred cancel canceled \
    cancelled cannot decline declined declines denied denies deny denying dismiss dismissed fail failed failing \
    fails failure fake false falsely forbid forbidden forbids halt halted hardly hoax impossible instead invalid \
    lack lacked lacking lacks mock myth n't neither never no nobody none nor not nothing nowhere oppose opposed \
    opposes prevent prevented prevents prohibit prohibited prohibits rarely rather refuse refused refuses refusing \
    reject rejected rejects scarcely seldom stop stopped stops unable unlikely untrue without";
const EXCLUSION: &str = "albeit although barring but except excepted excepting exclude excluded excludes excluding \
    exclusively however just merely minus nevertheless nonetheless notwithstanding only sole solely than though yet";
const CONDITION: &str = "assuming conditional conditionally contingent depending else if lest once pending provided \
    providing should suppose supposed supposing unless until when whenever wherever whether";
const MODALITY: &str = "'d allowed attempt attempted attempts can could expect expected expects hope hoped hopes \
    hoping intend intended intends likely may maybe might must need needed needs ought perhaps permitted possible \
    possibly potential potentially probable probably proposal propose proposed proposes shall should threaten \
    threatened threatens tried tries try trying wish wished would";
const DOUBT: &str = "accusation accusations accused accuses allegation allegations allege alleged allegedly alleges \
    apparently appear appeared appears believe believed believes charged dispute disputed disputes doubt doubted \
    doubtful doubts dubious estimate estimated estimates evidence hypothesis hypothetical hypothetically imagine \
    imagined ostensibly presumably presumed pretend pretended pretends purported purportedly questionable rumor \
    rumored rumors rumour rumoured seem seemed seemingly seems so-called suggest suggested suggests suppose \
    supposedly suspect suspected suspects suspicion theory thought uncertain unclear unconfirmed unknown unproven \
    unsure unverified";
const ATTRIBUTION: &str = "according added admit admits admitted announced announces argued argues asserted asserts \
    cited citing claim claimed claiming claims commented concluded concludes confirm confirmed confirms declared \
    declares finds found indicate indicated indicates insist insisted insists maintained maintains mentioned noted \
    predict predicted predicts quoting recalled reckon replied reported reportedly reporting reports reveal revealed \
    reveals said say saying says showed shows stated tells testified testify told warn warned warning warns wrote";
const DEGREE: &str = "acting almost anymore deputy ex few fewer former formerly generally interim largely late later \
    least less lesser mainly most mostly nearly occasionally often once partial partially partly previous previously \
    some sometimes still temporarily usually virtually worse";

const LISTS: [(Governance, &str); 7] = [
    (Negation, NEGATION),
    (Exclusion, EXCLUSION),
    (Condition, CONDITION),
    (Modality, MODALITY),
    (Doubt, DOUBT),
    (Attribution, ATTRIBUTION),
    (Degree, DEGREE),
];

static LISTED: LazyLock<HashMap<&'static str, Governance>> = LazyLock::new(|| {
    // The first list that has a word decides.
    let words =
        LISTS.iter().rev().flat_map(|(governance, list)| list.split_ascii_whitespace().map(|word| (word, *governance)));
    words.collect()
});

/// How a word of the normal form governs what stands beside it, if it may. In doubt it does.
pub fn governance(word: &str) -> Option<Governance> {
    let negated = |prefix: &str| word.len() > prefix.len() + 3 && word.starts_with(prefix);
    LISTED.get(word).copied().or_else(|| negated("non").then_some(Negation))
}
