//! Reads what was drawn or photographed, a digit or a number, and times classification.

use burn::tensor::{TensorData, Transaction};

use super::{
    Engine, classifier_model::ClassifierModel, failures::blank_answer_failure, request_limits::check_drawing,
    summarize::TIME_SLICE_MS,
};
use crate::{
    host::Host,
    ink::{DrawingError, Image, PhotoError, SIDE, Segmentation, photo_ink, read_picture, render},
    models::digits::{ConvNetActivations, DigitReading, Reading, read as read_ink, softmax},
    protocol::{
        Activity, Classification, ClassifierInput, ConvolutionDetails, Detail, Failure, FailureKind, GrayImage, JobId,
        LayerActivations, NumberPart, PhotoAnalysis, Reply,
    },
};

/// Milliseconds that a timed sample takes at least.
const SAMPLE_MS: f64 = 4.0;

impl<H: Host> Engine<H> {
    pub(super) async fn classify(&self, name: &str, input: ClassifierInput, detail: Detail) -> Result<Reply, Failure> {
        let start = self.host.now();
        let model = self.model(name)?;
        let (segmentation, found) = segment(input)?;
        let before = self.host.now();
        let (mut reading, mut trace) = self.read_segmentation(&model, &segmentation, detail).await?;
        if reading.is_blank() {
            // A model may say so itself; a device that computes nothing any more does not answer the known question either.
            let known = self.ask_known(&model.network, &model.known, name).await;
            known.map_err(|failure| self.in_doubt(failure))?;
            (reading, trace) = self.read_segmentation(&model, &segmentation, detail).await?;
            if !reading.is_finite() {
                return Err(blank_answer_failure(self.info.kind));
            }
        }
        let model_ms = self.host.now() - before;
        let layers = match trace {
            Some(trace) => self.layers(&model, trace).await?,
            None => Vec::new(),
        };
        let number = reading.number();
        let whole = reading.whole;
        Ok(Reply::Classified(Box::new(Classification {
            model: name.to_owned(),
            engine: self.info.kind,
            digit: whole.digit(),
            verdict: reading.verdict,
            digit_probability: whole.one_digit,
            number,
            parts: reading.parts.iter().map(part).collect(),
            probabilities: whole.probabilities,
            logits: whole.logits,
            image: gray(&whole.image),
            found,
            layers,
            model_ms,
            total_ms: self.host.now() - start,
        })))
    }

    async fn read_segmentation(
        &self,
        model: &ClassifierModel,
        segmentation: &Segmentation,
        detail: Detail,
    ) -> Result<(Reading, Option<ConvNetActivations>), Failure> {
        let mut trace = (detail == Detail::Layers).then(ConvNetActivations::default);
        let reading = read_ink(&model.network, segmentation, trace.as_mut(), &self.device).await;
        Ok((reading.map_err(|error| self.device_failure(error))?, trace))
    }

    /// What the failure to answer the known question is called where a drawing was asked about.
    fn in_doubt(&self, failure: Failure) -> Failure {
        if failure.kind == FailureKind::WrongAnswer { blank_answer_failure(self.info.kind) } else { failure }
    }

    pub(super) async fn time(
        &self,
        job: JobId,
        name: &str,
        runs: u32,
        reply: &mut dyn FnMut(Reply),
    ) -> Result<Reply, Failure> {
        let model = self.model(name)?;
        let runs = runs.clamp(1, 10_000);
        // A diagonal stroke: what is drawn changes nothing in the time.
        let mut values = [0.0; SIDE * SIDE];
        (4..24).for_each(|i| values[i * SIDE + i] = 1.0);
        let image = Image::new(values);
        let mut start = self.host.now();
        for run in 0..8 {
            self.logits(&model.network, &image).await?;
            // The first ones compile and lay out memory.
            if run == 3 {
                start = self.host.now();
            }
        }
        // Browsers round their clocks to a tenth of a millisecond and worse: a sample is as many runs as take a few of them.
        let each = ((self.host.now() - start) / 4.0).max(0.01);
        let group = ((SAMPLE_MS / each).ceil() as u32).clamp(1, runs);
        let samples = runs.div_ceil(group);
        let mut times = Vec::with_capacity(samples as usize);
        let mut paused = self.host.now();
        for sample in 0..samples {
            // Between two samples: what waits for its turn is no part of a time.
            if self.host.now() - paused >= TIME_SLICE_MS {
                self.host.sleep(0).await;
                paused = self.host.now();
            }
            self.check_cancelled(job)?;
            if sample % 16 == 0 {
                reply(Reply::Progress { doing: Activity::Timing, done: (sample * group).into(), total: runs.into() });
            }
            let start = self.host.now();
            for _ in 0..group {
                softmax(&self.logits(&model.network, &image).await?);
            }
            times.push((self.host.now() - start) / f64::from(group));
        }
        times.sort_by(f64::total_cmp);
        Ok(Reply::Timed {
            median_ms: times[times.len() / 2],
            min_ms: times[0],
            p90_ms: times[times.len() * 9 / 10],
            runs: samples * group,
        })
    }

