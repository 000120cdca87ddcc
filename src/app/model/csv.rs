//! Tables as comma-separated values (RFC 4180).

/// A table as a file: a row a line.
pub fn to_csv(rows: &[Vec<String>]) -> String {
    rows.iter().map(|row| row.iter().map(|cell| field(cell)).collect::<Vec<_>>().join(",") + "\r\n").collect()
}

/// A cell, in quotes where it needs them.
fn field(cell: &str) -> String {
    match cell.contains([',', '"', '\n', '\r']) {
        true => format!("\"{}\"", cell.replace('"', "\"\"")),
        false => cell.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn cells_with_commas_and_quotes_are_quoted() {
        let rows = [vec!["images".into(), "6,000".into()], vec!["a \"b\"".into(), String::new()]];
        assert_eq!(to_csv(&rows), "images,\"6,000\"\r\n\"a \"\"b\"\"\",\r\n");
    }
}
