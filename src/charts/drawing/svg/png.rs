//! SVG rasterised as PNG, with the embedded font alone.

use crate::charts::drawing::PlotError;
use crate::charts::drawing::font::{BOLD, REGULAR};
use resvg::tiny_skia::{Pixmap, Transform};
use resvg::usvg::{ImageHrefResolver, Options, Tree, fontdb};
use std::sync::Arc;

/// Maximum pixels of a PNG.
const MAX_PIXELS: f32 = 100e6;

/// Rasterises `svg`, with `scale` pixels for each pixel of the SVG.
///
/// Characters that the embedded font lacks (it has Latin, Greek and mathematical signs) are left
/// blank; references to other files are not followed.
///
/// # Errors
///
/// When `svg` cannot be read, or when `scale` is not a positive number or gives less than one
/// pixel a side or more than a hundred million pixels.
pub fn png(svg: &str, scale: f32) -> Result<Vec<u8>, PlotError> {
    let tree =
        Tree::from_str(svg, &options()).map_err(|error| PlotError::Raster(error.to_string()))?;
    let (width, height) = (tree.size().width() * scale, tree.size().height() * scale);
    let is_drawable =
        scale.is_finite() && width >= 1.0 && height >= 1.0 && width * height <= MAX_PIXELS;
    let bad_scale =
        || PlotError::Raster(format!("a scale of {scale} gives {width} by {height} pixels"));
    if !is_drawable {
        return Err(bad_scale());
    }
    #[allow(clippy::cast_possible_truncation, clippy::cast_sign_loss)] // checked above
    let mut pixels =
        Pixmap::new(width.ceil() as u32, height.ceil() as u32).ok_or_else(bad_scale)?;
    resvg::render(&tree, Transform::from_scale(scale, scale), &mut pixels.as_mut());
    encode(pixels).map_err(|error| PlotError::Raster(error.to_string()))
}

/// Encodes without alpha where every pixel is opaque, and compresses fast: a chart is mostly
/// plain areas, which any compression makes small.
fn encode(pixels: Pixmap) -> Result<Vec<u8>, png::EncodingError> {
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
    let mut writer = encoder.write_header()?;
    writer.write_image_data(&data)?;
    writer.finish()?;
    Ok(bytes)
}

/// The embedded font alone, and no access to files.
fn options() -> Options<'static> {
    let mut fonts = fontdb::Database::new();
    for font in [REGULAR, BOLD] {
        fonts.load_font_source(fontdb::Source::Binary(Arc::new(font)));
    }
    fonts.set_sans_serif_family("DejaVu Sans");
    Options {
        fontdb: Arc::new(fonts),
        font_family: "DejaVu Sans".to_owned(),
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

    const DOT: &str =
        r#"<svg xmlns="http://www.w3.org/2000/svg" width="8" height="4"><text>φ</text></svg>"#;

    #[test]
    fn a_picture_has_the_requested_size() {
        let bytes = png(DOT, 2.5).unwrap();
        assert_eq!(&bytes[..8], b"\x89PNG\r\n\x1a\n");
        assert_eq!(bytes[16..24], [0, 0, 0, 20, 0, 0, 0, 10]);
    }

    #[test]
    fn odd_scales_and_broken_files_are_errors() {
        for scale in [0.0, -1.0, f32::NAN, f32::INFINITY, 1e9] {
            assert!(matches!(png(DOT, scale), Err(PlotError::Raster(_))), "{scale}");
        }
        assert!(png("<svg", 1.0).is_err());
    }
}
