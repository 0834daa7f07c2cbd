//! A subset of Fashion-MNIST (Xiao et al. 2017, arXiv:1708.07747; MIT licence, © 2017 Zalando SE): the first
//! 200 training and the first 200 test images of each of the ten classes, 28 × 28 grey pixels each.

#![no_std]

/// Training images, training labels, test images and test labels: IDX files compressed with gzip.
pub static FILES: [&[u8]; 4] = [
    include_bytes!("../images/train-images-idx3-ubyte.gz"),
    include_bytes!("../images/train-labels-idx1-ubyte.gz"),
    include_bytes!("../images/t10k-images-idx3-ubyte.gz"),
    include_bytes!("../images/t10k-labels-idx1-ubyte.gz"),
];
