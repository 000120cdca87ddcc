//! Hard cases for the splitter.

use proptest::prelude::*;

use super::*;

/// `‖` stands where a sentence ends; it is taken out before the text is split.
const CASES: &[&str] = &[
    // Plain.
    "",
    "One",
    "One sentence.",
    "He left.‖ She stayed.",
    "Did he leave?‖ He did!‖ She stayed.",
    "He left.‖\tShe stayed.‖\u{a0}They waited.",
    "What?!‖ Never!!!‖ Yes.",
    "He left.‖She stayed.",
    // Abbreviations.
    "Mr. Smith met Dr. Jones.‖ They talked.",
    "Gen. Lee and Sgt. Pepper left.‖ Lt. Col. Brown stayed.",
    "He works for Apple Inc. in Cupertino.",
    "He works for Apple Inc.‖ The company is big.",
    "Smith Jr. said so.‖ It was true.",
    "The U.S. Senate voted.‖ It passed.",
    "He moved to the U.S.‖ The move was hard.",
    "She lives in Washington, D.C.‖ He does too.",
    "Bring pens, paper, etc.‖ Leave phones at home.",
    "Bring pens, paper, etc. to class.",
    "Some fruits, e.g. Apples, are red, i.e. not green.",
    "It rained in Jan. 2010 and in Sept. 2011.",
    "See No. 5 and Fig. 3.‖ Then stop.",
    "Is it so?‖ No.‖ It is not.",
    "Smith et al. found it.‖ Others did not.",
    "The Hon. Rep. Kim spoke v. the bill, vs. the Gov. of Ohio.",
    "He lives on Main St. near St. Paul.",
    "Ltd. and Corp. are forms; so is Bros. in the U.K. today.",
    // Times.
    "We met at 5 p.m. Monday.‖ It rained.",
    "We met at 5 p.m. EST.‖ It rained.",
    "We met at 5 p.m.‖ Officials were late.",
    // Initials.
    "J. K. Rowling wrote it.‖ J.K. Simmons did not.",
    "George W. Bush and John F. Kennedy were presidents.",
    "So do I.‖ But not today.",
    "Eat vitamin C.‖ It is good.",
    "She read J. A. Holt and R. I. Lund.‖ I did not.",
    "The moss (Holt.) Lund grows here.‖ So does grass (rarely).‖ It is green.",
    "Run Alg. 2 first, as in Def. 4 and Cor. 1.‖ Then stop.",
    // Numbers.
    "It grew 3.5 percent to $1.2 billion.‖ That is 1,000.50 more.",
    "Version 2.0.1 is out.‖ Get it at example.com.",
    "It costs $5.‖ 10 people paid.",
    "In 1999.‖ 2000 came next.",
    "See p. 12 of it.",
    "The score was 3.‖ Then it was 4.",
    // Quotations.
    "“It’s over.”‖ She left.",
    "\"It's over.\"‖ She left.",
    "\"It's over,\" she said.‖ \"Go.\"",
    "“Is it over?” she asked.‖ “No!” he said.",
    "\"Is it over?\" Smith asked.‖ Nobody knew.",
    "He said: ‘It is.’‖ Then he left.",
    "\"Go!\"‖ The crowd went wild.",
    "„Geh!“ rief er.",
    "«Fine.»‖ They left.",
    "“First.‖ Second.‖ Third.”‖ Then more.",
    "She read ‘We, the town.’‖ It said: “Listen to ‘us all.’”‖ Then it ended.",
    // Brackets.
    "They sell toys (and books.)‖ In May they close.",
    "He left (at last).‖ She stayed.",
    "He left.‖ (She stayed.)‖ They waited.",
    "It was [...] a long day.‖ Indeed.",
    "He (Mr. X. Smith) came.‖ Fine.",
    "See the plan (Fig. 2) and go.",
    // Ellipses.
    "Well... I don't know.‖ You?",
    "He waited...‖ Then he left.",
    "He waited… and left.‖ So did she.",
    "She said . . . nothing at all.",
    // Names with marks.
    "Yahoo! said it grew.‖ Then it fell.",
    "A new Which? investigation reports it.",
    "The .NET framework and Node.js are used.‖ Rust too.",
    // A small letter begins a sentence.
    "He bought one.‖ iPhone sales grew.",
    "Hello there my friend.‖ how are you?‖ i am fine.‖ Thanks.",
    // Addresses.
    "See http://example.com/a.b?c=D.E for it.‖ Then go.",
    "Write to a.b@example.co.uk.‖ We answer.",
    "Visit www.example.org.‖ It is free.",
    "Run f(x).Next() in main.rs now.",
    // Lines.
    "A heading\n‖\nA sentence that follows.",
    "A heading\n‖A sentence that follows it in a much longer line than the heading was, so that nobody could take it for wrapped text, could they?",
    "By John Bacon\n‖USA TODAY\n‖The remnants of the storm lashed the coast with heavy rain, and with winds that nobody had seen there for ten years or more.",
    "This is a text that was wrapped at some\nsixty characters, as letters are, and it\ngoes on for a few lines.‖ It was sent by\nMary Smith on a day in May.",
    "This text is wrapped too and ends with a\nheading that is short\n‖Another part starts here and goes on and\non until it ends.",
    "# Title\n‖\n## Part\n‖Text of it.",
    "We need:\n‖- milk\n‖- eggs\n‖- bread",
    "1. First do this.\n‖2. Then do that.\n‖3. Rest.",
    "1. First do this.‖ 2. Then do that.‖ 3. Rest.",
    "a) one thing that is long enough to be a line\n‖b) another thing\n‖c) a last thing",
    "• one\n‖• two",
    "Roses are red\n‖Violets are blue\n‖Sugar is sweet",
    "| a | b |\n‖| 1 | 2 |",
    "First paragraph without a stop\r\n‖\r\nSecond paragraph.",
    "One page\u{c}‖Another page",
    // Tokenized and lower-cased, as training sets are.
    "mr. smith said . ‖\" it is , \" he added .",
    "london ( cnn ) -- he left . ‖she stayed .",
    "he said : `` it is . '' ‖she left .",
    "\" they were yelling . \" ‖watch a driver describe it .",
    "\" is it over ? \" he asked . ‖nobody knew .",
    "the u.s. said so . ‖john d. rockefeller iv , d - ohio , left at 5 p.m. monday .",
    "i was ... well , surprised . ‖he was not !",
    "it grew 3.5 % . ‖5 people left .",
    "he won ( despite the rain . ) ‖the crowd went home , but ( who knew ? ) ‖there was no bus .",
    // Other scripts.
    "我去了。‖你呢？‖好！",
    "他说：「我去了。」‖她走了。",
    "هل أنت بخير؟‖ نعم.",
    "वह गया।‖ वह आई।",
    "Он ушёл.‖ Она осталась.",
    "¿Qué pasa?‖ ¡Nada!‖ Adiós.",
    // Notes behind the stop.
    "The mill burned down in 1804.[1]‖ It was rebuilt at once, with two wheels.[2][3]‖ Nobody knows why.[citation needed]‖ It stands.[4]:12",
    "He was born in Hull. [2]‖ His father was a baker. [3] [4]‖ They moved in 1920.[a]‖ So it went.[note 1]",
    "The tower leans by two degrees.¹‖ It did so from the start.²³‖ Builders knew it.",
    "The tower leans.1‖ It did so from the start.2,3‖ Builders knew it.4–6‖ They left it.",
    "She joined Hobb & Co.[7]‖ She left soon.‖ The firm was Marl Inc.[8] of York.",
    "It was seen by Holt [3] and by Lund [4, 5].‖ Others [6] saw nothing.‖ [7] is a list.",
    "[1] Holt, On Mills.‖ [2] Lund, On Wheels.",
    "The law was passed.*‖ It was not used.† ‖Nobody cared.",
    // Reference words.
    "See sec. [3.2] and ref. [7] for it.‖ Eqs. (1) and (2) hold.‖ Figs. 3a and S4 differ.",
    "Holt et al. [2011] and Lund et al. (2012) agree.‖ Cf. App. B and Thm. 4.‖ It holds for Fig. S1 too.",
    "The fig.‖ It was ripe.",
    "He left the town in 1901. [4] [better source needed]‖ She stayed.‖ The pond was drained. 7‖ In the spring it was full.",
    "Figure 3. Lamps of the pier.‖ They are lit at dusk.‖ Step 2. Stir it.",
    "She was in Run Home! (1961), a film, and in Why Me? (1963).‖ She won!‖ (Nobody saw it.)",
    "He said that it was [...]‖ However, it was late.‖ They drove off (at last!) and were gone.",
    "The lamp was bought by T. Lund.[1]‖300 people came.[2]‖They cheered.",
    "See Supp. Fig. S3b, Sec. IV.A and Fig. B2.‖ Done.",
    // Capitals.
    "THE SHOP OPENS AT 9 A.M. ON MONDAY.‖ IT SELLS BREAD.‖ ASK MR. HOLT OF HOLT CO. IN MAIN ST. FOR MORE.",
    "Please note the following.‖ THE POOL IS SHUT AFTER 8 P.M. ON SUNDAYS.‖ THE U.S. EMBASSY IS SHUT TOO.‖ Thank you.",
    "THE BOAT IS BUILT BY LUND LTD. OF HULL.‖ WE SOLD IT TO HOLT INC.‖ THEY PAID.",
    "COOK IT FOR 20 MIN. OVER A LOW FIRE.‖ ADD 3 OZ. OF FLOUR AND STIR.‖ EAT IT.",
    // A forgotten space.
    "It was $3.‖The next one was dearer.‖ She said \"yes\".‖They left…‖We stayed.‖ See www.Lund.example for it.",
    "The pond froze in 1963.‖In that winter, people skated.‖ \"Come in.\"‖The man came in.‖ It was made by NASA.‖It flew.‖ They saw it.‖I did not.",
    "It was cold (very cold).‖The pond froze.‖ Is it?‖Nobody knew!‖It was.",
    "Read lib.rs or Vue.js or System.Out, version 2.0.In or x.y.Z, at example.org.",
    // Emoji and emoticons.
    "We won! 🎉🎉‖ The cup is ours 🏆 at last.‖ Who plays next? 🤔‖ Not us… 😅‖ We rest 👩‍🚀.‖ Bye 🇬🇧.",
    "Thanks! :)‖ See you on Monday :-)‖ Bring the kids. ;)‖ They will like it =)",
    "Sorry for the delay :(‖ The train was late 🚂‖ We are here now.",
    "I ❤️ the sea.‖ Step 1️⃣ is easy.‖ Do it! 👋🏽‖ Now.",
    "We cheered for both.‖ 🇮🇹 scored first.‖ 🇪🇸 lost.‖ \"Wow! 🤩\" she cried.‖ Bye :D",
    "Add 1 tbsp. of sugar and 2 tsp. Baker's yeast.‖ In Holt v. Lund the court agreed.‖ Stir.",
    "\"I am looking for R. T. Holt, Esq.\"‖ Lund closed the door.‖ The \"U.S.\" Army left.",
    // Days, letters and brackets.
    "We meet on Tues. March 9 or Sat. 13 March.‖ I sat.‖ The sun set on Sun.‖ It was late.",
    "We met at 5 p.m.‖ Mayor Lund spoke at 6 p.m. Sunday.‖ Seven people came.",
    "P.S. The key is under the mat.‖ N.B. It is the old one.",
    "It begins at 2 p.m. (4 p.m. Toronto time) and lasts an hour.‖ Lund (b. 1950, d. 2001) wrote it.",
    "He moved to the U.S.‖ Two years later he died.‖ The U.S. Senate met.",
    "Bring your own (plates, cups, etc.) and a chair.‖ Ask Ann (max. 3 people).‖ Go.",
    "He gave up ( as he often did.‖ Agents came and took the key.‖ Nora stayed.",
    // Names with marks that the text itself tells.
    "Fizzo! was sold for years.‖ It was made by Fizzo! Corp. of Hull.‖ Then it stopped!‖ Nobody knows why.",
    "She uses Yahoo! Mail at work.‖ It is old.",
    // Lists inside a line.
    "1. Sweep the floor ‖2. Dust the shelf ‖3. Lock up",
    "9. Ann Holt, baker ‖8. Bo Lund, smith",
    "8) Sweep ‖9) Dust ‖10) Lock the door",
    "4.1. Limits of the study.‖ 4.2. What is next.",
    "The score was 9.‖ Then it was 10.‖ It costs 3 or 4.‖ Nobody pays.",
    // Hasty writers in a text that has capitals.
    "[09:12] Ana: it works.‖ no idea why.‖ thanks",
    "[10:40] Bo: is it done?‖ we need it now.‖ ok?\n‖[10:41] Ana: nope.‖ ask Lund",
    "we went to Hull on friday.‖ it rained.‖ did Ann tell you?‖ nope, not a word.‖ Lund neither.",
    "so I rang Lund and he said \"it is shut\".‖ it was a monday!‖ I went home then.‖ 3 hours wasted.‖ never again.",
    "anna: are we still on for the show on friday, or did they move it again\n‖bo: no idea\n‖anna: i will ring them in the morning then",
    "[11:02] Holt: the pump at the upper lock is out, so take the other road\n‖[11:05] Lund: will do.‖ on my way",
    // Other line ends.
    "Notes of the club\r‖The hut needs paint.\r‖Ann will call Lund on Monday\r‖Next meeting on 4 May",
    // German.
    "Am 3. Mai traf sich der Verein in der 2. Halle.‖ Es kamen ca. 40 Leute bzw. Gäste, z. B. Frau Dr. Holt.‖ »Das reicht nicht.«‖ Der Wirt lachte.",
    "Die Kosten stiegen auf 3,5 Mio. Euro.‖ Das war im Jahr 1998.‖ König Karl II. Rex starb am 1. Jan. in Ulm.‖ Er war nicht alt.",
    "„Geh nicht!“, rief sie.‖ „Warum denn nicht?“‖ Er ging trotzdem, u. a. wegen Nr. 5 auf der Liste.‖ Das war alles.",
    "Vgl. Abb. 3 und Kap. 2 ff. des Berichts.‖ Der 19. Band fehlt seit dem 2. 3. 1999.‖ Wer hat ihn?",
    "Siehe dazu S. 12.‖ »Ja«, sagte sie.‖ Der Anruf geht an 0711 / 45.‖ Dann ist die Leitung frei.",
    // Polish, Swedish.
    "Pociąg przyjechał o godz. 7 rano, tj. za wcześnie.‖ Mieszka przy ul. Krótkiej 3 i nie ma go tu.‖ Kto to jest?",
    "Tåget kom kl. 7 på morgonen, dvs. för tidigt.‖ Det var inte bra.‖ Vem är det?",
    // French, Spanish, Italian, Portuguese, Dutch, Russian.
    "M. Holt et Mme Lund sont arrivés à 9 h.‖ « Est-ce fini ? » a demandé le maire.‖ « Non ! »‖ Il est parti, cf. p. 12 du rapport.",
    "El Sr. Holt y la Dra. Lund llegaron tarde, p. ej. a las 9 a. m. del lunes.‖ ¿Quién paga?‖ ¡Nadie!‖ Vive en EE. UU. desde 2001.",
    "Il sig. Holt e il dott. Lund sono arrivati alle 9.‖ Costa ca. 3 euro, cfr. pag. 4.‖ Chi paga?‖ Nessuno.",
    "L'avv. Holt, l'ing. Lund ecc. sono arrivati tardi.‖ C'era anche il prof. Bo, ecc.‖ L'acqua era fredda.",
    "O Sr. Holt e a Dra. Lund chegaram tarde à Av. Central.‖ Quem paga?‖ Ninguém, ver pág. 3.‖ Isso foi em 2001.",
    "Dhr. Holt en mevr. Lund kwamen om 9 uur, d.w.z. te laat.‖ Het kost ca. 3 mln. euro, zie blz. 4.‖ Wie betaalt dat?‖ Niemand.",
    "Он родился в 1950 г. в Москве, т. е. давно.‖ Дом стоил 3 млн. рублей.‖ «Кто это?» — спросил он.‖ Никто.",
    // Chinese and Japanese.
    "他问：“你去吗？”‖我说不去。‖“不行！”他说。‖好吧！‖走吧。",
    "彼は「行こう！」と言った。‖雨だった。‖「本当？」‖彼女は笑った。",
    "真的吗?‖是的!‖好。",
    "他们在河边等了很久……‖船没有来。‖我……我不知道。",
    // No text.
    "   \n\t ",
    "🙂 🙃",
    "...",
];