    /// The activations of every layer as images, read from the device at once.
    async fn layers(
        &self,
        model: &ClassifierModel,
        trace: ConvNetActivations,
    ) -> Result<Vec<LayerActivations>, Failure> {
        let mut transaction = Transaction::default();
        let (mut shapes, mut names) = (Vec::new(), Vec::new());
        for (tensor, name) in trace.convolutions.into_iter().zip(&model.layer_names.convolutions) {
            let [_, channels, height, width] = tensor.dims();
            shapes.push([channels as u32, height as u32, width as u32]);
            names.push(name.clone());
            transaction = transaction.register(tensor);
        }
        for (tensor, name) in trace.hidden.into_iter().zip(&model.layer_names.hidden) {
            shapes.push([tensor.dims()[1] as u32, 1, 1]);
            names.push(name.clone());
            transaction = transaction.register(tensor);
        }
        if let Some((weights, bias)) = model.network.first_convolution() {
            transaction = transaction.register(weights).register(bias);
        }
        let data = transaction.execute_async().await.map_err(|error| self.device_failure(error))?;
        let (maps, first) = data.split_at(names.len().min(data.len()));
        let layers = names.into_iter().zip(shapes).zip(maps);
        let mut layers: Vec<LayerActivations> = layers.map(|((name, shape), data)| layer(name, shape, data)).collect();
        for (layer, spec) in layers.iter_mut().zip(&model.layer_names.specs) {
            layer.convolution = Some(ConvolutionDetails {
                kernel: spec.kernel as u32,
                padding: spec.padding as u32,
                pools: spec.pool,
                weights: Vec::new(),
                bias: Vec::new(),
            });
        }
        if let (Some(convolution), [weights, bias]) =
            (layers.first_mut().and_then(|layer| layer.convolution.as_mut()), first)
        {
            convolution.weights = weights.iter::<f32>().collect();
            convolution.bias = bias.iter::<f32>().collect();
        }
        Ok(layers)
    }
}

/// Activations as bytes, the largest one white.
fn layer(name: String, shape: [u32; 3], data: &TensorData) -> LayerActivations {
    let values: Vec<f32> = data.iter::<f32>().collect();
    let max = values.iter().copied().fold(0.0, f32::max);
    let scale = if max > 0.0 { 255.0 / max } else { 0.0 };
    // `as` saturates, and a NaN becomes 0.
    let maps = values.iter().map(|value| (value * scale).round() as u8).collect();
    LayerActivations { name, shape, max, maps, convolution: None }
}

/// The pieces of a drawing or photo that may be digits, and the analysis of a photo.
fn segment(input: ClassifierInput) -> Result<(Segmentation, Option<PhotoAnalysis>), Failure> {
    match input {
        ClassifierInput::Drawing(drawing) => {
            check_drawing(&drawing)?;
            Ok((Segmentation::of_drawing(&drawing).map_err(|error| drawing_failure(&error))?, None))
        }
        ClassifierInput::Picture { width, height, rgba } => {
            let map = photo_ink(width, height, &rgba).map_err(|error| photo_failure(&error))?;
            let segmentation = Segmentation::of_picture(&map).ok_or_else(|| photo_failure(&PhotoError::Flat))?;
            let [left, top, right, bottom] = segmentation.bounds;
            let bounds = [left, top, right - left, bottom - top].map(|length| length.round() as u32);
            let found = PhotoAnalysis { polarity: map.polarity, threshold: map.threshold, bounds };
            Ok((segmentation, Some(found)))
        }
        image => Ok((Segmentation::of_image(read(image)?.0), None)),
    }
}

/// A digit of a number, for the client.
fn part(part: &DigitReading) -> NumberPart {
    let [left, top, right, bottom] = part.bounds;
    NumberPart {
        digit: part.digit(),
        probabilities: part.probabilities.clone(),
        digit_probability: part.one_digit.unwrap_or(1.0),
        bounds: [left, top, right - left, bottom - top],
        image: gray(&part.image),
    }
}

fn gray(image: &Image) -> GrayImage {
    GrayImage { width: SIDE as u32, height: SIDE as u32, pixels: image.to_bytes().to_vec() }
}

