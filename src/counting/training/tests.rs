//! The training of small trees, against numbers worked out by hand.

use super::*;
