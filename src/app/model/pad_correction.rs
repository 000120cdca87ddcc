//! What is on the pad, as a correction.

use crate::app::model::State;
use crate::app::model::pad_content::PadContent;
use crate::app::model::user_data::corrections::CorrectionData;
use crate::protocol::ClassifierInput;

impl State {
    /// What is on the pad, as a correction stores it.
    pub fn correction_input(&self) -> Option<ClassifierInput> {
        match &self.pad {
            PadContent::Drawing(drawing) if self.animated_sample.is_none() => {
                Some(ClassifierInput::Drawing((**drawing).clone()))
            }
            // A photo is large; the 28×28 image that the model saw is not.
            PadContent::Photo(_) => Some(ClassifierInput::Image(self.prediction.as_ref()?.result.image.clone())),
            _ => None,
        }
    }

    /// The label of the correction that has the same drawing, if there is one.
    pub fn correction_label(&self) -> Option<u8> {
        // Called at every stroke: mostly there are no corrections to search.
        self.user_data.corrections_for(self.classifier).next()?;
        let input = self.correction_input()?;
        self.user_data.corrections_for(self.classifier).find_map(|one| match &one.sample {
            CorrectionData::Digit(sample) if sample.input == input => Some(sample.label),
            _ => None,
        })
    }
}
