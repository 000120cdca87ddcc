//! The models: networks, training, fine-tuning and what their packages say of them.

pub mod digits;
pub mod lab;
pub mod summarizer;

/// Evaluates an expression for the models of a family: `$spec` stands for the type of their configuration, a
/// [`ModelSpec`](crate::package::ModelSpec). What is done with a package of any family is dispatched here and nowhere else.
#[macro_export]
macro_rules! with_spec {
    ($family:expr, $spec:ident => $body:expr) => {
        match $family {
            $crate::package::ModelFamily::Digits => {
                type $spec = $crate::models::digits::ConvNetConfig;
                $body
            }
            $crate::package::ModelFamily::Summarizer => {
                type $spec = $crate::models::summarizer::network::SummarizerConfig;
                $body
            }
            $crate::package::ModelFamily::Seq2Seq => {
                type $spec = $crate::models::summarizer::seq2seq::Seq2SeqConfig;
                $body
            }
        }
    };
}

pub use with_spec;
