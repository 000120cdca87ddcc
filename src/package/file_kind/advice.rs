//! What a kind of file is called, and what to do with one that was given for something else.

use super::kind::{FileKind, FilePurpose};

/// How weights become a file that is read here.
const SAVE_FROM_TORCH: &str = "save it with safetensors.torch.save_file(model.state_dict(), \"model.safetensors\")";
const DOWNLOAD_AGAIN: &str = "download the file again";

impl FileKind {
    /// What it is, to follow "this is".
    pub fn name(&self) -> String {
        let fixed = match self {
            Self::Empty => "an empty file",
            Self::Zeros => "a file that contains only zeros, like an unfinished download",
            Self::Safetensors => "a safetensors file",
            Self::SafetensorsOfOtherSize { actual, expected: None } => {
                return format!(
                    "only the beginning of a safetensors file: it has {} bytes and ends within its header, so the rest is missing",
                    thousands(*actual)
                );
            }
            Self::SafetensorsOfOtherSize { actual, expected: Some(expected) } if actual < expected => {
                return format!(
                    "an incomplete safetensors file: it has {} of {} bytes",
                    thousands(*actual),
                    thousands(*expected)
                );
            }
            Self::SafetensorsOfOtherSize { actual, expected: Some(expected) } => {
                return format!(
                    "a safetensors file with extra data at its end: it has {} bytes, but its header says {}",
                    thousands(*actual),
                    thousands(*expected)
                );
            }
            Self::PyTorch => "PyTorch's own format (.pt or .pth, a zip archive or pickle)",
            Self::Pickle => "a Python pickle",
            Self::Hdf5 => "an HDF5 file, as Keras saves a model (.h5)",
            Self::KerasArchive => "a model as Keras saves it (.keras)",
            Self::Onnx => "an ONNX model",
            Self::TensorFlowLite => "a TensorFlow Lite model",
            Self::SavedModel => "a TensorFlow SavedModel",
            Self::Gguf => "a GGUF model",
            Self::NumpyArray => "a NumPy array (.npy)",
            Self::NumpyArchive => "an archive of NumPy arrays (.npz)",
            Self::LfsPointer => "a Git LFS pointer instead of the file itself",
            Self::WebPage(Some(title)) => return format!("a web page (“{title}”)"),
            Self::WebPage(None) => "a web page",
            Self::Json(start) if start.contains("\"weight_map\"") => {
                "the index of a model in several files, not a model"
            }
            Self::Json(start) => return format!("a JSON file ({start})"),
            Self::Xml(start) => return format!("an XML file ({start})"),
            Self::Gzip => "a gzip file",
            Self::Pdf => "a PDF document",
            Self::Archive(name) | Self::Document(name) => name,
            Self::Picture(format) => return format!("a picture ({format})"),
            Self::Recording(format) => return format!("a recording ({format})"),
            Self::Program(format) => return format!("a program ({format})"),
            Self::Database => "an SQLite database",
            Self::IdxImages => "an idx file of images, as MNIST's",
            Self::IdxLabels => "an idx file of labels, as MNIST's",
            Self::Text(start) if start.is_empty() => "a text file that contains only spaces",
            Self::Text(start) => return format!("a text file (“{start}”)"),
            Self::Unknown => "a file of an unknown kind",
        };
        fixed.to_owned()
    }

    /// What to do about it, given what it was wanted for.
    pub fn advice(&self, purpose: FilePurpose) -> String {
        match (self, purpose) {
            (Self::LfsPointer, _) => "run git lfs pull where it came from and use the file that it downloads".to_owned(),
            (Self::WebPage(_), FilePurpose::Model | FilePurpose::Digits | FilePurpose::Picture) => {
                "the download returned a web page instead of the file; open its address in a browser and download the file itself"
                    .to_owned()
            }
            (_, FilePurpose::Model) => self.advice_for_model(),
            (_, FilePurpose::Text) => self.advice_for_text().to_owned(),
            (_, FilePurpose::Digits) => self.advice_for_digits().to_owned(),
            (Self::Empty | Self::Zeros, FilePurpose::Picture) => DOWNLOAD_AGAIN.to_owned(),
            (_, FilePurpose::Picture) => "give a picture in PNG or JPEG".to_owned(),
        }
    }

    /// What it is and what to do about it, to follow "this is".
    pub fn description(&self, purpose: FilePurpose) -> String {
        format!("{}; {}", self.name(), self.advice(purpose))
    }

    fn advice_for_model(&self) -> String {
        match self {
            Self::Empty | Self::Zeros | Self::SafetensorsOfOtherSize { .. } => DOWNLOAD_AGAIN.to_owned(),
            Self::PyTorch => SAVE_FROM_TORCH.to_owned(),
            Self::Pickle => format!("if it holds a model of PyTorch's, load it and {SAVE_FROM_TORCH}"),
            Self::Hdf5 | Self::KerasArchive | Self::TensorFlowLite | Self::SavedModel => {
                "load the model in Keras, and save its weights with safetensors.numpy.save_file({weight.path: \
                 weight.numpy() for weight in model.weights}, \"model.safetensors\")"
                    .to_owned()
            }
            Self::Onnx => "use the weights of the model that it was exported from and save them with \
                           safetensors.torch.save_file or safetensors.numpy.save_file"
                .to_owned(),
            Self::NumpyArray | Self::NumpyArchive => {
                "save all arrays of the model with safetensors.numpy.save_file(dict(numpy.load(FILE)), \
                 \"model.safetensors\")"
                    .to_owned()
            }
            Self::Json(start) if start.contains("\"weight_map\"") => {
                "use the file with the weights; a model in several files is too large for this page".to_owned()
            }
            Self::Json(_) | Self::Xml(_) => {
                "if you downloaded it, this is the server's error message; download the file again".to_owned()
            }
            Self::Gzip | Self::Archive(_) => "unpack it and use the .safetensors file inside".to_owned(),
            _ => "use a .safetensors file that this page exported or safetensors.torch.save_file wrote".to_owned(),
        }
    }

    fn advice_for_text(&self) -> &'static str {
        match self {
            Self::Pdf => "copy its text into a text file (pdftotext does it), and give that",
            Self::Document(_) => "save it as plain text (.txt), and give that",
            Self::Gzip | Self::Archive(_) => "unpack it, and give the text file in it",
            Self::Picture(_) => "give a text file; `inkling classify` reads a digit in a picture",
            _ => "give a text file",
        }
    }

    fn advice_for_digits(&self) -> &'static str {
        match self {
            Self::Empty | Self::Zeros => DOWNLOAD_AGAIN,
            Self::IdxLabels => "give the file of images, with that of labels beside it",
            Self::IdxImages => "this should be the file of labels",
            Self::Archive(_) => "unpack it, and give the idx files in it",
            _ => "give an idx file as MNIST has it, packed with gzip or not",
        }
    }
}

/// A number with its thousands set apart.
fn thousands(number: u64) -> String {
    let digits = number.to_string();
    let groups: Vec<&str> =
        digits.as_bytes().rchunks(3).rev().map(|group| std::str::from_utf8(group).unwrap_or_default()).collect();
    groups.join(",")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn thousands_are_set_apart() {
        assert_eq!([0, 999, 1_388_412].map(thousands), ["0", "999", "1,388,412"]);
    }
}
