//! Names of files, models and folders, which come from untrusted manifests.

use super::PackageError;

/// Whether a name is plain: letters, digits, `-`, `_` and inner dots, so that it cannot lead out of its folder.
///
/// # Errors
/// [`PackageError::Name`].
pub fn check_name(name: &str) -> Result<(), PackageError> {
    let plain = name.chars().all(|c| c.is_ascii_alphanumeric() || "-_.".contains(c));
    if plain && !name.is_empty() && !name.starts_with('.') && name.len() <= 64 {
        Ok(())
    } else {
        Err(PackageError::Name(name.to_owned()))
    }
}
