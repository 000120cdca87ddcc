//! Gradients as a whole: their norms by layer, and clipping by the norm of all of them together.

use burn::{
    module::{Module, ModuleVisitor, Param},
    optim::GradientsParams,
    tensor::Tensor,
};

/// The sum of the squared gradients of each layer, still on the device, `[1]` each; a layer is what a parameter's path names before
/// its last dot.
pub fn squares<M: Module>(model: &M, gradients: &GradientsParams) -> Vec<(String, Tensor<1>)> {
    let mut squares = GradientNormVisitor { gradients, path: Vec::new(), layers: Vec::new() };
    model.visit(&mut squares);
    squares.layers
}

/// Scales all gradients so that their norm together is at most `limit`. Nothing is read from the device.
pub fn clip<M: Module>(
    model: &M,
    gradients: GradientsParams,
    squares: &[(String, Tensor<1>)],
    limit: f32,
) -> GradientsParams {
    let Some(sum) = squares.iter().map(|(_, square)| square.clone()).reduce(|sum, square| sum + square) else {
        return gradients;
    };
    let scale = ((sum.sqrt() + 1e-6).recip() * limit).clamp_max(1.0); // [1]
    let mut scaler = GradientScaler { gradients, scale, scaled: GradientsParams::new() };
    model.visit(&mut scaler);
    scaler.scaled
}

struct GradientNormVisitor<'a> {
    gradients: &'a GradientsParams,
    path: Vec<String>,
    layers: Vec<(String, Tensor<1>)>,
}

impl ModuleVisitor for GradientNormVisitor<'_> {
    fn enter_module(&mut self, name: &str, _container: &str) {
        self.path.push(name.to_owned());
    }

    fn exit_module(&mut self, _name: &str, _container: &str) {
        self.path.pop();
    }

    fn visit_float<const D: usize>(&mut self, param: &Param<Tensor<D>>) {
        let Some(gradient) = self.gradients.get::<D>(param.id) else { return };
        let square = gradient.square().sum();
        let layer = self.path[..self.path.len().saturating_sub(1)].join(".");
        match self.layers.last_mut() {
            Some((last, sum)) if *last == layer => *sum = sum.clone() + square,
            _ => self.layers.push((layer, square)),
        }
    }
}

struct GradientScaler {
    gradients: GradientsParams,
    scale: Tensor<1>,
    scaled: GradientsParams,
}

impl ModuleVisitor for GradientScaler {
    fn visit_float<const D: usize>(&mut self, param: &Param<Tensor<D>>) {
        if let Some(gradient) = self.gradients.remove::<D>(param.id) {
            self.scaled.register(param.id, gradient * self.scale.clone().reshape([1; D]));
        }
    }
}
