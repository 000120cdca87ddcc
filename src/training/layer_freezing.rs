//! Which layer group a parameter belongs to, and the freezing of groups.

use std::collections::HashMap;

use burn::{
    module::{Flag, Module, ModuleMapper, ModuleVisitor, Param},
    tensor::Tensor,
};

use super::{LayerGroup, LayerGroups};

/// The parts that a model's parameters and flags belong to, by path: those that train where nothing is frozen.
pub(super) fn parts<M: LayerGroups>(model: &M) -> HashMap<String, LayerGroup> {
    let mut parts = LayerGroupCollector { model, path: Vec::new(), found: HashMap::new() };
    model.visit(&mut parts);
    parts.found
}

struct LayerGroupCollector<'a, M> {
    model: &'a M,
    path: Vec<String>,
    found: HashMap<String, LayerGroup>,
}

impl<M: LayerGroups> LayerGroupCollector<'_, M> {
    fn put(&mut self) {
        let path = self.path.join(".");
        let part = self.model.part(&path);
        self.found.insert(path, part);
    }
}

impl<M: LayerGroups> ModuleVisitor for LayerGroupCollector<'_, M> {
    fn enter_module(&mut self, name: &str, _container: &str) {
        self.path.push(name.to_owned());
    }

    fn exit_module(&mut self, _name: &str, _container: &str) {
        self.path.pop();
    }

    fn visit_float<const D: usize>(&mut self, param: &Param<Tensor<D>>) {
        // Running statistics are visited too, and want no gradient.
        if param.is_require_grad() {
            self.put();
        }
    }

    fn visit_flag(&mut self, flag: &Param<Flag>) {
        if flag.is_enabled() {
            self.put();
        }
    }
}

/// Lets the parameters of some parts train and no other, and batch normalization and dropout with them.
pub(super) fn freeze<M: Module>(model: M, layers: &[LayerGroup], parts: &HashMap<String, LayerGroup>) -> M {
    model.map(&mut ParameterFreezer { layers, parts, path: Vec::new() })
}

struct ParameterFreezer<'a> {
    layers: &'a [LayerGroup],
    parts: &'a HashMap<String, LayerGroup>,
    path: Vec<String>,
}

impl ParameterFreezer<'_> {
    /// Whether what is at the path trains; none if it never does.
    fn trains(&self) -> Option<bool> {
        self.parts.get(&self.path.join(".")).map(|part| self.layers.contains(part))
    }
}

impl ModuleMapper for ParameterFreezer<'_> {
    fn enter_module(&mut self, name: &str, _container: &str) {
        self.path.push(name.to_owned());
    }

    fn exit_module(&mut self, _name: &str, _container: &str) {
        self.path.pop();
    }

    fn map_float<const D: usize>(&mut self, param: Param<Tensor<D>>) -> Param<Tensor<D>> {
        match self.trains() {
            Some(trains) => param.set_require_grad(trains),
            None => param,
        }
    }

    fn map_flag(&mut self, flag: Param<Flag>) -> Param<Flag> {
        match self.trains() {
            Some(trains) => flag.with_value(trains),
            None => flag,
        }
    }
}
