//! Pools, upsampling and dropout.

use crate::counting::layer::{
    AdaptivePool, Layer, Pool, PoolKind, PoolStyle, UpsampleMode, UpsampleTo,
};
use crate::reports::pytorch::additions::Addition;
use crate::reports::pytorch::body::Body;
use crate::reports::pytorch::code::Code;
use crate::reports::pytorch::place::{Layered, Place, Written, paired};

impl<'t, 'f> Body<'_, 't, 'f> {
    pub(super) fn pool(&mut self, place: &Place<'_, 't, 'f>) -> Layered {
        let pools = place.same(|layer| match layer {
            Layer::AdaptivePool(AdaptivePool { size, style }) => Some((*size, *style)),
            _ => None,
        });
        if place.key("at_least").is_some() {
            self.program.additions.insert(Addition::AtLeast);
            let [rows, columns] = place.pair("at_least")?;
            let (rows, columns) = (self.stored(&rows, "rows"), self.stored(&columns, "columns"));
            return Ok(Written::function("pool_at_least(", format!(", {rows}, {columns})")));
        }
        match pools {
            Some(Some((_, PoolStyle::Mean | PoolStyle::Squeeze))) => {
                Ok(Written::function("", ".mean((2, 3), keepdim=True)"))
            }
            Some(Some(([1, 1], PoolStyle::Pool))) if place.key("size").is_none() => {
                Ok(Written::module("pool", "nn.AdaptiveAvgPool2d", vec![Code::text("1")]))
            }
            Some(Some(_)) => {
                let size = Code::text(paired(place.pair("size")?));
                Ok(Written::module("pool", "nn.AdaptiveAvgPool2d", vec![size]))
            }
            Some(None) => self.window_pool(place),
            None => Err(place.refused("its pool differs between calls of the block")),
        }
    }

    fn window_pool(&mut self, place: &Place<'_, 't, 'f>) -> Layered {
        let pool = place.same(|layer| match layer {
            Layer::Pool(Pool { kind, window }) => Some((*kind, window.ceil)),
            _ => None,
        });
        let Some(Some((kind, ceil))) = pool else {
            return Err(place.refused("its pool differs between calls of the block"));
        };
        let class = match kind {
            PoolKind::Max => "nn.MaxPool2d",
            PoolKind::Average => "nn.AvgPool2d",
        };
        if kind == PoolKind::Average && paired(place.pair("dilation")?) != "1" {
            return Err(place.refused("PyTorch has no average pool with dilation"));
        }
        // A pool without a stride steps by its kernel.
        let kernel = paired(place.pair("kernel")?);
        let mut arguments = place.window(&kernel, Some(place.padding()?))?;
        if ceil {
            arguments.push(Code::keyword("ceil_mode", "True"));
        }
        Ok(Written::module("pool", class, arguments))
    }

    pub(super) fn dropout(&mut self, place: &Place<'_, 't, 'f>) -> Layered {
        let rate = Code::text(place.value("dropout")?);
        match &place.value("per_image")?[..] {
            "False" => Ok(Written::module("dropout", "nn.Dropout", vec![rate])),
            "True" => {
                self.program.additions.insert(Addition::StochasticDepth);
                Ok(Written::module("stochastic_depth", "StochasticDepth", vec![rate]))
            }
            _ => Err(place.refused("`per_image` differs between calls of the block")),
        }
    }
}

pub(super) fn upsample(place: &Place) -> Layered {
    let upsample = place.same(|layer| match layer {
        Layer::Upsample(upsample) => Some(*upsample),
        _ => None,
    });
    let Some(Some(upsample)) = upsample else {
        return Err(place.refused("it differs between calls of the block"));
    };
    let size = match upsample.to {
        UpsampleTo::Factors([rows, columns]) => {
            Code::keyword("scale_factor", paired([rows, columns].map(|one| one.to_string())))
        }
        UpsampleTo::Size(size) => Code::keyword("size", paired(size.map(|one| one.to_string()))),
    };
    let mode = match upsample.mode {
        UpsampleMode::Nearest => "\"nearest\"",
        UpsampleMode::Bilinear => "\"bilinear\"",
    };
    Ok(Written::module("upsample", "nn.Upsample", vec![size, Code::keyword("mode", mode)]))
}
