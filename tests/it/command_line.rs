//! The command line as a shell uses it: pipes that close, disks that are full, texts in other encodings, files that are something else.

use std::{
    io::{BufRead, BufReader, Write},
    process::{Command, ExitStatus, Stdio},
};

const TEXT: &str = "The café on the quay – “Zum Anker” – reopens on Saturday. It was closed for six years. The council’s loan helped. \
                    Its owner says that 400 people a day will come, and that the coffee costs no more than before.\n";

/// What a run of the command line left.
struct Finished {
    status: ExitStatus,
    output: String,
    errors: String,
}

fn inkling(arguments: &[&str]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_inkling"));
    // A backtrace is for those who write this, never for those who use it.
    command.current_dir(env!("CARGO_MANIFEST_DIR")).args(arguments).env("RUST_BACKTRACE", "1");
    command
}

fn finished(command: &mut Command) -> Finished {
    let output = command.output().unwrap();
    let text = |bytes: Vec<u8>| String::from_utf8(bytes).unwrap();
    Finished { status: output.status, output: text(output.stdout), errors: text(output.stderr) }
}

/// A summary of some bytes on standard input.
fn summarized(bytes: &[u8]) -> Finished {
    let mut command = inkling(&["summarize"]);
    let command = command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
    let mut child = command.spawn().unwrap();
    // It may refuse the text before it has read all of it.
    let _ = child.stdin.take().unwrap().write_all(bytes);
    let output = child.wait_with_output().unwrap();
    let text = |bytes: Vec<u8>| String::from_utf8(bytes).unwrap();
    Finished { status: output.status, output: text(output.stdout), errors: text(output.stderr) }
}

/// Fails unless a run ended in one sentence on standard error.
fn refused(run: &Finished, sentence: &str) {
    assert_eq!(run.status.code(), Some(1), "{}", run.errors);
    assert_eq!(run.output, "");
    assert!(run.errors.starts_with("Error: ") && run.errors.contains(sentence), "{}", run.errors);
    assert_eq!(run.errors.trim_end().lines().count(), 1, "{}", run.errors);
}

#[test]
fn a_closed_pipe_is_the_end_and_no_failure() {
    let mut command = inkling(&["inspect", "digits"]);
    let mut child = command.stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
    let mut line = String::new();
    // As `| head -1` does.
    BufReader::with_capacity(16, child.stdout.take().unwrap()).read_line(&mut line).unwrap();
    assert!(line.starts_with("digits "), "{line}");
    let output = child.wait_with_output().unwrap();
    assert!(output.status.success(), "{:?}", output.status);
    assert_eq!(String::from_utf8(output.stderr).unwrap(), "");

    let mut command = inkling(&["summarize", "README.md"]);
    let mut child = command.stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
    drop(child.stdout.take());
    let output = child.wait_with_output().unwrap();
    assert!(output.status.success() && output.stderr.is_empty(), "{output:?}");
}

#[test]
#[cfg(target_os = "linux")]
fn a_full_disk_is_a_failure_with_a_sentence() {
    for arguments in [&["inspect", "digits"][..], &["summarize", "README.md"], &["--help"]] {
        let full = std::fs::OpenOptions::new().write(true).open("/dev/full").unwrap();
        let run = finished(inkling(arguments).stdout(full));
        assert_eq!(run.status.code(), Some(1), "{arguments:?}");
        assert!(run.errors.contains("standard output cannot be written"), "{arguments:?}: {}", run.errors);
        assert!(!run.errors.contains("panicked") && run.errors.lines().count() == 1, "{}", run.errors);
    }
}

#[test]
fn nothing_on_standard_input_is_a_sentence() {
    for nothing in ["", " \n\t\n", "\u{feff}"] {
        refused(&summarized(nothing.as_bytes()), "no words");
    }
}

#[test]
fn texts_are_read_in_each_encoding() {
    let plain = summarized(TEXT.as_bytes());
    assert!(plain.status.success() && plain.output.contains("café"), "{} {}", plain.output, plain.errors);
    let utf16: Vec<u8> = format!("\u{feff}{TEXT}").encode_utf16().flat_map(u16::to_le_bytes).collect();
    let with_mark = format!("\u{feff}{TEXT}").into_bytes();
    for bytes in [utf16, with_mark] {
        let run = summarized(&bytes);
        assert_eq!((run.output.as_str(), run.errors.as_str()), (plain.output.as_str(), ""));
    }
    // Windows-1252 has these characters at these places.
    let byte = |c: char| match c {
        '–' => 0x96,
        '“' => 0x93,
        '”' => 0x94,
        '’' => 0x92,
        c => u8::try_from(u32::from(c)).unwrap(),
    };
    let run = summarized(&TEXT.chars().map(byte).collect::<Vec<u8>>());
    assert_eq!(run.output, plain.output);
    assert!(run.errors.contains("Windows-1252"), "{}", run.errors);
    let broken: Vec<u8> = [TEXT.as_bytes(), b"s\xffx"].concat();
    refused(&summarized(&broken), &format!("not UTF-8, byte {} ", TEXT.len() + 1));
}

