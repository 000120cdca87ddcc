//! The commonest words of some languages: they tell the languages apart, and they are what a sentence begins with.

use std::{collections::HashMap, sync::LazyLock};

use super::language_guess::LanguageGuess;

/// Words in lower case, separated by white space. What one letter or an accent tells apart counts for each language that has it.
const WORDS: &[(LanguageGuess, &str)] = &[
    (
        LanguageGuess::English,
        "a about after again all also although am an and another any are as at away back be because been before being \
         between both but by can could day days did do does down during each even every few first five for four from get go good had \
         has have he her here him his how however i if in into is it its just know last less like made make many may me \
         might more most much must my never new next no not now of off old on once one only or other our out over own \
         people said same say says see she should since so some still such take than that the their them then there \
         these they this those three though through time to today too two under until up upon us very want was way we \
         well were what when where which while who why will with without work would year years yes yet you your s t re ll ve \
         isn don didn wasn",
    ),
    (
        LanguageGuess::German,
        "ab aber alle allem allen aller alles als also am an andere anderen auch auf aus bei beim bereits bin bis bitte bzw \
         da dabei dafür damit danach dann das dass dazu dein dem den denn der des deshalb deswegen die dies diese diesem \
         diesen dieser dieses doch dort du durch ein eine einem einen einer eines er erst es etwa etwas euch für ganz \
         gegen habe haben hat hatte hatten heute hier hinter ich ihm ihn ihnen ihr ihre ihrem ihren ihrer im immer in \
         ist ja je jede jeder jedes jetzt kann kein keine keinen können konnte man mehr mein meine mich mir mit muss \
         müssen nach nachdem nein nicht nichts noch nun nur ob obwohl oder ohne schon sehr sein seine seinem seinen \
         seiner seit selbst sich sie sind so sollte sondern sowie später trotz über um und uns unser unter usw vgl vom von vor \
         während wann war waren warum was weil welche wenn wer werden wie wieder wir wird wo wurde wurden zu zum zur \
         zwar zwei zwischen heißt wegen",
    ),
    (
        LanguageGuess::French,
        "à afin ainsi alors après as au aucun aujourd aussi autre autres aux avaient avait avant avec avoir beaucoup bien \
         c ce cela celle celui cependant ces cet cette ceux chaque chez comme comment d dans de depuis des deux dit \
         donc dont du elle elles en encore enfin entre est et étaient était été être eu eux fait fois furent fut hier \
         ici il ils j jamais je jusqu l la là le les lesquels leur leurs lors lorsque lui ma mais malgré même mes moi \
         moins mon ne ni non nos notre nous on ont ou où par parce pas pendant peu peut plus plusieurs pour pourquoi \
         puis qu quand que quel quelle quelques qui quoi rien sa sans se selon sera ses si son sont sous sur ta tandis \
         toujours tous tout toute toutes très trop tu un une vers voici voilà vos votre vous y",
    ),
    (
        LanguageGuess::Spanish,
        "a además ahora al algo algunas algunos allí ante antes aquel aquí así aunque ayer bien cada como cómo con contra \
         cual cuando cuándo cuánto de debe del desde después donde dónde dos durante e él el ella ellas ellos en entonces \
         entre era eran es esa ese eso está esta estaba están estas este esto estos fue fueron había ha han hasta hay \
         hoy la las le les lo los luego más me mi mientras muy nada nadie ni no nos nosotros nunca o otra otro otros para \
         pero poco por porque pues que qué quien quién se según ser si sí sido sin sobre son su sus también tan tanto \
         te tiene tienen todavía todo todos tras tu un una uno usted y ya yo",
    ),
    (
        LanguageGuess::Italian,
        "a abbiamo ad ai al alcuni alla alle allo allora altri anche ancora appena avere aveva c che chi ci circa come con \
         contro così cosa cui d da dagli dai dal dalla dalle degli dei del dell della delle dello di dopo dove due dunque \
         durante e è ed era erano essere fa fatto fino fra fu gli già ha hanno ho i ieri il in infatti inoltre io l la le lei li lo loro lui \
         ma mai me mentre mi molto ne né nei nel nell nella nelle nessuno niente noi non nostro o oggi ogni oltre ora per \
         perché però più poi prima proprio può qualche quale quando quanto quelli quello quest questa questi questo qui \
         quindi sarà se secondo sei sempre senza si sì solo sono sopra sotto stata stati stato su sua sue sugli sul sulla suo \
         suoi tra troppo tutti tutto un una uno vi",
    ),
    (
        LanguageGuess::Portuguese,
        "a ainda além algumas alguns ali ano anos antes ao aos apenas após aquela aquele aqui as às assim até bem cada com \
         como contra da das de depois desde deve dia do dois dos durante e é ela elas ele eles em então entre era eram \
         essa esse esta está estão estava este eu fazer foi foram há isso isto já lhe mais mas me mesmo meu minha muito \
         na nada não nas nem nenhum ninguém no nos nós nossa nosso num numa nunca o onde ontem os ou outra outro outros \
         para pela pelas pelo pelos pois por porque pouco qual quando quanto que quem se segundo seja sem sempre \
         ser será seu seus sim só sob sobre sua suas também tanto te tem têm tinha toda todas todo todos tudo um uma você \
         vocês hoje",
    ),
    (
        LanguageGuess::Dutch,
        "aan al alle alleen als altijd andere ben bij daar daarna daarom dan dat de deze die dit doch doen door drie dus een \
         eerste elke en er geen gisteren had hadden hebben heb heeft hem het hier hij hoe hun iets ik in is ja je jij kan kon \
         kunnen maar meer men met mijn moet moeten na naar niemand niet niets nog nooit nu of om omdat onder ons ook op \
         over reeds sinds te tegen terwijl toch toen tot tussen twee u uit uw van veel vandaag veel via volgens voor vooral \
         waar waarom wanneer want waren was wat weer wel werd werden wie wij wil wordt worden zal ze zei zeer zich zij \
         zijn zo zoals zonder zou zullen",
    ),
    (
        LanguageGuess::Swedish,
        "alla allt att av bara blev bli blir de dem den denna deras dess det detta dig din du där efter eller en enligt ett \
         från för före genom ha hade han hans har hennes hon honom hur här i ingen inte jag ju kan kom kunde kommer man med \
         mellan men mer min mot mycket må många måste ni nu när nån någon något några och också om oss på samma sedan sig sin sina ska skall skulle \
         som så sådan till två under upp ut utan vad var vara varit varje vi vid vill vilka vilken än är även år åt över",
    ),
    (
        LanguageGuess::Danish,
        "af alle alt at blev blive bliver da de dem den denne der deres det dette dig din dog du efter eller en end er et \
         fik for fordi fra få før gennem ham han hans har hav havde hendes her hun hvad hvem hver hvis hvor hvordan hvorfor \
         i ikke ind ingen jeg kan kom kommer kunne man mange med meget mellem men mens mig min mod må ned noget nogle nu \
         når og også om op os over på samme selv sig sin skal skulle som så sådan til to ud uden under var ved vi vil ville \
         være været år",
    ),
    (
        LanguageGuess::Polish,
        "a aby albo ale bardzo bez bo był była było były być by co czy dla do gdy gdzie go i ich ja jak jako je jego jej \
         jest jeszcze jeśli już każdy kiedy kto która które którego którzy który ma mi mnie może można na nad nam nas nawet nic nie \
         niej niż o od on ona one oni oraz po pod ponieważ potem przed przez przy są się sobie tak także tam tego tej też to tu \
         tym tylko w we wszystko wszyscy z za ze że żeby został została",
    ),
    (
        LanguageGuess::Russian,
        "а без более больше бы был была были было в вам вас весь во вот все всё вы где да даже для до его ее её если есть еще \
         ещё же за здесь и из или им их к как когда кто ли мне много может мы на над не него нет ни но ну о об однако он \
         она они оно от очень по под после потом потому почему при про с себя сейчас сегодня со так также там те тем то тогда \
         того тоже только том тот ты у уже хотя чем через что чтобы эта эти это этого этот я",
    ),
];

