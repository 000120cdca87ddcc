//! Hook for CSS variables of an element: the length of a bar, the strength of a color.

use web_sys::HtmlElement;
use yew::prelude::*;

/// Refers to the element that has these CSS variables, each with its name and value. They are set through the element's style object:
/// the policy of the page forbids `style` attributes.
#[hook]
pub fn use_css_variables<const N: usize>(variables: [(&'static str, String); N]) -> NodeRef {
    let element = use_node_ref();
    let place = element.clone();
    use_effect_with(variables, move |variables| {
        let Some(element) = place.cast::<HtmlElement>() else { return };
        for (name, value) in variables {
            // Without it the element has what its style sheet says.
            let _ = element.style().set_property(name, value);
        }
    });
    element
}
