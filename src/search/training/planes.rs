//! Depthwise convolutions of maps in memory, forward and backward.
//!
//! A plane, the map of one channel of one image, is padded once. Each tap of the kernel then meets an unbroken run of
//! it, which is weighed and added as a whole, so that the inner loops are long. A run has positions that lie between two
//! rows of the output, or that a stride leaves out; they are computed and not read.

/// What a convolution does to a plane.
#[derive(Clone, Copy, Debug)]
pub(super) struct Window {
    pub(super) kernel: [usize; 2],
    pub(super) stride: [usize; 2],
    pub(super) dilation: [usize; 2],
    /// Rows and columns of zeros: top, left, bottom, right.
    pub(super) padding: [usize; 4],
}

/// The planes of a map, and where a window meets them.
pub(super) struct Planes {
    images: usize,
    channels: usize,
    input: [usize; 2],
    output: [usize; 2],
    window: Window,
    /// Height and width with padding.
    padded: [usize; 2],
    /// Where the run of each tap begins in a padded plane.
    taps: Vec<usize>,
    /// The length of a run.
    run: usize,
}

impl Planes {
    /// Those of a map, `[image, channel, row, column]`, that is not smaller than the window.
    pub(super) fn new([images, channels, height, width]: [usize; 4], window: Window) -> Planes {
        let Window { kernel, stride, dilation, padding: [top, left, bottom, right] } = window;
        let padded = [height + top + bottom, width + left + right];
        let side = |axis: usize| {
            let reach = dilation[axis] * (kernel[axis] - 1) + 1;
            (padded[axis].saturating_sub(reach)) / stride[axis] + 1
        };
        let output = [side(0), side(1)];
        let tap = |row, column| row * dilation[0] * padded[1] + column * dilation[1];
        let taps =
            (0..kernel[0]).flat_map(|row| (0..kernel[1]).map(move |column| tap(row, column)));
        let run = (output[0] - 1) * stride[0] * padded[1] + (output[1] - 1) * stride[1] + 1;
        Planes {
            images,
            channels,
            input: [height, width],
            output,
            window,
            padded,
            taps: taps.collect(),
            run,
        }
    }

    pub(super) fn output_shape(&self) -> [usize; 4] {
        [self.images, self.channels, self.output[0], self.output[1]]
    }

    /// The output, from a map and the weights of each channel.
    pub(super) fn forward(&self, map: &[f32], weights: &[f32]) -> Vec<f32> {
        let mut output = Vec::with_capacity(self.images * self.channels * area(self.output));
        let mut padded = vec![0.0; area(self.padded)];
        let mut sum = vec![0.0; self.run];
        for (index, plane) in map.chunks_exact(area(self.input)).enumerate() {
            self.pad(plane, &mut padded);
            sum.fill(0.0);
            for (weight, tap) in self.weights_of(index, weights).iter().zip(&self.taps) {
                add(&mut sum, *weight, &padded[*tap..*tap + self.run]);
            }
            self.read_output(&sum, &mut output);
        }
        output
    }

    /// The gradients of map and weights, from that of the output.
    pub(super) fn backward(
        &self,
        map: &[f32],
        weights: &[f32],
        gradient: &[f32],
    ) -> (Vec<f32>, Vec<f32>) {
        let mut of_map = Vec::with_capacity(map.len());
        let mut of_weights = vec![0.0; weights.len()];
        let mut padded = vec![0.0; area(self.padded)];
        let mut of_padded = vec![0.0; area(self.padded)];
        let mut of_sum = vec![0.0; self.run];
        let planes = map.chunks_exact(area(self.input));
        for (index, (plane, gradient)) in
            planes.zip(gradient.chunks_exact(area(self.output))).enumerate()
        {
            self.pad(plane, &mut padded);
            self.write_output(gradient, &mut of_sum);
            of_padded.fill(0.0);
            let channel = index % self.channels * self.taps.len();
            for (tap, start) in self.taps.iter().enumerate() {
                let run = *start..*start + self.run;
                of_weights[channel + tap] += product(&of_sum, &padded[run.clone()]);
                add(&mut of_padded[run], weights[channel + tap], &of_sum);
            }
            self.read_input(&of_padded, &mut of_map);
        }
        (of_map, of_weights)
    }