#[test]
fn files_that_are_no_text_are_named() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("report.txt");
    for (bytes, sentence) in [
        (&b"%PDF-1.4\n%\xe2\xe3\xcf\xd3\n1 0 obj\n"[..], "it is a PDF document; copy its text"),
        (b"PK\x03\x04\x14\0\0\0\0\0word/document.xml", "it is a Word document; save it as plain text"),
        (b"\x1f\x8b\x08\0\0\0\0\0\0\x03", "it is a gzip file; unpack it"),
        (b"\x7fELF\x02\x01\x01\0", "it is a program (ELF); give a text file"),
    ] {
        std::fs::write(&path, bytes).unwrap();
        let run = finished(&mut inkling(&["summarize", path.to_str().unwrap()]));
        refused(&run, sentence);
        assert!(run.errors.contains("report.txt"), "{}", run.errors);
    }
    refused(&finished(&mut inkling(&["summarize", folder.path().to_str().unwrap()])), "is a folder; give a text file");
}

#[test]
fn files_that_are_no_model_are_named_and_leave_nothing() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("model.safetensors");
    let out = folder.path().join("out");
    let whole =
        std::fs::read(concat!(env!("CARGO_MANIFEST_DIR"), "/models/digits/seed-cnn/weights.safetensors")).unwrap();
    for (bytes, sentence) in [
        (&b"PK\x03\x04\0\0\0\0archive/data.pkl"[..], "safetensors.torch.save_file"),
        (b"version https://git-lfs.github.com/spec/v1\noid sha256:00\n", "run git lfs pull"),
        (b"<!doctype html>\n<html><title>404: Not Found</title></html>", "a web page (“404: Not Found”)"),
        (&whole[..whole.len() / 2], "it has 694,206 of 1,388,412 bytes"),
        (b"", "an empty file; download the file again"),
    ] {
        std::fs::write(&path, bytes).unwrap();
        let (path, out) = (path.to_str().unwrap(), out.to_str().unwrap());
        refused(&finished(&mut inkling(&["import", path, "--name", "mine", "--out", out])), sentence);
        assert!(!folder.path().join("out/mine/model.json").exists());
    }
}

#[test]
fn a_summary_is_as_short_as_was_asked_and_says_why() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("text.txt");
    let sentence = "However, the council, which met on Monday, voted to close the old bridge to cars.";
    std::fs::write(&path, format!("{sentence} Boats pass under the bridge every day.\n")).unwrap();
    let path = path.to_str().unwrap();
    let run = |arguments: &[&str]| finished(&mut inkling(&[&["summarize"], arguments, &[path]].concat()));
    // What was printed before there was a choice.
    let usual = run(&[]);
    assert!(usual.status.success(), "{}", usual.errors);
    assert_eq!(run(&["--shortness", "50"]).output, usual.output);
    let whole = run(&["--shortness", "0"]).output;
    assert_eq!(whole.lines().next(), Some(sentence));
    let shortest = run(&["--shortness", "100"]).output;
    assert!(shortest.starts_with("The council voted to close the old bridge to cars.\n"), "{shortest}");
    for wrong in ["101", "-1", "nan", "short"] {
        let refused = run(&[&format!("--shortness={wrong}")]);
        assert_eq!(refused.status.code(), Some(2));
        assert!(refused.errors.contains("Give a number from 0"), "{}", refused.errors);
    }
    let told: serde_json::Value = serde_json::from_str(&run(&["--shortness", "100", "--json"]).output).unwrap();
    let line = &told["lines"][0];
    assert_eq!((&told["shortness"], &line["whole"]["text"]), (&100.into(), &sentence.into()));
    assert_eq!((&line["reason"]["place"], &line["reason"]["sentences"]), (&1.into(), &2.into()));
    assert!(told["lines"][1].get("whole").is_none());
    assert_eq!(told["lines"][1]["reason"]["repeatedWords"], serde_json::json!(["bridge"]));
}
