//! Data sets of digits, read from the bytes of files: MNIST's idx files and pen strokes as NumPy arrays.

use std::sync::Arc;

use crate::{
    ink::{Image, SIDE},
    protocol::{Drawing, Point, Stroke},
};

/// Why bytes are no data set.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum DatasetError {
    /// The file starts with something else.
    #[error("this is no {expected}: it starts with {found:02x?}")]
    Magic {
        /// The format that was expected.
        expected: &'static str,
        /// The first bytes.
        found: Vec<u8>,
    },
    /// The file is shorter or longer than its header says.
    #[error("the header promises {expected} bytes, the file has {actual}")]
    Length {
        /// By the header.
        expected: usize,
        /// What there is.
        actual: usize,
    },
    /// The header's numbers are not what digits have.
    #[error("the header says {found}, digits have {expected}")]
    Shape {
        /// What digits have.
        expected: &'static str,
        /// What was read.
        found: String,
    },
    /// A label is none of the classes.
    #[error("label {index} is {label}, and there are {classes} classes, counted from 0")]
    Label {
        /// Its place, from 0.
        index: usize,
        /// Its value.
        label: u8,
        /// Number of classes.
        classes: usize,
    },
    /// There are not as many labels as images.
    #[error("{images} images, but {labels} labels")]
    Counts {
        /// Number of images.
        images: usize,
        /// Number of labels.
        labels: usize,
    },
}

/// The classes of digits.
const DIGIT_CLASSES: usize = 10;

/// What a data set's digits are given as.
#[derive(Clone, Debug, PartialEq)]
pub enum SampleSource {
    /// Images alone.
    Images,
    /// Strokes too, one drawing an image; training draws some samples anew from them.
    Strokes(Arc<Vec<Drawing>>),
}

/// Labelled images: digits, or of whatever other classes.
#[derive(Clone, Debug, PartialEq)]
pub struct Dataset {
    /// The images.
    pub images: Arc<Vec<Image>>,
    /// The class of each image: the digit that it shows.
    pub labels: Arc<Vec<u8>>,
    /// Number of classes.
    pub classes: usize,
    /// What else is known.
    pub source: SampleSource,
}

impl Dataset {
    /// Digits with their labels.
    ///
    /// # Errors
    /// If the counts differ or a label is no digit.
    pub fn new(images: Vec<Image>, labels: Vec<u8>) -> Result<Self, DatasetError> {
        Self::of_classes(images, labels, DIGIT_CLASSES)
    }

    /// Images of so many classes with their labels.
    ///
    /// # Errors
    /// If the counts differ or a label is none of the classes.
    pub fn of_classes(images: Vec<Image>, labels: Vec<u8>, classes: usize) -> Result<Self, DatasetError> {
        if images.len() != labels.len() {
            return Err(DatasetError::Counts { images: images.len(), labels: labels.len() });
        }
        if let Some((index, label)) = labels.iter().enumerate().find(|(_, label)| usize::from(**label) >= classes) {
            return Err(DatasetError::Label { index, label: *label, classes });
        }
        Ok(Self { images: Arc::new(images), labels: Arc::new(labels), classes, source: SampleSource::Images })
    }

    /// The same digits, also as strokes.
    ///
    /// # Errors
    /// If there is not one drawing an image.
    pub fn with_strokes(self, drawings: Vec<Drawing>) -> Result<Self, DatasetError> {
        if drawings.len() != self.len() {
            return Err(DatasetError::Counts { images: drawings.len(), labels: self.len() });
        }
        Ok(Self { source: SampleSource::Strokes(Arc::new(drawings)), ..self })
    }

    /// Some of the digits, in their order.
    pub fn slice(&self, range: std::ops::Range<usize>) -> Self {
        Self {
            images: Arc::new(self.images[range.clone()].to_vec()),
            labels: Arc::new(self.labels[range.clone()].to_vec()),
            classes: self.classes,
            source: match &self.source {
                SampleSource::Images => SampleSource::Images,
                SampleSource::Strokes(drawings) => SampleSource::Strokes(Arc::new(drawings[range].to_vec())),
            },
        }
    }

