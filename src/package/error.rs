//! Why a package is refused.

/// Why a package is refused. Nothing of a refused package has reached a device.
#[derive(Clone, Debug, PartialEq, thiserror::Error)]
pub enum PackageError {
    /// A manifest or catalogue is no JSON of the right form.
    #[error("{file} cannot be read: {reason}")]
    Json {
        /// Which file.
        file: &'static str,
        /// What the parser said.
        reason: String,
    },
    /// The manifest is of a later format.
    #[error("the manifest has format {found}; this version of Inkling reads format {known}")]
    Format {
        /// The manifest's.
        found: u32,
        /// The one that is known.
        known: u32,
    },
    /// The manifest is of a model that does something else.
    #[error("the package is a model for {found}, not for {expected}")]
    Task {
        /// What it is for.
        found: String,
        /// What was looked for.
        expected: &'static str,
    },
    /// A vocabulary or a list of words is none.
    #[error("{file} cannot be read: {reason}")]
    Words {
        /// Which file.
        file: &'static str,
        /// What is wrong with it.
        reason: String,
    },
    /// The architecture makes no network.
    #[error("the architecture is impossible: {0}")]
    Architecture(String),
    /// The manifest lists no such file.
    #[error("the manifest does not list {0}")]
    FileNotListed(&'static str),
    /// A name that could lead out of the package's folder.
    #[error("{0:?} is not a plain file name")]
    Name(String),
    /// A file is larger than any package of ours.
    #[error("{file} is {bytes} bytes long; up to {limit} are read")]
    TooLarge {
        /// Which file.
        file: String,
        /// Its size.
        bytes: u64,
        /// The largest that is read.
        limit: u64,
    },
    /// The manifest lists more files than any package of ours.
    #[error("the manifest lists {found} files; up to {limit} are read")]
    TooManyFiles {
        /// How many it lists.
        found: usize,
        /// The most that are read.
        limit: usize,
    },
    /// The manifest speaks of more parameters than a file of a package can hold.
    #[error("the manifest names {found} parameters; up to {limit} are read")]
    Parameters {
        /// The manifest's.
        found: u64,
        /// The most that are read.
        limit: u64,
    },
    /// A file has not the size that the manifest says.
    #[error("{file} should be {expected} bytes long but is {actual}")]
    Size {
        /// Which file.
        file: String,
        /// By the manifest.
        expected: u64,
        /// What came.
        actual: u64,
    },
    /// A file has not the SHA-256 that the manifest says.
    #[error("{file} does not match its checksum")]
    Checksum {
        /// Which file.
        file: String,
    },
    /// A file holds weights, but does not say whose.
    #[error("the file has no manifest, which would say which model the weights are for")]
    NoManifest,
    /// The file is something else than a package or weights, and what it is can be told.
    #[error("this is {0}")]
    OtherFile(String),
    /// The weights are no safetensors.
    #[error("this is not a model file that Inkling can read ({0}); save the weights with safetensors.torch.save_file")]
    Safetensors(String),
    /// A tensor of the architecture is not in the file.
    #[error("the weights lack {0}")]
    MissingTensor(String),
    /// The file has a tensor that the architecture has not.
    #[error("the weights contain {0}, which the architecture does not have")]
    UnexpectedTensor(String),
    /// A tensor has another shape than the architecture's.
    #[error("{name} has the shape {actual:?}, but the architecture needs {expected:?}")]
    Shape {
        /// Which tensor.
        name: String,
        /// By the architecture, in PyTorch's layout.
        expected: Vec<usize>,
        /// In the file.
        actual: Vec<usize>,
    },
    /// A square tensor, where others of the file lie as PyTorch has them and others the other way round.
    #[error(
        "{name} is square and other layers of the file are stored both ways round, so its orientation is unclear; save all layers as PyTorch does, outputs first"
    )]
    EitherWayRound {
        /// Which tensor.
        name: String,
    },
    /// A batch normalization that cannot be folded, for it is not known what stands before it.
    #[error(
        "{0} is a batch normalization that does not directly follow a known layer; fuse it before you save the weights (torch.nn.utils.fusion.fuse_conv_bn_eval)"
    )]
    BatchNormalization(String),
    /// The weights say not whose they are, and their names do not tell.
    #[error("the weights ({0}) do not fit any known model, and there is no manifest that describes them")]
    Unrecognized(String),
    /// A model of texts came without its vocabulary or words, and nothing here has them.
    #[error("it needs a {file} that no model here has (SHA-256 {sha256})")]
    NoSuchFile {
        /// Which file.
        file: String,
        /// What its bytes should be, by the manifest.
        sha256: String,
    },
    /// Weights of texts came without a manifest, and there is no model of their task whose vocabulary they could be of.
    #[error("it is a model for {0}, and no model here has a vocabulary that it could use")]
    NoVocabulary(&'static str),
    /// Weights that are all finite make a network whose answers are not.
    #[error("its results are not numbers because its weights are too large")]
    AnswerNotFinite,
    /// A tensor's elements are no floating-point numbers, or of a type that is not read.
    #[error(
        "{name} has elements of type {element}; supported are F16 and F32, and without a manifest also BF16 and F64"
    )]
    ElementType {
        /// Which tensor.
        name: String,
        /// Its type.
        element: String,
    },
    /// A weight is infinite or no number.
    #[error("{name} contains a value that is not finite")]
    NotFinite {
        /// Which tensor.
        name: String,
    },
    /// The known answer has not the architecture's number of classes, or an image of another size.
    #[error("the self-test does not fit the architecture")]
    KnownAnswer,
    /// The catalogue has no such model.
    #[error("the catalogue has no model named {0:?}")]
    NoSuchModel(String),
}
