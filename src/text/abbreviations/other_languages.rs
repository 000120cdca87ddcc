//! Abbreviations of the languages that a splitter meets beside English.

use super::table::AbbreviationTable;
use crate::text::language::LanguageGuess;

/// The languages that have a table.
#[cfg(test)]
pub(super) const LANGUAGES: &[LanguageGuess] = &[
    LanguageGuess::German,
    LanguageGuess::French,
    LanguageGuess::Spanish,
    LanguageGuess::Italian,
    LanguageGuess::Portuguese,
    LanguageGuess::Dutch,
    LanguageGuess::Polish,
    LanguageGuess::Swedish,
    LanguageGuess::Danish,
    LanguageGuess::Russian,
];

/// The table of a language that has one of its own beside English.
pub(super) fn table(language: LanguageGuess) -> Option<&'static AbbreviationTable> {
    match language {
        LanguageGuess::German => Some(&GERMAN),
        LanguageGuess::French => Some(&FRENCH),
        LanguageGuess::Spanish => Some(&SPANISH),
        LanguageGuess::Italian => Some(&ITALIAN),
        LanguageGuess::Portuguese => Some(&PORTUGUESE),
        LanguageGuess::Dutch => Some(&DUTCH),
        LanguageGuess::Polish => Some(&POLISH),
        LanguageGuess::Swedish | LanguageGuess::Danish => Some(&SCANDINAVIAN),
        LanguageGuess::Russian | LanguageGuess::Ukrainian => Some(&RUSSIAN),
        _ => None,
    }
}

/// What any language but English may hold.
pub(super) const SHARED: AbbreviationTable = AbbreviationTable {
    titles: &["dr", "mr", "mrs", "ms", "prof", "st"],
    references: &["fig", "no", "nr", "pp", "vol"],
    going: &["ca", "cf", "vs"],
    closing: &["co", "corp", "etc", "inc", "jr", "ltd", "ph.d"],
};

const GERMAN: AbbreviationTable = AbbreviationTable {
    titles: &["dipl", "fr", "frl", "hr", "hrn", "ing", "med", "phil", "präs", "sen", "skt"],
    references: &["abb", "abs", "anm", "art", "bd", "fig", "kap", "nr", "nrn", "tab", "teilnr", "ziff"],
    going: &[
        "abzgl", "allg", "bes", "bspw", "bzgl", "bzw", "ca", "dgl", "einschl", "engl", "evtl", "exkl", "franz", "gem",
        "ggf", "ggfs", "griech", "idr", "inkl", "insb", "insbes", "kath", "lat", "max", "mind", "od", "rd", "sog",
        "urspr", "ursprgl", "vgl", "vorauss", "zzgl",
    ],
    closing: &[
        "apr", "aug", "betr", "bzgl", "co", "dez", "dt", "ev", "feb", "febr", "ff", "geb", "gest", "hrsg", "jan", "jh",
        "jhd", "jhdt", "jr", "jul", "jun", "lt", "mio", "mrd", "mwst", "nov", "okt", "orig", "pf", "rel", "sept",
        "std", "str", "tel", "tsd", "usf", "usw", "uvm", "verh",
    ],
};

const FRENCH: AbbreviationTable = AbbreviationTable {
    titles: &["dr", "m", "me", "mgr", "mlle", "mm", "mme", "mr", "pr", "prof", "st", "ste"],
    references: &["al", "alin", "art", "chap", "fig", "no", "nos", "p", "pp", "t", "vol"],
    going: &["apr", "av", "bd", "boul", "cf", "càd", "env", "ex", "fr", "max", "min", "not", "tél"],
    closing: &["adj", "dép", "etc", "févr", "hab", "janv", "juil", "oct", "pers", "sept", "éd"],
};

const SPANISH: AbbreviationTable = AbbreviationTable {
    titles: &[
        "avda", "d", "da", "dna", "dr", "dra", "dras", "dres", "excmo", "fr", "gral", "ing", "lic", "ntra", "prof",
        "profa", "sr", "sra", "sras", "sres", "srta", "sta", "sto",
    ],
    references: &["art", "cap", "fig", "no", "núm", "p", "pp", "pág", "págs", "vol"],
    going: &["admón", "apdo", "aprox", "av", "cf", "ee", "ej", "máx", "mín", "tel", "tfno", "v.gr", "vs"],
    closing: &[
        "abr", "ago", "cía", "dic", "dpto", "ed", "ene", "etc", "feb", "jul", "jun", "ma", "nov", "oct", "sept", "ud",
        "uds", "uu", "vd", "vds",
    ],
};

