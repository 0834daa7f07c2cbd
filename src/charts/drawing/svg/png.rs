//! SVG rasterised as PNG.

use crate::charts::drawing::svg::svg;
use crate::charts::drawing::{Drawing, PIXELS_PER_INCH, PlotError, Size, TextForm};
use resvg::tiny_skia::{Pixmap, Transform};
use resvg::usvg::{ImageHrefResolver, Options, Tree};

/// Maximum pixels of a PNG.
const MAX_PIXELS: f64 = 100e6;

/// Rasterises a drawing with `dpi` pixels per inch.
pub(crate) fn png(drawing: &Drawing, dpi: f64) -> Result<Vec<u8>, PlotError> {
    let (width, height) = pixels(drawing.look.size, dpi)?;
    // With text as outlines, no shaper moves letters away from where they were measured.
    let svg = svg(drawing, TextForm::Paths)?;
    rasterised(&svg, (width, height), dpi).map_err(PlotError::Raster)
}

/// Width and height of a PNG; an error says which resolutions are possible.
fn pixels(size: Size, dpi: f64) -> Result<(f64, f64), PlotError> {
    let inches = |side: f64| side * size.unit.pixels() / PIXELS_PER_INCH;
    let pixels = |side: f64| (inches(side) * dpi).round();
    let (width, height) = (pixels(size.width), pixels(size.height));
    let reason = if !dpi.is_finite() || dpi <= 0.0 {
        "the number must be above 0".to_owned()
    } else if width < 1.0 || height < 1.0 {
        "it would have no pixels".to_owned()
    } else if width * height > MAX_PIXELS {
        let area =
            |dpi: f64| (inches(size.width) * dpi).round() * (inches(size.height) * dpi).round();
        let most = (MAX_PIXELS / inches(size.width) / inches(size.height)).sqrt().floor();
        // Each side is rounded, perhaps upwards.
        let most = if area(most) > MAX_PIXELS { most - 1.0 } else { most };
        format!(
            "it would have {width} by {height} pixels; at this size, {most} pixels per inch are possible"
        )
    } else {
        return Ok((width, height));
    };
    Err(PlotError::BadResolution { dpi, reason })
}

fn rasterised(svg: &str, (width, height): (f64, f64), dpi: f64) -> Result<Vec<u8>, String> {
    let tree = Tree::from_str(svg, &options()).map_err(|error| error.to_string())?;
    #[allow(clippy::cast_possible_truncation, clippy::cast_sign_loss)] // at most MAX_PIXELS
    let size = (width as u32, height as u32);
    let mut pixels = Pixmap::new(size.0, size.1).ok_or("it has no pixels")?;
    #[allow(clippy::cast_possible_truncation)] // small numbers
    let scale = Transform::from_scale(
        width as f32 / tree.size().width(),
        height as f32 / tree.size().height(),
    );
    resvg::render(&tree, scale, &mut pixels.as_mut());
    encode(pixels, dpi).map_err(|error| error.to_string())
}

/// Encodes without alpha where every pixel is opaque, and compresses fast: a chart is mostly
/// plain areas, which any compression makes small.
fn encode(pixels: Pixmap, dpi: f64) -> Result<Vec<u8>, png::EncodingError> {
    let (width, height) = (pixels.width(), pixels.height());
    let opaque = pixels.data().chunks_exact(4).all(|pixel| pixel[3] == u8::MAX);
    let (colour, data) = if opaque {
        let mut data = Vec::with_capacity(pixels.data().len() / 4 * 3);
        for pixel in pixels.data().chunks_exact(4) {
            data.extend_from_slice(&pixel[..3]);
        }
        (png::ColorType::Rgb, data)
    } else {
        (png::ColorType::Rgba, pixels.take_demultiplied())
    };
    let mut bytes = Vec::new();
    let mut encoder = png::Encoder::new(&mut bytes, width, height);
    encoder.set_depth(png::BitDepth::Eight);
    encoder.set_compression(png::Compression::Fast);
    encoder.set_color(colour);
    #[allow(clippy::cast_possible_truncation, clippy::cast_sign_loss)] // far less than u32::MAX
    let per_metre = (dpi / 0.0254).round() as u32;
    let (xppu, yppu) = (per_metre, per_metre);
    encoder.set_pixel_dims(Some(png::PixelDimensions { xppu, yppu, unit: png::Unit::Meter }));
    let mut writer = encoder.write_header()?;
    writer.write_image_data(&data)?;
    writer.finish()?;
    Ok(bytes)
}

/// No access to files.
fn options() -> Options<'static> {
    Options {
        image_href_resolver: ImageHrefResolver {
            resolve_data: Box::new(|_, _, _| None),
            resolve_string: Box::new(|_, _| None),
        },
        ..Options::default()
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;

    const DOT: &str = r#"<svg xmlns="http://www.w3.org/2000/svg" width="8" height="4"><path d="M0 0H4V4Z"/></svg>"#;

    #[test]
    fn a_picture_has_the_requested_size_and_resolution() {
        let bytes = rasterised(DOT, (20.0, 10.0), 254.0).unwrap();
        assert_eq!(&bytes[..8], b"\x89PNG\r\n\x1a\n");
        assert_eq!(bytes[16..24], [0, 0, 0, 20, 0, 0, 0, 10]);
        let chunk = bytes.windows(4).position(|tag| tag == b"pHYs").unwrap() + 4;
        assert_eq!(bytes[chunk..chunk + 9], [0, 0, 39, 16, 0, 0, 39, 16, 1], "10,000 per metre");
    }

    #[test]
    fn a_resolution_without_pixels_or_with_too_many_is_an_error() {
        let size = "3.3x2.4in".parse().unwrap();
        assert_eq!(pixels(size, 300.0), Ok((990.0, 720.0)));
        for (dpi, reason) in [
            (0.0, "above 0"),
            (-1.0, "above 0"),
            (f64::NAN, "above 0"),
            (f64::INFINITY, "above 0"),
            (0.1, "no pixels"),
            (10_000.0, "33000 by 24000 pixels; at this size, 3553 pixels per inch are possible"),
        ] {
            let message = pixels(size, dpi).unwrap_err().to_string();
            assert!(message.contains(reason), "{message}");
        }
        assert!(pixels(size, 3553.0).is_ok());
        let rounded_up = pixels("11.9x1.9in".parse().unwrap(), 9e9).unwrap_err().to_string();
        assert!(rounded_up.contains("2102 pixels per inch"), "{rounded_up}");
    }

    #[test]
    fn broken_files_are_errors() {
        assert!(rasterised("<svg", (8.0, 4.0), 96.0).is_err());
    }
}