fn split(text: &str) -> Vec<&str> {
    sentences(text).into_iter().map(|span| &text[span]).collect()
}

#[test]
fn hard_cases() {
    assert!(CASES.len() >= 80, "{}", CASES.len());
    let mut wrong = String::new();
    for case in CASES {
        let expected: Vec<&str> =
            case.split('‖').map(|part| part.trim_matches(is_white)).filter(|p| !p.is_empty()).collect();
        let text = case.replace('‖', "");
        let found = split(&text);
        if found != expected {
            wrong += &format!("{text:?}\n  expected {expected:?}\n  found    {found:?}\n");
        }
    }
    assert!(wrong.is_empty(), "\n{wrong}");
}

#[test]
fn text_without_marks_is_cut() {
    let text = "word ".repeat(1_000);
    let document = Document::read(&text);
    assert_eq!(document.sentences.len(), 17);
    assert!(document.sentences.iter().all(|sentence| sentence.words.len() <= LONGEST_SPEECH));
    let endings: Vec<_> = document.sentences.iter().map(|sentence| sentence.ending).collect();
    assert!(
        endings[..16].iter().all(|ending| *ending == SentenceEnding::Cut) && endings[16] == SentenceEnding::Complete
    );
    let text = "one two three four five, ".repeat(60);
    assert!(split(&text).iter().all(|sentence| sentence.ends_with(',')));
}