/// For each word the languages that have it: bit `i` is language `i` of [`WORDS`].
static TABLE: LazyLock<HashMap<&'static str, u16>> = LazyLock::new(|| {
    let mut table = HashMap::new();
    for (at, (_, words)) in WORDS.iter().enumerate() {
        for word in words.split_whitespace() {
            *table.entry(word).or_default() |= 1u16 << at;
        }
    }
    table
});

/// The languages that have a lower-cased word among their commonest, one bit each, in the order of [`LanguageGuess::BY_WORDS`] (and
/// Russian after them).
pub(super) fn languages_with(word: &str) -> u16 {
    TABLE.get(word).copied().unwrap_or(0)
}

/// Whether a lower-cased word is one of the commonest of a language. English names and abbreviations have a list of their own.
pub(in crate::text) fn is_function_word(word: &str, language: LanguageGuess) -> bool {
    WORDS.iter().position(|(other, _)| *other == language).is_some_and(|at| languages_with(word) & (1 << at) != 0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_stand_in_the_order_of_the_scores() {
        for (at, language) in LanguageGuess::BY_WORDS.iter().enumerate() {
            assert_eq!(WORDS[at].0, *language);
        }
        assert!(WORDS.len() <= 16);
        assert!(WORDS.iter().flat_map(|(_, words)| words.split_whitespace()).all(|word| word == word.to_lowercase()));
    }

    #[test]
    fn function_words() {
        assert!(is_function_word("der", LanguageGuess::German));
        assert!(is_function_word("они", LanguageGuess::Russian));
        assert!(!is_function_word("der", LanguageGuess::English));
        assert!(!is_function_word("haus", LanguageGuess::German));
        assert!(!is_function_word("the", LanguageGuess::Chinese));
    }
}
