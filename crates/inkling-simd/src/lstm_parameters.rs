//! What an LSTM is packed from.

/// What numbers an LSTM's products are computed in.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum Precision {
    /// Floats: what is trained with, and what all tests against PyTorch hold.
    #[default]
    Float32,
    /// 16-bit integers, with sums in 32 bits: twice as fast, states off by less than 1e-4. For inference alone, where a model's own
    /// self-test holds with it.
    Integer16,
}

/// The weights of one direction as they lie in a package: PyTorch's gates and layouts.
#[derive(Clone, Copy, Debug)]
pub struct LstmParameters<'a> {
    /// `[4 × hidden, features]`
    pub weight_ih: &'a [f32],
    /// `[4 × hidden, hidden]`
    pub weight_hh: &'a [f32],
    /// `[4 × hidden]`
    pub bias_ih: &'a [f32],
    /// `[4 × hidden]`
    pub bias_hh: &'a [f32],
}