    fn weights_of<'w>(&self, plane: usize, weights: &'w [f32]) -> &'w [f32] {
        let start = plane % self.channels * self.taps.len();
        &weights[start..start + self.taps.len()]
    }

    /// Where the rows of a plane begin in its padded plane.
    fn rows(&self) -> impl Iterator<Item = usize> {
        let [top, left, ..] = self.window.padding;
        let width = self.padded[1];
        (0..self.input[0]).map(move |row| (row + top) * width + left)
    }

    /// Writes a plane between its zeros.
    fn pad(&self, plane: &[f32], padded: &mut [f32]) {
        let width = self.input[1];
        for (row, start) in plane.chunks_exact(width).zip(self.rows()) {
            padded[start..start + width].copy_from_slice(row);
        }
    }

    fn read_input(&self, padded: &[f32], plane: &mut Vec<f32>) {
        for start in self.rows() {
            plane.extend_from_slice(&padded[start..start + self.input[1]]);
        }
    }

    /// Where the rows of the output begin in a run.
    fn output_rows(&self) -> impl Iterator<Item = usize> {
        let step = self.window.stride[0] * self.padded[1];
        (0..self.output[0]).map(move |row| row * step)
    }

    fn read_output(&self, sum: &[f32], output: &mut Vec<f32>) {
        for start in self.output_rows() {
            let row = sum[start..].iter().step_by(self.window.stride[1]);
            output.extend(row.take(self.output[1]));
        }
    }

    /// Writes a plane of the output into a run, with zeros between.
    fn write_output(&self, output: &[f32], sum: &mut [f32]) {
        for (row, start) in output.chunks_exact(self.output[1]).zip(self.output_rows()) {
            let places = sum[start..].iter_mut().step_by(self.window.stride[1]);
            places.zip(row).for_each(|(place, value)| *place = *value);
        }
    }
}

fn area([height, width]: [usize; 2]) -> usize {
    height * width
}

fn add(sum: &mut [f32], weight: f32, values: &[f32]) {
    sum.iter_mut().zip(values).for_each(|(sum, value)| *sum += weight * value);
}

/// The sum of products, in lanes that a processor adds at a time.
fn product(left: &[f32], right: &[f32]) -> f32 {
    const LANES: usize = 16;
    let mut lanes = [0.0; LANES];
    let (left_chunks, right_chunks) = (left.chunks_exact(LANES), right.chunks_exact(LANES));
    let rest = left_chunks.remainder().iter().zip(right_chunks.remainder());
    let rest: f32 = rest.map(|(a, b)| a * b).sum();
    for (left, right) in left_chunks.zip(right_chunks) {
        for lane in 0..LANES {
            lanes[lane] += left[lane] * right[lane];
        }
    }
    lanes.iter().sum::<f32>() + rest
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Values without a pattern.
    fn values(count: usize) -> Vec<f32> {
        (0..count).map(|index| ((index * 7919 + 13) % 101) as f32 / 50.0 - 1.0).collect()
    }

    /// The output at a place, by the definition of a convolution, as a sum over `term(input index, weight index)`.
    fn each_term(planes: &Planes, mut term: impl FnMut(usize, usize, usize)) {
        let Window { kernel, stride, dilation, padding: [top, left, ..] } = planes.window;
        let [height, width] = planes.input;
        let mut output = 0;
        for plane in 0..planes.images * planes.channels {
            for row in 0..planes.output[0] {
                for column in 0..planes.output[1] {
                    for tap in 0..kernel[0] * kernel[1] {
                        let y = row * stride[0] + tap / kernel[1] * dilation[0];
                        let x = column * stride[1] + tap % kernel[1] * dilation[1];
                        let inside = y >= top && x >= left && y - top < height && x - left < width;
                        if inside {
                            let input = (plane * height + y - top) * width + x - left;
                            let weight = plane % planes.channels * kernel[0] * kernel[1] + tap;
                            term(output, input, weight);
                        }
                    }
                    output += 1;
                }
            }
        }
    }

    fn assert_near(found: &[f32], expected: &[f32]) {
        assert_eq!(found.len(), expected.len());
        let far = found.iter().zip(expected).find(|(a, b)| (*a - *b).abs() > 1e-4);
        assert_eq!(far, None);
    }

    #[test]
    fn planes_are_convolved_as_defined_forward_and_backward() {
        for window in [
            Window { kernel: [3, 3], stride: [1, 1], dilation: [1, 1], padding: [1; 4] },
            Window { kernel: [3, 3], stride: [2, 2], dilation: [1, 1], padding: [1; 4] },
            Window { kernel: [5, 3], stride: [1, 3], dilation: [1, 2], padding: [2, 0, 1, 3] },
            Window { kernel: [1, 2], stride: [2, 1], dilation: [1, 1], padding: [0; 4] },
        ] {
            let planes = Planes::new([2, 3, 9, 7], window);
            let (map, weights) = (values(2 * 3 * 9 * 7), values(3 * area(window.kernel)));
            let outputs = planes.output_shape().iter().product();
            let gradient = values(outputs);
            let mut output = vec![0.0; outputs];
            let (mut of_map, mut of_weights) = (vec![0.0; map.len()], vec![0.0; weights.len()]);
            each_term(&planes, |to, from, weight| {
                output[to] += map[from] * weights[weight];
                of_map[from] += gradient[to] * weights[weight];
                of_weights[weight] += gradient[to] * map[from];
            });
            assert_near(&planes.forward(&map, &weights), &output);
            let found = planes.backward(&map, &weights, &gradient);
            assert_near(&found.0, &of_map);
            assert_near(&found.1, &of_weights);
        }
    }
}