#[test]
fn speech_is_cut_between_clauses() {
    let speech = "so on sunday we took the boat out and the wind was good and my uncle said that he had never seen such a sky and we \
                  ate what we had and then we swam and the water was cold because it was only may but nobody minded and when we \
                  came back the lamp on the pier was lit and my aunt stood there and waved and she had made soup for all of us ";
    for sentence in split(&speech.repeat(4)) {
        assert!(sentence.split(' ').count() <= LONGEST_SPEECH, "{sentence}");
        assert!(sentence.split(' ').count() >= 8, "{sentence}");
        let last = sentence.rsplit(' ').next().unwrap();
        assert!(!["the", "and", "of", "a", "to", "was", "that", "so", "because"].contains(&last), "{sentence}");
    }
}

#[test]
fn a_document_knows_its_language() {
    assert_eq!(Document::read("Der Rat hat am 3. Mai getagt, und es war sehr spät.").language, LanguageGuess::German);
    assert_eq!(Document::read("The council met on 3 May, and it was very late.").language, LanguageGuess::English);
    assert_eq!(Document::read("12 + 5").language, LanguageGuess::Unknown);
}

/// Twice the text, about twice the time, whatever is in it; the bound is generous, as test machines are busy.
#[test]
fn a_hundred_thousand_words_take_no_time() {
    for part in [
        "The quick (brown) fox said: “No.” ",
        "and so it went on to the end ",
        "it.[1] ",
        "ok :) ",
        "Yo! is ",
        "1. a 2. b ",
        "《我！》",
        "a.b.c ",
        "\"\"\"",
        "word\n",
        "1. ",
        "a.B",
        "( . . . ",
    ] {
        let text = part.repeat(600_000 / part.len());
        let start = std::time::Instant::now();
        let document = Document::read(&text);
        assert!(!document.sentences.is_empty());
        assert!(start.elapsed().as_secs() < 10, "{part:?} took {:?}", start.elapsed());
    }
}

fn check(text: &str) -> Result<(), TestCaseError> {
    let document = Document::read(text);
    let (mut end, mut word) = (0, 0);
    for sentence in &document.sentences {
        prop_assert!(sentence.span.start >= end && sentence.span.end > sentence.span.start);
        prop_assert!(text[end..sentence.span.start].chars().all(is_white));
        let inside = &text[sentence.span.clone()];
        prop_assert_eq!(inside.trim_matches(is_white), inside);
        prop_assert_eq!(sentence.words.start, word);
        prop_assert!(sentence.words.len() <= LONGEST_SENTENCE);
        (end, word) = (sentence.span.end, sentence.words.end);
    }
    prop_assert_eq!(word, document.words.len());
    prop_assert!(text[end..].chars().all(is_white));
    Ok(())
}

proptest! {
    #[test]
    fn spans_are_valid_and_cover_what_shows(text in "(?s).{0,300}") {
        check(&text)?;
    }

    #[test]
    fn so_they_do_in_likely_text(text in r#"([A-Za-z]{1,4}|[0-9]|Mr\.|[.!?"“”'()…。-]|\.\.\.|[ \n]){0,60}"#) {
        check(&text)?;
    }
}