    /// The digits of some indices, as images.
    pub fn pick(&self, indices: &[usize]) -> Self {
        Self {
            images: Arc::new(indices.iter().map(|index| self.images[*index].clone()).collect()),
            labels: Arc::new(indices.iter().map(|index| self.labels[*index]).collect()),
            classes: self.classes,
            source: SampleSource::Images,
        }
    }

    /// Number of digits.
    pub fn len(&self) -> usize {
        self.labels.len()
    }

    /// Whether there is none.
    pub fn is_empty(&self) -> bool {
        self.labels.is_empty()
    }
}

/// A big-endian u32 of an idx header.
fn word(bytes: &[u8], index: usize) -> Option<usize> {
    let word = bytes.get(index * 4..index * 4 + 4)?;
    Some(u32::from_be_bytes([word[0], word[1], word[2], word[3]]) as usize)
}

/// MNIST's images: magic 2051, count, rows, columns, then bytes.
///
/// # Errors
/// [`DatasetError`] if the bytes are not that.
pub fn read_idx_images(bytes: &[u8]) -> Result<Vec<Image>, DatasetError> {
    let (Some(2051), Some(count), Some(rows), Some(columns)) =
        (word(bytes, 0), word(bytes, 1), word(bytes, 2), word(bytes, 3))
    else {
        return Err(DatasetError::Magic {
            expected: "idx file of images",
            found: bytes.iter().take(8).copied().collect(),
        });
    };
    if (rows, columns) != (SIDE, SIDE) {
        return Err(DatasetError::Shape { expected: "28×28 pixels", found: format!("{rows}×{columns}") });
    }
    let expected = count.saturating_mul(SIDE * SIDE).saturating_add(16);
    if bytes.len() != expected {
        return Err(DatasetError::Length { expected, actual: bytes.len() });
    }
    let (images, _) = bytes[16..].as_chunks::<{ SIDE * SIDE }>();
    Ok(images.iter().map(Image::from_bytes).collect())
}

/// MNIST's labels: magic 2049, count, then bytes.
///
/// # Errors
/// [`DatasetError`] if the bytes are not that.
pub fn read_idx_labels(bytes: &[u8]) -> Result<Vec<u8>, DatasetError> {
    let (Some(2049), Some(count)) = (word(bytes, 0), word(bytes, 1)) else {
        return Err(DatasetError::Magic {
            expected: "idx file of labels",
            found: bytes.iter().take(8).copied().collect(),
        });
    };
    let expected = count.saturating_add(8);
    if bytes.len() != expected {
        return Err(DatasetError::Length { expected, actual: bytes.len() });
    }
    Ok(bytes[8..].to_vec())
}

/// Pen strokes of MNIST's digits: a NumPy array of float64 `[N, steps, 4]` in C order, each row (dx, dy, end of stroke, end of
/// digit), padded with leading rows of zeros; the first row of a digit is its start. y points down.
///
/// # Errors
/// [`DatasetError`] if the bytes are not that.
pub fn read_npy_strokes(bytes: &[u8]) -> Result<Vec<Drawing>, DatasetError> {
    let magic = || DatasetError::Magic { expected: "NumPy array", found: bytes.iter().take(8).copied().collect() };
    if bytes.len() < 12 || &bytes[..6] != b"\x93NUMPY" {
        return Err(magic());
    }
    let (header_length, start) = match bytes[6] {
        1 => (usize::from(u16::from_le_bytes([bytes[8], bytes[9]])), 10),
        _ => (u32::from_le_bytes([bytes[8], bytes[9], bytes[10], bytes[11]]) as usize, 12),
    };
    let end = start + header_length;
    let header = bytes.get(start..end).and_then(|header| std::str::from_utf8(header).ok()).ok_or_else(magic)?;
    let shape =
        || DatasetError::Shape { expected: "float64 [N, steps, 4] in C order", found: header.trim().to_owned() };
    if !header.contains("'<f8'") || !header.contains("'fortran_order': False") {
        return Err(shape());
    }
    let dims = header.split_once("'shape': (").and_then(|(_, rest)| rest.split_once(')')).ok_or_else(shape)?.0;
    let dims: Vec<usize> = dims.split(',').filter_map(|dim| dim.trim().parse().ok()).collect();
    let [count, steps, 4] = dims[..] else { return Err(shape()) };
    let expected = count.saturating_mul(steps).saturating_mul(32).saturating_add(end);
    if bytes.len() != expected || steps == 0 {
        return Err(DatasetError::Length { expected, actual: bytes.len() });
    }
    let (values, _) = bytes[end..].as_chunks::<8>();
    Ok(values.chunks_exact(steps * 4).map(drawing).collect())
}

