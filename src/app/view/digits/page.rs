//! The page that classifies drawings of a task.

use yew::prelude::*;

use super::game_panel::GamePanel;
use super::input_preview::InputPreview;
use super::layer_view::LayerView;
use super::pad::Pad;
use super::photo_input::PhotoButton;
use super::prediction::PredictionCard;
use super::sample_picker::SamplePicker;
use crate::app::messages::{digits, engines};
use crate::app::model::digit_game::DigitGame;
use crate::app::model::pad_content::PadContent;
use crate::app::model::prediction::PredictionStatus;
use crate::app::model::user_data::task::FineTuning;
use crate::app::model::{Action, State};
use crate::app::view::engines::engine_panel::EnginePanel;
use crate::app::view::engines::model_picker::ModelPicker;
use crate::app::view::fine_tuning::correction_buttons::CorrectionButtons;
use crate::app::view::fine_tuning::correction_list::CorrectionList;
use crate::app::view::fine_tuning::training_panel::TrainingPanel;
use crate::app::view::fine_tuning::version_list::VersionList;

/// The page that classifies drawings of the classifier's task.
pub fn classifier_page(state: &UseReducerHandle<State>) -> Html {
    let dispatch = state.dispatcher();
    let task = state.classifier;
    let learns = task.facts().fine_tuning == FineTuning::FromCorrections;
    let result = state.prediction.as_ref().map(|answer| &answer.result);
    let phase = state.prediction_status();
    let reader = AttrValue::from(match (&state.prediction, state.engine_selection.engine) {
        (None, None) => engines::loading_line(&state.cpu, state.model()),
        (prediction, _) => digits::prediction_source(prediction.as_deref(), &state.user_data, state.adapter()),
    });
    let fault = engines::selection_fault(&state.engine_selection.reason).map(AttrValue::from);
    let trouble = state.error.clone().map(AttrValue::from);
    let undo = on_click(&dispatch, Action::Undo);
    let redo = on_click(&dispatch, Action::Redo);
    let clear = on_click(&dispatch, Action::Clear);
    let pristine = state.pad == PadContent::Empty && state.animated_sample.is_none();

    html! {
        <>
            <div class="intro">
                <h1>{ format!("Draw {}", task.texts().one) }</h1>
                <p>{ "A small neural network reads it as you draw, right here on your device." }</p>
            </div>
            <div class="desk">
                <section class="card draw" aria-labelledby="draw-title">
                    <h2 id="draw-title" class="unseen">{ "The pad" }</h2>
                    <Pad
                        {task}
                        subject={state.pad.clone()}
                        empty={phase == PredictionStatus::Empty}
                        bounds={result.and_then(|result| result.found).map(|found| found.bounds)}
                        parts={result.map_or_else(Vec::new, |result| result.parts.iter().map(|part| part.bounds).collect::<Vec<_>>())}
                        color_scheme={state.color_scheme()}
                        dispatch={dispatch.clone()}
                    />
                    <div class="tools">
                        <button type="button" class="button" onclick={undo} disabled={state.undo_stack.is_empty()}>{ "Undo" }</button>
                        <button type="button" class="button" onclick={redo} disabled={state.redo_stack.is_empty()}>{ "Redo" }</button>
                        <button type="button" class="button" onclick={clear} disabled={pristine} data-next-focus="pad">{ "Clear" }</button>
                        <PhotoButton dispatch={dispatch.clone()} />
                    </div>
                    <p class="caption help" id="pad-help">
                        { "Draw with a mouse, finger or pen, or with the arrow keys and Space. " }<kbd>{ "Ctrl Z" }</kbd>{ " undoes, " }<kbd>{ "Ctrl Y" }</kbd>{ " redoes, " }<kbd>{ "Esc" }</kbd>
                        { " on the pad lifts the pen or clears. You can also drop or paste a picture." }
                    </p>
                </section>
                <div class="reading">
                    <PredictionCard
                        {task}
                        answer={state.prediction.clone()}
                        trouble={trouble.clone()}
                        {phase}
                        ready={state.engine_selection.engine.is_some()}
                        {reader}
                        {fault}
                    >
                        if learns && state.game != DigitGame::Off {
                            <GamePanel game={state.game.clone()} best={state.best_score} dispatch={dispatch.clone()} />
                        } else if learns {
                            <CorrectionButtons
                                ready={state.pad != PadContent::Empty && state.animated_sample.is_none() && result.is_some()}
                                guide={state.user_data.guided_digit}
                                kept={state.correction_label().or(state.user_data.saved_label)}
                                asked={state.user_data.guided_digit.map_or(0, |digit| state.user_data.digit_count(digit) + 1)}
                                dispatch={dispatch.clone()}
                            />
                        }
                    </PredictionCard>
                    <InputPreview {task} answer={state.prediction.clone()} color_scheme={state.color_scheme()} />
                </div>
                if task.facts().samples.is_some() {
                    <SamplePicker {task} samples={state.samples.clone()} dispatch={dispatch.clone()} />
                }
                <div class="machine">
                    <EnginePanel
                        cpu={state.cpu.clone()}
                        gpu={state.gpu.clone()}
                        model={state.model().to_owned()}
                        wish={state.engine_preference}
                        choice={state.engine_selection.clone()}
                        timing={state.benchmark.clone()}
                        dispatch={dispatch.clone()}
                    />
                    <ModelPicker
                        {task}
                        catalog={state.catalog.clone()}
                        workers={[state.cpu.clone(), state.gpu.clone()]}
                        user_data={state.user_data.clone()}
                        model={state.model().to_owned()}
                        dispatch={dispatch.clone()}
                    />
                </div>
            </div>
            <LayerView {task} answer={state.prediction.clone()} detail={state.layer_view} color_scheme={state.color_scheme()} dispatch={dispatch.clone()} />
            <div class="school">
                if learns {
                    <CorrectionList user_data={state.user_data.clone()} dispatch={dispatch.clone()} />
                    <TrainingPanel
                        {task}
                        user_data={state.user_data.clone()}
                        model={state.model().to_owned()}
                        ready={state.engine_selection.engine.is_some()}
                        dispatch={dispatch.clone()}
                    />
                }
                <VersionList
                    {task}
                    user_data={state.user_data.clone()}
                    catalog={state.catalog.clone()}
                    model={state.model().to_owned()}
                    dispatch={dispatch.clone()}
                />
            </div>
        </>
    }
}

fn on_click(dispatch: &UseReducerDispatcher<State>, action: Action) -> Callback<MouseEvent> {
    let dispatch = dispatch.clone();
    Callback::from(move |_| dispatch.dispatch(action.clone()))
}
