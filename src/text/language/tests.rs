//! Short texts of every language, and what must stay unknown.

use super::*;

#[test]
fn languages_are_told_apart() {
    use LanguageGuess as L;
    for (language, text) in [
        (L::English, "The council decided on Monday that the ferry will run again."),
        (L::English, "london -lrb- cnn -rrb- -- the council said monday it would n't pay for the ferry ."),
        (L::English, "NO FERRY WILL RUN AFTER 4 P.M. ON SUNDAY."),
        (L::English, "did u see the game last night? it was so good"),
        (L::English, "Storm sinks ferry in Dover after months of warnings"),
        (L::English, "Le Monde says that the Bürgermeister of Köln will not be at the Café de Flore."),
        (L::English, "A couple of weeks later we met again, and Ted was late."),
        (L::German, "Der Rat hat am Montag beschlossen, dass die Fähre wieder fährt."),
        (L::German, "Sie kostet ca. 600 Millionen Euro bzw. 7.500 Euro je Fahrt."),
        (L::German, "die faehre faehrt wieder und das ist auch gut so"),
        (L::French, "Le conseil a décidé lundi que le bac reprendrait du service."),
        (L::Spanish, "El consejo decidió el lunes que el transbordador volverá a funcionar."),
        (L::Italian, "Il consiglio ha deciso lunedì che il traghetto tornerà in servizio."),
        (L::Portuguese, "O conselho decidiu na segunda-feira que a balsa voltará a funcionar e não será mais cara."),
        (L::Dutch, "De raad heeft maandag besloten dat het veer weer gaat varen."),
        (L::Swedish, "Rådet beslutade på måndagen att färjan ska gå igen."),
        (L::Danish, "Rådet besluttede mandag, at færgen skal sejle igen, og det er ikke dyrt."),
        (L::Polish, "Rada postanowiła w poniedziałek, że prom będzie znowu kursował i nie jest to nic nowego."),
        (L::Russian, "Совет решил в понедельник, что паром снова будет ходить."),
        (L::Ukrainian, "Рада вирішила в понеділок, що пором знову їздитиме."),
        (L::Greek, "Το συμβούλιο αποφάσισε τη Δευτέρα."),
        (L::Arabic, "قرر المجلس يوم الاثنين إعادة تشغيل العبارة."),
        (L::Persian, "شورا تصمیم گرفت که کشتی گذر پل دوباره کار کند."),
        (L::Hebrew, "המועצה החליטה ביום שני שהמעבורת תחזור לפעול."),
        (L::Hindi, "परिषद ने सोमवार को नौका फिर चलाने का फैसला किया।"),
        (L::Thai, "สภาตัดสินใจเมื่อวันจันทร์ว่าเรือข้ามฟากจะกลับมา"),
        (L::Korean, "의회는 월요일에 나룻배를 다시 운항하기로 했다."),
        (L::Chinese, "镇议会周一决定重开旧渡口。"),
        (L::Japanese, "町議会は月曜日に渡し船の再開を決めた。"),
    ] {
        assert_eq!(guess_language(text), language, "{text}");
        assert!(language.name().is_some());
        let long = format!("{text}\n").repeat(3_000);
        assert_eq!(guess_language(&long), language, "{text}");
    }
}

#[test]
fn some_texts_have_no_language() {
    for text in [
        "",
        "One word",
        "12 345 6.7 8 9 10 11 12 -- 13",
        "🙂 🙃",
        "Nora Pell Theo Lorne Ines Varga Kofi Brandt",
        "fn main() { let x = vec![1, 2]; for i in &x { println!(\"{}\", i); } if x.is_empty() { return; } }",
        "if (a == b) { return this.get(x); } else { for (var i = 0; i < n; i++) { f(i); } }",
        "zxcv qwer asdf uiop hjkl bnm tyui",
    ] {
        assert_eq!(guess_language(text), LanguageGuess::Unknown, "{text}");
    }
    assert_eq!(LanguageGuess::Unknown.name(), None);
    // One word of another language is no evidence.
    assert_ne!(guess_language("We met a couple of weeks later, Ted was late."), LanguageGuess::Dutch);
}