/// One digit's rows as a drawing.
fn drawing(rows: &[[u8; 8]]) -> Drawing {
    let (mut x, mut y) = (0.0, 0.0);
    let mut strokes = Vec::new();
    let mut points = Vec::new();
    let (rows, _) = rows.as_chunks::<4>();
    let rows = rows.iter().map(|row| row.map(f64::from_le_bytes));
    for [dx, dy, end_of_stroke, end_of_digit] in rows.skip_while(|row| row.iter().all(|value| *value == 0.0)) {
        x += dx;
        y += dy;
        points.push(Point::new(x as f32, y as f32));
        if end_of_stroke > 0.5 || end_of_digit > 0.5 {
            strokes.push(Stroke { points: std::mem::take(&mut points) });
        }
        if end_of_digit > 0.5 {
            break;
        }
    }
    if !points.is_empty() {
        strokes.push(Stroke { points });
    }
    Drawing { strokes }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn idx(magic: u32, dims: &[u32], data: &[u8]) -> Vec<u8> {
        let mut bytes = magic.to_be_bytes().to_vec();
        dims.iter().for_each(|dim| bytes.extend(dim.to_be_bytes()));
        bytes.extend(data);
        bytes
    }

    #[test]
    fn idx_files_are_read() {
        let mut pixels = vec![0; 2 * 784];
        pixels[784] = 255;
        let images = read_idx_images(&idx(2051, &[2, 28, 28], &pixels)).unwrap();
        assert_eq!((images.len(), images[1].at(0, 0)), (2, 1.0));
        assert_eq!(read_idx_labels(&idx(2049, &[3], &[1, 2, 3])).unwrap(), [1, 2, 3]);
    }

    #[test]
    fn idx_files_that_lie_are_refused() {
        assert!(matches!(read_idx_images(b"PNG"), Err(DatasetError::Magic { .. })));
        assert!(matches!(read_idx_images(&idx(2051, &[1, 27, 28], &[0; 756])), Err(DatasetError::Shape { .. })));
        assert!(matches!(read_idx_images(&idx(2051, &[u32::MAX, 28, 28], &[0; 9])), Err(DatasetError::Length { .. })));
        assert!(matches!(read_idx_labels(&idx(2049, &[2], &[0])), Err(DatasetError::Length { .. })));
        assert!(matches!(
            Dataset::new(vec![Image::default()], vec![10]),
            Err(DatasetError::Label { index: 0, label: 10, classes: 10 })
        ));
        assert!(Dataset::of_classes(vec![Image::default()], vec![10], 26).is_ok());
        assert!(matches!(Dataset::new(vec![], vec![1]), Err(DatasetError::Counts { images: 0, labels: 1 })));
    }

    #[test]
    fn strokes_are_read_without_their_padding() {
        let header = "{'descr': '<f8', 'fortran_order': False, 'shape': (1, 4, 4), }";
        let mut bytes = b"\x93NUMPY\x01\x00".to_vec();
        bytes.extend((header.len() as u16).to_le_bytes());
        bytes.extend(header.as_bytes());
        for row in [[0.0; 4], [5.0, 6.0, 0.0, 0.0], [1.0, -1.0, 1.0, 0.0], [2.0, 2.0, 1.0, 1.0]] {
            row.iter().for_each(|value: &f64| bytes.extend(value.to_le_bytes()));
        }
        let drawings = read_npy_strokes(&bytes).unwrap();
        let strokes = &drawings[0].strokes;
        assert_eq!(strokes[0].points, [Point::new(5.0, 6.0), Point::new(6.0, 5.0)]);
        assert_eq!(strokes[1].points, [Point::new(8.0, 7.0)]);
        bytes.pop();
        assert!(matches!(read_npy_strokes(&bytes), Err(DatasetError::Length { .. })));
    }
}
