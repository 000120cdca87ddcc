//! The kinds of files that are told apart.

/// What a file is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum FileKind {
    /// No byte.
    Empty,
    /// Nothing but zeros, as a download leaves that made room for a file and did not come.
    Zeros,
    /// Safetensors of the size that their header says.
    Safetensors,
    /// Safetensors whose end is missing, or that are followed by something else. `expected` is not known where the header itself
    /// is cut off.
    SafetensorsOfOtherSize {
        /// The file's size.
        actual: u64,
        /// The size that the header says.
        expected: Option<u64>,
    },
    /// What `torch.save` writes: a zip archive with a pickle in it, or a pickle.
    PyTorch,
    /// Another Python pickle.
    Pickle,
    /// HDF5, as Keras's `.h5`.
    Hdf5,
    /// Keras's `.keras`: a zip archive with HDF5 in it.
    KerasArchive,
    /// An ONNX model.
    Onnx,
    /// A TensorFlow Lite model.
    TensorFlowLite,
    /// A TensorFlow SavedModel.
    SavedModel,
    /// A GGUF model.
    Gguf,
    /// One NumPy array, `.npy`.
    NumpyArray,
    /// Several NumPy arrays, `.npz`.
    NumpyArchive,
    /// What Git LFS keeps in the place of a large file.
    LfsPointer,
    /// HTML, with its title.
    WebPage(Option<String>),
    /// JSON, with its beginning.
    Json(String),
    /// XML, with its beginning.
    Xml(String),
    /// A gzip file.
    Gzip,
    /// Another packed file or archive, by its name.
    Archive(&'static str),
    /// PDF.
    Pdf,
    /// A word processor's document or another document that is no plain text, by its name.
    Document(&'static str),
    /// A picture, by its format.
    Picture(&'static str),
    /// Sound or film, by its format.
    Recording(&'static str),
    /// A program, by its format.
    Program(&'static str),
    /// An SQLite database.
    Database,
    /// Images in the format of MNIST's files.
    IdxImages,
    /// Labels in the format of MNIST's files.
    IdxLabels,
    /// Text, with its beginning.
    Text(String),
    /// Something else.
    Unknown,
}

/// What a file was given for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum FilePurpose {
    /// A model to import.
    Model,
    /// A text to summarize.
    Text,
    /// A data set of digits.
    Digits,
    /// A picture of a digit.
    Picture,
}