const ITALIAN: AbbreviationTable = AbbreviationTable {
    titles: &[
        "arch", "avv", "cav", "dott", "dr", "gent", "geom", "ill.mo", "ing", "mons", "on", "prof", "rag", "sig",
        "sigg", "sigra", "sottoten", "spett", "ten",
    ],
    references: &["art", "artt", "cap", "fig", "n", "nn", "p", "pag", "pagg", "pp", "tab", "vol"],
    going: &["all", "ca", "cfr", "circ", "es", "max", "min", "segg", "tel", "vd"],
    closing: &["apr", "dic", "ecc", "feb", "gen", "giu", "lug", "mar", "nov", "ott", "sett", "soc"],
};

const PORTUGUESE: AbbreviationTable = AbbreviationTable {
    titles: &[
        "av", "d", "dr", "dra", "dras", "drs", "eng", "exma", "exmo", "prof", "profa", "r", "sr", "sra", "sras", "srs",
        "srta", "sta", "sto",
    ],
    references: &["art", "arts", "cap", "fig", "n", "no", "núm", "p", "pp", "pág", "págs", "vol"],
    going: &["aprox", "cf", "ex", "máx", "mín", "obs", "tel", "vs"],
    closing: &[
        "abr", "ago", "cia", "depto", "dez", "ed", "etc", "fev", "jan", "jr", "jul", "jun", "ltda", "mar", "nov",
        "out", "set",
    ],
};

const DUTCH: AbbreviationTable = AbbreviationTable {
    titles: &["dhr", "dr", "drs", "ds", "fam", "gebr", "ing", "ir", "mej", "mevr", "mr", "mw", "prof", "st"],
    references: &["afb", "art", "blz", "fig", "hfst", "nr", "nrs", "p", "pag", "par", "pp", "tab"],
    going: &[
        "a.d.h.v", "afd", "alg", "bijv", "bv", "ca", "d.d", "d.m.v", "d.w.z", "evt", "excl", "i.p.v", "i.v.m", "incl",
        "m.a.w", "m.b.t", "m.u.v", "max", "mbt", "min", "nl", "o.a", "o.b.v", "o.l.v", "resp", "t.a.v", "t.o.v", "tel",
        "tot", "vgl", "z.g.a.n", "z.o.z", "zgn",
    ],
    closing: &[
        "a.u.b", "apr", "aug", "dec", "enz", "etc", "febr", "jan", "jl", "jr", "mln", "mnd", "mrd", "nov", "okt",
        "sept", "str",
    ],
};

const POLISH: AbbreviationTable = AbbreviationTable {
    titles: &["al", "dr", "gen", "hab", "inż", "ks", "mgr", "os", "pl", "prof", "ul", "św"],
    references: &["art", "nr", "rozdz", "rys", "s", "str", "tab", "tel"],
    going: &["godz", "m.in", "max", "min", "np", "ok", "por", "tj", "tzn", "tzw", "zob"],
    closing: &["im", "itd", "itp", "mld", "mln", "tys", "ur", "zm"],
};

const SCANDINAVIAN: AbbreviationTable = AbbreviationTable {
    titles: &["dr", "hr", "prof", "skt"],
    references: &["bd", "fig", "jf", "kap", "kl", "nr", "s", "tab", "tel"],
    going: &["bl", "bl.a", "ca", "dvs", "eks", "f.eks", "inkl", "jf", "jfr", "resp", "t.ex"],
    closing: &["aug", "dec", "etc", "feb", "jan", "kr", "m.fl", "m.m", "mio", "mrd", "nov", "okt", "osv", "sept", "st"],
};

const RUSSIAN: AbbreviationTable = AbbreviationTable {
    titles: &["акад", "гн", "им", "пос", "проф", "ул"],
    references: &["гл", "рис", "см", "ст", "стр", "табл"],
    going: &["напр", "ок", "ср", "т"],
    closing: &["г", "гг", "др", "коп", "млн", "млрд", "пр", "руб", "тыс", "чел"],
};