fn drawing_failure(error: &DrawingError) -> Failure {
    let kind = if *error == DrawingError::Empty { FailureKind::NothingThere } else { FailureKind::BadInput };
    Failure { kind, message: error.to_string() }
}

fn photo_failure(error: &PhotoError) -> Failure {
    let kind = if *error == PhotoError::Flat { FailureKind::NothingThere } else { FailureKind::BadInput };
    Failure { kind, message: error.to_string() }
}

/// The input image of a drawing or photo, and the analysis of a photo.
pub(super) fn read(input: ClassifierInput) -> Result<(Image, Option<PhotoAnalysis>), Failure> {
    match input {
        ClassifierInput::Drawing(drawing) => {
            check_drawing(&drawing)?;
            Ok((render(&drawing).map_err(|error| drawing_failure(&error))?, None))
        }
        ClassifierInput::Picture { width, height, rgba } => {
            let reading = read_picture(width, height, &rgba).map_err(|error| photo_failure(&error))?;
            Ok((reading.image, Some(reading.found)))
        }
        ClassifierInput::Image(picture) => {
            let pixels: [u8; SIDE * SIDE] = picture.pixels.as_slice().try_into().map_err(|_| Failure {
                kind: FailureKind::BadInput,
                message: format!("An image has {} bytes; this one has {}.", SIDE * SIDE, picture.pixels.len()),
            })?;
            Ok((Image::from_bytes(&pixels), None))
        }
    }
}

#[cfg(all(test, feature = "cli"))]
mod tests {
    use std::rc::Rc;

    use burn::{
        module::{Module, ModuleMapper, Param},
        tensor::Tensor,
    };

    use super::*;
    use crate::{
        host::NativeHost,
        models::digits::DigitManifest,
        package::ModelSpec,
        protocol::{Drawing, EngineKind, Point, Request, Stroke},
    };

    fn ask(engine: &Engine<NativeHost>, request: Request) -> Reply {
        let mut last = None;
        pollster::block_on(engine.handle(JobId(1), request, &mut |reply| last = Some(reply)));
        last.unwrap()
    }

    fn classify_a_one(engine: &Engine<NativeHost>) -> Reply {
        let points = (0..20).map(|i| Point::new(100.0, 20.0 + 10.0 * i as f32)).collect();
        let input = ClassifierInput::Drawing(Drawing { strokes: vec![Stroke { points }] });
        ask(engine, Request::Classify { model: "digits".into(), input, layers: Detail::Layers })
    }

    /// Makes every weight of a network 0.
    struct Zeros;

    impl ModuleMapper for Zeros {
        fn map_float<const D: usize>(&mut self, param: Param<Tensor<D>>) -> Param<Tensor<D>> {
            param.map(|weights| weights.zeros_like())
        }
    }

    /// An engine whose network gives every digit the same share, with the known answer of what it was loaded from, or its own.
    fn blank_engine(honest: bool) -> Engine<NativeHost> {
        let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/models");
        let engine = pollster::block_on(Engine::start(EngineKind::Cpu, NativeHost::new(folder), || ())).unwrap();
        let loaded = ask(&engine, Request::Load { model: "digits".into() });
        let bytes = std::fs::read(format!("{folder}/digits/digits/model.json")).unwrap();
        let mut manifest = DigitManifest::parse(&bytes).unwrap();
        let network = manifest.architecture.blank(&engine.device).unwrap().map(&mut Zeros);
        if honest {
            manifest.known.logits =
                pollster::block_on(engine.logits(&network, &manifest.known.image().unwrap())).unwrap();
        }
        let model = ClassifierModel::new(network, &manifest, loaded);
        engine.models.borrow_mut().insert("digits".into(), Rc::new(model));
        engine
    }

    #[test]
    fn an_engine_that_computes_nothing_any_more_gives_no_digit() {
        let reply = classify_a_one(&blank_engine(false));
        let Reply::Failed(failure) = reply else { panic!("it gives an answer") };
        assert_eq!(failure.kind, FailureKind::WrongAnswer);
        assert!(failure.message.starts_with("The engine gave wrong results"), "{}", failure.message);
    }

    #[test]
    fn a_model_that_knows_nothing_may_say_so() {
        let reply = classify_a_one(&blank_engine(true));
        let Reply::Classified(answer) = reply else { panic!("it fails") };
        assert!(answer.probabilities.iter().all(|share| (share - 0.1).abs() < 1e-4), "{:?}", answer.probabilities);
        assert!(!answer.layers.is_empty());
    }
}
